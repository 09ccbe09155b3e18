//! The trained networks, kept as files within the folder of the results.

use super::figure::GalleryFigure;
use crate::figures::measure::{CellError, data};
use crate::trainer::Trainer;
use attractor::io::{Metadata, NetworkFile};
use attractor::{Bounds, Patterns, Status, Trained};
use std::fs;
use std::path::{Path, PathBuf};

/// The folder of trained networks, within that of the results.
pub(crate) const NETWORKS: &str = "networks";

impl GalleryFigure {
    fn path(&self, trainer: &Trainer, folder: &Path) -> PathBuf {
        let name = format!("{}-{}.safetensors", self.name, trainer.file_name());
        folder.join(NETWORKS).join(name)
    }

    /// The network that an earlier run has trained.
    pub(super) fn kept(
        &self,
        trainer: &Trainer,
        patterns: &Patterns,
        folder: &Path,
    ) -> Result<Option<Trained>, CellError> {
        let path = self.path(trainer, folder);
        if !path.exists() {
            return Ok(None);
        }
        let file = NetworkFile::read(&path).map_err(data)?;
        let metadata = file.metadata().clone();
        let asked = trainer.options(&self.config.settings);
        let same = metadata.rule == trainer.method().name()
            && metadata.patterns_sha256 == Some(patterns.sha256())
            && metadata.options.get("settings").and_then(|s| s.as_str()) == Some(&asked);
        if !same {
            return Err(CellError::Data(format!(
                "{} was trained for another experiment; choose another folder",
                path.display()
            )));
        }
        let network = file.network().clone();
        let ties = self.config.settings.ties;
        let counted = Trained::unproven(network, patterns, ties).map_err(data)?;
        Ok(Some(Trained {
            status: metadata.status.unwrap_or(Status::Feasible),
            total: Bounds {
                lower_bound: metadata.lower_bound.unwrap_or(0),
                ..counted.total
            },
            ..counted
        }))
    }

    pub(super) fn keep(
        &self,
        trainer: &Trainer,
        trained: &Trained,
        patterns: &Patterns,
        folder: &Path,
    ) -> Result<(), CellError> {
        let mut metadata = Metadata {
            seed: Some(self.seed()),
            shape: Some(self.shape),
            status: Some(trained.status),
            wrong_bits: Some(trained.total.wrong_bits),
            lower_bound: Some(trained.total.lower_bound),
            patterns_sha256: Some(patterns.sha256()),
            ..Metadata::new(trainer.method().name(), trained.ties)
        };
        let settings = trainer.options(&self.config.settings);
        metadata
            .options
            .insert("settings".to_owned(), settings.into());
        let own = trainer.settings(&self.config.settings);
        let couplings = trainer.method().couplings(self.shape, &own).map_err(data)?;
        let file = NetworkFile::new(trained.network.clone(), couplings, metadata).map_err(data)?;
        let path = self.path(trainer, folder);
        fs::create_dir_all(folder.join(NETWORKS)).map_err(data)?;
        file.write(&path).map_err(data)
    }
}
