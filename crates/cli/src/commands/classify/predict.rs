//! `classify predict`: the class of each row of a table.

use super::answers::{self, Line};
use super::arguments::PredictArgs;
use super::confusion::Confusion;
use super::input::{self, model, shown};
use crate::output::Output;
use anyhow::{Context, Result};
use attractor_tables::{Answer, Classifier, Note, Table};
use std::fmt::Write as _;
use std::io::{self, Write as _};

pub(super) fn run(args: &PredictArgs) -> Result<()> {
    let inputs = [args.model.as_path(), args.table.as_path()];
    crate::input::check_one_stdin(&inputs)?;
    let output = Output::prepare(&args.output, &inputs)?;
    answers::check_kept(&args.keep)?;
    args.threads.start()?;
    let classifier = model(&args.model)?;
    let table = table(args, &classifier)?;
    let answers = classifier.answer(&classifier.encode(&table));
    output.write(csv(args, &classifier, &table, &answers).as_bytes())?;
    let mut said = judgement(args, &classifier, &table, &answers)?;
    if output.is_stdout() {
        // The answers are what standard output is for; where standard error is closed, this cannot be said.
        let _ = io::stderr().write_all(said.as_bytes());
        return Ok(());
    }
    writeln!(said, "wrote {}", args.output.display())?;
    Output::Stdout.write(said.as_bytes())
}

/// The table's columns that the model knows, checked against what it has learnt.
fn table(args: &PredictArgs, classifier: &Classifier) -> Result<Table> {
    let options = args.read_options(classifier.encoder().columns());
    let mut table = input::table(&args.table, &options)?;
    let checked = classifier.encoder().check(&table);
    table
        .notes
        .extend(checked.with_context(|| shown(&args.table))?);
    let classes = table.class_names();
    let unseen = classes
        .into_iter()
        .filter(|class| !classifier.classes().contains(class));
    table
        .notes
        .extend(unseen.map(|class| Note::UnseenClass { class }));
    input::warn(&args.table, &table.notes);
    Ok(table)
}

fn csv(args: &PredictArgs, classifier: &Classifier, table: &Table, answers: &[Answer]) -> String {
    let line = |answer: &Answer| Line {
        answer: *answer,
        classes: classifier.classes(),
        nearest_row: answer.nearest + 1,
    };
    let lines: Vec<Line<'_>> = answers.iter().map(line).collect();
    let truths = args.class.as_ref().map(|_| table.classes.as_slice());
    answers::csv(&table.kept, truths, &lines)
}

/// How many answers are right, if the true classes are known.
fn judgement(
    args: &PredictArgs,
    classifier: &Classifier,
    table: &Table,
    answers: &[Answer],
) -> Result<String> {
    if args.class.is_none() {
        let rows = format!("{} rows\n", table.len());
        return Ok(if args.output.as_os_str() == crate::output::DASH {
            String::new()
        } else {
            rows
        });
    }
    let names = answers
        .iter()
        .map(|answer| classifier.classes()[answer.class].as_str());
    let truths = table.classes.iter().map(Option::as_deref);
    let confusion = Confusion::of(classifier.classes(), truths.zip(names));
    let (right, rows) = (confusion.right(), confusion.rows());
    let mut text = String::new();
    if rows < table.len() {
        writeln!(text, "{} of {} rows have a class", rows, table.len())?;
    }
    if rows > 0 {
        let share = 100.0 * right as f64 / rows as f64;
        writeln!(text, "{right} of {rows} rows are right ({share:.1} %)")?;
        text.push_str(&confusion.text());
    }
    Ok(text)
}
