//! Why a rule does not train.

use super::settings::SettingError;
use crate::network::{NetworkError, SizeMismatch};
use std::error::Error;
use std::fmt;
use std::sync::Arc;

/// Why a rule does not train. Running out of time is no error but a [`Status`](crate::Status).
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum TrainError {
    /// Couplings and patterns of different sizes.
    #[error("the couplings are for {couplings} neurons, the patterns have {patterns}")]
    Size {
        /// The couplings' N.
        couplings: usize,
        /// The patterns' N.
        patterns: usize,
    },
    /// The rule cannot honour what was asked for, and does not ignore it.
    #[error("rule `{rule}`: {reason}")]
    Unsupported {
        /// The rule's name.
        rule: &'static str,
        /// What cannot be had, and what to do instead.
        reason: Refusal,
    },
    /// The weights came out unusable, for example not finite.
    #[error(transparent)]
    Network(#[from] NetworkError),
}

impl From<SizeMismatch> for TrainError {
    fn from(SizeMismatch { network, patterns }: SizeMismatch) -> Self {
        Self::Size {
            couplings: network,
            patterns,
        }
    }
}

/// Why a rule does not do what was asked for, and what to do instead.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// Biases are asked of a rule that has none.
    #[error("has no biases; train without, or use `hebbian`, `pseudo-inverse` or `perceptron`")]
    Biases,
    /// Receptive fields or a mask are asked of a rule that couples all neurons.
    #[error(
        "the projection couples all neurons; without receptive field and mask it can be had, with them use `hebbian`, \
         `diederich-opper`, `perceptron` or `exact`"
    )]
    PartialCouplings,
    /// A setting out of range.
    #[error(transparent)]
    Setting(SettingError),
    /// The reason of a rule that is not in this crate.
    #[error(transparent)]
    Other(OtherRefusal),
}

impl Refusal {
    /// The reason of a rule that is not in this crate: its own error type, or a text.
    ///
    /// ```
    /// use attractor::rules::{Refusal, TrainError};
    /// let reason = Refusal::other("needs an even number of neurons");
    /// let refused = TrainError::Unsupported { rule: "mine", reason };
    /// assert_eq!(refused.to_string(), "rule `mine`: needs an even number of neurons");
    /// ```
    pub fn other(reason: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::Other(OtherRefusal(reason.into().into()))
    }

    /// The reason that [`Refusal::other`] was made of, if it is of type `E`.
    pub fn downcast_ref<E: Error + 'static>(&self) -> Option<&E> {
        match self {
            Self::Other(OtherRefusal(reason)) => reason.downcast_ref(),
            _ => None,
        }
    }
}

/// The reason of a rule that is not in this crate. Two are equal if they read alike.
#[derive(Debug, Clone)]
pub struct OtherRefusal(Arc<dyn Error + Send + Sync>);

impl PartialEq for OtherRefusal {
    fn eq(&self, other: &Self) -> bool {
        self.0.to_string() == other.0.to_string()
    }
}

impl fmt::Display for OtherRefusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Error for OtherRefusal {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.0.source()
    }
}
