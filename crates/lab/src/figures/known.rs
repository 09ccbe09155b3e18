//! Known or unknown: how well a network tells damaged patterns that it stores from others with the same damage, against the
//! number of patterns. The distance to the nearest stored pattern, which needs no network, is the control.

use super::measure::{CellError, data, patterns_of};
use super::shown::Summary;
use crate::config::{ConfigError, Flips, Novelty};
use crate::ledger::{Cell, Entry, Measured};
use crate::method::Task;
use crate::novelty::{Separation, Statistic, distances, scores};
use crate::plot::{Chart, Point, Series};
use crate::seeds;
use crate::trainer::Trainer;
use attractor::{Control, Cues, Patterns, Shape};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// The name of the control in tables.
const CONTROL: &str = "nearest";

/// What networks are asked by; the control asks none.
const OF_NETWORKS: [Statistic; 3] = [
    Statistic::Energy,
    Statistic::FirstStep,
    Statistic::SecondStep,
];

/// An experiment on known and unknown patterns, checked and ready to run.
#[derive(Debug, Clone)]
pub(crate) struct KnownFigure {
    name: String,
    title: String,
    config: Novelty,
    shape: Shape,
    /// What a network answered by all statistics, kept for their other cells.
    answered: Arc<Mutex<Answers>>,
}

/// By method, P and repeat.
type Answers = HashMap<(String, usize, usize), Answer>;

/// The areas under the ROC curves of [`OF_NETWORKS`], for each way of flipping bits, and the network's wrong bits.
#[derive(Debug, Clone)]
struct Answer {
    areas: Vec<(Flips, [f64; 3])>,
    wrong_bits: usize,
    status: String,
}

impl KnownFigure {
    /// A figure from its configuration.
    ///
    /// # Errors
    /// Settings that make no sense.
    pub(crate) fn new(name: &str, title: String, config: Novelty) -> Result<Self, ConfigError> {
        config.check()?;
        let shape = config.size()?;
        Ok(Self {
            name: name.to_owned(),
            title,
            config,
            shape,
            answered: Arc::default(),
        })
    }

    /// Those of the first statistic, which train the networks, and the control; then those of the others.
    pub(crate) fn stages(&self) -> Vec<Vec<Cell>> {
        let of = |flips: Flips, statistic: Statistic, method: &str| {
            let cell = |patterns, repeat| Cell {
                figure: self.panel(flips, statistic),
                method: method.to_owned(),
                data: self.config.data.name(),
                neurons: self.shape.neurons(),
                patterns,
                level: self.level(),
                repeat,
                seed: seeds::of_repeat(self.config.seed, repeat),
            };
            let repeats = 0..self.config.repeats;
            let loads = self.config.patterns.values();
            let cells = loads.flat_map(|p| repeats.clone().map(move |r| (p, r)));
            cells.map(|(p, r)| cell(p, r)).collect::<Vec<_>>()
        };
        let all = |flips, statistic| {
            let methods = self.config.methods.iter();
            methods.flat_map(move |trainer| of(flips, statistic, &trainer.to_string()))
        };
        let ways = &self.config.flips;
        let controls = ways
            .iter()
            .flat_map(|&flips| of(flips, Statistic::Nearest, CONTROL));
        let first = all(ways[0], OF_NETWORKS[0]).chain(controls);
        let pairs = ways
            .iter()
            .flat_map(|&flips| OF_NETWORKS.map(|statistic| (flips, statistic)));
        let others = pairs
            .skip(1)
            .flat_map(|(flips, statistic)| all(flips, statistic));
        vec![first.collect(), others.collect()]
    }

    /// What the cells of a statistic are filed under.
    fn panel(&self, flips: Flips, statistic: Statistic) -> String {
        format!("{}-{statistic}", self.asked(flips))
    }

    /// The experiment with one way of flipping bits.
    fn asked(&self, flips: Flips) -> String {
        match flips {
            Flips::Exact => self.name.clone(),
            Flips::Drawn => format!("{}-drawn", self.name),
        }
    }

    fn level(&self) -> f64 {
        self.config.noise_percent as f64 / 100.0
    }

    /// Runs one cell; None if the user stops it.
    ///
    /// # Errors
    /// What method or data refuse.
    pub(crate) fn run(
        &self,
        cell: &Cell,
        control: &Control<'_>,
    ) -> Result<Option<Measured>, CellError> {
        let unknown = || data(format!("the cell {cell:?} is none of this figure"));
        let ways = self.config.flips.iter();
        let mut panels = ways.flat_map(|&flips| Statistic::ALL.map(|s| (flips, s)));
        let (flips, statistic) = panels
            .find(|&(flips, statistic)| self.panel(flips, statistic) == cell.figure)
            .ok_or_else(unknown)?;
        let instance = self.instance(cell)?;
        if statistic == Statistic::Nearest {
            let of = |cues| distances(&instance.stored, cues);
            let [known, other] = self.damaged(&instance, flips, cell.seed);
            let separation = Separation::of(&of(&known), &of(&other));
            return Ok(Some(Measured {
                accuracy: Some(separation.auc),
                ..Measured::default()
            }));
        }
        let mut trainers = self.config.methods.iter();
        let trainer = trainers
            .find(|trainer| trainer.to_string() == cell.method)
            .ok_or_else(unknown)?;
        let place = OF_NETWORKS.iter().position(|&own| own == statistic);
        let place = place.ok_or_else(unknown)?;
        let Some(answer) = self.answer(trainer, cell, &instance, control)? else {
            return Ok(None);
        };
        let mut areas = answer.areas.iter();
        let (_, areas) = areas.find(|(own, _)| *own == flips).ok_or_else(unknown)?;
        Ok(Some(Measured {
            accuracy: Some(areas[place]),
            wrong_bits: Some(answer.wrong_bits),
            certified: trainer.method().is_exact().then_some(false),
            status: answer.status,
            options: trainer.options(&self.config.settings),
            ..Measured::default()
        }))
    }

    /// What the network of this cell answers, trained if no cell before has asked it; None if the user stops it.
    fn answer(
        &self,
        trainer: &Trainer,
        cell: &Cell,
        instance: &Instance,
        control: &Control<'_>,
    ) -> Result<Option<Answer>, CellError> {
        let key = (cell.method.clone(), cell.patterns, cell.repeat);
        let kept = || self.answered.lock().unwrap_or_else(PoisonError::into_inner);
        let known = kept().get(&key).cloned();
        if known.is_some() {
            return Ok(known);
        }
        let task = Task {
            patterns: &instance.stored,
            shape: self.shape,
            settings: &self.config.settings,
            rule_settings: &[],
            seed: cell.seed,
        };
        let trained = trainer.train(&task, control)?.trained;
        if control.interrupted() {
            return Ok(None);
        }
        let mut areas = Vec::new();
        for &flips in &self.config.flips {
            let [known, other] = self.damaged(instance, flips, cell.seed);
            let mut own = [0.0; OF_NETWORKS.len()];
            for (area, statistic) in own.iter_mut().zip(OF_NETWORKS) {
                let of = |cues| scores(statistic, &trained.network, None, cues).map_err(data);
                *area = Separation::of(&of(&known)?, &of(&other)?).auc;
            }
            areas.push((flips, own));
        }
        let answer = Answer {
            areas,
            wrong_bits: trained.total.wrong_bits,
            status: if trainer.method().is_exact() {
                trained.status.to_string()
            } else {
                String::new()
            },
        };
        kept().insert(key, answer.clone());
        Ok(Some(answer))
    }

    /// The patterns of instance r: P stored ones, the beginning of those of more, and P of the unseen ones after them.
    fn instance(&self, cell: &Cell) -> Result<Instance, CellError> {
        let (last, count) = (self.config.patterns.last(), cell.patterns);
        let skip = cell.repeat.saturating_mul(2 * last);
        let both = patterns_of(&self.config.data, self.shape, skip, 2 * last, cell.seed)?;
        let part = |from: usize| {
            let wanted: Vec<usize> = (from..from + count).collect();
            both.select(&wanted).map_err(data)
        };
        Ok(Instance {
            stored: part(0)?,
            unseen: part(last)?,
        })
    }

    /// Cues of the stored patterns, and of the unseen ones.
    fn damaged(&self, instance: &Instance, flips: Flips, seed: u64) -> [Cues; 2] {
        // Cue c of either kind draws from stream c of its seed.
        let damaged = |patterns: &Patterns, seed| {
            let cues = Cues::from(patterns);
            match flips {
                Flips::Exact => cues.flip(self.flipped(), seed),
                Flips::Drawn => cues.flip_each(self.level(), seed),
            }
        };
        [
            damaged(&instance.stored, seed),
            damaged(&instance.unseen, seed ^ UNKNOWN),
        ]
    }

    /// The flipped bits of a cue: exactly, or in the mean up to rounding.
    fn flipped(&self) -> usize {
        (self.level() * self.shape.neurons() as f64).round() as usize
    }

    /// Areas against the number of patterns, a chart for each way of flipping bits and each network.
    pub(crate) fn charts(&self, entries: &[Entry]) -> Vec<(String, Chart)> {
        let chart = |flips: Flips, trainer: &Trainer| {
            let line = |statistic: Statistic| {
                let points: Vec<Point> = self
                    .config
                    .patterns
                    .values()
                    .filter_map(|count| self.point(entries, flips, trainer, statistic, count))
                    .collect();
                (!points.is_empty()).then(|| Series {
                    name: label(statistic).to_owned(),
                    points,
                    look: statistic.look(),
                })
            };
            let series: Vec<Series> = Statistic::ALL.into_iter().filter_map(line).collect();
            let chart = Chart {
                title: format!("{}: {}, {}", self.title, trainer.label(), self.words(flips)),
                x_label: "patterns P, stored and unseen ones alike".to_owned(),
                y_label: "area under the ROC curve".to_owned(),
                y_min: Some(lowest(&series)),
                y_max: Some(1.02),
                marks: Vec::new(),
                series,
            };
            let name = trainer.file_name();
            (format!("{}-{name}", self.asked(flips)), chart)
        };
        let ways = self.config.flips.iter();
        let pairs = ways.flat_map(|&flips| self.config.methods.iter().map(move |m| (flips, m)));
        pairs.map(|(flips, method)| chart(flips, method)).collect()
    }

    fn words(&self, flips: Flips) -> String {
        match flips {
            Flips::Exact => format!("{} bits flipped", self.flipped()),
            Flips::Drawn => format!("each bit flipped with probability {}", self.level()),
        }
    }

    /// The mean area over the repeats.
    fn point(
        &self,
        entries: &[Entry],
        flips: Flips,
        trainer: &Trainer,
        statistic: Statistic,
        count: usize,
    ) -> Option<Point> {
        let (panel, name) = (self.panel(flips, statistic), name_of(trainer, statistic));
        let own = entries.iter().filter(|e| {
            e.cell.figure == panel && e.cell.method == name && e.cell.patterns == count
        });
        let areas: Vec<f64> = own.filter_map(|e| e.measured.accuracy).collect();
        (!areas.is_empty()).then(|| Point::estimate_of(count as f64, &areas))
    }

    /// Every area, by network, number of patterns and way of flipping bits.
    pub(crate) fn summary(&self, entries: &[Entry]) -> Summary {
        let mut rows = Vec::new();
        let loads = || self.config.patterns.values();
        let ways = || self.config.flips.iter();
        for trainer in &self.config.methods {
            for (count, &flips) in loads().flat_map(|count| ways().map(move |way| (count, way))) {
                let mut row = vec![trainer.to_string(), count.to_string(), self.words(flips)];
                row.extend(Statistic::ALL.map(|statistic| {
                    let point = self.point(entries, flips, trainer, statistic, count);
                    point.map_or_else(String::new, |p| format!("{:.3} ± {:.3}", p.y, p.high - p.y))
                }));
                rows.push(row);
            }
        }
        Summary {
            caption: format!(
                "Area under the ROC curve, the probability that an unknown cue looks newer than a known one, by statistic: mean of \
                 {} instances with its 95 % interval; {} neurons. The last column needs no network",
                self.config.repeats,
                self.shape.neurons(),
            ),
            header: ["method", "P", "cues"]
                .map(str::to_owned)
                .into_iter()
                .chain(Statistic::ALL.map(|statistic| label(statistic).to_owned()))
                .collect(),
            rows,
        }
    }
}

/// Patterns that are stored, and others.
struct Instance {
    stored: Patterns,
    unseen: Patterns,
}

/// Sets the damage of unknown cues apart from that of known ones.
const UNKNOWN: u64 = 1 << 63;

/// Where the axis of the areas begins: 0.4, or the tenth below the lowest interval, so that nothing is cut off.
fn lowest(series: &[Series]) -> f64 {
    let points = series.iter().flat_map(|line| &line.points);
    let low = points.map(|point| point.low).fold(0.4, f64::min);
    (low.max(0.0) * 10.0).floor() / 10.0
}

/// What a statistic's cells have as their method.
fn name_of(trainer: &Trainer, statistic: Statistic) -> String {
    match statistic {
        Statistic::Nearest => CONTROL.to_owned(),
        _ => trainer.to_string(),
    }
}

fn label(statistic: Statistic) -> &'static str {
    match statistic {
        Statistic::Energy => "energy",
        Statistic::FirstStep => "bits moved in step 1",
        Statistic::SecondStep => "bits moved in step 2",
        Statistic::Nearest => "nearest pattern, without network",
    }
}

#[cfg(test)]
mod tests {
    use crate::figures::Figure;
    use crate::ledger::{Cell, Entry};
    use attractor::Control;

    const SETTINGS: &str = r#"
        data = "random"
        shape = "10x10"
        patterns = [{ from = 5, to = 5, step = 1 }, { from = 30, to = 30, step = 1 }]
        noise-percent = 15
        flips = ["exact", "drawn"]
        repeats = 2
        seed = 3
        methods = ["pseudo-inverse"]
    "#;

    #[test]
    fn few_patterns_are_known_and_the_control_is_never_worse_than_chance() {
        let head = "kind = \"novelty\"\ntitle = \"t\"\n";
        let text = format!("{head}[full]\n{SETTINGS}\n[quick]\n{SETTINGS}");
        let figure = Figure::parse("known", &text, false).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let measure = |cell: Cell| Entry {
            measured: figure
                .run(&cell, folder.path(), &Control::new())
                .unwrap()
                .unwrap(),
            cell,
            seconds: 0.0,
            version: String::new(),
        };
        let entries: Vec<Entry> = figure.cells().into_iter().map(measure).collect();
        assert_eq!(entries.len(), 2 * 4 * 2 * 2);
        for entry in &entries {
            let area = entry.measured.accuracy.unwrap();
            if entry.cell.patterns == 5 || entry.cell.method == "nearest" {
                assert!(area > 0.95, "{:?}: {area}", entry.cell);
            }
        }
        let charts = figure.charts(&entries);
        assert_eq!(charts.len(), 2);
        assert!(charts.iter().all(|(_, chart)| chart.series.len() == 4));
        let rows = figure.summary(&entries).rows;
        assert_eq!(rows.len(), 4);
        // Other cues, other areas: drawn ones are not those of a fixed number of flips.
        assert_ne!(rows[2][3..], rows[3][3..]);
        let wrong = text.replace("noise-percent = 15", "noise-percent = 51");
        assert!(Figure::parse("known", &wrong, false).is_err());
    }
}
