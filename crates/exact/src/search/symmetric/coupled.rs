//! The coupled rows of a symmetric network in a layout that multiplies fast.
//!
//! Row (μ,i) asks for `ξ_i (Σ_j w_ij ξ_j + b_i) > 0` (`≥ 0` for a −1 bit under negative ties). All rows together are one
//! product of the weight matrix with the patterns, so that is how they are applied.

use crate::geometry::grid;
use crate::instance::{Columns, Instance};
use attractor::kernels::vectors::with_vectors;
use attractor::{Control, Network, NetworkError};
use std::collections::HashMap;

/// No such weight.
const NONE: u32 = u32::MAX;

/// P·N rows over the free weights (pairs i < j that are coupled, then the biases); row `r` is bit (r / N, r mod N).
#[derive(Debug, Clone)]
pub(super) struct Coupled {
    patterns: usize,
    neurons: usize,
    /// Column of w_ij at i·N+j; on the diagonal the column of b_i; [`NONE`] where there is no weight.
    column: Vec<u32>,
    columns: Columns,
    /// ξ, row-major.
    signs: Vec<f64>,
    /// Inputs of every neuron with their columns.
    inputs: Vec<Vec<(u32, u32)>>,
    /// For how many wrong bits a row counts; 0 where an equal row of the same neuron stands for it.
    weight: Vec<u32>,
    strict: Vec<bool>,
}

impl Coupled {
    /// None if the control says stop before all rows are there.
    pub(super) fn new(problem: &Instance<'_>, control: &Control<'_>) -> Option<Self> {
        if control.should_stop() {
            return None;
        }
        let (patterns, couplings) = (&problem.patterns, &problem.couplings);
        let (count, neurons) = (patterns.count(), patterns.neurons());
        let columns = Columns::of_symmetric_by_first(couplings, problem.bias);
        let mut column = vec![NONE; neurons * neurons];
        for (c, &(i, j)) in columns.places().iter().enumerate() {
            column[i * neurons + j] = c as u32;
            column[j * neurons + i] = c as u32;
        }
        let inputs = (0..neurons)
            .map(|i| {
                let entries = &column[i * neurons..(i + 1) * neurons];
                let coupled = entries.iter().enumerate().filter(|&(_, &c)| c != NONE);
                coupled.map(|(j, &c)| (j as u32, c)).collect()
            })
            .collect();
        let signs = (0..count)
            .flat_map(|mu| patterns.signs(mu).map(f64::from))
            .collect();
        let strict = (0..count * neurons)
            .map(|r| problem.is_strict(r / neurons, r % neurons))
            .collect();
        let mut rows = Self {
            patterns: count,
            neurons,
            column,
            columns,
            signs,
            inputs,
            weight: vec![0; count * neurons],
            strict,
        };
        rows.fold(control)?;
        Some(rows)
    }

    /// Equal rows of one neuron become one with their weights added.
    fn fold(&mut self, control: &Control<'_>) -> Option<()> {
        for i in 0..self.neurons {
            if control.should_stop() {
                return None;
            }
            let mut known: HashMap<(Vec<bool>, bool), usize> = HashMap::new();
            for mu in 0..self.patterns {
                let r = mu * self.neurons + i;
                let signs = self.row(r).map(|(_, sign)| sign > 0.0).collect();
                let leader = *known.entry((signs, self.strict[r])).or_insert(r);
                self.weight[leader] += 1;
            }
        }
        Some(())
    }

    pub(super) fn patterns(&self) -> usize {
        self.patterns
    }

    pub(super) fn neurons(&self) -> usize {
        self.neurons
    }

    /// Number of rows, folded ones included.
    pub(super) fn len(&self) -> usize {
        self.weight.len()
    }

    /// Number of free weights and biases.
    pub(super) fn columns(&self) -> usize {
        self.columns.len()
    }

    /// (i, j) with i < j of every weight; (i, i) of every bias.
    pub(super) fn places(&self) -> &[(usize, usize)] {
        self.columns.places()
    }

    /// The patterns, row-major.
    pub(super) fn signs(&self) -> &[f64] {
        &self.signs
    }

    pub(super) fn weight(&self, r: usize) -> u32 {
        self.weight[r]
    }

    pub(super) fn is_strict(&self, r: usize) -> bool {
        self.strict[r]
    }

    /// Whether fields of zero are right for some rows.
    pub(super) fn has_weak(&self) -> bool {
        self.strict.contains(&false)
    }

    /// Whether row r holds with this field.
    pub(super) fn holds(&self, r: usize, field: f64) -> bool {
        field > 0.0 || field == 0.0 && !self.is_strict(r)
    }

    /// The rows that stand for themselves.
    pub(super) fn leaders(&self) -> impl Iterator<Item = usize> + '_ {
        (0..self.len()).filter(|&r| self.weight[r] > 0)
    }

    /// Row r's entries as (column, ±1), inputs ascending.
    pub(super) fn row(&self, r: usize) -> impl ExactSizeIterator<Item = (usize, f64)> + '_ {
        let (mu, i) = (r / self.neurons, r % self.neurons);
        let pattern = &self.signs[mu * self.neurons..(mu + 1) * self.neurons];
        let own = pattern[i];
        self.inputs[i].iter().map(move |&(j, column)| {
            let j = j as usize;
            (column as usize, if j == i { own } else { own * pattern[j] })
        })
    }

    /// Number of neuron i's inputs, its bias included: every row's squared norm.
    pub(super) fn dimension(&self, i: usize) -> usize {
        self.inputs[i].len()
    }

    /// Entries of row r.
    pub(super) fn dimension_of_row(&self, r: usize) -> usize {
        self.dimension(r % self.neurons)
    }

    fn sign_at(&self, r: usize, j: usize) -> f64 {
        let (mu, i) = (r / self.neurons, r % self.neurons);
        let pattern = &self.signs[mu * self.neurons..(mu + 1) * self.neurons];
        if i == j {
            pattern[i]
        } else {
            pattern[i] * pattern[j]
        }
    }

    /// Entry of row r at a column: ±1, or 0 where the row has none.
    pub(super) fn entry(&self, r: usize, column: usize) -> i64 {
        let (a, b) = self.places()[column];
        match r % self.neurons {
            i if i == a => self.sign_at(r, b) as i64,
            i if i == b => self.sign_at(r, a) as i64,
            _ => 0,
        }
    }

    /// `a_r·a_s`.
    pub(super) fn inner(&self, r: usize, s: usize) -> i64 {
        let (i, k) = (r % self.neurons, s % self.neurons);
        if i == k {
            self.row(r)
                .zip(self.row(s))
                .map(|((_, a), (_, b))| (a * b) as i64)
                .sum()
        } else if self.column[i * self.neurons + k] == NONE {
            0
        } else {
            // Rows of two neurons share the weight between them alone.
            (self.sign_at(r, k) * self.sign_at(s, i)) as i64
        }
    }

    /// Size of the scratch of [`Self::fields_of_combination`]: N² weights, N biases, and a field of every row.
    pub(super) fn combination_scratch(&self) -> usize {
        self.neurons * self.neurons + self.neurons + self.len()
    }

    /// The aligned fields of all rows under the weights Σ λ_r a_r of these `(r, λ_r)`; a part of `scratch`.
    pub(super) fn fields_of_combination<'s>(
        &self,
        mut rows: impl Iterator<Item = (usize, f64)>,
        scratch: &'s mut [f64],
    ) -> &'s [f64] {
        let n = self.neurons;
        let (matrix, rest) = scratch.split_at_mut(n * n);
        let (biases, all) = rest.split_at_mut(n);
        with_vectors(
            #[inline(always)]
            || {
                self.combine(&mut rows, matrix, biases);
                self.symmetrise(matrix);
                self.product(matrix, Some(biases), all);
            },
        );
        all
    }

    /// Σ λ_r a_r before w_ij and w_ji are added: row i of `matrix` has what neuron i's rows give.
    #[inline(always)]
    fn combine(
        &self,
        rows: impl Iterator<Item = (usize, f64)>,
        matrix: &mut [f64],
        biases: &mut [f64],
    ) {
        let n = self.neurons;
        matrix.fill(0.0);
        biases.fill(0.0);
        for (r, multiplier) in rows {
            let (mu, i) = (r / n, r % n);
            let pattern = &self.signs[mu * n..(mu + 1) * n];
            let scale = multiplier * pattern[i];
            for (entry, sign) in matrix[i * n..(i + 1) * n].iter_mut().zip(pattern) {
                *entry += scale * sign;
            }
            if self.column[i * n + i] != NONE {
                biases[i] += scale;
            }
        }
    }

    /// W + Wᵀ where there are weights, else 0.
    #[inline(always)]
    fn symmetrise(&self, matrix: &mut [f64]) {
        let n = self.neurons;
        for i in 0..n {
            matrix[i * n + i] = 0.0;
            for j in 0..i {
                let coupled = self.column[i * n + j] != NONE;
                let sum = if coupled {
                    matrix[i * n + j] + matrix[j * n + i]
                } else {
                    0.0
                };
                matrix[i * n + j] = sum;
                matrix[j * n + i] = sum;
            }
        }
    }

    /// The aligned fields of all rows, from the symmetric weights and the biases.
    #[inline(always)]
    fn product(&self, matrix: &[f64], biases: Option<&[f64]>, fields: &mut [f64]) {
        let n = self.neurons;
        for (pattern, fields) in self.signs.chunks_exact(n).zip(fields.chunks_exact_mut(n)) {
            match biases {
                Some(biases) => fields.copy_from_slice(biases),
                None => fields.fill(0.0),
            }
            for (&sign, row) in pattern.iter().zip(matrix.chunks_exact(n)) {
                for (field, w) in fields.iter_mut().zip(row) {
                    *field += sign * w;
                }
            }
            for (field, sign) in fields.iter_mut().zip(pattern) {
                *field *= sign;
            }
        }
    }

    /// `a_r·w` of every row. `matrix` is scratch of N² entries.
    pub(super) fn apply(&self, w: &[f64], matrix: &mut [f64], fields: &mut [f64]) {
        let n = self.neurons;
        let mut biases = None;
        for (column, &(i, j)) in self.places().iter().enumerate() {
            if i == j {
                biases = Some(&w[column..column + n]);
                break;
            }
            matrix[i * n + j] = w[column];
            matrix[j * n + i] = w[column];
        }
        with_vectors(
            #[inline(always)]
            || self.product(matrix, biases, fields),
        );
    }

    /// How many bits of every neuron these weights get wrong, as floats count.
    pub(super) fn wrong_by_neuron(&self, w: &[f64]) -> Vec<u32> {
        let mut fields = vec![0.0; self.len()];
        self.apply(w, &mut self.scratch(), &mut fields);
        let mut wrong = vec![0; self.neurons];
        for r in self.leaders() {
            if !self.holds(r, fields[r]) {
                wrong[r % self.neurons] += self.weight(r);
            }
        }
        wrong
    }

    /// The network with these weights, put on the grid where every sum is exact.
    pub(super) fn network(&self, w: &[f64]) -> Result<Network, NetworkError> {
        let mut values = w.to_vec();
        grid::snap(&mut values, self.neurons);
        self.columns.network(&values)
    }

    /// The network with these weights, which are on the grid.
    pub(super) fn network_on_grid(&self, values: &[f64]) -> Result<Network, NetworkError> {
        self.columns.network(values)
    }

    /// The weights and biases of a network with these couplings, in the order of the columns.
    pub(super) fn values(&self, network: &Network) -> Vec<f64> {
        self.columns.values(network)
    }

    /// Scratch for [`Self::apply`].
    pub(super) fn scratch(&self) -> Vec<f64> {
        vec![0.0; self.neurons * self.neurons]
    }
}
