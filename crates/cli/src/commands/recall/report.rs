//! The report of a recall, as JSON with stable keys.

use super::endings::{Ending, Nearest, endings, nearest};
use super::settings::Recalling;
use super::summary::wrong_bits;
use anyhow::Result;
use attractor::{Network, Recalled, Symmetry, Update};
use rayon::prelude::*;
use serde::Serialize;
use std::collections::BTreeMap;

/// What `--report` writes. Keys are never renamed or removed.
#[derive(Debug, Serialize)]
pub(super) struct Report {
    cues: usize,
    neurons: usize,
    /// `synchronous` or `asynchronous`.
    update: &'static str,
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
    /// `stored`, `negative`, `other`, `cycle` or `step-limit`; `fixed-point` where the stored patterns are not known.
    ending: &'static str,
    /// States of the cycle; null if there is none.
    cycle_length: Option<usize>,
    /// The stored pattern that the last state is most like, counted from 0, and their overlap, from −1 to 1; null where
    /// the stored patterns are not known.
    nearest: Option<usize>,
    overlap: Option<f64>,
    /// −½ Σ w_ij s_i s_j − Σ b_i s_i of the last state; null for directed weights, which have no energy.
    energy: Option<f64>,
    /// Bits that differ from the undamaged pattern; null without `--expect`.
    wrong_bits: Option<usize>,
}

impl Report {
    /// # Errors
    /// None for states of the network's size.
    pub(super) fn new(recalling: &Recalling, recalled: &Recalled) -> Result<Self> {
        let network = recalling.network.network();
        let stored = recalling.stored();
        let ended = endings(network, recalled, stored, &recalling.options)?;
        let nearest = stored.map(|stored| nearest(&recalled.states, stored));
        let wrong = recalling.expected.as_ref();
        let wrong = wrong.map(|expected| wrong_bits(&recalled.states, expected));
        let energies = energies(network, recalled);
        let mut counts = BTreeMap::new();
        for ending in &ended {
            *counts.entry(ending.name()).or_insert(0) += 1;
        }
        let of = |(c, &ending): (usize, &Ending)| {
            let nearest: Option<Nearest> = nearest.as_ref().map(|nearest| nearest[c]);
            CueReport {
                steps: recalled.steps[c],
                ending: ending.name(),
                cycle_length: ending.cycle_length(),
                nearest: nearest.map(|nearest| nearest.pattern),
                overlap: nearest.map(|nearest| nearest.overlap),
                energy: energies.as_ref().map(|energies| energies[c]),
                wrong_bits: wrong.as_ref().map(|wrong| wrong[c]),
            }
        };
        Ok(Self {
            cues: recalled.states.count(),
            neurons: recalled.states.neurons(),
            update: match recalling.options.update {
                Update::Asynchronous(_) => "asynchronous",
                Update::Synchronous => "synchronous",
            },
            endings: counts,
            recalled_exactly: wrong
                .as_ref()
                .map(|wrong| wrong.iter().filter(|&&bits| bits == 0).count()),
            per_cue: ended.iter().enumerate().map(of).collect(),
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

/// The energy of each last state, if the weights are symmetric.
fn energies(network: &Network, recalled: &Recalled) -> Option<Vec<f64>> {
    let states = &recalled.states;
    let of = |c| network.energy(&Network::state_of(states, c));
    let symmetric = network.symmetry() == Symmetry::Symmetric;
    symmetric.then(|| (0..states.count()).into_par_iter().map(of).collect())
}
