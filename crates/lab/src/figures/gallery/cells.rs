//! One cell: a network, trained or kept from before, and what it recalls.

use super::figure::{Contender, GalleryFigure, UPDATES, damaged, flips};
use crate::figures::measure::{CellError, data, measure};
use crate::ledger::{Cell, Measured};
use crate::method::Task;
use crate::pattern_memory::PatternMemory;
use crate::trainer::Trainer;
use attractor::{
    Control, Cues, Network, Patterns, RecallOptions, Recalled, Ties, Trained, Update,
    certified_radii, recall,
};
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
        let unknown = || data(format!("the cell {cell:?} is none of this figure"));
        let patterns = self.patterns()?;
        let contender = self
            .contenders()
            .find(|contender| contender.name() == cell.method)
            .ok_or_else(unknown)?;
        let trainer = match contender {
            Contender::Network(trainer) => trainer,
            Contender::Patterns(memory) => {
                return self.run_pattern_memory(memory, cell, &patterns).map(Some);
            }
        };
        let Some(trained) = self.trained(trainer, &patterns, folder, control)? else {
            return Ok(None);
        };
        if cell.figure == self.certain_panel() {
            let radii =
                certified_radii(&trained.network, &patterns, Ties::Negative).map_err(data)?;
            let flips = flips(cell.level, patterns.neurons());
            let certain = radii.iter().flatten().filter(|r| r.flips >= flips).count();
            return Ok(Some(certain_share(certain, &patterns)));
        }
        let update = self.update_of(cell).ok_or_else(unknown)?;
        let mut measured = if cell.level == 0.0 && update == Update::Synchronous {
            measure(trainer, &trained, &patterns, &self.config.settings)?
        } else {
            Measured::default()
        };
        let cues = damaged(&patterns, cell.level, cell.seed);
        let recalled = repaired(&trained.network, &cues, update)?;
        compare(&recalled.states, &patterns, &mut measured);
        Ok(Some(measured))
    }

    fn update_of(&self, cell: &Cell) -> Option<Update> {
        UPDATES
            .into_iter()
            .find(|&update| self.panel(update) == cell.figure)
    }

    /// The network of a method, trained or kept from before; None if the user stops it.
    fn trained(
        &self,
        trainer: &Trainer,
        patterns: &Patterns,
        folder: &Path,
        control: &Control<'_>,
    ) -> Result<Option<Trained>, CellError> {
        if let Some(trained) = self.kept(trainer, patterns, folder)? {
            return Ok(Some(trained));
        }
        let task = Task {
            patterns,
            shape: self.shape,
            settings: &self.config.settings,
            rule_settings: &[],
            seed: self.seed(),
        };
        let trained = trainer.train(&task, control)?.trained;
        if control.interrupted() {
            return Ok(None);
        }
        self.keep(trainer, &trained, patterns, folder)?;
        Ok(Some(trained))
    }

    /// A cell of a memory that keeps the patterns: nothing is trained.
    fn run_pattern_memory(
        &self,
        memory: PatternMemory,
        cell: &Cell,
        patterns: &Patterns,
    ) -> Result<Measured, CellError> {
        let unknown = || data(format!("the cell {cell:?} is none of this figure"));
        if cell.figure == self.certain_panel() {
            let flips = flips(cell.level, patterns.neurons());
            let certain = memory.certain(patterns, flips).ok_or_else(unknown)?;
            return Ok(certain_share(certain, patterns));
        }
        let update = self.update_of(cell).ok_or_else(unknown)?;
        let cues = damaged(patterns, cell.level, cell.seed);
        let mut measured = Measured::default();
        compare(
            &memory.recall(patterns, &cues, update)?,
            patterns,
            &mut measured,
        );
        Ok(measured)
    }
}

fn certain_share(certain: usize, patterns: &Patterns) -> Measured {
    Measured {
        exact_recall: Some(certain as f64 / patterns.count() as f64),
        ..Measured::default()
    }
}

/// How near each recalled state is to its pattern.
fn compare(states: &Patterns, patterns: &Patterns, measured: &mut Measured) {
    let exact = (0..patterns.count())
        .filter(|&mu| states.bits(mu) == patterns.bits(mu))
        .count();
    let overlaps = (0..patterns.count()).map(|mu| {
        let pairs = states.signs(mu).zip(patterns.signs(mu));
        pairs.map(|(a, b)| f64::from(a * b)).sum::<f64>() / patterns.neurons() as f64
    });
    measured.overlap = Some(overlaps.sum::<f64>() / patterns.count() as f64);
    measured.exact_recall = Some(exact as f64 / patterns.count() as f64);
}

pub(super) fn repaired(
    network: &Network,
    cues: &Cues,
    update: Update,
) -> Result<Recalled, CellError> {
    recall(network, cues, &RecallOptions::new(update)).map_err(data)
}
