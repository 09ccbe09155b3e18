//! Measuring, and saving what came out of it.

use super::settings::Measuring;
use super::summary::{csv, summary};
use crate::interrupt;
use crate::output::Output;
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
    /// Writes the table and the chart.
    ///
    /// # Errors
    /// What cannot be written.
    pub(super) fn save(&self) -> Result<()> {
        let Measuring { table, picture, .. } = &self.measuring;
        table.write(csv(&self.curves)?.as_bytes())?;
        let Some((file, kind)) = picture else {
            return Ok(());
        };
        kind.write(&chart(self.measuring.title.clone(), &self.curves), file)
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
