//! Storage: wrong bits, and zero weights, against the number of patterns (the paper's Figs. 3 to 6).

use super::measure::{CellError, is_proven, measure, patterns_of};
use super::shown::Summary;
use crate::config::{ConfigError, Source, Storage};
use crate::curve::Curve;
use crate::ledger::{Cell, Entry, Measured};
use crate::method::{Method, Task};
use crate::plot::{Chart, Dash, Look, Mark, Point, Series, distinct};
use crate::seeds;
use crate::theory;
use crate::trainer::Trainer;
use attractor::{Control, Patterns, Shape, Ties};

/// A storage experiment, checked and ready to run.
#[derive(Debug, Clone)]
pub(crate) struct StorageFigure {
    name: String,
    title: String,
    config: Storage,
    shapes: Vec<Shape>,
}

impl StorageFigure {
    /// A figure from its checked configuration.
    ///
    /// # Errors
    /// Settings that make no sense.
    pub(crate) fn new(name: &str, title: String, config: Storage) -> Result<Self, ConfigError> {
        config.check()?;
        let shapes = config.sizes()?;
        Ok(Self {
            name: name.to_owned(),
            title,
            config,
            shapes,
        })
    }

    /// Every cell: cheap loads first, so that a curve grows evenly.
    pub(crate) fn cells(&self) -> Vec<Cell> {
        let mut cells = Vec::new();
        for patterns in self.config.patterns.values() {
            for data in &self.config.data {
                for shape in &self.shapes {
                    for trainer in &self.config.methods {
                        for repeat in 0..self.config.repeats {
                            cells.push(Cell {
                                figure: self.name.clone(),
                                method: trainer.to_string(),
                                data: data.name(),
                                neurons: shape.neurons(),
                                patterns,
                                level: 0.0,
                                repeat,
                                seed: seeds::of_repeat(self.config.seed, repeat),
                            });
                        }
                    }
                }
            }
        }
        cells
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
        let unknown = || CellError::Data(format!("the cell {cell:?} is none of this figure"));
        let shape = *self
            .shapes
            .iter()
            .find(|s| s.neurons() == cell.neurons)
            .ok_or_else(unknown)?;
        let trainer = self
            .config
            .methods
            .iter()
            .find(|m| m.to_string() == cell.method)
            .ok_or_else(unknown)?;
        let source = self
            .config
            .data
            .iter()
            .find(|s| s.name() == cell.data)
            .ok_or_else(unknown)?;
        let patterns = self.patterns(source, shape, cell)?;
        let task = Task {
            patterns: &patterns,
            shape,
            settings: &self.config.settings,
            rule_settings: &[],
            seed: cell.seed,
        };
        let learned = trainer.train(&task, control)?;
        let certified = learned.certified(&control.untimed());
        if control.interrupted() {
            return Ok(None);
        }
        let measured = measure(trainer, &learned.trained, &patterns, &self.config.settings)?;
        Ok(Some(Measured {
            certified,
            ..measured
        }))
    }

    /// Instance r of P patterns is the beginning of instance r of more patterns, so that curves are smooth.
    fn patterns(&self, source: &Source, shape: Shape, cell: &Cell) -> Result<Patterns, CellError> {
        let skip = cell.repeat.saturating_mul(self.config.patterns.last());
        patterns_of(source, shape, skip, cell.patterns, cell.seed)
    }

    /// Wrong bits, and the zero weights where they are asked for.
    pub(crate) fn charts(&self, entries: &[Entry]) -> Vec<(String, Chart)> {
        let mut charts = self.wrong_bits_charts(entries);
        if let Some(top) = self.config.detail {
            let closer = |(name, mut chart): (String, Chart)| {
                chart.y_max = Some(top);
                (format!("{name}-detail"), chart)
            };
            charts.extend(charts.clone().into_iter().map(closer));
        }
        charts.extend(self.stored_charts(entries));
        if let Some(name) = &self.config.zero_share {
            let title = format!("{}: zero weights", self.title);
            charts.extend(self.zero_share_charts(name, &title, entries));
        }
        charts
    }

    /// Wrong bits per pattern, one chart for each source of patterns.
    fn wrong_bits_charts(&self, entries: &[Entry]) -> Vec<(String, Chart)> {
        let per_pattern =
            |e: &Entry, wrong: Option<usize>| wrong.map(|w| w as f64 / e.cell.patterns as f64);
        let chart = |source: &Source| {
            let mut series = self.series(entries, source, |e| {
                // The bound holds for the tie rule under which the method trained, so the count must too.
                let wrong = match self.config.settings.ties {
                    Ties::Negative => e.measured.wrong_bits,
                    Ties::Strict => e.measured.wrong_bits_strict,
                };
                Some((
                    per_pattern(e, wrong)?,
                    per_pattern(e, e.measured.lower_bound),
                ))
            });
            if self.has_theory(source) {
                series.push(self.fewest_wrong_bits());
            }
            let chart = Chart {
                title: self.title_of(&self.title, source),
                x_label: "patterns P".to_owned(),
                y_label: "wrong bits per pattern".to_owned(),
                y_min: Some(0.0),
                y_max: self.config.y_max,
                marks: self.marks(source),
                series,
            };
            (format!("{}-{}", self.name, source.name()), chart)
        };
        self.config.data.iter().map(chart).collect()
    }

    /// Share of zero weights (Fig. 6).
    fn zero_share_charts(
        &self,
        name: &str,
        title: &str,
        entries: &[Entry],
    ) -> Vec<(String, Chart)> {
        let chart = |source: &Source| {
            let series = self.series(entries, source, |e| {
                e.measured.zero_share.map(|z| (100.0 * z, None))
            });
            let chart = Chart {
                title: self.title_of(title, source),
                x_label: "patterns P".to_owned(),
                y_label: "zero weights, %".to_owned(),
                y_min: Some(0.0),
                y_max: Some(100.0),
                marks: Vec::new(),
                series,
            };
            (format!("{name}-{}", source.name()), chart)
        };
        self.config.data.iter().map(chart).collect()
    }

    /// Of the methods, in their order.
    fn looks(&self) -> Vec<Look> {
        distinct(self.config.methods.iter().map(Trainer::look))
    }

    /// A size as the settings say it.
    fn size_of(&self, shape: Shape) -> String {
        if self.config.shapes.is_empty() {
            format!("N = {}", shape.neurons())
        } else {
            shape.to_string()
        }
    }

    /// The title, and the source where there are several.
    fn title_of(&self, title: &str, source: &Source) -> String {
        if self.config.data.len() > 1 {
            format!("{title}: {}", source.label())
        } else {
            title.to_owned()
        }
    }

    /// One line for each method and size: the mean over repeats, with the mean proven bound where there is one.
    fn series(
        &self,
        entries: &[Entry],
        source: &Source,
        value: impl Fn(&Entry) -> Option<(f64, Option<f64>)>,
    ) -> Vec<Series> {
        let mut all = Vec::new();
        let data = source.name();
        for (trainer, look) in self.config.methods.iter().zip(self.looks()) {
            let (name, label) = (trainer.to_string(), trainer.label());
            for (s, shape) in self.shapes.iter().enumerate() {
                let of = |p: usize| -> Vec<(f64, Option<f64>)> {
                    let matches = |e: &&Entry| {
                        e.cell.method == name
                            && e.cell.data == data
                            && e.cell.neurons == shape.neurons()
                            && e.cell.patterns == p
                    };
                    entries.iter().filter(matches).filter_map(&value).collect()
                };
                let point = |p: usize| {
                    let values = of(p);
                    let wrong: Vec<f64> = values.iter().map(|v| v.0).collect();
                    let mut point =
                        (!wrong.is_empty()).then(|| Point::estimate_of(p as f64, &wrong))?;
                    let bounds: Option<Vec<f64>> = values.iter().map(|v| v.1).collect();
                    if let Some(bounds) = bounds {
                        point.bound = Some(bounds.iter().sum::<f64>() / bounds.len() as f64);
                    }
                    Some(point)
                };
                let points: Vec<Point> = self.config.patterns.values().filter_map(point).collect();
                let (name, look) = if self.shapes.len() > 1 {
                    // As in the paper: the thicker the line, the more neurons.
                    let width = [1, 2, 3, 5][s.min(3)];
                    let name = format!("{label}, {}", self.size_of(*shape));
                    (name, Look { width, ..look })
                } else {
                    (label.clone(), look)
                };
                if !points.is_empty() {
                    all.push(Series { name, points, look });
                }
            }
        }
        all
    }

    /// How far each method stores, and how often that is proven.
    pub(crate) fn summary(&self, entries: &[Entry]) -> Summary {
        let header = [
            "data",
            "N",
            "method",
            "error-free to P",
            "at most ½ wrong bit a pattern to P",
            "proven optimal",
            "zero weights",
            "seconds",
        ];
        let mut rows = Vec::new();
        for source in &self.config.data {
            for shape in &self.shapes {
                for trainer in &self.config.methods {
                    let (method, name) = (trainer.method(), trainer.to_string());
                    let load = Curve::of(
                        entries,
                        &source.name(),
                        shape.neurons(),
                        &name,
                        self.config.settings.ties,
                    );
                    let own: Vec<&Entry> = load.entries().collect();
                    let Some(last) = own.last() else { continue };
                    let proven = own.iter().filter(|e| is_proven(e)).count();
                    let is_certified =
                        |e: &&&Entry| is_proven(e) && e.measured.certified == Some(true);
                    let certified = own.iter().filter(is_certified).count();
                    rows.push(vec![
                        source.name(),
                        shape.neurons().to_string(),
                        name,
                        load.stored(0.0).to_string(),
                        load.stored(0.5).to_string(),
                        if method.is_exact() {
                            format!("{proven} of {}, {certified} certified", own.len())
                        } else {
                            String::new()
                        },
                        last.measured
                            .zero_share
                            .map_or_else(String::new, |z| format!("{:.0} %", 100.0 * z)),
                        format!("{:.1}", own.iter().map(|e| e.seconds).sum::<f64>()),
                    ]);
                }
            }
        }
        Summary {
            caption: format!(
                "Storage under `{}` ties; zero weights at the largest P; seconds summed over all cells",
                self.config.settings.ties
            ),
            header: header.map(str::to_owned).to_vec(),
            rows,
        }
    }

    /// Theory is known for random patterns and directed couplings of one size.
    fn has_theory(&self, source: &Source) -> bool {
        *source == Source::Random
            && self.shapes.len() == 1
            && self
                .config
                .methods
                .iter()
                .any(|trainer| trainer.method() == Method::ExactDirected)
    }

    fn of_theory(&self, name: &str, value: impl Fn(usize) -> f64) -> Series {
        let point = |p: usize| Point::bare(p as f64, value(p));
        Series {
            name: name.to_owned(),
            points: self.config.patterns.values().map(point).collect(),
            look: Look::new(5, Dash::Dotted),
        }
    }

    fn fewest_wrong_bits(&self) -> Series {
        let n = self.shapes[0].neurons();
        let name = "no directed network below (Cover, union bound)";
        self.of_theory(name, |p| {
            n as f64 * theory::fewest_wrong_bits_bound(p, n - 1) / p as f64
        })
    }

    /// Loads that theory names.
    fn marks(&self, source: &Source) -> Vec<Mark> {
        if !self.has_theory(source) {
            return Vec::new();
        }
        let n = self.shapes[0].neurons();
        let last = self.config.patterns.last() as f64;
        let named = [
            (0.138 * n as f64, "0.138 N (Hebb)"),
            (n as f64 - 1.0, "N − 1"),
            (theory::half_storable(n), "half storable (Cover)"),
            (2.0 * n as f64, "2 N"),
        ];
        let mark = |(x, name): (f64, &str)| Mark {
            x,
            name: name.to_owned(),
        };
        named
            .into_iter()
            .filter(|&(x, _)| x <= last)
            .map(mark)
            .collect()
    }

    /// How many instances are stored without error, beside Cover's probability.
    fn stored_charts(&self, entries: &[Entry]) -> Vec<(String, Chart)> {
        let random = |source: &&Source| self.has_theory(source);
        let chart = |source: &Source| {
            let n = self.shapes[0].neurons();
            let line = |(trainer, look): (&Trainer, Look)| {
                let curve = Curve::of(
                    entries,
                    &source.name(),
                    n,
                    &trainer.to_string(),
                    self.config.settings.ties,
                );
                let mut points: Vec<Point> = curve.stored_share();
                // Wide bands of few repeats hide each other: those of the searched networks are enough.
                if !trainer.method().searches() {
                    points = points.iter().map(|p| Point::bare(p.x, p.y)).collect();
                }
                (!points.is_empty()).then(|| Series {
                    name: trainer.label(),
                    points,
                    look,
                })
            };
            let methods = self.config.methods.iter().zip(self.looks());
            let mut series: Vec<Series> = methods.filter_map(line).collect();
            series.push(self.of_theory("directed, exact theory (Cover 1965)", |p| {
                100.0 * theory::cover(p, n - 1).powi(n as i32)
            }));
            let chart = Chart {
                title: format!("{}: stored without error", self.title),
                x_label: "patterns P".to_owned(),
                y_label: "instances without a wrong bit, %".to_owned(),
                y_min: Some(0.0),
                y_max: Some(104.0),
                marks: self.marks(source),
                series,
            };
            (format!("{}-{}-stored", self.name, source.name()), chart)
        };
        self.config.data.iter().filter(random).map(chart).collect()
    }
}

#[cfg(test)]
mod tests {
    use crate::figures::{COMMITTED, Figure};
    use crate::ledger::{Cell, Entry, Measured};

    #[test]
    fn a_second_chart_looks_closer() {
        let (_, text) = COMMITTED[3];
        let figure = Figure::parse("fig5", text, true).unwrap();
        let measured = Measured {
            wrong_bits: Some(7),
            lower_bound: Some(5),
            zero_share: Some(0.25),
            ..Measured::default()
        };
        let entry = |cell: Cell| Entry {
            cell,
            measured: measured.clone(),
            seconds: 0.0,
            version: String::new(),
        };
        let entries: Vec<Entry> = figure.cells().into_iter().map(entry).collect();
        let charts = figure.charts(&entries);
        let ends: Vec<(&str, Option<f64>)> = charts
            .iter()
            .map(|(name, chart)| (name.as_str(), chart.y_max))
            .collect();
        let wanted = [
            ("fig5-mnist", Some(10.0)),
            ("fig5-mnist-detail", Some(2.0)),
            ("fig6-mnist", Some(100.0)),
        ];
        assert_eq!(ends, wanted);
        assert_eq!(charts[0].1.series, charts[1].1.series);
    }
}
