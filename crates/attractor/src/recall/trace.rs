//! Energy and overlap along a recall.

use super::glauber;
use super::options::{RecallError, RecallOptions, Update, check};
use super::run::Run;
use super::sweeper::{Orders, Sweeper};
use super::synchronous::trace_states;
use crate::cue::Cues;
use crate::kernels::bits::{count, has};
use crate::network::{Network, SizeMismatch};
use crate::patterns::{Patterns, hamming};
use rayon::prelude::*;

/// Shows the state after every step or sweep of cue c's recall that changes it, packed (bit set = +1), in order. The cue
/// itself, which may have unknown entries, is not among them. A cycle is shown until `max_steps`.
///
/// # Errors
/// [`RecallError`].
///
/// # Panics
/// If `c ≥ C`.
pub fn follow(
    network: &Network,
    cues: &Cues,
    c: usize,
    options: &RecallOptions,
    observe: impl FnMut(&[u64]),
) -> Result<(), RecallError> {
    check(network.neurons(), cues, options)?;
    follow_run(&Run::new(network, options), cues, c, observe);
    Ok(())
}

fn follow_run(run: &Run<'_>, cues: &Cues, c: usize, observe: impl FnMut(&[u64])) {
    match run.update {
        Update::Synchronous => trace_states(run, cues, c, observe),
        Update::Asynchronous(_) | Update::Block { .. } => {
            let sweeper = Sweeper::of_cue(run, cues, c, run.whole_course(cues, c));
            sweeper.run(&mut Orders::of(run, c), observe);
        }
        Update::Glauber { beta, seed } => {
            glauber::sample(run, cues, c, beta, seed, observe);
        }
    }
}

/// The energies of cue c and of its state after every step or sweep that changes it. Unknown entries of the cue count as
/// 0. For symmetric weights with a non-negative diagonal the asynchronous trace never rises. Takes N² operations an entry.
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
    check(network.neurons(), cues, options)?;
    let neurons = network.neurons();
    let start: Vec<f64> = (0..neurons).map(|i| f64::from(cues.value(c, i))).collect();
    let mut energies = vec![network.energy(&start)];
    follow(network, cues, c, options, |bits| {
        let sign = |i: usize| {
            if has(bits, i) { 1.0 } else { -1.0 }
        };
        energies.push(network.energy(&(0..neurons).map(sign).collect::<Vec<f64>>()));
    })?;
    Ok(energies)
}

/// The overlaps (1/N) Σ ξ_i s_i of pattern μ with cue c and with its state after every step or sweep that changes it.
/// Unknown entries of the cue count as 0.
///
/// # Errors
/// [`RecallError`]; a pattern of another size than the network is one of them.
///
/// # Panics
/// If `c ≥ C` or `mu ≥ P`.
pub fn overlap_trace(
    network: &Network,
    cues: &Cues,
    c: usize,
    options: &RecallOptions,
    (patterns, mu): (&Patterns, usize),
) -> Result<Vec<f64>, RecallError> {
    same_size(network, patterns)?;
    let (pattern, neurons) = (patterns.bits(mu), network.neurons() as f64);
    let known = cues.known_bits(c);
    let wrong: u32 = pattern
        .iter()
        .zip(cues.state_bits(c))
        .zip(known)
        .map(|((pattern, state), known)| ((pattern ^ state) & known).count_ones())
        .sum();
    let mut overlaps = vec![(f64::from(count(known)) - 2.0 * f64::from(wrong)) / neurons];
    follow(network, cues, c, options, |bits| {
        overlaps.push(1.0 - 2.0 * hamming(pattern, bits) as f64 / neurons);
    })?;
    Ok(overlaps)
}

/// The mean overlap of cue c's state with pattern c over all steps or sweeps of its recall, for every c: under Glauber
/// dynamics the order parameter m at this temperature. 0 steps: the overlap of the cue.
///
/// ```
/// use attractor::{Couplings, Cues, Patterns, RecallOptions, Symmetry, Update, mean_overlaps, rules::Hebbian};
/// let stored = Patterns::random(1, 200, 1)?;
/// let network = Hebbian::default().fit(&stored, &Couplings::full(200, Symmetry::Symmetric)?)?;
/// // Hebb's weights are ξξ': at β = 2/N the equation of state is m = tanh(2m).
/// let options = RecallOptions::new(Update::Glauber { beta: 2.0 / 200.0, seed: 1 });
/// let mean = mean_overlaps(&network, &Cues::from(&stored), &options, &stored)?[0];
/// assert!((mean - 0.957).abs() < 0.01);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`RecallError`]; another number or size of patterns than of cues is one of them.
pub fn mean_overlaps(
    network: &Network,
    cues: &Cues,
    options: &RecallOptions,
    patterns: &Patterns,
) -> Result<Vec<f64>, RecallError> {
    same_size(network, patterns)?;
    check(network.neurons(), cues, options)?;
    if patterns.count() != cues.count() {
        return Err(RecallError::OnePatternACue {
            patterns: patterns.count(),
            cues: cues.count(),
        });
    }
    let run = Run::new(network, options);
    let neurons = network.neurons() as f64;
    let mean = |c: usize| {
        let (mut sum, mut steps) = (0.0, 0);
        follow_run(&run, cues, c, |bits| {
            sum += 1.0 - 2.0 * hamming(patterns.bits(c), bits) as f64 / neurons;
            steps += 1;
        });
        if steps == 0 {
            // Nothing changed: the cue is the whole recall.
            return 1.0 - 2.0 * hamming(patterns.bits(c), cues.state_bits(c)) as f64 / neurons;
        }
        sum / f64::from(steps)
    };
    Ok((0..cues.count()).into_par_iter().map(mean).collect())
}

fn same_size(network: &Network, patterns: &Patterns) -> Result<(), RecallError> {
    if patterns.neurons() == network.neurons() {
        return Ok(());
    }
    Err(RecallError::Patterns(SizeMismatch {
        network: network.neurons(),
        patterns: patterns.neurons(),
    }))
}
