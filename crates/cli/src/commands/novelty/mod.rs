//! `attractor novelty`: does a network tell what it knows from what it does not?

mod judgement;
mod settings;
mod summary;
mod work;

use crate::files::ForceArgs;
use crate::threads::ThreadArgs;
use anyhow::Result;
use attractor_lab::novelty::Statistic;
use clap::Args;
use settings::Judging;
use std::path::PathBuf;

/// Measure whether a network tells known patterns from unknown ones
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  attractor data digits.npy --flip 8 --seed 1 -o known.npy
  attractor data mnist --shape 9x9 --skip 5000 --count 200 -o unknown.npy
  attractor novelty memory.safetensors --known known.npy --unknown unknown.npy --patterns digits.npy
  attractor novelty memory.safetensors --known known.npy --unknown unknown.npy --save novelty.json
  attractor recall memory.safetensors damaged.npy -o repaired.csv --novelty novelty.json

Statistics of a cue, each larger for what looks new: `energy` for each neuron, `first-step` and `second-step` (entries
that the first and the second synchronous step change), and as a control without any network `nearest` (entries in which
it differs from the nearest stored pattern; with --patterns). Shown are the area under the ROC curve, with its 95 %
interval, and what a threshold reaches that one half of the cues chose and the other half measures.")]
pub(crate) struct NoveltyArgs {
    /// The network file that `attractor train` wrote; `-` is standard input
    network: PathBuf,

    /// Cues of stored patterns, for example damaged ones
    #[arg(long, value_name = "FILE")]
    known: PathBuf,

    /// Cues of patterns that are not stored
    #[arg(long, value_name = "FILE")]
    unknown: PathBuf,

    /// The stored patterns, for the control
    #[arg(long, value_name = "FILE")]
    patterns: Option<PathBuf>,

    /// Save the threshold of --statistic, for `recall --novelty` and `classify predict --novelty`
    #[arg(long, value_name = "JSON")]
    save: Option<PathBuf>,

    /// The statistic whose threshold is saved: energy, first-step or second-step [default: second-step]
    #[arg(long, value_name = "NAME", requires = "save")]
    statistic: Option<Statistic>,

    /// Write the ROC curves (.csv); `-` is standard output
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,

    /// Draw the ROC curves into this file (.svg or .png)
    #[arg(long, value_name = "FILE")]
    picture: Option<PathBuf>,

    #[command(flatten)]
    threads: ThreadArgs,

    #[command(flatten)]
    force: ForceArgs,
}

pub(crate) fn run(args: &NoveltyArgs) -> Result<()> {
    let judged = Judging::new(args)?.judge()?;
    judged.save()?;
    judged.tell()
}
