//! Incumbents by many short descents: from random weights, and from the best ones after a small change.
//!
//! A change is either noise on all weights or a push that makes a few wrong rows hold; the descent that follows starts at
//! a small margin, so that most of what holds stays. How long it takes, how sharp it ends and how large the change is are
//! drawn anew each time, every other time from near what last led to a better network: no one setting fits random
//! patterns and images alike, whose margins differ a hundredfold.

use super::super::coupled::Coupled;
use super::best_network::BestNetwork;
use super::concave::{Concave, Schedule};
use attractor::Control;
use attractor::kernels::linear::squared_norm;
use rand::RngExt;
use rand_chacha::ChaCha8Rng;

/// Steps of the first descent. More: the first network comes late; fewer: it is poor.
const FIRST: usize = 400;
/// How often later descents double. More: few descents in a turn; fewer: each ends before it has settled.
const DOUBLINGS: usize = 4;
/// What a step takes at the least, in the units of its multiplications. Larger: small networks get few steps in a turn;
/// smaller: their turns take longer than they should.
pub(crate) const LEAST_STEP: u64 = 1 << 12;
/// Changes without a better network after which the search starts again, from its best or from random weights. More: it stays
/// too long in one place; fewer: it leaves before it has looked around.
const PATIENCE: usize = 30;
/// Ranges of what is drawn for a first descent, uniformly in the logarithm: margins at the start and at the end, rates.
const WIDE: (f32, f32) = (0.1, 1.0);
const SHARP: (f32, f32) = (3e-4, 6e-3);
const RATE: (f32, f32) = (0.005, 0.02);
/// The same for a descent from changed weights: steps, margins, rate in units of the first margin, noise.
const AGAIN: [(f32, f32); 5] = [
    (500.0, 6_000.0),
    (5e-4, 0.1),
    (3e-5, 6e-3),
    (0.2, 1.0),
    (0.01, 0.4),
];
/// Largest factor between what is drawn and what last succeeded. Larger: success teaches little; smaller: all changes are
/// alike.
const NEAR: f32 = 2.0;
/// At most one wrong row in this many is pushed. Larger: changes too small to lead elsewhere; smaller: changes that lose what
/// holds.
const PUSHED: usize = 20;

/// The search; resumable, deterministic for a generator.
pub(crate) struct Descent<'a> {
    coupled: &'a Coupled,
    loss: Concave,
    rng: ChaCha8Rng,
    rounds: usize,
    steps: u64,
    held: Option<(usize, Vec<f64>)>,
    /// The best network that was held before the search started again.
    best: Option<(usize, Vec<f64>)>,
    since_best: usize,
    /// What was drawn when a change last led to a better network.
    learnt: Option<[f32; 5]>,
    fields: Vec<f64>,
    matrix: Vec<f64>,
}

impl<'a> Descent<'a> {
    pub(crate) fn new(coupled: &'a Coupled, rng: ChaCha8Rng) -> Self {
        Self {
            coupled,
            loss: Concave::new(coupled),
            rng,
            rounds: 0,
            steps: 0,
            held: None,
            best: None,
            since_best: 0,
            learnt: None,
            fields: vec![0.0; coupled.len()],
            matrix: coupled.scratch(),
        }
    }

    /// Gradient steps since the last question.
    pub(crate) fn take_steps(&mut self) -> u64 {
        std::mem::take(&mut self.steps)
    }

    /// Descents for about `work` multiplications, at least one.
    pub(crate) fn run(
        &mut self,
        work: u64,
        incumbent: &mut BestNetwork<'_>,
        control: &Control<'_>,
    ) {
        // A step's additions and multiplications, many at once.
        let step = (self.coupled.len() * self.coupled.neurons() / 8) as u64;
        let step = step.max(LEAST_STEP);
        self.steps = 0;
        let mut moved = false;
        while !moved || self.steps * step < work {
            moved = true;
            if control.should_stop() || incumbent.is_closed() {
                return;
            }
            if self.since_best > PATIENCE {
                self.since_best = 0;
                self.leave();
            }
            match self.held.take() {
                None => {
                    self.since_best = 0;
                    self.held = Some(self.start(incumbent, control));
                }
                Some(held) => self.again(held, incumbent, control),
            }
        }
    }

    /// Where nothing better comes of what is held: back to the best, or to random weights, by chance.
    fn leave(&mut self) {
        let held = self.held.take();
        let better = match (&held, &self.best) {
            (Some(held), Some(best)) => held.0 < best.0,
            (held, _) => held.is_some(),
        };
        if better {
            self.best = held;
        } else if self.rng.random() {
            self.held.clone_from(&self.best);
        }
    }

    /// A descent from random weights: its wrong bits and weights.
    pub(crate) fn start(
        &mut self,
        incumbent: &mut BestNetwork<'_>,
        control: &Control<'_>,
    ) -> (usize, Vec<f64>) {
        let random = |_| self.rng.random_range(-1.0..1.0);
        let weights: Vec<f64> = (0..self.coupled.columns()).map(random).collect();
        let schedule = Schedule {
            steps: FIRST << self.rounds.min(DOUBLINGS),
            margin: (self.draw(WIDE), self.draw(SHARP)),
            rate: self.draw(RATE),
        };
        self.rounds += 1;
        self.descend(&weights, schedule, incumbent, control)
    }

    fn again(
        &mut self,
        held: (usize, Vec<f64>),
        incumbent: &mut BestNetwork<'_>,
        control: &Control<'_>,
    ) {
        let drawn = match self.learnt {
            Some(learnt) if self.rng.random() => std::array::from_fn(|k| {
                let ((low, high), value) = (AGAIN[k], learnt[k]);
                self.draw(((value / NEAR).max(low), (value * NEAR).min(high)))
            }),
            _ => AGAIN.map(|range| self.draw(range)),
        };
        let [steps, margin, sharp, rate, noise] = drawn;
        let mut weights = held.1.clone();
        if self.rng.random() {
            self.shake(&mut weights, noise);
        } else {
            self.push(&mut weights, f64::from(margin));
        }
        let schedule = Schedule {
            steps: steps as usize,
            margin: (margin, margin.min(sharp)),
            rate: RATE.1.min(margin * rate),
        };
        let found = self.descend(&weights, schedule, incumbent, control);
        self.since_best += 1;
        if found.0 < held.0 {
            self.since_best = 0;
            self.learnt = Some(drawn);
        }
        self.held = Some(if found.0 <= held.0 { found } else { held });
    }

    fn descend(
        &mut self,
        start: &[f64],
        schedule: Schedule,
        incumbent: &mut BestNetwork<'_>,
        control: &Control<'_>,
    ) -> (usize, Vec<f64>) {
        self.steps += schedule.steps as u64;
        match self.loss.descend(self.coupled, start, schedule, control) {
            // After a stop, what is no better by its rounded fields is not worth a count.
            Some((wrong, _)) if control.should_stop() && wrong >= incumbent.wrong() => {
                (usize::MAX, start.to_vec())
            }
            Some((_, weights)) => (incumbent.offer(self.coupled, &weights), weights),
            None => (usize::MAX, start.to_vec()),
        }
    }

    /// Uniform in the logarithm.
    fn draw(&mut self, (low, high): (f32, f32)) -> f32 {
        low * (high / low).powf(self.rng.random())
    }

    /// Noise on all weights, in proportion to their size on average.
    fn shake(&mut self, weights: &mut [f64], noise: f32) {
        let size = (3.0 * squared_norm(weights) / weights.len() as f64).sqrt() * f64::from(noise);
        for w in weights {
            *w += size * self.rng.random_range(-1.0..1.0);
        }
    }

    /// A few wrong rows are made to hold, each by the shortest step.
    fn push(&mut self, weights: &mut [f64], margin: f64) {
        self.coupled
            .apply(weights, &mut self.matrix, &mut self.fields);
        let wrong: Vec<usize> = self
            .coupled
            .leaders()
            .filter(|&r| self.fields[r] <= 0.0 && self.coupled.dimension_of_row(r) > 0)
            .collect();
        if wrong.is_empty() {
            return;
        }
        let size = (2.0 * squared_norm(weights) / self.coupled.neurons() as f64).sqrt();
        let most = 1 + wrong.len() / PUSHED;
        for _ in 0..self.rng.random_range(1..=most) {
            let r = wrong[self.rng.random_range(0..wrong.len())];
            let field: f64 = self.coupled.row(r).map(|(j, sign)| sign * weights[j]).sum();
            let step = (margin * size - field) / self.coupled.dimension_of_row(r) as f64;
            for (j, sign) in self.coupled.row(r) {
                weights[j] += step.max(0.0) * sign;
            }
        }
    }
}
