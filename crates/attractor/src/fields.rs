//! Local fields of many states at once, and their signs without rounding.
//!
//! The sign of a field decides a neuron, so it is always the sign of the exact sum of the f64 weights, however the sum
//! is computed: in f32 tables, by updates after each flip, in f64. Whatever lies within its rounding error bound is
//! summed again, at last without rounding. So recall and [`Stability`](crate::Stability) always agree, and no result
//! depends on the order of summation, the number of threads or the machine.

use crate::couplings::Symmetry;
use crate::kernels::bits::has;
use crate::kernels::exact_sum::{exact_sign, signed_sum, terms};
use crate::kernels::signed_sums::{LANES, Lanes, Real, WordMajor, add_signed_sums, additions};
use crate::kernels::vectors::with_vectors;
use crate::network::Network;
use rayon::prelude::*;
use std::borrow::Cow;
use std::cmp::Ordering;
use std::ops::Range;

/// A network prepared for computing fields.
pub(crate) struct Fields<'a> {
    network: &'a Network,
    /// w_ij at j·N+i: the outgoing weights of a neuron stand together. The weights themselves if symmetric.
    outgoing: Cow<'a, [f64]>,
    /// Σ_j |w_ij| + |b_i|, rounded up.
    magnitudes: Vec<f64>,
    /// Whether every f32 sum of ± a row's weights is exact, and every f64 sum.
    is_exact_in: (bool, bool),
    /// [`Fields::f32_error`] without updates.
    summed_errors: Vec<f64>,
}

impl<'a> Fields<'a> {
    /// Takes N² operations, and for directed couplings a second weight matrix.
    pub(crate) fn new(network: &'a Network) -> Self {
        let outgoing = match network.symmetry() {
            Symmetry::Symmetric => Cow::Borrowed(network.weights()),
            Symmetry::Directed => Cow::Owned(transposed(network.neurons(), network.weights())),
        };
        let rows: Vec<(f64, (bool, bool))> = (0..network.neurons())
            .into_par_iter()
            .map(|i| row_scale(network.row(i), network.biases()[i]))
            .collect();
        let is_exact_in = rows.iter().fold((true, true), |all, row| {
            (all.0 && row.1.0, all.1 && row.1.1)
        });
        let mut fields = Self {
            network,
            outgoing,
            magnitudes: rows.into_iter().map(|row| row.0).collect(),
            is_exact_in,
            summed_errors: Vec::new(),
        };
        fields.summed_errors = (0..network.neurons())
            .map(|i| f64::from(fields.f32_error(i, 0)))
            .collect();
        fields
    }

    /// The network.
    pub(crate) fn network(&self) -> &'a Network {
        self.network
    }

    /// w_0j … w_N−1,j: what neuron j sends.
    #[inline]
    pub(crate) fn outgoing(&self, j: usize) -> &[f64] {
        let neurons = self.network.neurons();
        &self.outgoing[j * neurons..][..neurons]
    }

    /// The fields of neurons 64·block … 64·block+63 in each state (lanes beyond N are zero).
    pub(crate) fn block<T: Real>(&self, block: usize, states: &WordMajor) -> Vec<Lanes<T>> {
        let mut sums = Vec::new();
        self.set_block(block, states, &mut sums);
        sums
    }

    /// [`Fields::block`] into room that is there already.
    pub(crate) fn set_block<T: Real>(
        &self,
        block: usize,
        states: &WordMajor,
        sums: &mut Vec<Lanes<T>>,
    ) {
        let neurons = self.network.neurons();
        let outputs = block * LANES..((block + 1) * LANES).min(neurons);
        let biases = Lanes::from_slice(&self.network.biases()[outputs.clone()]);
        sums.clear();
        sums.resize(states.count(), biases);
        add_signed_sums(
            states,
            neurons,
            |j, weights| weights.set(&self.outgoing(j)[outputs.clone()]),
            sums,
        );
    }

    /// By how much a field of neuron i can be off that was summed in f32 by [`Fields::block`] and then updated in f32 at
    /// most `updates` times.
    pub(crate) fn f32_error(&self, i: usize, updates: usize) -> f32 {
        if self.is_exact_in.0 {
            return 0.0;
        }
        // Sums, and twice a sum for the mean of two, must not reach infinity on the way to a smaller value.
        if self.magnitudes[i] >= 2f64.powi(126) {
            return f32::INFINITY;
        }
        // Two more roundings: weights and bias to f32, each update's weight among them. ε is two units roundoff, which
        // covers the higher orders; the last term covers weights that f32 can only hold as subnormals.
        let neurons = self.network.neurons();
        let roundings = (additions::<f32>(neurons) + updates + 2) as f64;
        let bound = roundings * f64::from(f32::EPSILON) * self.magnitudes[i]
            + (neurons + 1) as f64 * f64::from(f32::MIN_POSITIVE);
        (bound * (1.0 + f64::from(f32::EPSILON))) as f32
    }

    /// By how much a field of neuron i can be off after at most `additions` f64 additions in sequence.
    #[inline]
    pub(crate) fn f64_error(&self, i: usize, additions: usize) -> f64 {
        if self.is_exact() {
            return 0.0;
        }
        additions as f64 * f64::EPSILON * self.magnitudes[i]
    }

    /// By how much a field of neuron i can be off that was summed in f32 and then updated in f64 at most `updates` times.
    #[inline]
    pub(crate) fn error(&self, i: usize, updates: usize) -> f64 {
        // One more rounding, of this very sum.
        self.summed_errors[i] + self.f64_error(i, updates + 1)
    }

    /// Whether every f64 sum of ± a row's weights is exact.
    pub(crate) fn is_exact(&self) -> bool {
        self.is_exact_in.1
    }

    /// The sign of neuron i's field in a ±1 state, given what [`Fields::block`] summed in f64.
    #[inline]
    pub(crate) fn rounded_sign(&self, i: usize, field: f64, bits: &[u64]) -> Ordering {
        let roundings = additions::<f64>(self.network.neurons());
        if field.abs() > self.f64_error(i, roundings) || self.is_exact() {
            field.partial_cmp(&0.0).unwrap_or(Ordering::Equal)
        } else {
            self.sign(i, bits, None)
        }
    }

    /// The sign of neuron i's field in a state given by its packed ±1 entries and, if some are unknown, the known ones.
    pub(crate) fn sign(&self, i: usize, bits: &[u64], known: Option<&[u64]>) -> Ordering {
        let (row, bias) = (self.network.row(i), self.network.biases()[i]);
        let Some(known) = known else {
            let field = signed_sum(row, bits) + bias;
            if field.abs() > self.f64_error(i, row.len() + 1) || self.is_exact() {
                return field.partial_cmp(&0.0).unwrap_or(Ordering::Equal);
            }
            return exact_sign(terms(row, bits).chain([bias]));
        };
        let inputs = terms(row, bits).enumerate();
        exact_sign(
            inputs
                .filter(|(j, _)| has(known, *j))
                .map(|(_, term)| term)
                .chain([bias]),
        )
    }
}

/// Σ|w| + |b| rounded up, and whether f32 and f64 hold every partial sum of ± these numbers exactly.
fn row_scale(row: &[f64], bias: f64) -> (f64, (bool, bool)) {
    with_vectors(
        #[inline(always)]
        || {
            let mut partial = [0.0; 16];
            let (chunks, rest) = row.as_chunks::<16>();
            for chunk in chunks {
                for (sum, w) in partial.iter_mut().zip(chunk) {
                    *sum += w.abs();
                }
            }
            let terms = partial.iter().chain(rest).chain([&bias]);
            let rounded: f64 = terms.map(|w| w.abs()).sum();
            let magnitude = rounded * (1.0 + (row.len() + 1) as f64 * f64::EPSILON);
            let f32 = is_on_grid(row, bias, magnitude, f32::MANTISSA_DIGITS, -149..100);
            let f64 = f32 || is_on_grid(row, bias, magnitude, f64::MANTISSA_DIGITS, -1074..960);
            (magnitude, (f32, f64))
        },
    )
}

/// Whether all numbers are multiples of a power of two 2^g with g in `exponents` so large that `digits` bits of mantissa
/// hold every multiple up to `magnitude`, one bit to spare. Then they hold every partial sum.
#[inline(always)]
fn is_on_grid(row: &[f64], bias: f64, magnitude: f64, digits: u32, exponents: Range<i32>) -> bool {
    if magnitude == 0.0 {
        return true;
    }
    // log2 is −1074 at least; infinity saturates and lies in no range.
    let exponent = (magnitude.log2().floor() as i32).saturating_add(2 - digits as i32);
    if !exponents.contains(&exponent) {
        return false;
    }
    // From 2^(52+g) to twice that, neighbouring f64 lie 2^g apart: only multiples survive the sum.
    let shift = 2f64.powi(52 + exponent);
    let is_multiple = |w: f64| (w.abs() + shift) - shift == w.abs();
    let mut chunks = row.chunks(64);
    is_multiple(bias) && chunks.all(|chunk| chunk.iter().fold(true, |all, &w| all & is_multiple(w)))
}

/// The transposed N×N matrix.
fn transposed(neurons: usize, matrix: &[f64]) -> Vec<f64> {
    const TILE: usize = 32;
    let mut transposed = vec![0.0; matrix.len()];
    transposed
        .par_chunks_mut(TILE * neurons)
        .enumerate()
        .for_each(|(tile, rows)| {
            for left in (0..neurons).step_by(TILE) {
                for (j, row) in rows.chunks_exact_mut(neurons).enumerate() {
                    for i in left..(left + TILE).min(neurons) {
                        row[i] = matrix[i * neurons + tile * TILE + j];
                    }
                }
            }
        });
    transposed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_on_a_grid_are_exact() {
        let exact = |row: &[f64], bias| row_scale(row, bias).1;
        assert!((row_scale(&[0.25, -4.0, 0.0], 1.5).0 - 5.75).abs() < 1e-12);
        assert_eq!(exact(&[0.25, -4.0, 0.0], 1.5), (true, true));
        assert_eq!(exact(&[0.1, 1.0], 0.0), (false, false));
        assert_eq!(exact(&[0.0], 0.0), (true, true));
        // 2^22 + 1 quarters fit into 23 bits and leave one to spare, 2^23 + 1 do not.
        let quarters = |power| exact(&[0.25, 2f64.powi(power - 2)], 0.0);
        assert_eq!((quarters(22), quarters(23)), ((true, true), (false, true)));
        assert_eq!((quarters(51).1, quarters(52).1), (true, false));
        let tiny = f64::MIN_POSITIVE / 8.0;
        assert!(!exact(&[tiny, -3.0 * tiny], 0.0).0);
        assert_eq!(exact(&[f64::MAX, f64::MAX], 0.0), (false, false));
        assert!(!exact(&[1e300], 0.0).0);
    }

    #[test]
    fn transposing_twice_changes_nothing() {
        let matrix: Vec<f64> = (0..71 * 71).map(f64::from).collect();
        let once = transposed(71, &matrix);
        assert_eq!(once[5 * 71 + 70], matrix[70 * 71 + 5]);
        assert_eq!(transposed(71, &once), matrix);
    }
}
