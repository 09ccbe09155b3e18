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

mod count;
mod kept;
mod neuron;
mod normal;
mod objective;
mod passes;
mod signs;
mod stage;
mod symmetric;
#[cfg(test)]
mod tests;

pub(crate) use kept::Kept as KeptBits;
pub(crate) use neuron::NeuronProgram;
pub(crate) use objective::{Law, Unit};
pub(crate) use stage::{FLOOR, network_of};
pub(crate) use symmetric::NetworkProgram;

use crate::damage::Damage;
use crate::error::ExactError;
use crate::instance::Instance;
use crate::outcome::{Outcome, Repair};
use attractor::{Control, Network, Trained};
use kept::Kept;
use passes::Passes;
use stage::Stage;

/// How a network is chosen for damage.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Asked {
    pub(crate) damage: Damage,
    /// Rounds on passed states.
    pub(crate) rounds: u32,
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
    let stage = Stage {
        instance,
        law: damage.into(),
        kept,
    };
    let start = &outcome.trained.network;
    let is_exact = count::is_exact(instance, damage);
    let (mut network, least_loss) = if instance.weights.is_discrete() {
        // The search chose them by the same objective; real weights bound them.
        (start.clone(), stage.bound(stage.floor(), start, control))
    } else if is_exact {
        (stage.best_counted(start, damage, control)?, 0.0)
    } else {
        stage.best(start, control)?
    };
    if asked.rounds > 0 && !instance.weights.is_discrete() {
        let passes = Passes {
            instance,
            kept,
            damage,
            seed: asked.seed,
        };
        let made = |values: &[f64]| Ok(network_of(instance, values)?);
        if let Some(better) = passes.train(&network, asked.rounds, made, control)? {
            network = better;
        }
    }
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
        repair: Some(repair),
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
    let stage = Stage {
        instance,
        law: damage.into(),
        kept: &Kept::of(instance, network)?,
    };
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
    let stage = Stage {
        instance,
        law,
        kept: &Kept::of(instance, network)?,
    };
    let floor = floor.unwrap_or_else(|| stage.floor());
    Ok(stage.bound(floor, network, control))
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
    let stage = Stage {
        instance,
        law,
        kept,
    };
    stage.symmetric(&trained.network, control)
}
