//! `classify cross-validate`: the accuracy on rows that were not learnt.

use super::answers::{self, Line};
use super::arguments::{ACCURACIES, CrossValidateArgs, CrossValidation};
use super::confusion::Confusion;
use crate::interrupt;
use crate::output::Output;
use crate::progress::{ProgressLine, even_tally};
use anyhow::{Result, ensure};
use attractor_exact::Control;
use attractor_lab::plot::Point;
use attractor_tables::{Answer, Table, folds, nearest_neighbour, with_missing};
use std::fmt::Write as _;
use std::time::Instant;

pub(super) fn run(args: &CrossValidateArgs) -> Result<()> {
    answers::check_kept(&args.keep)?;
    let job = args.check()?;
    args.memory.threads.start()?;
    let table = job.memory.table()?;
    ensure!(
        job.folds <= table.len(),
        "--folds {} is more than the {} rows",
        job.folds,
        table.len()
    );
    let control = Control::new().with_interrupt(interrupt::watch()?);
    let (line, started) = (ProgressLine::new(), Instant::now());
    let parts = Parts::new(&job, &table);
    let mut done = Vec::new();
    while done.len() < job.folds {
        let Some(part) = parts.measure(done.len(), &control)? else {
            break;
        };
        done.push(part);
        line.show_tasks("folds", even_tally(started, done.len(), job.folds));
    }
    drop(line);
    ensure!(!done.is_empty(), "stopped before the first part was done");
    write(&job, &table, &done)
}

/// Predictions of one part of the rows by what the other parts taught.
struct Part {
    /// Names of the classes by index.
    classes: Vec<String>,
    /// For each row of the part: itself, its answer, and the nearest row, all in the table's numbers.
    rows: Vec<(usize, Answer, usize)>,
    /// Shares answered right: by the memory, and by the nearest stored row alone.
    accuracy: f64,
    nearest: f64,
}

struct Parts<'a> {
    job: &'a CrossValidation,
    table: &'a Table,
    /// The table with values made missing.
    damaged: Table,
    /// The part of each row.
    fold_of: Vec<usize>,
}

impl<'a> Parts<'a> {
    fn new(job: &'a CrossValidation, table: &'a Table) -> Self {
        let seed = job.memory.seed;
        Self {
            job,
            table,
            damaged: with_missing(table, f64::from(job.missing) / 100.0, seed),
            fold_of: folds(table, job.folds, seed),
        }
    }

    /// None if the user stops it.
    fn measure(&self, fold: usize, control: &Control<'_>) -> Result<Option<Part>> {
        let (test, train): (Vec<usize>, Vec<usize>) =
            (0..self.table.len()).partition(|&r| self.fold_of[r] == fold);
        let classifier = self.job.memory.fit(self.table, &train, control)?.classifier;
        if control.interrupted() {
            return Ok(None);
        }
        let codes = classifier.encode(&self.damaged);
        let codes: Vec<Vec<i8>> = test.iter().map(|&r| codes[r].clone()).collect();
        let classes = classifier.classes();
        let share = |answers: &[usize]| {
            let right = test.iter().zip(answers).filter(|&(&r, &answer)| {
                self.table.classes[r].as_deref() == Some(classes[answer].as_str())
            });
            right.count() as f64 / test.len() as f64
        };
        let answers = classifier.answer(&codes);
        let named: Vec<usize> = answers.iter().map(|answer| answer.class).collect();
        Ok(Some(Part {
            accuracy: share(&named),
            nearest: share(&nearest_neighbour(classifier.stored(), &codes)),
            classes: classes.to_vec(),
            rows: test
                .iter()
                .zip(answers)
                .map(|(&r, answer)| (r, answer, train[answer.nearest]))
                .collect(),
        }))
    }
}

/// Writes what was asked for, and says what came out.
fn write(job: &CrossValidation, table: &Table, parts: &[Part]) -> Result<()> {
    if let Some(output) = &job.accuracies {
        let mut text = format!("{ACCURACIES}\n");
        for (fold, part) in parts.iter().enumerate() {
            writeln!(text, "{fold},{:.4},{:.4}", part.accuracy, part.nearest)?;
        }
        output.write(text.as_bytes())?;
    }
    if let Some(output) = &job.predictions {
        output.write(predictions(table, parts).as_bytes())?;
    }
    let outputs = [&job.accuracies, &job.predictions];
    if !outputs.into_iter().flatten().any(Output::is_stdout) {
        Output::Stdout.write(summary(job, table, parts)?.as_bytes())?;
    }
    Ok(())
}

/// The answers to all rows that were predicted, in the order of the table.
fn predictions(table: &Table, parts: &[Part]) -> String {
    let mut rows: Vec<_> = Vec::new();
    for part in parts {
        rows.extend(part.rows.iter().map(|&row| (row, &part.classes)));
    }
    rows.sort_by_key(|((r, ..), _)| *r);
    let mut kept = table.kept.clone();
    for column in &mut kept {
        let texts = rows.iter().map(|((r, ..), _)| column.texts[*r].clone());
        column.texts = texts.collect();
    }
    let truths: Vec<Option<String>> = rows
        .iter()
        .map(|((r, ..), _)| table.classes[*r].clone())
        .collect();
    let lines: Vec<Line<'_>> = rows
        .iter()
        .map(|((_, answer, nearest), classes)| Line {
            answer: *answer,
            unknown: false,
            classes,
            nearest_row: nearest + 1,
        })
        .collect();
    answers::csv(&kept, Some(&truths), &lines)
}

fn summary(job: &CrossValidation, table: &Table, parts: &[Part]) -> Result<String> {
    let mean = |values: Vec<f64>| Point::mean_of(0.0, &values);
    let own = mean(parts.iter().map(|part| 100.0 * part.accuracy).collect());
    let nearest = mean(parts.iter().map(|part| 100.0 * part.nearest).collect());
    let mut pairs = Vec::new();
    for part in parts {
        for &(r, answer, _) in &part.rows {
            let truth = table.classes[r].as_deref();
            pairs.push((truth, part.classes[answer.class].as_str()));
        }
    }
    let confusion = Confusion::of(&table.class_names(), pairs.into_iter());
    let commonest = 100.0 * confusion.commonest() as f64 / confusion.rows().max(1) as f64;
    let mut text = String::new();
    writeln!(
        text,
        "{} parts, {} % of the test values missing; mean ± twice its standard error",
        parts.len(),
        job.missing
    )?;
    let rule = job.memory.rule;
    writeln!(text, "{rule:<26}{:.1} ± {:.1} %", own.y, own.high - own.y)?;
    let control = "nearest stored row alone";
    writeln!(
        text,
        "{control:<26}{:.1} ± {:.1} %",
        nearest.y,
        nearest.high - nearest.y
    )?;
    writeln!(text, "{:<26}{commonest:.1} %", "commonest class alone")?;
    text.push_str(&confusion.text());
    Ok(text)
}
