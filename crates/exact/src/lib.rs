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
//! Beside it stand one neuron's training ([`train_neuron()`]), certificates for the checker of `attractor-proof`
//! ([`certify()`]), and the mixed integer program of Rosenhahn (2022) to be written to a file or solved ([`milp`]).

mod budget;
mod certify;
mod damage;
mod error;
mod evidence;
mod geometry;
mod instance;
mod margin;
pub mod milp;
mod outcome;
mod pipeline;
mod problem;
mod repair;
mod search;
mod sparse;
mod survive;
mod tolerances;

pub use attractor::{Control, Phase, Progress};
pub use certify::certify;
pub use damage::{Damage, DamageError};
pub use error::{ExactError, Unsupported};
pub use evidence::{
    DamagedInputs, Evidence, NeuronBound, SurvivalBit, SurvivalBound, SurvivalCore, SurvivalNode,
};
pub use geometry::dependency::{Dependency, Packed};
pub use outcome::{Choice, Origin, Outcome, PhaseTimes, Repair, Statistics};
pub use pipeline::{TrainedNeuron, train, train_from, train_neuron};
pub use problem::{
    BALANCE, MAX_INTEGER, MAX_SEARCHED_INTEGER, Options, ParseSurviveError, ParseWeightsError,
    Preference, Problem, Survive, SurviveGoal, Weights,
};
pub use survive::{Forbidden, Survival, Unproven};

/// The searches and their parts, for the benchmark drivers of this repository. No part of the interface: it changes without
/// notice.
#[doc(hidden)]
pub mod internal {
    use crate::Control;
    pub use crate::instance::{Instance, NeuronSystem};
    pub use crate::outcome::Found;
    pub use crate::search::discrete::solve_neuron;
    pub use crate::search::neuron::{NeuronSearch, Stage};
    /// Sets that can be stored without error.
    pub mod storable {
        pub use crate::margin::{NetworkAnswer, NeuronAnswer, Request};
        use attractor::{Control, Couplings, Patterns, TrainError};

        /// Every neuron for itself.
        ///
        /// # Errors
        /// Sizes that do not fit.
        pub fn directed(
            patterns: &Patterns,
            couplings: &Couplings,
            request: &Request<'_>,
            control: &Control<'_>,
        ) -> Result<Vec<NeuronAnswer>, TrainError> {
            crate::margin::directed(patterns, couplings, request, control)
        }

        /// All neurons coupled.
        ///
        /// # Errors
        /// Sizes that do not fit.
        pub fn symmetric(
            patterns: &Patterns,
            couplings: &Couplings,
            request: &Request<'_>,
            control: &Control<'_>,
        ) -> Result<NetworkAnswer, TrainError> {
            crate::margin::symmetric(patterns, couplings, request, control)
        }
    }
    use crate::search::{directed, symmetric};
    use crate::{ExactError, Options, Problem, pipeline};

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
        Ok(symmetric::search(
            &instance,
            options,
            start.clone(),
            symmetric::Early::new(start),
            control,
        )?)
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
        directed::search(&instance, options, start.into(), &none, control)
    }
}
