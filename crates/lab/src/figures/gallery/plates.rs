//! Pictures: weight matrices, and what the networks recall.

use super::cells::repaired;
use super::figure::{GalleryFigure, damaged, flips};
use crate::figures::measure::{CellError, data};
use crate::figures::shown::Plate;
use crate::method::Method;
use attractor::picture::{Picture, Row, Tile, heat_map, recall_table};
use attractor::{Cues, Network, Patterns, Update};
use std::path::Path;

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
            plates.extend(
                self.config
                    .methods
                    .iter()
                    .map(|&method| self.weights_of(method)),
            );
        } else if self.config.weights {
            for (method, network) in &networks {
                plates.push(Plate {
                    picture: Some(heat_map(&clipped(network)?).map_err(data)?),
                    ..self.weights_of(*method)
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
            });
        }
        Ok(plates)
    }

    /// The plate of a method's weights, without its picture.
    fn weights_of(&self, method: Method) -> Plate {
        Plate {
            name: format!("{}-{method}", self.name),
            caption: format!(
                "Weights of {method}: blue negative, red positive; the strongest hundredth alike"
            ),
            picture: None,
        }
    }

    /// One pattern under growing noise, and below what each network makes of it.
    fn recalled(
        &self,
        patterns: &Patterns,
        networks: &[(Method, Network)],
        mu: usize,
    ) -> Result<Picture, CellError> {
        /// As many columns as a page holds.
        const COLUMNS: usize = 11;
        let all = self.distinct_levels();
        let step = all.len().div_ceil(COLUMNS).max(1);
        let levels: Vec<f64> = (all.iter().step_by(step))
            .map(|&percent| percent as f64 / 100.0)
            .collect();
        let cues: Vec<Cues> = (levels.iter())
            .map(|&level| damaged(patterns, level, self.seed()))
            .collect();
        let columns: Vec<String> = (levels.iter())
            .map(|&level| flips(level, patterns.neurons()).to_string())
            .collect();
        let inputs = cues.iter();
        let inputs = inputs.map(|cues| Tile::cue(cues, mu).against(patterns, mu));
        let mut rows = vec![Row::new("input", inputs.collect())];
        for (method, network) in networks {
            let tile = |cues: &Cues| {
                let recalled = repaired(network, cues, Update::Synchronous)?;
                Ok(Tile::pattern(&recalled.states, mu).against(patterns, mu))
            };
            let tiles: Result<_, CellError> = cues.iter().map(tile).collect();
            rows.push(Row::new(method.to_string(), tiles?));
        }
        recall_table(&rows, &columns, self.shape).map_err(data)
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
