//! Patterns: P states of N neurons over {−1, +1}, the data that a memory stores.
//!
//! Bit-packed, one row a pattern, so that overlaps are popcounts. The validating constructors here are the only way
//! in: behind them every entry is ±1, there is at least one pattern and one neuron, and padding bits are zero.

use crate::kernels::bits::{self, words_for};
use crate::kernels::signed_sums::WordMajor;
use crate::kernels::vectors::with_vectors;
use rand::Rng;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;

/// The most entries (P·N) that a pattern set may have: 2^36 bits are 8 GiB. Larger requests, and those whose words a
/// `usize` does not count, are refused before anything is allocated.
pub const MAX_ENTRIES: u64 = 1 << 36;

/// Why data is not a set of patterns.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum PatternsError {
    /// No pattern or no neuron.
    #[error(
        "{count} patterns of {neurons} neurons: at least one pattern and one neuron are needed"
    )]
    Empty {
        /// Patterns asked for.
        count: usize,
        /// Neurons asked for.
        neurons: usize,
    },
    /// More than [`MAX_ENTRIES`] entries.
    #[error("{count} patterns of {neurons} neurons are too large (at most 2^36 entries)")]
    TooLarge {
        /// Patterns asked for.
        count: usize,
        /// Neurons asked for.
        neurons: usize,
    },
    /// The number of entries is not P·N.
    #[error("{count} patterns of {neurons} neurons need {} entries, got {entries}", count * neurons)]
    WrongLength {
        /// Patterns asked for.
        count: usize,
        /// Neurons asked for.
        neurons: usize,
        /// Entries given.
        entries: usize,
    },
    /// An entry is neither −1 nor +1.
    #[error("pattern {pattern}, neuron {neuron}: {value} is neither -1 nor +1")]
    NotASign {
        /// Pattern (row), from 0.
        pattern: usize,
        /// Neuron (column), from 0.
        neuron: usize,
        /// What stands there.
        value: i8,
    },
}

/// P patterns ξ^μ ∈ {−1,+1}^N, bit-packed (bit set = +1), row μ a pattern.
///
/// ```
/// use attractor::Patterns;
/// let patterns = Patterns::from_signs(2, 3, &[1, -1, 1, -1, -1, 1])?;
/// assert_eq!(patterns.sign(1, 0), -1);
/// assert_eq!(patterns.overlap(0, 1), 1); // Σ_i ξ_i ξ'_i = −1 + 1 + 1
/// # Ok::<(), attractor::PatternsError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Patterns {
    count: usize,
    neurons: usize,
    words: usize,
    bits: Vec<u64>,
}

impl WordMajor {
    /// All patterns as states.
    pub fn from_patterns(patterns: &Patterns) -> Self {
        Self::new(patterns.count(), patterns.neurons(), |mu| patterns.bits(mu))
    }
}

impl Patterns {
    /// Patterns from a function of (pattern μ, neuron i): `true` is +1.
    ///
    /// # Errors
    /// [`PatternsError::Empty`] or [`PatternsError::TooLarge`].
    pub fn from_fn(
        count: usize,
        neurons: usize,
        mut is_plus: impl FnMut(usize, usize) -> bool,
    ) -> Result<Self, PatternsError> {
        let mut patterns = Self::all_minus(count, neurons)?;
        for mu in 0..count {
            for i in 0..neurons {
                if is_plus(mu, i) {
                    bits::put(&mut patterns.bits[mu * patterns.words..], i);
                }
            }
        }
        Ok(patterns)
    }

    /// Patterns from P·N signs, row major.
    ///
    /// # Errors
    /// A wrong number of entries, an entry that is not ±1, no entries, too many.
    pub fn from_signs(count: usize, neurons: usize, signs: &[i8]) -> Result<Self, PatternsError> {
        check_size(count, neurons)?;
        if signs.len() != count * neurons {
            return Err(PatternsError::WrongLength {
                count,
                neurons,
                entries: signs.len(),
            });
        }
        if let Some(k) = signs.iter().position(|s| s.abs() != 1) {
            return Err(PatternsError::NotASign {
                pattern: k / neurons,
                neuron: k % neurons,
                value: signs[k],
            });
        }
        Self::from_fn(count, neurons, |mu, i| signs[mu * neurons + i] > 0)
    }

    /// Random patterns, each bit fair and independent: `ChaCha8` with this seed, stream 0, pattern by pattern, one
    /// 64-bit draw per 64 neurons.
    ///
    /// # Errors
    /// [`PatternsError::Empty`] or [`PatternsError::TooLarge`].
    pub fn random(count: usize, neurons: usize, seed: u64) -> Result<Self, PatternsError> {
        let mut patterns = Self::all_minus(count, neurons)?;
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        for word in &mut patterns.bits {
            *word = rng.next_u64();
        }
        patterns.clear_padding();
        Ok(patterns)
    }

    pub(crate) fn all_minus(count: usize, neurons: usize) -> Result<Self, PatternsError> {
        check_size(count, neurons)?;
        let words = words_for(neurons);
        Ok(Self {
            count,
            neurons,
            words,
            bits: vec![0; count * words],
        })
    }

    fn clear_padding(&mut self) {
        let used = self.neurons % 64;
        if used != 0 {
            for row in self.bits.chunks_exact_mut(self.words) {
                row[self.words - 1] &= (1 << used) - 1;
            }
        }
    }

    /// Number of patterns P ≥ 1.
    #[inline]
    pub fn count(&self) -> usize {
        self.count
    }

    /// Number of neurons N ≥ 1.
    #[inline]
    pub fn neurons(&self) -> usize {
        self.neurons
    }

    /// Load α = P/N.
    pub fn load(&self) -> f64 {
        self.count as f64 / self.neurons as f64
    }

    /// ξ_i^μ as −1 or +1.
    ///
    /// # Panics
    /// If `mu ≥ P` or `i ≥ N`.
    #[inline]
    pub fn sign(&self, mu: usize, i: usize) -> i8 {
        if self.is_plus(mu, i) { 1 } else { -1 }
    }

    /// Whether ξ_i^μ = +1.
    ///
    /// # Panics
    /// If `mu ≥ P` or `i ≥ N`.
    #[inline]
    pub fn is_plus(&self, mu: usize, i: usize) -> bool {
        assert!(i < self.neurons, "neuron {i} of {}", self.neurons);
        bits::has(&self.bits[mu * self.words..], i)
    }

    /// Pattern μ packed: bit i of the words is set iff ξ_i^μ = +1; padding bits are zero.
    #[inline]
    pub fn bits(&self, mu: usize) -> &[u64] {
        &self.bits[mu * self.words..][..self.words]
    }

    pub(crate) fn bits_mut(&mut self, mu: usize) -> &mut [u64] {
        &mut self.bits[mu * self.words..][..self.words]
    }

    /// Pattern μ as N signs −1/+1.
    pub fn signs(&self, mu: usize) -> impl ExactSizeIterator<Item = i8> + '_ {
        let row = self.bits(mu);
        (0..self.neurons).map(move |i| if bits::has(row, i) { 1 } else { -1 })
    }

    /// Σ_i ξ_i^μ ξ_i^ν, from −N to N; N minus twice the Hamming distance.
    #[inline]
    pub fn overlap(&self, mu: usize, nu: usize) -> i64 {
        self.neurons as i64 - 2 * hamming(self.bits(mu), self.bits(nu)) as i64
    }

    /// The N×P transpose: row i holds neuron i's value in every pattern.
    #[must_use]
    pub fn transposed(&self) -> Self {
        let words = words_for(self.count);
        let mut bits = vec![0u64; self.neurons * words];
        for block in 0..self.words {
            let rows = &mut bits[block * 64 * words..];
            for w in 0..words {
                let mut square = [0; 64];
                for (row, mu) in square.iter_mut().zip(w * 64..self.count) {
                    *row = self.bits[mu * self.words + block];
                }
                transpose_square(&mut square);
                for (row, word) in rows.chunks_exact_mut(words).zip(square) {
                    row[w] = word;
                }
            }
        }
        Self {
            count: self.neurons,
            neurons: self.count,
            words,
            bits,
        }
    }

    /// The patterns with these indices, in this order.
    ///
    /// # Errors
    /// [`PatternsError::Empty`] if there is none.
    ///
    /// # Panics
    /// If an index is ≥ P.
    pub fn select(&self, indices: &[usize]) -> Result<Self, PatternsError> {
        let mut chosen = Self::all_minus(indices.len(), self.neurons)?;
        for (to, &mu) in indices.iter().enumerate() {
            chosen.bits_mut(to).copy_from_slice(self.bits(mu));
        }
        Ok(chosen)
    }
}

fn check_size(count: usize, neurons: usize) -> Result<(), PatternsError> {
    if count == 0 || neurons == 0 {
        return Err(PatternsError::Empty { count, neurons });
    }
    let padded = (neurons as u64).checked_next_multiple_of(64);
    let entries = padded.and_then(|padded| padded.checked_mul(count as u64));
    // Entries are counted in a usize, too.
    let fits = |entries: u64| entries <= MAX_ENTRIES && usize::try_from(entries).is_ok();
    if entries.is_some_and(fits) {
        return Ok(());
    }
    Err(PatternsError::TooLarge { count, neurons })
}

/// Transposes 64×64 bits, bit j of word i being entry (i, j): the off-diagonal quarters change places, then those of the
/// quarters, and so on.
fn transpose_square(square: &mut [u64; 64]) {
    with_vectors(
        #[inline(always)]
        || {
            exchange::<32>(square);
            exchange::<16>(square);
            exchange::<8>(square);
            exchange::<4>(square);
            exchange::<2>(square);
            exchange::<1>(square);
        },
    );
}

/// Exchanges the off-diagonal quarters of the squares of 2 SIDE bits.
#[inline(always)]
fn exchange<const SIDE: usize>(square: &mut [u64; 64]) {
    // The low half of the bits of every quarter.
    let low = u64::MAX / ((1 << SIDE) + 1);
    for rows in square.chunks_exact_mut(2 * SIDE) {
        let (upper, lower) = rows.split_at_mut(SIDE);
        for (a, b) in upper.iter_mut().zip(lower) {
            let swapped = (*a >> SIDE ^ *b) & low;
            *a ^= swapped << SIDE;
            *b ^= swapped;
        }
    }
}

/// Number of places where two packed states differ.
#[inline]
pub(crate) fn hamming(a: &[u64], b: &[u64]) -> usize {
    a.iter()
        .zip(b)
        .map(|(x, y)| (x ^ y).count_ones() as usize)
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn refuses_what_is_no_pattern_set() {
        assert!(matches!(
            Patterns::from_signs(0, 3, &[]),
            Err(PatternsError::Empty { .. })
        ));
        assert!(matches!(
            Patterns::from_signs(1, 2, &[1]),
            Err(PatternsError::WrongLength { .. })
        ));
        assert_eq!(
            Patterns::from_signs(2, 2, &[1, -1, 1, 0]),
            Err(PatternsError::NotASign {
                pattern: 1,
                neuron: 1,
                value: 0
            })
        );
        assert!(matches!(
            Patterns::random(usize::MAX / 2, usize::MAX / 2, 0),
            Err(PatternsError::TooLarge { .. })
        ));
        assert!(matches!(
            Patterns::random(1, usize::MAX - 3, 0),
            Err(PatternsError::TooLarge { .. })
        ));
    }

    proptest! {
        #[test]
        fn packing_keeps_signs_overlaps_and_padding(count in 1usize..80, neurons in 1usize..140, seed in any::<u64>()) {
            let patterns = Patterns::random(count, neurons, seed).unwrap();
            let signs: Vec<i8> = (0..count).flat_map(|mu| patterns.signs(mu).collect::<Vec<_>>()).collect();
            prop_assert_eq!(&Patterns::from_signs(count, neurons, &signs).unwrap(), &patterns);
            let transposed = patterns.transposed();
            prop_assert!((0..count).all(|mu| (0..neurons).all(|i| transposed.is_plus(i, mu) == patterns.is_plus(mu, i))));
            prop_assert_eq!(&transposed.transposed(), &patterns);
            for mu in 0..count {
                let direct: i64 = (0..neurons).map(|i| i64::from(patterns.sign(0, i)) * i64::from(patterns.sign(mu, i))).sum();
                prop_assert_eq!(patterns.overlap(0, mu), direct);
                let ones: u32 = patterns.bits(mu).iter().map(|w| w.count_ones()).sum();
                prop_assert_eq!(ones as usize, (0..neurons).filter(|&i| patterns.is_plus(mu, i)).count());
            }
        }
    }
}
