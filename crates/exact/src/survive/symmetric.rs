//! Symmetric networks: a perceptron on the worst cues (Diederich & Opper 1987, with Krauth & Mézard's symmetric step).
//!
//! Each sweep adds the worst cue of every bit that does not survive to both directions of its weights. All weights stay whole
//! numbers, so that a network that is returned meets its demands exactly. It proves nothing where it finds none.

use super::cues::{Cues, Demand};
use crate::error::ExactError;
use crate::instance::Instance;
use attractor::kernels::linear::{WIDTH, add_multiple};
use attractor::kernels::vectors::with_vectors;
use attractor::{Control, Network, Stability, Symmetry};
use rayon::prelude::*;

/// Sweeps of one search. Larger: radii that symmetric weights do not reach take longer, some seconds at N = 81. Smaller:
/// tight ones are missed; those seen took up to 1,500.
const SWEEPS: usize = 4000;

/// One neuron's part of the network.
struct Neuron {
    cues: Cues,
    /// Weights of the inputs, then the bias, padded.
    values: Vec<f64>,
    /// What the worst cues of this sweep add to them.
    step: Vec<f64>,
    row: Vec<f64>,
    /// Bits that did not survive.
    lost: usize,
}

/// A symmetric network whose right bits (`held`) meet `demands`, if the sweeps come to one.
pub(super) fn network(
    instance: &Instance<'_>,
    held: &Stability,
    demands: &[Demand],
    control: &Control<'_>,
) -> Result<Option<Network>, ExactError> {
    let count = instance.patterns.neurons();
    let mut neurons: Vec<Neuron> = (0..count)
        .map(|i| Neuron::new(instance, i, |mu| held.is_right(mu, i).then(|| demands[mu])))
        .collect();
    for _ in 0..SWEEPS {
        neurons.par_iter_mut().for_each(Neuron::sweep);
        if neurons.iter().all(|neuron| neuron.lost == 0) {
            return build(&neurons).map(Some);
        }
        if control.should_stop() {
            break;
        }
        step(&mut neurons);
    }
    Ok(None)
}

impl Neuron {
    fn new(instance: &Instance<'_>, i: usize, demand: impl Fn(usize) -> Option<Demand>) -> Self {
        let cues = Cues::new(instance, i, demand);
        let columns = cues.inputs.len() + usize::from(cues.bias);
        let zeros = vec![0.0; columns.next_multiple_of(WIDTH).max(WIDTH)];
        Self {
            cues,
            values: zeros.clone(),
            step: zeros.clone(),
            row: zeros,
            lost: 0,
        }
    }

    /// Finds the worst cues of all bits.
    fn sweep(&mut self) {
        with_vectors(
            #[inline(always)]
            || {
                self.step.fill(0.0);
                self.lost = 0;
                self.cues.sort_inputs(&self.values);
                for k in 0..self.cues.len() {
                    let (field, damage) = self.cues.worst_field(k, &self.values);
                    if field <= 0.0 {
                        self.lost += 1;
                        self.cues.damaged(k, damage, &self.values, &mut self.row);
                        add_multiple(1.0, &self.row, &mut self.step);
                    }
                }
            },
        );
    }
}

/// Adds every neuron's step to its weights and to those of the opposite direction.
fn step(neurons: &mut [Neuron]) {
    for i in 0..neurons.len() {
        for k in 0..neurons[i].cues.inputs.len() {
            let j = neurons[i].cues.inputs[k];
            let Ok(back) = neurons[j].cues.inputs.binary_search(&i) else {
                continue;
            };
            let change = neurons[i].step[k];
            neurons[i].values[k] += change;
            neurons[j].values[back] += change;
        }
        if neurons[i].cues.bias {
            let bias = neurons[i].cues.inputs.len();
            neurons[i].values[bias] += neurons[i].step[bias];
        }
    }
}

/// The network, its weights divided by a power of two so that they lie in [−1,1].
fn build(neurons: &[Neuron]) -> Result<Network, ExactError> {
    let values = neurons.iter().flat_map(|neuron| &neuron.values);
    let largest = values.fold(1.0_f64, |most, w| most.max(w.abs()));
    let unit = largest.log2().ceil().exp2();
    let count = neurons.len();
    let (mut weights, mut biases) = (vec![0.0; count * count], vec![0.0; count]);
    for (i, neuron) in neurons.iter().enumerate() {
        for (&j, w) in neuron.cues.inputs.iter().zip(&neuron.values) {
            weights[i * count + j] = w / unit;
        }
        if neuron.cues.bias {
            biases[i] = neuron.values[neuron.cues.inputs.len()] / unit;
        }
    }
    Ok(Network::new(Symmetry::Symmetric, weights, biases)?)
}
