//! Gallery: networks on one set of images, trained once and kept as network files: their weight matrices (the paper's
//! Fig. 2) and their recall under growing noise (Fig. 7).

use super::storage::{measure, patterns_of};
use super::{CellError, Plate, Summary};
use crate::config::{ConfigError, Gallery, Grid, shapes_of};
use crate::ledger::{Cell, Entry, Measured};
use crate::method::{Method, Settings, Task};
use crate::plot::{Chart, Point, Series};
use crate::seeds;
use attractor::io::{Metadata, NetworkFile};
use attractor::picture::{Row, Tile, heat_map, recall_grid};
use attractor::{
    Bounds, Cues, Network, Patterns, RecallOptions, Recalled, Shape, Status, Trained, recall,
};
use attractor_exact::Control;
use std::fmt::Display;
use std::fs;
use std::path::{Path, PathBuf};

/// The folder of trained networks, within that of the results.
pub const NETWORKS: &str = "networks";

/// An experiment on one set of images, checked and ready to run.
#[derive(Debug, Clone)]
pub struct GalleryFigure {
    name: String,
    title: String,
    config: Gallery,
    shape: Shape,
    settings: Settings,
}

impl GalleryFigure {
    /// A figure from its configuration.
    ///
    /// # Errors
    /// Settings that make no sense.
    pub fn new(name: &str, title: String, config: Gallery) -> Result<Self, ConfigError> {
        config.check()?;
        let shape = shapes_of(std::slice::from_ref(&config.shape))?[0];
        let settings = config.settings();
        Ok(Self {
            name: name.to_owned(),
            title,
            config,
            shape,
            settings,
        })
    }

    /// The trainings, then the recalls.
    pub fn stages(&self) -> Vec<Vec<Cell>> {
        let cell = |method: Method, percent: usize, repeat: usize| Cell {
            figure: self.name.clone(),
            method: method.to_string(),
            data: self.config.data.name().to_owned(),
            neurons: self.shape.neurons(),
            patterns: self.config.patterns,
            level: percent as f64 / 100.0,
            repeat,
            seed: seeds::of_repeat(self.config.seed, repeat),
        };
        let methods = || self.config.methods.iter().copied();
        let trainings = methods().map(|method| cell(method, 0, 0)).collect();
        let recalls = methods().flat_map(|method| {
            self.levels().flat_map(move |percent| {
                (0..self.config.repeats).map(move |repeat| cell(method, percent, repeat))
            })
        });
        vec![trainings, recalls.collect()]
    }

    /// Of patterns, methods, and the damage that is drawn.
    fn seed(&self) -> u64 {
        seeds::of_repeat(self.config.seed, 0)
    }

    /// Noise levels in percent, without 0.
    fn levels(&self) -> impl Iterator<Item = usize> + '_ {
        self.config.noise_percent.iter().flat_map(Grid::values)
    }

    /// Runs one cell; None if the user stops it.
    ///
    /// # Errors
    /// What method or data refuse, and network files of other experiments.
    pub fn run(
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
                seed: self.seed(),
            };
            let trained = method.train(&task, control)?.trained;
            if control.interrupted() {
                return Ok(None);
            }
            self.keep(method, &trained, &patterns, folder)?;
            trained
        };
        let mut measured = if cell.level == 0.0 {
            measure(method, &trained, &patterns, &self.settings)?
        } else {
            Measured::default()
        };
        let cues = damaged(&patterns, cell.level, cell.seed);
        let recalled = repaired(&trained.network, &cues)?;
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

    fn patterns(&self) -> Result<Patterns, CellError> {
        let seed = self.seed();
        patterns_of(self.config.data, self.shape, 0, self.config.patterns, seed)
    }

    fn path(&self, method: Method, folder: &Path) -> PathBuf {
        let name = format!("{}-{method}.safetensors", self.name);
        folder.join(NETWORKS).join(name)
    }

    /// The network that an earlier run has trained.
    fn kept(
        &self,
        method: Method,
        patterns: &Patterns,
        folder: &Path,
    ) -> Result<Option<Trained>, CellError> {
        let path = self.path(method, folder);
        if !path.exists() {
            return Ok(None);
        }
        let file = NetworkFile::read(&path).map_err(data)?;
        let metadata = file.metadata().clone();
        let asked = method.options(&self.settings);
        let same = metadata.rule == method.name()
            && metadata.patterns_sha256 == Some(patterns.sha256())
            && metadata.options.get("settings").and_then(|s| s.as_str()) == Some(&asked);
        if !same {
            return Err(CellError::Data(format!(
                "{} was trained for another experiment; choose another folder",
                path.display()
            )));
        }
        let network = file.network().clone();
        let ties = self.settings.ties;
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

    fn keep(
        &self,
        method: Method,
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
            ..Metadata::new(method.name(), trained.ties)
        };
        let settings = method.options(&self.settings);
        metadata
            .options
            .insert("settings".to_owned(), settings.into());
        let couplings = method.couplings(self.shape, &self.settings).map_err(data)?;
        let file = NetworkFile::new(trained.network.clone(), couplings, metadata).map_err(data)?;
        let path = self.path(method, folder);
        fs::create_dir_all(folder.join(NETWORKS)).map_err(data)?;
        file.write(&path).map_err(data)
    }

    /// Share recalled exactly and mean overlap against noise.
    pub fn charts(&self, entries: &[Entry]) -> Vec<(String, Chart)> {
        if self.config.noise_percent.is_none() {
            return Vec::new();
        }
        let chart = |suffix: &str, label: &str, value: fn(&Measured) -> Option<f64>| {
            let chart = Chart {
                title: self.title.clone(),
                x_label: "flipped bits, %".to_owned(),
                y_label: label.to_owned(),
                y_min: (suffix == "exact").then_some(0.0),
                y_max: Some(if suffix == "exact" { 100.0 } else { 1.0 }),
                marks: Vec::new(),
                series: self.series(entries, value),
            };
            (format!("{}-{suffix}", self.name), chart)
        };
        vec![
            chart("exact", "patterns recalled exactly, %", |m| {
                m.exact_recall.map(|share| 100.0 * share)
            }),
            chart("overlap", "mean overlap with the pattern", |m| m.overlap),
        ]
    }

    fn series(&self, entries: &[Entry], value: fn(&Measured) -> Option<f64>) -> Vec<Series> {
        let levels = || std::iter::once(0).chain(self.levels());
        let line = |&method: &Method| {
            let point = |percent: usize| {
                let values = at_level(entries, method, percent, value);
                (!values.is_empty()).then(|| Point::mean_of(percent as f64, &values))
            };
            let points: Vec<Point> = levels().filter_map(point).collect();
            (!points.is_empty()).then(|| Series {
                name: method.label().to_owned(),
                points,
                look: method.look(),
            })
        };
        self.config.methods.iter().filter_map(line).collect()
    }

    /// The weight matrices, and the recall of single patterns in rows of images.
    ///
    /// # Errors
    /// Networks that are not there or do not fit.
    pub fn plates(&self, folder: &Path) -> Result<Vec<Plate>, CellError> {
        let patterns = self.patterns()?;
        let mut networks = Vec::new();
        for &method in &self.config.methods {
            if let Some(trained) = self.kept(method, &patterns, folder)? {
                networks.push((method, trained.network));
            }
        }
        let mut plates = Vec::new();
        if self.config.weights {
            for (method, network) in &networks {
                plates.push(Plate {
                    name: format!("{}-{method}", self.name),
                    caption: format!(
                        "Weights of {method}: blue negative, red positive; the strongest hundredth alike"
                    ),
                    picture: heat_map(&clipped(network)?).map_err(data)?,
                });
            }
        }
        for &mu in &self.config.shown {
            plates.push(self.recall_plate(&patterns, &networks, mu)?);
        }
        Ok(plates)
    }

    /// One pattern under growing noise, and below what each network makes of it.
    fn recall_plate(
        &self,
        patterns: &Patterns,
        networks: &[(Method, Network)],
        mu: usize,
    ) -> Result<Plate, CellError> {
        /// As many columns as a page holds.
        const COLUMNS: usize = 11;
        let all: Vec<usize> = std::iter::once(0).chain(self.levels()).collect();
        let step = all.len().div_ceil(COLUMNS).max(1);
        let cues: Vec<Cues> = all
            .iter()
            .step_by(step)
            .map(|&percent| damaged(patterns, percent as f64 / 100.0, self.seed()))
            .collect();
        let mut rows = vec![Row {
            caption: "input".to_owned(),
            tiles: cues
                .iter()
                .map(|cues| Tile::cue(cues, mu).against(patterns, mu))
                .collect(),
        }];
        for (method, network) in networks {
            let tile = |cues: &Cues| {
                let recalled = repaired(network, cues)?;
                Ok(Tile::pattern(&recalled.states, mu).against(patterns, mu))
            };
            rows.push(Row {
                caption: method.to_string(),
                tiles: cues.iter().map(tile).collect::<Result<_, CellError>>()?,
            });
        }
        let last = all[(all.len() - 1) / step * step];
        Ok(Plate {
            name: format!("{}-pattern{mu}", self.name),
            caption: format!(
                "Pattern {mu} with 0 to {last} % of its bits flipped, and what each network recalls; wrong bits orange"
            ),
            picture: recall_grid(&rows, self.shape).map_err(data)?,
        })
    }

    /// Wrong bits, zeros, margin, and the recall at each noise level.
    pub fn summary(&self, entries: &[Entry]) -> Summary {
        let levels: Vec<usize> = self.levels().collect();
        let mut header: Vec<String> =
            ["method", "wrong bits", "at least", "zero weights", "margin"]
                .map(str::to_owned)
                .to_vec();
        header.extend(levels.iter().map(|percent| format!("{percent} % flipped")));
        let row = |&method: &Method| {
            let training = entries
                .iter()
                .find(|e| e.cell.method == method.name() && e.cell.level == 0.0)?;
            let m = &training.measured;
            let number = |value: Option<usize>| value.map_or_else(String::new, |v| v.to_string());
            let mut row = vec![
                method.to_string(),
                number(m.wrong_bits),
                number(m.lower_bound),
                m.zero_share
                    .map_or_else(String::new, |z| format!("{:.0} %", 100.0 * z)),
                m.margin.map_or_else(String::new, |v| format!("{v:.3}")),
            ];
            row.extend(levels.iter().map(|&percent| {
                let shares = at_level(entries, method, percent, |m| m.exact_recall);
                let mean = shares.iter().sum::<f64>() / shares.len().max(1) as f64;
                format!("{:.0} %", 100.0 * mean)
            }));
            Some(row)
        };
        Summary {
            caption: format!(
                "{} patterns of {} neurons; share recalled exactly against flipped bits",
                self.config.patterns,
                self.shape.neurons()
            ),
            header,
            rows: self.config.methods.iter().filter_map(row).collect(),
        }
    }
}

/// What all repeats of a method at one noise level measured.
fn at_level(
    entries: &[Entry],
    method: Method,
    percent: usize,
    value: impl Fn(&Measured) -> Option<f64>,
) -> Vec<f64> {
    entries
        .iter()
        .filter(|e| e.cell.method == method.name() && e.cell.level == percent as f64 / 100.0)
        .filter_map(|e| value(&e.measured))
        .collect()
}

/// Every pattern with the same share of bits flipped, other bits in each.
fn damaged(patterns: &Patterns, level: f64, seed: u64) -> Cues {
    let flips = (level * patterns.neurons() as f64).round() as usize;
    Cues::from(patterns).flip(flips, seed)
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

fn repaired(network: &Network, cues: &Cues) -> Result<Recalled, CellError> {
    recall(network, cues, &RecallOptions::default()).map_err(data)
}

fn data(error: impl Display) -> CellError {
    CellError::Data(error.to_string())
}
