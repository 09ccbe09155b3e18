//! Learning rules: the one trait that every way of training implements, and the classical rules.
//!
//! A rule is a value that holds its own options and turns patterns into a network with exactly the couplings asked for,
//! or refuses them. None of the rules here knows a solver; the exact rule lives in the crate `attractor-exact`.

mod bit_counts;
mod byte_sums;
mod gradient;
mod gram;
mod hebbian;
mod perceptron;
mod pseudo_inverse;
mod registry;
mod storkey;

use crate::control::Control;
use crate::couplings::Couplings;
use crate::network::{Network, NetworkError};
use crate::patterns::Patterns;
use crate::stability::{SizeMismatch, Stability, Ties};
pub use gradient::{Gradient, Schedule};
pub use hebbian::Hebbian;
pub use perceptron::Perceptron;
pub use pseudo_inverse::PseudoInverse;
pub use registry::{RuleError, RuleOptions, by_name, classical};
use std::fmt;
pub use storkey::Storkey;

/// Why a rule does not train. Running out of time is no error but a [`Status`].
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum TrainError {
    /// Couplings and patterns of different sizes.
    #[error("the couplings are for {couplings} neurons, the patterns have {patterns}")]
    Size {
        /// The couplings' N.
        couplings: usize,
        /// The patterns' N.
        patterns: usize,
    },
    /// The rule cannot honour what was asked for, and does not ignore it.
    #[error("rule `{rule}`: {reason}")]
    Unsupported {
        /// The rule's name.
        rule: &'static str,
        /// What cannot be had, and what to do instead.
        reason: String,
    },
    /// The weights came out unusable, for example not finite.
    #[error(transparent)]
    Network(#[from] NetworkError),
}

impl From<SizeMismatch> for TrainError {
    fn from(SizeMismatch { network, patterns }: SizeMismatch) -> Self {
        Self::Size {
            couplings: network,
            patterns,
        }
    }
}

/// How much is known about the number of wrong bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// Proven: no network with these couplings has fewer wrong bits.
    Optimal,
    /// A network, without proof that no other has fewer wrong bits.
    Feasible,
    /// Stopped by the user; the network is the best so far.
    Interrupted,
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Optimal => "optimal",
            Self::Feasible => "feasible",
            Self::Interrupted => "interrupted",
        })
    }
}

/// Wrong bits and what is proven about the fewest possible. Always `lower_bound ≤ wrong_bits`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    /// Wrong bits of the network that is returned, recounted on the patterns.
    pub wrong_bits: usize,
    /// No weights with these couplings have fewer.
    pub lower_bound: usize,
}

impl Bounds {
    /// (wrong bits − lower bound) / wrong bits; 0 if there is no wrong bit.
    pub fn gap(self) -> f64 {
        match self.wrong_bits {
            0 => 0.0,
            wrong => (wrong - self.lower_bound) as f64 / wrong as f64,
        }
    }

    /// What these bounds prove: an optimum iff they meet. Being interrupted takes no proof away.
    pub fn status(self, interrupted: bool) -> Status {
        if self.wrong_bits == self.lower_bound {
            Status::Optimal
        } else if interrupted {
            Status::Interrupted
        } else {
            Status::Feasible
        }
    }
}

/// A trained network and what is known about it.
#[derive(Debug, Clone, PartialEq)]
pub struct Trained {
    /// The network.
    pub network: Network,
    /// The tie rule by which bits were counted.
    pub ties: Ties,
    /// What is proven.
    pub status: Status,
    /// Over the whole network. The lower bound can exceed the sum of the neurons' where symmetry ties them together.
    pub total: Bounds,
    /// Neuron by neuron.
    pub per_neuron: Vec<Bounds>,
    /// Least aligned field over Euclidean row norm among right bits, as [`Stability::margin`].
    pub margin: Option<f64>,
}

impl Trained {
    /// A network about whose optimality nothing is known but what a recount shows: optimal iff no bit is wrong.
    ///
    /// # Errors
    /// Patterns of another size.
    pub fn unproven(
        network: Network,
        patterns: &Patterns,
        ties: Ties,
    ) -> Result<Self, SizeMismatch> {
        let stability = Stability::of(&network, patterns, ties)?;
        Ok(Self::counted(network, &stability))
    }

    /// [`Trained::unproven`] where the network's bits are counted already.
    ///
    /// # Panics
    /// If `stability` is that of another number of neurons.
    pub fn counted(network: Network, stability: &Stability) -> Self {
        let per_neuron = stability.wrong_by_neuron().into_iter();
        let unproven = |wrong_bits| Bounds {
            wrong_bits,
            lower_bound: 0,
        };
        let total = unproven(stability.wrong_bits());
        Self {
            ties: stability.ties(),
            status: total.status(false),
            total,
            per_neuron: per_neuron.map(unproven).collect(),
            margin: stability.margin(),
            network,
        }
    }

    /// The same network, with what is proven: its neurons cannot have fewer wrong bits than `per_neuron`, nor all of them
    /// together than `total`. `interrupted` says whether the user ended the search.
    #[must_use]
    pub fn bounded(
        self,
        per_neuron: impl IntoIterator<Item = usize>,
        total: usize,
        interrupted: bool,
    ) -> Self {
        let neurons = self.per_neuron.iter().zip(per_neuron);
        let total = Bounds {
            lower_bound: total,
            ..self.total
        };
        Self {
            status: total.status(interrupted),
            total,
            per_neuron: neurons
                .map(|(&neuron, lower_bound)| Bounds {
                    lower_bound,
                    ..neuron
                })
                .collect(),
            ..self
        }
    }
}

/// A learning rule.
pub trait Rule: Send + Sync {
    /// The name on the command line and in files, for example `hebbian`.
    fn name(&self) -> &'static str;

    /// One line for people: what the rule does and where it comes from.
    fn summary(&self) -> &'static str;

    /// Trains a network whose couplings are exactly `couplings`.
    ///
    /// # Errors
    /// Sizes that do not fit, or couplings or options that the rule cannot honour.
    fn train(&self, patterns: &Patterns, couplings: &Couplings) -> Result<Trained, TrainError>;

    /// [`Rule::train`] that ends with the network so far soon after `control` says stop. Rules that go through the patterns but
    /// once do not ask it.
    ///
    /// # Errors
    /// As [`Rule::train`].
    fn train_until(
        &self,
        patterns: &Patterns,
        couplings: &Couplings,
        control: &Control<'_>,
    ) -> Result<Trained, TrainError> {
        let _ = control;
        self.train(patterns, couplings)
    }
}

/// Refuses couplings of another size than the patterns.
///
/// # Errors
/// [`TrainError::Size`].
pub fn check_sizes(patterns: &Patterns, couplings: &Couplings) -> Result<(), TrainError> {
    if patterns.neurons() == couplings.neurons() {
        return Ok(());
    }
    Err(TrainError::Size {
        couplings: couplings.neurons(),
        patterns: patterns.neurons(),
    })
}

/// The refusal of biases by a rule that has none.
fn refuse_bias(rule: &'static str) -> TrainError {
    TrainError::Unsupported {
        rule,
        reason: "has no biases; train without, or use `hebbian`, `pseudo-inverse` or `perceptron`"
            .to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::couplings::Symmetry;
    use std::sync::atomic::{AtomicUsize, Ordering};

    /// Far too many passes, unless they end early: the network is then the one so far, with its couplings.
    #[test]
    fn rules_that_go_on_and_on_can_be_stopped() {
        let patterns = Patterns::random(30, 12, 1).unwrap();
        for symmetry in [Symmetry::Symmetric, Symmetry::Directed] {
            let couplings = Couplings::full(12, symmetry).unwrap();
            let perceptron = Perceptron {
                epochs: usize::MAX,
                ..Perceptron::default()
            };
            let gradient = Gradient {
                schedule: Schedule {
                    epochs: usize::MAX,
                    ..Schedule::PAPER
                },
                ..Gradient::default()
            };
            for rule in [&perceptron as &dyn Rule, &gradient] {
                let asked = AtomicUsize::new(0);
                let stop = || asked.fetch_add(1, Ordering::Relaxed) > 1_000;
                let control = Control::new().with_condition(&stop);
                let trained = rule.train_until(&patterns, &couplings, &control).unwrap();
                assert_eq!(trained.network.symmetry(), symmetry);
                let recount = Trained::unproven(trained.network.clone(), &patterns, Ties::Strict);
                assert_eq!(recount.unwrap(), trained, "{}", rule.name());
            }
        }
    }

    #[test]
    fn a_status_says_what_bounds_prove() {
        let bounds = |wrong_bits, lower_bound| Bounds {
            wrong_bits,
            lower_bound,
        };
        assert_eq!(bounds(3, 3).status(false), Status::Optimal);
        assert_eq!(bounds(3, 3).status(true), Status::Optimal);
        assert_eq!(bounds(3, 2).status(false), Status::Feasible);
        assert_eq!(bounds(3, 2).status(true), Status::Interrupted);
    }
}
