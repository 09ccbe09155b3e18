//! The distinct rows of each neuron, and their Gram matrices.
//!
//! Images give many equal rows (patterns that agree within a receptive field) and some opposite ones (the contradiction
//! at its smallest). Equal rows are asked for once.

use super::finish::Products;
use crate::geometry::min_norm::{Gram, MOST_ROWS};
use attractor::kernels::bits::has;
use attractor::kernels::vectors::with_vectors;
use attractor::{Control, Couplings, Patterns};
use rayon::prelude::*;
use std::collections::HashMap;

/// Neuron i's rows ξ_i^μ ξ^μ over its inputs and bias, packed.
pub(super) struct NeuronRows {
    /// Entries of a row.
    dimension: usize,
    words: usize,
    /// Row μ at μ·words, in steps of 64 entries; a set bit is +1.
    bits: Vec<u64>,
}

impl NeuronRows {
    pub(super) fn new(patterns: &Patterns, couplings: &Couplings, bias: bool, i: usize) -> Self {
        let inputs = couplings.inputs(i);
        let dimension = inputs.len() + usize::from(bias);
        let words = dimension.div_ceil(64);
        let mut bits = vec![0u64; patterns.count() * words];
        for (mu, row) in bits.chunks_mut(words.max(1)).enumerate() {
            let own = patterns.is_plus(mu, i);
            let state = patterns.bits(mu);
            for (k, &j) in inputs.iter().enumerate() {
                let plus = has(state, j) == own;
                row[k / 64] |= u64::from(plus) << (k % 64);
            }
            if bias {
                row[inputs.len() / 64] |= u64::from(own) << (inputs.len() % 64);
            }
        }
        Self {
            dimension,
            words,
            bits,
        }
    }

    /// The Gram matrix of the rows of the patterns `chosen`, as far as `control` lets it.
    pub(super) fn gram(&self, chosen: &[usize], control: &Control<'_>) -> Gram {
        let product = |r: usize, s: usize| self.product(chosen[r], chosen[s]);
        Gram::until_stopped(chosen.len(), control, product)
    }

    /// a_μ·a_ν.
    fn product(&self, mu: usize, nu: usize) -> f64 {
        let pairs = self.row(mu).iter().zip(self.row(nu));
        let different: u32 = pairs.map(|(x, y)| (x ^ y).count_ones()).sum();
        self.dimension as f64 - 2.0 * f64::from(different)
    }

    fn row(&self, mu: usize) -> &[u64] {
        &self.bits[mu * self.words..][..self.words]
    }

    /// The first of each set of equal rows among `kept`, or rows that sum to zero: two opposite ones, or one without
    /// entries.
    fn distinct(&self, mut kept: impl Iterator<Item = usize>) -> Result<Vec<usize>, Vec<usize>> {
        if self.dimension == 0 {
            return kept.next().map_or(Ok(Vec::new()), |mu| Err(vec![mu]));
        }
        let used = self.dimension % 64;
        let last = if used == 0 { u64::MAX } else { (1 << used) - 1 };
        let mut seen: HashMap<&[u64], usize> = HashMap::new();
        let mut opposite = vec![0; self.words];
        let mut distinct = Vec::new();
        for mu in kept {
            let row = self.row(mu);
            if seen.contains_key(row) {
                continue;
            }
            opposite.iter_mut().zip(row).for_each(|(o, b)| *o = !b);
            if let Some(word) = opposite.last_mut() {
                *word &= last;
            }
            if let Some(&nu) = seen.get(opposite.as_slice()) {
                return Err(vec![nu, mu]);
            }
            seen.insert(row, mu);
            distinct.push(mu);
        }
        Ok(distinct)
    }
}

/// The distinct rows of every neuron among the kept bits `kept[μ·N+i]`: neuron by neuron the patterns of its rows, or one
/// or two patterns whose rows sum to zero. None if `control` says stop before all rows are known.
pub(super) fn distinct(
    patterns: &Patterns,
    couplings: &Couplings,
    bias: bool,
    kept: Option<&[bool]>,
    control: &Control<'_>,
) -> Option<Vec<Result<Vec<usize>, Vec<usize>>>> {
    let n = patterns.neurons();
    (0..n)
        .into_par_iter()
        .map(|i| {
            if control.should_stop() {
                return None;
            }
            let asked = (0..patterns.count()).filter(|mu| kept.is_none_or(|kept| kept[mu * n + i]));
            Some(NeuronRows::new(patterns, couplings, bias, i).distinct(asked))
        })
        .collect()
}

/// The products of neuron i's rows where all couplings exist, ξ_i^μ ξ_i^ν (ξ^μ·ξ^ν) less the neuron's own term, which is
/// 1, plus the bias's ξ_i^μ ξ_i^ν: from overlaps that all neurons share.
pub(super) struct SharedProducts<'a> {
    overlaps: &'a Overlaps,
    chosen: &'a [usize],
    own: Vec<f64>,
    bias: f64,
}

impl<'a> SharedProducts<'a> {
    /// For the rows of the patterns `chosen`.
    pub(super) fn new(
        overlaps: &'a Overlaps,
        patterns: &Patterns,
        bias: bool,
        i: usize,
        chosen: &'a [usize],
    ) -> Self {
        let own = chosen.iter().map(|&mu| f64::from(patterns.sign(mu, i)));
        Self {
            overlaps,
            own: own.collect(),
            bias: f64::from(u8::from(bias)),
            chosen,
        }
    }
}

impl Products for SharedProducts<'_> {
    fn size(&self) -> usize {
        self.chosen.len()
    }

    fn fill(&self, r: usize, row: &mut [f64]) {
        let overlaps = self.overlaps.row(self.chosen[r]);
        let own = self.own[r];
        if self.chosen.len() == overlaps.len() {
            with_vectors(
                #[inline(always)]
                || {
                    for ((entry, &overlap), sign) in row.iter_mut().zip(overlaps).zip(&self.own) {
                        *entry = own * sign * (f64::from(overlap) + self.bias) - 1.0;
                    }
                },
            );
        } else {
            for ((entry, &nu), sign) in row.iter_mut().zip(self.chosen).zip(&self.own) {
                *entry = own * sign * (f64::from(overlaps[nu]) + self.bias) - 1.0;
            }
        }
    }
}

/// The products of one neuron's rows, whichever couplings exist: from the packed rows, anew each time.
pub(super) struct NeuronProducts<'a> {
    rows: &'a NeuronRows,
    chosen: &'a [usize],
}

impl<'a> NeuronProducts<'a> {
    /// For the rows of the patterns `chosen`.
    pub(super) fn new(rows: &'a NeuronRows, chosen: &'a [usize]) -> Self {
        Self { rows, chosen }
    }
}

impl Products for NeuronProducts<'_> {
    fn size(&self) -> usize {
        self.chosen.len()
    }

    fn fill(&self, r: usize, row: &mut [f64]) {
        for (entry, &nu) in row.iter_mut().zip(self.chosen) {
            *entry = self.rows.product(self.chosen[r], nu);
        }
    }
}

/// All ξ^μ·ξ^ν: what the neurons of fully coupled networks share.
pub(super) struct Overlaps {
    size: usize,
    entries: Vec<i32>,
}

impl Overlaps {
    /// None where couplings are missing, so that neurons share nothing, or beyond [`MOST_ROWS`] patterns. Once `control`
    /// says stop, the rows that are left stay zero: the caller asks it before it uses them.
    pub(super) fn new(
        patterns: &Patterns,
        couplings: &Couplings,
        control: &Control<'_>,
    ) -> Option<Self> {
        let size = patterns.count();
        if !couplings.is_full() || size > MOST_ROWS {
            return None;
        }
        let mut entries = vec![0; size * size];
        entries
            .par_chunks_mut(size)
            .enumerate()
            .filter(|_| !control.should_stop())
            .for_each(|(mu, row)| {
                for (nu, entry) in row.iter_mut().enumerate() {
                    *entry = patterns.overlap(mu, nu) as i32;
                }
            });
        Some(Self { size, entries })
    }

    fn row(&self, mu: usize) -> &[i32] {
        &self.entries[mu * self.size..][..self.size]
    }
}

/// The Gram matrix of the symmetric network's rows `chosen` = (μ,i): rows of one neuron share its inputs, rows of two
/// coupled neurons the one weight between them. As far as `control` lets it.
pub(super) fn symmetric_gram(
    patterns: &Patterns,
    couplings: &Couplings,
    bias: bool,
    chosen: &[(usize, usize)],
    control: &Control<'_>,
) -> Gram {
    let n = patterns.neurons();
    let rows: Vec<NeuronRows> = (0..n)
        .map(|i| NeuronRows::new(patterns, couplings, bias, i))
        .collect();
    Gram::until_stopped(chosen.len(), control, |r, s| {
        let ((mu, i), (nu, j)) = (chosen[r], chosen[s]);
        if i == j {
            rows[i].product(mu, nu)
        } else if couplings.allows(i, j) {
            let signs = [(mu, i), (mu, j), (nu, i), (nu, j)];
            let minus = signs.iter().filter(|&&(m, k)| !patterns.is_plus(m, k));
            1.0 - 2.0 * (minus.count() % 2) as f64
        } else {
            0.0
        }
    })
}
