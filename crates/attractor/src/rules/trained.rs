//! A trained network, and what is proven about the number of its wrong bits.

use crate::control::Control;
use crate::network::{Network, SizeMismatch};
use crate::patterns::Patterns;
use crate::stability::Stability;
use crate::ties::Ties;
use std::fmt;

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

    /// [`Trained::unproven`] of a rule that `control` may have ended: interrupted if the user did.
    pub(crate) fn so_far(
        network: Network,
        patterns: &Patterns,
        ties: Ties,
        control: &Control<'_>,
    ) -> Result<Self, SizeMismatch> {
        let trained = Self::unproven(network, patterns, ties)?;
        Ok(Self {
            status: trained.total.status(control.interrupted()),
            ..trained
        })
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

#[cfg(test)]
mod tests {
    use super::*;

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
