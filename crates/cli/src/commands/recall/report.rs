//! The report of a recall, as JSON with stable keys.

use super::along::Along;
use super::settings::Recalling;
use super::summary::wrong_bits;
use crate::dynamics::names;
use anyhow::Result;
use attractor::{End, Nearest, Network, Outcome, Recalled, Symmetry, Update, nearest, outcomes};
use rayon::prelude::*;
use serde::Serialize;
use std::collections::BTreeMap;

/// What `--report` writes. Keys are never renamed or removed.
#[derive(Debug, Serialize)]
pub(super) struct Report {
    cues: usize,
    neurons: usize,
    /// `synchronous`, `asynchronous`, `block` or `glauber`.
    update: &'static str,
    /// The inverse temperature of Glauber dynamics; null for others.
    beta: Option<f64>,
    /// How many recalls ended in each kind of ending.
    endings: BTreeMap<&'static str, usize>,
    /// Cues that led to their own undamaged pattern; null without `--expect`.
    recalled_exactly: Option<usize>,
    per_cue: Vec<CueReport>,
    /// Of this program.
    version: &'static str,
}

/// One cue's recall.
#[derive(Debug, Serialize)]
struct CueReport {
    /// Steps or sweeps that changed the state.
    steps: usize,
    /// `stored`, `negative`, `other`, `cycle`, `step-limit` or, with --beta, `sampled`; `fixed-point` where the stored
    /// patterns are not known.
    ending: &'static str,
    /// States of the cycle; null if there is none.
    cycle_length: Option<usize>,
    /// The three stored patterns of whose symmetric mixture the last state, a fixed point, is; null if it is none.
    mixture: Option<[usize; 3]>,
    /// The stored pattern that the last state is most like, counted from 0, and their overlap, from −1 to 1; null where
    /// the stored patterns are not known.
    nearest: Option<usize>,
    overlap: Option<f64>,
    /// −½ Σ w_ij s_i s_j − Σ b_i s_i of the last state; null for directed weights, which have no energy.
    energy: Option<f64>,
    /// Whether the network does not know the cue; null without `--novelty`.
    unknown: Option<bool>,
    /// Bits that differ from the undamaged pattern; null without `--expect`.
    wrong_bits: Option<usize>,
    /// Mean overlap over all sweeps with the undamaged pattern or, without `--expect`, the nearest stored one; null where
    /// neither is known, and without `--beta`.
    mean_overlap: Option<f64>,
    /// Energy and that overlap of the cue (unknown entries 0) and after every step; null without `--trace`.
    energies: Option<Vec<f64>>,
    overlaps: Option<Vec<f64>>,
}

impl Report {
    /// # Errors
    /// None for states and patterns of the network's size.
    pub(super) fn new(
        recalling: &Recalling,
        recalled: &Recalled,
        unknown: Option<&[bool]>,
    ) -> Result<Self> {
        let network = recalling.network.network();
        let stored = recalling.stored();
        let outcomes = stored
            .map(|stored| outcomes(recalled, stored))
            .transpose()?;
        let nearest = stored.map(|stored| nearest(stored, &recalled.states));
        let nearest = nearest.transpose()?;
        let wrong = recalling.expected.as_ref();
        let wrong = wrong.map(|expected| wrong_bits(&recalled.states, expected));
        let energies = energies(network, recalled);
        let along = Along::of(recalling, nearest.as_deref())?;
        let mut counts = BTreeMap::new();
        let neurons = recalled.states.neurons();
        let of = |c: usize| {
            let nearest: Option<Nearest> = nearest.as_ref().map(|nearest| nearest[c]);
            let outcome = outcomes.as_ref().map(|outcomes| outcomes[c]);
            let ending = ending(recalled.ends[c], outcome);
            *counts.entry(ending).or_insert(0) += 1;
            CueReport {
                steps: recalled.steps[c],
                ending,
                cycle_length: match recalled.ends[c] {
                    End::Cycle { length } => Some(length),
                    _ => None,
                },
                mixture: match outcome {
                    Some(Outcome::Mixture { patterns }) => Some(patterns),
                    _ => None,
                },
                nearest: nearest.map(|nearest| nearest.pattern),
                overlap: nearest.map(|nearest| nearest.overlap(neurons)),
                energy: energies.as_ref().map(|energies| energies[c]),
                unknown: unknown.map(|unknown| unknown[c]),
                wrong_bits: wrong.as_ref().map(|wrong| wrong[c]),
                mean_overlap: along.mean_overlaps.as_ref().map(|means| means[c]),
                energies: along.energies.as_ref().map(|energies| energies[c].clone()),
                overlaps: along.overlaps.as_ref().map(|overlaps| overlaps[c].clone()),
            }
        };
        let per_cue = (0..recalled.ends.len()).map(of).collect();
        Ok(Self {
            cues: recalled.states.count(),
            neurons,
            update: names(recalling.options.update).0,
            beta: match recalling.options.update {
                Update::Glauber { beta, .. } => Some(beta),
                _ => None,
            },
            endings: counts,
            recalled_exactly: wrong
                .as_ref()
                .map(|wrong| wrong.iter().filter(|&&bits| bits == 0).count()),
            per_cue,
            version: env!("CARGO_PKG_VERSION"),
        })
    }

    /// The JSON text, with a final newline.
    ///
    /// # Errors
    /// Never for these types; the serializer could refuse.
    pub(super) fn to_json(&self) -> Result<String> {
        Ok(serde_json::to_string_pretty(self)? + "\n")
    }
}

/// The name of what a recall ended in; of the outcome where the stored patterns are known.
fn ending(end: End, outcome: Option<Outcome>) -> &'static str {
    match (end, outcome) {
        (End::FixedPoint, None) => "fixed-point",
        (End::FixedPoint, Some(Outcome::Stored { .. })) => "stored",
        (End::FixedPoint, Some(Outcome::Negative { .. })) => "negative",
        (End::FixedPoint, Some(_)) => "other",
        (End::Cycle { .. }, _) => "cycle",
        (End::Sampled, _) => "sampled",
        _ => "step-limit",
    }
}

/// The energy of each last state, if the weights are symmetric.
fn energies(network: &Network, recalled: &Recalled) -> Option<Vec<f64>> {
    let states = &recalled.states;
    let of = |c| network.energy(&Network::state_of(states, c));
    let symmetric = network.symmetry() == Symmetry::Symmetric;
    symmetric.then(|| (0..states.count()).into_par_iter().map(of).collect())
}
