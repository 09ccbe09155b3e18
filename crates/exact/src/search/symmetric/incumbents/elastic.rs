//! The elastic linear program over the coupled rows, warm from change to change.
//!
//! minimise Σ_r c_r u_r + Σ_j τ_j |w_j|  subject to  a_r·w + u_r ≥ b_r, u ≥ 0  (Chinneck's elastic filter with a small L1
//! term that makes the answer unique). Its dual has bounded variables only,
//!
//! maximise Σ_r b_r λ_r  subject to  Σ_r λ_r a_r + z = 0, 0 ≤ λ_r ≤ c_r, |z_j| ≤ τ_j,
//!
//! so any basis becomes dual feasible by moving nonbasic variables to the other bound, and the bounded dual simplex with
//! long steps (Maros 2003) and steepest-edge weights restarts from any change of the costs c. The inverse of the basis is
//! dense (`inverse`).

use super::super::coupled::Coupled;
use super::inverse::Inverse;
use crate::tolerances::{
    ELASTIC_DRIFT, ELASTIC_FEASIBLE, ELASTIC_PIVOT, ELASTIC_SAFE_PIVOT, ELASTIC_TIE,
};
use attractor::Control;
use attractor::kernels::linear::add_multiple;
use attractor::kernels::vectors::with_vectors;

/// Pivots between two looks at the control. More: with hundreds of thousands of rows, where a pivot takes milliseconds, a stop
/// waits; fewer: clock readings cost time.
const PIVOTS_PER_LOOK: u64 = 8;

/// Pivots after which the inverse is made anew. More: rounding errors grow; fewer: making it anew, which costs as much as half
/// of these pivots, takes most of the time.
const REFACTOR: u32 = 120;
/// The same a column, where that is more.
const REFACTOR_PER_COLUMN: u32 = 2;

/// Breakpoints of a step that are sorted at first. More: sorting costs time; fewer: all are sorted more often.
const NEAR: usize = 48;

/// How a solve ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Solved {
    /// Optimal for the present costs.
    Optimal,
    /// The pivots that were granted are used up, or rounding stopped it.
    Stopped,
}

/// A basis and everything that follows from it. Variables: rows 0..m, then the columns' z.
#[derive(Debug, Clone)]
pub(crate) struct Elastic {
    rows: usize,
    columns: usize,
    asked: Vec<f64>,
    cost: Vec<f64>,
    penalty: Vec<f64>,
    head: Vec<u32>,
    /// Place in the basis, −1 for nonbasic.
    place: Vec<i32>,
    upper: Vec<bool>,
    basic: Vec<f64>,
    inverse: Inverse,
    /// b_r − a_r·w of rows, −w_j of columns.
    reduced: Vec<f64>,
    since: u32,
    pivots: u64,
    work: Work,
}

/// Scratch.
#[derive(Debug, Clone)]
struct Work {
    alpha: Vec<f64>,
    matrix: Vec<f64>,
    direction: Vec<f64>,
    line: Vec<f64>,
    sums: Vec<f64>,
    breaks: Vec<(f64, u32)>,
}

impl Elastic {
    /// All costs zero, w = 0. `asked` is b; `penalty` is τ, positive.
    pub(crate) fn new(coupled: &Coupled, asked: Vec<f64>, penalty: Vec<f64>) -> Self {
        let (m, n) = (coupled.len(), coupled.columns());
        let place = (0..m + n).map(|v| if v < m { -1 } else { (v - m) as i32 });
        let mut reduced = asked.clone();
        reduced.resize(m + n, 0.0);
        Self {
            rows: m,
            columns: n,
            asked,
            cost: vec![0.0; m],
            penalty,
            head: (m as u32..(m + n) as u32).collect(),
            place: place.collect(),
            upper: vec![false; m + n],
            basic: vec![0.0; n],
            inverse: Inverse::identity(n),
            reduced,
            since: 0,
            pivots: 0,
            work: Work {
                alpha: vec![0.0; m + n],
                matrix: coupled.scratch(),
                direction: vec![0.0; n],
                line: vec![0.0; n],
                sums: vec![0.0; n],
                breaks: Vec::new(),
            },
        }
    }

    /// c_r: 0 gives the row up.
    pub(crate) fn set_cost(&mut self, r: usize, cost: f64) {
        self.cost[r] = cost;
    }

    pub(crate) fn cost(&self, r: usize) -> f64 {
        self.cost[r]
    }

    /// `b_r − a_r·w`, the row's shortfall where positive.
    pub(crate) fn shortfall(&self, r: usize) -> f64 {
        self.reduced[r]
    }

    /// `a_r·w`.
    pub(crate) fn field(&self, r: usize) -> f64 {
        self.asked[r] - self.reduced[r]
    }

    pub(crate) fn weights(&self) -> Vec<f64> {
        self.reduced[self.rows..].iter().map(|d| -d).collect()
    }

    pub(crate) fn pivots(&self) -> u64 {
        self.pivots
    }

    fn low(&self, v: usize) -> f64 {
        if v < self.rows {
            0.0
        } else {
            -self.penalty[v - self.rows]
        }
    }

    fn high(&self, v: usize) -> f64 {
        if v < self.rows {
            self.cost[v]
        } else {
            self.penalty[v - self.rows]
        }
    }

    fn bound(&self, v: usize) -> f64 {
        if self.upper[v] {
            self.high(v)
        } else {
            self.low(v)
        }
    }

    /// Optimal for the present costs, within `most` pivots and unless `control` says stop.
    pub(crate) fn solve(&mut self, coupled: &Coupled, most: u64, control: &Control<'_>) -> Solved {
        let last = self.pivots + most;
        self.place_nonbasic(coupled);
        let mut fresh = self.since == 0;
        loop {
            if self.since >= REFACTOR.max(REFACTOR_PER_COLUMN * self.columns as u32) {
                self.refactor(coupled);
                fresh = true;
            }
            let Some((k, over)) = self.leaving() else {
                if fresh {
                    return Solved::Optimal;
                }
                self.reprice(coupled);
                fresh = true;
                continue;
            };
            fresh = false;
            if self.pivots.is_multiple_of(PIVOTS_PER_LOOK) && control.should_stop() {
                return Solved::Stopped;
            }
            if self.pivots >= last || !self.pivot(coupled, k, over) {
                return Solved::Stopped;
            }
        }
    }

    /// The basic variable furthest outside its bounds per length of its edge.
    fn leaving(&self) -> Option<(usize, bool)> {
        let mut best = (0.0, None);
        for (k, (&x, &edge)) in self.basic.iter().zip(self.inverse.lengths()).enumerate() {
            let v = self.head[k] as usize;
            let (below, above) = (self.low(v) - x, x - self.high(v));
            let outside = below.max(above);
            if outside > ELASTIC_FEASIBLE && outside * outside > best.0 * edge {
                best = (outside * outside / edge, Some((k, above > below)));
            }
        }
        best.1
    }

    /// The variable at place k of the basis leaves for its upper (`over`) or lower bound. False if nothing can enter.
    fn pivot(&mut self, coupled: &Coupled, k: usize, over: bool) -> bool {
        self.inverse.row(k, &mut self.work.line);
        let Work {
            alpha,
            matrix,
            line,
            ..
        } = &mut self.work;
        coupled.apply(line, matrix, &mut alpha[..self.rows]);
        alpha[self.rows..].copy_from_slice(line);
        let Some((entering, flips)) = self.ratio_test(k, over) else {
            return false;
        };
        self.flip(coupled, flips, entering);
        let leaving = self.head[k] as usize;
        let mut direction = std::mem::take(&mut self.work.direction);
        direction.fill(0.0);
        self.add_column(coupled, entering, &mut direction);
        let pivot = direction[k];
        let drift = (pivot - self.work.alpha[entering]).abs();
        if pivot.abs() < ELASTIC_PIVOT || self.since > 0 && drift > ELASTIC_DRIFT * pivot.abs() {
            self.work.direction = direction;
            let stale = self.since > 0;
            if stale {
                self.refactor(coupled);
            }
            return stale;
        }
        let target = if over {
            self.high(leaving)
        } else {
            self.low(leaving)
        };
        let step = (self.basic[k] - target) / pivot;
        let value = self.bound(entering) + step;
        let ratio = self.reduced[entering] / self.work.alpha[entering];
        with_vectors(
            #[inline(always)]
            || {
                add_multiple(-step, &direction, &mut self.basic);
                add_multiple(-ratio, &self.work.alpha, &mut self.reduced);
            },
        );
        self.reduced[leaving] = -ratio;
        self.reduced[entering] = 0.0;
        self.upper[leaving] = over;
        self.place[leaving] = -1;
        self.head[k] = entering as u32;
        self.place[entering] = k as i32;
        self.basic[k] = value;
        self.inverse.replace(k, &direction, &self.work.line);
        self.work.direction = direction;
        self.since += 1;
        self.pivots += 1;
        true
    }

    /// The entering variable and how many of the first breakpoints are passed by moving to the other bound.
    fn ratio_test(&mut self, k: usize, over: bool) -> Option<(usize, usize)> {
        let leaving = self.head[k] as usize;
        let sign = if over { 1.0 } else { -1.0 };
        let slope = if over {
            self.basic[k] - self.high(leaving)
        } else {
            self.low(leaving) - self.basic[k]
        };
        let mut breaks = std::mem::take(&mut self.work.breaks);
        breaks.clear();
        let alpha = &self.work.alpha;
        for (v, &a) in alpha.iter().enumerate() {
            let a = sign * a;
            if a.abs() <= ELASTIC_PIVOT || self.place[v] >= 0 || self.high(v) <= self.low(v) {
                continue;
            }
            if self.upper[v] {
                if a < 0.0 {
                    breaks.push((self.reduced[v].max(0.0) / -a, v as u32));
                }
            } else if a > 0.0 {
                breaks.push(((-self.reduced[v]).max(0.0) / a, v as u32));
            }
        }
        // Few are passed: mostly only the nearest need to be in order.
        let near = breaks.len().min(NEAR);
        if near < breaks.len() {
            breaks.select_nth_unstable_by(near, nearer);
        }
        breaks[..near].sort_unstable_by(nearer);
        let mut found = self.stop(&breaks[..near], slope);
        if near < breaks.len() && found.is_none_or(|(_, last)| last == near) {
            breaks.sort_unstable_by(nearer);
            found = self.stop(&breaks, slope);
        }
        self.work.breaks = breaks;
        found.map(|(chosen, _)| chosen)
    }

    /// Which breakpoint, of those in order, ends the step and how many are passed before it; and where those that are as
    /// near as the one at which the slope turns end.
    fn stop(&self, breaks: &[(f64, u32)], mut slope: f64) -> Option<((usize, usize), usize)> {
        let size = |t: usize| self.work.alpha[breaks[t].1 as usize].abs();
        let mut stop = None;
        for (t, &(_, v)) in breaks.iter().enumerate() {
            let v = v as usize;
            slope -= size(t) * (self.high(v) - self.low(v));
            if slope < 0.0 {
                stop = Some(t);
                break;
            }
        }
        let stop = stop?;
        let near = breaks[stop].0 + ELASTIC_TIE;
        let mut chosen = stop;
        let mut last = stop + 1;
        while breaks.get(last).is_some_and(|b| b.0 <= near) {
            if size(last) > size(chosen) {
                chosen = last;
            }
            last += 1;
        }
        // A tiny pivot ruins the inverse: an earlier, larger one only makes the step shorter.
        while size(chosen) < ELASTIC_SAFE_PIVOT && chosen > 0 {
            chosen -= 1;
        }
        Some(((breaks[chosen].1 as usize, stop.min(chosen)), last))
    }

    /// The first `count` breakpoints' variables change bound.
    fn flip(&mut self, coupled: &Coupled, count: usize, entering: usize) {
        if count == 0 {
            return;
        }
        let mut sums = std::mem::take(&mut self.work.sums);
        sums.fill(0.0);
        for t in 0..count {
            let v = self.work.breaks[t].1 as usize;
            if v == entering {
                continue;
            }
            let range = self.high(v) - self.low(v);
            let change = if self.upper[v] { -range } else { range };
            self.upper[v] = !self.upper[v];
            self.accumulate(coupled, v, change, &mut sums);
        }
        self.subtract_from_basic(&sums);
        self.work.sums = sums;
    }

    /// `sums += factor · a_v`.
    fn accumulate(&self, coupled: &Coupled, v: usize, factor: f64, sums: &mut [f64]) {
        if v < self.rows {
            for (j, sign) in coupled.row(v) {
                sums[j] += factor * sign;
            }
        } else {
            sums[v - self.rows] += factor;
        }
    }

    /// `basic −= B⁻¹ sums`.
    fn subtract_from_basic(&mut self, sums: &[f64]) {
        let entries = sums.iter().enumerate().filter(|(_, sum)| **sum != 0.0);
        self.inverse
            .add_product(entries.map(|(j, sum)| (j, -sum)), &mut self.basic);
    }

    /// `into += B⁻¹ a_v`.
    fn add_column(&self, coupled: &Coupled, v: usize, into: &mut [f64]) {
        if v < self.rows {
            self.inverse.add_product(coupled.row(v), into);
        } else {
            let unit = std::iter::once((v - self.rows, 1.0));
            self.inverse.add_product(unit, into);
        }
    }

    /// Nonbasic variables go to the bound that their reduced cost wants; the basic ones follow.
    fn place_nonbasic(&mut self, coupled: &Coupled) {
        let mut sums = std::mem::take(&mut self.work.sums);
        sums.fill(0.0);
        for v in 0..self.rows + self.columns {
            if self.place[v] >= 0 {
                self.reduced[v] = 0.0;
                continue;
            }
            if self.reduced[v].abs() > ELASTIC_TIE {
                self.upper[v] = self.reduced[v] > 0.0;
            }
            let value = self.bound(v);
            if value != 0.0 {
                self.accumulate(coupled, v, value, &mut sums);
            }
        }
        self.basic.fill(0.0);
        self.subtract_from_basic(&sums);
        self.work.sums = sums;
    }

    /// Weights and reduced costs from the inverse.
    fn reprice(&mut self, coupled: &Coupled) {
        let n = self.columns;
        let m = self.rows;
        let asked = |&v: &u32| self.asked.get(v as usize).copied().unwrap_or(0.0);
        let head: Vec<f64> = self.head.iter().map(asked).collect();
        let mut w = vec![0.0; n];
        self.inverse.transposed_product(&head, &mut w);
        let Work { alpha, matrix, .. } = &mut self.work;
        coupled.apply(&w, matrix, &mut alpha[..m]);
        for ((d, b), field) in self.reduced.iter_mut().zip(&self.asked).zip(alpha.iter()) {
            *d = b - field;
        }
        for (d, w) in self.reduced[m..].iter_mut().zip(&w) {
            *d = -w;
        }
        self.place_nonbasic(coupled);
    }

    /// The inverse anew, by Gauss–Jordan elimination with pivots as large as can be. Where the basis turns out singular, that
    /// of no rows takes its place.
    fn refactor(&mut self, coupled: &Coupled) {
        let m = self.rows;
        let rows: Vec<usize> = (0..m).filter(|&r| self.place[r] >= 0).collect();
        let free = (0..self.columns).filter(|&j| self.place[m + j] < 0);
        self.inverse.reset();
        let add = |inverse: &Inverse, c: usize, into: &mut [f64]| {
            inverse.add_product(coupled.row(rows[c]), into);
        };
        let places = self.inverse.fill(rows.len(), free.collect(), add);
        if places.is_none() {
            self.inverse.reset();
        }
        // A weight's own variable stays at its own place, where no row takes that.
        self.place.fill(-1);
        for (k, head) in self.head.iter_mut().enumerate() {
            *head = (m + k) as u32;
        }
        for (r, k) in rows.into_iter().zip(places.into_iter().flatten()) {
            self.head[k] = r as u32;
        }
        for (k, &v) in self.head.iter().enumerate() {
            self.place[v as usize] = k as i32;
        }
        self.since = 0;
        self.reprice(coupled);
    }
}

/// Breakpoints by their step, then by their variable.
fn nearer(a: &(f64, u32), b: &(f64, u32)) -> std::cmp::Ordering {
    a.0.total_cmp(&b.0).then(a.1.cmp(&b.1))
}
