//! Builder: from a solver's evidence to a certificate.
//!
//! The solver says which rows cannot hold together, with multipliers, and which bound it drew from them. The builder
//! runs the checker's own search over the evidence, keeps what that search used, and claims what it proved: less than
//! the solver's bound where the evidence does not carry it. What it builds passes [`crate::verify`].

use crate::certificate::{
    Bound, Certificate, CouplingSet, Dependency, Domain, FORMAT, Lemma, Node, PatternSet, Problem,
    Refutation, VERSION,
};
use crate::effort::Effort;
use crate::family::Family;
use crate::hash::patterns_sha256;
use crate::limits::MAX_WORK;
use crate::natural::Natural;
use crate::prune::{keep_used, renumber};
use crate::refusal::{Reason, Refusal};
use crate::search::Search;
use crate::system::System;
use crate::{dependency, exhaustive, lemma, stored};
use attractor::{Couplings, Network, Patterns, Ties};
use num_bigint::BigUint;
use rayon::prelude::*;
use std::collections::HashMap;

/// Trees whose text is longer are left to the checker's search.
const SHORT_TREE_BYTES: usize = 1 << 13;

/// Elementary steps in which a short tree is found or not: a tenth of a millisecond.
const TREE_STEPS: u64 = 1 << 14;

/// Elementary steps for trying all discrete weights, over all neurons: some seconds, far below the checker's limit.
const TRIAL_STEPS: u64 = 1 << 33;

/// What a solver knows about one neuron.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NeuronEvidence {
    /// The neuron.
    pub neuron: usize,
    /// The solver's lower bound on its wrong bits.
    pub bound: u64,
    /// Its dependencies: patterns, and their multipliers.
    pub dependencies: Vec<(Vec<usize>, Vec<BigUint>)>,
}

/// A certificate in the making.
pub struct Builder<'a> {
    problem: Problem,
    system: System<'a>,
    bound: Bound,
    known: HashMap<Vec<(u32, u32)>, u32>,
    /// Steps left for trying all discrete weights.
    trials: u64,
    stop: &'a (dyn Fn() -> bool + Sync),
}

impl Problem {
    /// The scale-free problem of storing `patterns` with these couplings.
    pub fn new(
        patterns: &Patterns,
        couplings: &Couplings,
        bias: bool,
        ties: Ties,
        weights: Domain,
    ) -> Self {
        Self {
            patterns: PatternSet {
                count: patterns.count(),
                neurons: patterns.neurons(),
                sha256: patterns_sha256(patterns),
            },
            couplings: CouplingSet::of(couplings),
            bias,
            ties,
            weights,
            epsilon: None,
        }
    }
}

impl<'a> Builder<'a> {
    /// Nothing is claimed yet.
    ///
    /// # Errors
    /// A problem whose couplings or ε cannot be, or of another size than the patterns.
    pub fn new(problem: Problem, patterns: &'a Patterns) -> Result<Self, Refusal> {
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
            known: HashMap::new(),
            trials: TRIAL_STEPS,
            stop: &|| false,
        })
    }

    /// From now on `stop` is asked every millisecond or so; once it says so, no search goes on and what is not proven
    /// by then is not claimed. It must be quick, and stay true once it is.
    #[must_use]
    pub fn stopping(mut self, stop: &'a (dyn Fn() -> bool + Sync)) -> Self {
        self.stop = stop;
        self
    }

    /// Adds a dependency over rows (neuron, pattern); returns its index, that of the same rows if these were there.
    ///
    /// # Errors
    /// Rows that do not add up to zero, or none of them strict.
    pub fn dependency(
        &mut self,
        rows: &[(usize, usize)],
        multipliers: Vec<BigUint>,
    ) -> Result<u32, Refusal> {
        let dependency = dependency_of(rows, multipliers);
        dependency::check(&self.system, &dependency, "dependency")?;
        Ok(self.insert(dependency))
    }

    fn insert(&mut self, dependency: Dependency) -> u32 {
        let mut key: Vec<(u32, u32)> = dependency.rows().collect();
        key.sort_unstable();
        let next = self.bound.dependencies.len() as u32;
        let index = *self.known.entry(key).or_insert(next);
        if index == next {
            self.bound.dependencies.push(dependency);
        }
        index
    }

    /// A lemma for each neuron, in this order, from its own dependencies: the solver's bound, or the largest below it
    /// that the evidence proves within `steps` elementary steps each. Neurons run in parallel.
    ///
    /// # Errors
    /// A dependency that is none.
    pub fn neurons(
        &mut self,
        evidence: Vec<NeuronEvidence>,
        steps: u64,
    ) -> Result<Vec<u32>, Refusal> {
        let (system, stop) = (&self.system, self.stop);
        let proven: Vec<Result<(Vec<Dependency>, Lemma), Refusal>> = evidence
            .into_par_iter()
            .map(|e| prove_neuron(system, e, steps, stop))
            .collect();
        let mut lemmas = Vec::new();
        for result in proven {
            let (dependencies, mut lemma) = result?;
            let indices: Vec<u32> = dependencies.into_iter().map(|d| self.insert(d)).collect();
            renumber(&mut lemma.proof, |d| indices[d as usize], |l| l);
            lemmas.push(self.push(lemma));
        }
        Ok(lemmas)
    }

    /// A lemma on the rows of `neurons` from these dependencies and earlier lemmas: `bound`, or the largest at least
    /// `floor` that they prove within `steps` elementary steps; None if they prove less than `floor`.
    ///
    /// # Errors
    /// Neurons, dependencies or lemmas that do not exist or do not belong together.
    pub fn lemma(
        &mut self,
        neurons: &[usize],
        dependencies: &[u32],
        lemmas: &[u32],
        bound: u64,
        floor: u64,
        steps: u64,
    ) -> Result<Option<u32>, Refusal> {
        let lemma = Lemma {
            neurons: neurons.iter().map(|&i| i as u32).collect(),
            bound,
            proof: Refutation::Search {
                dependencies: dependencies.to_vec(),
                lemmas: lemmas.to_vec(),
            },
        };
        let index = self.push(lemma) as usize;
        let proven = strongest(
            &self.system,
            &self.bound,
            index,
            bound,
            floor,
            steps,
            self.stop,
        );
        self.bound.lemmas.pop();
        Ok(proven?.map(|lemma| self.push(lemma)))
    }

    /// A lemma on one neuron with discrete weights, proven by trying them all.
    ///
    /// # Errors
    /// A bound that is not true, real weights, or more weights than can be tried.
    pub fn exhaustive(&mut self, neuron: usize, bound: u64) -> Result<u32, Refusal> {
        let (problem, system) = (&self.problem, &self.system);
        self.trials -= exhaustive::check(
            problem,
            system,
            neuron,
            bound,
            &Effort::until(self.trials, self.stop),
        )
        .map_err(|reason| Refusal::at("exhaustive", reason))?;
        Ok(self.push(Lemma {
            neurons: vec![neuron as u32],
            bound,
            proof: Refutation::Exhaustive,
        }))
    }

    /// What lemma `index` proves.
    ///
    /// # Panics
    /// If there is no such lemma.
    pub fn bound_of(&self, index: u32) -> u64 {
        self.bound.lemmas[index as usize].bound
    }

    fn push(&mut self, lemma: Lemma) -> u32 {
        self.bound.lemmas.push(lemma);
        self.bound.lemmas.len() as u32 - 1
    }

    /// The certificate: the bound is the sum of these lemmas (none: no bound is claimed), the wrong bits, margin and
    /// radii are those of `network`, counted here. Evidence that no lemma uses is left out.
    ///
    /// # Errors
    /// A network outside the problem's class, lemmas with a common neuron, a bound above the network's wrong bits.
    pub fn finish(
        mut self,
        sum: &[u32],
        network: Option<&Network>,
    ) -> Result<Certificate, Refusal> {
        let stored = match network {
            Some(network) => Some(stored::claim(&self.problem, &self.system, network, true)?),
            None => None,
        };
        self.bound.sum = sum.to_vec();
        self.bound.wrong_bits_at_least = sum
            .iter()
            .map(|&l| self.bound.lemmas[l as usize].bound)
            .sum();
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
        let bound = (!sum.is_empty()).then_some(self.bound);
        Ok(Certificate {
            format: FORMAT.to_owned(),
            version: VERSION,
            problem: self.problem,
            gap: gap.filter(|_| bound.is_some()),
            stored,
            bound,
        })
    }
}

fn dependency_of(rows: &[(usize, usize)], multipliers: Vec<BigUint>) -> Dependency {
    let mut neurons: Vec<u32> = rows.iter().map(|&(i, _)| i as u32).collect();
    if neurons.windows(2).all(|pair| pair[0] == pair[1]) {
        neurons.truncate(1);
    }
    Dependency {
        neurons,
        patterns: rows.iter().map(|&(_, mu)| mu as u32).collect(),
        multipliers: multipliers.into_iter().map(Natural::from).collect(),
    }
}

/// A neuron's lemma, its dependencies numbered from 0.
fn prove_neuron(
    system: &System<'_>,
    evidence: NeuronEvidence,
    steps: u64,
    stop: &dyn Fn() -> bool,
) -> Result<(Vec<Dependency>, Lemma), Refusal> {
    let NeuronEvidence {
        neuron,
        bound,
        dependencies,
    } = evidence;
    let dependencies: Vec<Dependency> = dependencies
        .into_iter()
        .map(|(patterns, multipliers)| {
            let rows: Vec<(usize, usize)> = patterns.into_iter().map(|mu| (neuron, mu)).collect();
            dependency_of(&rows, multipliers)
        })
        .collect();
    for dependency in &dependencies {
        if stop() {
            break;
        }
        dependency::check(system, dependency, "dependency")?;
    }
    // After a stop `strongest` claims nothing of what was not checked.
    let all: Vec<u32> = (0..dependencies.len() as u32).collect();
    let lemma = Lemma {
        neurons: vec![neuron as u32],
        bound,
        proof: Refutation::Search {
            dependencies: all,
            lemmas: Vec::new(),
        },
    };
    let mut local = Bound {
        wrong_bits_at_least: 0,
        dependencies,
        lemmas: vec![lemma],
        sum: Vec::new(),
    };
    let trivial = Lemma {
        neurons: vec![neuron as u32],
        bound: 0,
        proof: Refutation::Tree(Vec::new()),
    };
    let lemma = strongest(system, &local, 0, bound, 1, steps, stop)?.unwrap_or(trivial);
    local.lemmas = vec![lemma];
    local.sum = vec![0];
    keep_used(&mut local);
    let lemma = local.lemmas.remove(0);
    Ok((local.dependencies, lemma))
}

/// The lemma at `index` with the largest bound from `floor` to `most` that the search proves.
fn strongest(
    system: &System<'_>,
    bound: &Bound,
    index: usize,
    most: u64,
    floor: u64,
    steps: u64,
    stop: &dyn Fn() -> bool,
) -> Result<Option<Lemma>, Refusal> {
    let asked = &bound.lemmas[index];
    let Refutation::Search {
        dependencies,
        lemmas,
    } = &asked.proof
    else {
        return Ok(None);
    };
    let family = lemma::family(
        system,
        bound,
        index,
        dependencies.clone(),
        lemmas.clone(),
        MAX_WORK,
        "lemma",
    )?;
    for claim in (floor.max(1)..=most).rev() {
        if stop() {
            break;
        }
        if let Some(proof) = prove(&family, claim - 1, steps, stop) {
            let neurons = asked.neurons.clone();
            return Ok(Some(Lemma {
                neurons,
                bound: claim,
                proof,
            }));
        }
    }
    Ok(None)
}

/// That no removal within `budget` satisfies the family: a tree if a short one is found soon, else left to the search.
fn prove(family: &Family, budget: u64, steps: u64, stop: &dyn Fn() -> bool) -> Option<Refutation> {
    let mut nodes = Vec::new();
    let mut bytes = 0;
    let short = Search::new(family, budget).run(&Effort::steps(TREE_STEPS.min(steps)), |node| {
        bytes += node_bytes(&node);
        nodes.push(node);
    });
    if short.is_ok() && bytes <= SHORT_TREE_BYTES {
        return Some(Refutation::Tree(nodes));
    }
    let searched = lemma::search(family, budget, &Effort::until(steps, stop)).ok()?;
    let index = |&d: &usize| family.dependencies[d].index;
    Some(Refutation::Search {
        dependencies: searched.used.iter().map(index).collect(),
        lemmas: family.lemmas.iter().map(|a| a.index).collect(),
    })
}

/// About how long a node is as text.
fn node_bytes(node: &Node) -> usize {
    match node {
        Node::Branch(..) => 18,
        Node::Split(split) => 12 + 3 * split.len(),
        Node::Close(closing, more) => 14 + 9 * (closing.len() + more.len()),
    }
}
