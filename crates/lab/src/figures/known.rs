//! Known or unknown: how well a network tells damaged patterns that it stores from others with the same damage, against the
//! number of patterns. The distance to the nearest stored pattern, which needs no network, is the control.

use super::measure::{CellError, data, patterns_of};
use super::shown::Summary;
use crate::config::{ConfigError, Novelty};
use crate::ledger::{Cell, Entry, Measured};
use crate::method::{Method, Settings, Task};
use crate::novelty::{Separation, Statistic, distances, scores};
use crate::plot::{Chart, Point, Series};
use crate::seeds;
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
    settings: Settings,
    /// What a network answered by all statistics, kept for their other cells.
    answered: Arc<Mutex<Answers>>,
}

/// By method, P and repeat.
type Answers = HashMap<(Method, usize, usize), Answer>;

/// The areas under the ROC curves of [`OF_NETWORKS`], and the network's wrong bits.
#[derive(Debug, Clone)]
struct Answer {
    areas: [f64; 3],
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
        let settings = config.settings();
        Ok(Self {
            name: name.to_owned(),
            title,
            config,
            shape,
            settings,
            answered: Arc::default(),
        })
    }

    /// Those of the first statistic, which train the networks, and the control; then those of the others.
    pub(crate) fn stages(&self) -> Vec<Vec<Cell>> {
        let of = |statistic: Statistic, method: &str| {
            let cell = |patterns, repeat| Cell {
                figure: self.panel(statistic),
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
        let all = |statistic| {
            let methods = self.config.methods.iter();
            methods.flat_map(move |method| of(statistic, method.name()))
        };
        let first = all(OF_NETWORKS[0]).chain(of(Statistic::Nearest, CONTROL));
        let others = OF_NETWORKS[1..]
            .iter()
            .flat_map(|&statistic| all(statistic));
        vec![first.collect(), others.collect()]
    }

    /// What the cells of a statistic are filed under.
    fn panel(&self, statistic: Statistic) -> String {
        format!("{}-{statistic}", self.name)
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
        let mut statistics = Statistic::ALL.into_iter();
        let statistic = statistics
            .find(|&statistic| self.panel(statistic) == cell.figure)
            .ok_or_else(unknown)?;
        let instance = self.instance(cell)?;
        if statistic == Statistic::Nearest {
            let of = |cues| distances(&instance.stored, cues);
            let separation = Separation::of(&of(&instance.known), &of(&instance.unknown));
            return Ok(Some(Measured {
                accuracy: Some(separation.auc),
                ..Measured::default()
            }));
        }
        let mut methods = self.config.methods.iter().copied();
        let method = methods
            .find(|method| method.name() == cell.method)
            .ok_or_else(unknown)?;
        let place = OF_NETWORKS.iter().position(|&own| own == statistic);
        let place = place.ok_or_else(unknown)?;
        let Some(answer) = self.answer(method, cell, &instance, control)? else {
            return Ok(None);
        };
        Ok(Some(Measured {
            accuracy: Some(answer.areas[place]),
            wrong_bits: Some(answer.wrong_bits),
            certified: method.is_exact().then_some(false),
            status: answer.status,
            options: method.options(&self.settings),
            ..Measured::default()
        }))
    }

    /// What the network of this cell answers, trained if no cell before has asked it; None if the user stops it.
    fn answer(
        &self,
        method: Method,
        cell: &Cell,
        instance: &Instance,
        control: &Control<'_>,
    ) -> Result<Option<Answer>, CellError> {
        let key = (method, cell.patterns, cell.repeat);
        let kept = || self.answered.lock().unwrap_or_else(PoisonError::into_inner);
        let known = kept().get(&key).cloned();
        if known.is_some() {
            return Ok(known);
        }
        let task = Task {
            patterns: &instance.stored,
            shape: self.shape,
            settings: &self.settings,
            rule_settings: &[],
            seed: cell.seed,
        };
        let trained = method.train(&task, control)?.trained;
        if control.interrupted() {
            return Ok(None);
        }
        let mut areas = [0.0; OF_NETWORKS.len()];
        for (area, statistic) in areas.iter_mut().zip(OF_NETWORKS) {
            let of = |cues| scores(statistic, &trained.network, None, cues).map_err(data);
            *area = Separation::of(&of(&instance.known)?, &of(&instance.unknown)?).auc;
        }
        let answer = Answer {
            areas,
            wrong_bits: trained.total.wrong_bits,
            status: if method.is_exact() {
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
        let (stored, others) = (part(0)?, part(last)?);
        let flips = (self.level() * self.shape.neurons() as f64).round() as usize;
        // Cue c of either kind draws from stream c of its seed.
        let damaged = |patterns: &Patterns, seed| Cues::from(patterns).flip(flips, seed);
        Ok(Instance {
            known: damaged(&stored, cell.seed),
            unknown: damaged(&others, cell.seed ^ UNKNOWN),
            stored,
        })
    }

    /// Areas against the number of patterns, a chart for each network.
    pub(crate) fn charts(&self, entries: &[Entry]) -> Vec<(String, Chart)> {
        let chart = |method: &Method| {
            let line = |statistic: Statistic| {
                let points: Vec<Point> = self
                    .config
                    .patterns
                    .values()
                    .filter_map(|count| self.point(entries, *method, statistic, count))
                    .collect();
                (!points.is_empty()).then(|| Series {
                    name: label(statistic).to_owned(),
                    points,
                    look: statistic.look(),
                })
            };
            let chart = Chart {
                title: format!("{}: {}", self.title, method.label()),
                x_label: "patterns P, stored and unseen ones alike".to_owned(),
                y_label: "area under the ROC curve".to_owned(),
                y_min: Some(0.4),
                y_max: Some(1.02),
                marks: Vec::new(),
                series: Statistic::ALL.into_iter().filter_map(line).collect(),
            };
            (format!("{}-{method}", self.name), chart)
        };
        self.config.methods.iter().map(chart).collect()
    }

    /// The mean area over the repeats.
    fn point(
        &self,
        entries: &[Entry],
        method: Method,
        statistic: Statistic,
        count: usize,
    ) -> Option<Point> {
        let (panel, name) = (self.panel(statistic), method_of(method, statistic));
        let own = entries.iter().filter(|e| {
            e.cell.figure == panel && e.cell.method == name && e.cell.patterns == count
        });
        let areas: Vec<f64> = own.filter_map(|e| e.measured.accuracy).collect();
        (!areas.is_empty()).then(|| Point::estimate_of(count as f64, &areas))
    }

    /// Every area, by network and number of patterns.
    pub(crate) fn summary(&self, entries: &[Entry]) -> Summary {
        let mut rows = Vec::new();
        for &method in &self.config.methods {
            for count in self.config.patterns.values() {
                let mut row = vec![method.to_string(), count.to_string()];
                row.extend(Statistic::ALL.map(|statistic| {
                    let point = self.point(entries, method, statistic, count);
                    point.map_or_else(String::new, |p| format!("{:.3} ± {:.3}", p.y, p.high - p.y))
                }));
                rows.push(row);
            }
        }
        Summary {
            caption: format!(
                "Area under the ROC curve, the probability that an unknown cue looks newer than a known one, by statistic: mean of \
                 {} instances with its 95 % interval; {} of {} bits of every cue flipped. The last column needs no network",
                self.config.repeats,
                (self.level() * self.shape.neurons() as f64).round(),
                self.shape.neurons(),
            ),
            header: ["method", "P"]
                .map(str::to_owned)
                .into_iter()
                .chain(Statistic::ALL.map(|statistic| label(statistic).to_owned()))
                .collect(),
            rows,
        }
    }
}

/// Patterns that are stored, cues of them, and cues of others.
struct Instance {
    stored: Patterns,
    known: Cues,
    unknown: Cues,
}

/// Sets the damage of unknown cues apart from that of known ones.
const UNKNOWN: u64 = 1 << 63;

/// What a statistic's cells have as their method.
fn method_of(method: Method, statistic: Statistic) -> &'static str {
    match statistic {
        Statistic::Nearest => CONTROL,
        _ => method.name(),
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
        assert_eq!(entries.len(), 4 * 2 * 2);
        for entry in &entries {
            let area = entry.measured.accuracy.unwrap();
            if entry.cell.patterns == 5 || entry.cell.method == "nearest" {
                assert!(area > 0.95, "{:?}: {area}", entry.cell);
            }
        }
        let charts = figure.charts(&entries);
        assert_eq!(charts.len(), 1);
        assert_eq!(charts[0].1.series.len(), 4);
        assert_eq!(figure.summary(&entries).rows.len(), 2);
        let wrong = text.replace("noise-percent = 15", "noise-percent = 51");
        assert!(Figure::parse("known", &wrong, false).is_err());
    }
}
