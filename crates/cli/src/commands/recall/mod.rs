//! `attractor recall`: damaged patterns in, what the network makes of them out.

mod picture;
mod report;
mod settings;
mod summary;
mod work;

use crate::files::ForceArgs;
use crate::number::at_least_one;
use crate::threads::ThreadArgs;
use anyhow::Result;
use attractor::{RecallOptions, Shape};
use clap::{Args, ValueEnum};
use settings::Recalling;
use std::path::PathBuf;

/// Repair damaged patterns with a trained network
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  attractor recall memory.safetensors damaged.npy -o repaired.npy
  attractor recall memory.safetensors damaged.npy -o repaired.npy --expect digits.npy
  attractor recall memory.safetensors damaged.npy -o repaired.npy --expect digits.npy --picture recall.png
  attractor recall memory.safetensors damaged.npy -o repaired.npy --patterns digits.npy --report recall.json
  attractor recall memory.safetensors damaged.csv -o - --order random

Unknown entries of a cue are 0 beside -1 and +1 (or `?` in .csv); they count for nothing until
recall sets them. A neuron without field (exactly 0) becomes -1.

With symmetric couplings asynchronous updates always settle; synchronous ones can end in a cycle of
two states, of which one is written. With directed couplings both can run in longer cycles.")]
pub(crate) struct RecallArgs {
    /// The network file that `attractor train` wrote; `-` is standard input
    network: PathBuf,

    /// The cues: .npy, .csv, .txt, IDX, an image or a folder of images; `-` is standard input
    cues: PathBuf,

    /// The recalled patterns to write (.npy, .csv or .txt); `-` is standard output, as .csv
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,

    /// Update neurons one after another or all at once [default: asynchronous for symmetric couplings, synchronous for
    /// directed ones]
    #[arg(long, value_name = "HOW")]
    update: Option<UpdateName>,

    /// Order of asynchronous updates: the same in every sweep, or another one in each [default: fixed]
    #[arg(long, value_name = "ORDER")]
    order: Option<OrderName>,

    /// Seed of the random order [default: 0]
    #[arg(long, allow_negative_numbers = true)]
    seed: Option<u64>,

    /// The most steps (synchronous) or sweeps (asynchronous)
    #[arg(long, value_name = "K", default_value_t = RecallOptions::default().max_steps,
        value_parser = at_least_one, allow_negative_numbers = true)]
    max_steps: usize,

    /// The undamaged patterns, one a cue: count how many are recalled exactly
    #[arg(long, value_name = "FILE")]
    expect: Option<PathBuf>,

    /// The patterns that the network stores: the report then tells them from other endings [default: those of --expect]
    #[arg(long, value_name = "FILE", requires = "report")]
    patterns: Option<PathBuf>,

    /// Write how each recall ended as JSON; `-` is standard output
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,

    /// Draw the cues and what was recalled, with --expect the truth and wrong pixels too, into this PNG file
    #[arg(long, value_name = "PNG")]
    picture: Option<PathBuf>,

    /// Height and width of the picture's images [default: the shape in the network file]
    #[arg(long, value_name = "HxW", requires = "picture")]
    shape: Option<Shape>,

    #[command(flatten)]
    threads: ThreadArgs,

    #[command(flatten)]
    force: ForceArgs,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum UpdateName {
    Synchronous,
    Asynchronous,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum OrderName {
    Fixed,
    Random,
}

pub(crate) fn run(args: &RecallArgs) -> Result<()> {
    let recalled = Recalling::new(args)?.recall()?;
    recalled.save()?;
    recalled.tell()
}
