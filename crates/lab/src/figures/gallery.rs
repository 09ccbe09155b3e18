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
use attractor::picture::{Row, Tile, heat_map, recall_table};
use attractor::{
    Bounds, Cues, Network, Order, Patterns, RecallOptions, Recalled, Shape, Status, Trained,
    Update, recall,
};
use attractor_exact::Control;
use std::fmt::Display;
use std::fs;
use std::path::{Path, PathBuf};

/// What a chart shows of a cell.
type Quantity = fn(&Measured) -> Option<f64>;

/// The folder of trained networks, within that of the results.
pub const NETWORKS: &str = "networks";

/// How recall goes on: the paper's matrix product, all neurons at once, may end in a cycle of two states; Hopfield's own
/// one after another does not.
const UPDATES: [Update; 2] = [Update::Synchronous, Update::Asynchronous(Order::Fixed)];

fn update_name(update: Update) -> &'static str {
    match update {
        Update::Synchronous => "synchronous",
        Update::Asynchronous(_) => "asynchronous",
    }
}

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
        let cell = |update: Update, method: Method, percent: usize, repeat: usize| Cell {
            figure: self.panel(update),
            method: method.to_string(),
            data: self.config.data.name().to_owned(),
            neurons: self.shape.neurons(),
            patterns: self.config.patterns,
            level: percent as f64 / 100.0,
            repeat,
            seed: seeds::of_repeat(self.config.seed, repeat),
        };
        let methods = || self.config.methods.iter().copied();
        let trainings = methods().map(|method| cell(Update::Synchronous, method, 0, 0));
        let mut recalls = Vec::new();
        for update in UPDATES
            .iter()
            .copied()
            .filter(|_| self.config.noise_percent.is_some())
        {
            for method in methods() {
                if update != Update::Synchronous {
                    recalls.push(cell(update, method, 0, 0));
                }
                for percent in self.levels() {
                    let repeats = 0..self.config.repeats;
                    recalls.extend(repeats.map(|repeat| cell(update, method, percent, repeat)));
                }
            }
        }
        vec![trainings.collect(), recalls]
    }

    /// What the cells with these updates are filed under; trainings are filed with the synchronous ones.
    fn panel(&self, update: Update) -> String {
        match update {
            Update::Synchronous => self.name.clone(),
            Update::Asynchronous(_) => format!("{}-{}", self.name, update_name(update)),
        }
    }

    /// Of patterns, methods, and the damage that is drawn.
    fn seed(&self) -> u64 {
        seeds::of_repeat(self.config.seed, 0)
    }

    /// Noise levels in percent, without 0.
    fn levels(&self) -> impl Iterator<Item = usize> + '_ {
        self.config.noise_percent.iter().flat_map(Grid::values)
    }

    /// Noise levels in percent, from 0, one of those that flip equally many bits.
    fn distinct_levels(&self) -> Vec<usize> {
        let mut levels: Vec<usize> = std::iter::once(0).chain(self.levels()).collect();
        levels.dedup_by_key(|percent| flips(*percent as f64 / 100.0, self.shape.neurons()));
        levels
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
        let quantities: [(&str, &str, Quantity); 2] = [
            ("exact", "patterns recalled exactly, %", |m| {
                m.exact_recall.map(|share| 100.0 * share)
            }),
            ("overlap", "mean overlap with the pattern", |m| m.overlap),
        ];
        let mut charts = Vec::new();
        for update in UPDATES {
            for (suffix, label, value) in quantities {
                let chart = Chart {
                    title: format!("{}: {} updates", self.title, update_name(update)),
                    x_label: "flipped bits, %".to_owned(),
                    y_label: label.to_owned(),
                    y_min: (suffix == "exact").then_some(0.0),
                    y_max: Some(if suffix == "exact" { 100.0 } else { 1.0 }),
                    marks: Vec::new(),
                    series: self.series(entries, update, value),
                };
                charts.push((format!("{}-{suffix}", self.panel(update)), chart));
            }
        }
        charts
    }

    fn series(&self, entries: &[Entry], update: Update, value: Quantity) -> Vec<Series> {
        let panel = self.panel(update);
        let neurons = self.shape.neurons();
        let line = |&method: &Method| {
            let point = |percent: usize| {
                let values = at_level(entries, &panel, method, percent, value);
                let share = 100.0 * flips(percent as f64 / 100.0, neurons) as f64 / neurons as f64;
                (!values.is_empty()).then(|| Point::mean_of(share, &values))
            };
            let levels = self.distinct_levels().into_iter();
            let points: Vec<Point> = levels.filter_map(point).collect();
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
        let mut rows = vec![Row {
            caption: "input".to_owned(),
            tiles: cues
                .iter()
                .map(|cues| Tile::cue(cues, mu).against(patterns, mu))
                .collect(),
        }];
        for (method, network) in networks {
            let tile = |cues: &Cues| {
                let recalled = repaired(network, cues, Update::Synchronous)?;
                Ok(Tile::pattern(&recalled.states, mu).against(patterns, mu))
            };
            rows.push(Row {
                caption: method.to_string(),
                tiles: cues.iter().map(tile).collect::<Result<_, CellError>>()?,
            });
        }
        Ok(Plate {
            name: format!("{}-pattern{mu}", self.name),
            caption: format!(
                "Pattern {mu} with so many of its {} bits flipped as stands above, and what each network recalls \
                 by synchronous updates; wrong bits orange",
                patterns.neurons()
            ),
            picture: recall_table(&rows, &columns, self.shape).map_err(data)?,
        })
    }

    /// Wrong bits, zeros, margin, and the recall at each noise level.
    pub fn summary(&self, entries: &[Entry]) -> Summary {
        let neurons = self.shape.neurons();
        let levels = &self.distinct_levels()[1..];
        let recalls = !levels.is_empty();
        let mut header: Vec<String> =
            ["method", "wrong bits", "at least", "zero weights", "margin"]
                .map(str::to_owned)
                .to_vec();
        let flipped = |percent: &usize| match flips(*percent as f64 / 100.0, neurons) {
            1 => "1 bit".to_owned(),
            count => format!("{count} bits"),
        };
        if recalls {
            header.push("updates".to_owned());
            header.extend(levels.iter().map(flipped));
        }
        let rows = |&method: &Method| {
            let training = entries.iter().find(|e| {
                e.cell.figure == self.name && e.cell.method == method.name() && e.cell.level == 0.0
            })?;
            let m = &training.measured;
            let number = |value: Option<usize>| value.map_or_else(String::new, |v| v.to_string());
            let network = [
                method.to_string(),
                number(m.wrong_bits),
                number(m.lower_bound),
                m.zero_share
                    .map_or_else(String::new, |z| format!("{:.0} %", 100.0 * z)),
                m.margin.map_or_else(String::new, |v| format!("{v:.3}")),
            ];
            if !recalls {
                return Some(vec![network.to_vec()]);
            }
            let row = |update: Update| {
                let mut row = network.to_vec();
                row.push(update_name(update).to_owned());
                let panel = self.panel(update);
                row.extend(levels.iter().map(|&percent| {
                    let shares = at_level(entries, &panel, method, percent, |m| m.exact_recall);
                    let mean = shares.iter().sum::<f64>() / shares.len().max(1) as f64;
                    format!("{:.0} %", 100.0 * mean)
                }));
                row
            };
            Some(UPDATES.map(row).to_vec())
        };
        let recalled = if recalls {
            "; share recalled exactly against flipped bits"
        } else {
            ""
        };
        Summary {
            caption: format!(
                "{} patterns of {neurons} neurons{recalled}; `at least` is the search's word, no certificate was made",
                self.config.patterns,
            ),
            header,
            rows: self
                .config
                .methods
                .iter()
                .filter_map(rows)
                .flatten()
                .collect(),
        }
    }
}

/// What all repeats of a method at one noise level measured.
fn at_level(
    entries: &[Entry],
    panel: &str,
    method: Method,
    percent: usize,
    value: impl Fn(&Measured) -> Option<f64>,
) -> Vec<f64> {
    entries
        .iter()
        .filter(|e| e.cell.figure == panel && e.cell.method == method.name())
        .filter(|e| e.cell.level == percent as f64 / 100.0)
        .filter_map(|e| value(&e.measured))
        .collect()
}

/// How many of so many bits this share of them is.
fn flips(level: f64, neurons: usize) -> usize {
    (level * neurons as f64).round() as usize
}

/// Every pattern with the same share of bits flipped, other bits in each.
fn damaged(patterns: &Patterns, level: f64, seed: u64) -> Cues {
    Cues::from(patterns).flip(flips(level, patterns.neurons()), seed)
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

fn repaired(network: &Network, cues: &Cues, update: Update) -> Result<Recalled, CellError> {
    let options = RecallOptions {
        update,
        ..RecallOptions::default()
    };
    recall(network, cues, &options).map_err(data)
}

fn data(error: impl Display) -> CellError {
    CellError::Data(error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::figures::Figure;

    /// Of 20 bits 1 % is none, 4 % and 6 % are one: what is drawn against noise has each number of flipped bits once.
    #[test]
    fn levels_that_flip_equally_many_bits_are_drawn_once() {
        let text = r#"
            kind = "gallery"
            title = "test"
            [full]
            data = "random"
            shape = "4x5"
            patterns = 3
            methods = ["hebbian"]
            noise-percent = [{ from = 1, to = 6, step = 1 }, { from = 10, to = 10, step = 1 }]
            seed = 1
            [quick]
            data = "random"
            shape = "4x5"
            patterns = 3
            methods = ["hebbian"]
            seed = 1
        "#;
        let figure = Figure::parse("fig7", text, false).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let measure = |cell: Cell| {
            let measured = figure.run(&cell, folder.path(), &Control::new());
            Entry {
                cell,
                measured: measured.unwrap().unwrap(),
                seconds: 0.0,
                version: String::new(),
            }
        };
        let entries: Vec<Entry> = figure.cells().into_iter().map(measure).collect();
        assert_eq!(entries.len(), 2 * 8);
        let charts = figure.charts(&entries);
        assert_eq!(charts.len(), 4);
        for (name, chart) in charts {
            let points = chart.series[0].points.iter();
            let drawn: Vec<f64> = points.map(|point| point.x).collect();
            assert_eq!(drawn, [0.0, 5.0, 10.0], "{name}");
        }
        let summary = figure.summary(&entries);
        assert_eq!(summary.header[6..], ["1 bit", "2 bits"]);
        assert_eq!(summary.rows.len(), 2);
    }
}
