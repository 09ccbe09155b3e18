//! Training discrete Hopfield networks to a proven optimum.

pub mod certificate;
pub mod control;
pub mod dependency;
pub mod directed;
pub mod discrete;
pub mod grid;
pub mod hitting_set;
pub mod milp;
pub mod min_norm;
pub mod neuron;
pub mod outcome;
mod primal_dual;
pub mod problem;
pub mod rows;
pub mod sparse;
mod start;
pub mod storable;
pub mod symmetric;
pub mod tolerances;
pub mod train;

pub use control::{Control, Progress};
pub use dependency::Dependency;
pub use min_norm::{Gram, MinNorm};
pub use outcome::{Outcome, Statistics};
pub use problem::{Options, Preference, Problem, Weights};
pub use train::train;
