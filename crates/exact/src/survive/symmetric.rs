//! Symmetric networks: a perceptron on the worst cues (Diederich & Opper 1987, with Krauth & Mézard's symmetric step).
//!
//! Each sweep adds the worst cue of every bit that does not survive to both directions of its weights. All weights stay whole
//! numbers, so that a network that is returned meets its demands exactly. It proves nothing where it finds none.
//!
//! For as many patterns as possible the sweeps go on while demands are given up: where they come to no end, that of the pattern
//! whose bits were lost most often.

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

/// Sweeps after which a demand is given up. Larger: slower. Smaller: patterns are given up that could survive.
const PATIENCE: usize = 500;

/// Sweeps in which a pattern is tried beside those that survive. Larger: what cannot survive takes longer. Smaller: fewer are
/// taken back.
const RETRY: usize = 2000;

/// One neuron's part of the network.
#[derive(Clone)]
struct Neuron {
    cues: Cues,
    /// Weights of the inputs, then the bias, padded.
    values: Vec<f64>,
    /// What the worst cues of this sweep add to them.
    step: Vec<f64>,
    row: Vec<f64>,
    /// The patterns whose bit did not survive.
    lost: Vec<usize>,
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
        if survive(&neurons) {
            return build(&neurons).map(Some);
        }
        if control.should_stop() {
            break;
        }
        step(&mut neurons);
    }
    Ok(None)
}

/// A symmetric network in which as many of the patterns `first` and then `others` meet `demand` as are found together, all
/// right bits (`held`) being held; None if that is none.
pub(super) fn most(
    instance: &Instance<'_>,
    held: &Stability,
    demand: Demand,
    (first, others): (&[usize], &[usize]),
    control: &Control<'_>,
) -> Result<Option<Network>, ExactError> {
    let count = instance.patterns.neurons();
    let of = |mu: usize| {
        if first.contains(&mu) {
            demand
        } else {
            Demand::default()
        }
    };
    let mut neurons: Vec<Neuron> = (0..count)
        .map(|i| Neuron::new(instance, i, |mu| held.is_right(mu, i).then(|| of(mu))))
        .collect();
    let mut asked = first.to_vec();
    let mut given_up = Vec::new();
    loop {
        let mut losses = vec![0_usize; instance.patterns.count()];
        if sweeps(&mut neurons, PATIENCE, Some(&mut losses), control) {
            break;
        }
        let worst = (asked.iter().copied()).max_by_key(|&mu| (losses[mu], std::cmp::Reverse(mu)));
        let (Some(worst), false) = (worst, control.should_stop()) else {
            return Ok(None);
        };
        asked.retain(|&mu| mu != worst);
        ask(&mut neurons, worst, Demand::default());
        given_up.push(worst);
    }
    for mu in given_up.into_iter().rev().chain(others.iter().copied()) {
        if control.should_stop() {
            break;
        }
        let mut tried = neurons.clone();
        ask(&mut tried, mu, demand);
        if sweeps(&mut tried, RETRY, None, control) {
            neurons = tried;
            asked.push(mu);
        }
    }
    if asked.is_empty() {
        return Ok(None);
    }
    build(&neurons).map(Some)
}

/// Sweeps until every bit survives, at most so many; whether they do. Counts the lost bits of each pattern.
fn sweeps(
    neurons: &mut [Neuron],
    most: usize,
    mut losses: Option<&mut Vec<usize>>,
    control: &Control<'_>,
) -> bool {
    for _ in 0..most {
        neurons.par_iter_mut().for_each(Neuron::sweep);
        if survive(neurons) {
            return true;
        }
        if control.should_stop() {
            return false;
        }
        if let Some(losses) = losses.as_deref_mut() {
            for &mu in neurons.iter().flat_map(|neuron| &neuron.lost) {
                losses[mu] += 1;
            }
        }
        step(neurons);
    }
    false
}

/// Whether every bit of the last sweep survived.
fn survive(neurons: &[Neuron]) -> bool {
    neurons.iter().all(|neuron| neuron.lost.is_empty())
}

/// Asks something else of a pattern.
fn ask(neurons: &mut [Neuron], mu: usize, demand: Demand) {
    for neuron in neurons {
        let rows = neuron.cues.patterns.iter().zip(&mut neuron.cues.demands);
        for (_, own) in rows.filter(|&(&pattern, _)| pattern == mu) {
            *own = demand;
        }
    }
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
            lost: Vec::new(),
        }
    }

    /// Finds the worst cues of all bits.
    fn sweep(&mut self) {
        with_vectors(
            #[inline(always)]
            || {
                self.step.fill(0.0);
                self.lost.clear();
                self.cues.sort_inputs(&self.values);
                for k in 0..self.cues.len() {
                    let (field, damage) = self.cues.worst_field(k, &self.values);
                    if field <= 0.0 {
                        self.lost.push(self.cues.patterns[k]);
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
