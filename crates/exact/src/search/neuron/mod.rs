//! One threshold unit: the weights with the fewest wrong bits, proven, and among them those of widest margin.
//!
//! [`NeuronSystem`](crate::instance::NeuronSystem) folds the neuron's rows, [`NeuronSearch`] raises the bound one wrong bit at
//! a time (no removal of `k` rows hits the pool) until it meets the incumbent. Whatever a bound rests on is turned into
//! integers first ([`crate::geometry::dependency`]); whatever an incumbent claims is recounted in integers (`unit`).

mod contradiction;
mod improve;
mod incumbent;
mod opposites;
mod outcome;
mod removals;
mod search;
#[cfg(test)]
mod tests;
pub(crate) mod unit;
mod widest;

pub(crate) use contradiction::{Contradiction, MinNormRows};
pub(crate) use outcome::NeuronOutcome;
pub use outcome::Stage;
pub use search::NeuronSearch;
pub(crate) use search::solve;
