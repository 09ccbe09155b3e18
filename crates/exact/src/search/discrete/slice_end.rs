//! How a slice of a resumable search ended.

/// How a slice of a search for weights within limits ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum SliceEnd {
    /// Weights within the limits.
    Found(Vec<i32>),
    /// There are none.
    Exhausted,
    /// The slice is used up; call again to go on.
    Paused,
}
