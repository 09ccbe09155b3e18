//! Training discrete Hopfield networks to a proven optimum.

pub mod control;
pub mod min_norm;
pub mod tolerances;

pub use control::{Control, Progress};
pub use min_norm::{Gram, MinNorm};
