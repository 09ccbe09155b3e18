//! Recall: from a cue to an attractor by s_i ← +1 if h_i > 0, else −1 (Rosenhahn 2022, Eq. 6).
//!
//! Signs of fields are exact (no rounding decides a neuron), so a recall is a function of network, cue and options
//! alone: not of threads, batch or machine.

mod asynchronous;
mod blocks;
mod sums;
mod synchronous;
mod trace;

use crate::cue::Cues;
use crate::fields::Fields;
use crate::network::Network;
use crate::patterns::Patterns;
pub use trace::energy_trace;

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
type Arrival = (Vec<u64>, End, usize);

/// Recalls every cue. Unknown entries contribute nothing to any field until their first update sets them.
///
/// Takes about C·N²/4 additions a synchronous step while many neurons change, N additions for each change of a neuron
/// otherwise; beyond the input one weight matrix for directed couplings, none for symmetric ones.
///
/// ```
/// use attractor::{Couplings, Cues, Patterns, RecallOptions, Symmetry, recall, rules::Hebbian};
/// let stored = Patterns::random(4, 100, 1)?;
/// let network = Hebbian::default().fit(&stored, &Couplings::full(100, Symmetry::Symmetric)?)?;
/// let cues = Cues::from(&stored).flip(10, 2);
/// let recalled = recall(&network, &cues, &RecallOptions::default())?;
/// assert_eq!(recalled.states, stored);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`RecallError`].
pub fn recall(
    network: &Network,
    cues: &Cues,
    options: &RecallOptions,
) -> Result<Recalled, RecallError> {
    check(network, cues, options)?;
    let fields = Fields::new(network);
    let arrivals = match options.update {
        Update::Synchronous => synchronous::recall(&fields, cues, options.max_steps),
        Update::Asynchronous(order) => {
            asynchronous::recall(&fields, cues, order, options.max_steps)
        }
    };
    let mut states = cues.states().clone();
    let (mut ends, mut steps) = (Vec::new(), Vec::new());
    for (c, (state, end, taken)) in arrivals.into_iter().enumerate() {
        states.bits_mut(c).copy_from_slice(&state);
        ends.push(end);
        steps.push(taken);
    }
    Ok(Recalled {
        states,
        ends,
        steps,
    })
}

fn check(network: &Network, cues: &Cues, options: &RecallOptions) -> Result<(), RecallError> {
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
