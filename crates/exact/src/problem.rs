//! Problem: what exact training is asked for, as data.

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
    /// A whole number from −K to K, K ≥ 1.
    Integer(u32),
}

impl Weights {
    /// The largest absolute value of a returned weight: 1, or K.
    pub fn largest(self) -> u32 {
        match self {
            Self::Integer(k) => k,
            Self::Real | Self::Ternary | Self::Binary => 1,
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
#[error("`{0}` is none of real, ternary, binary, integer:K with K from 1 to 1000000")]
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
                    Ok(k @ 1..=1_000_000) => Ok(Self::Integer(k)),
                    _ => Err(bad()),
                }
            }
        }
    }
}

/// What is wanted among the networks with the fewest wrong bits.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub enum Preference {
    /// The widest Euclidean margin on the rows that hold; for discrete weights the fewest non-zeros.
    #[default]
    WidestMargin,
    /// Few non-zeros: least `balance`·‖w‖₁ + (1 − `balance`)·½‖w‖² with every row that holds at aligned field ≥ 1.
    /// `balance` from 0 (the widest margin) to 1 (least L1 norm for that margin, the intent of the paper's Eqs. 24–26);
    /// [`BALANCE`] where nothing else is known.
    Sparse {
        /// From 0 to 1.
        balance: f64,
    },
}

/// The usual balance of sparse weights: about half of them zero (least L1 norm: three fifths), the margin at 85 to 90 % of
/// the widest. The table it was chosen from stands in [`crate::sparse`].
pub const BALANCE: f64 = 0.8;

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
}

impl Problem {
    /// Real weights, strict ties, no bias, widest margin: the fields are public, change what is to be different.
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
            preference: Preference::WidestMargin,
        })
    }
}

/// How to train, with no influence on what is optimal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Options {
    /// Seed of the incumbent searches.
    pub seed: u64,
}
