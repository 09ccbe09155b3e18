//! Networks that dream: from a random state they fall to a fixed point, and the weights learn from it. The inner loop of
//! unlearning and daydreaming.

use super::error::TrainError;
use super::hebbian::Hebbian;
use crate::couplings::Couplings;
use crate::kernels::linear::dot;
use crate::network::{Network, NetworkError};
use crate::patterns::Patterns;
use rand::RngExt;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;

/// Sweeps after which a state is taken as it is. Symmetric weights settle in some ten; one-sided masks may never.
const SWEEPS: usize = 200;

/// A network that changes with what it dreams.
pub(super) struct Dreamer<'a> {
    couplings: &'a Couplings,
    inputs: Vec<Vec<usize>>,
    bias: bool,
    weights: Vec<f64>,
    biases: Vec<f64>,
    order: Vec<usize>,
    pub(super) rng: ChaCha8Rng,
}

impl<'a> Dreamer<'a> {
    /// Awake: Hebb's weights over N. Everything random is drawn by `ChaCha8` from the seed, stream 0.
    pub(super) fn new(
        patterns: &Patterns,
        couplings: &'a Couplings,
        bias: bool,
        seed: u64,
    ) -> Result<Self, TrainError> {
        let neurons = patterns.neurons();
        let hebbian = Hebbian {
            bias,
            ..Hebbian::default()
        };
        let network = hebbian.fit(patterns, couplings)?;
        let scaled = |numbers: &[f64]| numbers.iter().map(|w| w / neurons as f64).collect();
        Ok(Self {
            couplings,
            inputs: (0..neurons).map(|i| couplings.inputs(i)).collect(),
            bias,
            weights: scaled(network.weights()),
            biases: scaled(network.biases()),
            order: (0..neurons).collect(),
            rng: ChaCha8Rng::seed_from_u64(seed),
        })
    }

    /// Where a random state falls to, one neuron at a time, in a new random order each sweep.
    pub(super) fn dream(&mut self) -> Vec<f64> {
        let neurons = self.biases.len();
        let coin = |rng: &mut ChaCha8Rng| if rng.random() { 1.0 } else { -1.0 };
        let mut state: Vec<f64> = (0..neurons).map(|_| coin(&mut self.rng)).collect();
        let rows = self.weights.chunks_exact(neurons).zip(&self.biases);
        let mut fields: Vec<f64> = rows.map(|(row, b)| dot(row, &state) + b).collect();
        for _ in 0..SWEEPS {
            self.order.shuffle(&mut self.rng);
            let mut moved = false;
            for &i in &self.order {
                let next = if fields[i] > 0.0 { 1.0 } else { -1.0 };
                if next != state[i] {
                    moved = true;
                    state[i] = next;
                    self.tell(i, 2.0 * next, &mut fields);
                }
            }
            if !moved {
                break;
            }
        }
        state
    }

    /// What a change of neuron j's state does to the fields.
    fn tell(&self, j: usize, change: f64, fields: &mut [f64]) {
        let neurons = fields.len();
        if self.couplings.is_symmetric() {
            let row = &self.weights[j * neurons..][..neurons];
            for (field, w) in fields.iter_mut().zip(row) {
                *field += change * w;
            }
        } else {
            let column = self.weights[j..].iter().step_by(neurons);
            for (field, w) in fields.iter_mut().zip(column) {
                *field += change * w;
            }
        }
    }

    /// w_ij += factor · s_i s_j for every coupling, b_i += factor · s_i.
    pub(super) fn learn(&mut self, state: &[f64], factor: f64) {
        let rows = self.weights.chunks_exact_mut(state.len());
        for ((row, inputs), s) in rows.zip(&self.inputs).zip(state) {
            for &j in inputs {
                row[j] += factor * (s * state[j]);
            }
        }
        if self.bias {
            for (bias, s) in self.biases.iter_mut().zip(state) {
                *bias += factor * s;
            }
        }
    }

    /// The network as it is now.
    pub(super) fn wake(self) -> Result<Network, NetworkError> {
        Network::new(self.couplings.symmetry(), self.weights, self.biases)
    }
}
