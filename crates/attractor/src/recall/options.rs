//! How to recall, where a recall ends, and what its answer is.

use crate::cue::Cues;
use crate::network::Network;
use crate::patterns::Patterns;

/// In which order neurons are updated.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
#[non_exhaustive]
pub enum Update {
    /// All at once, a step. For symmetric weights every recall ends in a fixed point or a 2-cycle (Goles and Olivos
    /// 1981).
    #[default]
    Synchronous,
    /// One after another, a sweep over all neurons being a step. For symmetric weights with a non-negative diagonal the
    /// energy never rises and every recall ends in a fixed point.
    Asynchronous(Order),
}

/// The order of an asynchronous sweep.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Order {
    /// Neuron 0, 1, …, N−1.
    #[default]
    Fixed,
    /// A new permutation every sweep, drawn by `ChaCha8` with this seed, cue c on stream c.
    Random {
        /// The seed.
        seed: u64,
    },
}

/// How to recall.
///
/// ```
/// use attractor::{Order, RecallOptions, Update};
/// let options = RecallOptions::new(Update::Asynchronous(Order::Fixed)).with_max_steps(100);
/// assert_eq!(options.max_steps, 100);
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct RecallOptions {
    /// The order of updates.
    pub update: Update,
    /// The most steps (synchronous) or sweeps (asynchronous) that may change a state, ≥ 1.
    pub max_steps: usize,
}

impl Default for RecallOptions {
    /// Synchronous, at most 1000 steps.
    fn default() -> Self {
        Self::new(Update::default())
    }
}

impl RecallOptions {
    /// In this order of updates, at most 1000 steps.
    pub fn new(update: Update) -> Self {
        Self {
            update,
            max_steps: 1000,
        }
    }

    /// The same with another limit on steps or sweeps.
    #[must_use]
    pub fn with_max_steps(mut self, max_steps: usize) -> Self {
        self.max_steps = max_steps;
        self
    }
}

/// Where a recall ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum End {
    /// The state reproduces itself.
    FixedPoint,
    /// The same states follow one another without end, step by step or sweep by sweep, and the state given is one of
    /// them: in a synchronous cycle of two that is reached within `max_steps` the first one, otherwise that after
    /// `max_steps`.
    Cycle {
        /// How many states, from 2 to `max_steps` (2 if that is less).
        length: usize,
    },
    /// Neither: the state after `max_steps` does not come back in as many steps. A long cycle, too few steps, or a random
    /// order in which the recall does not settle.
    StepLimit,
}

/// Why a recall does not start.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum RecallError {
    /// Cues of another size than the network.
    #[error("the network has {network} neurons, the cues have {cues}")]
    Size {
        /// The network's N.
        network: usize,
        /// The cues' N.
        cues: usize,
    },
    /// `max_steps` is zero, which would leave unknown entries unknown.
    #[error("recall needs at least one step")]
    NoSteps,
}

/// The recalled states, cue by cue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recalled {
    /// State c is what cue c led to.
    pub states: Patterns,
    /// Where each recall ended.
    pub ends: Vec<End>,
    /// Steps or sweeps that changed the state on the way there: 0 for a cue that is a fixed point.
    pub steps: Vec<usize>,
}

/// One cue's recalled state, packed, its end and its steps.
pub(super) type Arrival = (Vec<u64>, End, usize);

/// Refuses cues of another size than the network, and recalls of no step.
pub(super) fn check(
    network: &Network,
    cues: &Cues,
    options: &RecallOptions,
) -> Result<(), RecallError> {
    if cues.neurons() != network.neurons() {
        return Err(RecallError::Size {
            network: network.neurons(),
            cues: cues.neurons(),
        });
    }
    if options.max_steps == 0 {
        return Err(RecallError::NoSteps);
    }
    Ok(())
}
