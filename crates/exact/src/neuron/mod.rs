//! One threshold unit: the weights with the fewest wrong bits, proven, and among them those of widest margin.
//!
//! [`NeuronSystem`] folds the neuron's rows, [`NeuronSearch`] raises the bound one wrong bit at a time (no removal of `k` rows
//! hits the pool) until it meets the incumbent. Whatever a bound rests on is turned into integers first
//! ([`crate::dependency`]); whatever an incumbent claims is recounted in integers ([`weights`]).

mod incumbent;
mod rows;
mod search;
mod system;
#[cfg(test)]
mod tests;
pub(crate) mod weights;

pub use search::{NeuronSearch, Stage};
pub use system::NeuronSystem;

use crate::dependency::Packed;
use crate::outcome::Statistics;
use attractor::Control;

/// A neuron's unit and what is proven about it.
#[derive(Debug, Clone)]
pub struct NeuronOutcome {
    /// Weights in the order of the system's columns (a bias last), in [−1,1], on a grid on which all sums are exact.
    pub weights: Vec<f64>,
    /// Rows of the system that do not hold, by exact recount; empty where the search never began.
    pub wrong: Vec<usize>,
    /// Their total weight.
    pub wrong_bits: usize,
    /// Proven: no weights have fewer wrong bits.
    pub lower_bound: usize,
    /// Proven, open (the limit came first) or stuck.
    pub stage: Stage,
    /// Squared margin of the unit weights on the rows that hold; zero where fields must vanish altogether.
    pub squared_margin: f64,
    /// Whether the margin is the widest over *all* units with the fewest wrong bits; else over those with the same
    /// wrong rows and a few others.
    pub widest_of_all: bool,
    /// The first pattern of those that fell together in each row; empty where the search never began.
    pub patterns: Vec<u32>,
    /// Exact dependencies, by the system's rows, of which no removal of weight `lower_bound − 1` hits all.
    pub evidence: Vec<Packed>,
    /// What the search did.
    pub statistics: Statistics,
}

impl NeuronOutcome {
    /// The evidence with patterns, the first of those that fell together, as rows.
    pub fn named_evidence(&self) -> Vec<Packed> {
        let named = |packed: &Packed| packed.renamed(|r| self.patterns[r as usize]);
        self.evidence.iter().map(named).collect()
    }

    /// A neuron whose search never began, with weights that were counted otherwise; nothing wrong is the optimum.
    pub(crate) fn unsearched(weights: Vec<f64>, wrong_bits: usize, squared_margin: f64) -> Self {
        let stored = wrong_bits == 0;
        Self {
            weights,
            wrong: Vec::new(),
            wrong_bits,
            lower_bound: 0,
            stage: if stored { Stage::Proven } else { Stage::Open },
            squared_margin,
            widest_of_all: stored && squared_margin > 0.0,
            patterns: Vec::new(),
            evidence: Vec::new(),
            statistics: Statistics::default(),
        }
    }
}

/// Solves one neuron: until proven, or as far as `control` lets it.
pub(crate) fn solve(system: NeuronSystem, seed: u64, control: &Control<'_>) -> NeuronOutcome {
    let mut search = NeuronSearch::new(system, seed, 0);
    search.run(u64::MAX, control);
    search.widen(control);
    search.outcome()
}
