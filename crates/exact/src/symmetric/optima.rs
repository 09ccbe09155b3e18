//! Every neuron's least number of wrong bits on its own: what symmetry can only raise.

use super::neurons::{Pool, put};
use super::system::Coupled;
use crate::control::Control;
use crate::dependency::{Dependency, Packed};
use crate::neuron::{NeuronSearch, Stage, System};
use crate::problem::Problem;

/// Effort per row for telling which rows lie in some lightest removal set (units of the neuron's search).
const REMOVABLE_EFFORT: u64 = 1 << 14;

/// One neuron's subsystems, and whether its bound is proven to be its optimum.
pub(super) struct Optimum {
    pub(super) pool: Pool,
    pub(super) least: u32,
    pub(super) proven: bool,
    pub(super) calls: u64,
}

/// Neuron i's optimum with the subsystems that prove it and, if `all`, those that tell which rows an optimum may give
/// up.
pub(super) fn optimum(
    problem: &Problem,
    coupled: &Coupled,
    i: usize,
    seed: u64,
    all: bool,
    control: &Control<'_>,
) -> Optimum {
    let n = coupled.neurons();
    let system = System::of_neuron(
        &problem.patterns,
        &problem.couplings,
        problem.bias,
        problem.ties,
        i,
    );
    let mut search = NeuronSearch::new(system, seed, i as u64);
    let proven = search.run(u64::MAX, control) == Stage::Proven;
    if all && proven && search.lower_bound() > 0 {
        search.removable(search.lower_bound() as u32, REMOVABLE_EFFORT, control);
    }
    let weight = (0..coupled.patterns())
        .map(|mu| coupled.weight(mu * n + i))
        .collect();
    let mut pool = Pool::new(weight);
    let dependencies = if all {
        search.dependencies()
    } else {
        search
            .outcome()
            .evidence
            .iter()
            .map(Packed::unpack)
            .collect()
    };
    for dependency in dependencies {
        // Both fold equal rows onto the earliest pattern.
        let patterns = dependency
            .rows
            .iter()
            .map(|&r| search.system().members(r)[0]);
        let mut member = vec![0; pool.words()];
        let mut rows = Vec::with_capacity(dependency.rows.len());
        for mu in patterns {
            put(&mut member, mu);
            rows.push(mu * n + i);
        }
        let multipliers = dependency.multipliers.clone();
        pool.push(member, Dependency { rows, multipliers });
    }
    Optimum {
        pool,
        least: search.lower_bound() as u32,
        proven,
        calls: search.outcome().statistics.min_norm_calls,
    }
}
