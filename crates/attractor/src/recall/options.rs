//! How to recall, where a recall ends, and what its answer is.

use crate::cue::Cues;
use crate::kernels::bits;
use crate::network::SizeMismatch;
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
    /// Blocks of neurons one after another, those of a block at once, a sweep over all blocks being a step. The order
    /// is cut into blocks from its beginning; the last one may be smaller.
    Block {
        /// Neurons of a block, ≥ 1: with 1 this is asynchronous, with N synchronous.
        size: usize,
        /// The order of the neurons.
        order: Order,
    },
    /// Glauber dynamics at inverse temperature β: one after another, each neuron becomes +1 with probability
    /// 1/(1 + exp(−2βh_i)), a sweep over all neurons being a step. Each sweep has a new random order; every recall takes
    /// `max_steps` sweeps. The exponential is the machine's own, to its last digit.
    Glauber {
        /// β ≥ 0, in units of one over a field. 0: coin flips; the larger, the more like asynchronous updates.
        beta: f64,
        /// `ChaCha8` with this seed, cue c on stream c, draws orders and states.
        seed: u64,
    },
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

impl Update {
    /// Whether the next state depends on the present one alone, so that a state that comes back is on a cycle.
    pub(super) fn repeats(self) -> bool {
        match self {
            Self::Synchronous => true,
            Self::Asynchronous(order) | Self::Block { order, .. } => order == Order::Fixed,
            Self::Glauber { .. } => false,
        }
    }
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
    /// The most steps (synchronous) or sweeps (others) that may change a state, ≥ 1.
    pub max_steps: usize,
    /// Neurons that are never updated: they keep the value of the cue, which must be known there.
    pub clamped: Vec<usize>,
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
            clamped: Vec::new(),
        }
    }

    /// The same with another limit on steps or sweeps.
    #[must_use]
    pub fn with_max_steps(mut self, max_steps: usize) -> Self {
        self.max_steps = max_steps;
        self
    }

    /// The same with these neurons clamped, each < N.
    #[must_use]
    pub fn with_clamped(mut self, neurons: impl IntoIterator<Item = usize>) -> Self {
        self.clamped = neurons.into_iter().collect();
        self
    }

    /// The clamped neurons as a set.
    pub(super) fn mask(&self, neurons: usize) -> Vec<u64> {
        let mut mask = vec![0; bits::words_for(neurons)];
        self.clamped.iter().for_each(|&i| bits::put(&mut mask, i));
        mask
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
    /// As many random sweeps as were asked for (Glauber dynamics, which never settle).
    Sampled,
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
    /// A block of no neuron.
    #[error("blocks have at least one neuron")]
    EmptyBlock,
    /// An inverse temperature that is none.
    #[error("the inverse temperature must be a finite number of at least 0, not {0}")]
    Temperature(f64),
    /// A temperature for a dense memory.
    #[error("a dense memory is recalled without temperature; take another order of updates")]
    DenseTemperature,
    /// Patterns of another size than the network.
    #[error(transparent)]
    Patterns(#[from] SizeMismatch),
    /// Overlaps that need a pattern for every cue.
    #[error("{patterns} patterns for {cues} cues: one a cue is needed")]
    OnePatternACue {
        /// Patterns given.
        patterns: usize,
        /// Cues given.
        cues: usize,
    },
    /// A clamped neuron that does not exist.
    #[error("neuron {neuron} cannot be clamped: the network has {neurons} neurons, counted from 0")]
    NoNeuron {
        /// As given.
        neuron: usize,
        /// The network's N.
        neurons: usize,
    },
    /// A clamped neuron that has no value to keep.
    #[error(
        "cue {cue} does not know neuron {neuron}, which is clamped; clamp only what every cue knows"
    )]
    ClampedUnknown {
        /// Cue, from 0.
        cue: usize,
        /// Neuron, from 0.
        neuron: usize,
    },
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

impl Recalled {
    /// Where the cues arrived, one after another.
    pub(super) fn of(cues: &Cues, arrivals: Vec<Arrival>) -> Self {
        let mut states = cues.states().clone();
        let (mut ends, mut steps) = (Vec::new(), Vec::new());
        for (c, (state, end, taken)) in arrivals.into_iter().enumerate() {
            states.bits_mut(c).copy_from_slice(&state);
            ends.push(end);
            steps.push(taken);
        }
        Self {
            states,
            ends,
            steps,
        }
    }
}

/// One cue's recalled state, packed, its end and its steps.
pub(super) type Arrival = (Vec<u64>, End, usize);

/// Refuses cues of another size than the network, and options that make no sense for them.
pub(super) fn check(
    neurons: usize,
    cues: &Cues,
    options: &RecallOptions,
) -> Result<(), RecallError> {
    if cues.neurons() != neurons {
        return Err(RecallError::Size {
            network: neurons,
            cues: cues.neurons(),
        });
    }
    if options.max_steps == 0 {
        return Err(RecallError::NoSteps);
    }
    match options.update {
        Update::Block { size: 0, .. } => return Err(RecallError::EmptyBlock),
        Update::Glauber { beta, .. } if !(beta.is_finite() && beta >= 0.0) => {
            return Err(RecallError::Temperature(beta));
        }
        _ => {}
    }
    if let Some(&neuron) = options.clamped.iter().find(|&&i| i >= neurons) {
        return Err(RecallError::NoNeuron { neuron, neurons });
    }
    for cue in 0..cues.count() {
        let unknown = |&&i: &&usize| !bits::has(cues.known_bits(cue), i);
        if let Some(&neuron) = options.clamped.iter().find(unknown) {
            return Err(RecallError::ClampedUnknown { cue, neuron });
        }
    }
    Ok(())
}
