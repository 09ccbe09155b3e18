//! Builder: from a solver's evidence to a certificate.
//!
//! The solver says which rows cannot hold together, with multipliers, and which bound it drew from them. The builder
//! runs the checker's own search over the evidence, keeps what that search used, and claims what it proved: less than
//! the solver's bound where the evidence does not carry it. What it builds passes [`crate::verify`].

mod fit;

use crate::build::climb::{Climb, Climbed};
use crate::build::cost::{self, Cost};
use crate::build::evidence::{CoreEvidence, NeuronEvidence};
use crate::build::prove::{dependency_of, prove_core, prove_payments};
use crate::build::prune::{keep_used, renumber};
use crate::check::effort::Effort;
use crate::check::family::checked_indices;
use crate::check::system::System;
use crate::check::{dependency, exhaustive, stored};
use crate::format::certificate::{
    Bound, Certificate, Claim, Dependency, FORMAT, Lemma, OLDEST_VERSION, Refutation,
};
use crate::format::natural::Natural;
use crate::format::problem::CertifiedProblem;
use crate::format::refusal::{Reason, Refusal};
use attractor::{Control, Network, Patterns};
use rayon::prelude::*;
use std::collections::HashMap;

/// Elementary steps for trying all discrete weights, over all neurons: some seconds. More delay the certificate and come near
/// the checker's limit; fewer leave neurons without a claim.
const TRIAL_STEPS: u64 = 1 << 33;

/// A certificate in the making.
pub struct Builder<'a> {
    problem: CertifiedProblem,
    system: System<'a>,
    bound: Bound,
    /// Elementary steps that checking each lemma takes.
    steps: Vec<u64>,
    /// By lemma: the one on the same neuron that claims one wrong bit less, where that was proven on the way.
    weaker_lemma: HashMap<u32, u32>,
    /// By rows, ascending: the dependency over them.
    known: HashMap<Vec<(u32, u32)>, u32>,
    /// By dependency: whether it was checked.
    checked: Vec<bool>,
    /// Steps left for trying all discrete weights.
    trials: u64,
    /// What the evidence may ask of a reader.
    limit: Cost,
    /// Bytes of text that the evidence may take after a soft stop.
    soft_stop_bytes: u64,
    /// When to end, see [`Builder::stopping`].
    control: Control<'a>,
}

impl<'a> Builder<'a> {
    /// Nothing is claimed yet.
    ///
    /// # Errors
    /// A problem whose couplings or ε cannot be, or of another size than the patterns.
    pub fn new(problem: CertifiedProblem, patterns: &'a Patterns) -> Result<Self, Refusal> {
        let expected = patterns.neurons();
        if problem.patterns.neurons != expected {
            let reason = Reason::Size {
                found: problem.patterns.neurons,
                expected,
            };
            return Err(Refusal::at("problem.patterns.neurons", reason));
        }
        let system = System::new(&problem, patterns)?;
        let bound = Bound {
            wrong_bits_at_least: 0,
            dependencies: Vec::new(),
            lemmas: Vec::new(),
            sum: Vec::new(),
        };
        Ok(Self {
            problem,
            system,
            bound,
            steps: Vec::new(),
            weaker_lemma: HashMap::new(),
            known: HashMap::new(),
            checked: Vec::new(),
            trials: TRIAL_STEPS,
            limit: cost::ALLOWED,
            soft_stop_bytes: u64::MAX,
            control: Control::new(),
        })
    }

    /// From now on `control` is asked every millisecond or so. After its soft stop ([`Control::should_stop`]) long searches
    /// end, and small claims that take little are looked for; after [`Control::must_stop`] nothing more is proven, and what
    /// is not proven by then is not claimed.
    #[must_use]
    pub fn stopping(mut self, control: &Control<'a>) -> Self {
        self.control = control.clone();
        self
    }

    /// After a soft stop the evidence takes at most `bytes` of text, because writing more takes too long. A reader's own
    /// limit holds anyway.
    #[must_use]
    pub fn at_most(mut self, bytes: u64) -> Self {
        self.soft_stop_bytes = bytes;
        self
    }

    /// Adds a dependency over rows (neuron, pattern); returns its index, that of the same rows if these were there.
    ///
    /// # Errors
    /// Rows that do not add up to zero, or none of them strict.
    pub fn dependency(
        &mut self,
        rows: &[(usize, usize)],
        multipliers: Vec<Natural>,
    ) -> Result<u32, Refusal> {
        let dependency = dependency_of(rows, multipliers);
        dependency::check(&self.system, &dependency, "dependency")?;
        Ok(self.insert(dependency, true))
    }

    /// The index of the dependency over these rows (neuron, pattern), if it was added before.
    pub fn known(&self, rows: &[(usize, usize)]) -> Option<u32> {
        let key = rows.iter().map(|&(i, mu)| (i as u32, mu as u32));
        self.known.get(&sorted(key)).copied()
    }

    fn insert(&mut self, dependency: Dependency, checked: bool) -> u32 {
        let key = sorted(dependency.rows());
        let next = self.bound.dependencies.len() as u32;
        let index = *self.known.entry(key).or_insert(next);
        if index == next {
            self.bound.dependencies.push(dependency);
            self.checked.push(checked);
        }
        index
    }

    /// A lemma for each neuron, in this order, from its own dependencies: the solver's bound, or the largest below it
    /// that the evidence proves within `steps` elementary steps each. After a soft stop neurons that are not done climb from
    /// below, all by one wrong bit at a time: the evidence for one bit more is several times as much. Neurons run in
    /// parallel. Multipliers are checked where the certificate rests on them, by [`Builder::finish`].
    ///
    /// # Errors
    /// Rows that do not exist.
    pub fn neurons(
        &mut self,
        evidence: Vec<NeuronEvidence>,
        steps: u64,
    ) -> Result<Vec<u32>, Refusal> {
        let (system, control) = (&self.system, &self.control);
        let climbs = evidence
            .into_par_iter()
            .map(|e| Climb::new(system, e, steps));
        let mut climbs = climbs.collect::<Result<Vec<Climb>, Refusal>>()?;
        let each = climbs.par_iter_mut().with_max_len(1);
        each.for_each(|climb| climb.descend(steps, control));
        let (most, patient) = (self.limit().bytes, control.through_grace());
        loop {
            let rising: Vec<u64> = climbs.iter().filter_map(Climb::rising).collect();
            if rising.is_empty() || rising.iter().sum::<u64>() > most {
                break;
            }
            let each = climbs.par_iter_mut().with_max_len(1);
            each.for_each(|climb| climb.ascend(steps, &patient));
        }
        let climbed: Vec<Climbed> = climbs.into_par_iter().map(Climb::proven).collect();
        Ok(climbed
            .into_iter()
            .filter_map(|climbed| self.push_climbed(climbed))
            .collect())
    }

    /// All lemmas of a climb; returns the index of the one that claims most.
    fn push_climbed(&mut self, climbed: Climbed) -> Option<u32> {
        let dependencies = climbed.dependencies.into_iter();
        let indices: Vec<u32> = dependencies.map(|d| self.insert(d, false)).collect();
        let mut last = None;
        for (mut lemma, steps) in climbed.lemmas {
            renumber(&mut lemma.proof, |d| indices[d as usize], |l| l);
            let index = self.push(lemma, steps);
            if let Some(weaker) = last.replace(index) {
                self.weaker_lemma.insert(index, weaker);
            }
        }
        last
    }

    /// A lemma for each core that is proven within `steps` elementary steps, in this order: that its neurons are not all
    /// within its numbers, from its dependencies and from those of `lemmas` that are on one of its neurons. Cores that are
    /// not proven are left out. Cores run in parallel.
    ///
    /// # Errors
    /// Neurons that are not ascending, dependencies or lemmas that do not exist or do not belong together.
    pub fn all_excluded(
        &mut self,
        cores: Vec<CoreEvidence>,
        lemmas: &[u32],
        steps: u64,
    ) -> Result<Vec<u32>, Refusal> {
        let (system, bound, control) = (&self.system, &self.bound, &self.control);
        let proven: Vec<Result<Option<(Lemma, u64)>, Refusal>> = cores
            .into_par_iter()
            .map(|core| prove_core(system, bound, core, lemmas, steps, control))
            .collect();
        let proven: Vec<Option<(Lemma, u64)>> = proven.into_iter().collect::<Result<_, _>>()?;
        let proven = proven.into_iter().flatten();
        Ok(proven
            .map(|(lemma, steps)| self.push(lemma, steps))
            .collect())
    }

    /// A lemma on all neurons: the sum of wrong bits that these lemmas together ask for, as the largest number up to `most`
    /// that the search proves. `None` if that is below `floor`.
    ///
    /// # Errors
    /// Lemmas that do not exist.
    pub fn payments(
        &mut self,
        lemmas: &[u32],
        most: u64,
        floor: u64,
    ) -> Result<Option<u32>, Refusal> {
        let lemmas = checked_indices(lemmas.to_vec(), self.bound.lemmas.len(), "payments")?;
        let neurons: Vec<u32> = (0..self.system.neurons() as u32).collect();
        let control = self.control.through_grace();
        let proven = prove_payments(&self.bound, &neurons, &lemmas, (floor, most), &control);
        Ok(proven.map(|(bound, lemmas, steps)| {
            let lemma = Lemma {
                neurons,
                claim: Claim::Sum(bound),
                proof: Refutation::Payments { lemmas },
            };
            self.push(lemma, steps)
        }))
    }

    /// A lemma on one neuron with discrete weights, proven by trying them all.
    ///
    /// # Errors
    /// A bound that is not true, real weights, or more weights than can be tried.
    pub fn exhaustive(&mut self, neuron: usize, bound: u64) -> Result<u32, Refusal> {
        let (problem, system) = (&self.problem, &self.system);
        let control = self.control.through_grace();
        let tried = exhaustive::check(
            problem,
            system,
            neuron,
            bound,
            &Effort::until(self.trials, &control),
        )
        .map_err(|reason| Refusal::at("exhaustive", reason))?;
        self.trials -= tried;
        let lemma = Lemma {
            neurons: vec![neuron as u32],
            claim: Claim::Sum(bound),
            proof: Refutation::Exhaustive,
        };
        Ok(self.push(lemma, tried))
    }

    /// How many wrong bits of its neurons lemma `index` proves in sum.
    ///
    /// # Panics
    /// If there is no such lemma.
    pub fn bound_of(&self, index: u32) -> u64 {
        self.bound.lemmas[index as usize].claim.sum()
    }

    fn push(&mut self, lemma: Lemma, steps: u64) -> u32 {
        self.bound.lemmas.push(lemma);
        self.steps.push(steps);
        self.bound.lemmas.len() as u32 - 1
    }

    /// The certificate: the bound is the sum of these lemmas (none: no bound is claimed), the wrong bits, margin and
    /// radii are those of `network`, counted here. Evidence that no lemma uses is left out. Where the lemmas would make the
    /// certificate more than a reader takes or [`Builder::at_most`] allows, those that ask for the most claim less.
    ///
    /// # Errors
    /// Rows that do not add up to zero, or none of them strict. A network outside the problem's class, lemmas that claim
    /// no sum, a bound above the network's wrong bits.
    pub fn finish(
        mut self,
        sum: &[u32],
        network: Option<&Network>,
    ) -> Result<Certificate, Refusal> {
        let is_sum = |&l: &u32| matches!(self.bound.lemmas[l as usize].claim, Claim::Sum(_));
        if !sum.iter().all(is_sum) {
            return Err(Refusal::at("sum", Reason::NoSum));
        }
        let stored = match network {
            Some(network) => Some(stored::claim(&self.problem, &self.system, network, true)?),
            None => None,
        };
        self.bound.sum = self.affordable(sum)?;
        while !self.check_used()? {
            self.bound.sum = self.affordable(&self.bound.sum.clone())?;
        }
        let of_sum = self.bound.sum.iter().map(|&l| self.bound_of(l));
        self.bound.wrong_bits_at_least = of_sum.sum();
        keep_used(&mut self.bound);
        let at_least = self.bound.wrong_bits_at_least;
        let gap = stored
            .as_ref()
            .map(|s| s.wrong_bits)
            .and_then(|wrong| wrong.checked_sub(at_least));
        if stored.is_some() && gap.is_none() {
            return Err(Refusal::at(
                "gap",
                Reason::Unsuitable("the bound exceeds what the network stores"),
            ));
        }
        let bound = (!self.bound.sum.is_empty()).then_some(self.bound);
        Ok(Certificate {
            format: FORMAT.to_owned(),
            version: OLDEST_VERSION,
            problem: self.problem,
            gap: gap.filter(|_| bound.is_some()),
            stored,
            bound,
            survive: None,
        })
    }
}

fn sorted(rows: impl Iterator<Item = (u32, u32)>) -> Vec<(u32, u32)> {
    let mut rows: Vec<(u32, u32)> = rows.collect();
    rows.sort_unstable();
    rows
}

#[cfg(test)]
mod tests;
