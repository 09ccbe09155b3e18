//! Pictures: weight matrices, and what the networks recall.

use super::cells::repaired;
use super::figure::{GalleryFigure, damaged, flips};
use crate::figures::measure::{CellError, data};
use crate::figures::shown::Plate;
use crate::method::Method;
use crate::plot::Labels;
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
        for &method in &self.config.methods {
            if let Some(trained) = self.kept(method, &patterns, folder)? {
                networks.push((method, trained.network));
            }
        }
        let mut plates = Vec::new();
        if self.config.weights && networks.is_empty() {
            let methods = self.config.methods.iter();
            plates.extend(methods.map(|&method| self.weights_of(method, None)));
        } else if self.config.weights {
            for (method, network) in &networks {
                let network = clipped(network)?;
                let largest = network
                    .weights()
                    .iter()
                    .fold(0.0, |most: f64, w| most.max(w.abs()));
                plates.push(Plate {
                    picture: Some(heat_map(&network).map_err(data)?),
                    ..self.weights_of(*method, Some(largest))
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
    fn weights_of(&self, method: Method, largest: Option<f64>) -> Plate {
        Plate {
            name: format!("{}-{method}", self.name),
            caption: format!(
                "Weights of {method}: blue negative, red positive; the strongest hundredth alike"
            ),
            picture: None,
            labels: Labels::Weights {
                title: method.label().to_owned(),
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
    fn labels(&self, neurons: usize, networks: &[(Method, Network)]) -> Labels {
        let kept = || networks.iter().map(|(method, _)| *method);
        let methods: Vec<Method> = if networks.is_empty() {
            self.config.methods.clone()
        } else {
            kept().collect()
        };
        let pixels: Vec<&str> = [INPUT]
            .into_iter()
            .chain(methods.iter().map(|m| m.name()))
            .collect();
        let columns = self.columns(neurons);
        let labels = [INPUT].into_iter().chain(methods.iter().map(|m| m.label()));
        Labels::Table {
            rows: labels.map(str::to_owned).collect(),
            columns_are: format!("flipped bits of {neurons}"),
            layout: TableLayout::new(&pixels, &columns, self.shape),
            columns,
        }
    }

    /// One pattern under growing noise, and below what each network makes of it.
    fn recalled(
        &self,
        patterns: &Patterns,
        networks: &[(Method, Network)],
        mu: usize,
    ) -> Result<Picture, CellError> {
        let levels = self.shown_levels().into_iter();
        let cues: Vec<Cues> = levels
            .map(|level| damaged(patterns, level, self.seed()))
            .collect();
        let inputs = cues.iter();
        let inputs = inputs.map(|cues| Tile::cue(cues, mu).against(patterns, mu));
        let mut rows = vec![Row::new(INPUT, inputs.collect())];
        for (method, network) in networks {
            let tile = |cues: &Cues| {
                let recalled = repaired(network, cues, Update::Synchronous)?;
                Ok(Tile::pattern(&recalled.states, mu).against(patterns, mu))
            };
            let tiles: Result<_, CellError> = cues.iter().map(tile).collect();
            rows.push(Row::new(method.to_string(), tiles?));
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
