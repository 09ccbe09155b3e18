//! Cost: what a certificate asks of its reader, known before it is written. So nothing is written that readers refuse as too
//! large.

use crate::build::prune::reached;
use crate::check::dependency;
use crate::check::system::System;
use crate::format::certificate::{Bound, Dependency, Lemma};
use crate::format::limits::{MAX_DEPENDENCIES, MAX_TEXT_BYTES, MAX_WORK};
use crate::format::natural::Natural;
use serde::Serialize;
use std::io::{self, Write};

/// What evidence asks of a reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Cost {
    /// Bytes of text, at most.
    pub(crate) bytes: u64,
    /// Elementary steps.
    pub(crate) steps: u64,
    pub(crate) dependencies: usize,
}

/// What the evidence of one certificate may ask for. An eighth of the text is left for what is stored. Half of the steps stay
/// free, because a checker may search in another order than the builder.
pub(crate) const ALLOWED: Cost = Cost {
    bytes: MAX_TEXT_BYTES / 8 * 7,
    steps: MAX_WORK / 2,
    dependencies: MAX_DEPENDENCIES,
};

impl Cost {
    pub(crate) fn plus(self, other: Self) -> Self {
        Self {
            bytes: self.bytes.saturating_add(other.bytes),
            steps: self.steps.saturating_add(other.steps),
            dependencies: self.dependencies + other.dependencies,
        }
    }

    /// This, of what a `total` has too much of.
    pub(crate) fn where_over(self, total: Self, limit: Self) -> u64 {
        if total.bytes > limit.bytes {
            self.bytes
        } else if total.steps > limit.steps {
            self.steps
        } else {
            self.dependencies as u64
        }
    }

    pub(crate) fn is_within(self, limit: Self) -> bool {
        self.bytes <= limit.bytes
            && self.steps <= limit.steps
            && self.dependencies <= limit.dependencies
    }
}

/// What these lemmas and all that they rest on cost; `steps` are those of each lemma of `bound`.
pub(crate) fn of_lemmas(system: &System<'_>, bound: &Bound, steps: &[u64], sum: &[u32]) -> Cost {
    let (lemmas, dependencies) = reached(bound, sum);
    let of_lemma = |&l: &u32| Cost {
        bytes: lemma_bytes(&bound.lemmas[l as usize]),
        steps: steps[l as usize],
        dependencies: 0,
    };
    let of_dependency = |&d: &u32| {
        let dependency = &bound.dependencies[d as usize];
        Cost {
            bytes: dependency_bytes(dependency),
            steps: dependency::work(system, dependency),
            dependencies: 1,
        }
    };
    lemmas
        .iter()
        .map(of_lemma)
        .chain(dependencies.iter().map(of_dependency))
        .fold(Cost::default(), Cost::plus)
}

/// At most the length of a dependency as text, with the comma after it. Not by writing it: decimals of large multipliers
/// take time.
pub(crate) fn dependency_bytes(dependency: &Dependency) -> u64 {
    let frame = r#"{"neurons":[],"patterns":[],"multipliers":[]},"#.len() as u64;
    let indices = dependency.neurons.iter().chain(&dependency.patterns);
    let indices = indices.map(|&index| 2 + u64::from(index.checked_ilog10().unwrap_or(0)));
    let numbers = dependency
        .multipliers
        .iter()
        .map(|m| 1 + Natural::text_bytes(m));
    frame + indices.chain(numbers).sum::<u64>()
}

/// The length of a lemma as text, with the comma after it and its place in the sum. Leaving out unused evidence makes
/// indices smaller, never longer.
pub(crate) fn lemma_bytes(lemma: &Lemma) -> u64 {
    let longest_index = "4294967295,".len() as u64;
    text_bytes(lemma) + 1 + longest_index
}

/// The length of something as JSON.
fn text_bytes(value: &impl Serialize) -> u64 {
    let mut length = Length(0);
    // Counting cannot fail; text that could not be written would be refused by every limit.
    serde_json::to_writer(&mut length, value).map_or(u64::MAX, |()| length.0)
}

/// Counts what is written.
struct Length(u64);

impl Write for Length {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len() as u64;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use num_bigint::BigUint;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn texts_are_never_longer_than_estimated(
            patterns in proptest::collection::vec(any::<u32>(), 0..9),
            digits in proptest::collection::vec((proptest::collection::vec(any::<u32>(), 0..9), 0u32..32), 0..9),
            small in proptest::collection::vec(0u64..(1 << 60), 0..9),
        ) {
            let large = digits.into_iter().map(|(limbs, shift)| BigUint::new(limbs) >> shift);
            let small = small.into_iter().map(|value| value >> (value % 60)).map(BigUint::from);
            let dependency = Dependency {
                neurons: patterns.iter().map(|p| p >> (p % 32)).collect(),
                patterns,
                multipliers: large.chain(small).map(Natural::from).collect(),
            };
            let text = serde_json::to_string(&dependency).unwrap().len() as u64 + 1;
            let estimated = dependency_bytes(&dependency);
            prop_assert!(text <= estimated, "{text} > {estimated}");
            prop_assert!(estimated <= text + text / 50 + 3 + dependency.multipliers.len() as u64);
        }
    }

    #[test]
    fn powers_of_ten_and_two_are_estimated() {
        for exponent in 0..400u32 {
            for base in [2u32, 10] {
                for value in [
                    BigUint::from(base).pow(exponent),
                    BigUint::from(base).pow(exponent) - 1u32,
                ] {
                    let natural = Natural::from(value);
                    let text = serde_json::to_string(&natural).unwrap().len() as u64;
                    assert!(text <= natural.text_bytes(), "{natural}");
                }
            }
        }
    }
}
