//! The linear program of one box: weights whose rows have the greatest least slack.
//!
//! Max t over w in the box with Σ_j a_kj w_j − rhs_k − s_k = t and slacks s ≥ 0, by the primal simplex method with bounded
//! variables on a dense tableau. Any corner of the box is a feasible start: t is the least slack there, so that there is no
//! first phase, and rows can come and go between two programs. Multipliers are proposals: what they prove is counted in whole
//! numbers elsewhere.

/// What counts as zero of numbers that begin as small whole ones.
const ZERO: f64 = 1e-9;

/// Pivots without a gain after which the lowest index enters and leaves, which cannot go in a circle (Bland 1977).
const PATIENCE: usize = 50;

/// Pivots for each row and column, at most: rounding could go on for ever. An optimum seen too early proves less.
const MOST_PIVOTS: usize = 100;

/// Σ_j a_j w_j ≥ rhs.
pub(super) struct Row {
    pub(super) entries: Vec<f64>,
    pub(super) rhs: f64,
}

impl Row {
    /// By how much the row exceeds its right side.
    pub(super) fn slack(&self, point: &[f64]) -> f64 {
        let terms = self.entries.iter().zip(point).map(|(a, w)| a * w);
        terms.sum::<f64>() - self.rhs
    }
}

/// The optimum, or the best so far.
pub(super) struct Optimum {
    /// The greatest least slack over all rows; negative: the box has no point.
    pub(super) slack: f64,
    pub(super) point: Vec<f64>,
    /// By row, λ ≥ 0 that add up to 1 and prove the slack.
    pub(super) multipliers: Vec<f64>,
    /// Entries of the tableau that were changed.
    pub(super) work: u64,
}

/// A column of the tableau that is no basic variable.
#[derive(Clone, Copy, PartialEq)]
enum Variable {
    Weight(usize),
    Slack(usize),
}

/// A row of the tableau: its basic variable.
#[derive(Clone, Copy, PartialEq)]
enum Basic {
    /// t, which never leaves.
    Least,
    Other(Variable),
}

struct Tableau<'a> {
    limits: &'a [(f64, f64)],
    /// Basic variable k is `values[k]` now, and changes by row k of `entries` times the changes of the others.
    basic: Vec<Basic>,
    values: Vec<f64>,
    entries: Vec<f64>,
    others: Vec<Variable>,
    /// Of the other variables, whether they are at their upper limit.
    upper: Vec<bool>,
    /// The row of t.
    least: usize,
    work: u64,
}

/// What a step ends at.
enum End {
    /// The entering variable's own other limit.
    Own,
    /// A basic variable's limit, and whether it is the upper one.
    Basic(usize, bool),
}

/// Maximises the least slack of `rows`, of which there is at least one, with weight j within `limits[j]`; ends early once
/// `stops` says so of the entries that were changed.
pub(super) fn maximise(
    rows: &[&Row],
    limits: &[(f64, f64)],
    stops: &dyn Fn(u64) -> bool,
) -> Optimum {
    let mut tableau = Tableau::new(rows, limits);
    let (mut best, mut idle) = (f64::NEG_INFINITY, 0);
    for _ in 0..MOST_PIVOTS * (rows.len() + limits.len()) {
        let Some((column, up)) = tableau.entering(idle > PATIENCE) else {
            break;
        };
        if stops(tableau.work) {
            break;
        }
        tableau.step(column, up, idle > PATIENCE);
        let slack = tableau.values[tableau.least];
        idle = if slack > best + ZERO { 0 } else { idle + 1 };
        best = best.max(slack);
    }
    tableau.optimum(rows.len())
}

impl<'a> Tableau<'a> {
    /// Every weight at the limit that more rows want.
    fn new(rows: &[&Row], limits: &'a [(f64, f64)]) -> Self {
        let columns = limits.len();
        let wanted = |j: usize| rows.iter().map(|row| row.entries[j]).sum::<f64>() >= 0.0;
        let mut upper: Vec<bool> = (0..columns).map(wanted).collect();
        let at = |j: usize| if upper[j] { limits[j].1 } else { limits[j].0 };
        let start: Vec<f64> = (0..columns).map(at).collect();
        let slacks: Vec<f64> = rows.iter().map(|row| row.slack(&start)).collect();
        let least = (0..rows.len())
            .min_by(|&a, &b| slacks[a].total_cmp(&slacks[b]))
            .unwrap_or(0);
        let mut entries = Vec::with_capacity(rows.len() * (columns + 1));
        for (k, row) in rows.iter().enumerate() {
            let of_least = rows[least].entries.iter();
            if k == least {
                entries.extend(row.entries.iter().copied().chain([-1.0]));
            } else {
                entries.extend(row.entries.iter().zip(of_least).map(|(a, b)| a - b));
                entries.push(1.0);
            }
        }
        let basic = |k: usize| {
            if k == least {
                Basic::Least
            } else {
                Basic::Other(Variable::Slack(k))
            }
        };
        let value = |k: usize| {
            if k == least {
                slacks[k]
            } else {
                slacks[k] - slacks[least]
            }
        };
        upper.push(false);
        Self {
            limits,
            basic: (0..rows.len()).map(basic).collect(),
            values: (0..rows.len()).map(value).collect(),
            entries,
            others: (0..columns)
                .map(Variable::Weight)
                .chain([Variable::Slack(least)])
                .collect(),
            upper,
            least,
            work: 0,
        }
    }

    fn width(&self) -> usize {
        self.others.len()
    }

    fn limits_of(&self, variable: Variable) -> (f64, f64) {
        match variable {
            Variable::Weight(j) => self.limits[j],
            Variable::Slack(_) => (0.0, f64::INFINITY),
        }
    }

    /// Which variable enters, and whether it grows: the steepest, or the first in a fixed order.
    fn entering(&self, first: bool) -> Option<(usize, bool)> {
        let row = &self.entries[self.least * self.width()..][..self.width()];
        let gains = |&q: &usize| {
            let (low, high) = self.limits_of(self.others[q]);
            high > low
                && if self.upper[q] {
                    row[q] < -ZERO
                } else {
                    row[q] > ZERO
                }
        };
        let candidates = (0..self.width()).filter(gains);
        let found = if first {
            candidates.min_by_key(|&q| self.order(self.others[q]))
        } else {
            candidates.max_by(|&a, &b| row[a].abs().total_cmp(&row[b].abs()).then(b.cmp(&a)))
        };
        found.map(|q| (q, !self.upper[q]))
    }

    fn order(&self, variable: Variable) -> usize {
        match variable {
            Variable::Weight(j) => j,
            Variable::Slack(k) => self.limits.len() + k,
        }
    }

    /// Moves the entering variable as far as all limits let it.
    fn step(&mut self, column: usize, up: bool, first: bool) {
        let sign = if up { 1.0 } else { -1.0 };
        let (low, high) = self.limits_of(self.others[column]);
        let (mut length, mut end) = (high - low, End::Own);
        for (k, &basic) in self.basic.iter().enumerate() {
            let Basic::Other(variable) = basic else {
                continue;
            };
            let rate = sign * self.entries[k * self.width() + column];
            if rate.abs() <= ZERO {
                continue;
            }
            let (low, high) = self.limits_of(variable);
            let limit = if rate > 0.0 { high } else { low };
            let most = ((limit - self.values[k]) / rate).max(0.0);
            let ties = (most - length).abs() <= ZERO;
            let sooner = match end {
                End::Basic(other, _) if ties && first => self.is_before(k, other),
                End::Basic(other, _) if ties => {
                    rate.abs() > self.entries[other * self.width() + column].abs()
                }
                _ => most < length,
            };
            if sooner {
                (length, end) = (most, End::Basic(k, rate > 0.0));
            }
        }
        for (k, value) in self.values.iter_mut().enumerate() {
            *value += sign * length * self.entries[k * self.others.len() + column];
        }
        match end {
            End::Own => self.upper[column] = up,
            End::Basic(k, at_upper) => {
                let from = if up { low } else { high };
                self.pivot(k, column, from + sign * length, at_upper);
            }
        }
    }

    fn is_before(&self, a: usize, b: usize) -> bool {
        let order = |k: usize| match self.basic[k] {
            Basic::Other(variable) => self.order(variable),
            Basic::Least => usize::MAX,
        };
        order(a) < order(b)
    }

    /// The variable of `column` becomes basic in row k, with this value.
    fn pivot(&mut self, k: usize, column: usize, value: f64, at_upper: bool) {
        let width = self.width();
        let Basic::Other(leaving) = self.basic[k] else {
            return;
        };
        self.basic[k] = Basic::Other(self.others[column]);
        self.values[k] = value;
        self.others[column] = leaving;
        self.upper[column] = at_upper;
        let pivot = self.entries[k * width + column];
        let mut row: Vec<f64> = self.entries[k * width..][..width].to_vec();
        for entry in &mut row {
            *entry /= -pivot;
        }
        row[column] = 1.0 / pivot;
        for (other, entries) in self.entries.chunks_exact_mut(width).enumerate() {
            let factor = entries[column];
            if other == k || factor == 0.0 {
                continue;
            }
            entries[column] = 0.0;
            for (entry, own) in entries.iter_mut().zip(&row) {
                *entry += factor * own;
            }
        }
        self.entries[k * width..][..width].copy_from_slice(&row);
        self.work += self.entries.len() as u64;
    }

    fn optimum(&self, rows: usize) -> Optimum {
        let mut point = vec![0.0; self.limits.len()];
        let mut multipliers = vec![0.0; rows];
        let gains = &self.entries[self.least * self.width()..];
        for (q, &variable) in self.others.iter().enumerate() {
            match variable {
                Variable::Weight(j) => {
                    point[j] = if self.upper[q] {
                        self.limits[j].1
                    } else {
                        self.limits[j].0
                    };
                }
                Variable::Slack(k) => multipliers[k] = (-gains[q]).max(0.0),
            }
        }
        for (k, &basic) in self.basic.iter().enumerate() {
            if let Basic::Other(Variable::Weight(j)) = basic {
                point[j] = self.values[k];
            }
        }
        Optimum {
            slack: self.values[self.least],
            point,
            multipliers,
            work: self.work + self.entries.len() as u64,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::{RngExt, SeedableRng};
    use rand_chacha::ChaCha8Rng;

    /// Point and multipliers prove one another: the point is in the box and reaches the slack, and the multipliers allow no more.
    #[test]
    fn the_optimum_is_proven_by_duality() {
        let mut rng = ChaCha8Rng::seed_from_u64(1);
        for case in 0..400 {
            let (columns, count) = (rng.random_range(1..14), rng.random_range(1..9));
            let mut entry = || f64::from(rng.random_range(-1..=1));
            let rows: Vec<Row> = (0..count)
                .map(|k| Row {
                    entries: (0..columns).map(|_| entry()).collect(),
                    rhs: f64::from(k % 3),
                })
                .collect();
            let limits: Vec<(f64, f64)> = (0..columns)
                .map(|j| {
                    if (j + case) % 4 == 0 {
                        (1.0, 1.0)
                    } else {
                        (-1.0, (j % 2) as f64)
                    }
                })
                .collect();
            let found = maximise(&rows.iter().collect::<Vec<_>>(), &limits, &|_| false);
            for (w, (low, high)) in found.point.iter().zip(&limits) {
                assert!((low - 1e-6..=high + 1e-6).contains(w));
            }
            let slacks = rows.iter().map(|row| row.slack(&found.point));
            let least = slacks.fold(f64::INFINITY, f64::min);
            assert!(
                (least - found.slack).abs() < 1e-6,
                "{least} {}",
                found.slack
            );
            let sum: f64 = found.multipliers.iter().sum();
            assert!((sum - 1.0).abs() < 1e-6);
            let bound: f64 = (0..columns)
                .map(|j| {
                    let c: f64 = rows
                        .iter()
                        .zip(&found.multipliers)
                        .map(|(r, l)| l * r.entries[j])
                        .sum();
                    (c * limits[j].0).max(c * limits[j].1)
                })
                .sum();
            let rhs: f64 = rows
                .iter()
                .zip(&found.multipliers)
                .map(|(r, l)| l * r.rhs)
                .sum();
            assert!((bound - rhs - found.slack).abs() < 1e-6);
        }
    }
}
