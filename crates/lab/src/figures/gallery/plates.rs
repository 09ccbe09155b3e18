//! Pictures: weight matrices, and what the networks recall.

use super::cells::repaired;
use super::figure::{GalleryFigure, damaged, flips};
use crate::figures::measure::{CellError, data};
use crate::figures::shown::Plate;
use crate::plot::Labels;
use crate::trainer::Trainer;
use attractor::picture::{Picture, Row, TableLayout, Tile, heat_map, recall_table};
use attractor::{Cues, Network, Patterns, Update};
use std::path::Path;

/// The name of the row of damaged patterns.
const INPUT: &str = "input";

impl GalleryFigure {
    /// The weight matrices, and the recall of single patterns in rows of images. If the folder has none of the networks,
    /// they are named without pictures.
    ///
    /// # Errors
    /// Networks that are not there or do not fit.
    pub(crate) fn plates(&self, folder: &Path) -> Result<Vec<Plate>, CellError> {
        let patterns = self.patterns()?;
        let mut networks = Vec::new();
        for trainer in &self.config.methods {
            if let Some(trained) = self.kept(trainer, &patterns, folder)? {
                networks.push((trainer, trained.network));
            }
        }
        let mut plates = Vec::new();
        if self.config.weights && networks.is_empty() {
            let methods = self.config.methods.iter();
            plates.extend(methods.map(|trainer| self.weights_of(trainer, None)));
        } else if self.config.weights {
            for (trainer, network) in &networks {
                let network = clipped(network)?;
                let largest = network
                    .weights()
                    .iter()
                    .fold(0.0, |most: f64, w| most.max(w.abs()));
                plates.push(Plate {
                    picture: Some(heat_map(&network).map_err(data)?),
                    ..self.weights_of(trainer, Some(largest))
                });
            }
        }
        for &mu in &self.config.shown {
            let picture = if networks.is_empty() {
                None
            } else {
                Some(self.recalled(&patterns, &networks, mu)?)
            };
            plates.push(Plate {
                name: format!("{}-pattern{mu}", self.name),
                caption: format!(
                    "Pattern {mu}, the number above each cue of its {} bits flipped, and what each network recalls \
                     by synchronous updates; wrong bits orange",
                    patterns.neurons()
                ),
                picture,
                labels: self.labels(patterns.neurons(), &networks),
            });
        }
        Ok(plates)
    }

    /// The plate of a method's weights, without its picture.
    fn weights_of(&self, trainer: &Trainer, largest: Option<f64>) -> Plate {
        Plate {
            name: format!("{}-{}", self.name, trainer.file_name()),
            caption: format!(
                "Weights of {trainer}: blue negative, red positive; the strongest hundredth alike"
            ),
            picture: None,
            labels: Labels::Weights {
                title: trainer.label(),
                neurons: self.shape.neurons(),
                largest,
            },
        }
    }

    /// Shares of flipped bits that a picture of recall shows: as many as a page holds.
    fn shown_levels(&self) -> Vec<f64> {
        const COLUMNS: usize = 11;
        let all = self.distinct_levels();
        let step = all.len().div_ceil(COLUMNS).max(1);
        let shown = all.iter().step_by(step);
        shown.map(|&percent| percent as f64 / 100.0).collect()
    }

    /// The numbers of flipped bits, above the columns of a picture of recall.
    fn columns(&self, neurons: usize) -> Vec<String> {
        let levels = self.shown_levels().into_iter();
        levels
            .map(|level| flips(level, neurons).to_string())
            .collect()
    }

    /// Names of the rows and columns of a picture of recall: of these networks, of all where none is kept.
    fn labels(&self, neurons: usize, networks: &[(&Trainer, Network)]) -> Labels {
        let kept = || networks.iter().map(|(trainer, _)| *trainer);
        let trainers: Vec<&Trainer> = if networks.is_empty() {
            self.config.methods.iter().collect()
        } else {
            kept().collect()
        };
        let input = || std::iter::once(INPUT.to_owned());
        let names = trainers.iter().map(ToString::to_string);
        let pixels: Vec<String> = input().chain(names).collect();
        let pixels: Vec<&str> = pixels.iter().map(String::as_str).collect();
        let columns = self.columns(neurons);
        let labels = trainers.iter().map(|trainer| trainer.label());
        Labels::Table {
            rows: input().chain(labels).collect(),
            columns_are: format!("flipped bits of {neurons}"),
            layout: TableLayout::new(&pixels, &columns, self.shape),
            columns,
        }
    }

    /// One pattern under growing noise, and below what each network makes of it.
    fn recalled(
        &self,
        patterns: &Patterns,
        networks: &[(&Trainer, Network)],
        mu: usize,
    ) -> Result<Picture, CellError> {
        let levels = self.shown_levels().into_iter();
        let cues: Vec<Cues> = levels
            .map(|level| damaged(patterns, level, self.seed()))
            .collect();
        let inputs = cues.iter();
        let inputs = inputs.map(|cues| Tile::cue(cues, mu).against(patterns, mu));
        let mut rows = vec![Row::new(INPUT, inputs.collect())];
        for (trainer, network) in networks {
            let tile = |cues: &Cues| {
                let recalled = repaired(network, cues, Update::Synchronous)?;
                Ok(Tile::pattern(&recalled.states, mu).against(patterns, mu))
            };
            let tiles: Result<_, CellError> = cues.iter().map(tile).collect();
            rows.push(Row::new(trainer.to_string(), tiles?));
        }
        recall_table(&rows, &self.columns(patterns.neurons()), self.shape).map_err(data)
    }
}

/// The network with its strongest hundredth of weights cut to the next, so that few strong weights do not leave the
/// others white in a picture.
fn clipped(network: &Network) -> Result<Network, CellError> {
    let mut sizes: Vec<f64> = network.weights().iter().map(|w| w.abs()).collect();
    sizes.retain(|&w| w > 0.0);
    sizes.sort_by(f64::total_cmp);
    let most = sizes.get(sizes.len() * 99 / 100).copied().unwrap_or(1.0);
    let weights = network.weights().iter().map(|w| w.clamp(-most, most));
    let biases = network.biases().to_vec();
    Network::new(network.symmetry(), weights.collect(), biases).map_err(data)
}
