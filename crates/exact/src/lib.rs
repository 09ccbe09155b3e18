//! Training discrete Hopfield networks to a proven optimum.
//!
//! A [`Problem`] is what is asked: patterns, couplings, tie rule, domain of the weights, biases, and what is preferred
//! among networks with equally few wrong bits. [`train()`] answers with an [`Outcome`]: the network, its wrong bits, and how
//! many no network can avoid. It stops early, with the best so far, when its [`Control`] says so.
//!
//! ```
//! use attractor::{Couplings, Patterns, Symmetry};
//! use attractor_exact::{Control, Options, Problem, train};
//! use std::time::Duration;
//! let patterns = Patterns::random(12, 8, 1)?;
//! let problem = Problem::new(patterns, Couplings::full(8, Symmetry::Symmetric)?)?;
//! let control = Control::new().with_time_limit(Duration::from_secs(10));
//! let total = train(&problem, &Options::default(), &control)?.trained.total;
//! assert!(total.lower_bound <= total.wrong_bits);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! The pieces stand alone as well: the widest margin of a set of rows or a proof that there is none ([`MinNorm`]), one
//! neuron's fewest wrong bits ([`neuron`]), sets that can be stored without error ([`storable`]), certificates for the
//! checker of `attractor-proof` ([`certificate`]), and the mixed integer program of Rosenhahn (2022) to be written to a file
//! or solved ([`milp`]).

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
mod vanishing;

pub use control::{Control, Progress};
pub use dependency::Dependency;
pub use min_norm::{Gram, MinNorm};
pub use outcome::{Outcome, Statistics};
pub use problem::{Options, Preference, Problem, Weights};
pub use train::train;
