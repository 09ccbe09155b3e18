//! The best network so far. Nothing gets in that was not rounded onto the grid and recounted on the patterns.

use super::system::Coupled;
use attractor::{Network, Patterns, Stability, Ties};

/// The best network so far.
#[derive(Debug, Clone)]
pub(super) struct Pocket<'p> {
    patterns: &'p Patterns,
    ties: Ties,
    best: Option<(usize, Network)>,
}

impl<'p> Pocket<'p> {
    pub(super) fn new(patterns: &'p Patterns, ties: Ties) -> Self {
        Self {
            patterns,
            ties,
            best: None,
        }
    }

    /// Wrong bits of the best network.
    pub(super) fn wrong(&self) -> Option<usize> {
        self.best.as_ref().map(|&(wrong, _)| wrong)
    }

    pub(super) fn network(&self) -> Option<&Network> {
        self.best.as_ref().map(|(_, network)| network)
    }

    /// Takes these weights if they have fewer wrong bits; how many they have (weights that are no network: as many as
    /// can be).
    pub(super) fn offer(&mut self, coupled: &Coupled, w: &[f64]) -> usize {
        let Ok(network) = coupled.network(w) else {
            return usize::MAX;
        };
        let Ok(stability) = Stability::of(&network, self.patterns, self.ties) else {
            return usize::MAX;
        };
        let wrong = stability.wrong_bits();
        if self.wrong().is_none_or(|best| wrong < best) {
            self.best = Some((wrong, network));
        }
        wrong
    }

    /// The better of the two; this one if they are equal.
    pub(super) fn merge(&mut self, other: Self) {
        if let Some((wrong, network)) = other.best
            && self.wrong().is_none_or(|best| wrong < best)
        {
            self.best = Some((wrong, network));
        }
    }
}
