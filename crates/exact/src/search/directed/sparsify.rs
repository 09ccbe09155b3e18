//! Sparse weights for the rows that a neuron holds.

use crate::instance::{Instance, NeuronSystem, Rows};
use crate::search::neuron::{NeuronOutcome, unit};
use attractor::Control;

use crate::sparse::elastic_net;
use attractor::kernels::linear::squared_norm;

/// The rows that hold stay held with fewer weights, if the elastic net finds such.
pub(super) fn sparsify(
    instance: &Instance<'_>,
    i: usize,
    neuron: &mut NeuronOutcome,
    balance: f64,
    control: &Control<'_>,
) {
    if control.should_stop() {
        return;
    }
    let system = NeuronSystem::of(instance, i);
    let positive = (0..system.len()).filter(|&r| field(&system, &neuron.weights, r) > 0.0);
    let kept: Vec<usize> = positive.map(|r| system.members(r)[0]).collect();
    if kept.is_empty() {
        return;
    }
    let (rows, _) = Rows::of_neuron(instance, i, &kept);
    let sparse = elastic_net(&rows, &neuron.weights, balance, control);
    let unit = unit::unit_of(&system, &sparse.weights);
    if unit.wrong == neuron.wrong {
        neuron.squared_margin = squared_margin(&system, &unit);
        neuron.weights = unit.weights;
        neuron.widest_of_all = false;
    }
}

/// The least squared aligned field over the squared norm, on the rows with a positive one.
fn squared_margin(system: &NeuronSystem, unit: &unit::Unit) -> f64 {
    let least = (0..system.len())
        .map(|r| field(system, &unit.weights, r))
        .filter(|&h| h > 0.0)
        .fold(f64::INFINITY, f64::min);
    let squared_norm = squared_norm(&unit.weights);
    if least.is_finite() && squared_norm > 0.0 {
        least * least / squared_norm
    } else {
        0.0
    }
}

/// `a_r·w`.
fn field(system: &NeuronSystem, weights: &[f64], r: usize) -> f64 {
    let terms = weights.iter().enumerate();
    terms.map(|(j, w)| w * system.sign(r, j) as f64).sum()
}
