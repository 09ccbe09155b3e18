//! The point of least norm where rows are too many to list: an oracle names the row that falls furthest short.
//!
//! Wolfe's cycles as in [`MinNorm`](super::MinNorm), with the same factor of the corral, but without a Gram matrix: a row is
//! made when it is needed. Every row is asked for strictly. Rows that an oracle makes are nearly dependent, so that an
//! infeasible system ends near the origin with approximate multipliers: a claim that rests on them is proven in integers
//! first.

use super::factor::Factor;
use crate::tolerances::{MULTIPLIER, ORIGIN, PIVOT, SEPARATED, SEPARATION_GAP};
use attractor::Control;
use attractor::kernels::linear::{WIDTH, add_multiple, dot_padded, squared_norm};
use attractor::kernels::vectors::with_vectors;

/// Most cycles of one call, for each entry of a row. Larger: a call that makes no progress because of rounding takes longer.
/// Smaller: hard margins stay undecided; 1 to 5 were seen.
const CYCLES: usize = 20;

/// Most cycles of one call on the smallest systems.
const LEAST_CYCLES: usize = 200;

/// A row that an oracle made.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Made {
    /// The oracle's label of the row, for example its pattern; several rows may share one.
    pub(crate) label: usize,
    /// `a·x`.
    pub(crate) field: f64,
}

/// Rows that are made when they are needed.
pub(crate) trait WorstRow {
    /// Entries of a row.
    fn dimension(&self) -> usize;

    /// The row with the least `a·x`, into `row`, which is zero; `None` if there are no rows. Vectors are padded with zeros to
    /// whole registers.
    fn worst(&mut self, x: &[f64], row: &mut [f64]) -> Option<Made>;
}

/// How far to go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Goal {
    /// To weights that hold every row, or to the origin.
    Any,
    /// To the widest margin.
    Widest,
}

/// Where the iteration ended.
#[derive(Debug, Clone)]
pub(crate) struct Nearest {
    /// `x = Σ λ_r a_r`, without padding.
    pub(crate) point: Vec<f64>,
    /// Whether `x` holds every row, by a field above rounding.
    pub(crate) holds: bool,
    /// (label, λ) of the corral's rows.
    pub(crate) multipliers: Vec<(usize, f64)>,
}

/// Finds the nearest point over the rows of `oracle`, as far as `goal` asks and `control` allows.
pub(crate) fn nearest(oracle: &mut impl WorstRow, goal: Goal, control: &Control<'_>) -> Nearest {
    with_vectors(
        #[inline(always)]
        || {
            let mut wolfe = Wolfe::new(oracle.dimension());
            let holds = wolfe.run(oracle, goal, control);
            wolfe.nearest(holds)
        },
    )
}

/// The corral and its point.
struct Wolfe {
    dimension: usize,
    rows: Vec<Vec<f64>>,
    made: Vec<Made>,
    multipliers: Vec<f64>,
    factor: Factor,
    point: Vec<f64>,
}

impl Wolfe {
    fn new(dimension: usize) -> Self {
        Self {
            dimension,
            rows: Vec::new(),
            made: Vec::new(),
            multipliers: Vec::new(),
            factor: Factor::new(dimension + 2),
            point: vec![0.0; dimension.next_multiple_of(WIDTH)],
        }
    }

    /// Whether the point holds every row at the end.
    #[inline(always)]
    fn run(&mut self, oracle: &mut impl WorstRow, goal: Goal, control: &Control<'_>) -> bool {
        let scale = self.dimension as f64;
        let mut row = vec![0.0; self.point.len()];
        match oracle.worst(&self.point, &mut row) {
            Some(made) if self.append(made, row) => self.multipliers[0] = 1.0,
            first => return first.is_none(),
        }
        let mut fresh = true;
        for cycle in 1..=LEAST_CYCLES + CYCLES * self.dimension {
            self.move_to_affine_minimum();
            let squared = squared_norm(&self.point);
            if squared <= ORIGIN * scale {
                return false;
            }
            let mut row = vec![0.0; self.point.len()];
            let Some(worst) = oracle.worst(&self.point, &mut row) else {
                return true;
            };
            let holds = worst.field > SEPARATED * (squared * scale).sqrt();
            let is_widest = worst.field >= squared * (1.0 - SEPARATION_GAP);
            if holds && (goal == Goal::Any || is_widest) {
                return true;
            }
            if cycle.is_multiple_of(16) && control.should_stop() {
                return holds;
            }
            if self.append(worst, row) {
                fresh = false;
            } else if fresh {
                return holds;
            } else {
                // Either updates have cost the factor its last digits, or the row is dependent.
                self.refactor();
                fresh = true;
            }
        }
        false
    }

    #[inline(always)]
    fn append(&mut self, made: Made, row: Vec<f64>) -> bool {
        if self.rows.len() > self.dimension {
            return false;
        }
        let entries = self.rows.iter().map(|other| 1.0 + dot_padded(other, &row));
        let diagonal = 1.0 + dot_padded(&row, &row);
        let least = PIVOT * self.dimension as f64;
        let independent = self.factor.append(entries, diagonal, 1.0, least);
        if independent {
            self.rows.push(row);
            self.made.push(made);
            self.multipliers.push(0.0);
        }
        independent
    }

    /// Wolfe's minor cycles, then the point.
    #[inline(always)]
    fn move_to_affine_minimum(&mut self) {
        while let Some(leaving) = self.step() {
            self.factor.delete(leaving);
            self.rows.remove(leaving);
            self.made.remove(leaving);
            self.multipliers.remove(leaving);
        }
        self.point.fill(0.0);
        for (row, &l) in self.rows.iter().zip(&self.multipliers) {
            add_multiple(l, row, &mut self.point);
        }
    }

    /// Goes towards the nearest point of the affine hull; the position of the row that leaves the corral on the way.
    #[inline(always)]
    fn step(&mut self) -> Option<usize> {
        let target = self.factor.solve();
        let total: f64 = target.iter().sum();
        let (mut step, mut leaving) = (1.0_f64, None);
        for (position, (&l, u)) in self.multipliers.iter().zip(target).enumerate() {
            *u /= total;
            if *u <= MULTIPLIER {
                let ratio = if l > *u { l / (l - *u) } else { 0.0 };
                if leaving.is_none() || ratio < step {
                    (step, leaving) = (ratio.min(1.0), Some(position));
                }
            }
        }
        let target = self.factor.solution();
        for (l, &u) in self.multipliers.iter_mut().zip(target) {
            *l += step * (u - *l);
        }
        leaving
    }

    /// Makes the factor anew; rows that turn out dependent leave.
    fn refactor(&mut self) {
        self.factor.clear();
        let made = std::mem::take(&mut self.made);
        let rows = std::mem::take(&mut self.rows);
        let multipliers = std::mem::take(&mut self.multipliers);
        for ((made, row), l) in made.into_iter().zip(rows).zip(multipliers) {
            if self.append(made, row)
                && let Some(last) = self.multipliers.last_mut()
            {
                *last = l;
            }
        }
        let total: f64 = self.multipliers.iter().sum();
        self.multipliers.iter_mut().for_each(|l| *l /= total);
    }

    fn nearest(mut self, holds: bool) -> Nearest {
        self.point.truncate(self.dimension);
        let labels = self.made.iter().map(|made| made.label);
        Nearest {
            point: self.point,
            holds,
            multipliers: labels.zip(self.multipliers).collect(),
        }
    }
}
