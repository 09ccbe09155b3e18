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
//! checker of `attractor-proof` ([`certify()`]), and the mixed integer program of Rosenhahn (2022) to be written to a file
//! or solved ([`milp`]).

mod budget;
pub mod certify;
pub mod dependency;
mod directed;
pub mod discrete;
mod error;
pub mod evidence;
pub mod grid;
pub mod hitting_set;
mod instance;
pub mod milp;
pub mod min_norm;
pub mod neuron;
pub mod outcome;
mod pipeline;
mod primal_dual;
pub mod problem;
pub mod sparse;
pub mod storable;
mod symmetric;
pub mod tolerances;
mod vanishing;

/// The searches and their parts, for the benchmark drivers of this repository. No part of the interface: it changes without
/// notice.
#[doc(hidden)]
pub mod internal {
    use crate::Control;
    pub use crate::instance::Instance;
    pub use crate::neuron::{NeuronSearch, NeuronSystem, Stage};
    pub use crate::outcome::Found;
    use crate::{ExactError, Options, Problem, directed, pipeline, symmetric};
    pub use crate::{discrete, storable};

    /// The search for symmetric real weights alone, without what comes before and after.
    ///
    /// # Errors
    /// What training cannot honour.
    pub fn search_symmetric(
        problem: &Problem,
        options: &Options,
        control: &Control<'_>,
    ) -> Result<Found, ExactError> {
        let instance = Instance::new(problem)?;
        let start = pipeline::hebbian(&instance)?;
        Ok(symmetric::search(&instance, options, start, control))
    }

    /// The search for directed real weights alone, without what comes before.
    ///
    /// # Errors
    /// What training cannot honour.
    pub fn search_directed(
        problem: &Problem,
        options: &Options,
        control: &Control<'_>,
    ) -> Result<Found, ExactError> {
        let instance = Instance::new(problem)?;
        let start = pipeline::hebbian(&instance)?;
        let none = vec![None; problem.patterns.neurons()];
        directed::search(&instance, options, start, &none, control)
    }
}

pub use attractor::{Control, Phase, Progress};
pub use certify::certify;
pub use dependency::Dependency;
pub use error::{ExactError, Unsupported};
pub use evidence::Evidence;
pub use min_norm::{Gram, MinNorm};
pub use outcome::{Outcome, Statistics};
pub use pipeline::train;
pub use problem::{Options, Preference, Problem, Weights};
