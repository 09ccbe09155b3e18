//! How many broken weights a guarantee survives.
//!
//! Let c_j = ξ_i w_ij ξ_j, so that the aligned field of bit i is Σ_j c_j + ξ_i b_i. Flipping input j takes 2 c_j from it. A
//! *lost* weight reads 0, which takes c_j. A *stuck* one reads any number of at most K in absolute value, K being the
//! largest that its bits can stand for, which takes c_j + K at most. For ternary weights that is 2, 1 and 2: with an
//! aligned field m, r flips and k lost weights leave m − 2r − k, and k stuck ones m − 2r − 2k.
//!
//! The worst r flips and k broken weights are known in general: flips belong on the r largest c_j, since a flip takes 2 c_j
//! and what breaking takes in its place grows by less with c_j; the broken weights belong on the next k. On one input a flip
//! adds nothing to a stuck weight, which already reads the worst there is.

use crate::network::{Network, SizeMismatch};
use crate::patterns::Patterns;
use crate::ties::Ties;
use rayon::prelude::*;

/// What is survived together: every stored pattern is recalled in one step from every cue within `flips` flipped entries,
/// though any `lost` weights of each neuron, or any `stuck` ones, are broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Faults {
    /// Flipped entries of a cue.
    pub flips: usize,
    /// Weights of each neuron that may read 0; N − 1 if all may.
    pub lost: usize,
    /// Weights of each neuron that may read anything.
    pub stuck: usize,
}

/// For 0, 1, … up to `most_flips` flipped entries, while these alone are survived: the most lost and the most stuck weights
/// a neuron with which every pattern is still recalled. The weights are whole numbers, and `largest` is the largest absolute
/// value of a stuck one. Biases do not break.
///
/// ```
/// use attractor::chip::{Faults, certified_faults};
/// use attractor::{Couplings, Patterns, Symmetry, Ties, rules::Hebbian};
/// let pattern = Patterns::random(1, 11, 1)?;
/// let network = Hebbian::default().fit(&pattern, &Couplings::full(11, Symmetry::Symmetric)?)?;
/// // Every aligned field is 10: 10 > 2·4 + 1.
/// let faults = certified_faults(&network, &pattern, Ties::Strict, 9, 1)?;
/// assert_eq!(faults[0], Faults { flips: 0, lost: 9, stuck: 4 });
/// assert_eq!(faults[4], Faults { flips: 4, lost: 1, stuck: 0 });
/// assert_eq!(faults.len(), 5);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`SizeMismatch`].
pub fn certified_faults(
    network: &Network,
    patterns: &Patterns,
    ties: Ties,
    most_flips: usize,
    largest: i64,
) -> Result<Vec<Faults>, SizeMismatch> {
    let neurons = network.neurons();
    if patterns.neurons() != neurons {
        return Err(SizeMismatch {
            network: neurons,
            patterns: patterns.neurons(),
        });
    }
    let of_neuron = |i: usize| -> Vec<Faults> {
        let bits = (0..patterns.count()).map(|mu| Bit::new(network, patterns, ties, mu, i));
        let all: Vec<Vec<Faults>> = bits.map(|bit| bit.faults(most_flips, largest)).collect();
        all.into_iter().reduce(weaker).unwrap_or_default()
    };
    let least = (0..neurons)
        .into_par_iter()
        .map(of_neuron)
        .reduce_with(weaker);
    Ok(least.unwrap_or_default())
}

/// What two bits survive both.
fn weaker(a: Vec<Faults>, b: Vec<Faults>) -> Vec<Faults> {
    let pairs = a.into_iter().zip(b);
    let both = pairs.map(|(a, b)| Faults {
        flips: a.flips,
        lost: a.lost.min(b.lost),
        stuck: a.stuck.min(b.stuck),
    });
    both.collect()
}

/// A bit (μ, i) of a pattern.
struct Bit {
    /// c_j of the other neurons, largest first.
    terms: Vec<i64>,
    /// The aligned field.
    field: i64,
    /// The least aligned field with which the bit is right.
    needed: i64,
}

impl Bit {
    fn new(network: &Network, patterns: &Patterns, ties: Ties, mu: usize, i: usize) -> Self {
        let sign = |j: usize| i64::from(patterns.sign(mu, j));
        let row = network.row(i);
        let mut terms: Vec<i64> = (0..row.len())
            .filter(|&j| j != i)
            .map(|j| sign(i) * row[j] as i64 * sign(j))
            .collect();
        terms.sort_unstable_by(|a, b| b.cmp(a));
        let zero_is_right = ties == Ties::Negative && sign(i) < 0;
        Self {
            field: terms.iter().sum::<i64>() + sign(i) * network.biases()[i] as i64,
            terms,
            needed: i64::from(!zero_is_right),
        }
    }

    /// What breaks at most after 0, 1, … flips, while these alone are survived.
    fn faults(&self, most_flips: usize, largest: i64) -> Vec<Faults> {
        let after = |flips: usize| {
            Some(Faults {
                flips,
                lost: self.most(flips, |term| term.max(0))?,
                stuck: self.most(flips, |term| term + largest)?,
            })
        };
        (0..=most_flips).map_while(after).collect()
    }

    /// The most broken weights after so many flips; `None` if the flips alone are too many.
    fn most(&self, flips: usize, taken: impl Fn(i64) -> i64) -> Option<usize> {
        let terms = &self.terms;
        let by_flips = |flips: usize| -> i64 {
            terms[..flips.min(terms.len())]
                .iter()
                .map(|&term| 2 * term.max(0))
                .sum()
        };
        let mut left = self.field - by_flips(flips);
        if left < self.needed {
            return None;
        }
        for broken in 1..=terms.len() {
            match terms.get(flips + broken - 1) {
                Some(&term) => left -= taken(term),
                // Every input is flipped or broken: the next to break is one that was flipped, the least of these.
                None => {
                    let flipped = terms[terms.len() - broken];
                    left += 2 * flipped.max(0) - taken(flipped);
                }
            }
            if left < self.needed {
                return Some(broken - 1);
            }
        }
        Some(terms.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::couplings::Symmetry;
    use proptest::prelude::*;

    /// Whether bit i of the pattern is right, whatever `flips` inputs are flipped and whatever `broken` weights read one of
    /// `values`: by trying all of them.
    fn is_right_whatever_breaks(
        row: &[i64],
        bias: i64,
        pattern: &[i64],
        i: usize,
        (flips, broken): (usize, usize),
        values: &[i64],
    ) -> bool {
        fn worst(terms: &[(i64, i64)], flips: usize, broken: usize, values: &[i64]) -> i64 {
            let Some((&(weight, input), rest)) = terms.split_first() else {
                return 0;
            };
            let mut least = i64::MAX;
            for flip in [false, true].into_iter().take(1 + flips.min(1)) {
                let input = if flip { -input } else { input };
                let flips = flips - usize::from(flip);
                least = least.min(weight * input + worst(rest, flips, broken, values));
                if broken > 0 {
                    for value in values {
                        least = least.min(value * input + worst(rest, flips, broken - 1, values));
                    }
                }
            }
            least
        }
        let terms: Vec<(i64, i64)> = (0..row.len())
            .filter(|&j| j != i)
            .map(|j| (row[j], pattern[i] * pattern[j]))
            .collect();
        worst(&terms, flips, broken, values) + pattern[i] * bias > 0
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]
        #[test]
        fn faults_are_the_worst_case(
            n in 2usize..7,
            seed in any::<u64>(),
            largest in 1i64..4,
            weights in prop::collection::vec(-3i64..4, 49),
            biases in prop::collection::vec(-2i64..5, 7),
        ) {
            let pattern = Patterns::random(1, n, seed).unwrap();
            let signs: Vec<i64> = pattern.signs(0).map(i64::from).collect();
            let weight = |i: usize, j: usize| {
                // The pattern's own weights mostly, so that it is often stored.
                let drawn = weights[i * n + j];
                let own = if drawn < 2 { largest * signs[i] * signs[j] } else { drawn };
                if i == j { 0 } else { own.clamp(-largest, largest) }
            };
            let rows: Vec<Vec<i64>> = (0..n).map(|i| (0..n).map(|j| weight(i, j)).collect()).collect();
            let numbers = rows.iter().flatten().map(|&w| w as f64).collect();
            let network = Network::new(Symmetry::Directed, numbers, biases[..n].iter().map(|&b| b as f64).collect()).unwrap();
            let found = certified_faults(&network, &pattern, Ties::Strict, n, largest).unwrap();
            let holds = |damage: (usize, usize), values: &[i64]| {
                (0..n).all(|i| is_right_whatever_breaks(&rows[i], biases[i], &signs, i, damage, values))
            };
            let values: Vec<i64> = (-largest..=largest).collect();
            let most = |flips: usize, values: &[i64]| {
                let holds = (0..n).take_while(|&broken| holds((flips, broken), values));
                holds.last()
            };
            for flips in 0..n {
                let expected = most(flips, &[0]).zip(most(flips, &values));
                let found = found.get(flips).map(|faults| (faults.lost, faults.stuck));
                prop_assert_eq!(found, expected);
            }
        }
    }

    /// The rule of thumb for ternary weights: m > 2r + k, and m > 2r + 2k.
    #[test]
    fn ternary_margins_say_how_many_weights_may_break() {
        let n = 12;
        let pattern = Patterns::random(1, n, 3).unwrap();
        for missing in 0..4 {
            let weight = |k: usize| {
                let (i, j) = (k / n, k % n);
                let is_there = i != j && (i + n - j) % n > missing;
                f64::from(i8::from(is_there) * pattern.sign(0, i) * pattern.sign(0, j))
            };
            let numbers = (0..n * n).map(weight).collect();
            let network = Network::new(Symmetry::Directed, numbers, vec![0.0; n]).unwrap();
            let margin = n - 1 - missing;
            for faults in certified_faults(&network, &pattern, Ties::Strict, n, 1).unwrap() {
                let left = margin - 2 * faults.flips;
                assert_eq!((faults.lost, faults.stuck), (left - 1, (left - 1) / 2));
            }
        }
    }
}
