//! Products of neurons over few patterns, summed in bytes. What four patterns add to a neuron's products with 64 others
//! depends on four values of its own: the 16 cases are tabulated once for all rows and looked up for each (the method of
//! the four Russians).

use crate::couplings::Couplings;
use crate::kernels::vectors::with_vectors;
use crate::patterns::Patterns;
use pulp::{Arch, Simd, WithSimd};
use rayon::iter::plumbing::{Consumer, Folder, ProducerCallback, Reducer, UnindexedConsumer};
use rayon::prelude::*;
use std::ops::Range;

/// Most patterns whose products have a sum that a byte holds in every order: whole fours, at most 127.
pub(super) const MOST: usize = 124;

/// Neurons whose products are summed side by side, a byte each: the widest vector register full.
const BESIDE: usize = 64;

/// Entries that are handed over at once. Not fewer: the compiler would handle several hand-overs at once, and scatter.
const CHUNK: usize = 64;

/// Chunks of which one thread sums all entries before it hands them over: they stay in its second-level cache, and are
/// enough rows for the tables to pay.
const CHUNKS: usize = (1 << 18) / CHUNK;

/// Σ_μ ξ_i^μ ξ_j^μ over at most [`MOST`] patterns for every coupling that exists, else 0, row by row.
pub(super) fn products(patterns: &Patterns, couplings: &Couplings) -> Vec<f64> {
    let count = patterns.neurons() * patterns.neurons();
    let mut chunks = Vec::new();
    Products {
        signs: &Signs::new(patterns),
        couplings,
        chunks: 0..count.div_ceil(CHUNK),
    }
    .collect_into_vec(&mut chunks);
    let mut products = chunks.into_flattened();
    products.truncate(count);
    products
}

/// 64 neurons' signs in one pattern, or sums of them.
type Block = [i8; BESIDE];

/// The patterns as signs, a byte each.
struct Signs {
    neurons: usize,
    /// Patterns in fours, the last with patterns of zeros.
    fours: usize,
    by_neuron: Patterns,
    /// The first neurons' signs in every pattern, then the next neurons'; of neurons that do not
    /// exist anything.
    blocks: Vec<Block>,
}

impl Signs {
    fn new(patterns: &Patterns) -> Self {
        let neurons = patterns.neurons();
        let fours = patterns.count().div_ceil(4);
        let mut blocks = vec![[0; BESIDE]; neurons.div_ceil(BESIDE) * 4 * fours];
        for (b, blocks) in blocks.chunks_exact_mut(4 * fours).enumerate() {
            with_vectors(
                #[inline(always)]
                || {
                    for (mu, block) in blocks[..patterns.count()].iter_mut().enumerate() {
                        let word = patterns.bits(mu)[b];
                        for (k, sign) in block.iter_mut().enumerate() {
                            *sign = 2 * (word >> k & 1) as i8 - 1;
                        }
                    }
                },
            );
        }
        Self {
            neurons,
            fours,
            by_neuron: patterns.transposed(),
            blocks,
        }
    }

    /// The values of a row's neuron, four patterns a byte, for each of the rows.
    #[inline(always)]
    fn own(&self, rows: Range<usize>) -> Vec<u8> {
        let mut own = vec![0; rows.len() * self.fours];
        for (i, own) in rows.zip(own.chunks_exact_mut(self.fours)) {
            for (own, word) in own.chunks_mut(16).zip(self.by_neuron.bits(i)) {
                for (four, own) in own.iter_mut().enumerate() {
                    *own = (word >> (4 * four) & 15) as u8;
                }
            }
        }
        own
    }

    /// All entries of the rows, one row after the other, and some more.
    #[inline(always)]
    fn sums(&self, rows: Range<usize>) -> Vec<i8> {
        let own = self.own(rows.clone());
        let mut sums = vec![0; rows.len() * self.neurons + BESIDE.max(CHUNK)];
        let mut tables = vec![[[0; BESIDE]; 16]; self.fours];
        // A row's last block goes on into the next rows, which come later or get their first block later.
        for (b, blocks) in self.blocks.chunks_exact(4 * self.fours).enumerate().rev() {
            for (table, signs) in tables.iter_mut().zip(blocks.as_chunks().0) {
                tabulate(table, signs);
            }
            for (row, own) in own.chunks_exact(self.fours).enumerate() {
                let mut sum = [0; BESIDE];
                for (table, &values) in tables.iter().zip(own) {
                    let part = &table[usize::from(values & 15)];
                    for k in 0..BESIDE {
                        sum[k] += part[k];
                    }
                }
                sums[row * self.neurons + b * BESIDE..][..BESIDE].copy_from_slice(&sum);
            }
        }
        sums
    }
}

/// Σ_t ±signs[t], with + where bit t of the case is set.
#[inline(always)]
fn tabulate(table: &mut [Block; 16], signs: &[Block; 4]) {
    for k in 0..BESIDE {
        table[0][k] = -(signs[0][k] + signs[1][k] + signs[2][k] + signs[3][k]);
    }
    for case in 1..16_usize {
        let (without, signs) = (
            table[case & (case - 1)],
            &signs[case.trailing_zeros() as usize],
        );
        for k in 0..BESIDE {
            table[case][k] = without[k] + 2 * signs[k];
        }
    }
}

/// The matrix of products in chunks, for rayon to collect where they belong. With an iterator of its own, because a thread
/// must know up to where it is to sum, and so that the loop which hands the entries over uses wide vectors as well: each
/// entry is written once.
struct Products<'a> {
    signs: &'a Signs,
    couplings: &'a Couplings,
    chunks: Range<usize>,
}

impl ParallelIterator for Products<'_> {
    type Item = [f64; CHUNK];

    fn drive_unindexed<C: UnindexedConsumer<Self::Item>>(self, consumer: C) -> C::Result {
        self.drive(consumer)
    }

    fn opt_len(&self) -> Option<usize> {
        Some(self.chunks.len())
    }
}

impl IndexedParallelIterator for Products<'_> {
    fn len(&self) -> usize {
        self.chunks.len()
    }

    fn drive<C: Consumer<Self::Item>>(self, consumer: C) -> C::Result {
        let Range { start, end } = self.chunks;
        if end - start <= CHUNKS {
            let folder = consumer.into_folder();
            return Arch::new().dispatch(HandOver(self, folder)).complete();
        }
        let half = (end - start) / 2;
        let part = |chunks| Self { chunks, ..self };
        let (left, right, reducer) = consumer.split_at(half);
        let (left, right) = rayon::join(
            || part(start..start + half).drive(left),
            || part(start + half..end).drive(right),
        );
        reducer.reduce(left, right)
    }

    fn with_producer<C: ProducerCallback<Self::Item>>(self, callback: C) -> C::Output {
        let chunks: Vec<_> = self.collect();
        chunks.into_par_iter().with_producer(callback)
    }
}

/// Gives all chunks to the folder.
struct HandOver<'a, F>(Products<'a>, F);

impl<F: Folder<[f64; CHUNK]>> WithSimd for HandOver<'_, F> {
    type Output = F;

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) -> F {
        let Self(products, mut folder) = self;
        let (neurons, couplings) = (products.signs.neurons, products.couplings);
        let (first, end) = (products.chunks.start * CHUNK, products.chunks.end * CHUNK);
        let rows = first / neurons..end.div_ceil(neurons).min(neurons);
        let mut sums = products.signs.sums(rows.clone());
        for (i, row) in rows.clone().zip(sums.chunks_exact_mut(neurons)) {
            row[i] = 0;
            if !couplings.is_full() {
                for (j, sum) in row.iter_mut().enumerate() {
                    if !couplings.allows(i, j) {
                        *sum = 0;
                    }
                }
            }
        }
        let sums = &sums[first - rows.start * neurons..];
        for sums in &sums.as_chunks::<CHUNK>().0[..products.chunks.len()] {
            let mut chunk = [0.0; CHUNK];
            for (entry, &sum) in chunk.iter_mut().zip(sums) {
                *entry = f64::from(i32::from(sum));
            }
            folder = folder.consume(chunk);
        }
        folder
    }
}
