//! The word of a general solver about the big-M model.

use crate::number::number;
use attractor_exact::milp::{ModelOptions, Solution};
use serde::Serialize;

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
    /// The margin ε that the model asks of right bits; the network file has it, too.
    #[serde(skip)]
    epsilon: f64,
}

impl SolverWord {
    pub(crate) fn new(solution: &Solution, options: &ModelOptions) -> Self {
        Self {
            solver_status: solution.status.to_string(),
            model_bound: solution.model_bound,
            model_gap: solution.model_gap(),
            solver_failure: solution.failure.clone(),
            epsilon: options.epsilon,
        }
    }

    /// For people.
    pub(crate) fn text(&self) -> String {
        let mut text = format!(
            "the solver's bound (floating point, for epsilon {} and its M): at least {}, gap {:.0} %; its status: {}\n",
            number(self.epsilon),
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
