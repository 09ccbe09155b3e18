//! Recall: from a cue to an attractor by s_i ← +1 if h_i > 0, else −1 (Rosenhahn 2022, Eq. 6).
//!
//! Signs of fields are exact (no rounding decides a neuron), so a recall is a function of network, cue and options
//! alone: not of threads, batch or machine. Glauber dynamics draw each sign instead.

mod asynchronous;
mod blocks;
mod course;
mod dense;
mod glauber;
mod look;
mod options;
mod outcome;
mod run;
mod sums;
mod sweeper;
mod synchronous;
mod trace;

use crate::cue::Cues;
use crate::network::Network;
use crate::patterns::Patterns;
pub use dense::{DenseError, DenseMemory, Separation};
pub use look::{Look, look};
use options::check;
pub use options::{End, Order, RecallError, RecallOptions, Recalled, Update};
pub use outcome::{Outcome, outcomes};
use run::Run;
pub use trace::{energy_trace, follow, mean_overlaps, overlap_trace};

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
    check(network.neurons(), cues, options)?;
    let run = Run::new(network, options);
    let arrivals = match options.update {
        Update::Synchronous => synchronous::recall(&run, cues),
        Update::Asynchronous(_) | Update::Block { .. } => asynchronous::recall(&run, cues),
        Update::Glauber { beta, seed } => glauber::recall(&run, cues, beta, seed),
    };
    Ok(Recalled::of(cues, arrivals))
}

/// The state of every cue after one synchronous step, wherever that leads. Unknown entries contribute nothing.
///
/// ```
/// use attractor::{Cues, Network, Patterns, Symmetry, recall::step};
/// // Each neuron takes the other's value.
/// let network = Network::new(Symmetry::Symmetric, vec![0.0, 1.0, 1.0, 0.0], vec![0.0; 2])?;
/// let state = Patterns::from_signs(1, 2, &[1, -1])?;
/// assert_eq!(step(&network, &Cues::from(&state))?.signs(0).collect::<Vec<_>>(), [-1, 1]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`RecallError::Size`].
pub fn step(network: &Network, cues: &Cues) -> Result<Patterns, RecallError> {
    let options = RecallOptions::default();
    check(network.neurons(), cues, &options)?;
    let mut states = cues.states().clone();
    let next = synchronous::step_once(&Run::new(network, &options), cues);
    for (c, state) in next.into_iter().enumerate() {
        states.bits_mut(c).copy_from_slice(&state);
    }
    Ok(states)
}
