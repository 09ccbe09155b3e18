//! Dense rows of one neuron with entries −1, 0 and +1, for products with real vectors.

use attractor::Patterns;
use attractor::kernels::linear::{WIDTH, add_four_multiples, add_multiple, dot_padded};
use attractor::kernels::vectors::with_vectors;

/// Rows a_μ = ξ_i^μ ξ^μ over a neuron's inputs, padded with zeros to whole vector registers.
pub(super) struct SignMatrix {
    columns: usize,
    width: usize,
    entries: Vec<f64>,
}

impl SignMatrix {
    /// Neuron i's rows over `inputs` of the patterns `kept`.
    pub(super) fn new(patterns: &Patterns, i: usize, inputs: &[usize], kept: &[usize]) -> Self {
        let width = inputs.len().next_multiple_of(WIDTH);
        let mut entries = vec![0.0; width * kept.len()];
        for (row, &mu) in entries.chunks_mut(width.max(1)).zip(kept) {
            let own = patterns.is_plus(mu, i);
            for (entry, &j) in row.iter_mut().zip(inputs) {
                *entry = if patterns.is_plus(mu, j) == own {
                    1.0
                } else {
                    -1.0
                };
            }
        }
        Self {
            columns: inputs.len(),
            width,
            entries,
        }
    }

    /// Adds a row of −1, 0 and +1 over the inputs.
    pub(super) fn push(&mut self, row: &[f64]) {
        let end = self.entries.len() + self.width;
        self.entries.extend(row);
        self.entries.resize(end, 0.0);
    }

    /// Number of inputs.
    pub(super) fn columns(&self) -> usize {
        self.columns
    }

    /// a_μ·w of every row.
    pub(super) fn fields(&self, weights: &[f64], fields: &mut [f64]) {
        if self.columns == 0 {
            fields.fill(0.0);
            return;
        }
        let mut padded = vec![0.0; self.width];
        padded[..self.columns].copy_from_slice(weights);
        with_vectors(
            #[inline(always)]
            || {
                for (field, row) in fields.iter_mut().zip(self.entries.chunks_exact(self.width)) {
                    *field = dot_padded(row, &padded);
                }
            },
        );
    }

    /// Σ_μ multipliers_μ a_μ.
    pub(super) fn combine(&self, multipliers: &[f64], combined: &mut [f64]) {
        combined.fill(0.0);
        if self.columns == 0 {
            return;
        }
        let row = |r: usize| &self.entries[r * self.width..][..self.columns];
        let fours = multipliers.as_chunks::<4>();
        with_vectors(
            #[inline(always)]
            || {
                for (k, &four) in fours.0.iter().enumerate() {
                    let rows = std::array::from_fn(|r| row(4 * k + r));
                    add_four_multiples(four, rows, combined);
                }
                for (r, &factor) in fours.1.iter().enumerate() {
                    add_multiple(factor, row(4 * fours.0.len() + r), combined);
                }
            },
        );
    }
}
