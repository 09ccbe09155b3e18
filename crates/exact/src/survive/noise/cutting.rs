//! Cutting: which worst cues weights break, and how far they may go towards others.

use crate::instance::Instance;
use crate::survive::cues::{Cues, Demand};
use crate::tolerances::REPAIR_GAP;
use attractor::Stability;
use attractor::kernels::linear::{WIDTH, norm};

/// Rounds of adding cues at most. More: neurons of many patterns take longer for gains that recall does not show. Fewer:
/// where many cues bind, the weights stay near those of widest robust margin.
pub(super) const ROUNDS: usize = 30;

/// Halvings on the way to the last point that survives.
const HALVINGS: usize = 12;

/// How far towards that point a round begins: at the point itself its cues would be on the floor, where the barrier is
/// infinite.
const INSIDE: f64 = 0.9;

/// Shares of the new weights in blends with the surviving ones, tried on the grid in this order.
pub(super) const BLENDS: [f64; 4] = [1.0, 0.99, 0.9, 0.5];

/// Neuron i's held bits with their demands.
pub(super) fn cues(
    instance: &Instance<'_>,
    (held, demands): (&Stability, &[Demand]),
    i: usize,
) -> Cues {
    Cues::new(instance, i, |mu| held.is_right(mu, i).then(|| demands[mu]))
}

/// The least field of any cue over the norm of the weights; infinite without cues, NaN without weights.
pub(super) fn least(cues: &mut Cues, values: &[f64]) -> f64 {
    let padded = sorted(cues, values);
    let fields = (0..cues.len()).map(|k| cues.worst_field(k, &padded).0);
    fields.fold(f64::INFINITY, f64::min) / norm(&values[..cues.inputs.len()])
}

/// Rows over the inputs, each with its ξ, of the worst cues that weights bring below `floor` times their norm. A little below
/// it is what the barrier's rounding leaves, and not worth a row.
pub(super) fn broken(cues: &mut Cues, values: &[f64], floor: f64) -> Vec<(Vec<f64>, f64)> {
    let padded = sorted(cues, values);
    let inputs = cues.inputs.len();
    let floor = floor * norm(&values[..inputs]) * (1.0 - REPAIR_GAP);
    let mut rows = Vec::new();
    for k in 0..cues.len() {
        let (field, damage) = cues.worst_field(k, &padded);
        if field < floor {
            let mut row = padded.clone();
            cues.damaged(k, damage, &padded, &mut row);
            let sign = if cues.bias { row[inputs] } else { 0.0 };
            row.truncate(inputs);
            rows.push((row, sign));
        }
    }
    rows
}

/// The values padded as the cues want them, which are sorted for them.
fn sorted(cues: &mut Cues, values: &[f64]) -> Vec<f64> {
    let mut padded = values.to_vec();
    padded.resize(values.len().next_multiple_of(WIDTH).max(WIDTH), 0.0);
    cues.sort_inputs(&padded);
    padded
}

/// The share of the way at which a round begins, of one that leaves what survives: near the last that `survives`.
pub(super) fn last_inside(mut survives: impl FnMut(f64) -> bool) -> f64 {
    let (mut low, mut high) = (0.0, 1.0);
    for _ in 0..HALVINGS {
        let middle = f64::midpoint(low, high);
        if survives(middle) {
            low = middle;
        } else {
            high = middle;
        }
    }
    INSIDE * low
}

/// (1 − share)·from + share·to.
pub(super) fn blend(from: &[f64], to: &[f64], share: f64) -> Vec<f64> {
    let pairs = from.iter().zip(to);
    pairs.map(|(a, b)| (1.0 - share) * a + share * b).collect()
}
