//! Glauber dynamics: recall at a temperature.

use super::options::{Arrival, End};
use super::run::Run;
use super::synchronous::add_scaled;
use crate::cue::Cues;
use crate::kernels::bits::{has, words_for};
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use rayon::prelude::*;

/// Samples from every cue.
pub(super) fn recall(run: &Run<'_>, cues: &Cues, beta: f64, seed: u64) -> Vec<Arrival> {
    (0..cues.count())
        .into_par_iter()
        .map(|c| sample(run, cues, c, beta, seed, |_| ()))
        .collect()
}

/// Samples from cue c. `observe` sees the state after every sweep.
///
/// Fields are those of this cue alone, summed and updated in one order: no other cue and no thread changes a draw.
pub(super) fn sample(
    run: &Run<'_>,
    cues: &Cues,
    c: usize,
    beta: f64,
    seed: u64,
    mut observe: impl FnMut(&[u64]),
) -> Arrival {
    let network = run.fields.network();
    let neurons = network.neurons();
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    rng.set_stream(c as u64);
    let mut state: Vec<f64> = (0..neurons).map(|i| f64::from(cues.value(c, i))).collect();
    let mut local: Vec<f64> = (0..neurons)
        .map(|i| network.local_field(i, &state))
        .collect();
    let mut order: Vec<usize> = (0..neurons).filter(|&i| !has(&run.clamped, i)).collect();
    let mut packed = vec![0; words_for(neurons)];
    for _ in 0..run.max_steps {
        order.shuffle(&mut rng);
        for &i in &order {
            let plus = 1.0 / (1.0 + (-2.0 * beta * local[i]).exp());
            let next = if uniform(&mut rng) < plus { 1.0 } else { -1.0 };
            let change = next - state[i];
            if change != 0.0 {
                state[i] = next;
                add_scaled(&mut local, change, run.fields.outgoing(i));
            }
        }
        pack(&state, &mut packed);
        observe(&packed);
    }
    (packed, End::Sampled, run.max_steps)
}

/// A number from 0 to 1, 1 excluded, of 53 random bits.
fn uniform(rng: &mut ChaCha8Rng) -> f64 {
    (rng.next_u64() >> 11) as f64 * 2f64.powi(-53)
}

fn pack(state: &[f64], packed: &mut [u64]) {
    for (word, signs) in packed.iter_mut().zip(state.chunks(64)) {
        let bits = signs.iter().enumerate();
        *word = bits.fold(0, |word, (bit, &s)| word | u64::from(s > 0.0) << bit);
    }
}
