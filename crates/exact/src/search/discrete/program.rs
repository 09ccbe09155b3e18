//! The rows of a training problem for integral weights: one block of rows a neuron, one column a free weight or bias.
//!
//! Row (μ, i) asks for Σ_c a_c w_c ≥ need, with a_c = ξ_i^μ ξ_j^μ for the weight between i and j. The entries are not
//! stored: they are products of the patterns' signs, so that a program takes O(N² + NP) bytes, however many entries it
//! has.

use crate::instance::{Columns, Instance};
use crate::problem::Weights;
use attractor::Patterns;
use std::sync::Arc;

/// The patterns' signs, neuron by neuron, and a neuron that is always +1, whose weights are the biases.
#[derive(Debug, Clone)]
pub(super) struct Signs {
    patterns: usize,
    /// All bits set for −1, none for +1: a product of signs is an exclusive or, which needs no multiplication.
    masks: Arc<[i32]>,
}

impl Signs {
    pub(super) fn new(patterns: &Patterns) -> Self {
        let (n, count) = (patterns.neurons(), patterns.count());
        let mut masks = vec![0; (n + 1) * count];
        for (i, masks) in masks.chunks_exact_mut(count).take(n).enumerate() {
            for (mu, mask) in masks.iter_mut().enumerate() {
                *mask = -i32::from(!patterns.is_plus(mu, i));
            }
        }
        Self {
            patterns: count,
            masks: masks.into(),
        }
    }

    /// ξ_i of all patterns as masks; i = N is always +1.
    fn of(&self, i: usize) -> &[i32] {
        &self.masks[i * self.patterns..][..self.patterns]
    }

    /// The number of the neuron that is always +1.
    fn one(&self) -> usize {
        self.masks.len() / self.patterns - 1
    }
}

/// A free weight w_ij, or the bias of neuron i, then j = N.
#[derive(Debug, Clone, Copy)]
struct Column {
    i: u32,
    j: u32,
}

/// Σ_c a_rc w_c ≥ need_r over w_c in {−K, …, K} (binary: without 0), entries ±1 or absent.
///
/// Of a network, block b holds the rows of neuron b; of a single neuron, the one block holds its rows.
#[derive(Debug, Clone)]
pub(super) struct IntegerProgram {
    /// need_r: what the field must reach for the bit to be right.
    pub(super) need: Vec<i32>,
    /// K.
    pub(super) level: i32,
    /// The values allowed.
    pub(super) weights: Weights,
    signs: Signs,
    columns: Vec<Column>,
    /// By block: its columns, in ascending order.
    columns_of: Vec<Vec<u32>>,
    /// The neuron whose rows these are, if it is only one.
    alone: Option<usize>,
}

/// `value` times the entry that `mask` stands for: −value for all bits set, value for none.
#[inline(always)]
pub(super) fn signed(value: i32, mask: i32) -> i32 {
    (value ^ mask) - mask
}

/// Digit k of a number that stands for the values of some weights, in the base of as many values as a weight has.
pub(super) fn digit_of(number: usize, k: usize, values: usize) -> usize {
    number / values.pow(k as u32) % values
}

impl IntegerProgram {
    /// The rows of neuron i.
    pub(super) fn of_neuron(signs: &Signs, instance: &Instance<'_>, i: usize) -> Self {
        let columns = Columns::of_neuron(&instance.couplings, instance.bias, i);
        let every = (0..columns.len() as u32).collect();
        let strict = |mu, i| instance.is_strict(mu, i);
        Self::new(
            signs,
            &columns,
            vec![every],
            Some(i),
            instance.weights,
            strict,
        )
    }

    /// The rows of a whole network with symmetric couplings.
    pub(super) fn of_network(signs: &Signs, instance: &Instance<'_>) -> Self {
        let strict = |mu, i| instance.is_strict(mu, i);
        Self::of_network_where(signs, instance, strict)
    }

    /// The same; `strict(μ, i)` asks for a positive field, otherwise for one that is not negative.
    pub(super) fn of_network_where(
        signs: &Signs,
        instance: &Instance<'_>,
        strict: impl Fn(usize, usize) -> bool,
    ) -> Self {
        let columns = Columns::of_symmetric(&instance.couplings, instance.bias);
        let mut columns_of = vec![Vec::new(); instance.couplings.neurons()];
        for (column, &(i, j)) in columns.places().iter().enumerate() {
            columns_of[j].push(column as u32);
            if i != j {
                columns_of[i].push(column as u32);
            }
        }
        Self::new(signs, &columns, columns_of, None, instance.weights, strict)
    }

    fn new(
        signs: &Signs,
        columns: &Columns,
        columns_of: Vec<Vec<u32>>,
        alone: Option<usize>,
        weights: Weights,
        strict: impl Fn(usize, usize) -> bool,
    ) -> Self {
        let binary = weights == Weights::Binary;
        let mut need = Vec::with_capacity(columns_of.len() * signs.patterns);
        for (block, inputs) in columns_of.iter().enumerate() {
            let neuron = alone.unwrap_or(block);
            for mu in 0..signs.patterns {
                // A field of binary weights has the parity of the number of inputs.
                let least = i32::from(strict(mu, neuron));
                let odd = (least + inputs.len() as i32) % 2 != 0;
                need.push(least + i32::from(binary && odd));
            }
        }
        let column = |&(i, j): &(usize, usize)| Column {
            i: i as u32,
            j: if i == j { signs.one() } else { j } as u32,
        };
        Self {
            need,
            level: weights.largest() as i32,
            weights,
            signs: signs.clone(),
            columns: columns.places().iter().map(column).collect(),
            columns_of,
            alone,
        }
    }

    /// Number of rows.
    pub(super) fn rows(&self) -> usize {
        self.need.len()
    }

    /// Number of columns.
    pub(super) fn columns(&self) -> usize {
        self.columns.len()
    }

    /// Number of blocks.
    pub(super) fn blocks(&self) -> usize {
        self.columns_of.len()
    }

    /// The rows of a block.
    pub(super) fn rows_of(&self, block: usize) -> std::ops::Range<usize> {
        block * self.signs.patterns..(block + 1) * self.signs.patterns
    }

    /// The columns that enter a block's rows, in ascending order.
    pub(super) fn columns_of(&self, block: usize) -> &[u32] {
        &self.columns_of[block]
    }

    /// The blocks that a column enters, one or two, in ascending order.
    pub(super) fn blocks_of(&self, column: usize) -> impl Iterator<Item = usize> + use<> {
        let Column { i, j } = self.columns[column];
        let (first, second) = match self.alone {
            Some(_) => (0, None),
            None if j as usize == self.signs.one() => (i as usize, None),
            None => (j as usize, Some(i as usize)),
        };
        std::iter::once(first).chain(second)
    }

    /// The entries of a column as masks for [`signed`], pattern by pattern: the same in each block that it enters.
    pub(super) fn masks(&self, column: usize) -> impl Iterator<Item = i32> + '_ {
        let Column { i, j } = self.columns[column];
        let pairs = self
            .signs
            .of(i as usize)
            .iter()
            .zip(self.signs.of(j as usize));
        pairs.map(|(a, b)| a ^ b)
    }

    /// Whether the column is a bias.
    pub(super) fn is_bias(&self, column: usize) -> bool {
        self.columns[column].j as usize == self.signs.one()
    }

    /// Number of rows that the column enters.
    pub(super) fn entries(&self, column: usize) -> usize {
        self.blocks_of(column).count() * self.signs.patterns
    }

    /// Σ_r a_rc: how much the column is wanted with one sign more than with the other.
    pub(super) fn sum(&self, column: usize) -> i32 {
        let sum: i32 = self.masks(column).map(|mask| signed(1, mask)).sum();
        sum * self.blocks_of(column).count() as i32
    }

    /// The entry of column c in row r: −1, 0 or +1.
    pub(super) fn sign(&self, r: usize, c: usize) -> i32 {
        let (block, mu) = (r / self.signs.patterns, r % self.signs.patterns);
        let Column { i, j } = self.columns[c];
        if self.blocks_of(c).any(|own| own == block) {
            signed(
                1,
                self.signs.of(i as usize)[mu] ^ self.signs.of(j as usize)[mu],
            )
        } else {
            0
        }
    }

    /// Column c moves by `step`: the fields follow.
    pub(super) fn shift(&self, fields: &mut [i32], column: usize, step: i32) {
        for block in self.blocks_of(column) {
            let fields = fields[self.rows_of(block)].iter_mut();
            for (field, mask) in fields.zip(self.masks(column)) {
                *field += signed(step, mask);
            }
        }
    }

    /// The fields of all rows.
    pub(super) fn fields(&self, weights: &[i32]) -> Vec<i32> {
        let mut fields = vec![0; self.rows()];
        for (column, &w) in weights.iter().enumerate() {
            if w != 0 {
                self.shift(&mut fields, column, w);
            }
        }
        fields
    }

    /// Number of rows whose field does not reach its need.
    pub(super) fn wrong(&self, fields: &[i32]) -> usize {
        let pairs = fields.iter().zip(&self.need);
        pairs.filter(|(field, need)| field < need).count()
    }

    /// Whether 0 is excluded.
    pub(super) fn is_binary(&self) -> bool {
        self.weights == Weights::Binary
    }

    /// All values of a weight, the nearest to `value` first.
    pub(super) fn values_near(&self, value: i32) -> Vec<i32> {
        let mut values: Vec<i32> = (-self.level..=self.level)
            .filter(|&v| !(self.is_binary() && v == 0))
            .collect();
        values.sort_by_key(|&v| (v.abs_diff(value), v.abs()));
        values
    }
}
