//! The charts and the table of a classification experiment.

use super::{CONTROLS, ClassifyFigure, Panel};
use crate::figures::shown::Summary;
use crate::figures::variant::Variant;
use crate::ledger::Entry;
use crate::plot::{Chart, Look, Point, Series, distinct};
use std::collections::HashMap;

impl ClassifyFigure {
    /// Accuracy, a chart for each data set and panel.
    pub(crate) fn charts(&self, entries: &[Entry]) -> Vec<(String, Chart)> {
        let mut charts = Vec::new();
        for (data, _) in &self.tables {
            for panel in Panel::ALL {
                let what = match panel {
                    Panel::Examples => "training examples per class".to_owned(),
                    Panel::MissingFeatures => format!(
                        "missing features, % ({} examples per class)",
                        self.config.missing_examples
                    ),
                    Panel::MissingNeurons => format!(
                        "missing neurons, % ({} examples per class)",
                        self.config.missing_examples
                    ),
                };
                let chart = Chart {
                    title: format!("{}: {data}", self.title),
                    x_label: what,
                    y_label: "accuracy on the other rows, %".to_owned(),
                    y_min: Some(0.0),
                    y_max: Some(100.0),
                    marks: Vec::new(),
                    series: self.labelled(self.series(entries, data, panel)),
                };
                charts.push((format!("{}-{data}-{}", self.name, panel.suffix()), chart));
            }
        }
        charts
    }

    /// Accuracy in percent with its 95 % interval, for each method at each point.
    pub(crate) fn summary(&self, entries: &[Entry]) -> Summary {
        let mut rows = Vec::new();
        for (data, _) in &self.tables {
            for panel in Panel::ALL {
                let all = self.series(entries, data, panel);
                for (k, (examples, level)) in self.points(panel).into_iter().enumerate() {
                    let mut row = vec![
                        data.clone(),
                        examples.to_string(),
                        format!("{:.0} % {}", 100.0 * level, panel.unit()),
                    ];
                    row.extend(self.method_names().iter().map(|name| {
                        let line = all.iter().find(|series| series.name == *name);
                        let point = line.and_then(|series| series.points.get(k));
                        point.map_or_else(String::new, |p| {
                            format!("{:.1} ± {:.1}", p.y, p.high - p.y)
                        })
                    }));
                    rows.push(row);
                }
            }
        }
        let names = self.method_names();
        let header = ["data", "examples a class", "missing"].map(str::to_owned);
        Summary {
            caption: format!(
                "Accuracy on the other rows in percent, mean of {} splits with its 95 % interval",
                self.config.repeats
            ),
            header: header.into_iter().chain(names).collect(),
            rows,
        }
    }

    fn series(&self, entries: &[Entry], data: &str, panel: Panel) -> Vec<Series> {
        let figure = format!("{}-{}", self.name, panel.suffix());
        let own = self
            .config
            .methods
            .iter()
            .map(|m| (m.to_string(), m.look()));
        let variants = self.config.variants.iter();
        let variants = variants.map(|v| (v.name().to_owned(), v.look()));
        let all = own.chain(variants).chain(
            CONTROLS
                .iter()
                .map(|(name, look)| ((*name).to_owned(), *look)),
        );
        let line = |(name, look): (String, Look)| {
            let point = |(patterns, level): (usize, f64)| {
                let matches = |e: &&Entry| {
                    e.cell.figure == figure
                        && e.cell.data == data
                        && e.cell.method == name
                        && e.cell.patterns == patterns
                        && e.cell.level == level
                };
                let shares: Vec<f64> = entries
                    .iter()
                    .filter(matches)
                    .filter_map(|e| e.measured.accuracy.map(|a| 100.0 * a))
                    .collect();
                let x = if panel == Panel::Examples {
                    patterns as f64
                } else {
                    100.0 * level
                };
                (!shares.is_empty()).then(|| Point::estimate_of(x, &shares))
            };
            let points: Vec<Point> = self.points(panel).into_iter().filter_map(point).collect();
            (!points.is_empty()).then_some(Series { name, points, look })
        };
        let (names, looks): (Vec<String>, Vec<Look>) = all.unzip();
        let drawn = names.into_iter().zip(distinct(looks));
        drawn.filter_map(line).collect()
    }

    /// Methods by their names in legends.
    fn labelled(&self, mut series: Vec<Series>) -> Vec<Series> {
        let trainers = self.config.methods.iter();
        let trainers = trainers.map(|own| (own.to_string(), own.label()));
        let variants = Variant::ALL.into_iter();
        let variants = variants.map(|own| (own.name().to_owned(), own.label().to_owned()));
        let nearest = "nearest stored row, without network".to_owned();
        let nearest = std::iter::once(("nearest".to_owned(), nearest));
        let labels: HashMap<String, String> = trainers.chain(variants).chain(nearest).collect();
        for line in &mut series {
            let label = labels.get(&line.name).cloned();
            line.name = label.unwrap_or_else(|| line.name.replace('-', " "));
        }
        series
    }
}
