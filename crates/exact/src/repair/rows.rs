//! Weights with padded rows, for fields of states.

use attractor::Patterns;
use attractor::kernels::linear::{WIDTH, dot_padded, norm};
use attractor::kernels::vectors::with_vectors;

/// Rows of weights as wide as whole vector registers, with their norms and biases.
pub(super) struct Rows {
    width: usize,
    weights: Vec<f64>,
    biases: Vec<f64>,
    norms: Vec<f64>,
}

impl Rows {
    /// Of `values`: w_ij at i·n+j, then the biases.
    pub(super) fn new(values: &[f64], n: usize) -> Self {
        let width = n.next_multiple_of(WIDTH);
        let mut weights = vec![0.0; n * width];
        for (row, own) in weights.chunks_mut(width).zip(values.chunks(n)) {
            row[..n].copy_from_slice(own);
        }
        Self {
            width,
            norms: values[..n * n].chunks(n).map(norm).collect(),
            biases: values[n * n..].to_vec(),
            weights,
        }
    }

    /// ‖w_i‖.
    pub(super) fn norm(&self, i: usize) -> f64 {
        self.norms[i]
    }

    /// h_i in a padded state.
    pub(super) fn field(&self, i: usize, state: &[f64]) -> f64 {
        let row = &self.weights[i * self.width..][..self.width];
        let sum = with_vectors(
            #[inline(always)]
            || dot_padded(row, state),
        );
        sum + self.biases[i]
    }
}

/// Pattern μ as a padded state.
pub(super) fn padded(patterns: &Patterns, mu: usize) -> Vec<f64> {
    let mut state: Vec<f64> = patterns.signs(mu).map(f64::from).collect();
    state.resize(state.len().next_multiple_of(WIDTH), 0.0);
    state
}
