//! The exact finish: projected Newton on the dual, from multipliers that a first-order method has brought near.
//!
//! With G at hand, the face of positive multipliers (and those about to become positive) is solved by Cholesky
//! factorisation and the step projected onto λ ≥ 0 (Bertsekas 1982): once the face is right, one step is the optimum to
//! rounding. Directed neurons have a few hundred rows on their margin, so this is milliseconds.

use super::cholesky::Cholesky;
use super::dual::{Summary, hopeless};
use crate::geometry::min_norm::{Gram, MOST_ROWS, MinNorm, Verdict};
use crate::tolerances::{FINISH_ROUNDING, KKT, RIDGE};
use attractor::Control;
use attractor::kernels::linear::add_multiple;
use attractor::kernels::vectors::with_vectors;

/// Most Newton steps; 5 to 20 are needed. More: longer where it does not converge; fewer: Wolfe's slower method takes over.
const STEPS: usize = 60;
/// Most halvings of a projected step. More: steps too short to matter; fewer: Wolfe's slower method takes over.
const HALVINGS: usize = 30;

/// Rows of products between two looks at the control. More: a stop waits; fewer: clock readings cost time.
const ROWS_PER_LOOK: usize = 32;

/// The products a_r·a_s of a set of rows.
pub(super) trait Products {
    /// Number of rows.
    fn size(&self) -> usize;
    /// The products of row r with all rows.
    fn fill(&self, r: usize, row: &mut [f64]);
}

impl Products for Gram {
    fn size(&self) -> usize {
        self.size()
    }

    fn fill(&self, r: usize, row: &mut [f64]) {
        row.copy_from_slice(self.row(r));
    }
}

/// The optimal face of one dual, as far as it was found.
struct Finish {
    multipliers: Vec<f64>,
    /// Whether the optimality conditions hold to [`KKT`].
    converged: bool,
}

/// Least ½λᵀGλ − Σλ over λ ≥ 0, from `start`, for rows of squared norm `scale`.
fn finish(products: &impl Products, scale: f64, start: &[f64], control: &Control<'_>) -> Finish {
    let mut newton = Newton {
        fields: fields(products, start, control),
        multipliers: start.to_vec(),
        products,
        scale,
    };
    let mut converged = false;
    for _ in 0..STEPS {
        if control.should_stop() {
            break;
        }
        if newton.residual() <= KKT {
            converged = true;
            break;
        }
        if hopeless(&newton.summary(), scale) || !newton.step(control) {
            break;
        }
    }
    Finish {
        multipliers: newton.multipliers,
        converged,
    }
}

/// What is known of a set of rows at the end.
pub(super) enum Settled {
    /// Multipliers of the widest margin, or the best there are.
    Multipliers(Vec<f64>),
    /// Some rows, and multipliers λ > 0 with Σ λ_r a_r = 0 to rounding.
    Dependent(Vec<usize>, Vec<f64>),
}

/// Newton, and where it does not get through Wolfe's algorithm, slower and surer, from the rows where Newton stopped.
/// A dependency counts if one of its rows is `strict`.
pub(super) fn settle(
    products: &impl Products,
    dimension: usize,
    scale: f64,
    strict: &[bool],
    start: &[f64],
    control: &Control<'_>,
) -> Settled {
    let finish = finish(products, scale, start, control);
    if finish.converged || control.should_stop() || start.len() > MOST_ROWS {
        return Settled::Multipliers(finish.multipliers);
    }
    let (likely, others): (Vec<usize>, Vec<usize>) =
        (0..start.len()).partition(|&r| finish.multipliers[r] > 0.0);
    let gram = gram(products);
    // A margin is asked for all rows; a dependency of rows that are none of them strict excludes that, but is no
    // contradiction: then one with a strict row is sought.
    let every = vec![true; start.len()];
    for asked in [&every[..], strict] {
        let mut wolfe = MinNorm::new(&gram, asked, dimension).with_control(control);
        match wolfe.solve(&[&likely, &others]) {
            Verdict::Dependent if wolfe.corral().iter().any(|&r| strict[r]) => {
                return Settled::Dependent(wolfe.corral().to_vec(), wolfe.multipliers().to_vec());
            }
            Verdict::Separable { .. } if asked == every => {
                let mut multipliers = vec![0.0; start.len()];
                for (&r, &l) in wolfe.corral().iter().zip(wolfe.multipliers()) {
                    multipliers[r] = l;
                }
                return Settled::Multipliers(multipliers);
            }
            Verdict::Dependent => {}
            _ => break,
        }
    }
    Settled::Multipliers(finish.multipliers)
}

/// The Gram matrix that `products` stand for.
fn gram(products: &impl Products) -> Gram {
    let size = products.size();
    let mut entries = vec![0.0; size * size];
    for (r, row) in entries.chunks_mut(size.max(1)).enumerate() {
        products.fill(r, row);
    }
    Gram::from_fn(size, |r, s| entries[r * size + s])
}

struct Newton<'g, G> {
    products: &'g G,
    scale: f64,
    multipliers: Vec<f64>,
    fields: Vec<f64>,
}

impl<G: Products> Newton<'_, G> {
    /// Largest violation of: fields ≥ 1, and = 1 where λ > 0.
    fn residual(&self) -> f64 {
        let conditions = self.multipliers.iter().zip(&self.fields);
        conditions
            .map(|(&l, &f)| if l > 0.0 { (f - 1.0).abs() } else { 1.0 - f })
            .fold(0.0, f64::max)
    }

    fn objective(&self) -> f64 {
        let terms = self.multipliers.iter().zip(&self.fields);
        terms.map(|(l, f)| l * (0.5 * f - 1.0)).sum()
    }

    fn summary(&self) -> Summary {
        let rows = self.multipliers.iter().zip(&self.fields);
        Summary::new(rows, |(&l, &field)| (l, field, true))
    }

    /// One projected Newton step; false if neither the objective nor, where that drowns in rounding, the residual falls.
    fn step(&mut self, control: &Control<'_>) -> bool {
        let free: Vec<usize> = (0..self.products.size())
            .filter(|&r| self.multipliers[r] > 0.0 || self.fields[r] < 1.0 - KKT)
            .collect();
        let Some(direction) = self.direction(&free, control) else {
            return false;
        };
        let (objective, residual) = (self.objective(), self.residual());
        let rounding = FINISH_ROUNDING * objective.abs();
        let old = (self.multipliers.clone(), self.fields.clone());
        let mut length = 1.0;
        for _ in 0..HALVINGS {
            for (&r, d) in free.iter().zip(&direction) {
                self.multipliers[r] = (old.0[r] + length * d).max(0.0);
            }
            self.fields = fields(self.products, &self.multipliers, control);
            if control.should_stop() {
                break;
            }
            let change = self.objective() - objective;
            if change < -rounding || (change < rounding && self.residual() < residual) {
                return true;
            }
            length *= 0.5;
        }
        (self.multipliers, self.fields) = old;
        false
    }

    /// (G_FF + δ)⁻¹ (1 − fields) over the free rows.
    fn direction(&self, free: &[usize], control: &Control<'_>) -> Option<Vec<f64>> {
        if free.len() > MOST_ROWS {
            return None;
        }
        let mut full = vec![0.0; self.products.size()];
        let factor = Cholesky::new(free.len(), control, |k, row| {
            self.products.fill(free[k], &mut full);
            for (entry, &s) in row[k..].iter_mut().zip(&free[k..]) {
                *entry = full[s];
            }
            row[k] += RIDGE * self.scale;
        })?;
        let mut direction: Vec<f64> = free.iter().map(|&r| 1.0 - self.fields[r]).collect();
        factor.solve(&mut direction);
        direction.iter().all(|d| d.is_finite()).then_some(direction)
    }
}

/// Gλ, as far as `control` lets it.
fn fields(products: &impl Products, multipliers: &[f64], control: &Control<'_>) -> Vec<f64> {
    let mut fields = vec![0.0; products.size()];
    let mut row = vec![0.0; products.size()];
    for (r, &l) in multipliers.iter().enumerate().filter(|(_, l)| **l > 0.0) {
        if r.is_multiple_of(ROWS_PER_LOOK) && control.should_stop() {
            break;
        }
        products.fill(r, &mut row);
        with_vectors(
            #[inline(always)]
            || add_multiple(l, &row, &mut fields),
        );
    }
    fields
}
