//! The report of a training run, as JSON with stable keys.

use crate::method::Outcome;
use anyhow::Result;
use attractor::{Bounds, Patterns, Stability};
use attractor_exact::milp::Solution;
use serde::Serialize;
use std::time::Duration;

/// What `--report` writes. Keys are never renamed or removed.
#[derive(Debug, Serialize)]
pub(crate) struct Report {
    /// P.
    pub(crate) patterns: usize,
    /// N.
    pub(crate) neurons: usize,
    /// The rule's name.
    pub(crate) rule: String,
    /// `symmetric` or `directed`.
    pub(crate) couplings: String,
    /// `strict` or `negative`.
    pub(crate) ties: String,
    /// What is proven: `optimal`, `feasible` or `interrupted`.
    pub(crate) status: String,
    pub(crate) wrong_bits: usize,
    pub(crate) lower_bound: usize,
    /// (wrong bits − lower bound) / wrong bits.
    pub(crate) gap: f64,
    /// Least aligned field over Euclidean row norm among right bits; null if no bit is right.
    pub(crate) margin: Option<f64>,
    /// Weights that are not zero.
    pub(crate) nonzeros: usize,
    pub(crate) wall_seconds: f64,
    /// User and system time of all threads since the program started.
    pub(crate) cpu_seconds: f64,
    pub(crate) threads: usize,
    pub(crate) seed: u64,
    /// Of this program.
    pub(crate) version: String,
    pub(crate) per_neuron: Vec<NeuronReport>,
    /// Only of `--formulation big-m`.
    #[serde(flatten)]
    pub(crate) word: Option<SolverWord>,
}

/// What the solver of the big-M model says, in floating point, for the model's epsilon and M: nothing proven.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct SolverWord {
    /// `optimal`, `feasible` or `no-solution`.
    pub(crate) solver_status: String,
    /// No solution of the model has fewer wrong bits.
    pub(crate) model_bound: usize,
    /// (wrong bits − model bound) / wrong bits, at least 0.
    pub(crate) model_gap: f64,
    /// Why the solver gave up after its last solution; null if it did not.
    pub(crate) solver_failure: Option<String>,
}

impl SolverWord {
    pub(crate) fn new(solution: &Solution) -> Self {
        Self {
            solver_status: solution.status.to_string(),
            model_bound: solution.model_bound,
            model_gap: solution.model_gap(),
            solver_failure: solution.failure.clone(),
        }
    }

    /// For people.
    pub(crate) fn text(&self) -> String {
        let mut text = format!(
            "the solver's bound (floating point, for this epsilon and M): at least {}, gap {:.0} %; its status: {}\n",
            self.model_bound,
            100.0 * self.model_gap,
            self.solver_status
        );
        if let Some(failure) = &self.solver_failure {
            text += &format!("the solver failed after its last solution: {failure}\n");
        }
        text
    }
}

/// One neuron's share.
#[derive(Debug, Serialize)]
pub(crate) struct NeuronReport {
    wrong_bits: usize,
    lower_bound: usize,
}

impl From<&Bounds> for NeuronReport {
    fn from(bounds: &Bounds) -> Self {
        Self {
            wrong_bits: bounds.wrong_bits,
            lower_bound: bounds.lower_bound,
        }
    }
}

/// How a run was made, beside what came out.
pub(crate) struct Run<'a> {
    pub(crate) rule: &'a str,
    pub(crate) wall: Duration,
    pub(crate) threads: usize,
    pub(crate) seed: u64,
}

impl Report {
    /// # Errors
    /// If network and patterns differ in size.
    pub(crate) fn new(outcome: &Outcome, patterns: &Patterns, run: &Run<'_>) -> Result<Self> {
        let trained = &outcome.trained;
        let stability = Stability::of(&trained.network, patterns, trained.ties)?;
        Ok(Self {
            patterns: patterns.count(),
            neurons: patterns.neurons(),
            rule: run.rule.to_owned(),
            couplings: trained.network.symmetry().to_string(),
            ties: trained.ties.to_string(),
            status: trained.status.to_string(),
            wrong_bits: trained.total.wrong_bits,
            lower_bound: trained.total.lower_bound,
            gap: trained.total.gap(),
            margin: stability.margin(),
            nonzeros: trained.network.nonzeros(),
            wall_seconds: run.wall.as_secs_f64(),
            cpu_seconds: cpu_time::ProcessTime::try_now()?
                .as_duration()
                .as_secs_f64(),
            threads: run.threads,
            seed: run.seed,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            per_neuron: trained.per_neuron.iter().map(NeuronReport::from).collect(),
            word: outcome.word.clone(),
        })
    }

    /// The JSON text, with a final newline.
    ///
    /// # Errors
    /// Never for these types; the serializer could refuse.
    pub(crate) fn to_json(&self) -> Result<String> {
        let mut text = serde_json::to_string_pretty(self)?;
        text.push('\n');
        Ok(text)
    }
}
