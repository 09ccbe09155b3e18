//! What happens along each recall: energy and overlap, step by step.

use super::settings::Recalling;
use anyhow::Result;
use attractor::{
    Nearest, RecallError, Symmetry, Update, energy_trace, mean_overlaps, overlap_trace,
};
use rayon::prelude::*;

/// Measured along each cue's recall.
pub(super) struct Along {
    /// None where no pattern is known, and for updates that settle.
    pub(super) mean_overlaps: Option<Vec<f64>>,
    /// None for directed weights, and unless asked for.
    pub(super) energies: Option<Vec<Vec<f64>>>,
    /// None where no pattern is known, and unless asked for.
    pub(super) overlaps: Option<Vec<Vec<f64>>>,
}

impl Along {
    /// Runs the recalls once more. Overlaps are those with the undamaged pattern, otherwise with the nearest stored one.
    ///
    /// # Errors
    /// None for what was recalled before.
    pub(super) fn of(recalling: &Recalling, nearest: Option<&[Nearest]>) -> Result<Self> {
        let (network, cues) = (recalling.network.network(), &recalling.cues);
        let options = &recalling.options;
        let targets = match (&recalling.expected, recalling.stored(), nearest) {
            (Some(expected), _, _) => Some(expected.clone()),
            (None, Some(stored), Some(nearest)) => {
                let own: Vec<usize> = nearest.iter().map(|nearest| nearest.pattern).collect();
                Some(stored.select(&own)?)
            }
            _ => None,
        };
        let all = |trace: &(dyn Fn(usize) -> Result<Vec<f64>, RecallError> + Sync)| {
            (0..cues.count()).into_par_iter().map(trace).collect()
        };
        let samples = matches!(options.update, Update::Glauber { .. });
        let mean = |targets| mean_overlaps(network, cues, options, targets);
        let has_energy = network.symmetry() == Symmetry::Symmetric;
        let energies = (recalling.trace && has_energy)
            .then(|| all(&|c| energy_trace(network, cues, c, options)));
        let overlaps = targets.as_ref().filter(|_| recalling.trace);
        let overlaps = overlaps
            .map(|targets| all(&|c| overlap_trace(network, cues, c, options, (targets, c))));
        Ok(Self {
            mean_overlaps: targets.as_ref().filter(|_| samples).map(mean).transpose()?,
            energies: energies.transpose()?,
            overlaps: overlaps.transpose()?,
        })
    }
}
