//! Weights for rows that can hold: the widest margin, on a grid on which every sum of them is exact.
//!
//! Weights are whole numbers of steps of the [`grid`], on which sums commit no rounding. So the recount here, in
//! integers, is what any later recall sees.
//! Where fields must vanish (`vanishing`), they do so exactly.

use crate::geometry::grid;
use crate::geometry::min_norm::Gram;
use crate::geometry::vanishing::{self, snap_freely};
use crate::instance::NeuronSystem;
use attractor::Control;

/// Weights of one neuron and what they achieve.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Unit {
    /// Weights in the order of the system's columns (a bias last), in [−1,1] on the [`grid`].
    pub weights: Vec<f64>,
    /// Rows that do not hold, ascending, by exact recount.
    pub wrong: Vec<usize>,
    /// The squared norm of the nearest point: the squared margin of unit weights on the rows that were asked for and
    /// whose fields need not vanish; zero if there was none.
    pub squared_margin: f64,
    /// Whether a weak row holds by a field of zero.
    pub vanishing: bool,
}

/// The unit of widest margin that holds the rows `kept` of `system` and any others by luck; `None` if they cannot hold,
/// or if floating point does not resolve the weights that hold them, or if `control` says stop.
pub(crate) fn widest(
    system: &NeuronSystem,
    gram: &Gram,
    kept: &[usize],
    control: &Control<'_>,
) -> Option<Unit> {
    let one = steps_in_one(system.columns());
    let (steps, squared_margin) = vanishing::widest(system, gram, kept, one, control)?;
    let unit = recount(system, &steps, squared_margin);
    let holds = kept.iter().all(|r| unit.wrong.binary_search(r).is_err());
    holds.then_some(unit)
}

/// The unit with these weights, which are scaled and snapped to the grid first.
pub(crate) fn unit_of(system: &NeuronSystem, weights: &[f64]) -> Unit {
    let steps = snap_freely(weights, steps_in_one(system.columns()));
    recount(system, &steps, 0.0)
}

/// The unit whose weights are these whole numbers up to a power of two: what vanishes for them vanishes. They are at most
/// the number of patterns in size.
pub(crate) fn unit_of_whole(system: &NeuronSystem, weights: &[i64]) -> Unit {
    let greatest = weights.iter().fold(1, |m: i64, w| m.max(w.abs()));
    let shift = (steps_in_one(system.columns()) as i64 / greatest)
        .max(1)
        .ilog2();
    let steps: Vec<i64> = weights.iter().map(|w| w << shift).collect();
    recount(system, &steps, 0.0)
}

/// The number of grid steps in 1.
fn steps_in_one(columns: usize) -> f64 {
    grid::spacing(columns).recip()
}

/// Which rows hold, in integers.
fn recount(system: &NeuronSystem, steps: &[i64], squared_margin: f64) -> Unit {
    let mut vanishing = false;
    let mut wrong = Vec::new();
    for (r, &strict) in system.strict().iter().enumerate() {
        let terms = steps.iter().enumerate();
        let field: i64 = terms.map(|(j, &s)| system.sign(r, j) * s).sum();
        if field < 0 || field == 0 && strict {
            wrong.push(r);
        }
        vanishing |= field == 0 && !strict;
    }
    let one = steps_in_one(system.columns());
    Unit {
        wrong,
        vanishing,
        weights: steps.iter().map(|&s| s as f64 / one).collect(),
        squared_margin,
    }
}
