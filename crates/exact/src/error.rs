//! Errors of exact training.

use crate::problem::{MAX_INTEGER, MAX_SEARCHED_INTEGER, Weights};
use attractor::{NetworkError, SizeMismatch, TrainError};

/// Why exact training does not begin or has no network. Running out of time is no error but a
/// [`Status`](attractor::Status).
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ExactError {
    /// Training cannot honour what was asked for, and does not ignore it.
    #[error("rule `exact`: {0}")]
    Unsupported(#[from] Unsupported),
    /// Couplings and patterns of different sizes, or weights that came out unusable.
    #[error(transparent)]
    Train(#[from] TrainError),
}

/// What exact training cannot honour.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Unsupported {
    /// Integer weights from −K to K with a K outside 1 to [`MAX_INTEGER`].
    #[error("there are no weights `{0}`; K is from 1 to {MAX_INTEGER}")]
    NoSuchWeights(Weights),
    /// Integer weights beyond [`MAX_SEARCHED_INTEGER`].
    #[error("integer weights go up to {MAX_SEARCHED_INTEGER}, not {0}; take real weights")]
    IntegersTooLarge(u32),
    /// Real weights where only discrete ones are searched.
    #[error("discrete training needs ternary, binary or integer weights")]
    NotDiscrete,
    /// A balance of sparse weights outside 0 to 1.
    #[error(
        "the balance of sparse training is from 0 (widest margin) to 1 (least L1 norm), not {0}"
    )]
    Balance(f64),
    /// A known network where weights are discrete.
    #[error("training of discrete weights cannot begin from a network; leave it out")]
    KnownDiscrete,
    /// A known network with a weight that the couplings lack.
    #[error(
        "the network to begin from has a weight ({i},{j}), from neuron {j} into neuron {i}, which the couplings lack"
    )]
    KnownWeight {
        /// Row.
        i: usize,
        /// Column.
        j: usize,
    },
    /// A known directed network where couplings are symmetric.
    #[error("the network to begin from is directed; symmetric couplings need a symmetric one")]
    KnownDirected,
    /// Survival of damage together with sparse weights or rounds on passed states, which would give it up.
    #[error(
        "weights that survive damage are chosen for a wide margin or for noise: leave out sparse weights and repair rounds"
    )]
    SurvivePreference,
    /// Survival asked of one neuron alone.
    #[error("what patterns survive is a matter of all neurons: train the network")]
    SurviveAlone,
    /// More damage than the neurons have entries.
    #[error("a cue of {neurons} neurons has no {damaged} entries to be damaged")]
    SurviveTooMuch {
        /// Asked for.
        damaged: usize,
        /// N.
        neurons: usize,
    },
}

impl From<NetworkError> for ExactError {
    fn from(error: NetworkError) -> Self {
        Self::Train(error.into())
    }
}

impl From<SizeMismatch> for ExactError {
    fn from(error: SizeMismatch) -> Self {
        Self::Train(error.into())
    }
}

/// For callers that train by several rules.
impl From<ExactError> for TrainError {
    fn from(error: ExactError) -> Self {
        match error {
            ExactError::Unsupported(reason) => Self::Unsupported {
                rule: "exact",
                reason: attractor::Refusal::other(reason),
            },
            ExactError::Train(error) => error,
        }
    }
}
