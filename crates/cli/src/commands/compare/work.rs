//! Comparing, and saving what came out of it.

use super::settings::Comparing;
use super::table::{csv, lead, shown, summary};
use crate::interrupt;
use crate::output::{Output, Report};
use crate::progress::{ProgressLine, even_tally};
use anyhow::Result;
use attractor_exact::Control;
use attractor_lab::compare::{Compare, Compared, chart};
use std::time::Instant;

/// A comparison, whole or as far as it came.
pub(super) struct Finished {
    comparing: Comparing,
    lines: Vec<Compared>,
}

impl Comparing {
    /// Compares until done or Ctrl-C.
    ///
    /// # Errors
    /// What recall refuses.
    pub(super) fn compare(self) -> Result<Finished> {
        let (line, started) = (ProgressLine::new(), Instant::now());
        let control = Control::new().with_interrupt(interrupt::watch()?);
        let compare = Compare {
            patterns: &self.patterns,
            shape: self.shape,
            methods: self.methods.clone(),
            settings: self.settings,
            flips: self.flips.clone(),
            repeats: self.repeats,
            seed: self.seed,
        };
        let tell = |name, done, all| line.show_tasks(name, even_tally(started, done, all));
        let lines = compare.run(&control, tell)?;
        drop(line);
        Ok(Finished {
            comparing: self,
            lines,
        })
    }
}

impl Finished {
    /// Writes the table, the chart and the page.
    ///
    /// # Errors
    /// What cannot be written.
    pub(super) fn save(&self) -> Result<()> {
        let Comparing { table, picture, .. } = &self.comparing;
        if let Some(table) = table {
            table.write(csv(&self.lines)?.as_bytes())?;
        }
        let drawn = self.lines.iter().any(|line| !line.recalled.is_empty());
        if let Some((file, kind)) = picture.as_ref().filter(|_| drawn) {
            kind.write(&chart(self.comparing.title.clone(), &self.lines), file)?;
        }
        if let Some(file) = &self.comparing.report {
            let title = &self.comparing.title;
            let report = Report {
                title: format!("Ways of training compared: {title}"),
                lead: lead(&self.lines),
                chart: drawn.then(|| chart(title.clone(), &self.lines)),
                table: summary(&self.lines),
            };
            report.write(&self.comparing.began, file)?;
        }
        Ok(())
    }

    /// Shows the table, unless a result went to standard output.
    ///
    /// # Errors
    /// A closed standard output.
    pub(super) fn tell(&self) -> Result<()> {
        if self.comparing.use_stdout {
            return Ok(());
        }
        Output::Stdout.write(shown(&self.lines)?.as_bytes())
    }
}
