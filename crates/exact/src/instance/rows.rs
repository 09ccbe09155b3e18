//! Rows: the linear system of a training problem, a_r·w > 0 for every bit that is to be right.
//!
//! A column is a free weight (w_ij, one for both directions when symmetric) or a bias; an entry is ±1. One system a
//! neuron when directed, one for the whole network when symmetric.

use super::checked::Instance;
use super::columns::Columns;
use attractor::Patterns;

/// Sparse rows with entries ±1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Rows {
    columns: usize,
    starts: Vec<usize>,
    /// Column·2 + 1 for an entry −1, column·2 for +1.
    entries: Vec<u32>,
}

impl Rows {
    /// Neuron i's rows over its inputs (then its bias), for the patterns in `kept`.
    pub(crate) fn of_neuron(instance: &Instance<'_>, i: usize, kept: &[usize]) -> (Self, Columns) {
        let columns = Columns::of_neuron(&instance.couplings, instance.bias, i);
        let mut rows = Self::empty(columns.len());
        for &mu in kept {
            let places = columns.places().iter().enumerate();
            rows.push(places.map(|(c, &place)| (c, negative(&instance.patterns, mu, place))));
        }
        (rows, columns)
    }

    /// The coupled rows of a symmetric network, for the bits (μ, i) in `kept`.
    pub(crate) fn of_symmetric(
        instance: &Instance<'_>,
        kept: &[(usize, usize)],
    ) -> (Self, Columns) {
        let columns = Columns::of_symmetric(&instance.couplings, instance.bias);
        // Each neuron's columns in the order of its inputs, then its bias.
        let mut own = vec![Vec::new(); instance.couplings.neurons()];
        for (c, &(i, j)) in columns.places().iter().enumerate() {
            own[i].push((j, c));
            if j != i {
                own[j].push((i, c));
            }
        }
        for (i, inputs) in own.iter_mut().enumerate() {
            inputs.sort_unstable_by_key(|&(j, _)| (j == i, j));
        }
        let mut rows = Self::empty(columns.len());
        for &(mu, i) in kept {
            let entries = own[i].iter();
            rows.push(entries.map(|&(j, c)| (c, negative(&instance.patterns, mu, (i, j)))));
        }
        (rows, columns)
    }

    fn empty(columns: usize) -> Self {
        Self {
            columns,
            starts: vec![0],
            entries: Vec::new(),
        }
    }

    fn push(&mut self, entries: impl Iterator<Item = (usize, bool)>) {
        self.entries
            .extend(entries.map(|(c, minus)| 2 * c as u32 + u32::from(minus)));
        self.starts.push(self.entries.len());
    }

    /// Number of rows.
    pub(crate) fn len(&self) -> usize {
        self.starts.len() - 1
    }

    /// Whether there is no row.
    pub(crate) fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Number of columns.
    pub(crate) fn columns(&self) -> usize {
        self.columns
    }

    /// Row r's entries as (column, ±1).
    pub(crate) fn row(&self, r: usize) -> impl ExactSizeIterator<Item = (usize, f64)> + '_ {
        let entries = &self.entries[self.starts[r]..self.starts[r + 1]];
        entries
            .iter()
            .map(|&e| ((e >> 1) as usize, 1.0 - 2.0 * f64::from(e & 1)))
    }

    /// The fields A w into `fields`. `doubled` is room for (w, −w), which spares the entries' signs.
    pub(crate) fn fields(&self, w: &[f64], doubled: &mut Vec<f64>, fields: &mut [f64]) {
        doubled.clear();
        doubled.extend(w.iter().flat_map(|&w| [w, -w]));
        for (field, ends) in fields.iter_mut().zip(self.starts.windows(2)) {
            let quads = self.entries[ends[0]..ends[1]].chunks_exact(4);
            let rest: f64 = quads.remainder().iter().map(|&e| doubled[e as usize]).sum();
            // Four sums side by side: one alone waits for each addition.
            let mut sums = [0.0; 4];
            for quad in quads {
                for (sum, &e) in sums.iter_mut().zip(quad) {
                    *sum += doubled[e as usize];
                }
            }
            *field = (sums[0] + sums[1]) + (sums[2] + sums[3]) + rest;
        }
    }

    /// The combination Aᵀλ into `combined`; rows with λ = 0 cost nothing. `doubled` is room for its two signs.
    pub(crate) fn combine(
        &self,
        multipliers: &[f64],
        doubled: &mut Vec<f64>,
        combined: &mut [f64],
    ) {
        doubled.clear();
        doubled.resize(2 * self.columns, 0.0);
        for (&multiplier, ends) in multipliers.iter().zip(self.starts.windows(2)) {
            if multiplier != 0.0 {
                for &e in &self.entries[ends[0]..ends[1]] {
                    doubled[e as usize] += multiplier;
                }
            }
        }
        for (sum, signs) in combined.iter_mut().zip(doubled.chunks_exact(2)) {
            *sum = signs[0] - signs[1];
        }
    }

    /// a_r·w.
    pub(crate) fn dot(&self, r: usize, w: &[f64]) -> f64 {
        self.row(r).map(|(c, sign)| sign * w[c]).sum()
    }
}

/// Whether the coefficient ξ_i ξ_j (for a bias ξ_i) is −1.
fn negative(patterns: &Patterns, mu: usize, (i, j): (usize, usize)) -> bool {
    if i == j {
        !patterns.is_plus(mu, i)
    } else {
        patterns.is_plus(mu, i) != patterns.is_plus(mu, j)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::problem::Problem;
    use attractor::{Couplings, Stability, Symmetry, Ties};

    #[test]
    fn rows_are_the_aligned_fields() {
        let patterns = Patterns::random(4, 6, 3).unwrap();
        let mut mask: Vec<bool> = (0..36).map(|k| k / 6 != k % 6).collect();
        mask[1] = false;
        mask[6] = false;
        for symmetry in [Symmetry::Symmetric, Symmetry::Directed] {
            let couplings = Couplings::from_mask(6, symmetry, mask.clone()).unwrap();
            let asked = Problem::of(&patterns, &couplings, true, Ties::Strict);
            let instance = Instance::new(&asked).unwrap();
            let value = |c: usize| (c as f64 * 0.7).sin();
            let values = |columns: &Columns| (0..columns.len()).map(value).collect::<Vec<_>>();
            let (systems, network) = if couplings.is_symmetric() {
                let kept: Vec<_> = (0..4).flat_map(|mu| (0..6).map(move |i| (mu, i))).collect();
                let (rows, columns) = Rows::of_symmetric(&instance, &kept);
                let network = columns.network(&values(&columns)).unwrap();
                (vec![(rows, columns, kept)], network)
            } else {
                let of = |i| {
                    let (rows, columns) = Rows::of_neuron(&instance, i, &[0, 1, 2, 3]);
                    (rows, columns, (0..4).map(|mu| (mu, i)).collect())
                };
                let systems: Vec<_> = (0..6).map(of).collect();
                let parts = systems.iter().map(|(_, c, _)| (c.clone(), values(c)));
                let network = Columns::directed_network(6, parts).unwrap();
                (systems, network)
            };
            assert_eq!(network.symmetry(), symmetry);
            let stability = Stability::of(&network, &patterns, Ties::Strict).unwrap();
            for (rows, columns, kept) in &systems {
                let w = values(columns);
                assert_eq!(columns.values(&network), w);
                for (r, &(mu, i)) in kept.iter().enumerate() {
                    assert!((rows.dot(r, &w) - stability.aligned_field(mu, i)).abs() < 1e-12);
                }
            }
        }
    }
}
