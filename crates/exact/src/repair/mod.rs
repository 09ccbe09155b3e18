//! Repair: among networks that hold the same bits the one whose first step undoes random damage best.
//!
//! The objective is Σ ln Φ(cκ) over the kept bits (`objective`): the logarithm of the probability that all of them are right
//! after one step, taken as independent and their fields as normal. Every kept bit stays above a floor, a share of the
//! widest margin: ln Φ(0) is finite, so without one optima would give bits up. Directed networks are concave programs, one
//! a neuron (`neuron`); symmetric ones are climbed (`symmetric`), and the neurons' programs with the same rows and floors
//! bound them. Values and gaps are floating-point numbers; that the kept bits are right is recounted exactly.
//!
//! One dial between two classical memories: no damage is the widest margin, nearly half of the bits flipped is Hebb's rule
//! over the kept rows (Wong & Sherrington 1990, training noise).

mod choose;
mod count;
mod hold;
mod kept;
mod neuron;
mod normal;
mod objective;
mod passes;
mod recall;
#[cfg(test)]
mod recall_tests;
mod rows;
mod signs;
mod stage;
mod symmetric;
#[cfg(test)]
mod tests;
mod trials;

pub(crate) use kept::Kept as KeptBits;
pub(crate) use neuron::NeuronProgram;
pub(crate) use objective::{Law, Unit};
pub(crate) use stage::{FLOOR, network_of};
pub(crate) use symmetric::NetworkProgram;

use crate::budget;
use crate::damage::Damage;
use crate::error::ExactError;
use crate::instance::Instance;
use crate::outcome::{Outcome, Repair};
use attractor::{Control, Network, Trained};
use kept::Kept;
use stage::Stage;

/// How a network is chosen for damage.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Asked {
    /// The damage whose first step is judged, and is repaired unless `rounds` is None.
    pub(crate) damage: Damage,
    /// Rounds on passed states; None: where nothing is known of the cues, damage and rounds as own cues are recalled best.
    pub(crate) rounds: Option<u32>,
    pub(crate) seed: u64,
}

/// The outcome with the network that repairs damage best among those that hold the same bits, as far as it is found.
pub(crate) fn repaired(
    instance: &Instance<'_>,
    outcome: Outcome,
    asked: Asked,
    control: &Control<'_>,
) -> Result<Outcome, ExactError> {
    let damage = asked.damage;
    let kept = &Kept::of(instance, &outcome.trained.network)?;
    let stage = Stage::new(instance, damage.into(), kept);
    let start = &outcome.trained.network;
    let is_exact = count::is_exact(instance, damage);
    let bound = || stage.bound(&stage.floors(), start, control);
    let (network, choice, least_loss) = if instance.weights.is_discrete() {
        // The search chose them by the same objective; real weights bound them.
        (start.clone(), None, bound())
    } else if asked.rounds != Some(0) {
        let (network, choice) =
            recall::best(&stage, &outcome.trained, asked, &budget::chosen(control))?;
        (network, choice, if is_exact { 0.0 } else { bound() })
    } else if is_exact {
        (stage.best_counted(start, damage, control)?, None, 0.0)
    } else {
        let (network, least_loss) = stage.best(start, control)?;
        (network, None, least_loss)
    };
    let trained = stage.recounted(&outcome.trained, network, control)?;
    let repair = if is_exact {
        stage.judged_by_count(&trained.network, damage)
    } else {
        stage.judged(&trained.network, least_loss)?
    };
    Ok(Outcome {
        trained,
        margin_gap: None,
        network_margin: None,
        repair: Some(Repair { choice, ..repair }),
        ..outcome
    })
}

/// How well `network` undoes `damage`, where the loss of no network that holds as much is below `least_loss`.
pub(crate) fn judged(
    instance: &Instance<'_>,
    damage: Damage,
    network: &Network,
    least_loss: f64,
) -> Result<Repair, ExactError> {
    let kept = Kept::of(instance, network)?;
    let stage = Stage::new(instance, damage.into(), &kept);
    if count::is_exact(instance, damage) {
        Ok(stage.judged_by_count(network, damage))
    } else {
        stage.judged(network, least_loss)
    }
}

/// What the loss of any real weights is at least that hold what `network` holds above `floor`, or above the usual floor.
pub(crate) fn bound(
    instance: &Instance<'_>,
    law: Law,
    network: &Network,
    floor: Option<f64>,
    control: &Control<'_>,
) -> Result<f64, ExactError> {
    let kept = Kept::of(instance, network)?;
    let stage = Stage::new(instance, law, &kept);
    let floors = floor.map_or_else(|| stage.floors(), |floor| vec![floor; network.neurons()]);
    Ok(stage.bound(&floors, network, control))
}

/// Neuron i's real weights that repair best and hold the rows that `values` hold, as far as they are found.
pub(crate) fn best_row(
    instance: &Instance<'_>,
    law: Law,
    i: usize,
    values: Vec<f64>,
    control: &Control<'_>,
) -> Vec<f64> {
    let all: Vec<usize> = (0..instance.patterns.count()).collect();
    let kappas = NeuronProgram::new(instance, law, i, &all, 0.0).kappas(&values);
    let kept: Vec<usize> = all.into_iter().filter(|&mu| kappas[mu] > 0.0).collect();
    let margin = kept
        .iter()
        .map(|&mu| kappas[mu])
        .fold(f64::INFINITY, f64::min);
    let program = NeuronProgram::new(instance, law, i, &kept, FLOOR * margin);
    program.solve(values, control).values
}

/// The real symmetric network that repairs best and holds the bits that `trained` holds, as far as it is found.
pub(crate) fn best_network(
    instance: &Instance<'_>,
    law: Law,
    trained: &Trained,
    control: &Control<'_>,
) -> Result<Network, ExactError> {
    let kept = &Kept::of(instance, &trained.network)?;
    let stage = Stage::new(instance, law, kept);
    stage.symmetric(&trained.network, control)
}
