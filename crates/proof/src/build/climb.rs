//! Climb: what one neuron's evidence proves, looked for from above or, one wrong bit at a time, from below.

use crate::build::cost::dependency_bytes;
use crate::build::evidence::NeuronEvidence;
use crate::build::prove::{affordable, dependency_of, prove};
use crate::build::prune::{keep_used, uses};
use crate::check::family::Family;
use crate::check::lemma::check_neurons;
use crate::check::system::System;
use crate::format::certificate::{Bound, Claim, Dependency, Lemma, Refutation};
use crate::format::refusal::Refusal;
use attractor::Control;

/// The search for one neuron's largest claim. The multipliers are not looked at.
pub(crate) struct Climb {
    neurons: Vec<u32>,
    dependencies: Vec<Dependency>,
    /// The solver's bound.
    most: u64,
    /// `None` if the evidence names more rows than a reader takes.
    family: Option<Family>,
    /// By ascending claim, with the steps of checking it: 1 and up from below, one alone from above.
    lemmas: Vec<(Lemma, u64)>,
    /// Of the text of the dependencies that the largest claim rests on.
    bytes: u64,
    /// Whether there is nothing left to be tried.
    settled: bool,
}

/// What a climb has proven.
pub(crate) struct Climbed {
    /// Numbered from 0.
    pub(crate) dependencies: Vec<Dependency>,
    /// At least one, by ascending claim, and the elementary steps of checking each.
    pub(crate) lemmas: Vec<(Lemma, u64)>,
}

impl Climb {
    pub(crate) fn new(
        system: &System<'_>,
        evidence: NeuronEvidence,
        steps: u64,
    ) -> Result<Self, Refusal> {
        let NeuronEvidence {
            neuron,
            bound: most,
            dependencies,
        } = evidence;
        let nothing = sum(&[neuron as u32], 0, Refutation::Tree(Vec::new()));
        check_neurons(system, &nothing, "lemma")?;
        let named = dependencies.into_iter().map(|(patterns, multipliers)| {
            let rows: Vec<(usize, usize)> = patterns.into_iter().map(|mu| (neuron, mu)).collect();
            dependency_of(&rows, multipliers)
        });
        let dependencies: Vec<Dependency> = named.collect();
        let all: Vec<(u32, &Dependency)> = (0..).zip(&dependencies).collect();
        let family = Family::new(system, &nothing.neurons, &all, &[], steps);
        let family = family.map_err(|reason| Refusal::at("lemma", reason));
        Ok(Self {
            family: affordable(family)?,
            neurons: nothing.neurons,
            dependencies,
            most,
            lemmas: Vec::new(),
            bytes: 0,
            settled: false,
        })
    }

    /// Looks for the largest claim that can be proven, the solver's bound first, until a stop.
    pub(crate) fn descend(&mut self, steps: u64, control: &Control<'_>) {
        for claim in (1..=self.most).rev() {
            if self.claim(claim, steps, control) {
                break;
            }
            if control.should_stop() {
                return;
            }
        }
        self.settled = true;
    }

    /// Claims one more, if that is proven before a stop.
    pub(crate) fn ascend(&mut self, steps: u64, control: &Control<'_>) {
        let next = self.lemmas.last().map_or(0, |(l, _)| l.claim.sum()) + 1;
        self.settled = self.settled
            || control.should_stop()
            || next > self.most
            || !self.claim(next, steps, control);
    }

    /// Claims this many wrong bits if they can be proven.
    fn claim(&mut self, claim: u64, steps: u64, control: &Control<'_>) -> bool {
        let Some(family) = &self.family else {
            return false;
        };
        let Some((proof, taken)) = prove(family, claim - 1, steps, control) else {
            return false;
        };
        let bytes = |d: u32| dependency_bytes(&self.dependencies[d as usize]);
        self.bytes = uses(&proof).0.into_iter().map(bytes).sum();
        let taken = family.work + taken;
        self.lemmas.push((sum(&self.neurons, claim, proof), taken));
        true
    }

    /// Of a claim that may still rise, the bytes of text of the dependencies that it rests on.
    pub(crate) fn rising(&self) -> Option<u64> {
        (!self.settled).then_some(self.bytes)
    }

    /// What was proven, with the dependencies that carry it.
    pub(crate) fn proven(self) -> Climbed {
        let (mut lemmas, mut steps): (Vec<Lemma>, Vec<u64>) = self.lemmas.into_iter().unzip();
        if lemmas.is_empty() {
            lemmas.push(sum(&self.neurons, 0, Refutation::Tree(Vec::new())));
            steps.push(0);
        }
        let mut local = Bound {
            wrong_bits_at_least: 0,
            dependencies: self.dependencies,
            sum: (0..lemmas.len() as u32).collect(),
            lemmas,
        };
        keep_used(&mut local);
        Climbed {
            dependencies: local.dependencies,
            lemmas: local.lemmas.into_iter().zip(steps).collect(),
        }
    }
}

fn sum(neurons: &[u32], claim: u64, proof: Refutation) -> Lemma {
    Lemma {
        neurons: neurons.to_vec(),
        claim: Claim::Sum(claim),
        proof,
    }
}
