//! Hetero-association: pairs of patterns (x^μ, y^μ), each half to be recalled from the other.
//!
//! A pair is one pattern of N + M neurons. Couplings lead from each half into the other and never within one (Kosko 1988,
//! bidirectional associative memory, where they are symmetric). With directed couplings every neuron is a threshold unit of
//! the other half, and trains for itself.

use crate::couplings::{Couplings, CouplingsError, Symmetry};
use crate::cue::{Cues, CuesError};
use crate::network::Network;
use crate::patterns::{Patterns, PatternsError};
use crate::recall::{RecallError, RecallOptions, recall};

/// Where the first half of each pattern ends: x has N ≥ 1 neurons, y has M ≥ 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Halves {
    first: usize,
    second: usize,
}

/// One of the two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Half {
    /// x, neurons 0 to N − 1.
    First,
    /// y, neurons N to N + M − 1.
    Second,
}

/// Why halves do not fit.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum HalvesError {
    /// A half without a neuron.
    #[error(
        "{neurons} neurons cannot be halved after neuron {first}: each half needs at least one"
    )]
    Empty {
        /// All neurons.
        neurons: usize,
        /// Neurons of the first half.
        first: usize,
    },
    /// Numbers of patterns that differ.
    #[error("{first} first halves and {second} second halves; a pair has one of each")]
    Count {
        /// First halves.
        first: usize,
        /// Second halves.
        second: usize,
    },
    /// Cues of another size than their half.
    #[error("the {half} half has {neurons} neurons, the cues have {cues}")]
    Size {
        /// Which half.
        half: Half,
        /// Its neurons.
        neurons: usize,
        /// The cues' neurons.
        cues: usize,
    },
    /// A network with couplings within a half.
    #[error("weight ({i},{j}) lies within the {half} half; a network of pairs has none there")]
    Within {
        /// Row.
        i: usize,
        /// Column.
        j: usize,
        /// Which half.
        half: Half,
    },
    /// Too large.
    #[error(transparent)]
    Patterns(#[from] PatternsError),
    /// Too large.
    #[error(transparent)]
    Cues(#[from] CuesError),
    /// Recall refuses.
    #[error(transparent)]
    Recall(#[from] RecallError),
}

impl std::fmt::Display for Half {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::First => "first",
            Self::Second => "second",
        })
    }
}

impl Half {
    /// The other one.
    #[must_use]
    pub fn other(self) -> Self {
        match self {
            Self::First => Self::Second,
            Self::Second => Self::First,
        }
    }
}

/// What a recall of pairs answers, cue by cue.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct RecalledPairs {
    /// The half that the cues are of, as the other half recalls it in the end.
    pub same: Patterns,
    /// The other half.
    pub other: Patterns,
    /// Whether the pair reproduces itself.
    pub settled: Vec<bool>,
    /// Updates of the other half that changed the pair.
    pub steps: Vec<usize>,
}

impl Halves {
    /// Of `neurons` = N + M neurons the first N.
    ///
    /// # Errors
    /// [`HalvesError::Empty`].
    pub fn new(neurons: usize, first: usize) -> Result<Self, HalvesError> {
        if first == 0 || first >= neurons {
            return Err(HalvesError::Empty { neurons, first });
        }
        let second = neurons - first;
        Ok(Self { first, second })
    }

    /// Neurons of a half.
    pub fn neurons(self, half: Half) -> usize {
        match half {
            Half::First => self.first,
            Half::Second => self.second,
        }
    }

    fn half_of(self, i: usize) -> Half {
        if i < self.first {
            Half::First
        } else {
            Half::Second
        }
    }

    /// Every coupling between the halves, none within.
    ///
    /// # Errors
    /// More than [`MAX_NEURONS`](crate::couplings::MAX_NEURONS) neurons.
    pub fn couplings(self, symmetry: Symmetry) -> Result<Couplings, CouplingsError> {
        let n = self.first + self.second;
        // Refuses sizes whose mask would not fit.
        Couplings::full(n, symmetry)?;
        let pairs = (0..n).flat_map(|i| (0..n).map(move |j| (i, j)));
        let across = pairs.map(|(i, j)| self.half_of(i) != self.half_of(j));
        Couplings::from_mask(n, symmetry, across.collect())
    }

    /// P pairs as P patterns of N + M neurons.
    ///
    /// # Errors
    /// [`HalvesError::Count`], [`HalvesError::Patterns`].
    pub fn join(first: &Patterns, second: &Patterns) -> Result<Patterns, HalvesError> {
        if first.count() != second.count() {
            return Err(HalvesError::Count {
                first: first.count(),
                second: second.count(),
            });
        }
        let n = first.neurons();
        let plus = |mu: usize, i: usize| match i.checked_sub(n) {
            None => first.is_plus(mu, i),
            Some(j) => second.is_plus(mu, j),
        };
        Ok(Patterns::from_fn(
            first.count(),
            n + second.neurons(),
            plus,
        )?)
    }

    /// One half of every pair.
    ///
    /// # Errors
    /// Patterns of another number of neurons.
    pub fn part(self, pairs: &Patterns, half: Half) -> Result<Patterns, HalvesError> {
        let begin = self.begin(half);
        if pairs.neurons() != self.first + self.second {
            return Err(HalvesError::Recall(RecallError::Size {
                network: self.first + self.second,
                cues: pairs.neurons(),
            }));
        }
        let plus = |mu: usize, i: usize| pairs.is_plus(mu, begin + i);
        Ok(Patterns::from_fn(pairs.count(), self.neurons(half), plus)?)
    }

    fn begin(self, half: Half) -> usize {
        match half {
            Half::First => 0,
            Half::Second => self.first,
        }
    }

    /// Recalls from cues of one half: the other half is set from the cue, the half of the cue from that, and so on until the
    /// pair reproduces itself or the other half was set `most_steps` ≥ 1 times. Unknown entries of a cue count for nothing.
    ///
    /// With symmetric couplings this always settles (Kosko 1988): every half step lowers the energy or changes nothing.
    ///
    /// ```
    /// use attractor::rules::{Hebbian, Rule};
    /// use attractor::{Cues, Patterns, Symmetry};
    /// use attractor::halves::{Half, Halves};
    /// let (x, y) = (Patterns::random(3, 60, 1)?, Patterns::random(3, 40, 2)?);
    /// let halves = Halves::new(100, 60)?;
    /// let couplings = halves.couplings(Symmetry::Symmetric)?;
    /// let trained = Hebbian::default().train(&Halves::join(&x, &y)?, &couplings)?;
    /// let cues = Cues::from(&x).flip(5, 3);
    /// let recalled = halves.recall(&trained.network, &cues, Half::First, 100)?;
    /// assert_eq!((recalled.same, recalled.other), (x, y));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`HalvesError::Size`], [`HalvesError::Within`], and [`HalvesError::Recall`] for no step or a network of another size.
    pub fn recall(
        self,
        network: &Network,
        cues: &Cues,
        from: Half,
        most_steps: usize,
    ) -> Result<RecalledPairs, HalvesError> {
        self.check(network, cues, from)?;
        let count = cues.count();
        let mut other = self.update(network, &self.beside(cues, from)?, from.other())?;
        let (mut settled, mut steps) = (vec![false; count], vec![1; count]);
        let mut same = self.update(
            network,
            &self.beside(&Cues::from(&other), from.other())?,
            from,
        )?;
        for _ in 1..most_steps {
            let next = self.update(
                network,
                &self.beside(&Cues::from(&same), from)?,
                from.other(),
            )?;
            let mut changed = false;
            for c in (0..count).filter(|&c| !settled[c]).collect::<Vec<_>>() {
                settled[c] = next.bits(c) == other.bits(c);
                steps[c] += usize::from(!settled[c]);
                changed |= !settled[c];
            }
            if !changed {
                break;
            }
            other = next;
            same = self.update(
                network,
                &self.beside(&Cues::from(&other), from.other())?,
                from,
            )?;
        }
        Ok(RecalledPairs {
            same,
            other,
            settled,
            steps,
        })
    }

    fn check(self, network: &Network, cues: &Cues, from: Half) -> Result<(), HalvesError> {
        let n = self.first + self.second;
        if network.neurons() != n {
            return Err(HalvesError::Recall(RecallError::Size {
                network: network.neurons(),
                cues: n,
            }));
        }
        if cues.neurons() != self.neurons(from) {
            return Err(HalvesError::Size {
                half: from,
                neurons: self.neurons(from),
                cues: cues.neurons(),
            });
        }
        for (i, j) in (0..n).flat_map(|i| (0..n).map(move |j| (i, j))) {
            let half = self.half_of(i);
            if half == self.half_of(j) && network.weight(i, j) != 0.0 {
                return Err(HalvesError::Within { i, j, half });
            }
        }
        Ok(())
    }

    /// Cues of one half as cues of pairs, whose other half is unknown.
    fn beside(self, cues: &Cues, half: Half) -> Result<Cues, HalvesError> {
        let (n, begin) = (self.first + self.second, self.begin(half));
        let mut values = vec![0; cues.count() * n];
        for (c, pair) in values.chunks_exact_mut(n).enumerate() {
            let own = &mut pair[begin..][..cues.neurons()];
            own.iter_mut()
                .enumerate()
                .for_each(|(i, value)| *value = cues.value(c, i));
        }
        Ok(Cues::from_values(cues.count(), n, &values)?)
    }

    /// What one step makes of the neurons of `half`: no weight leads there from their own half.
    fn update(self, network: &Network, cues: &Cues, half: Half) -> Result<Patterns, HalvesError> {
        let once = RecallOptions::default().with_max_steps(1);
        self.part(&recall(network, cues, &once)?.states, half)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::{PseudoInverse, Rule};

    fn pairs() -> (Patterns, Patterns, Halves) {
        let (x, y) = (
            Patterns::random(4, 9, 1).unwrap(),
            Patterns::random(4, 5, 2).unwrap(),
        );
        (x, y, Halves::new(14, 9).unwrap())
    }

    /// Fields by the formula, half after half.
    #[test]
    fn recall_alternates_between_the_halves() {
        let (x, y, halves) = pairs();
        let mut seed = 1u64;
        let weights = (0..14 * 14).map(|k| {
            let (i, j) = (k / 14, k % 14);
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            let value = ((seed >> 40) % 9) as f64 - 4.0;
            if (i < 9) == (j < 9) { 0.0 } else { value }
        });
        let network = Network::new(Symmetry::Directed, weights.collect(), vec![0.0; 14]).unwrap();
        let step = |state: &mut Vec<i8>, range: std::ops::Range<usize>| {
            let fields: Vec<f64> = state.iter().map(|&s| f64::from(s)).collect();
            for i in range {
                state[i] = if network.local_field(i, &fields) > 0.0 {
                    1
                } else {
                    -1
                };
            }
        };
        for (given, from) in [(&x, Half::First), (&y, Half::Second)] {
            for most in [1, 2, 7] {
                let cues = Cues::from(given);
                let recalled = halves.recall(&network, &cues, from, most).unwrap();
                for c in 0..4 {
                    let mut state = vec![0; 14];
                    let begin = halves.begin(from);
                    (0..given.neurons()).for_each(|i| state[begin + i] = given.sign(c, i));
                    let (own, others) = if from == Half::First {
                        (0..9, 9..14)
                    } else {
                        (9..14, 0..9)
                    };
                    for _ in 0..most {
                        step(&mut state, others.clone());
                        step(&mut state, own.clone());
                    }
                    assert_eq!(recalled.same.signs(c).collect::<Vec<_>>(), state[own]);
                    assert_eq!(recalled.other.signs(c).collect::<Vec<_>>(), state[others]);
                }
            }
        }
    }

    #[test]
    fn symmetric_pairs_settle_and_stored_ones_stay() {
        let (x, y, halves) = pairs();
        let joined = Halves::join(&x, &y).unwrap();
        assert_eq!(halves.part(&joined, Half::Second).unwrap(), y);
        let couplings = halves.couplings(Symmetry::Symmetric).unwrap();
        assert!(couplings.allows(0, 9) && couplings.allows(9, 0));
        assert!(!couplings.allows(0, 1) && !couplings.allows(9, 10));
        let refused = PseudoInverse::default().train(&joined, &couplings);
        assert!(refused.is_err(), "the projection needs every coupling");
        let hebb = crate::rules::Hebbian::default()
            .train(&joined, &couplings)
            .unwrap();
        let cues = Cues::from(&x).erase_random(3, 4);
        let recalled = halves
            .recall(&hebb.network, &cues, Half::First, 50)
            .unwrap();
        assert!(recalled.settled.iter().all(|&settled| settled));
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        let (x, y, halves) = pairs();
        assert!(matches!(Halves::new(4, 0), Err(HalvesError::Empty { .. })));
        assert!(matches!(Halves::new(4, 4), Err(HalvesError::Empty { .. })));
        let fewer = y.select(&[0]).unwrap();
        assert!(matches!(
            Halves::join(&x, &fewer),
            Err(HalvesError::Count { .. })
        ));
        let full = Network::new(
            Symmetry::Directed,
            (0..196).map(|k| f64::from(k % 15 != 0)).collect(),
            vec![0.0; 14],
        );
        let full = full.unwrap();
        let refused = halves.recall(&full, &Cues::from(&x), Half::First, 1);
        assert!(matches!(
            refused,
            Err(HalvesError::Within {
                i: 0,
                j: 1,
                half: Half::First
            })
        ));
        let refused = halves.recall(&full, &Cues::from(&x), Half::Second, 1);
        assert!(matches!(refused, Err(HalvesError::Size { .. })));
    }
}
