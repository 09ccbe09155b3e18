//! `attractor reproduce`: the experiments of the paper, run or resumed in a folder, with charts and a report.

mod work;

use crate::threads::{RUN, ThreadArgs};
use anyhow::Result;
use attractor_lab::ledger::Shard;
use clap::Args;
use std::path::PathBuf;
use work::Reproducing;

/// Re-run the experiments of Rosenhahn 2022
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  attractor reproduce all --quick -o results
  attractor reproduce fig4 -o results
  attractor reproduce fig4 --shard 1/2 -o part1; attractor reproduce fig4 --shard 2/2 -o part2
  attractor reproduce mine --config mine.toml -o mine
  attractor reproduce fig4 --merge part1 --merge part2 -o whole

Every result is written at once: a run that was stopped or killed goes on where it was. The folder gets a table
(FIGURE.csv), charts (.svg, .png) and report.html.")]
pub(crate) struct ReproduceArgs {
    /// fig2 to fig8, or all; beyond the paper fig7-repair and fig8-repair, or repair for both, and known;
    /// or any name for an experiment of your own, with --config
    figure: String,

    /// The folder for the results
    #[arg(short, long, value_name = "DIR")]
    output: PathBuf,

    /// Minutes instead of hours: fewer loads and repeats, shorter limits
    #[arg(long)]
    quick: bool,

    /// Settings of your own, a TOML file as docs/experiments.md says: own data files, sizes, methods
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
    let mut reproducing = Reproducing::new(args)?;
    let stopped = reproducing.run()?;
    reproducing.tell(stopped)
}
