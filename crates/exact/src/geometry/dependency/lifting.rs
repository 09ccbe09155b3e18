//! Numeric-symbolic lifting (Wan 2006): the solution of `E λ = e`, to as many binary digits as are asked for.

use super::fractions::{SLACK, without_denominator, without_short_denominator};
use super::{LONG, SignRows};
use attractor::Control;
use attractor::kernels::linear::add_multiple;
use attractor::kernels::vectors::with_vectors;
use num_bigint::BigInt;
use num_traits::Zero;

/// Digits that are kept in machine integers.
pub(super) const SHORT: usize = 120;

/// The solution of `E λ = e` and how many of its binary digits are known.
pub(super) struct Lifting {
    order: usize,
    /// `E`, row-major; whole numbers.
    matrix: Vec<f64>,
    /// Its Cholesky factor, below the diagonal and, transposed, above it.
    factor: Vec<f64>,
    residual: Vec<f64>,
    /// `⌊λ 2^digits⌉` to within a few units, without the digits of `last`.
    solution: Vec<BigInt>,
    /// The last `pending` digits, not yet added to `solution`.
    last: Vec<i128>,
    pending: usize,
    /// Largest value of `pending`.
    short: usize,
    digits: usize,
    step: usize,
    columns: usize,
}

impl Lifting {
    pub(super) fn new(system: &impl SignRows, rows: &[usize], step: usize) -> Option<Self> {
        let order = rows.len();
        let mut matrix = vec![0.0; order * order];
        for (k, &r) in rows.iter().enumerate() {
            for (l, &s) in rows[..=k].iter().enumerate() {
                let both = i64::from(system.is_strict(r) && system.is_strict(s));
                let entry = (system.product(r, s) + both) as f64;
                (matrix[k * order + l], matrix[l * order + k]) = (entry, entry);
            }
        }
        let factor = with_vectors(
            #[inline(always)]
            || cholesky(&matrix, order),
        )?;
        let residual = rows
            .iter()
            .map(|&r| f64::from(u8::from(system.is_strict(r))))
            .collect();
        Some(Self {
            order,
            matrix,
            factor,
            residual,
            solution: vec![BigInt::zero(); order],
            last: vec![0; order],
            pending: 0,
            short: SHORT,
            digits: 0,
            step,
            columns: system.columns(),
        })
    }

    /// Digits that always suffice, by Cramer's rule: the denominators divide `det E`, and twice a denominator's digits
    /// determine the fraction.
    pub(super) fn most_digits(&self) -> usize {
        2 * self.determinant_digits() + 2 * SLACK
    }

    /// Digits that nearly always suffice where `n + 1` strict rows depend: the common denominator then divides the determinant of a
    /// ±1 matrix of order n + 1, the root of `det E`, and that is a multiple of 2^n.
    pub(super) fn likely_digits(&self) -> usize {
        self.determinant_digits().saturating_sub(2 * self.columns) + 2 * SLACK
    }

    fn determinant_digits(&self) -> usize {
        let diagonal = (0..self.order).map(|t| self.factor[t * self.order + t]);
        (2.0 * diagonal.map(f64::log2).sum::<f64>()).max(0.0) as usize + 1
    }

    /// Refines until `digits` binary digits stand; `None` if the factor is too inexact to make progress.
    pub(super) fn lift(&mut self, digits: usize, control: &Control<'_>) -> Option<()> {
        with_vectors(
            #[inline(always)]
            || self.lift_with_vectors(digits, control),
        )
    }

    #[inline(always)]
    fn lift_with_vectors(&mut self, digits: usize, control: &Control<'_>) -> Option<()> {
        let scale = (1_u64 << self.step) as f64;
        while self.digits < digits {
            if self.order >= LONG && control.should_stop() {
                return None;
            }
            let mut correction = self.solve();
            for value in &mut correction {
                *value = (*value * scale).round_ties_even();
            }
            // Digits stay within a few units of the step when refinement converges.
            if correction.iter().any(|c| c.abs() > 8.0 * scale) {
                if self.digits > 0 {
                    return None;
                }
                // Multipliers of weak rows may be of any size.
                self.short = 0;
            }
            for rest in &mut self.residual {
                *rest *= scale;
            }
            for (row, &c) in self.matrix.chunks(self.order).zip(&correction) {
                add_multiple(-c, row, &mut self.residual);
            }
            if self.pending + self.step > self.short {
                self.settle();
            }
            for (last, &c) in self.last.iter_mut().zip(&correction) {
                *last = (*last << self.step) + c as i128;
            }
            self.pending += self.step;
            self.digits += self.step;
        }
        Some(())
    }

    /// Adds the last digits to the others.
    fn settle(&mut self) {
        for (solution, last) in self.solution.iter_mut().zip(&mut self.last) {
            *solution <<= self.pending;
            *solution += std::mem::take(last);
        }
        self.pending = 0;
    }

    #[inline(always)]
    fn solve(&self) -> Vec<f64> {
        let mut x = self.residual.clone();
        for k in 0..self.order {
            let row = &self.factor[k * self.order..(k + 1) * self.order];
            let value = x[k] / row[k];
            x[k] = value;
            add_multiple(-value, &row[k + 1..], &mut x[k + 1..]);
        }
        for k in (0..self.order).rev() {
            let row = &self.factor[k * self.order..(k + 1) * self.order];
            let value = x[k] / row[k];
            x[k] = value;
            add_multiple(-value, &row[..k], &mut x[..k]);
        }
        x
    }

    /// The solution times its common denominator, if the digits that stand tell one.
    pub(super) fn whole(&mut self, control: &Control<'_>) -> Option<Vec<BigInt>> {
        self.settle();
        without_denominator(&self.solution, self.digits, control)
    }

    /// The same in machine integers, while all digits are pending.
    pub(super) fn short_whole(&self) -> Option<Vec<i64>> {
        if self.pending < self.digits {
            return None;
        }
        without_short_denominator(&self.last, self.digits)
    }
}

/// The Cholesky factor, below the diagonal and, transposed, above it: both halves of a solution then run along rows. For
/// orders of some tens; the factor in panels of `margin/cholesky.rs` is for those of hundreds.
#[inline(always)]
fn cholesky(matrix: &[f64], order: usize) -> Option<Vec<f64>> {
    let mut factor = matrix.to_vec();
    for k in 0..order {
        let (above, below) = factor.split_at_mut((k + 1) * order);
        let row = &mut above[k * order + k..];
        if row[0] <= 0.0 {
            return None;
        }
        let root = row[0].sqrt();
        for x in row.iter_mut() {
            *x /= root;
        }
        for (l, other) in (1..).zip(below.chunks_mut(order)) {
            add_multiple(-row[l], &row[l..], &mut other[k + l..]);
            other[k] = row[l];
        }
    }
    Some(factor)
}
