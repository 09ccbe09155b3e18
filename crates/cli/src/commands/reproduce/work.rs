//! Checked settings of a reproduction, and what is done with them.

use super::ReproduceArgs;
use crate::interrupt;
use crate::output::{DASH, Output};
use crate::progress::ProgressLine;
use anyhow::{Context, Result, bail, ensure};
use attractor::io;
use attractor_exact::Control;
use attractor_lab::figures::{ADDED, ALL, Figure, REPAIR, is_plain, named};
use attractor_lab::ledger::{Folder, Shard};
use attractor_lab::report::write_report;
use attractor_lab::reproduce::{Parts, Reproduction};
use std::fmt::Write as _;
use std::path::Path;

/// Figures with their tables, open for this run alone.
pub(super) struct Reproducing {
    folder: Folder,
    reproductions: Vec<Reproduction>,
    /// Tables to join, figure by figure.
    parts: Vec<Parts>,
    merge: bool,
    shard: Shard,
}

impl Reproducing {
    /// Reads all settings and tables before the first hour of work, and all parts before a folder is made for the whole.
    ///
    /// # Errors
    /// Options that contradict one another, settings or tables that cannot be read, a folder in use.
    pub(super) fn new(args: &ReproduceArgs) -> Result<Self> {
        let figures = args.figures()?;
        args.check_folder()?;
        args.threads.start()?;
        let parts = figures
            .iter()
            .map(|figure| Parts::open(figure, &args.merge));
        let parts = parts.collect::<Result<Vec<_>, _>>()?;
        let folder = Folder::claim(&args.output)?;
        let open = |figure| Reproduction::open(figure, &folder);
        let reproductions = figures.into_iter().map(open);
        Ok(Self {
            reproductions: reproductions.collect::<Result<_, _>>()?,
            folder,
            parts,
            merge: !args.merge.is_empty(),
            shard: args.shard.unwrap_or(Shard::WHOLE),
        })
    }

    /// Runs what is missing, or joins the parts. Answers whether Ctrl-C stopped it.
    ///
    /// # Errors
    /// What cannot be run, joined or written.
    pub(super) fn run(&mut self) -> Result<bool> {
        if self.merge {
            for (reproduction, parts) in self.reproductions.iter_mut().zip(&self.parts) {
                reproduction.merge(parts)?;
            }
            return Ok(false);
        }
        let control = Control::new().with_interrupt(interrupt::watch()?);
        let (shard, count) = (self.shard, self.reproductions.len());
        for (k, reproduction) in self.reproductions.iter_mut().enumerate() {
            let line = ProgressLine::new();
            let name = match count {
                1 => reproduction.figure().name().to_owned(),
                _ => format!("{} ({} of {count})", reproduction.figure().name(), k + 1),
            };
            reproduction.run(shard, &control, |tally| line.show_tasks(&name, tally))?;
            if control.interrupted() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Writes the report and says how far the figures are.
    ///
    /// # Errors
    /// What cannot be written.
    pub(super) fn tell(&self, stopped: bool) -> Result<()> {
        let mut text = String::new();
        if stopped {
            writeln!(text, "stopped; the same command goes on from here")?;
        }
        for reproduction in &self.reproductions {
            let figure = reproduction.figure();
            writeln!(
                text,
                "{}: {} of {} cells, {}",
                figure.name(),
                reproduction.entries().len(),
                figure.cells().len(),
                figure.title()
            )?;
        }
        let report = write_report(&self.folder)?;
        writeln!(text, "wrote {}", report.display())?;
        Output::Stdout.write(text.as_bytes())
    }
}

impl ReproduceArgs {
    fn check_folder(&self) -> Result<()> {
        let folder = self.output.as_path();
        ensure!(
            !folder.exists() || folder.is_dir(),
            "`{}` is no folder; choose another with -o",
            folder.display()
        );
        ensure!(
            folder != Path::new(DASH),
            "a reproduction writes several files; name a folder with -o, not `-`"
        );
        ensure!(
            self.merge.iter().all(|part| part != folder),
            "`{}` is one of the parts; choose another folder for the whole with -o",
            folder.display()
        );
        Ok(())
    }

    fn figures(&self) -> Result<Vec<Figure>> {
        let wanted = self.figure.as_str();
        if let Some(path) = &self.config {
            let shown = path.display();
            ensure!(
                is_plain(wanted),
                "`{wanted}` cannot name an experiment and its files; use letters, digits, - and _"
            );
            ensure!(
                wanted != ALL && wanted != REPAIR,
                "--config holds the settings of one figure; name the figure instead of `{wanted}`"
            );
            let text = io::read_text_bounded(path, io::MAX_CONFIGURATION)
                .with_context(|| shown.to_string())?;
            let figure =
                Figure::parse_own(wanted, &text, self.quick).with_context(|| shown.to_string())?;
            return Ok(vec![figure]);
        }
        let figures = named(wanted, self.quick)?;
        if figures.is_empty() {
            bail!(
                "`{}` is no figure of the paper's experiments; there are fig2 to fig8, and all; {}; and repair for the two of \
                 repair; an experiment of your own is given by --config",
                self.figure,
                ADDED.map(|(name, _)| name).join(", ")
            );
        }
        Ok(figures)
    }
}
