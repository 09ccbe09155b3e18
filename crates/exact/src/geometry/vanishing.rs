//! Weights of widest margin where some fields must vanish.
//!
//! Under weak rows there may be dependencies of weak rows alone; their fields vanish whatever the weights. The widest
//! margin is then sought in the subspace where they do, and the grid weights are made of whole multiples of an integer
//! basis of it, so that those fields vanish exactly.

use crate::geometry::dependency::SignRows;
use crate::geometry::min_norm::{Gram, MinNorm, Verdict};
use attractor::Control;

/// The weights of widest margin that hold the rows `kept`, as whole numbers of which `one` stands for 1, and their squared
/// norm before they were scaled: the squared margin of unit weights on the rows whose fields need not vanish, zero if
/// there is none. `gram` is that of all rows. `None` if the rows cannot hold, or if floating point does not resolve the
/// weights that hold them, or if `control` says stop.
pub(crate) fn widest(
    system: &impl SignRows,
    gram: &Gram,
    kept: &[usize],
    one: f64,
    control: &Control<'_>,
) -> Option<(Vec<i64>, f64)> {
    let mut vanishing: Vec<usize> = Vec::new();
    loop {
        let free: Vec<usize> = kept
            .iter()
            .copied()
            .filter(|r| !vanishing.contains(r))
            .collect();
        match nearest(system, gram, &free, &vanishing, control) {
            Nearest::Point(point, squared_margin) => {
                return Some((snap(system, &point, &vanishing, one)?, squared_margin));
            }
            // A dependency of weak rows: on it all fields vanish. One with a strict row is a contradiction.
            Nearest::Dependent(rows) => {
                if rows.iter().any(|&r| system.is_strict(r)) {
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

enum Nearest {
    Point(Vec<f64>, f64),
    Dependent(Vec<usize>),
    Unresolved,
}

/// The point nearest the origin of conv{free}, all of them asked to be strictly positive, plus span{vanishing}.
fn nearest(
    system: &impl SignRows,
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
        (0..gram.size()).collect()
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

/// `weights` scaled so that the greatest is `one`, and rounded.
pub(crate) fn snap_freely(weights: &[f64], one: f64) -> Vec<i64> {
    let greatest = weights.iter().fold(0.0, |m: f64, w| m.max(w.abs()));
    if greatest == 0.0 {
        return vec![0; weights.len()];
    }
    let scale = one / greatest;
    weights.iter().map(|w| (w * scale).round() as i64).collect()
}

/// The whole numbers nearest `weights`, scaled, on which the rows `vanishing` vanish exactly.
fn snap(
    system: &impl SignRows,
    weights: &[f64],
    vanishing: &[usize],
    one: f64,
) -> Option<Vec<i64>> {
    if vanishing.is_empty() {
        return Some(snap_freely(weights, one));
    }
    let basis = Elimination::of(system, vanishing)?;
    let greatest = weights.iter().fold(0.0, |m: f64, w| m.max(w.abs()));
    if greatest == 0.0 {
        return Some(vec![0; weights.len()]);
    }
    // Free weights move in multiples of the common pivot, so that the others come out whole.
    let scale = one / 2.0 / greatest / basis.pivot as f64;
    let mut steps = vec![0; weights.len()];
    for &j in &basis.free {
        steps[j] = (weights[j] * scale).round() as i128;
    }
    for (&column, row) in basis.pivots.iter().zip(&basis.rows) {
        let mut free = basis.free.iter();
        let sum = free.try_fold(0_i128, |sum, &j| {
            sum.checked_add(row[j].checked_mul(steps[j])?)
        });
        steps[column] = -sum?;
    }
    for &j in &basis.free {
        steps[j] = steps[j].checked_mul(basis.pivot)?;
    }
    let whole = |step: i128| i64::try_from(step).ok().filter(|s| s.abs() <= one as i64);
    steps.into_iter().map(whole).collect()
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
    fn of(system: &impl SignRows, rows: &[usize]) -> Option<Self> {
        let columns = system.columns();
        let entries = |&r: &usize| {
            let entry = |j| i128::from(system.sign(r, j));
            (0..columns).map(entry).collect()
        };
        let mut left: Vec<Vec<i128>> = rows.iter().map(entries).collect();
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
