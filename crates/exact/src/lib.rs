//! Training discrete Hopfield networks to a proven optimum.

pub mod control;

pub use control::{Control, Progress};
