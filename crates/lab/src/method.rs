//! Method: the ways of training that the experiments compare, by name.

use crate::plot::Look;
use attractor::rules::{Hebbian, PseudoInverse};
use attractor::{Couplings, Patterns, Rule, Shape, Symmetry, Ties, TrainError, Trained};
use attractor_exact::{Control, Options, Preference, Problem};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::time::Duration;

/// A way of training a memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Method {
    /// The paper's Baseline 1.
    Hebbian,
    /// The paper's Baseline 2.
    PseudoInverse,
    /// The fewest wrong bits, then the widest margin; symmetric.
    ExactSymmetric,
    /// The same with directed couplings.
    ExactDirected,
    /// The fewest wrong bits, then few weights; symmetric (the paper's Eqs. 24–26).
    ExactSparse,
    /// The fewest wrong bits with local receptive fields, then the widest margin; symmetric (the paper's Eq. 27).
    ExactReceptive,
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Hebbian => "hebbian",
            Self::PseudoInverse => "pseudo-inverse",
            Self::ExactSymmetric => "exact-symmetric",
            Self::ExactDirected => "exact-directed",
            Self::ExactSparse => "exact-sparse",
            Self::ExactReceptive => "exact-receptive",
        })
    }
}

/// What the methods share.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Settings {
    /// Tie rule under which exact methods count wrong bits: `negative` is the paper's.
    #[serde(with = "text")]
    pub ties: Ties,
    /// Seconds after which one exact training stops with the best so far.
    pub time_limit: f64,
    /// Balance of sparse training, from 0 (widest margin) to 1 (least L1 norm).
    pub balance: f64,
    /// Pixels: the radius of receptive fields.
    pub radius: f64,
}

impl Method {
    /// Whether the method proves bounds.
    pub fn is_exact(self) -> bool {
        !matches!(self, Self::Hebbian | Self::PseudoInverse)
    }

    /// Its colour and dash in every figure: exact methods solid, the others dashed.
    pub fn look(self) -> Look {
        let (colour, dashed) = match self {
            Self::Hebbian => (1, true),
            Self::PseudoInverse => (2, true),
            Self::ExactSymmetric => (0, false),
            Self::ExactDirected => (3, false),
            Self::ExactSparse => (6, false),
            Self::ExactReceptive => (5, false),
        };
        Look { colour, dashed }
    }

    /// What it was run with, as `key=value` words for tables.
    pub fn options(self, settings: &Settings) -> String {
        let exact = format!("ties={} time-limit={}", settings.ties, settings.time_limit);
        match self {
            Self::Hebbian | Self::PseudoInverse => String::new(),
            Self::ExactSymmetric | Self::ExactDirected => exact,
            Self::ExactSparse => format!("{exact} balance={}", settings.balance),
            Self::ExactReceptive => format!("{exact} radius={}", settings.radius),
        }
    }

    /// The couplings it trains, on images of this shape.
    ///
    /// # Errors
    /// Only for a radius that is no finite number ≥ 0.
    pub fn couplings(
        self,
        shape: Shape,
        settings: &Settings,
    ) -> Result<Couplings, attractor::CouplingsError> {
        match self {
            Self::ExactReceptive => {
                Couplings::receptive_field(shape, settings.radius, Symmetry::Symmetric)
            }
            Self::ExactDirected => Couplings::full(shape.neurons(), Symmetry::Directed),
            _ => Couplings::full(shape.neurons(), Symmetry::Symmetric),
        }
    }

    /// Trains on patterns whose neurons are the pixels of this shape (height 1 for data that are no images).
    ///
    /// # Errors
    /// What the rules refuse.
    pub fn train(
        self,
        patterns: &Patterns,
        shape: Shape,
        settings: &Settings,
        seed: u64,
        control: &Control<'_>,
    ) -> Result<Trained, TrainError> {
        let unsupported = |error: attractor::CouplingsError| TrainError::Unsupported {
            rule: "exact",
            reason: error.to_string(),
        };
        let couplings = self.couplings(shape, settings).map_err(unsupported)?;
        match self {
            Self::Hebbian => Hebbian::default().train(patterns, &couplings),
            Self::PseudoInverse => PseudoInverse::default().train(patterns, &couplings),
            Self::ExactSymmetric
            | Self::ExactDirected
            | Self::ExactSparse
            | Self::ExactReceptive => {
                let mut problem = Problem::new(patterns.clone(), couplings)?;
                problem.ties = settings.ties;
                if self == Self::ExactSparse {
                    problem.preference = Preference::Sparse {
                        balance: settings.balance,
                    };
                }
                let limit =
                    Duration::try_from_secs_f64(settings.time_limit).unwrap_or(Duration::MAX);
                let outcome =
                    attractor_exact::train(&problem, &Options { seed }, &control.phase(limit))?;
                Ok(outcome.trained)
            }
        }
    }
}

/// Serialises what has `Display` and `FromStr` as text.
mod text {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};
    use std::fmt::Display;
    use std::str::FromStr;

    pub(super) fn serialize<T: Display, S: Serializer>(
        value: &T,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.collect_str(value)
    }

    pub(super) fn deserialize<'de, T, D>(deserializer: D) -> Result<T, D::Error>
    where
        T: FromStr<Err: Display>,
        D: Deserializer<'de>,
    {
        String::deserialize(deserializer)?
            .parse()
            .map_err(D::Error::custom)
    }
}
