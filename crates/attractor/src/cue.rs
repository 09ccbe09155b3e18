//! Cues: states from which recall starts, with entries that may be unknown. The only place where unknowns live.

use crate::kernels::bits;
use crate::patterns::{Patterns, PatternsError};
use rand::RngExt;
use rand::seq::index;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;

/// Why data is not a set of cues.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum CuesError {
    /// The states are no pattern set.
    #[error(transparent)]
    Patterns(#[from] PatternsError),
    /// An entry is none of −1, 0 (unknown), +1.
    #[error("cue {cue}, neuron {neuron}: {value} is none of -1, 0 (unknown), +1")]
    NotACueValue {
        /// Cue (row), from 0.
        cue: usize,
        /// Neuron (column), from 0.
        neuron: usize,
        /// What stands there.
        value: i8,
    },
}

/// C cues of N neurons: each entry −1, +1 or unknown (0).
///
/// ```
/// use attractor::{Cues, Patterns};
/// let stored = Patterns::random(3, 50, 7)?;
/// let damaged = Cues::from(&stored).flip(5, 1).erase(0..10);
/// assert_eq!(damaged.value(2, 4), 0);
/// # Ok::<(), attractor::PatternsError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cues {
    /// Unknown entries are −1 (bit clear) here.
    states: Patterns,
    /// Bit set = known.
    known: Patterns,
}

impl From<&Patterns> for Cues {
    /// Whole patterns as cues: nothing unknown.
    fn from(patterns: &Patterns) -> Self {
        let mut known = patterns.clone();
        for mu in 0..patterns.count() {
            for (block, word) in known.bits_mut(mu).iter_mut().enumerate() {
                *word = full_word(patterns.neurons(), block);
            }
        }
        Self {
            states: patterns.clone(),
            known,
        }
    }
}

/// The word number `block` of N set bits.
fn full_word(neurons: usize, block: usize) -> u64 {
    match neurons - block * 64 {
        left if left >= 64 => u64::MAX,
        left => (1 << left) - 1,
    }
}

impl Cues {
    /// Cues from C·N values −1, 0 (unknown), +1, row major.
    ///
    /// # Errors
    /// A wrong number of entries, another value, no entries, too many.
    pub fn from_values(count: usize, neurons: usize, values: &[i8]) -> Result<Self, CuesError> {
        if let Some(k) = values.iter().position(|v| !(-1..=1).contains(v)) {
            return Err(CuesError::NotACueValue {
                cue: k / neurons.max(1),
                neuron: k % neurons.max(1),
                value: values[k],
            });
        }
        let signs: Vec<i8> = values.iter().map(|&v| if v > 0 { 1 } else { -1 }).collect();
        let states = Patterns::from_signs(count, neurons, &signs)?;
        let known = Patterns::from_fn(count, neurons, |mu, i| values[mu * neurons + i] != 0)?;
        Ok(Self { states, known })
    }

    /// Number of cues C ≥ 1.
    pub fn count(&self) -> usize {
        self.states.count()
    }

    /// Number of neurons N ≥ 1.
    pub fn neurons(&self) -> usize {
        self.states.neurons()
    }

    /// Entry i of cue c: −1, 0 (unknown) or +1.
    ///
    /// # Panics
    /// If `c ≥ C` or `i ≥ N`.
    #[inline]
    pub fn value(&self, c: usize, i: usize) -> i8 {
        if self.known.is_plus(c, i) {
            self.states.sign(c, i)
        } else {
            0
        }
    }

    /// The cues as patterns: unknown entries are −1.
    pub(crate) fn states(&self) -> &Patterns {
        &self.states
    }

    /// Cue c packed: bit set = +1. Unknown entries and padding are clear.
    pub fn state_bits(&self, c: usize) -> &[u64] {
        self.states.bits(c)
    }

    /// Which entries of cue c are known: bit set = known. Padding is clear.
    pub fn known_bits(&self, c: usize) -> &[u64] {
        self.known.bits(c)
    }

    /// Whether no entry of any cue is unknown.
    pub fn all_known(&self) -> bool {
        !(0..self.count()).any(|c| self.has_unknowns(c))
    }

    /// Whether some entry of cue c is unknown.
    pub fn has_unknowns(&self, c: usize) -> bool {
        let mut known = self.known.bits(c).iter().enumerate();
        known.any(|(block, &word)| word != full_word(self.neurons(), block))
    }

    /// Each cue with exactly `flips` of its N entries negated (N if `flips > N`; unknown entries stay unknown), chosen
    /// without replacement by `ChaCha8` with this seed, cue c on stream c.
    #[must_use]
    pub fn flip(mut self, flips: usize, seed: u64) -> Self {
        let neurons = self.neurons();
        for c in 0..self.count() {
            let mut rng = ChaCha8Rng::seed_from_u64(seed);
            rng.set_stream(c as u64);
            for i in index::sample(&mut rng, neurons, flips.min(neurons)) {
                self.states.bits_mut(c)[i / 64] ^= 1 << (i % 64);
            }
            self.clear_unknown(c);
        }
        self
    }

    /// Each cue with every known entry negated with this probability, drawn for each entry by itself (below 0 as 0, above 1
    /// as 1), by `ChaCha8` with this seed, cue c on stream c.
    #[must_use]
    pub fn flip_each(mut self, probability: f64, seed: u64) -> Self {
        for c in 0..self.count() {
            let mut rng = ChaCha8Rng::seed_from_u64(seed);
            rng.set_stream(c as u64);
            for i in 0..self.neurons() {
                if rng.random::<f64>() < probability {
                    self.states.bits_mut(c)[i / 64] ^= 1 << (i % 64);
                }
            }
            self.clear_unknown(c);
        }
        self
    }

    /// Each cue with these neurons made unknown; indices ≥ N are ignored.
    #[must_use]
    pub fn erase(mut self, neurons: impl IntoIterator<Item = usize>) -> Self {
        let erased: Vec<usize> = neurons
            .into_iter()
            .filter(|&i| i < self.neurons())
            .collect();
        for c in 0..self.count() {
            for &i in &erased {
                bits::clear(self.known.bits_mut(c), i);
            }
            self.clear_unknown(c);
        }
        self
    }

    /// Each cue with exactly `count` of its N entries made unknown (N if larger), chosen like [`Cues::flip`].
    #[must_use]
    pub fn erase_random(mut self, count: usize, seed: u64) -> Self {
        let neurons = self.neurons();
        for c in 0..self.count() {
            let mut rng = ChaCha8Rng::seed_from_u64(seed);
            rng.set_stream(c as u64);
            for i in index::sample(&mut rng, neurons, count.min(neurons)) {
                bits::clear(self.known.bits_mut(c), i);
            }
            self.clear_unknown(c);
        }
        self
    }

    fn clear_unknown(&mut self, c: usize) {
        for (state, &known) in self.states.bits_mut(c).iter_mut().zip(self.known.bits(c)) {
            *state &= known;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn damage_does_what_it_says(count in 1usize..4, neurons in 1usize..150, flips in 0usize..160, seed in any::<u64>()) {
            let patterns = Patterns::random(count, neurons, seed).unwrap();
            let cues = Cues::from(&patterns);
            prop_assert!(cues.all_known());
            let flipped = cues.clone().flip(flips, seed);
            let erased = cues.erase_random(flips, seed);
            for c in 0..count {
                let changed = (0..neurons).filter(|&i| flipped.value(c, i) != patterns.sign(c, i)).count();
                prop_assert_eq!(changed, flips.min(neurons));
                let unknown = (0..neurons).filter(|&i| erased.value(c, i) == 0).count();
                prop_assert_eq!(unknown, flips.min(neurons));
            }
            let values: Vec<i8> = (0..count).flat_map(|c| (0..neurons).map(|i| erased.value(c, i)).collect::<Vec<_>>()).collect();
            prop_assert_eq!(Cues::from_values(count, neurons, &values).unwrap(), erased);
        }
    }

    #[test]
    fn other_values_are_refused() {
        assert!(matches!(
            Cues::from_values(1, 2, &[1, 2]),
            Err(CuesError::NotACueValue { neuron: 1, .. })
        ));
        assert!(matches!(
            Cues::from_values(1, 2, &[1]),
            Err(CuesError::Patterns(_))
        ));
    }
}
