//! Figures: the paper's experiments. Each one is made of cells that run independently, and of charts made from their results.

mod classify;
mod fitted;
mod gallery;
mod known;
pub(crate) mod measure;
mod named;
mod shown;
mod storage;
mod variant;

use crate::config::{self, ConfigError, Experiment};
use crate::ledger::{Cell, Entry, Measured};
use crate::method::Method;
use crate::plot::Chart;
use crate::trainer::Trainer;
use attractor::{Control, TrainError};
use classify::ClassifyFigure;
use gallery::GalleryFigure;
pub(crate) use gallery::NETWORKS;
use known::KnownFigure;
pub(crate) use measure::is_proven;
pub use measure::{CellError, NO_NETWORK};
pub use named::{ALL, REPAIR, is_plain, named};
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
pub use shown::{Plate, Summary};
use std::path::Path;
use storage::StorageFigure;
pub use variant::Variant;

/// The committed experiments, by name. Fig. 6 shows the networks of Fig. 5.
pub const COMMITTED: [(&str, &str); 6] = [
    ("fig2", include_str!("../../figures/fig2.toml")),
    ("fig3", include_str!("../../figures/fig3.toml")),
    ("fig4", include_str!("../../figures/fig4.toml")),
    ("fig5", include_str!("../../figures/fig5.toml")),
    ("fig7", include_str!("../../figures/fig7.toml")),
    ("fig8", include_str!("../../figures/fig8.toml")),
];

/// Experiments beyond the paper's, by name: its Figs. 7 and 8 with memories that are chosen for the damage they must undo, and
/// what it says of known and unknown inputs.
pub const ADDED: [(&str, &str); 3] = [
    (
        "fig7-repair",
        include_str!("../../figures/fig7-repair.toml"),
    ),
    (
        "fig8-repair",
        include_str!("../../figures/fig8-repair.toml"),
    ),
    ("known", include_str!("../../figures/known.toml")),
];

/// An experiment of the paper, checked and ready to run.
#[derive(Debug, Clone)]
pub struct Figure {
    name: String,
    title: String,
    kept: String,
    kind: Kind,
}

#[derive(Debug, Clone)]
enum Kind {
    Storage(StorageFigure),
    Classify(ClassifyFigure),
    Gallery(GalleryFigure),
    Known(KnownFigure),
}

impl Figure {
    /// From the text of a figure's file, in its full or its quick setting.
    ///
    /// # Errors
    /// See [`ConfigError`].
    pub fn parse(name: &str, text: &str, quick: bool) -> Result<Self, ConfigError> {
        let (title, experiment) = config::parse(text, quick)?;
        Self::new(name, title, experiment)
    }

    /// From what [`Figure::kept`] gave.
    ///
    /// # Errors
    /// See [`ConfigError`].
    pub fn parse_kept(name: &str, text: &str) -> Result<Self, ConfigError> {
        let (title, experiment) = config::parse_kept(text)?;
        Self::new(name, title, experiment)
    }

    /// # Errors
    /// See [`ConfigError`].
    fn new(name: &str, title: String, experiment: Experiment) -> Result<Self, ConfigError> {
        let kept = config::kept_text(&title, &experiment)?;
        let kind = match experiment {
            Experiment::Storage(config) => {
                Kind::Storage(StorageFigure::new(name, title.clone(), config)?)
            }
            Experiment::Classify(config) => {
                Kind::Classify(ClassifyFigure::new(name, title.clone(), config)?)
            }
            Experiment::Gallery(config) => {
                Kind::Gallery(GalleryFigure::new(name, title.clone(), config)?)
            }
            Experiment::Novelty(config) => {
                Kind::Known(KnownFigure::new(name, title.clone(), config)?)
            }
        };
        Ok(Self {
            name: name.to_owned(),
            title,
            kept,
            kind,
        })
    }

    /// For example `fig4`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What it is about.
    pub fn title(&self) -> &str {
        &self.title
    }

    /// Its settings as text; equal settings are equal texts.
    pub fn kept(&self) -> &str {
        &self.kept
    }

    fn table_stages(&self) -> Vec<Vec<Cell>> {
        match &self.kind {
            Kind::Storage(figure) => vec![figure.cells()],
            Kind::Classify(figure) => vec![figure.cells()],
            Kind::Gallery(figure) => figure.stages(),
            Kind::Known(figure) => figure.stages(),
        }
    }

    /// Cells in groups to be run one after the other: later ones may use networks that earlier ones have trained. Within
    /// a group the methods that cost nothing come first, so that they wait for no other; then all loads mixed, so that
    /// the time of those that are done tells of those that are left.
    pub fn stages(&self) -> Vec<Vec<Cell>> {
        let mut stages = self.table_stages();
        for stage in &mut stages {
            stage.shuffle(&mut ChaCha8Rng::seed_from_u64(0));
            let is_long =
                |cell: &Cell| Trainer::method_of(&cell.method).is_some_and(Method::searches);
            stage.sort_by_key(is_long);
        }
        stages
    }

    /// Every cell, in the order of the table.
    pub fn cells(&self) -> Vec<Cell> {
        self.table_stages().concat()
    }

    /// Runs one cell for the results in `folder`; None if the user stops it. A program whose solver finds no network
    /// within its limit is a result too, with [`NO_NETWORK`] as its status.
    ///
    /// # Errors
    /// What method or data refuse.
    pub fn run(
        &self,
        cell: &Cell,
        folder: &Path,
        control: &Control<'_>,
    ) -> Result<Option<Measured>, CellError> {
        let measured = match &self.kind {
            Kind::Storage(figure) => figure.run(cell, control),
            Kind::Classify(figure) => figure.run(cell, control),
            Kind::Gallery(figure) => figure.run(cell, folder, control),
            Kind::Known(figure) => figure.run(cell, control),
        };
        match measured {
            Err(CellError::Train(TrainError::Unsupported { rule, .. }))
                if rule == Method::MilpVertex.name() =>
            {
                Ok(Some(Measured {
                    status: NO_NETWORK.to_owned(),
                    ..Measured::default()
                }))
            }
            other => other,
        }
    }

    /// Charts by file name.
    pub fn charts(&self, entries: &[Entry]) -> Vec<(String, Chart)> {
        match &self.kind {
            Kind::Storage(figure) => figure.charts(entries),
            Kind::Classify(figure) => figure.charts(entries),
            Kind::Gallery(figure) => figure.charts(entries),
            Kind::Known(figure) => figure.charts(entries),
        }
    }

    /// Pictures besides charts, of networks in `folder`.
    ///
    /// # Errors
    /// Networks that are not there or do not fit.
    pub fn plates(&self, folder: &Path) -> Result<Vec<Plate>, CellError> {
        match &self.kind {
            Kind::Gallery(figure) => figure.plates(folder),
            Kind::Storage(_) | Kind::Classify(_) | Kind::Known(_) => Ok(Vec::new()),
        }
    }

    /// What was measured, in few numbers.
    pub fn summary(&self, entries: &[Entry]) -> Summary {
        match &self.kind {
            Kind::Storage(figure) => figure.summary(entries),
            Kind::Classify(figure) => figure.summary(entries),
            Kind::Gallery(figure) => figure.summary(entries),
            Kind::Known(figure) => figure.summary(entries),
        }
    }
}
