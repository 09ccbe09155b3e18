//! `attractor classify`: a Hopfield memory as a classifier of anyone's table.

use crate::interrupt;
use crate::output::{DASH, Output};
use crate::progress::{ProgressLine, even_tally};
use crate::threads::{RUN, ThreadArgs};
use crate::{duration, input, method};
use anyhow::{Context, Result, bail, ensure};
use attractor::io::{Metadata, NetworkFile};
use attractor::{Shape, Status, Ties};
use attractor_exact::Control;
use attractor_lab::method::{Method, Settings};
use attractor_lab::plot::Point;
use attractor_tables::{
    Classifier, Description, Table, TableError, folds, nearest_neighbour, with_missing,
};
use clap::{Args, Subcommand};
use std::fmt::Write as _;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// The entry of a model file's options that holds encoder, classes and stored rows.
const CLASSIFIER: &str = "classifier";

/// Classify tables with a Hopfield memory
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  attractor classify fit wine.csv --class class -o wine.safetensors
  attractor classify predict wine.safetensors new.csv -o answers.csv
  attractor classify cross-validate wine.csv --class class --missing 30

Tables are CSV files with a header (`-` is standard input); missing values are empty or `?`. Numbers
become one of three levels, texts one neuron each; the encoder is part of the model file, which is a
network file for `inspect` and `recall` too.")]
pub(crate) struct ClassifyArgs {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    Fit(FitArgs),
    Predict(PredictArgs),
    CrossValidate(CrossValidateArgs),
}

pub(crate) fn run(args: &ClassifyArgs) -> Result<()> {
    match &args.action {
        Action::Fit(args) => args.run(),
        Action::Predict(args) => args.run(),
        Action::CrossValidate(args) => args.run(),
    }
}

/// Raw options of the table and of the memory.
#[derive(Debug, Args)]
struct MemoryArgs {
    /// The table to learn from (.csv with a header)
    table: PathBuf,

    /// The column that holds the class
    #[arg(long, value_name = "COLUMN")]
    class: String,

    /// Leave this column out; can be given more than once
    #[arg(long, value_name = "COLUMN")]
    ignore: Vec<String>,

    /// How the memory is trained, for example exact-symmetric, exact-sparse, pseudo-inverse
    #[arg(long, value_name = "NAME", default_value = "exact-symmetric")]
    rule: Method,

    /// Whether a zero field is right for a −1 bit: strict (never) or negative (the paper's)
    #[arg(long, value_name = "TIES", default_value = "strict")]
    ties: Ties,

    /// Limit of each single exact training [default: 10s]
    #[arg(long, value_name = "TIME", value_parser = duration::parse)]
    time_limit: Option<Duration>,

    /// Seed of everything random
    #[arg(long, default_value_t = 0, help_heading = RUN)]
    seed: u64,

    #[command(flatten)]
    threads: ThreadArgs,
}

impl MemoryArgs {
    fn read(&self) -> Result<Table> {
        ensure!(
            self.rule != Method::ExactReceptive,
            "exact-receptive needs images; tables have no pixels"
        );
        ensure!(
            !self.ignore.contains(&self.class),
            "--ignore {0}: `{0}` is the column of the class",
            self.class
        );
        method::check_time_limit(self.time_limit, &[self.rule])?;
        let table = read_table(&self.table, Some(&self.class), &self.ignore)?;
        table
            .without_names()
            .with_context(|| self.table.display().to_string())
    }

    fn settings(&self) -> Settings {
        Settings {
            ties: self.ties,
            time_limit: method::time_limit(self.time_limit),
            balance: 0.5,
            radius: 0.0,
        }
    }

    fn fit(&self, table: &Table, rows: &[usize], control: &Control<'_>) -> Result<Classifier> {
        let fitted = self
            .rule
            .fit_classifier(table, rows, &self.settings(), self.seed, control);
        fitted.with_context(|| self.table.display().to_string())
    }
}

/// Reads a table; `-` is standard input.
fn read_table(path: &Path, class: Option<&str>, ignore: &[String]) -> Result<Table> {
    let (shown, bytes): (String, Box<dyn Read>) = if path.as_os_str() == DASH {
        ("standard input".to_owned(), Box::new(io::stdin().lock()))
    } else {
        let shown = path.display().to_string();
        let file = File::open(path).with_context(|| shown.clone())?;
        (shown, Box::new(file))
    };
    let table = match Table::read(bytes, class, ignore) {
        // No header at all: the columns are not what is wrong.
        Err(TableError::NoColumn { columns, .. }) if columns.is_empty() => Err(TableError::Empty),
        table => table,
    };
    table.context(shown)
}

/// Learn a table with known classes
#[derive(Debug, Args)]
struct FitArgs {
    #[command(flatten)]
    memory: MemoryArgs,

    /// The model file (safetensors) to write
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
}

impl FitArgs {
    fn run(&self) -> Result<()> {
        let memory = &self.memory;
        let output = Output::prepare(&self.output, &[&memory.table])?.not_to_terminal()?;
        memory.threads.start()?;
        let table = memory.read()?;
        let control = Control::new().with_interrupt(interrupt::watch()?);
        let rows: Vec<usize> = (0..table.len()).collect();
        let classifier = memory.fit(&table, &rows, &control)?;
        output.write(&model_file(memory, &classifier)?.to_bytes())?;
        if !output.is_stdout() {
            let text = fit_summary(&table, &classifier, &self.output)?;
            Output::Stdout.write(text.as_bytes())?;
        }
        Ok(())
    }
}

fn model_file(memory: &MemoryArgs, classifier: &Classifier) -> Result<NetworkFile> {
    let network = classifier.network().clone();
    let mut metadata = Metadata {
        seed: Some(memory.seed),
        status: Some(classifier.status()),
        ..Metadata::new(memory.rule.name(), memory.ties)
    };
    let description = serde_json::to_value(classifier.description())?;
    metadata.options.insert(CLASSIFIER.to_owned(), description);
    let shape = Shape {
        height: 1,
        width: network.neurons(),
    };
    let couplings = memory.rule.couplings(shape, &memory.settings())?;
    Ok(NetworkFile::new(network, couplings, metadata)?)
}

fn fit_summary(table: &Table, classifier: &Classifier, file: &Path) -> Result<String> {
    let mut text = String::new();
    let used = classifier.encoder().columns();
    writeln!(
        text,
        "{} rows of {} classes; {} features as {} neurons; training {}",
        table.len(),
        classifier.classes().len(),
        used.len(),
        classifier.encoder().neurons(),
        classifier.status()
    )?;
    if classifier.status() == Status::Optimal {
        writeln!(text, "optimal, not certified")?;
    }
    let constant = table.columns.iter().filter(|column| !used.contains(column));
    let out: Vec<&str> = table
        .left_out
        .iter()
        .chain(constant)
        .map(String::as_str)
        .collect();
    if !out.is_empty() {
        writeln!(
            text,
            "left out, naming rows or without two values: {}",
            out.join(", ")
        )?;
    }
    let right = agreement(&classifier.predict(table), table);
    writeln!(
        text,
        "{right} of the {} rows are recalled as their own class",
        table.len()
    )?;
    writeln!(text, "wrote {}", file.display())?;
    Ok(text)
}

/// Rows whose class is the answer.
fn agreement(answers: &[&str], table: &Table) -> usize {
    let pairs = answers.iter().zip(&table.classes);
    pairs
        .filter(|(answer, class)| class.as_deref() == Some(answer))
        .count()
}

/// Answer with the class of each row
#[derive(Debug, Args)]
struct PredictArgs {
    /// The model file that `classify fit` wrote
    model: PathBuf,

    /// The table to classify; columns are found by name
    table: PathBuf,

    /// The answers to write, one row each; `-` is standard output
    #[arg(short, long, value_name = "FILE", default_value = "-")]
    output: PathBuf,

    /// The column that holds the true class, to say how many answers are right
    #[arg(long, value_name = "COLUMN")]
    class: Option<String>,

    #[command(flatten)]
    threads: ThreadArgs,
}

impl PredictArgs {
    fn run(&self) -> Result<()> {
        let inputs = [self.model.as_path(), self.table.as_path()];
        input::check_one_stdin(&inputs)?;
        let output = Output::prepare(&self.output, &inputs)?;
        self.threads.start()?;
        let classifier = self.model()?;
        let shown = || self.table.display().to_string();
        let table = read_table(&self.table, self.class.as_deref(), &[])?;
        let used = classifier.encoder().columns();
        ensure!(
            used.iter().any(|column| table.columns.contains(column)),
            "{} has none of the columns that the model knows: {}",
            shown(),
            used.join(", ")
        );
        let answers = classifier.predict(&table);
        let mut text = String::from("class\n");
        for answer in &answers {
            writeln!(text, "{}", quoted(answer))?;
        }
        output.write(text.as_bytes())?;
        if !output.is_stdout() {
            let mut text = format!("{} rows\n", table.len());
            if self.class.is_some() {
                let right = agreement(&answers, &table);
                let share = 100.0 * right as f64 / table.len() as f64;
                text = format!("{right} of {} rows are right ({share:.1} %)\n", table.len());
            }
            writeln!(text, "wrote {}", self.output.display())?;
            Output::Stdout.write(text.as_bytes())?;
        }
        Ok(())
    }

    fn model(&self) -> Result<Classifier> {
        let shown = self.model.display();
        let file = input::network(&self.model)?;
        let Some(description) = file.metadata().options.get(CLASSIFIER) else {
            bail!("{shown} is a network but no classifier; make one with `attractor classify fit`");
        };
        let description: Description = serde_json::from_value(description.clone())
            .with_context(|| format!("{shown}: the classifier in it is damaged"))?;
        let status = file.metadata().status.unwrap_or(Status::Feasible);
        Classifier::from_parts(description, file.network().clone(), status).with_context(|| {
            format!("{shown}: its encoder, stored rows and network do not fit each other")
        })
    }
}

/// A CSV field.
fn quoted(field: &str) -> String {
    if field.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", field.replace('"', "\"\""))
    } else {
        field.to_owned()
    }
}

/// Estimate the accuracy on rows not seen
#[derive(Debug, Args)]
struct CrossValidateArgs {
    #[command(flatten)]
    memory: MemoryArgs,

    /// Parts of the table, each predicted by what is learnt from the others
    #[arg(long, value_name = "K", default_value_t = 5, value_parser = clap::value_parser!(u16).range(2..))]
    folds: u16,

    /// Make this share of the test values missing, in percent
    #[arg(long, value_name = "PERCENT", default_value_t = 0, value_parser = clap::value_parser!(u8).range(..=100))]
    missing: u8,

    /// Also write the accuracy of every part (.csv); `-` is standard output
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

impl CrossValidateArgs {
    fn run(&self) -> Result<()> {
        let memory = &self.memory;
        let prepare = |path: &PathBuf| Output::prepare(path, &[&memory.table]);
        let output = self.output.as_ref().map(prepare).transpose()?;
        memory.threads.start()?;
        let table = memory.read()?;
        let count = usize::from(self.folds);
        ensure!(
            count <= table.len(),
            "--folds {count} is more than the {} rows",
            table.len()
        );
        let control = Control::new().with_interrupt(interrupt::watch()?);
        let (line, started) = (ProgressLine::new(), Instant::now());
        let damaged = with_missing(&table, f64::from(self.missing) / 100.0, memory.seed);
        let fold_of = folds(&table, count, memory.seed);
        let mut shares = Vec::new();
        for fold in 0..count {
            let part = |wanted: bool| -> Vec<usize> {
                (0..table.len())
                    .filter(|&r| (fold_of[r] == fold) == wanted)
                    .collect()
            };
            let (train, test) = (part(false), part(true));
            let classifier = memory.fit(&table, &train, &control)?;
            if control.interrupted() {
                break;
            }
            let codes = classifier.encode(&damaged);
            let codes: Vec<Vec<i8>> = test.iter().map(|&r| codes[r].clone()).collect();
            let share = |answers: &[usize]| {
                let right = test.iter().zip(answers).filter(|&(&r, &answer)| {
                    table.classes[r].as_deref() == Some(classifier.classes()[answer].as_str())
                });
                right.count() as f64 / test.len() as f64
            };
            let own = share(&classifier.predict_codes(&codes));
            let control = share(&nearest_neighbour(classifier.stored(), &codes));
            shares.push((own, control));
            line.show_tasks("folds", even_tally(started, fold + 1, count));
        }
        drop(line);
        if let Some(output) = &output {
            let mut text = String::from("fold,accuracy,nearest\n");
            for (fold, (own, control)) in shares.iter().enumerate() {
                writeln!(text, "{fold},{own:.4},{control:.4}")?;
            }
            output.write(text.as_bytes())?;
        }
        if output.as_ref().is_none_or(|output| !output.is_stdout()) {
            Output::Stdout.write(self.summary(&shares)?.as_bytes())?;
        }
        Ok(())
    }

    fn summary(&self, shares: &[(f64, f64)]) -> Result<String> {
        ensure!(!shares.is_empty(), "stopped before the first part was done");
        let mean = |values: Vec<f64>| Point::mean_of(0.0, &values);
        let own = mean(shares.iter().map(|s| 100.0 * s.0).collect());
        let nearest = mean(shares.iter().map(|s| 100.0 * s.1).collect());
        let mut text = String::new();
        writeln!(
            text,
            "{} parts, {} % of the test values missing; mean ± twice its standard error",
            shares.len(),
            self.missing
        )?;
        let rule = self.memory.rule;
        writeln!(text, "{rule:<26}{:.1} ± {:.1} %", own.y, own.high - own.y)?;
        let control = "nearest stored row alone";
        writeln!(
            text,
            "{control:<26}{:.1} ± {:.1} %",
            nearest.y,
            nearest.high - nearest.y
        )?;
        Ok(text)
    }
}
