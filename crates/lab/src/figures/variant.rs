//! Variant: classifiers beside the plain ones, which differ in how a memory is chosen or read out.

use crate::plot::{Dash, Look};
use serde::{Deserialize, Serialize};

/// A classifier that is more than a method's network read out where recall ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Variant {
    /// `exact-noise`, read out after one synchronous step.
    ExactNoiseOneStep,
    /// Noise and read-out chosen by validation among the learnt rows ([`validate`](crate::validate)).
    ExactValidated,
    /// A dense memory of the learnt rows (exponential, β = 1) instead of a network.
    DenseMemory,
}

impl Variant {
    /// Every variant.
    pub const ALL: [Self; 3] = [
        Self::ExactNoiseOneStep,
        Self::ExactValidated,
        Self::DenseMemory,
    ];

    /// The name in tables and configurations.
    pub fn name(self) -> &'static str {
        match self {
            Self::ExactNoiseOneStep => "exact-noise-one-step",
            Self::ExactValidated => "exact-validated",
            Self::DenseMemory => "dense-memory",
        }
    }

    /// Its name in legends.
    pub fn label(self) -> &'static str {
        match self {
            Self::ExactNoiseOneStep => "exact, for noise, one step",
            Self::ExactValidated => "exact, noise by validation",
            Self::DenseMemory => "dense memory",
        }
    }

    /// Its colour and dash.
    pub fn look(self) -> Look {
        match self {
            Self::ExactNoiseOneStep => Look::new(5, Dash::Dashed),
            Self::ExactValidated => Look::new(1, Dash::Solid),
            Self::DenseMemory => Look::new(6, Dash::Dotted),
        }
    }
}
