//! Cholesky factorisation of dense positive definite matrices, in panels of 64 columns.
//!
//! A = UᵀU with U upper triangular, row by row: U_k,k: = (A_k,k: − Σ_m<k U_mk U_m,k:) / U_kk. A panel's 64 columns are
//! summed side by side in vector registers, two rows at a time.

use attractor::Control;
use attractor::kernels::linear::subtract_products;
use attractor::kernels::signed_sums::{LANES, Lanes};
use attractor::kernels::vectors::with_vectors;

/// The upper triangular factor.
pub(super) struct Cholesky {
    order: usize,
    /// Panel q holds columns 64q … 64q+63 of rows 0 … 64q+63.
    panels: Vec<Vec<Lanes<f64>>>,
}

impl Cholesky {
    /// Factors the matrix with upper rows `fill(k, row)`, which sets `row[c]` for c ≥ k; None unless every pivot is
    /// positive, and if `control` stops it.
    pub(super) fn new(
        order: usize,
        control: &Control<'_>,
        mut fill: impl FnMut(usize, &mut [f64]),
    ) -> Option<Self> {
        let mut row = vec![0.0; order];
        let mut panels: Vec<Vec<Lanes<f64>>> = (0..order.div_ceil(LANES))
            .map(|q| Vec::with_capacity((q + 1) * LANES))
            .collect();
        for k in 0..order {
            if k.is_multiple_of(LANES) && control.should_stop() {
                return None;
            }
            fill(k, &mut row);
            for (q, panel) in panels.iter_mut().enumerate().skip(k / LANES) {
                let columns = &row[q * LANES..order.min((q + 1) * LANES)];
                panel.push(Lanes::from_slice(columns));
            }
        }
        let mut factor = Self { order, panels };
        for block in 0..factor.panels.len() {
            factor.eliminate(block, control)?;
        }
        Some(factor)
    }

    /// Finishes rows 64·block … of all panels.
    fn eliminate(&mut self, block: usize, control: &Control<'_>) -> Option<()> {
        let first = block * LANES;
        let rows = first..self.order.min(first + LANES);
        let (done, rest) = self.panels.split_at_mut(block + 1);
        let diagonal = &mut done[block];
        // The diagonal block first: its rows' multipliers serve the panels to the right.
        subtract(diagonal, None, rows.clone(), first);
        for k in rows.clone() {
            let lane = k - first;
            let (above, here) = diagonal.split_at_mut(k);
            let row = &mut here[0];
            for above in &above[first..] {
                let factor = above.0[lane];
                for c in lane..LANES {
                    row.0[c] -= factor * above.0[c];
                }
            }
            let pivot = row.0[lane];
            if !(pivot.is_finite() && pivot > 0.0) {
                return None;
            }
            let root = pivot.sqrt();
            row.0[..lane].fill(0.0);
            row.0[lane..].iter_mut().for_each(|entry| *entry /= root);
        }
        let diagonal = &done[block];
        for panel in rest {
            if control.should_stop() {
                return None;
            }
            subtract(panel, Some(diagonal), rows.clone(), first);
            for k in rows.clone() {
                let lane = k - first;
                let (above, here) = panel.split_at_mut(k);
                let factors = diagonal[first..k].iter().map(|row| row.0[lane]);
                subtract_products(&mut here[0], factors, &above[first..]);
                let root = diagonal[k].0[lane];
                here[0].0.iter_mut().for_each(|entry| *entry /= root);
            }
        }
        Some(())
    }

    /// x ← A⁻¹ x.
    pub(super) fn solve(&self, x: &mut [f64]) {
        for k in 0..self.order {
            x[k] /= self.entry(k, k);
            let value = x[k];
            self.for_row(k, |columns, row| {
                for (x, u) in x[columns].iter_mut().zip(row) {
                    *x -= value * u;
                }
            });
        }
        for k in (0..self.order).rev() {
            let mut value = x[k];
            self.for_row(k, |columns, row| {
                value -= x[columns].iter().zip(row).map(|(x, u)| x * u).sum::<f64>();
            });
            x[k] = value / self.entry(k, k);
        }
    }

    fn entry(&self, k: usize, c: usize) -> f64 {
        self.panels[c / LANES][k].0[c % LANES]
    }

    /// The entries of row k right of the diagonal, panel by panel.
    fn for_row(&self, k: usize, mut visit: impl FnMut(std::ops::Range<usize>, &[f64])) {
        for (q, panel) in self.panels.iter().enumerate().skip(k / LANES) {
            let columns = (q * LANES).max(k + 1)..self.order.min((q + 1) * LANES);
            if !columns.is_empty() {
                let row = &panel[k].0[columns.start - q * LANES..columns.end - q * LANES];
                visit(columns, row);
            }
        }
    }
}

/// Rows `rows` of `panel` less Σ_m<first U_mk U_m, with U_mk from the panel `diagonal` (the panel itself if None).
fn subtract(
    panel: &mut [Lanes<f64>],
    diagonal: Option<&[Lanes<f64>]>,
    rows: std::ops::Range<usize>,
    first: usize,
) {
    let (above, here) = panel.split_at_mut(first);
    let factors = diagonal.map_or(&*above, |diagonal| &diagonal[..first]);
    with_vectors(
        #[inline(always)]
        || {
            let mut lane = 0;
            for pair in here[..rows.len()].chunks_mut(2) {
                if let [a, b] = pair {
                    for (f, v) in factors.iter().zip(above.iter()) {
                        let (fa, fb) = (f.0[lane], f.0[lane + 1]);
                        for c in 0..LANES {
                            a.0[c] -= fa * v.0[c];
                            b.0[c] -= fb * v.0[c];
                        }
                    }
                } else {
                    let a = &mut pair[0];
                    for (f, v) in factors.iter().zip(above.iter()) {
                        let fa = f.0[lane];
                        for c in 0..LANES {
                            a.0[c] -= fa * v.0[c];
                        }
                    }
                }
                lane += 2;
            }
        },
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn systems_are_solved() {
        for order in [1, 2, 63, 64, 65, 130, 200] {
            let entry = |r: usize, c: usize| {
                let distance = r.abs_diff(c) as f64;
                (-0.3 * distance).exp() + if r == c { 0.1 } else { 0.0 }
            };
            let factor = Cholesky::new(order, &Control::new(), |k, row| {
                for (c, value) in row.iter_mut().enumerate().skip(k) {
                    *value = entry(k, c);
                }
            })
            .unwrap();
            let expected: Vec<f64> = (0..order).map(|k| (k as f64).sin()).collect();
            let mut x: Vec<f64> = (0..order)
                .map(|r| (0..order).map(|c| entry(r, c) * expected[c]).sum())
                .collect();
            factor.solve(&mut x);
            for (x, e) in x.iter().zip(&expected) {
                assert!((x - e).abs() < 1e-11, "order {order}");
            }
        }
    }

    #[test]
    fn an_indefinite_matrix_has_no_factor() {
        let indefinite = [[1.0, 2.0], [2.0, 1.0]];
        let fill = |k: usize, row: &mut [f64]| row.copy_from_slice(&indefinite[k]);
        assert!(Cholesky::new(2, &Control::new(), fill).is_none());
    }
}
