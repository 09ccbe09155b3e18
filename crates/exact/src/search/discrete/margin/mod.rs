//! Margin: the widest one among weights with the fewest wrong bits known.
//!
//! The margin of a neuron is the least aligned field of its right bits over the Euclidean norm of its weights, biases
//! left out, as [`attractor::Stability::neuron_margin`] has it; that of a network is the least of its neurons'. Weight by
//! weight, then pair by pair, values change as long as Σ exp(−β field/norm) over the right bits falls and no bit more
//! becomes wrong; β grows from a mean over the bits to nearly their minimum. Starts are the weights that the search for
//! few wrong bits found and the optimum of real weights, rounded at several scales.
//!
//! The same search finds weights that repair damage ([`Goal::Repair`]): the sum is then that of −ln Φ(cκ), without stages.

mod descent;
mod exhaustive;
mod ranked;

pub(super) use exhaustive::best_of_all;
pub(super) use ranked::Goal;

use super::anneal::Incumbent;
use super::program::IntegerProgram;
use attractor::Control;
use descent::Descent;
use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use ranked::Ranked;

/// Scales at which real weights are rounded, each a factor of 2^(1/4) from the next: they span a factor of 32. Fewer miss
/// the best threshold, more repeat the same weights.
const SCALES: i32 = 20;

/// Starts that are improved, the best of all. More take longer and rarely win.
const MOST_STARTS: usize = 3;

/// Terms of the sums that restarts and pairs of weights may cost together: about a second. More make the margin of
/// networks of some tens of neurons a little wider.
const MOST_TERMS: u64 = 100_000_000;

/// Restarts from the best weights with some of them changed, at most.
const MOST_RESTARTS: usize = 40;

/// The best weights found from `incumbent` and from the `real` weights, if there are any, with no more wrong rows.
pub(super) fn improve(
    program: &IntegerProgram,
    goal: Goal,
    incumbent: &Incumbent,
    real: Option<&[f64]>,
    rng: &mut ChaCha8Rng,
    control: &Control<'_>,
) -> Incumbent {
    let mut best = Ranked::new(program, goal, incumbent.weights.clone());
    let mut starts = vec![best.clone()];
    for scale in 0..SCALES {
        let Some(real) = real.filter(|_| !control.should_stop()) else {
            break;
        };
        let start = Ranked::new(program, goal, rounded(program, real, scale));
        if !starts.contains(&start) {
            starts.push(start);
            // No more are kept than are used: each takes as much memory as the network.
            starts.sort_by(Ranked::order);
            starts.truncate(MOST_STARTS);
        }
    }
    let mut terms = 0;
    for start in starts {
        if control.should_stop() {
            break;
        }
        let mut descent = Descent::new(program, goal, start.weights, control);
        descent.run(&mut best);
        terms += descent.terms;
    }
    for _ in 0..MOST_RESTARTS {
        if terms >= MOST_TERMS || control.should_stop() || best.is_unlimited() {
            break;
        }
        let changed = shaken(program, &best.weights, rng);
        let mut descent = Descent::new(program, goal, changed, control);
        descent.run(&mut best);
        descent.pairs(&mut best, MOST_TERMS / 4);
        // A round that cost nothing must not go on for ever.
        terms += descent.terms + 1;
    }
    Incumbent::new(program, best.weights)
}

/// Real weights at one of [`SCALES`] scales, rounded to the values allowed.
fn rounded(program: &IntegerProgram, real: &[f64], scale: i32) -> Vec<i32> {
    let largest = real.iter().fold(0.0_f64, |most, w| most.max(w.abs()));
    let level = f64::from(program.level);
    // At scale 0 the largest weight is the largest allowed, then more and more weights are.
    let unit = level / largest.max(f64::MIN_POSITIVE) * (0.25 * f64::from(scale)).exp2();
    let value = |&w: &f64| {
        if program.is_binary() {
            return if w < 0.0 { -1 } else { 1 };
        }
        (w * unit).round().clamp(-level, level) as i32
    };
    real.iter().map(value).collect()
}

/// Some of the weights, at least two, changed at random.
fn shaken(program: &IntegerProgram, weights: &[i32], rng: &mut ChaCha8Rng) -> Vec<i32> {
    let mut weights = weights.to_vec();
    if weights.is_empty() {
        return weights;
    }
    let values = program.values_near(0);
    for _ in 0..(weights.len() / 16).max(2) {
        let column = rng.random_range(0..weights.len());
        weights[column] = values[rng.random_range(0..values.len())];
    }
    weights
}
