//! One cell: a network, trained or kept from before, and what it recalls.

use super::figure::{GalleryFigure, UPDATES, damaged};
use crate::figures::measure::{CellError, data, measure};
use crate::ledger::{Cell, Measured};
use crate::method::Task;
use attractor::{Control, Cues, Network, RecallOptions, Recalled, Update, recall};
use std::path::Path;

impl GalleryFigure {
    /// Runs one cell; None if the user stops it.
    ///
    /// # Errors
    /// What method or data refuse, and network files of other experiments.
    pub(crate) fn run(
        &self,
        cell: &Cell,
        folder: &Path,
        control: &Control<'_>,
    ) -> Result<Option<Measured>, CellError> {
        let method = cell.method.parse().map_err(data)?;
        let patterns = self.patterns()?;
        let trained = if let Some(trained) = self.kept(method, &patterns, folder)? {
            trained
        } else {
            let task = Task {
                patterns: &patterns,
                shape: self.shape,
                settings: &self.settings,
                rule_settings: &[],
                seed: self.seed(),
            };
            let trained = method.train(&task, control)?.trained;
            if control.interrupted() {
                return Ok(None);
            }
            self.keep(method, &trained, &patterns, folder)?;
            trained
        };
        let update = UPDATES
            .into_iter()
            .find(|&update| self.panel(update) == cell.figure)
            .ok_or_else(|| data(format!("the cell {cell:?} is none of this figure")))?;
        let mut measured = if cell.level == 0.0 && update == Update::Synchronous {
            measure(method, &trained, &patterns, &self.settings)?
        } else {
            Measured::default()
        };
        let cues = damaged(&patterns, cell.level, cell.seed);
        let recalled = repaired(&trained.network, &cues, update)?;
        let exact = (0..patterns.count())
            .filter(|&mu| recalled.states.bits(mu) == patterns.bits(mu))
            .count();
        let overlaps = (0..patterns.count()).map(|mu| {
            let pairs = recalled.states.signs(mu).zip(patterns.signs(mu));
            pairs.map(|(a, b)| f64::from(a * b)).sum::<f64>() / patterns.neurons() as f64
        });
        measured.overlap = Some(overlaps.sum::<f64>() / patterns.count() as f64);
        measured.exact_recall = Some(exact as f64 / patterns.count() as f64);
        Ok(Some(measured))
    }
}

pub(super) fn repaired(
    network: &Network,
    cues: &Cues,
    update: Update,
) -> Result<Recalled, CellError> {
    recall(network, cues, &RecallOptions::new(update)).map_err(data)
}
