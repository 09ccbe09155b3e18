//! The inverse of a basis, dense, its last changes kept apart.
//!
//! Another column in the basis changes the inverse by the product of a column and a row. Some of these are kept as they
//! are and then put into the matrix together, which reads and writes it once for all.

use crate::tolerances::ELASTIC_SINGULAR;
use attractor::kernels::linear::{WIDTH, add_four_multiples, add_multiple, dot, dot_padded};
use attractor::kernels::vectors::with_vectors;

/// Changes that are kept apart. More: each product with the inverse does more; fewer: the matrix is read and written more
/// often.
const PENDING: usize = 16;
/// Entries of a line that are changed at once: with those of the pending columns they stay in the fastest cache.
const CHUNK: usize = 128;

/// B⁻¹ = M − Σ_s c_s d_sᵀ, with squared lengths of its rows.
#[derive(Debug, Clone)]
pub(crate) struct Inverse {
    order: usize,
    /// Entry (k, j) of M at j·n+k: one contiguous line a column.
    lines: Vec<f64>,
    /// Squared lengths of B⁻¹'s rows; while changes are pending, estimates.
    lengths: Vec<f64>,
    /// c_s, one after the other.
    changes: Vec<f64>,
    /// d_s: entry j of all of them together.
    along: Vec<[f64; PENDING]>,
    pending: usize,
}

impl Inverse {
    /// Of the identity.
    pub(crate) fn identity(order: usize) -> Self {
        let mut inverse = Self {
            order,
            lines: vec![0.0; order * order],
            lengths: vec![1.0; order],
            changes: vec![0.0; PENDING * order],
            along: vec![[0.0; PENDING]; order],
            pending: 0,
        };
        inverse.reset();
        inverse
    }

    /// To the identity's.
    pub(crate) fn reset(&mut self) {
        self.lines.fill(0.0);
        for k in 0..self.order {
            self.lines[k * self.order + k] = 1.0;
        }
        self.lengths.fill(1.0);
        self.forget();
    }

    fn forget(&mut self) {
        self.along.fill([0.0; PENDING]);
        self.pending = 0;
    }

    /// Squared lengths of the rows, or estimates.
    pub(crate) fn lengths(&self) -> &[f64] {
        &self.lengths
    }

    /// Row k.
    pub(crate) fn row(&self, k: usize, row: &mut [f64]) {
        let mut own = [0.0; PENDING];
        let changes = self.changes.chunks_exact(self.order);
        for (own, change) in own.iter_mut().zip(changes).take(self.pending) {
            *own = change[k];
        }
        with_vectors(
            #[inline(always)]
            || {
                let lines = self.lines.chunks_exact(self.order);
                for ((entry, line), along) in row.iter_mut().zip(lines).zip(&self.along) {
                    *entry = line[k] - product(&own, along);
                }
            },
        );
    }

    /// `into += B⁻¹ a`, where a has these entries (j, a_j).
    pub(crate) fn add_product(&self, a: impl Iterator<Item = (usize, f64)>, into: &mut [f64]) {
        let n = self.order;
        let mut along = [0.0; PENDING];
        let mut a = a;
        with_vectors(
            #[inline(always)]
            || {
                for (j, factor) in a.by_ref() {
                    add_multiple(factor, &self.lines[j * n..(j + 1) * n], into);
                    add_multiple(factor, &self.along[j], &mut along);
                }
                let changes = self.changes.chunks_exact(n).zip(&along);
                for (change, along) in changes.take(self.pending) {
                    add_multiple(-along, change, into);
                }
            },
        );
    }

    /// `Σ_k b_k B⁻¹_kj` for every j.
    pub(crate) fn transposed_product(&mut self, b: &[f64], into: &mut [f64]) {
        self.merge();
        with_vectors(
            #[inline(always)]
            || {
                let lines = self.lines.chunks_exact(self.order);
                for (entry, line) in into.iter_mut().zip(lines) {
                    *entry = product(line, b);
                }
            },
        );
    }

    /// The column at place k of the basis becomes another one. `direction` is B⁻¹ times it, `row` row k.
    pub(crate) fn replace(&mut self, k: usize, direction: &[f64], row: &[f64]) {
        let s = self.pending;
        let pivot = direction[k];
        let change = &mut self.changes[s * self.order..(s + 1) * self.order];
        with_vectors(
            #[inline(always)]
            || {
                let length = product(row, row);
                let entries = change.iter_mut().zip(&mut self.lengths);
                for ((change, own), y) in entries.zip(direction) {
                    *change = y / pivot;
                    *own = own.max(*change * *change * length);
                }
                self.lengths[k] = length / (pivot * pivot);
            },
        );
        change[k] = (pivot - 1.0) / pivot;
        for (along, entry) in self.along.iter_mut().zip(row) {
            along[s] = *entry;
        }
        self.pending += 1;
        if self.pending == PENDING {
            self.merge();
        }
    }

    /// Puts the pending changes into the matrix.
    fn merge(&mut self) {
        if self.pending == 0 {
            return;
        }
        with_vectors(
            #[inline(always)]
            || self.merge_with_vectors(),
        );
        self.forget();
    }

    #[inline(always)]
    fn merge_with_vectors(&mut self) {
        let n = self.order;
        for first in (0..n).step_by(CHUNK) {
            let last = n.min(first + CHUNK);
            let change = |s: usize| &self.changes[s * n + first..s * n + last];
            let lengths = &mut self.lengths[first..last];
            lengths.fill(0.0);
            for (along, line) in self.along.iter().zip(self.lines.chunks_exact_mut(n)) {
                let line = &mut line[first..last];
                for s in (0..self.pending).step_by(4) {
                    let factors = std::array::from_fn(|t| -along[s + t]);
                    let changes = std::array::from_fn(|t| change(s + t));
                    add_four_multiples(factors, changes, line);
                }
                for (length, entry) in lengths.iter_mut().zip(&*line) {
                    *length += entry * entry;
                }
            }
        }
    }

    /// From the identity's to that of a basis with other columns: `add` gives B⁻¹ times the c-th of `count` columns, which
    /// goes to one of the `free` places; which ones they went to. `None` if the basis is singular.
    pub(crate) fn fill(
        &mut self,
        count: usize,
        mut free: Vec<usize>,
        add: impl Fn(&Self, usize, &mut [f64]),
    ) -> Option<Vec<usize>> {
        let mut places = Vec::with_capacity(count);
        let (mut direction, mut row) = (vec![0.0; self.order], vec![0.0; self.order]);
        for c in 0..count {
            direction.fill(0.0);
            add(self, c, &mut direction);
            let size = |&at: &usize| direction[free[at]].abs();
            let at = (0..free.len()).max_by(|a, b| size(a).total_cmp(&size(b)))?;
            let k = free.swap_remove(at);
            if direction[k].abs() < ELASTIC_SINGULAR {
                return None;
            }
            self.row(k, &mut row);
            self.replace(k, &direction, &row);
            places.push(k);
        }
        self.merge();
        Some(places)
    }
}

/// a·b, [`WIDTH`] sums side by side.
#[inline(always)]
fn product(a: &[f64], b: &[f64]) -> f64 {
    let whole = a.len() / WIDTH * WIDTH;
    dot_padded(a, b) + dot(&a[whole..], &b[whole..])
}

#[cfg(test)]
mod tests {
    use super::*;
    use attractor::kernels::linear::squared_norm;
    use rand::{RngExt, SeedableRng};
    use rand_chacha::ChaCha8Rng;

    /// After any number of replacements the inverse times the basis is the identity, row by row and column by column.
    #[test]
    fn replacements_keep_the_inverse() {
        let mut rng = ChaCha8Rng::seed_from_u64(1);
        let n = 150;
        let mut columns: Vec<Vec<f64>> = (0..n)
            .map(|k| (0..n).map(|j| f64::from(u8::from(j == k))).collect())
            .collect();
        let mut inverse = Inverse::identity(n);
        for step in 0..3 * n {
            let k = (7 * step) % n;
            let column: Vec<f64> = (0..n).map(|_| rng.random_range(-1.0..1.0)).collect();
            let mut direction = vec![0.0; n];
            inverse.add_product(column.iter().copied().enumerate(), &mut direction);
            if direction[k].abs() < 0.1 {
                continue;
            }
            let mut row = vec![0.0; n];
            inverse.row(k, &mut row);
            inverse.replace(k, &direction, &row);
            columns[k] = column;
        }
        for k in [0, 5, n - 1] {
            let mut row = vec![0.0; n];
            inverse.row(k, &mut row);
            for (l, column) in columns.iter().enumerate() {
                let product = dot(&row, column);
                assert!((product - f64::from(u8::from(k == l))).abs() < 1e-6);
            }
            let b: Vec<f64> = (0..n).map(|l| f64::from(u8::from(l == k))).collect();
            let mut again = vec![0.0; n];
            inverse.transposed_product(&b, &mut again);
            assert!(row.iter().zip(&again).all(|(a, b)| (a - b).abs() < 1e-9));
            assert!((inverse.lengths()[k] - squared_norm(&row)).abs() < 1e-9 * squared_norm(&row));
        }
        let add = |inverse: &Inverse, c: usize, into: &mut [f64]| {
            inverse.add_product(columns[c].iter().copied().enumerate(), into);
        };
        let mut anew = Inverse::identity(n);
        let places = anew.fill(n, (0..n).collect(), add).unwrap();
        for (c, &k) in places.iter().enumerate() {
            let (mut one, mut two) = (vec![0.0; n], vec![0.0; n]);
            inverse.row(c, &mut one);
            anew.row(k, &mut two);
            assert!(one.iter().zip(&two).all(|(a, b)| (a - b).abs() < 1e-6));
        }
    }
}
