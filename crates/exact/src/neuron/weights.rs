//! Weights for rows that can hold: the widest margin, on a grid on which every sum of them is exact.
//!
//! Weights are whole numbers of steps of the [`grid`], on which sums commit no rounding. So the recount here, in
//! integers, is what any later recall sees.
//!
//! Under weak rows there may be dependencies of weak rows alone; their fields vanish whatever the weights. The widest
//! margin is then sought in the subspace where they do, and the grid weights are made of whole multiples of an integer
//! basis of it, so that those fields vanish exactly.

use crate::control::Control;
use crate::grid;
use crate::min_norm::{Gram, MinNorm, Verdict};
use crate::neuron::NeuronSystem;

/// Weights of one neuron and what they achieve.
#[derive(Debug, Clone, PartialEq)]
pub struct Unit {
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
pub fn widest(
    system: &NeuronSystem,
    gram: &Gram,
    kept: &[usize],
    control: &Control<'_>,
) -> Option<Unit> {
    let mut vanishing: Vec<usize> = Vec::new();
    loop {
        let free: Vec<usize> = kept
            .iter()
            .copied()
            .filter(|r| !vanishing.contains(r))
            .collect();
        match nearest(system, gram, &free, &vanishing, control) {
            Nearest::Point(point, squared_margin) => {
                let steps = snap(system, &point, &vanishing)?;
                let unit = recount(system, &steps, squared_margin);
                let holds = kept.iter().all(|r| unit.wrong.binary_search(r).is_err());
                return holds.then_some(unit);
            }
            // A dependency of weak rows: on it all fields vanish. One with a strict row is a contradiction.
            Nearest::Dependent(rows) => {
                if rows.iter().any(|&r| system.strict()[r]) {
                    return None;
                }
                vanishing.extend(rows);
                vanishing.sort_unstable();
                vanishing.dedup();
            }
            Nearest::Unresolved => return None,
        }
    }
}

/// The unit with these weights, which are scaled and snapped to the grid first.
pub fn unit_of(system: &NeuronSystem, weights: &[f64]) -> Unit {
    let steps = snap_freely(system, weights);
    recount(system, &steps, 0.0)
}

/// The unit whose weights are these whole numbers up to a power of two: what vanishes for them vanishes. They are at most
/// the number of patterns in size.
pub fn unit_of_whole(system: &NeuronSystem, weights: &[i64]) -> Unit {
    let greatest = weights.iter().fold(1, |m: i64, w| m.max(w.abs()));
    let shift = (steps_in_one(system.columns()) as i64 / greatest)
        .max(1)
        .ilog2();
    let steps: Vec<i64> = weights.iter().map(|w| w << shift).collect();
    recount(system, &steps, 0.0)
}

enum Nearest {
    Point(Vec<f64>, f64),
    Dependent(Vec<usize>),
    Unresolved,
}

/// The point nearest the origin of conv{free}, all of them asked to be strictly positive, plus span{vanishing}.
fn nearest(
    system: &NeuronSystem,
    gram: &Gram,
    free: &[usize],
    vanishing: &[usize],
    control: &Control<'_>,
) -> Nearest {
    if free.is_empty() {
        return Nearest::Point(vec![0.0; system.columns()], 0.0);
    }
    let plain = vanishing.is_empty();
    // The rows of the span enter with both signs, as a cone.
    let all: Vec<usize> = if plain {
        (0..system.len()).collect()
    } else {
        [free, vanishing, vanishing].concat()
    };
    let split = all.len() - 2 * vanishing.len();
    let opposite = split + vanishing.len();
    let sign = |k: usize| if k < opposite { 1.0 } else { -1.0 };
    let entry = |k: usize, l: usize| sign(k) * sign(l) * gram.row(all[k])[all[l]];
    let extended;
    let gram = if plain {
        gram
    } else {
        extended = Gram::from_fn(all.len(), entry);
        &extended
    };
    let names: Vec<usize> = (0..all.len()).collect();
    let asked = if plain { free } else { &names[..split] };
    let strict: Vec<bool> = (0..all.len()).map(|k| k < split).collect();
    let mut solver = MinNorm::new(gram, &strict, system.columns()).with_control(control);
    match solver.solve(&[&names[split..], asked]) {
        Verdict::Separable { squared_norm } => {
            let mut point = vec![0.0; system.columns()];
            for (&k, &multiplier) in solver.corral().iter().zip(solver.multipliers()) {
                for (j, x) in point.iter_mut().enumerate() {
                    *x += sign(k) * multiplier * system.sign(all[k], j) as f64;
                }
            }
            Nearest::Point(point, squared_norm)
        }
        Verdict::Dependent => {
            let free = solver.corral().iter().filter(|&&k| k < split);
            Nearest::Dependent(free.map(|&k| all[k]).collect())
        }
        Verdict::Unasked | Verdict::Unresolved => Nearest::Unresolved,
    }
}

/// The number of grid steps in 1.
fn steps_in_one(columns: usize) -> f64 {
    grid::spacing(columns).recip()
}

fn snap_freely(system: &NeuronSystem, weights: &[f64]) -> Vec<i64> {
    let greatest = weights.iter().fold(0.0, |m: f64, w| m.max(w.abs()));
    if greatest == 0.0 {
        return vec![0; weights.len()];
    }
    let scale = steps_in_one(system.columns()) / greatest;
    weights.iter().map(|w| (w * scale).round() as i64).collect()
}

/// Steps of the weights nearest `weights` on which the rows `vanishing` vanish exactly.
fn snap(system: &NeuronSystem, weights: &[f64], vanishing: &[usize]) -> Option<Vec<i64>> {
    if vanishing.is_empty() {
        return Some(snap_freely(system, weights));
    }
    let basis = Elimination::of(system, vanishing)?;
    let greatest = weights.iter().fold(0.0, |m: f64, w| m.max(w.abs()));
    if greatest == 0.0 {
        return Some(vec![0; weights.len()]);
    }
    // Free weights move in multiples of the common pivot, so that the others come out whole.
    let scale = steps_in_one(system.columns()) / 2.0 / greatest / basis.pivot as f64;
    let mut steps = vec![0; weights.len()];
    for &j in &basis.free {
        steps[j] = (weights[j] * scale).round() as i64;
    }
    for (&column, row) in basis.pivots.iter().zip(&basis.rows) {
        let sum: i128 = basis
            .free
            .iter()
            .map(|&j| row[j] * i128::from(steps[j]))
            .sum();
        steps[column] = i64::try_from(-sum).ok()?;
    }
    for &j in &basis.free {
        steps[j] = i64::try_from(i128::from(steps[j]) * basis.pivot).ok()?;
    }
    let most = steps_in_one(system.columns()) as i64;
    steps.iter().all(|s| s.abs() <= most).then_some(steps)
}

/// Rows brought to the form `pivot · w_c + Σ_{j free} row_j w_j = 0`, one common pivot, by fraction-free elimination.
struct Elimination {
    pivot: i128,
    pivots: Vec<usize>,
    rows: Vec<Vec<i128>>,
    free: Vec<usize>,
}

impl Elimination {
    /// `None` where entries outgrow 128 bits.
    fn of(system: &NeuronSystem, rows: &[usize]) -> Option<Self> {
        let columns = system.columns();
        let mut left: Vec<Vec<i128>> = rows
            .iter()
            .map(|&r| {
                (0..columns)
                    .map(|j| i128::from(system.sign(r, j)))
                    .collect()
            })
            .collect();
        let mut done: Vec<Vec<i128>> = Vec::new();
        let mut pivots = Vec::new();
        let mut pivot = 1_i128;
        while let Some(row) = left.pop() {
            let Some(column) = row.iter().position(|&x| x != 0) else {
                continue;
            };
            let next = row[column];
            for other in done.iter_mut().chain(&mut left) {
                let factor = other[column];
                for (x, &y) in other.iter_mut().zip(&row) {
                    // Bareiss: the division is exact.
                    let minor = x.checked_mul(next)?.checked_sub(y.checked_mul(factor)?)?;
                    *x = minor / pivot;
                }
            }
            done.push(row);
            pivots.push(column);
            pivot = next;
        }
        let free = (0..columns).filter(|j| !pivots.contains(j)).collect();
        // All rows have the last pivot, possibly negative, at their column.
        Some(Self {
            pivot,
            pivots,
            rows: done,
            free,
        })
    }
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
