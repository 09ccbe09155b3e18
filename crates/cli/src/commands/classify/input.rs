//! Tables and models as the user gives them, with what is to be said about them.

use super::arguments::{Chosen, Memory};
use crate::input;
use crate::output::DASH;
use anyhow::{Context, Result};
use attractor::io::NetworkFile;
use attractor::{Cues, Status, Symmetry};
use attractor_exact::Control;
use attractor_lab::method::{Method, NOISE};
use attractor_lab::trainer::Trainer;
use attractor_lab::validate::Lesson;
use attractor_tables::{Classifier, Description, Note, ReadOptions, Table};
use std::fs::File;
use std::io::{self, Read, Write};
use std::path::Path;

/// The entry of a model file's options that holds encoder, classes and stored rows.
pub(super) const CLASSIFIER: &str = "classifier";

/// Warnings that are shown. Larger: what matters scrolls away. Smaller: columns are not named.
const MOST_WARNINGS: usize = 20;

/// A path in messages.
pub(super) fn shown(path: &Path) -> String {
    if path.as_os_str() == DASH {
        return "standard input".to_owned();
    }
    path.display().to_string()
}

/// Reads a table; `-` is standard input.
pub(super) fn table(path: &Path, options: &ReadOptions) -> Result<Table> {
    let bytes: Box<dyn Read> = if path.as_os_str() == DASH {
        Box::new(io::stdin().lock())
    } else {
        Box::new(File::open(path).with_context(|| shown(path))?)
    };
    Table::read(bytes, options).with_context(|| shown(path))
}

/// Says on standard error what the owner of a table should know.
pub(super) fn warn(path: &Path, notes: &[Note]) {
    let mut stderr = io::stderr().lock();
    // Where warnings cannot be written, this cannot be said either.
    for note in notes.iter().take(MOST_WARNINGS) {
        let _ = writeln!(stderr, "warning: {}: {note}", shown(path));
    }
    if notes.len() > MOST_WARNINGS {
        let more = notes.len() - MOST_WARNINGS;
        let _ = writeln!(stderr, "warning: {}: {more} more of this kind", shown(path));
    }
}

impl Memory {
    /// The table to learn from, without the columns that should not be learnt from.
    pub(super) fn table(&self) -> Result<Table> {
        let table = table(&self.table, &self.read)?;
        let table = table
            .for_training(&self.wanted)
            .with_context(|| shown(&self.table))?;
        warn(&self.table, &table.notes);
        Ok(table)
    }

    pub(super) fn fit(
        &self,
        table: &Table,
        rows: &[usize],
        control: &Control<'_>,
    ) -> Result<Fitted> {
        if self.noise.is_some() || self.read_out == Chosen::Auto {
            return self.fit_chosen(table, rows, control);
        }
        let fitted = Trainer::from(self.rule).fit_classifier(
            table,
            rows,
            self.levels,
            &self.settings,
            self.seed,
            control,
        );
        let read_out = self.read_out.given().unwrap_or_default();
        let classifier = fitted.with_context(|| shown(&self.table))?;
        Ok(Fitted {
            classifier: classifier.with_read_out(read_out),
            noise: None,
        })
    }

    /// With the noise and the read-out that are given, or those that validation chooses among the rows, which it says.
    fn fit_chosen(&self, table: &Table, rows: &[usize], control: &Control<'_>) -> Result<Fitted> {
        let symmetry = match self.rule {
            Method::ExactDirected => Symmetry::Directed,
            _ => Symmetry::Symmetric,
        };
        let lesson = Lesson {
            table,
            rows,
            levels: self.levels,
            symmetry,
            settings: &self.settings,
            seed: self.seed,
        };
        let noise = self.noise.unwrap_or(Chosen::Given(NOISE));
        let choice = lesson.choose(noise.given(), self.read_out.given(), control);
        let choice = choice.with_context(|| shown(&self.table))?;
        if noise == Chosen::Auto || self.read_out == Chosen::Auto {
            // Where standard error is closed, this cannot be said either.
            let _ = writeln!(io::stderr().lock(), "chosen by validation: {choice}");
        }
        let fitted = lesson.fit(choice, control);
        Ok(Fitted {
            classifier: fitted.with_context(|| shown(&self.table))?,
            noise: Some(choice.noise),
        })
    }
}

/// What was learnt.
pub(super) struct Fitted {
    pub(super) classifier: Classifier,
    /// The share of flipped bits that its memory is trained for, given or chosen; none where its rule knows no noise.
    pub(super) noise: Option<f64>,
}

/// Reads what `classify fit` wrote.
pub(super) fn model(path: &Path) -> Result<Classifier> {
    let shown = path.display();
    classifier(&input::network(path)?)
        .with_context(|| shown.to_string())?
        .with_context(|| {
            format!(
                "{shown} is a network but no classifier; make one with `attractor classify fit`"
            )
        })
}

/// The classifier in a network file; none if it is a network alone.
fn classifier(file: &NetworkFile) -> Result<Option<Classifier>> {
    let Some(description) = file.metadata().options.get(CLASSIFIER) else {
        return Ok(None);
    };
    let description: Description =
        serde_json::from_value(description.clone()).context("the classifier in it is damaged")?;
    let status = file.metadata().status.unwrap_or(Status::Feasible);
    let classifier = Classifier::from_parts(description, file.network().clone(), status);
    let classifier =
        classifier.context("its encoder, stored rows and network do not fit each other")?;
    Ok(Some(classifier))
}

/// The rows of a table as cues of a classifier; none if the file holds a network alone.
pub(crate) fn cues_of(path: &Path, file: &NetworkFile) -> Result<Option<Cues>> {
    let Some(classifier) = classifier(file)? else {
        return Ok(None);
    };
    let mut options = ReadOptions::default();
    options.features = Some(classifier.encoder().columns().to_vec());
    let table = table(path, &options)?;
    let notes = classifier.encoder().check(&table);
    warn(path, &notes.with_context(|| shown(path))?);
    Ok(Some(
        cues(&classifier.encode(&table)).with_context(|| shown(path))?,
    ))
}

/// Codes of rows as cues.
pub(super) fn cues(codes: &[Vec<i8>]) -> Result<Cues> {
    let neurons = codes.first().map_or(0, Vec::len);
    Ok(Cues::from_values(codes.len(), neurons, &codes.concat())?)
}
