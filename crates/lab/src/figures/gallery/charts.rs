//! Charts and the table of a report.

use super::figure::{GalleryFigure, UPDATES, flips, update_name};
use crate::figures::shown::Summary;
use crate::ledger::{Entry, Measured};
use crate::method::Method;
use crate::plot::{Chart, Point, Series};
use attractor::Update;

/// What a chart shows of a cell.
type Quantity = fn(&Measured) -> Option<f64>;

impl GalleryFigure {
    /// Share recalled exactly and mean overlap against noise.
    pub(crate) fn charts(&self, entries: &[Entry]) -> Vec<(String, Chart)> {
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

    /// Wrong bits, zeros, margin, and the recall at each noise level.
    pub(crate) fn summary(&self, entries: &[Entry]) -> Summary {
        let neurons = self.shape.neurons();
        let levels = &self.distinct_levels()[1..];
        let mut header: Vec<String> =
            ["method", "wrong bits", "at least", "zero weights", "margin"]
                .map(str::to_owned)
                .to_vec();
        let mut recalled = "";
        if !levels.is_empty() {
            recalled = "; share recalled exactly against flipped bits";
            header.push("updates".to_owned());
            header.extend(levels.iter().map(|percent| {
                match flips(*percent as f64 / 100.0, neurons) {
                    1 => "1 bit".to_owned(),
                    count => format!("{count} bits"),
                }
            }));
        }
        let methods = self.config.methods.iter().copied();
        Summary {
            caption: format!(
                "{} patterns of {neurons} neurons{recalled}; `at least` is the search's word, no certificate was made",
                self.config.patterns,
            ),
            header,
            rows: methods
                .filter_map(|method| self.summary_rows(entries, method, levels))
                .flatten()
                .collect(),
        }
    }

    /// The rows of one method: one for each kind of updates where there is noise, else one.
    fn summary_rows(
        &self,
        entries: &[Entry],
        method: Method,
        levels: &[usize],
    ) -> Option<Vec<Vec<String>>> {
        let training = entries.iter().find(|e| {
            e.cell.figure == self.name && e.cell.method == method.name() && e.cell.level == 0.0
        })?;
        let network = network_fields(method, &training.measured);
        if levels.is_empty() {
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
    }
}

fn network_fields(method: Method, m: &Measured) -> [String; 5] {
    let number = |value: Option<usize>| value.map_or_else(String::new, |v| v.to_string());
    [
        method.to_string(),
        number(m.wrong_bits),
        number(m.lower_bound),
        m.zero_share
            .map_or_else(String::new, |z| format!("{:.0} %", 100.0 * z)),
        m.margin.map_or_else(String::new, |v| format!("{v:.3}")),
    ]
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
