//! Neurons between their turns, and what is told of all of them meanwhile.

use crate::search::neuron::{NeuronOutcome, NeuronSearch, Stage};
use attractor::{Control, Phase, Progress};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

/// A neuron between its turns.
pub(super) enum Turn {
    Waiting(usize),
    Open(usize, Box<NeuronSearch>),
    /// Its search is over; the widest margin is not yet looked for.
    Closed(usize, Box<NeuronSearch>),
    Done(usize, Box<NeuronOutcome>),
}

impl Turn {
    pub(super) fn neuron(&self) -> usize {
        match self {
            Self::Waiting(i) | Self::Open(i, _) | Self::Closed(i, _) | Self::Done(i, _) => *i,
        }
    }

    /// Whether the neuron's wrong bits are proven to be the fewest.
    pub(super) fn is_proven(&self) -> bool {
        match self {
            Self::Waiting(_) => false,
            Self::Open(_, search) | Self::Closed(_, search) => search.stage() == Stage::Proven,
            Self::Done(_, outcome) => outcome.wrong_bits == outcome.lower_bound,
        }
    }

    /// Searches on, unless that is over; the first time with the search that `begin` makes of the neuron.
    pub(super) fn take(
        &mut self,
        begin: impl FnOnce(usize) -> Box<NeuronSearch>,
        effort: u64,
        control: &Control<'_>,
    ) {
        if control.should_stop() {
            return;
        }
        let (i, mut search) = match std::mem::replace(self, Self::Waiting(0)) {
            Self::Waiting(i) => (i, begin(i)),
            Self::Open(i, search) => (i, search),
            over @ (Self::Closed(..) | Self::Done(..)) => {
                *self = over;
                return;
            }
        };
        let stage = search.run(effort, control);
        search.release();
        *self = if stage == Stage::Open {
            Self::Open(i, search)
        } else {
            Self::Closed(i, search)
        };
    }

    /// Looks for the widest margin of a neuron whose search is over. The neurons' searches come first: what they prove
    /// is worth more.
    pub(super) fn finish(&mut self, control: &Control<'_>) {
        if let Self::Closed(i, search) = self {
            search.widen(control);
            *self = Self::Done(*i, Box::new(search.outcome()));
        }
    }
}

/// What all neurons have reported, for the progress of the whole network.
pub(super) struct ProgressBoard {
    /// Wrong bits.
    wrong_bits: Vec<AtomicUsize>,
    bounds: Vec<AtomicUsize>,
    nodes: Vec<AtomicU64>,
}

impl ProgressBoard {
    pub(super) fn new(wrong_bits: impl ExactSizeIterator<Item = usize>) -> Self {
        let count = wrong_bits.len();
        Self {
            wrong_bits: wrong_bits.map(AtomicUsize::new).collect(),
            bounds: (0..count).map(|_| AtomicUsize::new(0)).collect(),
            nodes: (0..count).map(|_| AtomicU64::new(0)).collect(),
        }
    }

    /// Takes note of what neuron `i` reports, and tells of all.
    pub(super) fn hear(&self, i: usize, progress: &Progress, control: &Control<'_>) {
        if let Some(wrong_bits) = progress.incumbent {
            self.wrong_bits[i].store(wrong_bits, Ordering::Relaxed);
        }
        self.bounds[i].fetch_max(progress.bound, Ordering::Relaxed);
        self.nodes[i].store(progress.nodes, Ordering::Relaxed);
        let wrong_bits = self.wrong_bits.iter().map(|w| w.load(Ordering::Relaxed));
        let incumbent = Some(wrong_bits.sum());
        let bound = self.bounds.iter().map(|b| b.load(Ordering::Relaxed)).sum();
        let nodes = self.nodes.iter().map(|n| n.load(Ordering::Relaxed)).sum();
        control.report(incumbent, bound, nodes, Phase::Neurons);
    }
}
