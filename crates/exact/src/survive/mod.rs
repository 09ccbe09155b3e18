//! Survive: weights whose patterns are recalled from every cue within a number of damaged entries, wherever these are.
//!
//! Bit (μ,i) survives r flips if its aligned field exceeds twice the sum of the r largest terms that help it: each cue is one
//! more row of the neuron's system, and the worst one is found by sorting. So Wolfe's method decides a neuron's demands with
//! that cue as its oracle (`cues`, `neuron`), and what it refutes is proven in whole numbers by a maximum flow (`core`).
//! Directed networks are decided neuron by neuron (`relaxation`), which bounds symmetric and discrete ones; their weights are
//! found by steps on the worst cues (`symmetric`) and by search (`discrete/`). The bits that the network held before are held.
//! Among the networks that survive as much, one may be chosen for random damage (`noise/`).
//! What is said at the end was recounted on the weights.

mod core;
mod cues;
mod discrete;
mod distances;
mod most;
mod neuron;
mod noise;
mod relaxation;
mod report;
mod symmetric;
mod task;
#[cfg(test)]
mod tests;
mod whole;

pub use report::{Forbidden, Survival, Unproven};

use crate::damage::Damage;
use crate::error::ExactError;
use crate::instance::Instance;
use crate::outcome::Outcome;
use crate::repair;
use attractor::{Control, Network, Stability, Trained, certified_radii};
use task::Task;

/// The outcome with weights that hold the same bits and survive what is asked for, as far as they are found.
pub(crate) fn improve(
    instance: &Instance<'_>,
    seed: u64,
    outcome: Outcome,
    control: &Control<'_>,
) -> Result<Outcome, ExactError> {
    let Some(asked) = instance.survive else {
        return Ok(outcome);
    };
    let held = Stability::of(&outcome.trained.network, &instance.patterns, instance.ties)?;
    let task = Task::new(instance, asked, seed, &held, &outcome.trained.network);
    let found = task.run(control)?;
    let mut outcome = outcome;
    outcome.evidence.survival = found.bounds;
    if let Some(network) = found.network {
        outcome.trained = replaced(instance, outcome.trained, network, control)?;
        outcome.margin_gap = None;
    }
    let radii = certified_radii(&outcome.trained.network, &instance.patterns, instance.ties)?;
    outcome.survival = Some(found.survival.counted(&radii));
    Ok(outcome)
}

/// The outcome with weights that hold the same bits, survive as much, and repair `damage` best among these, as far as they
/// are found.
pub(crate) fn repaired(
    instance: &Instance<'_>,
    damage: Damage,
    mut outcome: Outcome,
    control: &Control<'_>,
) -> Result<Outcome, ExactError> {
    let Some(asked) = instance.survive else {
        return Ok(outcome);
    };
    let start = &outcome.trained.network;
    let (network, least_loss) = noise::best(instance, asked, damage, start, control)?;
    outcome.trained = replaced(instance, outcome.trained, network, control)?;
    let network = &outcome.trained.network;
    outcome.repair = Some(repair::judged(instance, damage, network, least_loss)?);
    let radii = certified_radii(network, &instance.patterns, instance.ties)?;
    outcome.survival = outcome.survival.map(|survival| survival.counted(&radii));
    Ok(outcome)
}

/// The same bounds about another network.
fn replaced(
    instance: &Instance<'_>,
    before: Trained,
    network: Network,
    control: &Control<'_>,
) -> Result<Trained, ExactError> {
    let counted = Trained::unproven(network, &instance.patterns, instance.ties)?;
    if counted.total.wrong_bits > before.total.wrong_bits {
        return Ok(before);
    }
    let bounds: Vec<usize> = before.per_neuron.iter().map(|b| b.lower_bound).collect();
    Ok(counted.bounded(bounds, before.total.lower_bound, control.interrupted()))
}
