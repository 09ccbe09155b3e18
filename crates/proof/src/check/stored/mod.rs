//! Stored: wrong bits, margin and certified radii of one network, recounted exactly.
//!
//! [`check`] compares a claim with the recount; [`claim`] makes the claim that is true.

mod class;
mod margin;
mod recount;

use crate::check::system::System;
use crate::format::certificate::Stored;
use crate::format::hash::network_sha256;
use crate::format::problem::CertifiedProblem;
use crate::format::refusal::{Reason, Refusal};
use attractor::Network;
use class::check_class;
use margin::{check_margin, decimal, neuron_margin};
use rayon::prelude::*;
pub(crate) use recount::RightBits;
use recount::{NeuronRecount, RadiiTask, check_recount_cost, recount};

/// Neurons that search for radii one after the other: each starts from what the one before has lowered. Larger chunks
/// leave fewer of them to share among threads; smaller ones search more from the start.
const CHUNK: usize = 32;

/// Checks the claim about `network`.
pub(crate) fn check(
    problem: &CertifiedProblem,
    system: &System<'_>,
    stored: &Stored,
    network: &Network,
) -> Result<(), Refusal> {
    let claimed = Claimed {
        system,
        stored,
        network,
    };
    claimed.check_network_hash()?;
    check_class(problem, system, network).map_err(|reason| Refusal::at("stored", reason))?;
    claimed.check_lists()?;
    check_recount_cost(system, network)?;
    let recounted = claimed.check_neurons()?;
    claimed.check_total(&recounted)?;
    claimed.check_margin(&recounted)
}

/// A claim about a network, on its way through the steps of [`check`].
struct Claimed<'a> {
    system: &'a System<'a>,
    stored: &'a Stored,
    network: &'a Network,
}

impl Claimed<'_> {
    fn check_network_hash(&self) -> Result<(), Refusal> {
        let actual = network_sha256(self.network);
        if self.stored.network_sha256 == actual {
            return Ok(());
        }
        let claimed = self.stored.network_sha256.chars().take(64).collect();
        let reason = Reason::Hash { claimed, actual };
        Err(Refusal::at("stored.network_sha256", reason))
    }

    /// One number a neuron, one radius a pattern, and no radii with ε.
    fn check_lists(&self) -> Result<(), Refusal> {
        let per_neuron = &self.stored.wrong_bits_per_neuron;
        check_length(
            "stored.wrong_bits_per_neuron",
            per_neuron.len(),
            self.system.neurons(),
        )?;
        let Some(radii) = &self.stored.radii else {
            return Ok(());
        };
        check_length("stored.radii", radii.len(), self.system.patterns.count())?;
        if self.system.epsilon.is_some() {
            let reason = Reason::NotDefined("radii are defined without margin");
            return Err(Refusal::at("stored.radii", reason));
        }
        Ok(())
    }

    /// Recounts every neuron: its radii hold, and its wrong bits are those claimed.
    fn check_neurons(&self) -> Result<Vec<NeuronRecount>, Refusal> {
        let radii = self.stored.radii.as_deref();
        let recounted: Vec<Result<NeuronRecount, Reason>> = (0..self.system.neurons())
            .into_par_iter()
            .map(|i| {
                let task = radii.map_or(RadiiTask::Skip, RadiiTask::Check);
                recount(self.system, self.network, i, task)
            })
            .collect();
        let claims = self.stored.wrong_bits_per_neuron.iter().enumerate();
        let checked = recounted.into_iter().zip(claims);
        checked
            .map(|(neuron, (i, &claimed))| {
                let neuron = neuron.map_err(|reason| Refusal::at("stored.radii", reason))?;
                let location = format_args!("stored.wrong_bits_per_neuron[{i}]");
                check_count(location, claimed, neuron.wrong)?;
                Ok(neuron)
            })
            .collect()
    }

    fn check_total(&self, recounted: &[NeuronRecount]) -> Result<(), Refusal> {
        let total = recounted.iter().map(|neuron| neuron.wrong).sum();
        check_count("stored.wrong_bits", self.stored.wrong_bits, total)
    }

    fn check_margin(&self, recounted: &[NeuronRecount]) -> Result<(), Refusal> {
        let Some(margin) = &self.stored.margin else {
            return Ok(());
        };
        check_margin(margin, recounted).map_err(|reason| Refusal::at("stored.margin", reason))
    }
}

fn check_length(location: &str, found: usize, expected: usize) -> Result<(), Refusal> {
    if found == expected {
        return Ok(());
    }
    Err(Refusal::at(location, Reason::Length { found, expected }))
}

fn check_count(location: impl std::fmt::Display, claimed: u64, actual: u64) -> Result<(), Refusal> {
    if claimed == actual {
        return Ok(());
    }
    Err(Refusal::at(location, Reason::Count { claimed, actual }))
}

/// The true claim about `network`, with the radii if these are wanted.
pub(crate) fn claim(
    problem: &CertifiedProblem,
    system: &System<'_>,
    network: &Network,
    with_radii: bool,
) -> Result<Stored, Refusal> {
    check_class(problem, system, network).map_err(|reason| Refusal::at("stored", reason))?;
    check_recount_cost(system, network)?;
    let with_radii = with_radii && system.epsilon.is_none();
    let order: Vec<usize> = (0..system.neurons()).collect();
    let chunks: Vec<_> = order
        .par_chunks(CHUNK)
        .map(|chunk| recount_chunk(system, network, chunk, with_radii))
        .collect();
    let mut neurons = Vec::with_capacity(system.neurons());
    let mut radii = unlimited_radii(system);
    for chunk in chunks {
        let (some, found) = chunk.map_err(|reason| Refusal::at("stored", reason))?;
        neurons.extend(some);
        for (r, f) in radii.iter_mut().zip(found) {
            // None, where a bit is wrong, is less than every Some.
            *r = (*r).min(f);
        }
    }
    let wrong: Vec<u64> = neurons.iter().map(|n| n.wrong).collect();
    let margin = neurons.iter().filter_map(neuron_margin).min();
    Ok(Stored {
        network_sha256: network_sha256(network),
        wrong_bits: wrong.iter().sum(),
        wrong_bits_per_neuron: wrong,
        margin: margin.map(|m| decimal(&m)),
        radii: with_radii.then_some(radii),
    })
}

/// Radii that no network can exceed: all inputs flipped.
fn unlimited_radii(system: &System<'_>) -> Vec<Option<u32>> {
    vec![Some(system.neurons() as u32); system.patterns.count()]
}

/// Recounts some neurons, and the radii at which their bits all survive.
fn recount_chunk(
    system: &System<'_>,
    network: &Network,
    neurons: &[usize],
    with_radii: bool,
) -> Result<(Vec<NeuronRecount>, Vec<Option<u32>>), Reason> {
    let mut radii = unlimited_radii(system);
    let mut all = Vec::with_capacity(neurons.len());
    for &i in neurons {
        let task = if with_radii {
            RadiiTask::Find(&mut radii)
        } else {
            RadiiTask::Skip
        };
        all.push(recount(system, network, i, task)?);
    }
    Ok((all, radii))
}
