//! The best network so far. Nothing gets in that was not rounded onto the grid and recounted on the patterns.

use super::system::Coupled;
use attractor::{Network, Patterns, Stability, Ties};

/// The best network so far.
#[derive(Debug, Clone)]
pub(super) struct Pocket<'p> {
    patterns: &'p Patterns,
    ties: Ties,
    wrong: usize,
    network: Network,
}

impl<'p> Pocket<'p> {
    /// With a first network, which has as many neurons as the patterns.
    pub(super) fn new(patterns: &'p Patterns, ties: Ties, network: Network) -> Self {
        let wrong = wrong_bits(&network, patterns, ties);
        Self {
            patterns,
            ties,
            wrong,
            network,
        }
    }

    /// Wrong bits of the best network.
    pub(super) fn wrong(&self) -> usize {
        self.wrong
    }

    pub(super) fn into_network(self) -> Network {
        self.network
    }

    /// Takes this network, whose weights are on the grid, if it has fewer wrong bits; how many it has.
    pub(super) fn take(&mut self, network: Network) -> usize {
        let wrong = wrong_bits(&network, self.patterns, self.ties);
        if wrong < self.wrong {
            (self.wrong, self.network) = (wrong, network);
        }
        wrong
    }

    /// Takes these weights if they have fewer wrong bits; how many they have (weights that are no network: as many as
    /// can be).
    pub(super) fn offer(&mut self, coupled: &Coupled, w: &[f64]) -> usize {
        match coupled.network(w) {
            Ok(network) => self.take(network),
            Err(_) => usize::MAX,
        }
    }

    /// The better of the two; this one if they are equal.
    pub(super) fn merge(&mut self, other: Self) {
        if other.wrong < self.wrong {
            (self.wrong, self.network) = (other.wrong, other.network);
        }
    }
}

/// As many as can be if the sizes differ.
fn wrong_bits(network: &Network, patterns: &Patterns, ties: Ties) -> usize {
    Stability::of(network, patterns, ties).map_or(usize::MAX, |stability| stability.wrong_bits())
}
