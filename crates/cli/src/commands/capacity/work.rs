//! Measuring, and saving what came out of it.

use super::settings::Measuring;
use super::summary::{csv, summary, table};
use crate::interrupt;
use crate::output::{Output, Report};
use crate::progress::{ProgressLine, even_tally};
use anyhow::{Context, Result};
use attractor_exact::Control;
use attractor_lab::capacity::{Capacity, Load, chart};
use attractor_lab::method::Method;
use std::time::Instant;

/// Curves that are measured, whole or as far as an interrupted experiment came.
pub(super) struct Measured {
    measuring: Measuring,
    curves: Vec<(Method, Vec<Load>)>,
}

impl Measuring {
    /// Measures one method after another, until done or Ctrl-C.
    ///
    /// # Errors
    /// What a method refuses.
    pub(super) fn measure(self) -> Result<Measured> {
        let control = Control::new().with_interrupt(interrupt::watch()?);
        let mut curves = Vec::new();
        for experiment in &self.experiments {
            curves.push((experiment.method, curve(experiment, &control)?));
            if control.interrupted() {
                break;
            }
        }
        Ok(Measured {
            measuring: self,
            curves,
        })
    }
}

fn curve(experiment: &Capacity, control: &Control<'_>) -> Result<Vec<Load>> {
    let (line, started) = (ProgressLine::new(), Instant::now());
    let name = experiment.method.name();
    let tell = |done, all| line.show_tasks(name, even_tally(started, done, all));
    experiment.measure(control, tell).context(name)
}

impl Measured {
    /// Writes the table, the chart and the page.
    ///
    /// # Errors
    /// What cannot be written.
    pub(super) fn save(&self) -> Result<()> {
        let measuring = &self.measuring;
        measuring.table.write(csv(&self.curves)?.as_bytes())?;
        let drawn = || chart(measuring.title.clone(), &self.curves);
        if let Some((file, kind)) = &measuring.picture {
            kind.write(&drawn(), file)?;
        }
        let Some(file) = &measuring.report else {
            return Ok(());
        };
        let report = Report {
            title: measuring.title.clone(),
            lead: summary(&self.curves)?.trim_end().replace('\n', ". ") + ".",
            chart: self
                .curves
                .iter()
                .any(|(_, loads)| !loads.is_empty())
                .then(drawn),
            table: table(&self.curves),
        };
        report.write(&measuring.began, file)
    }

    /// Says where half of the instances are stored, unless the table went to standard output.
    ///
    /// # Errors
    /// A closed standard output.
    pub(super) fn tell(&self) -> Result<()> {
        if self.measuring.table.is_stdout() {
            return Ok(());
        }
        let text = summary(&self.curves)?;
        Output::Stdout.write(text.as_bytes())
    }
}
