//! Rows: the linear system of a training problem, a_r·w > 0 for every bit that is to be right.
//!
//! A column is a free weight (w_ij, one for both directions when symmetric) or a bias; an entry is ±1. One system a
//! neuron when directed, one for the whole network when symmetric.

use attractor::{Couplings, Patterns};

/// Sparse rows with entries ±1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rows {
    columns: usize,
    starts: Vec<usize>,
    /// Column·2 + 1 for an entry −1, column·2 for +1.
    entries: Vec<u32>,
}

/// Where the columns of a [`Rows`] stand in the network: (i, j) for w_ij, (i, i) for the bias of neuron i.
pub type Places = Vec<(usize, usize)>;

impl Rows {
    /// Neuron i's rows over its inputs (then its bias), for the patterns in `kept`.
    pub fn of_neuron(
        patterns: &Patterns,
        couplings: &Couplings,
        bias: bool,
        i: usize,
        kept: &[usize],
    ) -> (Self, Places) {
        let mut places: Places = couplings.inputs(i).into_iter().map(|j| (i, j)).collect();
        if bias {
            places.push((i, i));
        }
        let mut rows = Self::empty(places.len());
        for &mu in kept {
            rows.push(
                places
                    .iter()
                    .enumerate()
                    .map(|(c, &place)| (c, negative(patterns, mu, place))),
            );
        }
        (rows, places)
    }

    /// The coupled rows of a symmetric network, for the bits (μ, i) in `kept`.
    pub fn of_symmetric(
        patterns: &Patterns,
        couplings: &Couplings,
        bias: bool,
        kept: &[(usize, usize)],
    ) -> (Self, Places) {
        let n = couplings.neurons();
        let inputs: Vec<Vec<usize>> = (0..n).map(|i| couplings.inputs(i)).collect();
        let mut places = Places::new();
        let mut column = vec![Vec::new(); n];
        for i in 0..n {
            for &j in &inputs[i] {
                if j < i {
                    column[i].push(places.len());
                    places.push((i, j));
                } else {
                    column[i].push(usize::MAX);
                }
            }
        }
        // The pair (i, j) with j > i was numbered in j's turn.
        for i in 0..n {
            for (k, &j) in inputs[i].iter().enumerate().filter(|&(_, &j)| j > i) {
                let back = inputs[j].partition_point(|&k| k < i);
                column[i][k] = column[j][back];
            }
        }
        let first_bias = places.len();
        if bias {
            places.extend((0..n).map(|i| (i, i)));
        }
        let mut rows = Self::empty(places.len());
        for &(mu, i) in kept {
            let weights = inputs[i].iter().zip(&column[i]);
            let weights = weights.map(|(&j, &c)| (c, negative(patterns, mu, (i, j))));
            let biases = bias.then(|| (first_bias + i, negative(patterns, mu, (i, i))));
            rows.push(weights.chain(biases));
        }
        (rows, places)
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
    pub fn len(&self) -> usize {
        self.starts.len() - 1
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Number of columns.
    pub fn columns(&self) -> usize {
        self.columns
    }

    /// Row r's entries as (column, ±1).
    pub fn row(&self, r: usize) -> impl ExactSizeIterator<Item = (usize, f64)> + '_ {
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
    pub fn dot(&self, r: usize, w: &[f64]) -> f64 {
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
    use attractor::{Network, Stability, Symmetry, Ties};

    #[test]
    fn rows_are_the_aligned_fields() {
        let patterns = Patterns::random(4, 6, 3).unwrap();
        let mut mask: Vec<bool> = (0..36).map(|k| k / 6 != k % 6).collect();
        mask[1] = false;
        mask[6] = false;
        for symmetry in [Symmetry::Symmetric, Symmetry::Directed] {
            let couplings = Couplings::from_mask(6, symmetry, mask.clone()).unwrap();
            let systems: Vec<_> = if couplings.is_symmetric() {
                let kept: Vec<_> = (0..4).flat_map(|mu| (0..6).map(move |i| (mu, i))).collect();
                let (rows, places) = Rows::of_symmetric(&patterns, &couplings, true, &kept);
                vec![(rows, places, kept)]
            } else {
                let of = |i| {
                    let (rows, places) =
                        Rows::of_neuron(&patterns, &couplings, true, i, &[0, 1, 2, 3]);
                    (rows, places, (0..4).map(|mu| (mu, i)).collect())
                };
                (0..6).map(of).collect()
            };
            let (mut weights, mut biases) = (vec![0.0; 36], vec![0.0; 6]);
            let value = |c: usize| (c as f64 * 0.7).sin();
            for (_, places, _) in &systems {
                for (c, &(i, j)) in places.iter().enumerate() {
                    if i == j {
                        biases[i] = value(c);
                    } else {
                        weights[i * 6 + j] = value(c);
                        if couplings.is_symmetric() {
                            weights[j * 6 + i] = value(c);
                        }
                    }
                }
            }
            let network = Network::new(symmetry, weights, biases).unwrap();
            let stability = Stability::of(&network, &patterns, Ties::Strict).unwrap();
            for (rows, places, kept) in &systems {
                let w: Vec<f64> = (0..places.len()).map(value).collect();
                for (r, &(mu, i)) in kept.iter().enumerate() {
                    assert!((rows.dot(r, &w) - stability.aligned_field(mu, i)).abs() < 1e-12);
                }
            }
        }
    }
}
