//! Train: the one door to exact training. Chooses the method that fits the problem.

use crate::control::Control;
use crate::outcome::Outcome;
use crate::problem::{Options, Problem};
use attractor::TrainError;

/// Trains to the fewest wrong bits, then to what the problem prefers among equals; stops early with the best so far when
/// `control` says so.
///
/// # Errors
/// What the solvers cannot honour is refused, never ignored.
pub fn train(
    problem: &Problem,
    _options: &Options,
    _control: &Control<'_>,
) -> Result<Outcome, TrainError> {
    Err(TrainError::Unsupported {
        rule: "exact",
        reason: format!("{} weights are not built in yet", problem.weights),
    })
}
