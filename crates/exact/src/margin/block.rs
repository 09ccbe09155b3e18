//! One neuron's dual with everything else fixed: its multipliers λ ≥ 0 to (nearly) their best values.
//!
//! Least ½λᵀGλ − Σλ over the neuron's rows, G their Gram matrix, where the fields start from what the other neurons'
//! multipliers give. Passes of coordinate steps (Hildreth 1957) find the rows on the margin; Newton steps on them, cut
//! off where a multiplier reaches zero (as in non-negative least squares, Lawson & Hanson 1974), do what coordinates
//! are slow at. Both only ever lower the objective, so the work may stop anywhere.

use super::cholesky::Cholesky;
use super::finish::Products;
use crate::geometry::min_norm::MOST_ROWS;
use crate::tolerances::BLOCK_RIDGE;
use attractor::Control;
use attractor::kernels::linear::add_multiple;
use attractor::kernels::vectors::with_vectors;

/// Most coordinate passes in a round. More: slow where Newton would do; fewer: Newton begins on wrong faces.
const PASSES: usize = 16;
/// Most Newton steps in a round. More: work that other blocks undo; fewer: more rounds.
const FACES: usize = 12;

/// Rows of a pass between two looks at the control. More: a stop waits; fewer: clock readings cost time.
const ROWS_PER_LOOK: usize = 64;

/// When coordinate passes make room for Newton steps.
#[derive(Debug, Clone, Copy)]
pub(super) enum Newton {
    /// Once the face is settled: on the way there, when faces are large and wrong, Newton is the dearer way.
    OnSettledFaces,
    /// Once one row in eight or less moves: where coordinates no longer settle.
    OnNearFaces,
}

/// A neuron's rows, multipliers and fields.
pub(super) struct Block<'g, G> {
    products: &'g G,
    /// |a_r|², the same for all rows.
    squared: f64,
    multipliers: Vec<f64>,
    fields: Vec<f64>,
    row: Vec<f64>,
}

impl<'g, G: Products> Block<'g, G> {
    /// Rows of squared norm `squared` > 0 with their multipliers and the fields of the present weights.
    pub(super) fn new(
        products: &'g G,
        squared: f64,
        multipliers: Vec<f64>,
        fields: Vec<f64>,
    ) -> Self {
        Self {
            products,
            squared,
            row: vec![0.0; fields.len()],
            multipliers,
            fields,
        }
    }

    pub(super) fn into_multipliers(self) -> Vec<f64> {
        self.multipliers
    }

    /// At most `rounds` rounds, until no row is farther than `tolerance` from its optimality condition.
    pub(super) fn improve(
        &mut self,
        rounds: usize,
        newton: Newton,
        tolerance: f64,
        control: &Control<'_>,
    ) {
        let near = match newton {
            Newton::OnSettledFaces => 0,
            Newton::OnNearFaces => self.multipliers.iter().filter(|l| **l > 0.0).count() / 8,
        };
        for _ in 0..rounds {
            if self.residual() <= tolerance || control.should_stop() {
                return;
            }
            if (0..PASSES).any(|_| self.pass(control) <= near) && !control.should_stop() {
                for _ in 0..FACES {
                    if !self.face(control) {
                        break;
                    }
                }
            }
        }
    }

    /// Largest violation of: fields ≥ 1, and = 1 where λ > 0.
    fn residual(&self) -> f64 {
        let conditions = self.multipliers.iter().zip(&self.fields);
        conditions
            .map(|(&l, &f)| if l > 0.0 { (f - 1.0).abs() } else { 1.0 - f })
            .fold(0.0, f64::max)
    }

    /// λ_r ← max(0, λ_r + (1 − a_r·w)/|a_r|²), row by row until stopped; how many rows entered or left the face.
    fn pass(&mut self, control: &Control<'_>) -> usize {
        let mut crossed = 0;
        for r in 0..self.multipliers.len() {
            if r.is_multiple_of(ROWS_PER_LOOK) && control.should_stop() {
                break;
            }
            let old = self.multipliers[r];
            let new = (old + (1.0 - self.fields[r]) / self.squared).max(0.0);
            if new != old {
                self.set(r, new);
                crossed += usize::from((new == 0.0) != (old == 0.0));
            }
        }
        crossed
    }

    /// Newton on the rows with λ > 0, as far as all stay so; whether one reached zero, so that there is more to do.
    fn face(&mut self, control: &Control<'_>) -> bool {
        let free: Vec<usize> = (0..self.multipliers.len())
            .filter(|&r| self.multipliers[r] > 0.0)
            .collect();
        let (products, row) = (self.products, &mut self.row);
        if free.len() > MOST_ROWS {
            return false;
        }
        let factor = Cholesky::new(free.len(), control, |k, upper| {
            products.fill(free[k], row);
            for (entry, &s) in upper[k..].iter_mut().zip(&free[k..]) {
                *entry = row[s];
            }
            upper[k] += BLOCK_RIDGE * self.squared;
        });
        let Some(factor) = factor else {
            return false;
        };
        let mut direction: Vec<f64> = free.iter().map(|&r| 1.0 - self.fields[r]).collect();
        factor.solve(&mut direction);
        let mut length = 1.0;
        let mut blocking = None;
        for (&r, &d) in free.iter().zip(&direction) {
            let room = -self.multipliers[r] / d;
            if d < 0.0 && room < length {
                (length, blocking) = (room, Some(r));
            }
        }
        for (&r, d) in free.iter().zip(direction) {
            let new = if blocking == Some(r) {
                0.0
            } else {
                (self.multipliers[r] + length * d).max(0.0)
            };
            self.set(r, new);
        }
        blocking.is_some()
    }

    fn set(&mut self, r: usize, value: f64) {
        let change = value - self.multipliers[r];
        self.multipliers[r] = value;
        self.products.fill(r, &mut self.row);
        let (fields, row) = (&mut self.fields, &self.row);
        with_vectors(
            #[inline(always)]
            || add_multiple(change, row, fields),
        );
    }
}
