//! Classify: accuracy against training examples and against missing data (the paper's Fig. 8).
//!
//! Every method sees the same one-hot code of the same training rows, and the same damaged test rows. The nearest stored
//! code without any network is among them: what the memory adds must be seen against it.

mod charts;

use super::fitted::{Chosen, Fitted, Split};
use super::measure::{CellError, data};
use super::variant::Variant;
use crate::baselines;
use crate::bundled;
use crate::config::{Classify, ConfigError, name_of};
use crate::ledger::{Cell, Measured};
use crate::method::{Method, Settings};
use crate::pattern_memory::PatternMemory;
use crate::plot::{Dash, Look};
use crate::seeds;
use crate::trainer::Trainer;
use crate::validate::Lesson;
use attractor::io::{MAX_TEXT, read_bounded};
use attractor::rules::Classical;
use attractor::{Control, Cues, Order, Patterns, Symmetry, Update};
use attractor_tables::{
    Classifier, Coded, FitError, LEVELS, ReadOptions, ReadOut, Table, nearest_neighbour, split,
    with_missing,
};
use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use std::path::Path;
use std::sync::Arc;

/// The methods that every figure compares with, by name, with their looks.
const CONTROLS: [(&str, Look); 4] = [
    ("decision-tree", Look::new(7, Dash::Dotted)),
    ("random-forest", Look::new(2, Dash::Dotted)),
    ("softmax", Look::new(4, Dash::Dotted)),
    ("nearest", Look::new(3, Dash::Dotted)),
];

/// What varies along the horizontal axis, and what a missing value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Panel {
    Examples,
    MissingFeatures,
    MissingNeurons,
}

impl Panel {
    const ALL: [Self; 3] = [Self::Examples, Self::MissingFeatures, Self::MissingNeurons];

    fn suffix(self) -> &'static str {
        match self {
            Self::Examples => "examples",
            Self::MissingFeatures => "missing-features",
            Self::MissingNeurons => "missing-neurons",
        }
    }

    /// What is missing.
    fn unit(self) -> &'static str {
        match self {
            Self::Examples | Self::MissingFeatures => "features",
            Self::MissingNeurons => "neurons",
        }
    }
}

/// A classification experiment, checked and ready to run.
#[derive(Debug, Clone)]
pub(crate) struct ClassifyFigure {
    name: String,
    title: String,
    config: Classify,
    settings: Settings,
    tables: Vec<(String, Table)>,
    /// What is fitted to the rows of a split without anything missing, which all missing shares have in common.
    fitted: Fitted,
}

impl ClassifyFigure {
    /// A figure from its configuration.
    ///
    /// # Errors
    /// Settings that make no sense, or an unknown data set.
    pub(crate) fn new(name: &str, title: String, config: Classify) -> Result<Self, ConfigError> {
        config.check()?;
        let read = |data: &String| match bundled::table(data) {
            Some(Ok(table)) => Ok((data.clone(), table)),
            Some(Err(error)) => Err(ConfigError::Invalid(error.to_string())),
            None => own_table(data, &config.class),
        };
        let tables = config.data.iter().map(read).collect::<Result<_, _>>()?;
        let settings = config.settings();
        Ok(Self {
            name: name.to_owned(),
            title,
            config,
            settings,
            tables,
            fitted: Fitted::default(),
        })
    }

    fn method_names(&self) -> Vec<String> {
        let own = self.config.methods.iter().map(Trainer::to_string);
        let variants = self.config.variants.iter().map(|v| v.name().to_owned());
        own.chain(variants)
            .chain(CONTROLS.iter().map(|(name, _)| (*name).to_owned()))
            .collect()
    }

    /// Points of a panel: examples a class, and missing share.
    fn points(&self, panel: Panel) -> Vec<(usize, f64)> {
        if panel == Panel::Examples {
            return self
                .config
                .examples
                .values()
                .map(|count| (count, 0.0))
                .collect();
        }
        let levels = [0].into_iter().chain(self.config.missing_percent.values());
        levels
            .map(|percent| (self.config.missing_examples, percent as f64 / 100.0))
            .collect()
    }

    /// Every cell.
    pub(crate) fn cells(&self) -> Vec<Cell> {
        let mut cells = Vec::new();
        for panel in Panel::ALL {
            for (patterns, level) in self.points(panel) {
                for (data, _) in &self.tables {
                    for method in self.method_names() {
                        for repeat in 0..self.config.repeats {
                            cells.push(Cell {
                                figure: format!("{}-{}", self.name, panel.suffix()),
                                method: method.clone(),
                                data: data.clone(),
                                neurons: 0,
                                patterns,
                                level,
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
        let (table, panel) = self.asked(cell)?;
        let (train, test) = split(table, cell.patterns, cell.seed);
        // Encoder and codes are shared by all methods: any method's classifier has them, the quickest is Hebb's.
        let mut trainers = self.config.methods.iter();
        let trainer = trainers.find(|trainer| trainer.to_string() == cell.method);
        let mut variants = self.config.variants.iter().copied();
        let variant = variants.find(|v| v.name() == cell.method);
        let fitted_with = match variant {
            Some(Variant::ExactNoiseOneStep) => Method::ExactNoise.into(),
            _ => trainer
                .cloned()
                .unwrap_or(Method::Rule(Classical::Hebbian).into()),
        };
        let rows = (table, train.as_slice());
        let (classifier, _) = self.fitted(Some(&fitted_with), cell, rows, control)?;
        if control.interrupted() {
            return Ok(None);
        }
        let codes = test_codes(&classifier, table, &test, panel, cell);
        let mut options = trainer.map_or_else(String::new, |own| own.options(&self.settings));
        let answers = match (trainer, variant) {
            (Some(_), _) => classifier.predict_codes(&codes),
            (None, Some(variant)) => {
                let told =
                    self.predict_variant(variant, &classifier, &codes, rows, cell, control)?;
                options = told.1;
                told.0
            }
            (None, None) => predict_control(&cell.method, classifier.stored(), &codes, cell.seed)?,
        };
        if control.interrupted() {
            return Ok(None);
        }
        Ok(Some(Measured {
            accuracy: Some(accuracy(table, &test, &classifier, &answers)),
            status: trainer.map_or_else(String::new, |_| classifier.status().to_string()),
            certified: trainer.filter(|own| own.method().is_exact()).map(|_| false),
            options,
            ..Measured::default()
        }))
    }

    /// The cell's table and panel.
    ///
    /// # Errors
    /// A cell of another figure.
    fn asked(&self, cell: &Cell) -> Result<(&Table, Panel), CellError> {
        let unknown = || CellError::Data(format!("the cell {cell:?} is none of this figure"));
        let (_, table) = self
            .tables
            .iter()
            .find(|(name, _)| *name == cell.data)
            .ok_or_else(unknown)?;
        let suffix = cell
            .figure
            .strip_prefix(&self.name)
            .and_then(|s| s.strip_prefix('-'));
        let panel = Panel::ALL
            .into_iter()
            .find(|p| Some(p.suffix()) == suffix)
            .ok_or_else(unknown)?;
        Ok((table, panel))
    }

    /// What a variant answers, and what it was run with. `classifier` has the split's encoder and rows.
    fn predict_variant(
        &self,
        variant: Variant,
        classifier: &Classifier,
        codes: &[Vec<i8>],
        (table, train): (&Table, &[usize]),
        cell: &Cell,
        control: &Control<'_>,
    ) -> Result<(Vec<usize>, String), CellError> {
        match variant {
            Variant::ExactNoiseOneStep => {
                let read_out = ReadOut::OneStep;
                let classifier = classifier.clone().with_read_out(read_out);
                let options = Method::ExactNoise.options(&self.settings, &[]);
                let options = format!("{options} read-out={read_out}");
                Ok((classifier.predict_codes(codes), options))
            }
            Variant::ExactValidated => {
                let (classifier, choice) = self.fitted(None, cell, (table, train), control)?;
                let options = choice.map_or_else(String::new, |choice| choice.to_string());
                Ok((classifier.predict_codes(codes), options))
            }
            Variant::DenseMemory => {
                let (n, stored) = (classifier.encoder().neurons(), classifier.stored());
                let signs = stored.codes.concat();
                let rows = Patterns::from_signs(stored.codes.len(), n, &signs).map_err(data)?;
                let cues = Cues::from_values(codes.len(), n, &codes.concat()).map_err(data)?;
                let update = Update::Asynchronous(Order::Fixed);
                let states = PatternMemory::Dense.recall(&rows, &cues, update)?;
                let reached: Vec<Vec<i8>> = (0..codes.len())
                    .map(|c| states.signs(c).collect())
                    .collect();
                Ok((nearest_neighbour(stored, &reached), String::new()))
            }
        }
    }

    /// The classifier of this cell's split, by a method or by validation, kept where cells of all missing shares ask for it.
    /// After an interrupt it is any, and not kept.
    fn fitted(
        &self,
        trainer: Option<&Trainer>,
        cell: &Cell,
        (table, rows): (&Table, &[usize]),
        control: &Control<'_>,
    ) -> Result<Chosen, CellError> {
        let split = Split {
            data: cell.data.clone(),
            examples: cell.patterns,
            seed: cell.seed,
            trainer: trainer.map(Trainer::to_string),
        };
        if let Some(kept) = self.fitted.get(&split) {
            return Ok(kept);
        }
        let settings = &self.settings;
        let (classifier, choice) = if let Some(trainer) = trainer {
            let fitted = trainer.fit_classifier(table, rows, LEVELS, settings, cell.seed, control);
            (fitted.map_err(refused)?, None)
        } else {
            let lesson = Lesson {
                table,
                rows,
                levels: LEVELS,
                symmetry: Symmetry::Symmetric,
                settings,
                seed: cell.seed,
            };
            let choice = lesson.choose(None, None, control).map_err(refused)?;
            let fitted = lesson.fit(choice, control).map_err(refused)?;
            (fitted, Some(choice))
        };
        let chosen = (Arc::new(classifier), choice);
        if cell.patterns == self.config.missing_examples && !control.interrupted() {
            self.fitted.keep(split, chosen.clone());
        }
        Ok(chosen)
    }
}

/// A table of one's own, by the name of its file, without columns that seem to name, count or date the rows.
fn own_table(data: &str, class: &str) -> Result<(String, Table), ConfigError> {
    let path = Path::new(data);
    let invalid = |text: String| ConfigError::Invalid(format!("data: {text}"));
    if !path.is_file() {
        return Err(invalid(format!(
            "`{data}` is neither a file nor one of {}",
            bundled::TABLES.join(", ")
        )));
    }
    let bytes =
        read_bounded(path, MAX_TEXT).map_err(|error| invalid(format!("`{data}`: {error}")))?;
    let table = Table::read(bytes.as_slice(), &ReadOptions::class(class))
        .and_then(|table| table.for_training(&[]))
        .map_err(|error| invalid(format!("`{data}`: {error}")))?;
    Ok((name_of(path), table))
}

fn refused(error: FitError) -> CellError {
    match error {
        FitError::Train(error) => CellError::Train(error),
        other => CellError::Data(other.to_string()),
    }
}

/// The test rows as codes, damaged as the panel says; the same for every method.
fn test_codes(
    classifier: &Classifier,
    table: &Table,
    test: &[usize],
    panel: Panel,
    cell: &Cell,
) -> Vec<Vec<i8>> {
    let share = if panel == Panel::MissingFeatures {
        cell.level
    } else {
        0.0
    };
    let damaged = with_missing(table, share, cell.seed);
    let all = classifier.encode(&damaged);
    let mut codes: Vec<Vec<i8>> = test.iter().map(|&r| all[r].clone()).collect();
    if panel == Panel::MissingNeurons {
        let mut rng = ChaCha8Rng::seed_from_u64(cell.seed);
        for value in codes.iter_mut().flatten() {
            if rng.random::<f64>() < cell.level {
                *value = 0;
            }
        }
    }
    codes
}

fn predict_control(
    name: &str,
    train: &Coded,
    test: &[Vec<i8>],
    seed: u64,
) -> Result<Vec<usize>, CellError> {
    match name {
        "decision-tree" => baselines::decision_tree(train, test, seed).map_err(data),
        "random-forest" => baselines::random_forest(train, test, seed).map_err(data),
        "softmax" => Ok(baselines::softmax(train, test, seed)),
        "nearest" => Ok(nearest_neighbour(train, test)),
        _ => Err(CellError::Data(format!("`{name}` is no method"))),
    }
}

/// The share of the rows `test` whose answer is their class.
fn accuracy(table: &Table, test: &[usize], classifier: &Classifier, answers: &[usize]) -> f64 {
    let truth = |r: usize| {
        table.classes[r]
            .as_deref()
            .and_then(|name| classifier.classes().iter().position(|c| c == name))
    };
    let right = test
        .iter()
        .zip(answers)
        .filter(|&(&r, &answer)| truth(r) == Some(answer))
        .count();
    right as f64 / test.len() as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Experiment;
    use crate::ledger::Entry;

    #[test]
    fn wine_is_learnt_by_memory_and_controls() {
        let text = include_str!("../../../figures/fig8.toml");
        let (title, Experiment::Classify(mut config)) = crate::config::parse(text, true).unwrap()
        else {
            panic!("fig8 classifies");
        };
        config.methods = vec![Method::Rule(Classical::PseudoInverse).into()];
        let figure = ClassifyFigure::new("fig8", title, config).unwrap();
        let wanted =
            |c: &Cell| c.data == "wine" && c.patterns >= 4 && c.repeat == 0 && c.level < 0.3;
        let mut entries = Vec::new();
        for cell in figure.cells().into_iter().filter(wanted) {
            let measured = figure.run(&cell, &Control::new()).unwrap().unwrap();
            let accuracy = measured.accuracy.unwrap();
            assert!(
                accuracy > 0.5,
                "{} {}: {accuracy}",
                cell.figure,
                cell.method
            );
            entries.push(Entry {
                cell,
                measured,
                seconds: 0.0,
                version: String::new(),
            });
        }
        let charts = figure.charts(&entries);
        assert_eq!(charts.len(), 9);
        assert_eq!(charts[0].1.series.len(), 5);
    }
}
