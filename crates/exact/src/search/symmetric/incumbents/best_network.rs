//! The best network so far. Weights enter rounded onto the grid and counted on the patterns.

use super::super::coupled::Coupled;
use attractor::{Network, NetworkError, Patterns, Trained};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// The best network so far, and the lower bound that tells when it is the last.
#[derive(Debug, Clone)]
pub(crate) struct BestNetwork<'p> {
    patterns: &'p Patterns,
    /// Shared by the searches that go on from it side by side.
    best: Arc<Trained>,
    /// No network has fewer wrong bits. One for all clones: a search for incumbents ends as soon as another one's bound
    /// meets it, which changes when it ends, not what it has found.
    bound: Arc<AtomicUsize>,
}

impl<'p> BestNetwork<'p> {
    /// With a first network, counted on the patterns.
    pub(crate) fn new(patterns: &'p Patterns, first: Trained) -> Self {
        Self {
            patterns,
            best: Arc::new(first),
            bound: Arc::default(),
        }
    }

    /// Proven: no network has fewer wrong bits.
    pub(crate) fn prove(&self, bound: usize) {
        self.bound.fetch_max(bound, Ordering::Relaxed);
    }

    /// Whether the best network is optimal, by what is proven.
    pub(crate) fn is_closed(&self) -> bool {
        self.wrong() <= self.bound.load(Ordering::Relaxed)
    }

    /// Wrong bits of the best network.
    pub(crate) fn wrong(&self) -> usize {
        self.best.total.wrong_bits
    }

    pub(crate) fn best(&self) -> &Trained {
        &self.best
    }

    pub(crate) fn into_best(self) -> Trained {
        Arc::unwrap_or_clone(self.best)
    }

    /// Takes this network, whose weights are on the grid, if it has fewer wrong bits; how many it has.
    pub(crate) fn take(&mut self, counted: Trained) -> usize {
        let wrong = counted.total.wrong_bits;
        if wrong < self.wrong() {
            self.best = Arc::new(counted);
        }
        wrong
    }

    /// Takes these weights if they have fewer wrong bits; how many they have (weights that are no network: as many as
    /// can be).
    pub(crate) fn offer(&mut self, coupled: &Coupled, w: &[f64]) -> usize {
        self.count(coupled.network(w))
    }

    /// The same for weights that are on the grid.
    pub(crate) fn offer_on_grid(&mut self, coupled: &Coupled, values: &[f64]) -> usize {
        self.count(coupled.network_on_grid(values))
    }

    fn count(&mut self, network: Result<Network, NetworkError>) -> usize {
        let counted = network
            .ok()
            .and_then(|network| Trained::unproven(network, self.patterns, self.best.ties).ok());
        counted.map_or(usize::MAX, |counted| self.take(counted))
    }

    /// This network, or the other one if that has fewer wrong bits.
    pub(crate) fn or_better(mut self, other: Trained) -> Self {
        self.take(other);
        self
    }

    /// The better of the two; this one if they are equal.
    pub(crate) fn merge(&mut self, other: Self) {
        if other.wrong() < self.wrong() {
            self.best = other.best;
        }
    }
}
