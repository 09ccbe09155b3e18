//! One directed neuron: weights whose bits survive what is asked of them, or a proof that there are none.

use super::core::core;
use super::cues::{Cues, Demand};
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
    /// Rounding or a stop hid which. The patterns, if any, whose damage seems to be too much.
    Undecided(Vec<usize>),
}

/// Shares of the demands that are tried where those as they are leave no room for rounding multipliers. Smaller ones leave more
/// room, and are refuted less often.
const SHARES: [f64; 3] = [0.9, 0.97, 0.99];

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
        return refuted(cues, i, &found.multipliers, control);
    }
    let mut values = found.point;
    grid::snap(&mut values, neurons);
    if holds(&mut cues, &values) {
        Answer::Met(values)
    } else {
        Answer::Undecided(Vec::new())
    }
}

/// The proof that no weights meet the demands, from the multipliers that say so, or from those of slightly smaller demands.
fn refuted(
    mut cues: Cues,
    i: usize,
    multipliers: &[(usize, f64)],
    control: &Control<'_>,
) -> Answer {
    if let Some(core) = core(&cues, i, multipliers) {
        return Answer::Refuted(core);
    }
    for share in SHARES {
        cues = cues.with_share(share);
        let found = nearest(&mut cues, Goal::Any, control);
        if !found.holds
            && let Some(core) = core(&cues, i, &found.multipliers)
        {
            return Answer::Refuted(core);
        }
    }
    let labels = multipliers.iter().map(|&(label, _)| label / 2);
    let damaged = labels.filter(|&k| cues.demands[k] != Demand::default());
    let mut patterns: Vec<usize> = damaged.map(|k| cues.patterns[k]).collect();
    patterns.sort_unstable();
    patterns.dedup();
    Answer::Undecided(patterns)
}

/// Whether every worst cue has a field above 0. Exact for values on the grid, whose sums are all exact.
fn holds(cues: &mut Cues, values: &[f64]) -> bool {
    let mut padded = values.to_vec();
    padded.resize(values.len().next_multiple_of(WIDTH).max(WIDTH), 0.0);
    cues.sort_inputs(&padded);
    (0..cues.len()).all(|k| cues.worst_field(k, &padded).0 > 0.0)
}
