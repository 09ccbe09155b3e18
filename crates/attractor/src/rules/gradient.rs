//! The paper's gradient network: one layer s → tanh(W s + b) trained to reproduce the patterns.

use super::card::{Card, Taken, admit};
use super::error::TrainError;
use super::rule::Rule;
use super::settings::{Range, Setting};
use super::trained::Trained;
use crate::control::{Control, Phase};
use crate::couplings::Couplings;
use crate::network::Network;
use crate::patterns::Patterns;
use crate::ties::Ties;
use rand::RngExt;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use rayon::prelude::*;

pub(super) const CARD: Card = Card {
    best_at: "comparing with the paper; small steps on all bits, soft where not all can be right",
    cost: "P N² an epoch",
    source: "Rosenhahn (2022), the paper's gradient network",
    couplings: Taken::Any,
    biases: true,
    iterative: true,
};

/// Stochastic gradient descent with momentum on ½ Σ_i (tanh(h_i) − ξ_i)², averaged over a batch; w_ij = w_ji is one
/// parameter where couplings are symmetric. Weights begin uniform in ±√(3/N) (Glorot and Bengio 2010), patterns are
/// shuffled every epoch, both drawn by `ChaCha8` from the seed, stream 0.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Gradient {
    /// Train biases too.
    pub bias: bool,
    /// How the descent goes.
    pub schedule: Schedule,
    /// Seed of the first weights and of the shuffling.
    pub seed: u64,
    /// How zero fields count.
    pub ties: Ties,
}

/// Steps of a descent.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Schedule {
    /// Learning rate, > 0.
    pub rate: f64,
    /// Momentum, in [0, 1).
    pub momentum: f64,
    /// Passes over the patterns.
    pub epochs: usize,
    /// Patterns in a batch, ≥ 1.
    pub batch: usize,
}

impl Schedule {
    /// The paper's (Rosenhahn 2022), which ends long before the descent has converged.
    pub const PAPER: Self = Self {
        rate: 0.001,
        momentum: 0.9,
        epochs: 100,
        batch: 5,
    };
    /// One at which it converges.
    pub const TUNED: Self = Self {
        rate: 0.003,
        epochs: 300,
        ..Self::PAPER
    };
}

impl Default for Schedule {
    /// [`Schedule::PAPER`].
    fn default() -> Self {
        Self::PAPER
    }
}

/// What descends: the weights and biases, and their velocities.
struct Descent<'a> {
    rule: &'a Gradient,
    couplings: &'a Couplings,
    weights: Vec<f64>,
    biases: Vec<f64>,
    weight_velocities: Vec<f64>,
    bias_velocities: Vec<f64>,
}

impl Gradient {
    /// The network alone, without counting its wrong bits. P·N² operations an epoch.
    ///
    /// # Errors
    /// [`TrainError::Size`]; [`TrainError::Unsupported`] for options out of range; [`TrainError::Network`] if the descent
    /// diverges.
    pub fn fit(&self, patterns: &Patterns, couplings: &Couplings) -> Result<Network, TrainError> {
        self.fit_until(patterns, couplings, &Control::new())
    }

    fn fit_until(
        &self,
        patterns: &Patterns,
        couplings: &Couplings,
        control: &Control<'_>,
    ) -> Result<Network, TrainError> {
        admit(self, &CARD, self.bias, patterns, couplings)?;
        let Schedule { epochs, batch, .. } = self.schedule;
        let mut rng = ChaCha8Rng::seed_from_u64(self.seed);
        let mut descent = Descent::start(self, couplings, &mut rng);
        let states: Vec<Vec<f64>> = (0..patterns.count())
            .map(|mu| Network::state_of(patterns, mu))
            .collect();
        let mut order: Vec<usize> = (0..patterns.count()).collect();
        'epochs: for epoch in 0..epochs {
            control.report(None, 0, epoch as u64, Phase::Rule);
            order.shuffle(&mut rng);
            for batch in order.chunks(batch) {
                if control.should_stop() {
                    break 'epochs;
                }
                let batch: Vec<&[f64]> = batch.iter().map(|&mu| states[mu].as_slice()).collect();
                descent.step(&batch);
            }
        }
        let symmetry = couplings.symmetry();
        Ok(Network::new(symmetry, descent.weights, descent.biases)?)
    }
}

impl<'a> Descent<'a> {
    fn start(rule: &'a Gradient, couplings: &'a Couplings, rng: &mut ChaCha8Rng) -> Self {
        let neurons = couplings.neurons();
        let range = (3.0 / neurons as f64).sqrt();
        let mut weights = vec![0.0; neurons * neurons];
        for i in 0..neurons {
            for j in 0..neurons {
                if couplings.is_symmetric() && j < i {
                    weights[i * neurons + j] = weights[j * neurons + i];
                } else if couplings.allows(i, j) {
                    weights[i * neurons + j] = rng.random_range(-range..range);
                }
            }
        }
        Self {
            rule,
            couplings,
            weights,
            biases: vec![0.0; neurons],
            weight_velocities: vec![0.0; neurons * neurons],
            bias_velocities: vec![0.0; neurons],
        }
    }

    /// v ← momentum·v − rate·gradient, w ← w + v.
    fn step(&mut self, batch: &[&[f64]]) {
        let neurons = self.biases.len();
        let errors = self.errors(batch);
        let Schedule { rate, momentum, .. } = self.rule.schedule;
        let rate = rate / batch.len() as f64;
        let symmetric = self.couplings.is_symmetric();
        self.weights
            .par_chunks_exact_mut(neurons)
            .zip(self.weight_velocities.par_chunks_exact_mut(neurons))
            .with_min_len(32)
            .enumerate()
            .for_each(|(i, (weights, velocities))| {
                for j in 0..neurons {
                    if !self.couplings.allows(i, j) {
                        continue;
                    }
                    // a + b = b + a keeps w_ij and w_ji the same bit for bit.
                    let mut gradient = gradient(&errors[i], batch, j);
                    if symmetric {
                        gradient += self::gradient(&errors[j], batch, i);
                    }
                    velocities[j] = momentum * velocities[j] - rate * gradient;
                    weights[j] += velocities[j];
                }
            });
        if self.rule.bias {
            let rows = self.biases.iter_mut().zip(&mut self.bias_velocities);
            for ((bias, velocity), errors) in rows.zip(&errors) {
                *velocity = momentum * *velocity - rate * errors.iter().sum::<f64>();
                *bias += *velocity;
            }
        }
    }

    /// The loss's derivatives by h_i for each neuron i and pattern of the batch: (y − ξ)(1 − y²), y = tanh(h).
    fn errors(&self, batch: &[&[f64]]) -> Vec<Vec<f64>> {
        let neurons = self.biases.len();
        self.weights
            .par_chunks_exact(neurons)
            .zip(&self.biases)
            .with_min_len(32)
            .enumerate()
            .map(|(i, (row, bias))| {
                let error = |pattern: &&[f64]| {
                    let field: f64 = row.iter().zip(*pattern).map(|(w, s)| w * s).sum();
                    let y = (field + bias).tanh();
                    (y - pattern[i]) * (1.0 - y * y)
                };
                batch.iter().map(error).collect()
            })
            .collect()
    }
}

/// The loss's derivative by the weight from neuron j.
fn gradient(errors: &[f64], batch: &[&[f64]], j: usize) -> f64 {
    errors
        .iter()
        .zip(batch)
        .map(|(error, pattern)| error * pattern[j])
        .sum()
}

impl Rule for Gradient {
    fn name(&self) -> &'static str {
        if self.schedule == Schedule::TUNED {
            "gradient-tuned"
        } else {
            "gradient"
        }
    }

    fn summary(&self) -> &'static str {
        if self.schedule == Schedule::TUNED {
            "the gradient network with a schedule at which its descent converges"
        } else {
            "one tanh layer trained by gradient descent as in Rosenhahn 2022, 100 epochs"
        }
    }

    fn settings(&mut self) -> Vec<Setting<'_>> {
        let Schedule {
            rate,
            momentum,
            epochs,
            batch,
        } = &mut self.schedule;
        vec![
            Setting::number("rate", "learning rate", Range::Above(0.0), rate),
            Setting::number("momentum", "momentum", Range::From(0.0, 1.0), momentum),
            Setting::count("epochs", "passes over the patterns", 0, epochs),
            Setting::count("batch", "patterns in a batch", 1, batch),
        ]
    }

    fn train(&self, patterns: &Patterns, couplings: &Couplings) -> Result<Trained, TrainError> {
        self.train_until(patterns, couplings, &Control::new())
    }

    fn train_until(
        &self,
        patterns: &Patterns,
        couplings: &Couplings,
        control: &Control<'_>,
    ) -> Result<Trained, TrainError> {
        let network = self.fit_until(patterns, couplings, control)?;
        Ok(Trained::so_far(network, patterns, self.ties, control)?)
    }
}
