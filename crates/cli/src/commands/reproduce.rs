//! `attractor reproduce`: the experiments of the paper, run or resumed in a folder, with charts and a report.

use crate::interrupt;
use crate::output::Output;
use crate::progress::ProgressLine;
use crate::threads::{RUN, ThreadArgs};
use anyhow::{Context, Result, bail, ensure};
use attractor_exact::Control;
use attractor_lab::figures::{COMMITTED, Figure};
use attractor_lab::ledger::{Folder, Shard};
use attractor_lab::reproduce::{Parts, Reproduction, write_report};
use clap::Args;
use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;

/// Fig. 6 shows the zero weights of the networks of Fig. 5.
const FIG6: (&str, &str) = ("fig6", "fig5");

/// Re-run the experiments of Rosenhahn 2022
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  attractor reproduce all --quick -o results
  attractor reproduce fig4 -o results
  attractor reproduce fig4 --shard 1/2 -o part1; attractor reproduce fig4 --shard 2/2 -o part2
  attractor reproduce fig4 --merge part1 --merge part2 -o whole

Every result is written at once: a run that was stopped or killed goes on where it was. The folder gets a table
(FIGURE.csv), charts (.svg, .png) and report.html.")]
pub(crate) struct ReproduceArgs {
    /// fig2 to fig8, or all
    figure: String,

    /// The folder for the results
    #[arg(short, long, value_name = "DIR")]
    output: PathBuf,

    /// Minutes instead of hours: fewer loads and repeats, shorter limits
    #[arg(long)]
    quick: bool,

    /// Settings of your own for this figure, a TOML file like those in crates/lab/figures
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,

    /// Run only part i of n equal parts, for example 2/8; --merge joins the parts
    #[arg(long, value_name = "i/n", help_heading = RUN)]
    shard: Option<Shard>,

    /// Join the results in this folder instead of running; once for each part
    #[arg(long, value_name = "DIR", help_heading = RUN, conflicts_with = "shard")]
    merge: Vec<PathBuf>,

    #[command(flatten)]
    threads: ThreadArgs,
}

pub(crate) fn run(args: &ReproduceArgs) -> Result<()> {
    let figures = args.figures()?;
    let folder = args.output.as_path();
    ensure!(
        !folder.exists() || folder.is_dir(),
        "`{}` is no folder; choose another with -o",
        folder.display()
    );
    ensure!(
        args.merge.iter().all(|part| part != folder),
        "`{}` is one of the parts; choose another folder for the whole with -o",
        folder.display()
    );
    args.threads.start()?;
    // All tables before the first hour of work, and all parts before a folder is made for the whole.
    let parts = figures
        .iter()
        .map(|figure| Parts::open(figure, &args.merge));
    let parts = parts.collect::<Result<Vec<_>, _>>()?;
    let folder = &Folder::claim(folder)?;
    let open = |figure| Reproduction::open(figure, folder);
    let mut reproductions = figures
        .into_iter()
        .map(open)
        .collect::<Result<Vec<_>, _>>()?;
    let mut text = String::new();
    if args.merge.is_empty() {
        let control = Control::new().with_interrupt(interrupt::watch()?);
        let count = reproductions.len();
        for (k, reproduction) in reproductions.iter_mut().enumerate() {
            let line = ProgressLine::new();
            let name = match count {
                1 => reproduction.figure().name().to_owned(),
                _ => format!("{} ({} of {count})", reproduction.figure().name(), k + 1),
            };
            let shard = args.shard.unwrap_or(Shard::WHOLE);
            reproduction.run(shard, &control, |tally| line.show_tasks(&name, tally))?;
            if control.interrupted() {
                writeln!(text, "stopped; the same command goes on from here")?;
                break;
            }
        }
    } else {
        for (reproduction, parts) in reproductions.iter_mut().zip(&parts) {
            reproduction.merge(parts)?;
        }
    }
    for reproduction in &reproductions {
        let (done, all) = (
            reproduction.entries().len(),
            reproduction.figure().cells().len(),
        );
        writeln!(
            text,
            "{}: {done} of {all} cells, {}",
            reproduction.figure().name(),
            reproduction.figure().title()
        )?;
    }
    let report = write_report(folder)?;
    writeln!(text, "wrote {}", report.display())?;
    Output::Stdout.write(text.as_bytes())
}

impl ReproduceArgs {
    fn figures(&self) -> Result<Vec<Figure>> {
        let wanted = match self.figure.as_str() {
            name if name == FIG6.0 => FIG6.1,
            name => name,
        };
        let committed: Vec<_> = COMMITTED
            .iter()
            .filter(|(name, _)| wanted == "all" || *name == wanted)
            .collect();
        if committed.is_empty() {
            bail!(
                "`{}` is no figure of the paper's experiments; there are fig2 to fig8, and all",
                self.figure
            );
        }
        if let Some(path) = &self.config {
            let shown = path.display();
            ensure!(
                wanted != "all",
                "--config holds the settings of one figure; name the figure instead of `all`"
            );
            let text = fs::read_to_string(path).with_context(|| shown.to_string())?;
            let figure =
                Figure::parse(wanted, &text, self.quick).with_context(|| shown.to_string())?;
            return Ok(vec![figure]);
        }
        let parse = |(name, text): &(&str, &str)| Ok(Figure::parse(name, text, self.quick)?);
        committed.into_iter().map(parse).collect()
    }
}
