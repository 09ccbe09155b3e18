//! What a widest margin is asked for, and the answers.

use crate::tolerances::SEPARATION_GAP;
use attractor::{Ties, Trained};
use std::time::Duration;

/// Which rows are asked for, and how well.
#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    /// Whether neurons have biases.
    pub bias: bool,
    /// What counts as a contradiction.
    pub ties: Ties,
    /// The tie rule by which the bits of a symmetric network that is returned are counted.
    pub recount_ties: Ties,
    /// Wrong bits of a network that is known already. After a stop, symmetric weights with as many or more wrong bits, by
    /// their rounded fields, are not counted.
    pub incumbent: usize,
    /// Which bits are to hold, entry μ·N+i; None for all.
    pub kept: Option<&'a [bool]>,
    /// Relative gap between margin and bound at which iterations end. An exact finish, where there is one, goes on to
    /// about 1e-10 whatever this is.
    pub gap: f64,
    /// Time after which symmetric training gives up, unless every kept bit holds or will soon: nearly every bit holds, or the
    /// number of wrong bits keeps halving.
    pub patience: Duration,
}

impl Default for Request<'_> {
    /// All bits, strict ties, no bias, no incumbent, the usual gap, any patience.
    fn default() -> Self {
        Self {
            bias: false,
            ties: Ties::Strict,
            recount_ties: Ties::Strict,
            incumbent: usize::MAX,
            kept: None,
            gap: SEPARATION_GAP,
            patience: Duration::MAX,
        }
    }
}

/// What is known about one neuron of a directed network.
#[derive(Debug, Clone, PartialEq)]
pub enum NeuronAnswer {
    /// Every kept bit is right.
    Storable(Separator),
    /// Σ λ_μ ξ_i^μ ξ^μ = 0 over the neuron's inputs, λ > 0, to rounding: these patterns' bits cannot all hold.
    Infeasible {
        /// The patterns.
        patterns: Vec<usize>,
        /// Their λ.
        multipliers: Vec<f64>,
    },
    /// Unknown: stopped early, or storable only with fields of zero.
    Undecided {
        /// No weights have a wider margin.
        bound: f64,
    },
}

/// Weights of one neuron that hold every kept bit, on the grid.
#[derive(Debug, Clone, PartialEq)]
pub struct Separator {
    /// w_i0 … w_i,N−1; zero where no coupling is.
    pub weights: Vec<f64>,
    /// b_i; zero unless asked for.
    pub bias: f64,
    /// Least aligned field over ‖(w, b)‖.
    pub margin: f64,
    /// No weights have a wider margin.
    pub bound: f64,
}

/// What is known about a symmetric network.
#[derive(Debug, Clone, PartialEq)]
pub enum NetworkAnswer {
    /// Every kept bit is right.
    Storable {
        /// The network, on the grid, its bits counted.
        trained: Trained,
        /// Least aligned field over the norm of the free weights.
        margin: f64,
        /// No weights have a wider margin.
        bound: f64,
    },
    /// Σ λ_r a_r = 0 over the bits r = (μ,i), λ > 0, to rounding: they cannot all hold.
    Infeasible {
        /// The bits (μ,i).
        bits: Vec<(usize, usize)>,
        /// Their λ.
        multipliers: Vec<f64>,
    },
    /// Unknown.
    Undecided {
        /// The last weights, on the grid, counted; some kept bit is wrong. None if there are no weights better than the incumbent.
        trained: Option<Trained>,
        /// No weights have a wider margin.
        bound: f64,
    },
}
