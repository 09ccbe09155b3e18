//! Local fields of many states at once, and their signs without rounding.
//!
//! The sign of a field decides a neuron, so it is always the sign of the exact sum of the f64 weights, however the sum
//! is computed: in f32 tables, by updates after each flip, in f64. Whatever lies within its rounding error bound is
//! summed again, at last without rounding. So recall and [`Stability`](crate::Stability) always agree, and no result
//! depends on the order of summation, the number of threads or the machine.

use crate::couplings::Symmetry;
use crate::network::Network;
use crate::signed_sums::{LANES, Lanes, Real, WordMajor, add_signed_sums, additions};
use crate::stability::{exact_sign, signed_sum};
use rayon::prelude::*;
use std::borrow::Cow;
use std::cmp::Ordering;

/// A network prepared for computing fields.
pub(crate) struct Fields<'a> {
    network: &'a Network,
    /// w_ij at j·N+i: the outgoing weights of a neuron stand together. The weights themselves if symmetric.
    outgoing: Cow<'a, [f64]>,
    /// Σ_j |w_ij| + |b_i|, rounded up.
    magnitudes: Vec<f64>,
    /// The most bits of mantissa that the sums of a row need: sums over a grid are exact.
    mantissa: u32,
}

impl<'a> Fields<'a> {
    /// Takes N² operations, and for directed couplings a second weight matrix.
    pub(crate) fn new(network: &'a Network) -> Self {
        let outgoing = match network.symmetry() {
            Symmetry::Symmetric => Cow::Borrowed(network.weights()),
            Symmetry::Directed => Cow::Owned(transposed(network.neurons(), network.weights())),
        };
        let rows: Vec<(f64, u32)> = (0..network.neurons())
            .into_par_iter()
            .map(|i| row_scale(network.row(i), network.biases()[i]))
            .collect();
        Self {
            network,
            outgoing,
            mantissa: rows.iter().map(|row| row.1).max().unwrap_or(0),
            magnitudes: rows.into_iter().map(|row| row.0).collect(),
        }
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
        let neurons = self.network.neurons();
        let outputs = block * LANES..((block + 1) * LANES).min(neurons);
        let biases = Lanes::from_slice(&self.network.biases()[outputs.clone()]);
        let mut sums = vec![biases; states.count()];
        add_signed_sums(
            states,
            neurons,
            |j, weights| weights.set(&self.outgoing(j)[outputs.clone()]),
            &mut sums,
        );
        sums
    }

    /// By how much a field of neuron i can be off that was summed in f32 by [`Fields::block`] and then updated at most
    /// `updates` times.
    pub(crate) fn f32_error(&self, i: usize, updates: usize) -> f32 {
        if self.mantissa <= f32::MANTISSA_DIGITS {
            return 0.0;
        }
        // Two more roundings: weights and bias to f32, each update's weight among them. ε is two units roundoff, which covers the higher orders; the
        // last term covers weights that f32 can only hold as subnormals.
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

    /// Whether every f64 sum of ± a row's weights is exact.
    pub(crate) fn is_exact(&self) -> bool {
        self.mantissa <= f64::MANTISSA_DIGITS
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
                .filter(|(j, _)| known[j / 64] >> (j % 64) & 1 == 1)
                .map(|(_, term)| term)
                .chain([bias]),
        )
    }
}

/// ±w_j with the signs of a packed state.
pub(crate) fn terms<'a>(row: &'a [f64], bits: &'a [u64]) -> impl Iterator<Item = f64> + 'a {
    row.iter().enumerate().map(|(j, &w)| {
        if bits[j / 64] >> (j % 64) & 1 == 1 {
            w
        } else {
            -w
        }
    })
}

/// Σ|w| + |b| rounded up, and how many bits of mantissa hold every partial sum of ± these numbers exactly: they are all
/// multiples of the lowest bit set in any of them and at most the sum in magnitude.
fn row_scale(row: &[f64], bias: f64) -> (f64, u32) {
    let rounded: f64 = row.iter().map(|w| w.abs()).sum::<f64>() + bias.abs();
    let magnitude = rounded * (1.0 + (row.len() + 1) as f64 * f64::EPSILON);
    let lowest = row
        .iter()
        .chain([&bias])
        .filter(|w| **w != 0.0)
        .map(|&w| lowest_bit(w))
        .min();
    let Some(lowest) = lowest else {
        return (0.0, 0);
    };
    let representable = (-120..120).contains(&lowest) && magnitude < 2f64.powi(120);
    let mantissa = if representable {
        (magnitude.log2().floor() as i32 + 2 - lowest) as u32
    } else {
        u32::MAX
    };
    (magnitude, mantissa)
}

/// The exponent e of the lowest bit set in w ≠ 0: w is an odd multiple of 2^e.
fn lowest_bit(w: f64) -> i32 {
    let bits = w.to_bits();
    let exponent = (bits >> 52 & 0x7ff) as i32;
    let fraction = bits & ((1 << 52) - 1);
    if exponent == 0 {
        return -1074 + fraction.trailing_zeros() as i32;
    }
    exponent - 1075 + (fraction | 1 << 52).trailing_zeros() as i32
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
    fn a_grid_row_needs_few_bits() {
        // Multiples of 1/4 up to a sum of 5.75 = 23 quarters: 5 bits, and one to spare.
        let (magnitude, mantissa) = row_scale(&[0.25, -4.0, 0.0], 1.5);
        assert!((magnitude - 5.75).abs() < 1e-12 && (5..=6).contains(&mantissa));
        assert!(row_scale(&[0.1, 1.0], 0.0).1 > 50);
        assert_eq!(row_scale(&[0.0], 0.0), (0.0, 0));
        assert_eq!(row_scale(&[f64::MIN_POSITIVE / 8.0], 0.0).1, u32::MAX);
        assert_eq!(lowest_bit(f64::from_bits(1)), -1074);
        assert_eq!(lowest_bit(-6.0), 1);
    }

    #[test]
    fn transposing_twice_changes_nothing() {
        let matrix: Vec<f64> = (0..71 * 71).map(f64::from).collect();
        let once = transposed(71, &matrix);
        assert_eq!(once[5 * 71 + 70], matrix[70 * 71 + 5]);
        assert_eq!(transposed(71, &once), matrix);
    }
}
