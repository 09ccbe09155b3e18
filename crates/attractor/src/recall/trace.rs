//! The energy along a recall.

use super::course::Course;
use super::options::{RecallError, RecallOptions, Update, check};
use super::sweeper::{Orders, Sweeper};
use super::synchronous::trace_states;
use crate::cue::Cues;
use crate::fields::Fields;
use crate::kernels::bits::has;
use crate::network::Network;

/// The energies of cue c and of its state after every step (synchronous) or sweep (asynchronous) that changes it.
/// Unknown entries of the cue count as 0. For symmetric weights with a non-negative diagonal the asynchronous trace
/// never rises. Takes N² operations an entry.
///
/// ```
/// use attractor::{Couplings, Cues, Order, Patterns, RecallOptions, Symmetry, Update, energy_trace, rules::Hebbian};
/// let stored = Patterns::random(4, 60, 1)?;
/// let network = Hebbian::default().fit(&stored, &Couplings::full(60, Symmetry::Symmetric)?)?;
/// let cues = Cues::from(&stored).flip(10, 2);
/// let options = RecallOptions::new(Update::Asynchronous(Order::Fixed)).with_max_steps(100);
/// let energies = energy_trace(&network, &cues, 0, &options)?;
/// assert!(energies.len() > 1 && energies.is_sorted_by(|earlier, later| earlier >= later));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`RecallError`].
///
/// # Panics
/// If `c ≥ C`.
pub fn energy_trace(
    network: &Network,
    cues: &Cues,
    c: usize,
    options: &RecallOptions,
) -> Result<Vec<f64>, RecallError> {
    check(network, cues, options)?;
    let neurons = network.neurons();
    let start: Vec<f64> = (0..neurons).map(|i| f64::from(cues.value(c, i))).collect();
    let mut energies = vec![network.energy(&start)];
    let observe = |bits: &[u64]| {
        let sign = |i: usize| {
            if has(bits, i) { 1.0 } else { -1.0 }
        };
        energies.push(network.energy(&(0..neurons).map(sign).collect::<Vec<f64>>()));
    };
    let fields = Fields::new(network);
    match options.update {
        Update::Synchronous => trace_states(&fields, cues, c, options.max_steps, observe),
        Update::Asynchronous(order) => {
            let mut orders = Orders::new(order, c, neurons);
            let course = Course::new(options.max_steps, cues.has_unknowns(c), false);
            Sweeper::of_cue(&fields, cues, c, course).run(&mut orders, observe);
        }
    }
    Ok(energies)
}
