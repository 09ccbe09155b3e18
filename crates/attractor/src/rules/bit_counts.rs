//! Products of neurons over many patterns, counted bit by bit: carry-save adders take 512 neurons' values in 16 patterns at
//! once, and only the counts are brought into the order of the neurons. From about [`super::hebbian::MANY`] patterns on
//! this is faster than counting in bytes, whose work grows twice as fast with the patterns.

use super::hebbian::{CHUNK, in_chunks};
use crate::couplings::Couplings;
use crate::patterns::Patterns;
use crate::vectors::with_vectors;
use pulp::{Arch, Simd, WithSimd, bytemuck};

/// Neurons whose bits are counted side by side: the widest vector register full.
const TILE: usize = 512;

/// Patterns whose bits are added at once.
const BATCH: usize = 16;

/// Patterns that are counted in a byte: at most 255, and whole batches.
const COUNTED: usize = 15 * BATCH;

/// P − 2·(patterns in which i and j differ) for every coupling that exists, else 0, row by row.
pub(super) fn products(patterns: &Patterns, couplings: &Couplings) -> Vec<f64> {
    let neurons = patterns.neurons();
    let differences = Differences::new(patterns);
    in_chunks(
        neurons * neurons,
        || Row::new(&differences, couplings),
        Row::entries,
    )
}

/// One row of the matrix of products, kept while entries of it are asked for.
struct Row<'a> {
    differences: &'a Differences,
    couplings: &'a Couplings,
    /// The row's neuron; none yet if it does not exist.
    neuron: usize,
    values: Vec<u32>,
    products: Vec<i32>,
}

impl<'a> Row<'a> {
    fn new(differences: &'a Differences, couplings: &'a Couplings) -> Self {
        Self {
            differences,
            couplings,
            neuron: usize::MAX,
            values: vec![0; differences.padded],
            products: vec![0; couplings.neurons().next_multiple_of(TILE)],
        }
    }

    /// `length` entries from `first` on, in rows one after the other.
    fn entries(&mut self, first: usize, length: usize) -> [f64; CHUNK] {
        let neurons = self.couplings.neurons();
        let (mut i, mut j) = (first / neurons, first % neurons);
        if self.neuron != i && length > 0 {
            self.set(i);
        }
        if length == CHUNK
            && let Some(products) = self.products[j..neurons].first_chunk()
        {
            return converted(products);
        }
        let mut entries = [0.0; CHUNK];
        let mut rest = &mut entries[..length];
        while !rest.is_empty() {
            if self.neuron != i {
                self.set(i);
            }
            let part;
            (part, rest) = rest.split_at_mut(rest.len().min(neurons - j));
            let products = &self.products[j..][..part.len()];
            for (entry, &product) in part.iter_mut().zip(products) {
                *entry = f64::from(product);
            }
            (i, j) = (i + 1, 0);
        }
        entries
    }

    /// Makes it neuron i's row.
    fn set(&mut self, i: usize) {
        self.neuron = i;
        Arch::new().dispatch(RowOfProducts {
            differences: self.differences,
            i,
            values: &mut self.values,
            products: &mut self.products,
        });
        if self.couplings.is_full() {
            self.products[i] = 0;
        } else {
            for (j, product) in self.products[..self.couplings.neurons()]
                .iter_mut()
                .enumerate()
            {
                if !self.couplings.allows(i, j) {
                    *product = 0;
                }
            }
        }
    }
}

/// As f64, exactly.
#[inline(always)]
fn converted(products: &[i32; CHUNK]) -> [f64; CHUNK] {
    with_vectors(
        #[inline(always)]
        || products.map(f64::from),
    )
}

/// One bit of each of [`TILE`] neurons: bit b of byte k is neuron 64 b + k's, so that eight such tiles, transposed bit by
/// bit, are bytes in the order of the neurons.
#[derive(Clone, Copy)]
#[repr(C, align(64))]
struct Tile([u32; TILE / 32]);

impl Tile {
    const ZERO: Self = Self([0; TILE / 32]);

    /// The tile of so many words of 64 neurons, in their order.
    fn new(words: &[u64]) -> Self {
        let mut tile = Self::ZERO;
        for (byte, halves) in tile.0.as_chunks_mut::<2>().0.iter_mut().enumerate() {
            let square = words.iter().enumerate().fold(0, |square, (b, word)| {
                square | (word >> (8 * byte) & 0xff) << (8 * b)
            });
            let square = transpose_octet(square);
            *halves = [square as u32, (square >> 32) as u32];
        }
        tile
    }
}

/// Transposes 8×8 bits, bit b of byte k being entry (k, b).
fn transpose_octet(mut square: u64) -> u64 {
    for (shift, low) in [
        (28, 0x0000_0000_f0f0_f0f0),
        (14, 0x0000_cccc_0000_cccc),
        (7, 0x00aa_00aa_00aa_00aa),
    ] {
        let swapped = (square >> shift ^ square) & low;
        square ^= swapped ^ swapped << shift;
    }
    square
}

/// Counts the patterns in which two neurons differ.
struct Differences {
    count: usize,
    /// The count rounded up to whole [`BATCH`]es.
    padded: usize,
    by_neuron: Patterns,
    /// For the first [`TILE`] neurons every pattern's tile, then for the next. Padded with patterns of zeros, in which no
    /// two neurons differ.
    tiles: Vec<Tile>,
}

impl Differences {
    fn new(patterns: &Patterns) -> Self {
        let count = patterns.count();
        let padded = count.next_multiple_of(BATCH);
        let mut tiles = vec![Tile::ZERO; patterns.neurons().div_ceil(TILE) * padded];
        for (t, tiles) in tiles.chunks_exact_mut(padded).enumerate() {
            for (mu, tile) in tiles[..count].iter_mut().enumerate() {
                let words = &patterns.bits(mu)[t * TILE / 64..];
                *tile = Tile::new(&words[..words.len().min(TILE / 64)]);
            }
        }
        Self {
            count,
            padded,
            by_neuron: patterns.transposed(),
            tiles,
        }
    }
}

/// P − 2·(patterns in which i and j differ) for neuron i and all j.
struct RowOfProducts<'a> {
    differences: &'a Differences,
    i: usize,
    /// Scratch: neuron i's value in every pattern, as 32 equal bits.
    values: &'a mut [u32],
    products: &'a mut [i32],
}

impl WithSimd for RowOfProducts<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Differences {
            count,
            padded,
            by_neuron,
            tiles,
        } = self.differences;
        let own = by_neuron.bits(self.i);
        for (values, &word) in self.values.chunks_mut(64).zip(own) {
            for (mu, value) in values.iter_mut().enumerate() {
                *value = ((word >> mu & 1) as u32).wrapping_neg();
            }
        }
        let products = self.products.as_chunks_mut::<TILE>().0;
        for (products, tiles) in products.iter_mut().zip(tiles.chunks_exact(*padded)) {
            *products = [*count as i32; TILE];
            for (values, tiles) in self.values.chunks(COUNTED).zip(tiles.chunks(COUNTED)) {
                let differ = differing(simd, values, tiles);
                let differ: &[u8] = bytemuck::cast_slice(differ.as_flattened());
                for (product, &differ) in products.iter_mut().zip(differ) {
                    *product -= 2 * i32::from(differ);
                }
            }
        }
    }
}

/// For each neuron of the tile the patterns, at most [`COUNTED`], in which it has not the value given: a byte each, four
/// a word.
#[inline(always)]
fn differing<S: Simd>(simd: S, values: &[u32], tiles: &[Tile]) -> [[u32; TILE / 32]; 8] {
    let mut differ = [[0; TILE / 32]; 8];
    for k in 0..TILE / 32 / S::U32_LANES {
        let mut counts = [simd.splat_u32s(0); 8];
        let batches = values.as_chunks::<BATCH>().0.iter();
        for (values, tiles) in batches.zip(tiles.as_chunks::<BATCH>().0) {
            let mut differ = [simd.splat_u32s(0); BATCH];
            for mu in 0..BATCH {
                let others = S::as_simd_u32s(&tiles[mu].0).0[k];
                differ[mu] = simd.xor_u32s(others, simd.splat_u32s(values[mu]));
            }
            add_batch(simd, &mut counts, differ);
        }
        transpose_bits(simd, &mut counts);
        for (differ, counts) in differ.iter_mut().zip(counts) {
            S::as_mut_simd_u32s(differ).0[k] = counts;
        }
    }
    // So that the bytes stand in the order of the neurons on every machine.
    for word in differ.as_flattened_mut() {
        *word = word.to_le();
    }
    differ
}

/// Adds bits to counts, of which the lowest bits stand together, then the next: two bits and the count's lowest leave one
/// carry, and so on with the carries (Harley and Seal).
#[inline(always)]
fn add_batch<S: Simd>(simd: S, counts: &mut [S::u32s; 8], mut bits: [S::u32s; BATCH]) {
    let (low, high) = counts.split_at_mut(BATCH.ilog2() as usize);
    let mut carries = BATCH;
    for count in low {
        carries /= 2;
        for k in 0..carries {
            (bits[k], *count) = add_three(simd, bits[2 * k], bits[2 * k + 1], *count);
        }
    }
    let mut carry = bits[0];
    for count in high {
        let sum = simd.xor_u32s(*count, carry);
        carry = simd.and_u32s(*count, carry);
        *count = sum;
    }
}

/// Carry and sum of three bits: a full adder.
#[inline(always)]
fn add_three<S: Simd>(simd: S, a: S::u32s, b: S::u32s, c: S::u32s) -> (S::u32s, S::u32s) {
    let half = simd.xor_u32s(a, b);
    let carry = simd.or_u32s(
        simd.and_u32s(half, c),
        simd.and_u32s(simd.not_u32s(half), a),
    );
    (carry, simd.xor_u32s(half, c))
}

/// Bit b of every byte of vector q and bit q of that byte of vector b change places.
#[inline(always)]
fn transpose_bits<S: Simd>(simd: S, vectors: &mut [S::u32s; 8]) {
    exchange::<S, 4>(simd, vectors, 0x0f0f_0f0f);
    exchange::<S, 2>(simd, vectors, 0x3333_3333);
    exchange::<S, 1>(simd, vectors, 0x5555_5555);
}

/// Exchanges the bits not in `low` of each vector without the bit SIDE in its number with the bits in `low` of the vector
/// SIDE further on.
#[inline(always)]
fn exchange<S: Simd, const SIDE: usize>(simd: S, vectors: &mut [S::u32s; 8], low: u32) {
    let (low, shift) = (simd.splat_u32s(low), simd.splat_u32s(SIDE as u32));
    for part in vectors.chunks_exact_mut(2 * SIDE) {
        let (first, second) = part.split_at_mut(SIDE);
        for (a, b) in first.iter_mut().zip(second) {
            let shifted = simd.wrapping_dyn_shr_u32s(*a, shift);
            let swapped = simd.and_u32s(simd.xor_u32s(shifted, *b), low);
            *b = simd.xor_u32s(*b, swapped);
            *a = simd.xor_u32s(*a, simd.wrapping_dyn_shl_u32s(swapped, shift));
        }
    }
}
