//! One directed neuron: weights whose bits survive what is asked of them, or a proof that there are none.

use super::core::core;
use super::cues::Cues;
use crate::evidence::SurvivalCore;
use crate::geometry::grid;
use crate::geometry::min_norm::generated::{Goal, nearest};
use attractor::Control;
use attractor::kernels::linear::WIDTH;

/// What is known of a neuron's demands.
#[derive(Debug, Clone)]
pub(super) enum Answer {
    /// These values of the inputs' weights (and of the bias, last), on the grid, meet all of them, recounted.
    Met(Vec<f64>),
    /// No weights do.
    Refuted(SurvivalCore),
    /// Rounding or a stop hid which.
    Undecided,
}

/// Decides the demands of `cues`, which are those of neuron `i` of `neurons`.
pub(super) fn solve(
    mut cues: Cues,
    i: usize,
    neurons: usize,
    goal: Goal,
    control: &Control<'_>,
) -> Answer {
    let found = nearest(&mut cues, goal, control);
    if !found.holds {
        return match core(&cues, i, &found.multipliers) {
            Some(core) => Answer::Refuted(core),
            None => Answer::Undecided,
        };
    }
    let mut values = found.point;
    grid::snap(&mut values, neurons);
    if holds(&mut cues, &values) {
        Answer::Met(values)
    } else {
        Answer::Undecided
    }
}

/// Whether every worst cue has a field above 0. Exact for values on the grid, whose sums are all exact.
fn holds(cues: &mut Cues, values: &[f64]) -> bool {
    let mut padded = values.to_vec();
    padded.resize(values.len().next_multiple_of(WIDTH).max(WIDTH), 0.0);
    cues.sort_inputs(&padded);
    (0..cues.len()).all(|k| cues.worst_field(k, &padded).0 > 0.0)
}
