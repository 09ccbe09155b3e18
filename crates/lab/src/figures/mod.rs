//! Figures: the paper's experiments, each as cells that run independently and charts made from their results.

pub mod classify;
pub mod storage;

use attractor::TrainError;

/// Why a cell has no result.
#[derive(Debug, thiserror::Error)]
pub enum CellError {
    /// The method refuses.
    #[error(transparent)]
    Train(#[from] TrainError),
    /// The data refuse.
    #[error("{0}")]
    Data(String),
}
