//! The Cholesky factor of `E = e eᵀ + G_CC`, updated as rows enter and leave the corral `C`.
//!
//! `margin/cholesky.rs` has the factor of a system that does not change; this one is for systems of some tens of rows that
//! come and go. Rows are padded with zeros to whole vectors, because remainders would cost as much as the work itself.

use attractor::kernels::linear::{WIDTH, add_four_multiples, dot_padded};

/// `U` with `UᵀU = E`, and the forward half of the solution of `E u = e`.
#[derive(Clone)]
pub(super) struct Factor {
    order: usize,
    stride: usize,
    /// Strictly upper part of `U`, row-major with `stride` columns; all else in it is zero.
    upper: Vec<f64>,
    /// Reciprocals of the diagonal of `U`, then zeros.
    inverses: Vec<f64>,
    /// `y = U⁻ᵀ e`, then zeros.
    forward: Vec<f64>,
    /// `u`, also the column that is being appended; then zeros.
    solution: Vec<f64>,
}

impl Factor {
    /// The factor of the empty corral, with room for `most` rows.
    pub(super) fn new(most: usize) -> Self {
        let stride = most.next_multiple_of(WIDTH);
        Self {
            order: 0,
            stride,
            upper: vec![0.0; stride * stride],
            inverses: vec![0.0; stride],
            forward: vec![0.0; stride],
            solution: vec![0.0; stride],
        }
    }

    /// Empties the corral.
    #[inline(always)]
    pub(super) fn clear(&mut self) {
        self.order = 0;
        self.upper.fill(0.0);
        self.inverses.fill(0.0);
        self.forward.fill(0.0);
        self.solution.fill(0.0);
    }

    /// `u` with `E u = e`, by `U u = y`.
    #[inline(always)]
    pub(super) fn solve(&mut self) -> &mut [f64] {
        let end = self.order.next_multiple_of(WIDTH);
        let (stride, u) = (self.stride, &mut self.solution[..end]);
        u.copy_from_slice(&self.forward[..end]);
        // Tile by tile: entries of one tile depend on each other in order, tiles do not.
        for start in (0..end).step_by(WIDTH).rev() {
            let (tile, known) = u[start..].split_at_mut(WIDTH);
            let rows = &self.upper[start * stride..(start + WIDTH) * stride];
            let rows: [&[f64]; WIDTH] = std::array::from_fn(|k| &rows[k * stride..][start..end]);
            for (value, row) in tile.iter_mut().zip(rows) {
                *value -= dot_padded(&row[WIDTH..], known);
            }
            for k in (0..WIDTH).rev() {
                tile[k] *= self.inverses[start + k];
                for s in 0..k {
                    tile[s] -= rows[s][k] * tile[k];
                }
            }
        }
        &mut self.solution[..self.order]
    }

    /// The vector that [`Self::solve`] returned last, with the caller's changes.
    #[inline(always)]
    pub(super) fn solution(&self) -> &[f64] {
        &self.solution[..self.order]
    }

    /// Appends a row of `E`: its entries with the corral's rows, its diagonal, its entry of `e`. False, and nothing is
    /// changed, where the pivot is not above `least`: the row depends on the corral's.
    #[inline(always)]
    pub(super) fn append(
        &mut self,
        entries: impl Iterator<Item = f64>,
        diagonal: f64,
        right: f64,
        least: f64,
    ) -> bool {
        let order = self.order;
        let end = order.next_multiple_of(WIDTH);
        let (stride, column) = (self.stride, &mut self.solution[..end]);
        for (value, entry) in column.iter_mut().zip(entries) {
            *value = entry;
        }
        for start in (0..end).step_by(WIDTH) {
            let (tile, rest) = column[start..].split_at_mut(WIDTH);
            let rows = &self.upper[start * stride..(start + WIDTH) * stride];
            let rows: [&[f64]; WIDTH] = std::array::from_fn(|k| &rows[k * stride..][start..end]);
            for k in 0..WIDTH {
                tile[k] *= self.inverses[start + k];
                for s in k + 1..WIDTH {
                    tile[s] -= rows[k][s] * tile[k];
                }
            }
            let (first, second) = rows.split_at(WIDTH / 2);
            for (rows, values) in [(first, &tile[..WIDTH / 2]), (second, &tile[WIDTH / 2..])] {
                let rows: [&[f64]; 4] = std::array::from_fn(|k| &rows[k][WIDTH..]);
                add_four_multiples(std::array::from_fn(|k| -values[k]), rows, rest);
            }
        }
        let pivot = diagonal - dot_padded(column, column);
        let forward = right - dot_padded(column, &self.forward[..end]);
        let independent = pivot > least;
        if independent {
            for (t, &value) in column[..order].iter().enumerate() {
                self.upper[t * stride + order] = value;
            }
            let pivot = pivot.sqrt();
            self.inverses[order] = pivot.recip();
            self.forward[order] = forward / pivot;
            self.order += 1;
        }
        self.solution.fill(0.0);
        independent
    }

    /// Removes the row at `position`: its column leaves `U`, and rotations make the rest triangular again.
    #[inline(always)]
    pub(super) fn delete(&mut self, position: usize) {
        let (order, stride) = (self.order, self.stride);
        for t in 0..order {
            let row = &mut self.upper[t * stride..][..order];
            if t >= position {
                row[t] = self.inverses[t].recip();
            }
            row.copy_within(position + 1.., position);
            row[order - 1] = 0.0;
        }
        let end = order.next_multiple_of(WIDTH);
        for t in position..order - 1 {
            let start = t / WIDTH * WIDTH;
            let (above, below) = self.upper.split_at_mut((t + 1) * stride);
            let upper = &mut above[t * stride + start..t * stride + end];
            let lower = &mut below[start..end];
            let (p, q) = (upper[t - start], lower[t - start]);
            let inverse = (p * p + q * q).sqrt().recip();
            let (c, s) = (p * inverse, q * inverse);
            for (p, q) in upper.iter_mut().zip(lower.iter_mut()) {
                (*p, *q) = (c * *p + s * *q, c * *q - s * *p);
            }
            (upper[t - start], lower[t - start]) = (0.0, 0.0);
            self.inverses[t] = inverse;
            let (p, q) = (self.forward[t], self.forward[t + 1]);
            self.forward[t] = c * p + s * q;
            self.forward[t + 1] = c * q - s * p;
        }
        self.order -= 1;
        self.upper[self.order * stride..][..stride].fill(0.0);
        self.inverses[self.order] = 0.0;
        self.forward[self.order] = 0.0;
        self.solution[self.order] = 0.0;
    }
}
