//! Every neuron's least number of wrong bits on its own: what symmetry can only raise.

use super::super::coupled::Coupled;
use super::pool::NeuronPool;
use crate::geometry::dependency::{Dependency, Packed};
use crate::instance::{Instance, NeuronSystem};
use crate::search::neuron::{NeuronSearch, Stage};
use attractor::Control;
use attractor::kernels::bits::put;
use rayon::prelude::*;

/// Effort per row for telling which rows lie in some lightest removal set (units of the neuron's search). Larger: cores begin
/// later; smaller: more rows stay undecided and count as removable.
const REMOVABLE_EFFORT: u64 = 1 << 14;
/// Effort of the first turn, some hundredths of a second. Larger: easy neurons wait for hard ones; smaller: levels of the
/// search are begun again more often.
const EFFORT: u64 = 1 << 18;
/// By how much the effort grows from turn to turn, since a turn begins its level of the search again. Larger: turns overshoot;
/// smaller: more work is done twice.
const GROWTH: u64 = 3;

/// Words of the neurons' packed rows, all together, up to which they are searched: 512 MB. Larger: memory, and no bound comes
/// of it at thousands of neurons; smaller: large images get no bound.
const MOST_WORDS: usize = 1 << 26;

/// Every neuron's search; none where they are too large, or if the control says stop before all are there.
pub(crate) fn begin(problem: &Instance<'_>, seed: u64, control: &Control<'_>) -> Vec<Optimum> {
    let n = problem.patterns.neurons();
    if n * problem.patterns.count() * n.div_ceil(64) > MOST_WORDS {
        return Vec::new();
    }
    let optimum = |i| (!control.should_stop()).then(|| Optimum::new(problem, i, seed));
    let all: Option<Vec<Optimum>> = (0..n).into_par_iter().map(optimum).collect();
    all.unwrap_or_default()
}

/// One turn for every neuron that is still open.
pub(crate) fn advance(optima: &mut [Optimum], control: &Control<'_>) {
    optima
        .par_iter_mut()
        .filter(|o| o.stage() == Stage::Open)
        .for_each(|o| o.advance(control));
}

/// One neuron's search, continued until its optimum is proven.
pub(crate) struct Optimum {
    neuron: usize,
    search: NeuronSearch,
    effort: u64,
}

impl Optimum {
    fn new(problem: &Instance<'_>, neuron: usize, seed: u64) -> Self {
        Self {
            neuron,
            search: NeuronSearch::new(NeuronSystem::of(problem, neuron), seed, neuron as u64),
            effort: EFFORT,
        }
    }

    /// Searches on for a while.
    pub(crate) fn advance(&mut self, control: &Control<'_>) {
        self.search.run(self.effort, control);
        self.search.release();
        self.effort = self.effort.saturating_mul(GROWTH);
    }

    /// Proven: the neuron has no fewer wrong bits.
    pub(crate) fn least(&self) -> usize {
        self.search.lower_bound()
    }

    pub(crate) fn stage(&self) -> Stage {
        self.search.stage()
    }

    pub(crate) fn calls(&self) -> u64 {
        self.search.calls()
    }

    /// Learns which rows an optimum may give up, for the refutation.
    pub(crate) fn explore(&mut self, control: &Control<'_>) {
        let least = self.search.lower_bound() as u32;
        if least > 0 {
            self.search.removable(least, REMOVABLE_EFFORT, control);
            self.search.release();
        }
    }

    /// All subsystems that are known exactly, as sets of patterns.
    pub(crate) fn pool(&self, coupled: &Coupled) -> NeuronPool {
        let n = coupled.neurons();
        let weight = (0..coupled.patterns()).map(|mu| coupled.weight(mu * n + self.neuron));
        let mut pool = NeuronPool::new(weight.collect());
        for dependency in self.search.dependencies() {
            let proof = self.coupled(dependency, n);
            let mut member = vec![0; pool.words()];
            for &r in &proof.rows {
                put(&mut member, r / n);
            }
            pool.push(member, proof);
        }
        pool
    }

    /// The patterns whose bits the neuron's best weights leave wrong.
    pub(crate) fn given_up(&self) -> Vec<usize> {
        let members = |&r: &usize| self.search.system().members(r).to_vec();
        self.search.wrong().iter().flat_map(members).collect()
    }

    /// The subsystems that prove the bound.
    pub(crate) fn proofs(&self, coupled: &Coupled) -> Vec<Dependency> {
        let evidence = self.search.outcome().evidence;
        let proof = |packed: &Packed| self.coupled(packed.unpack(), coupled.neurons());
        evidence.iter().map(proof).collect()
    }

    /// A dependency of the neuron's rows as one of the coupled rows. Both fold equal rows onto the earliest pattern.
    fn coupled(&self, own: Dependency, neurons: usize) -> Dependency {
        let earliest = |&r: &usize| self.search.system().members(r)[0];
        let row = |r: &usize| earliest(r) * neurons + self.neuron;
        Dependency {
            rows: own.rows.iter().map(row).collect(),
            multipliers: own.multipliers,
        }
    }
}
