//! The options of `classify`, as they are typed, and the checked settings that they become.

use super::answers;
use crate::files::{Files, ForceArgs};
use crate::method::{EXACT, MethodName};
use crate::output::{Kind, Output};
use crate::threads::{RUN, ThreadArgs};
use crate::{duration, method};
use anyhow::{Context, Result, ensure};
use attractor::{Symmetry, Ties};
use attractor_exact::Damage;
use attractor_lab::method::{Method, NOISE, Settings};
use attractor_tables::{LEVELS, MAX_LEVELS, ReadOptions, ReadOut};
use clap::{Args, Subcommand};
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

/// The header of the accuracies that `cross-validate` writes.
pub(super) const ACCURACIES: &str = "fold,accuracy,nearest";

/// Classify tables with a Hopfield memory
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  attractor classify fit wine.csv --class class -o wine.safetensors
  attractor classify predict wine.safetensors new.csv --keep name -o answers.csv
  attractor classify cross-validate wine.csv --class class --levels 5 --predictions rows.csv

A table is a text file whose first line names the columns (`-` is standard input): CSV, or semicolons, tabs, bars or
spaces between the fields; UTF-8 or UTF-16; plain or gzip. Empty fields and ?, NA, NaN, NULL, - and the like are missing
values; --na names others. Numbers become one of three levels (--levels), texts one neuron each. Columns that name, count
or date the rows are left out, with a warning; --use keeps them. The encoder is part of the model file, which is a network
file for `inspect` and `recall` too.")]
pub(crate) struct ClassifyArgs {
    #[command(subcommand)]
    pub(super) action: Action,
}

#[derive(Debug, Subcommand)]
pub(super) enum Action {
    Fit(FitArgs),
    Predict(PredictArgs),
    CrossValidate(CrossValidateArgs),
}

/// Learn a table with known classes
#[derive(Debug, Args)]
pub(super) struct FitArgs {
    #[command(flatten)]
    pub(super) memory: MemoryArgs,

    /// The model file (safetensors) to write
    #[arg(short, long, value_name = "FILE")]
    pub(super) output: PathBuf,

    #[command(flatten)]
    force: ForceArgs,
}

/// Answer with the class of each row
#[derive(Debug, Args)]
#[command(after_help = "\
The answers are a CSV file with a line a row: the columns of --keep, the true class if --class names it (`truth`), then
  class               the answer
  score               overlap of the nearest stored row with where recall ends, -1 to 1
  runner_up           the class whose stored rows are nearest after that
  runner_up_score     its score
  nearest_row         the nearest stored row: its number in the table that was learnt, from 1
  agreeing_features   features in which the row agrees with that one
  known_features      features that the row has")]
pub(super) struct PredictArgs {
    /// The model file that `classify fit` wrote
    pub(super) model: PathBuf,

    /// The table to classify; columns are found by name
    pub(super) table: PathBuf,

    /// The answers to write, one row each; `-` is standard output
    #[arg(short, long, value_name = "FILE", default_value = "-")]
    pub(super) output: PathBuf,

    /// The column that holds the true class, to say how many answers are right
    #[arg(long, value_name = "COLUMN")]
    pub(super) class: Option<String>,

    /// Write these columns beside the answers
    #[arg(long, value_name = "COLUMN", value_delimiter = ',')]
    pub(super) keep: Vec<String>,

    /// Answer `unknown` where this file, which `attractor novelty --save` wrote for the model, says so
    #[arg(long, value_name = "JSON")]
    pub(super) novelty: Option<PathBuf>,

    /// Take columns of the model that the table lacks for missing in every row
    #[arg(long)]
    pub(super) allow_missing_columns: bool,

    #[command(flatten)]
    pub(super) fields: FieldArgs,

    #[command(flatten)]
    pub(super) threads: ThreadArgs,

    #[command(flatten)]
    force: ForceArgs,
}

/// Estimate the accuracy on rows not seen
#[derive(Debug, Args)]
pub(super) struct CrossValidateArgs {
    #[command(flatten)]
    pub(super) memory: MemoryArgs,

    /// Parts of the table, each predicted by what is learnt from the others
    #[arg(long, value_name = "K", default_value_t = 5, value_parser = clap::value_parser!(u16).range(2..))]
    pub(super) folds: u16,

    /// Make this share of the test values missing, in percent
    #[arg(long, value_name = "PERCENT", default_value_t = 0, value_parser = clap::value_parser!(u8).range(..=100))]
    pub(super) missing: u8,

    /// Also write the accuracy of every part (.csv); `-` is standard output
    #[arg(short, long, value_name = "FILE")]
    pub(super) output: Option<PathBuf>,

    /// Also write what is answered for each row by the part that did not learn it (.csv), as `predict` writes answers
    #[arg(long, value_name = "FILE")]
    pub(super) predictions: Option<PathBuf>,

    /// Write these columns beside the predictions
    #[arg(
        long,
        value_name = "COLUMN",
        value_delimiter = ',',
        requires = "predictions"
    )]
    pub(super) keep: Vec<String>,

    #[command(flatten)]
    force: ForceArgs,
}

/// How fields are read.
#[derive(Debug, Args)]
pub(super) struct FieldArgs {
    /// This text means a missing value, and the usual ones (NA, NaN, -, ...) no longer do; can be given more than once
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    na: Vec<String>,
}

impl FieldArgs {
    fn missing(&self) -> Option<Vec<String>> {
        (!self.na.is_empty()).then(|| self.na.clone())
    }
}

/// Options of the table and of the memory.
#[derive(Debug, Args)]
pub(super) struct MemoryArgs {
    /// The table to learn from
    pub(super) table: PathBuf,

    /// The column that holds the class
    #[arg(long, value_name = "COLUMN")]
    class: String,

    /// Leave this column out; can be given more than once
    #[arg(long, value_name = "COLUMN")]
    ignore: Vec<String>,

    /// Learn from this column although it seems to name, count or date the rows; can be given more than once
    #[arg(long = "use", value_name = "COLUMN")]
    wanted: Vec<String>,

    #[command(flatten)]
    fields: FieldArgs,

    /// Levels of each numeric column
    #[arg(long, value_name = "K", default_value_t = LEVELS as u8, value_parser = clap::value_parser!(u8).range(2..=MAX_LEVELS as i64))]
    levels: u8,

    /// How the memory is trained: `exact`, hebbian, pseudo-inverse, storkey, perceptron, gradient, gradient-tuned; or the
    /// experiments' exact-symmetric, exact-directed (`exact` with these couplings), exact-sparse, milp-vertex
    #[arg(long, value_name = "NAME", default_value = EXACT)]
    rule: MethodName,

    /// Couplings of --rule exact: `symmetric` or `directed` [default: symmetric]
    #[arg(long, value_name = "KIND")]
    couplings: Option<Symmetry>,

    /// Whether a zero field is right for a −1 bit: strict (never) or negative (the paper's)
    #[arg(long, value_name = "TIES", default_value = "strict")]
    ties: Ties,

    /// Of --rule exact: train the memory for cues with this share of their bits flipped, 0 (the widest margin) to 0.5; or
    /// `auto`, the best of a few shares by validation within the rows that are learnt [default: 0.05; of other rules none]
    #[arg(long, value_name = "P|auto")]
    noise: Option<Chosen<f64>>,

    /// Read the memory out at the `end` of recall or after `one-step`; or `auto`, by the same validation (--rule exact)
    /// [default: one-step; of other rules end]
    #[arg(long, value_name = "WHERE")]
    read_out: Option<Chosen<ReadOut>>,

    /// Limit of each single exact training [default: 10s]
    #[arg(long, value_name = "TIME", value_parser = duration::parse)]
    time_limit: Option<Duration>,

    /// Seed of everything random
    #[arg(long, default_value_t = 0, help_heading = RUN)]
    seed: u64,

    #[command(flatten)]
    pub(super) threads: ThreadArgs,
}

/// A value that is given, or chosen by validation.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Chosen<T> {
    Auto,
    Given(T),
}

impl<T: FromStr> FromStr for Chosen<T> {
    type Err = T::Err;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "auto" => Ok(Self::Auto),
            _ => text.parse().map(Self::Given),
        }
    }
}

impl<T> Chosen<T> {
    /// The value, if it is given.
    pub(super) fn given(self) -> Option<T> {
        match self {
            Self::Auto => None,
            Self::Given(value) => Some(value),
        }
    }
}

/// What is learnt, and how; checked.
#[derive(Debug)]
pub(super) struct Memory {
    pub(super) table: PathBuf,
    pub(super) read: ReadOptions,
    /// Columns to learn from whatever they look like.
    pub(super) wanted: Vec<String>,
    pub(super) levels: usize,
    pub(super) rule: Method,
    pub(super) settings: Settings,
    pub(super) seed: u64,
    /// The damage that the memory is trained for, if that is asked for.
    pub(super) noise: Option<Chosen<f64>>,
    pub(super) read_out: Chosen<ReadOut>,
}

impl MemoryArgs {
    /// # Errors
    /// Options that contradict each other.
    pub(super) fn check(&self, keep: &[String]) -> Result<Memory> {
        let rule = method::methods(&[self.rule], self.couplings)?[0];
        ensure!(
            rule != Method::ExactReceptive,
            "exact-receptive needs images; tables have no pixels"
        );
        ensure!(
            !self.ignore.contains(&self.class),
            "--ignore {0}: `{0}` is the column of the class",
            self.class
        );
        ensure!(
            !self.wanted.contains(&self.class),
            "--use {0}: `{0}` is the column of the class",
            self.class
        );
        if let Some(both) = self.wanted.iter().find(|name| self.ignore.contains(name)) {
            anyhow::bail!("--use {both} and --ignore {both} contradict each other");
        }
        self.check_choice(rule)?;
        method::check_time_limit(self.time_limit, &[rule])?;
        // Measured on the bundled tables with and without missing values. The experiments' own names stay what they are.
        let usual = self.rule == MethodName::Exact;
        let read_out = if usual {
            ReadOut::OneStep
        } else {
            ReadOut::End
        };
        let mut read = ReadOptions::class(&self.class);
        read.ignore.clone_from(&self.ignore);
        read.keep = keep.to_vec();
        read.missing = self.fields.missing();
        Ok(Memory {
            table: self.table.clone(),
            read,
            wanted: self.wanted.clone(),
            levels: usize::from(self.levels),
            rule,
            settings: Settings {
                ties: self.ties,
                time_limit: method::time_limit(self.time_limit),
                ..Settings::default()
            },
            seed: self.seed,
            noise: self.noise.or(usual.then_some(Chosen::Given(NOISE))),
            read_out: self.read_out.unwrap_or(Chosen::Given(read_out)),
        })
    }

    /// Refuses noise and validation where no exact memory is trained.
    fn check_choice(&self, rule: Method) -> Result<()> {
        let is_exact = matches!(rule, Method::ExactSymmetric | Method::ExactDirected);
        ensure!(
            self.noise.is_none() || is_exact,
            "--noise is for --rule exact; rule {rule} is trained for no noise"
        );
        ensure!(
            self.read_out != Some(Chosen::Auto) || is_exact,
            "--read-out auto is for --rule exact; choose end or one-step for rule {rule}"
        );
        if let Some(Chosen::Given(noise)) = self.noise {
            Damage::new(noise, 0.0).with_context(|| format!("--noise {noise}"))?;
        }
        Ok(())
    }
}

impl FitArgs {
    /// Where the model goes.
    ///
    /// # Errors
    /// A place that cannot be written, or where a file of another kind stands.
    pub(super) fn output(&self) -> Result<Output> {
        let table = self.memory.table.as_path();
        let mut files = Files::reading([table])?.overwriting(self.force);
        files.output(&self.output, Kind::Network)?.not_to_terminal()
    }
}

impl PredictArgs {
    /// Where the answers go.
    ///
    /// # Errors
    /// Two inputs from standard input; a place that cannot be written, or where a file of another kind stands.
    pub(super) fn output(&self) -> Result<Output> {
        let inputs = [self.model.as_path(), self.table.as_path()];
        let inputs = inputs.into_iter().chain(self.novelty.as_deref());
        let mut files = Files::reading(inputs)?.overwriting(self.force);
        files.output(&self.output, Kind::Answers(answers::COLUMNS))
    }

    /// How the table is read by a model with these features.
    pub(super) fn read_options(&self, features: &[String]) -> ReadOptions {
        let mut read = ReadOptions::default();
        read.class.clone_from(&self.class);
        read.features = Some(features.to_vec());
        read.absent_features = self.allow_missing_columns;
        read.keep.clone_from(&self.keep);
        read.missing = self.fields.missing();
        read
    }
}

/// What `cross-validate` is to do; checked.
#[derive(Debug)]
pub(super) struct CrossValidation {
    pub(super) memory: Memory,
    pub(super) folds: usize,
    /// Share of the test values that are made missing, in percent.
    pub(super) missing: u8,
    pub(super) accuracies: Option<Output>,
    pub(super) predictions: Option<Output>,
}

impl CrossValidateArgs {
    /// # Errors
    /// Options that contradict each other, and files that cannot be written.
    pub(super) fn check(&self) -> Result<CrossValidation> {
        let mut files = Files::reading([self.memory.table.as_path()])?.overwriting(self.force);
        let accuracies = files.optional(self.output.as_ref(), Kind::Table(ACCURACIES))?;
        let predictions =
            files.optional(self.predictions.as_ref(), Kind::Answers(answers::COLUMNS))?;
        Ok(CrossValidation {
            memory: self.memory.check(&self.keep)?,
            folds: usize::from(self.folds),
            missing: self.missing,
            accuracies,
            predictions,
        })
    }
}
