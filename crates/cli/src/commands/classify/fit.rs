//! `classify fit`: learns a table and writes a model file.

use super::arguments::{FitArgs, Memory};
use super::confusion::Confusion;
use super::input::{CLASSIFIER, Fitted};
use crate::interrupt;
use crate::output::Output;
use anyhow::Result;
use attractor::io::{Metadata, NetworkFile};
use attractor::{Shape, Status};
use attractor_exact::Control;
use attractor_tables::{Classifier, Table};
use std::fmt::Write as _;

/// The keys of a model file's options for what its memory is trained for, and where it is read out.
const NOISE: &str = "noise";
const READ_OUT: &str = "read_out";

pub(super) fn run(args: &FitArgs) -> Result<()> {
    let output = args.output()?;
    let memory = args.memory.check(&[])?;
    args.memory.threads.start()?;
    let table = memory.table()?;
    let control = Control::new().with_interrupt(interrupt::watch()?);
    let rows: Vec<usize> = (0..table.len()).collect();
    let fitted = memory.fit(&table, &rows, &control)?;
    output.write(&model_file(&memory, &fitted)?.to_bytes())?;
    if !output.is_stdout() {
        let text = summary(&table, &fitted.classifier)?;
        Output::Stdout.write(text.as_bytes())?;
    }
    Ok(())
}

fn model_file(memory: &Memory, fitted: &Fitted) -> Result<NetworkFile> {
    let classifier = &fitted.classifier;
    let network = classifier.network().clone();
    let mut metadata = Metadata {
        seed: Some(memory.seed),
        status: Some(classifier.status()),
        ..Metadata::new(memory.rule.name(), memory.settings.ties)
    };
    let description = serde_json::to_value(classifier.description())?;
    metadata.options.insert(CLASSIFIER.to_owned(), description);
    // How it was chosen, as `train` keeps it; the classifier itself needs the read-out and has it.
    if let Some(noise) = fitted.noise {
        metadata.options.insert(NOISE.to_owned(), noise.into());
    }
    let read_out = classifier.read_out().to_string();
    metadata
        .options
        .insert(READ_OUT.to_owned(), read_out.into());
    let shape = Shape {
        height: 1,
        width: network.neurons(),
    };
    let couplings = memory.rule.couplings(shape, &memory.settings)?;
    Ok(NetworkFile::new(network, couplings, metadata)?)
}

fn summary(table: &Table, classifier: &Classifier) -> Result<String> {
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
    for left_out in table.left_out() {
        writeln!(text, "left out: {}, {}", left_out.column, left_out.reason)?;
    }
    let constant: Vec<&str> = table
        .columns
        .iter()
        .filter(|column| !used.contains(column))
        .map(String::as_str)
        .collect();
    if !constant.is_empty() {
        writeln!(
            text,
            "left out, without two values: {}",
            constant.join(", ")
        )?;
    }
    let answers = classifier.predict(table);
    let truths = table.classes.iter().map(Option::as_deref);
    let confusion = Confusion::of(classifier.classes(), truths.zip(answers));
    writeln!(
        text,
        "{} of the {} rows are recalled as their own class",
        confusion.right(),
        table.len()
    )?;
    Ok(text)
}
