//! Passes: steps on the states that asynchronous recall passes through, beyond the first step.
//!
//! A round damages patterns and follows each cue for some sweeps. Wherever the visited neuron's aligned field over its norm is
//! below a small margin, its weights take a step towards the right sign in that very state. Three things make it work: cues
//! are drawn where recall is open, by pattern and number of flips in proportion to p(1 − p), p the share recalled of late;
//! every kept bit is put back above its floor after each step (`hold`), and costs nothing while it is there; and the network
//! is the mean of the rounds, the later ones weighing more. After some rounds each it is tried on damaged patterns of its own:
//! the best is returned.

use super::hold::Hold;
use super::kept::Kept;
use super::rows::{Rows, padded};
use super::trials::{LEVELS, Most, Trials, Which};
use crate::instance::Instance;
use attractor::kernels::linear::norm;
use attractor::{Control, Network, Phase, TrainError};
use rand::seq::index::sample;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;

/// Cues of a round for each pattern. More: smoother steps that cost more.
const CUES: usize = 8;
/// Sweeps that a cue is followed for; most recalls end within two.
const SWEEPS: usize = 2;
/// The aligned field over norm that is asked for in a passed state.
const PASSED: f64 = 0.1;
/// Size of the first round's step, for weights of mean square 1; it falls to zero in equal steps. Larger: what was learned is
/// lost. Smaller: more rounds for the same.
const STEP: f64 = 1.0;
/// The mean of the rounds weighs round t by about t to this power.
const RECENT: f64 = 3.0;
/// Trials in all rounds.
const TRIALS: usize = 10;
/// Share of the counts of recalled cues that the next round keeps.
const MEMORY: f64 = 0.95;
/// Cues that are followed together: they share the reading of each row.
const TOGETHER: usize = 8;

/// Steps at most that put kept bits back after a round, and in the mean of rounds. What is not back by then waits for the next.
const HOLDING: usize = 20;
const MEAN_HOLDING: usize = 300;

/// Rounds where nothing is said. More: longer. Fewer: 150 recall 2 to 3 points less of digits.
const ROUNDS: usize = 400;

/// Multiplications that they take at most; of large networks there are fewer rounds. More: N = 784, P = 100 takes more than a
/// minute in all.
const WORK: f64 = 5e10;

/// Rounds where nothing is said of them.
pub(super) fn affordable(instance: &Instance<'_>) -> usize {
    let (p, n) = (instance.patterns.count(), instance.patterns.neurons());
    let round = (p * CUES * SWEEPS) as f64 * (n as f64).powi(2);
    ROUNDS.min((WORK / round) as usize)
}

/// Training on passed states.
pub(super) struct Passes<'a> {
    pub(super) instance: &'a Instance<'a>,
    pub(super) kept: &'a Kept,
    /// What kept bits stay above, neuron by neuron.
    pub(super) floors: Vec<f64>,
    pub(super) trials: &'a Trials<'a>,
    pub(super) rounds: usize,
    pub(super) seed: u64,
}

/// The best network of some rounds.
pub(super) struct Passed {
    pub(super) network: Network,
    pub(super) rounds: usize,
}

/// What rounds change.
struct Course<'a> {
    /// w_ij at i·N+j, then the biases.
    values: Vec<f64>,
    /// Their mean over the rounds.
    mean: Vec<f64>,
    open: Open,
    hold: Hold<'a>,
}

/// How much of each pattern's cues is recalled of late, level by level.
struct Open {
    recalled: Vec<f64>,
    tried: Vec<f64>,
}

/// A cue to be followed: its pattern, its damage, the stream of its random numbers.
#[derive(Debug, Clone, Copy)]
struct Drawn {
    mu: usize,
    level: usize,
    stream: u64,
}

/// How many steps each weight is to take, and which cues were recalled.
struct Followed {
    /// w_ij at i·N+j, then the biases.
    steps: Vec<i32>,
    recalled: Vec<(usize, bool)>,
}

impl Passes<'_> {
    /// The best network of the rounds from `start`, made of values by `network`, if it recalls more than `first` of the cues
    /// that are compared on.
    pub(super) fn train(
        &self,
        start: &Network,
        first: usize,
        network: impl Fn(&[f64]) -> Result<Network, TrainError>,
        control: &Control<'_>,
    ) -> Result<Option<Passed>, TrainError> {
        let size = norm(start.weights()) / (start.nonzeros().max(1) as f64).sqrt();
        if size == 0.0 {
            return Ok(None);
        }
        let values = [start.weights(), start.biases()].concat();
        let values: Vec<f64> = values.iter().map(|value| value / size).collect();
        let mut course = Course {
            mean: values.clone(),
            values,
            open: Open::new(self.instance.patterns.count()),
            hold: Hold::new(self.instance, self.kept, &self.floors),
        };
        let (mut best, mut most) = (None, first);
        for round in 1..=self.rounds {
            if most == self.trials.count() {
                break;
            }
            self.trials.tell(most, round, Phase::Passes, control);
            if !self.round(&mut course, round, control) {
                break;
            }
            if !round.is_multiple_of(self.rounds.div_ceil(TRIALS)) && round != self.rounds {
                continue;
            }
            let mut now = course.mean.clone();
            course.hold.restore(&mut now, MEAN_HOLDING, control);
            let network = network(&now)?;
            if !self.kept.all_hold(self.instance, &network)? {
                continue;
            }
            match self.trials.recalled(&network, Which::Compare, control)? {
                None => break,
                Some(recalled) if recalled <= most => {}
                Some(recalled) => {
                    most = recalled;
                    let rounds = round;
                    best = Some(Passed { network, rounds });
                }
            }
        }
        Ok(best)
    }

    /// One round of steps; false if `control` stopped it, and nothing moved.
    fn round(&self, course: &mut Course<'_>, round: usize, control: &Control<'_>) -> bool {
        let drawn = course.open.draw(self.seed, round, CUES);
        let Some(followed) = self.follow(&course.values, &drawn, control) else {
            return false;
        };
        course.open.note(&drawn, &followed.recalled);
        let left = 1.0 - (round - 1) as f64 / self.rounds as f64;
        let size = STEP * left / drawn.len() as f64;
        self.step(&mut course.values, &followed.steps, size);
        course.hold.restore(&mut course.values, HOLDING, control);
        let weight = (RECENT + 1.0) / (round as f64 + RECENT);
        for (mean, value) in course.mean.iter_mut().zip(&course.values) {
            *mean += weight * (value - *mean);
        }
        true
    }

    /// What the cues ask for; None if `control` stopped. Counts are whole, so their sum does not depend on who adds them.
    fn follow(&self, values: &[f64], drawn: &[Drawn], control: &Control<'_>) -> Option<Followed> {
        let n = self.instance.patterns.neurons();
        let rows = Rows::new(values, n);
        let batches: Vec<&[Drawn]> = drawn.chunks(TOGETHER).collect();
        let followed = batches
            .into_par_iter()
            .enumerate()
            .fold(
                || Followed::none(n),
                |mut followed, (k, batch)| {
                    if !control.should_stop() {
                        self.follow_batch(&rows, k * TOGETHER, batch, &mut followed);
                    }
                    followed
                },
            )
            .reduce(|| Followed::none(n), Followed::and);
        (followed.recalled.len() == drawn.len()).then_some(followed)
    }

    /// The sweeps of cues, the first of which has the number `first`.
    fn follow_batch(&self, rows: &Rows, first: usize, batch: &[Drawn], followed: &mut Followed) {
        let patterns = &self.instance.patterns;
        let n = patterns.neurons();
        let mut states: Vec<Vec<f64>> = batch.iter().map(|cue| self.cue(cue)).collect();
        for _ in 0..SWEEPS {
            for i in 0..n {
                let least = PASSED * rows.norm(i);
                for (cue, state) in batch.iter().zip(&mut states) {
                    let field = rows.field(i, state);
                    let own = f64::from(patterns.sign(cue.mu, i));
                    if own * field < least {
                        followed.push(i, own, &state[..n]);
                    }
                    state[i] = if field > 0.0 { 1.0 } else { -1.0 };
                }
            }
        }
        for (k, (cue, state)) in batch.iter().zip(&states).enumerate() {
            let mut signs = patterns.signs(cue.mu).zip(state);
            let recalled = signs.all(|(sign, s)| f64::from(sign) == *s);
            followed.recalled.push((first + k, recalled));
        }
    }

    /// The damaged pattern; unknown entries are 0, and the vector is padded.
    fn cue(&self, drawn: &Drawn) -> Vec<f64> {
        let patterns = &self.instance.patterns;
        let n = patterns.neurons();
        let mut state = padded(patterns, drawn.mu);
        let mut rng = ChaCha8Rng::seed_from_u64(self.seed);
        rng.set_stream(drawn.stream);
        let (less, more) = (self.most(drawn.level), self.most(drawn.level + 1));
        let fewest = (less.flips + 1).min(more.flips);
        let flips = rng.random_range(fewest..=more.flips);
        for i in sample(&mut rng, n, flips) {
            state[i] = -state[i];
        }
        let erased = rng.random_range(less.erased..=more.erased);
        for i in sample(&mut rng, n, erased) {
            state[i] = 0.0;
        }
        state
    }

    fn most(&self, level: usize) -> Most {
        self.trials.most.at(level)
    }

    /// Each row a step in units of its norm, symmetric where the couplings are.
    fn step(&self, values: &mut [f64], steps: &[i32], size: f64) {
        let (couplings, n) = (&self.instance.couplings, self.instance.patterns.neurons());
        let norms: Vec<f64> = values[..n * n].chunks(n).map(norm).collect();
        let of = |i: usize, j: usize| {
            if norms[i] > 0.0 {
                f64::from(steps[i * n + j]) / norms[i]
            } else {
                0.0
            }
        };
        for i in 0..n {
            for j in (0..n).filter(|&j| couplings.allows(i, j)) {
                let back = if couplings.is_symmetric() {
                    of(j, i)
                } else {
                    0.0
                };
                values[i * n + j] += size * (of(i, j) + back);
            }
            if self.instance.bias && norms[i] > 0.0 {
                values[n * n + i] += size * f64::from(steps[n * n + i]) / norms[i];
            }
        }
    }
}

impl Followed {
    fn none(neurons: usize) -> Self {
        Self {
            steps: vec![0; neurons * neurons + neurons],
            recalled: Vec::new(),
        }
    }

    /// A step for ξ_i in `state`: ξ_i s for row i, ξ_i for its bias.
    fn push(&mut self, i: usize, own: f64, state: &[f64]) {
        let (n, own) = (state.len(), own as i32);
        for (steps, s) in self.steps[i * n..][..n].iter_mut().zip(state) {
            *steps += own * *s as i32;
        }
        self.steps[n * n + i] += own;
    }

    fn and(mut self, other: Self) -> Self {
        for (steps, more) in self.steps.iter_mut().zip(other.steps) {
            *steps += more;
        }
        self.recalled.extend(other.recalled);
        self
    }
}

impl Open {
    fn new(patterns: usize) -> Self {
        Self {
            recalled: vec![0.0; patterns * LEVELS],
            tried: vec![0.0; patterns * LEVELS],
        }
    }

    /// `each` cues a pattern in the mean, drawn in proportion to p(1 − p).
    fn draw(&self, seed: u64, round: usize, each: usize) -> Vec<Drawn> {
        let mut sum = 0.0;
        let sums: Vec<f64> = (self.recalled.iter().zip(&self.tried))
            .map(|(recalled, tried)| {
                let p = (recalled + 1.0) / (tried + 2.0);
                sum += p * (1.0 - p);
                sum
            })
            .collect();
        let count = each * self.tried.len() / LEVELS;
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        rng.set_stream(round as u64);
        let draw = |c: usize| {
            let at = sum * rng.random::<f64>();
            let place = sums.partition_point(|&sum| sum <= at).min(sums.len() - 1);
            Drawn {
                mu: place / LEVELS,
                level: place % LEVELS,
                // Beyond the rounds' own streams.
                stream: (1 << 32) + (round * count + c) as u64,
            }
        };
        (0..count).map(draw).collect()
    }

    /// Takes down which of the drawn cues were recalled.
    fn note(&mut self, drawn: &[Drawn], recalled: &[(usize, bool)]) {
        for value in self.recalled.iter_mut().chain(&mut self.tried) {
            *value *= MEMORY;
        }
        for &(c, is_recalled) in recalled {
            let place = drawn[c].mu * LEVELS + drawn[c].level;
            self.tried[place] += 1.0;
            self.recalled[place] += f64::from(u8::from(is_recalled));
        }
    }
}
