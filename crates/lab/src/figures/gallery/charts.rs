//! Charts and the table of a report.

use super::figure::{Contender, GalleryFigure, UPDATES, flips, update_name};
use crate::figures::shown::Summary;
use crate::ledger::{Entry, Measured};
use crate::plot::{Chart, Look, Point, Series, distinct};

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
                    series: self.series(entries, &self.panel(update), value),
                };
                charts.push((format!("{}-{suffix}", self.panel(update)), chart));
            }
        }
        if self.config.certain {
            let panel = self.certain_panel();
            let chart = Chart {
                title: format!("{}: wherever the flips are", self.title),
                x_label: "flipped bits, % at most".to_owned(),
                y_label: "patterns recalled for certain, %".to_owned(),
                y_min: Some(0.0),
                y_max: Some(100.0),
                marks: Vec::new(),
                series: self.series(entries, &panel, quantities[0].2),
            };
            charts.push((panel, chart));
        }
        charts
    }

    fn series(&self, entries: &[Entry], panel: &str, value: Quantity) -> Vec<Series> {
        let neurons = self.shape.neurons();
        let looks = distinct(self.contenders().map(Contender::look));
        let line = |(contender, look): (Contender<'_>, Look)| {
            let point = |percent: usize| {
                let values = at_level(entries, panel, contender, percent, value);
                let share = 100.0 * flips(percent as f64 / 100.0, neurons) as f64 / neurons as f64;
                (!values.is_empty()).then(|| Point::estimate_of(share, &values))
            };
            let levels = self.distinct_levels().into_iter();
            let points: Vec<Point> = levels.filter_map(point).collect();
            (!points.is_empty()).then(|| Series {
                name: contender.label(),
                points,
                look,
            })
        };
        self.contenders().zip(looks).filter_map(line).collect()
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
        Summary {
            caption: format!(
                "{} patterns of {neurons} neurons{recalled}; `at least` is the search's word, no certificate was made",
                self.config.patterns,
            ),
            header,
            rows: self
                .contenders()
                .filter_map(|contender| self.summary_rows(entries, contender, levels))
                .flatten()
                .collect(),
        }
    }

    /// The rows of one contender: one for each kind of updates where there is noise, and one for what is certain if that
    /// is asked; without noise one.
    fn summary_rows(
        &self,
        entries: &[Entry],
        contender: Contender<'_>,
        levels: &[usize],
    ) -> Option<Vec<Vec<String>>> {
        let training = entries.iter().find(|e| {
            e.cell.figure == self.name && e.cell.method == contender.name() && e.cell.level == 0.0
        })?;
        let network = network_fields(contender, &training.measured);
        if levels.is_empty() {
            return Some(vec![network.to_vec()]);
        }
        let row = |panel: String, name: &str| {
            let mut row = network.to_vec();
            row.push(name.to_owned());
            row.extend(levels.iter().map(|&percent| {
                let shares = at_level(entries, &panel, contender, percent, |m| m.exact_recall);
                let mean = shares.iter().sum::<f64>() / shares.len().max(1) as f64;
                format!("{:.0} %", 100.0 * mean)
            }));
            row
        };
        let mut rows = UPDATES
            .map(|update| row(self.panel(update), update_name(update)))
            .to_vec();
        if self.is_certain(contender) {
            rows.push(row(self.certain_panel(), "any, for certain"));
        }
        Some(rows)
    }
}

fn network_fields(contender: Contender<'_>, m: &Measured) -> [String; 5] {
    let number = |value: Option<usize>| value.map_or_else(String::new, |v| v.to_string());
    [
        contender.name(),
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
    contender: Contender<'_>,
    percent: usize,
    value: impl Fn(&Measured) -> Option<f64>,
) -> Vec<f64> {
    entries
        .iter()
        .filter(|e| e.cell.figure == panel && e.cell.method == contender.name())
        .filter(|e| e.cell.level == percent as f64 / 100.0)
        .filter_map(|e| value(&e.measured))
        .collect()
}
