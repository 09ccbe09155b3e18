//! How to recall, where a recall ends, and what its answer is.

use crate::cue::Cues;
use crate::network::Network;
use crate::patterns::Patterns;

/// In which order neurons are updated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
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
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RecallOptions {
    /// The order of updates.
    pub update: Update,
    /// The most steps (synchronous) or sweeps (asynchronous) that may change a state, ≥ 1.
    pub max_steps: usize,
}

impl Default for RecallOptions {
    /// Synchronous, at most 1000 steps.
    fn default() -> Self {
        Self {
            update: Update::default(),
            max_steps: 1000,
        }
    }
}

/// Where a recall ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum End {
    /// The state reproduces itself.
    FixedPoint,
    /// Two states alternate (synchronous only); the state given is the one reached first.
    TwoCycle,
    /// Neither within `max_steps`: a longer cycle (directed couplings) or too few steps.
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
