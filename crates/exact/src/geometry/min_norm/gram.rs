//! The inner products of the rows: all that the primitive needs to know of them.

use attractor::Control;
use attractor::kernels::linear::{WIDTH, add_four_multiples, add_multiple};

/// Most rows whose Gram matrix is made: 512 MB for each thread. Searches with more rows use methods without one.
pub(crate) const MOST_ROWS: usize = 8_192;

/// Rows of a Gram matrix between two looks at the control, each some tens of microseconds.
const ROWS_PER_LOOK: usize = 32;

/// The Gram matrix `G_rs = a_r·a_s` of a set of rows.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Gram {
    size: usize,
    /// `size`, padded to whole vectors.
    stride: usize,
    /// Row-major with `stride` columns, those beyond `size` zero.
    entries: Vec<f64>,
}

impl Gram {
    /// The symmetric matrix of `size` rows with entry `(r, s)` given by `entry`.
    pub(crate) fn from_fn(size: usize, entry: impl Fn(usize, usize) -> f64) -> Self {
        Self::until_stopped(size, &Control::new(), entry)
    }

    /// Like [`Self::from_fn`], but rows after a stop stay zero: ask `control` before using the matrix.
    pub(crate) fn until_stopped(
        size: usize,
        control: &Control<'_>,
        entry: impl Fn(usize, usize) -> f64,
    ) -> Self {
        let stride = size.next_multiple_of(WIDTH);
        let mut entries = vec![0.0; size * stride];
        for r in 0..size {
            if r.is_multiple_of(ROWS_PER_LOOK) && control.should_stop() {
                break;
            }
            for s in 0..=r {
                let value = entry(r, s);
                entries[r * stride + s] = value;
                entries[s * stride + r] = value;
            }
        }
        Self {
            size,
            stride,
            entries,
        }
    }

    /// Number of rows whose products the matrix holds.
    pub(crate) fn size(&self) -> usize {
        self.size
    }

    /// The products of row `r` with all rows.
    pub(crate) fn row(&self, r: usize) -> &[f64] {
        &self.padded(r)[..self.size]
    }

    /// The length of a row with its padding.
    pub(super) fn stride(&self) -> usize {
        self.stride
    }

    fn padded(&self, r: usize) -> &[f64] {
        &self.entries[r * self.stride..(r + 1) * self.stride]
    }

    /// `a_s · Σ λ_r a_r` of every row s, and zeros to [`Self::stride`], over the listed rows r and their multipliers λ.
    #[inline(always)]
    pub(super) fn fields(&self, rows: &[usize], multipliers: &[f64], fields: &mut [f64]) {
        let (quads, rest) = rows.as_chunks::<4>();
        let (factors, last) = multipliers.as_chunks::<4>();
        fields.fill(0.0);
        for (r, l) in quads.iter().zip(factors) {
            add_four_multiples(*l, r.map(|r| self.padded(r)), fields);
        }
        for (&r, &l) in rest.iter().zip(last) {
            add_multiple(l, self.padded(r), fields);
        }
    }
}

/// Sparse rows, whose products with a combination of rows cost less than by the Gram matrix.
pub(crate) trait Fields: Send + Sync {
    /// Entries of scratch that [`Self::fields`] needs.
    fn scratch(&self) -> usize;

    /// `a_s · Σ λ_r a_r` of every row s, over the listed rows r and their multipliers λ.
    fn fields(&self, rows: &[usize], multipliers: &[f64], scratch: &mut [f64], fields: &mut [f64]);
}
