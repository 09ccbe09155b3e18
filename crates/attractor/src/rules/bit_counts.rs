//! Products of neurons over the patterns, counted bit by bit: Σ_μ ξ_i^μ ξ_j^μ = P − 2 n_i − 2 n_j + 4 n_ij, with n_i the
//! patterns in which neuron i is +1 and n_ij those in which i and j are. For one i and all j, n_ij is a sum of those patterns
//! themselves: carry-save adders take 512 neurons' values in 16 of them at once, and only the counts are brought into the
//! order of the neurons. For more patterns than [`super::byte_sums`] takes.

use crate::couplings::Couplings;
use crate::kernels::bits;
use crate::patterns::Patterns;
use pulp::{Arch, Simd, WithSimd, bytemuck};
use rayon::prelude::*;

/// Entries of the matrix that a thread hands over at a time.
const CHUNK: usize = 256;

/// Neurons whose bits are counted side by side: the widest vector register full.
const TILE: usize = 512;

/// Patterns whose bits are added at once.
const BATCH: usize = 16;

/// Patterns that are counted in a byte: at most 255, and whole batches.
const COUNTED: usize = 15 * BATCH;

/// Σ_μ ξ_i^μ ξ_j^μ for every coupling that exists, else 0, row by row.
///
/// Collected, not written over zeros: clearing the matrix takes as long as filling it.
pub(super) fn products(patterns: &Patterns, couplings: &Couplings) -> Vec<f64> {
    let count = patterns.neurons() * patterns.neurons();
    let pluses = Pluses::new(patterns);
    let mut chunks = Vec::new();
    (0..count.div_ceil(CHUNK))
        .into_par_iter()
        .map_init(
            || Rows::new(&pluses, couplings),
            |rows, chunk| rows.chunk(chunk * CHUNK),
        )
        .collect_into_vec(&mut chunks);
    let mut products = chunks.into_flattened();
    products.truncate(count);
    products
}

/// A row of the matrix of products after the last entries before it, so that every chunk that ends in the row stands in one
/// piece: chunks are copied once, straight to where they belong.
struct Rows<'a> {
    pluses: &'a Pluses,
    couplings: &'a Couplings,
    /// The next row's neuron.
    next: usize,
    /// [`CHUNK`] entries, then the row before the next.
    entries: Vec<f64>,
    members: Vec<usize>,
}

impl<'a> Rows<'a> {
    fn new(pluses: &'a Pluses, couplings: &'a Couplings) -> Self {
        Self {
            pluses,
            couplings,
            next: usize::MAX,
            entries: vec![0.0; CHUNK + couplings.neurons()],
            members: Vec::new(),
        }
    }

    /// The matrix's entries from `first` on; zeros beyond its end.
    #[inline(always)]
    fn chunk(&mut self, first: usize) -> [f64; CHUNK] {
        let neurons = self.couplings.neurons();
        let row = first / neurons;
        if self.next < row || self.next > row + 1 + CHUNK / neurons {
            self.next = row;
        }
        while self.next * neurons < first + CHUNK {
            self.advance();
        }
        let back = self.next * neurons - first;
        let entries = &self.entries[self.entries.len() - back..];
        *entries.first_chunk().expect("a chunk ends in the last row")
    }

    /// Takes one row more.
    #[inline(never)]
    fn advance(&mut self) {
        let (i, neurons) = (self.next, self.couplings.neurons());
        self.next += 1;
        self.entries.copy_within(neurons.., 0);
        let row = &mut self.entries[CHUNK..];
        if i >= neurons {
            row.fill(0.0);
            return;
        }
        let own = self.pluses.by_neuron.bits(i);
        self.members.clear();
        self.members.extend(bits::ones(own));
        let padded = self.members.len().next_multiple_of(BATCH);
        self.members.resize(padded, self.pluses.count);
        Arch::new().dispatch(RowOfProducts {
            pluses: self.pluses,
            i,
            members: &self.members,
            products: row,
        });
        row[i] = 0.0;
        if !self.couplings.is_full() {
            for (j, product) in row.iter_mut().enumerate() {
                if !self.couplings.allows(i, j) {
                    *product = 0.0;
                }
            }
        }
    }
}

/// One bit of each of [`TILE`] neurons: bit b of byte k is neuron 64 b + k's, so that eight such tiles, transposed bit by
/// bit, are bytes in the order of the neurons.
#[derive(Clone, Copy)]
#[repr(C, align(64))]
struct Tile([u32; TILE / 32]);

impl Tile {
    const ZERO: Self = Self([0; TILE / 32]);

    /// The tile of these words, of 64 neurons each, in their order.
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

/// Where neurons are +1.
struct Pluses {
    /// P.
    count: usize,
    by_neuron: Patterns,
    /// n_j.
    counts: Vec<i32>,
    /// For the first [`TILE`] neurons every pattern's tile and one of zeros, then for the next.
    tiles: Vec<Tile>,
}

impl Pluses {
    fn new(patterns: &Patterns) -> Self {
        let (count, neurons) = (patterns.count(), patterns.neurons());
        let mut tiles = vec![Tile::ZERO; neurons.div_ceil(TILE) * (count + 1)];
        for (t, tiles) in tiles.chunks_exact_mut(count + 1).enumerate() {
            for (mu, tile) in tiles[..count].iter_mut().enumerate() {
                let words = &patterns.bits(mu)[t * TILE / 64..];
                *tile = Tile::new(&words[..words.len().min(TILE / 64)]);
            }
        }
        let by_neuron = patterns.transposed();
        let counts = (0..neurons).map(|j| bits::count(by_neuron.bits(j)) as i32);
        Self {
            count,
            counts: counts.collect(),
            by_neuron,
            tiles,
        }
    }
}

/// P − 2 n_i − 2 n_j + 4 n_ij for neuron i and all j.
struct RowOfProducts<'a> {
    pluses: &'a Pluses,
    i: usize,
    /// The patterns in which neuron i is +1, in whole batches with that of zeros.
    members: &'a [usize],
    products: &'a mut [f64],
}

impl WithSimd for RowOfProducts<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Pluses {
            count,
            counts,
            tiles,
            ..
        } = self.pluses;
        let own = *count as i32 - 2 * counts[self.i];
        let products = self.products.chunks_mut(TILE).zip(counts.chunks(TILE));
        for ((products, counts), tiles) in products.zip(tiles.chunks_exact(count + 1)) {
            let mut groups = self.members.chunks(COUNTED);
            let both = sums(simd, groups.next().unwrap_or_default(), tiles);
            let both: &[u8] = bytemuck::cast_slice(both.as_flattened());
            for ((product, count), &both) in products.iter_mut().zip(counts).zip(both) {
                *product = f64::from(own - 2 * count + 4 * i32::from(both));
            }
            for group in groups {
                let both = sums(simd, group, tiles);
                let both: &[u8] = bytemuck::cast_slice(both.as_flattened());
                for (product, &both) in products.iter_mut().zip(both) {
                    *product += f64::from(4 * i32::from(both));
                }
            }
        }
    }
}

/// For each neuron the members, at most [`COUNTED`], in whose tile its bit is set: a byte each, four a word.
#[inline(always)]
fn sums<S: Simd>(simd: S, members: &[usize], tiles: &[Tile]) -> [[u32; TILE / 32]; 8] {
    let mut sums = [[0; TILE / 32]; 8];
    for k in 0..TILE / 32 / S::U32_LANES {
        let mut counts = [simd.splat_u32s(0); 8];
        for members in members.as_chunks::<BATCH>().0 {
            let mut bits = [simd.splat_u32s(0); BATCH];
            for (bits, &mu) in bits.iter_mut().zip(members) {
                *bits = S::as_simd_u32s(&tiles[mu].0).0[k];
            }
            add_batch(simd, &mut counts, bits);
        }
        transpose_bits(simd, &mut counts);
        for (sums, counts) in sums.iter_mut().zip(counts) {
            S::as_mut_simd_u32s(sums).0[k] = counts;
        }
    }
    // So that the bytes stand in the order of the neurons on every machine.
    for word in sums.as_flattened_mut() {
        *word = word.to_le();
    }
    sums
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

/// Carry and sum of three bits: a full adder. AVX-512 has one instruction for the carry in this form.
#[inline(always)]
fn add_three<S: Simd>(simd: S, a: S::u32s, b: S::u32s, c: S::u32s) -> (S::u32s, S::u32s) {
    let half = simd.xor_u32s(a, b);
    let carry = simd.xor_u32s(b, simd.and_u32s(simd.xor_u32s(b, c), half));
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
