//! Measuring, and saving what came out of it.

use super::settings::Measuring;
use super::table::{csv, lead, summary, text};
use crate::interrupt;
use crate::output::{Output, Report};
use crate::progress::{ProgressLine, even_tally};
use anyhow::Result;
use attractor::Control;
use attractor_lab::basins::{self, Basins, chart};
use std::io::Write as _;
use std::time::Instant;

/// Basins that are measured, whole or as far as an interrupted measurement came.
pub(super) struct Measured {
    measuring: Measuring,
    found: basins::Measured,
}

impl Measuring {
    /// Measures until done or Ctrl-C.
    ///
    /// # Errors
    /// What recall refuses.
    pub(super) fn measure(self) -> Result<Measured> {
        let control = Control::new().with_interrupt(interrupt::watch()?);
        let basins = Basins {
            network: self.network.network(),
            patterns: &self.patterns,
            shape: self.shape,
            options: self.options.clone(),
            damages: self.damages.clone(),
            repeats: self.repeats,
            seed: self.seed,
        };
        let (line, started) = (ProgressLine::new(), Instant::now());
        let tell = |done, all| line.show_tasks("recalls", even_tally(started, done, all));
        let found = basins.measure(&control, tell)?;
        drop(line);
        if control.interrupted() {
            let _ = writeln!(
                std::io::stderr(),
                "note: interrupted; these are the damages measured so far"
            );
        }
        Ok(Measured {
            measuring: self,
            found,
        })
    }
}

impl Measured {
    /// Writes the table, the chart and the page.
    ///
    /// # Errors
    /// What cannot be written.
    pub(super) fn save(&self) -> Result<()> {
        let measuring = &self.measuring;
        if let Some(table) = &measuring.table {
            table.write(csv(&self.found.rows)?.as_bytes())?;
        }
        if let Some((file, kind)) = &measuring.picture
            && !self.found.rows.is_empty()
        {
            kind.write(&chart(measuring.title.clone(), &self.found), file)?;
        }
        if let Some(file) = &measuring.report {
            let (title, drawn) = (&measuring.title, !self.found.rows.is_empty());
            let report = Report {
                title: format!("Damage that is repaired: {title}"),
                lead: lead(&self.found),
                chart: drawn.then(|| chart(title.clone(), &self.found)),
                table: summary(&self.found),
            };
            report.write(&measuring.began, file)?;
        }
        Ok(())
    }

    /// Shows the table, unless a result went to standard output.
    ///
    /// # Errors
    /// A closed standard output.
    pub(super) fn tell(&self) -> Result<()> {
        if self.measuring.use_stdout {
            return Ok(());
        }
        let text = text(&self.found)?;
        Output::Stdout.write(text.as_bytes())
    }
}
