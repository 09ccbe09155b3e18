//! Problem: what exact training is asked for, as data.

use crate::damage::Damage;
use attractor::{Couplings, Patterns, Ties, TrainError};
use std::fmt;
use std::str::FromStr;

/// Which values a weight may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Weights {
    /// Any real number. Training is scale-free; the result lies in [−1,1].
    #[default]
    Real,
    /// −1, 0 or +1.
    Ternary,
    /// −1 or +1.
    Binary,
    /// A whole number from −K to K, K from 1 to [`MAX_INTEGER`].
    Integer(u32),
}

/// The largest K of integer weights anywhere.
pub const MAX_INTEGER: u32 = 1_000_000;

/// The largest K of integer weights that the search takes, which keeps a weight in one byte. Beyond it weights are as good as
/// real.
pub const MAX_SEARCHED_INTEGER: u32 = 127;

impl Weights {
    /// The largest absolute value of a returned weight: 1, or K.
    pub fn largest(self) -> u32 {
        match self {
            Self::Integer(k) => k,
            Self::Real | Self::Ternary | Self::Binary => 1,
        }
    }

    /// Whether there are such weights: K from 1 to [`MAX_INTEGER`].
    pub fn is_valid(self) -> bool {
        !matches!(self, Self::Integer(k) if !(1..=MAX_INTEGER).contains(&k))
    }

    /// The weight nearest to `value` if ±`largest` stand for the largest weights; binary weights are −1 for a negative
    /// value, else +1. `value` is from −`largest` to `largest`, which is at least 0.
    pub fn nearest(self, value: f64, largest: f64) -> f64 {
        let scaled = if largest > 0.0 {
            value / largest * f64::from(self.largest())
        } else {
            0.0
        };
        match self {
            Self::Real => scaled,
            // The sum turns −0 into 0.
            Self::Ternary | Self::Integer(_) => scaled.round() + 0.0,
            Self::Binary if scaled < 0.0 => -1.0,
            Self::Binary => 1.0,
        }
    }

    /// Whether all values are whole numbers.
    pub fn is_discrete(self) -> bool {
        self != Self::Real
    }
}

impl fmt::Display for Weights {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Real => f.write_str("real"),
            Self::Ternary => f.write_str("ternary"),
            Self::Binary => f.write_str("binary"),
            Self::Integer(k) => write!(f, "integer:{k}"),
        }
    }
}

/// A text that names no set of weights.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("`{0}` is none of real, ternary, binary, integer:K with K from 1 to {MAX_INTEGER}")]
pub struct ParseWeightsError(String);

impl FromStr for Weights {
    type Err = ParseWeightsError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let bad = || ParseWeightsError(text.to_owned());
        match text {
            "real" => Ok(Self::Real),
            "ternary" => Ok(Self::Ternary),
            "binary" => Ok(Self::Binary),
            _ => {
                let k = text.strip_prefix("integer:").ok_or_else(bad)?;
                match k.parse() {
                    Ok(k @ 1..=MAX_INTEGER) => Ok(Self::Integer(k)),
                    _ => Err(bad()),
                }
            }
        }
    }
}

/// What is wanted among the networks with the fewest wrong bits.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub enum Preference {
    /// What recalls most where nothing is known of the cues. Real weights: of the widest margin and the optima of
    /// [`Preference::Repair`] for some shares of flips the network that recalls most of its own damaged patterns (1 to 30 %
    /// of the bits flipped), then rounds on the states that recall passes through, kept if they gain; the answer says what
    /// was chosen ([`Choice`](crate::Choice)). Discrete weights: [`Preference::Repair`] of [`Damage::USUAL`]. With
    /// [`Problem::survive`] the widest margin. [`Problem::preference_in_force`] says which.
    #[default]
    Usual,
    /// The widest margin on the bits that hold: the least aligned field over the Euclidean norm of a neuron's weights.
    WidestMargin,
    /// Few non-zeros of real weights: least `balance`·‖w‖₁ + (1 − `balance`)·½‖w‖² with every row that holds at aligned
    /// field ≥ 1. `balance` from 0 (the widest margin) to 1 (least L1 norm for that margin, the intent of the paper's
    /// Eqs. 24–26); [`BALANCE`] where nothing else is known. Of discrete weights every `balance` above 0 asks for the
    /// fewest non-zeros, biases counted.
    Sparse {
        /// From 0 to 1.
        balance: f64,
    },
    /// The best first step on damaged cues: the greatest Σ ln Φ(cκ) over the bits that hold, κ their aligned field over the
    /// Euclidean norm of the neuron's weights and c the [`Damage::slope`]. No damage is the widest margin.
    Repair(Damage),
    /// The same, and then rounds of steps on the states that asynchronous recall passes through, kept if the network then
    /// recalls more of its own patterns, damaged up to four times as much.
    Recall {
        /// What the cues suffer.
        damage: Damage,
        /// Rounds at most; 400 gain what there is.
        rounds: u32,
    },
}

impl Preference {
    /// The damage that is to be repaired, if there is any.
    pub fn damage(self) -> Option<Damage> {
        match self {
            Self::Usual => Some(Damage::USUAL),
            Self::Repair(damage) | Self::Recall { damage, .. } => {
                Some(damage).filter(|damage| !damage.is_none())
            }
            Self::WidestMargin | Self::Sparse { .. } => None,
        }
    }
}

/// The usual balance of sparse weights: about half of them zero (least L1 norm: three fifths), the margin at 85 to 90 %
/// of the widest.
pub const BALANCE: f64 = 0.8;

/// What stored patterns are to survive, asked after the fewest wrong bits and before all else: a pattern survives damage if it
/// is recalled from every cue with at most so much of it, wherever it falls, in one synchronous step and asynchronously in any
/// order. The network's other right bits stay right. See [`Radius`](attractor::Radius).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Survive {
    /// Which flipped entries of a cue, and of which patterns.
    pub goal: SurviveGoal,
    /// Unknown entries of a cue that has no wrong one, for the patterns that survive flips.
    pub erasures: usize,
}

/// How many flipped entries which patterns are to survive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum SurviveGoal {
    /// So many, every stored pattern; as many as possible below that if not so many.
    All(usize),
    /// As many as possible, every stored pattern.
    Largest,
    /// So many, as many stored patterns as possible.
    Most(usize),
}

impl Survive {
    /// This goal, and so many erasures.
    pub fn new(goal: SurviveGoal, erasures: usize) -> Self {
        Self { goal, erasures }
    }
}

impl fmt::Display for SurviveGoal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::All(flips) => write!(f, "{flips}"),
            Self::Largest => f.write_str("max"),
            Self::Most(flips) => write!(f, "most:{flips}"),
        }
    }
}

/// A text that names no goal.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is none of R, max, most:R with R a number of flipped entries")]
pub struct ParseSurviveError(String);

impl FromStr for SurviveGoal {
    type Err = ParseSurviveError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let number = |digits: &str| {
            digits
                .parse()
                .map_err(|_| ParseSurviveError(text.to_owned()))
        };
        match text.strip_prefix("most:") {
            Some(flips) => number(flips).map(Self::Most),
            None if text == "max" => Ok(Self::Largest),
            None => number(text).map(Self::All),
        }
    }
}

/// The patterns to store and the networks to choose from.
#[derive(Debug, Clone)]
pub struct Problem {
    /// The patterns, P×N.
    pub patterns: Patterns,
    /// Which weights exist, symmetric or directed; N as in the patterns.
    pub couplings: Couplings,
    /// Whether a zero field is right for a −1 bit.
    pub ties: Ties,
    /// Whether neurons have biases.
    pub bias: bool,
    /// Which values weights may take.
    pub weights: Weights,
    /// What is wanted among equals.
    pub preference: Preference,
    /// What stored patterns are to survive, if that is asked for. The usual preference is then the widest margin of the worst
    /// cues.
    pub survive: Option<Survive>,
}

impl Problem {
    /// Real weights, strict ties, no bias, the usual preference: the fields are public, change what is to be different.
    ///
    /// # Errors
    /// [`TrainError::Size`] if patterns and couplings differ in N.
    pub fn new(patterns: Patterns, couplings: Couplings) -> Result<Self, TrainError> {
        attractor::rules::check_sizes(&patterns, &couplings)?;
        Ok(Self {
            patterns,
            couplings,
            ties: Ties::Strict,
            bias: false,
            weights: Weights::Real,
            preference: Preference::Usual,
            survive: None,
        })
    }

    /// The preference that training follows: [`Preference::Usual`] for real weights alone, and the widest margin where no
    /// damage is to be repaired.
    ///
    /// ```
    /// use attractor::{Couplings, Patterns, Symmetry};
    /// use attractor_exact::{Damage, Preference, Problem, Survive, SurviveGoal, Weights};
    /// let patterns = Patterns::random(3, 8, 1)?;
    /// let mut problem = Problem::new(patterns, Couplings::full(8, Symmetry::Symmetric)?)?;
    /// assert_eq!(problem.preference_in_force(), Preference::Usual);
    /// problem.weights = Weights::Ternary;
    /// assert_eq!(problem.preference_in_force(), Preference::Repair(Damage::USUAL));
    /// problem.survive = Some(Survive::new(SurviveGoal::Largest, 0));
    /// assert_eq!(problem.preference_in_force(), Preference::WidestMargin);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn preference_in_force(&self) -> Preference {
        match self.preference {
            Preference::Usual if self.survive.is_some() => Preference::WidestMargin,
            Preference::Usual if self.weights.is_discrete() => Preference::Repair(Damage::USUAL),
            Preference::Repair(damage) | Preference::Recall { damage, .. } if damage.is_none() => {
                Preference::WidestMargin
            }
            said => said,
        }
    }

    /// The widest margin of borrowed data, for tests.
    #[cfg(test)]
    pub(crate) fn of(patterns: &Patterns, couplings: &Couplings, bias: bool, ties: Ties) -> Self {
        Self {
            ties,
            bias,
            preference: Preference::WidestMargin,
            ..Self::new(patterns.clone(), couplings.clone()).unwrap()
        }
    }
}

/// How to train, with no influence on what is optimal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Options {
    /// Seed of the incumbent searches.
    pub seed: u64,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ExactError;
    use crate::train;
    use attractor::Control;
    use attractor::Symmetry;

    #[test]
    fn what_cannot_be_honoured_is_refused() {
        let with = |weights, preference| {
            let patterns = Patterns::random(5, 4, 0).unwrap();
            let couplings = Couplings::full(4, Symmetry::Directed).unwrap();
            let problem = Problem {
                weights,
                preference,
                ..Problem::new(patterns, couplings).unwrap()
            };
            train(&problem, &Options::default(), &Control::new())
        };
        let sparse = |balance| Preference::Sparse { balance };
        for (weights, preference) in [
            (Weights::Integer(0), Preference::WidestMargin),
            (Weights::Integer(MAX_INTEGER + 1), Preference::WidestMargin),
            (Weights::Real, sparse(2.0)),
            (Weights::Real, sparse(-0.1)),
            (Weights::Real, sparse(f64::NAN)),
        ] {
            let refused = with(weights, preference);
            assert!(
                matches!(refused, Err(ExactError::Unsupported(_))),
                "{weights} {preference:?}"
            );
        }
        assert!(with(Weights::Real, sparse(1.0)).is_ok());
        assert!(with(Weights::Ternary, sparse(0.5)).is_ok());
        assert!(with(Weights::Integer(1), Preference::WidestMargin).is_ok());
    }

    #[test]
    fn nearest_weights_are_allowed_ones() {
        let nearest = |weights: Weights| [-4.0, -1.0, 0.0, 3.0].map(|v| weights.nearest(v, 4.0));
        assert_eq!(nearest(Weights::Real), [-1.0, -0.25, 0.0, 0.75]);
        assert_eq!(nearest(Weights::Ternary), [-1.0, 0.0, 0.0, 1.0]);
        assert_eq!(nearest(Weights::Binary), [-1.0, -1.0, 1.0, 1.0]);
        assert_eq!(nearest(Weights::Integer(3)), [-3.0, -1.0, 0.0, 2.0]);
        assert_eq!(Weights::Ternary.nearest(0.0, 0.0), 0.0);
    }
}
