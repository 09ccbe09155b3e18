//! The linear system of one neuron, equal rows folded into one with a weight.

use super::checked::Instance;
use super::opposites::Opposites;
use super::sign_rows::SignRows;
use attractor::kernels::bits::{has, put};

use std::collections::HashMap;

/// Rows `a_r ∈ {−1,+1}^n` of one neuron: `a_r·w > 0` (strict) or `≥ 0` (weak) is asked for, and row `r` counts for as
/// many wrong bits as patterns fell together in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NeuronSystem {
    columns: usize,
    words: usize,
    /// Bit-packed rows, set for +1; padding bits zero.
    bits: Vec<u64>,
    strict: Vec<bool>,
    members: Vec<Vec<usize>>,
}

impl NeuronSystem {
    /// Neuron `i`'s rows `ξ_i (ξ_j)_j` over its inputs, in ascending order, and its bias, if any, as the last column.
    pub fn of(instance: &Instance<'_>, i: usize) -> Self {
        let patterns = &instance.patterns;
        let inputs = instance.couplings.inputs(i);
        let columns = inputs.len() + usize::from(instance.bias);
        let rows = (0..patterns.count()).map(|mu| {
            let target = patterns.is_plus(mu, i);
            let entry = |&j: &usize| patterns.is_plus(mu, j) == target;
            let signs: Vec<bool> = inputs
                .iter()
                .map(entry)
                .chain(instance.bias.then_some(target))
                .collect();
            (signs, instance.is_strict(mu, i))
        });
        Self::from_rows(columns, rows)
    }

    /// The system of the given rows (`true` for +1, each of length `columns`), each with whether it is strict. Row `μ` of
    /// the iterator is pattern `μ` in [`Self::members`].
    pub fn from_rows(columns: usize, rows: impl IntoIterator<Item = (Vec<bool>, bool)>) -> Self {
        let words = columns.div_ceil(64);
        let mut system = Self {
            columns,
            words,
            bits: Vec::new(),
            strict: Vec::new(),
            members: Vec::new(),
        };
        let mut known: HashMap<(Vec<u64>, bool), usize> = HashMap::new();
        for (mu, (signs, strict)) in rows.into_iter().enumerate() {
            let mut packed = vec![0; words];
            for (j, _) in signs.iter().enumerate().filter(|&(_, &plus)| plus) {
                put(&mut packed, j);
            }
            let next = system.members.len();
            let r = *known
                .entry((packed, strict))
                .or_insert_with_key(|(packed, _)| {
                    system.bits.extend_from_slice(packed);
                    system.strict.push(strict);
                    system.members.push(Vec::new());
                    next
                });
            system.members[r].push(mu);
        }
        system
    }

    /// Number of distinct rows.
    pub fn len(&self) -> usize {
        self.members.len()
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.members.is_empty()
    }

    /// Number of columns `n`: inputs, and one for a bias.
    pub fn columns(&self) -> usize {
        self.columns
    }

    /// Which rows ask for `> 0`; the others for `≥ 0`.
    pub fn strict(&self) -> &[bool] {
        &self.strict
    }

    /// The patterns that fell together in row `r`, ascending.
    pub fn members(&self, r: usize) -> &[usize] {
        &self.members[r]
    }

    /// For how many wrong bits row `r` counts.
    pub fn weight(&self, r: usize) -> u32 {
        self.members[r].len() as u32
    }

    /// `a_rj` as +1 or −1.
    pub fn sign(&self, r: usize, j: usize) -> i64 {
        if has(self.row_bits(r), j) { 1 } else { -1 }
    }

    /// `a_r·a_s`.
    pub fn product(&self, r: usize, s: usize) -> i64 {
        let pairs = self.row_bits(r).iter().zip(self.row_bits(s));
        let unlike: u32 = pairs.map(|(a, b)| (a ^ b).count_ones()).sum();
        self.columns as i64 - 2 * i64::from(unlike)
    }

    /// Rows that are equal up to their sign, where some of them cannot hold together, in the order of their first rows.
    pub(crate) fn opposites(&self) -> Vec<Opposites> {
        let mut groups: Vec<Opposites> = Vec::new();
        let mut known: HashMap<Vec<u64>, usize> = HashMap::new();
        for r in 0..self.len() {
            let bits = self.row_bits(r);
            // The representative of a and −a has its first entry −1.
            let flipped = bits.first().is_some_and(|word| word & 1 == 1);
            let key = if flipped {
                self.complement(bits)
            } else {
                bits.to_vec()
            };
            let group = *known.entry(key).or_insert_with(|| {
                groups.push(Opposites::default());
                groups.len() - 1
            });
            let group = &mut groups[group];
            let rows = if self.strict[r] {
                &mut group.strict
            } else {
                &mut group.weak
            };
            rows[usize::from(flipped)] = Some(r);
        }
        groups.retain(|group| group.pairs().next().is_some());
        groups
    }

    /// −a, its padding zero.
    fn complement(&self, bits: &[u64]) -> Vec<u64> {
        let mut packed: Vec<u64> = bits.iter().map(|word| !word).collect();
        let used = self.columns % 64;
        if let Some(last) = packed.last_mut().filter(|_| used > 0) {
            *last &= (1 << used) - 1;
        }
        packed
    }

    fn row_bits(&self, r: usize) -> &[u64] {
        &self.bits[r * self.words..(r + 1) * self.words]
    }
}

impl SignRows for NeuronSystem {
    fn columns(&self) -> usize {
        self.columns()
    }

    fn is_strict(&self, r: usize) -> bool {
        self.strict()[r]
    }

    fn sign(&self, r: usize, j: usize) -> i64 {
        self.sign(r, j)
    }

    fn product(&self, r: usize, s: usize) -> i64 {
        self.product(r, s)
    }
}
