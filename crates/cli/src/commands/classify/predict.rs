//! `classify predict`: the class of each row of a table.

use super::answers::{self, Line, UNKNOWN};
use super::arguments::PredictArgs;
use super::confusion::Confusion;
use super::input::{self, model, shown};
use crate::output::Output;
use anyhow::{Context, Result, ensure};
use attractor_lab::novelty::Detector;
use attractor_tables::{Answer, Classifier, Note, Table};
use std::fmt::Write as _;
use std::io::{self, Write as _};

/// What the model says of the rows of a table.
struct Answered<'a> {
    args: &'a PredictArgs,
    classifier: Classifier,
    table: Table,
    answers: Vec<Answer>,
    /// For each row, whether --novelty says that the model does not know it; none if it was not asked.
    unknown: Option<Vec<bool>>,
}

pub(super) fn run(args: &PredictArgs) -> Result<()> {
    let output = args.output()?;
    answers::check_kept(&args.keep)?;
    args.threads.start()?;
    let classifier = model(&args.model)?;
    let detector = detector(args, &classifier)?;
    let table = table(args, &classifier)?;
    let codes = classifier.encode(&table);
    let judge = |detector: Detector| {
        let cues = input::cues(&codes)?;
        anyhow::Ok(detector.unknown(classifier.network(), &cues)?)
    };
    let answered = Answered {
        args,
        unknown: detector.map(judge).transpose()?,
        answers: classifier.answer(&codes),
        classifier,
        table,
    };
    output.write(answered.csv().as_bytes())?;
    let said = answered.judgement()?;
    if output.is_stdout() {
        // The answers are what standard output is for; where standard error is closed, this cannot be said.
        let _ = io::stderr().write_all(said.as_bytes());
        return Ok(());
    }
    Output::Stdout.write(said.as_bytes())
}

/// The detector that is asked for.
fn detector(args: &PredictArgs, classifier: &Classifier) -> Result<Option<Detector>> {
    let Some(path) = &args.novelty else {
        return Ok(None);
    };
    ensure!(
        !classifier.classes().iter().any(|class| class == UNKNOWN),
        "--novelty answers `{UNKNOWN}`, which is a class of this model"
    );
    let detector = Detector::read(path, classifier.network());
    Ok(Some(detector.with_context(|| path.display().to_string())?))
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

impl Answered<'_> {
    fn is_unknown(&self, row: usize) -> bool {
        self.unknown.as_ref().is_some_and(|unknown| unknown[row])
    }

    fn csv(&self) -> String {
        let line = |(row, answer): (usize, &Answer)| Line {
            answer: *answer,
            unknown: self.is_unknown(row),
            classes: self.classifier.classes(),
            nearest_row: answer.nearest + 1,
        };
        let lines: Vec<Line<'_>> = self.answers.iter().enumerate().map(line).collect();
        let truths = self
            .args
            .class
            .as_ref()
            .map(|_| self.table.classes.as_slice());
        answers::csv(&self.table.kept, truths, &lines)
    }

    /// How many rows are unknown, if that was asked; how many answers are right, if the true classes are known.
    fn judgement(&self) -> Result<String> {
        let (args, table) = (self.args, &self.table);
        let mut text = String::new();
        if let Some(unknown) = &self.unknown {
            let count = unknown.iter().filter(|&&unknown| unknown).count();
            writeln!(
                text,
                "{count} of {} rows are unknown to the model",
                table.len()
            )?;
        }
        if args.class.is_none() {
            if args.output.as_os_str() != crate::output::DASH {
                writeln!(text, "{} rows", table.len())?;
            }
            return Ok(text);
        }
        let known = (0..table.len()).filter(|&row| !self.is_unknown(row));
        let pairs = known.map(|row| {
            let answer = self.classifier.classes()[self.answers[row].class].as_str();
            (table.classes[row].as_deref(), answer)
        });
        let confusion = Confusion::of(self.classifier.classes(), pairs);
        let with_class = table.classes.iter().flatten().count();
        if with_class < table.len() {
            writeln!(text, "{with_class} of {} rows have a class", table.len())?;
        }
        let (right, rows) = (confusion.right(), confusion.rows());
        if rows > 0 {
            let share = 100.0 * right as f64 / rows as f64;
            let of = if self.unknown.is_some() {
                "other rows"
            } else {
                "rows"
            };
            writeln!(text, "{right} of {rows} {of} are right ({share:.1} %)")?;
            text.push_str(&confusion.text());
        }
        Ok(text)
    }
}
