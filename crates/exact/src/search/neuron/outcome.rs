//! What is known about one neuron.

use crate::geometry::dependency::Packed;
use crate::outcome::Statistics;

/// How far a neuron is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// There may be a better unit.
    Open,
    /// The incumbent has the fewest wrong bits, proven.
    Proven,
    /// The bound cannot be raised: rounding hides something, or there are too many rows for a search.
    Stuck,
}

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
