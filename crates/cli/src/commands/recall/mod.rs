//! `attractor recall`: damaged patterns in, what the network makes of them out.

mod picture;
mod settings;
mod summary;
mod work;

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
  attractor recall memory.safetensors damaged.csv -o - --update asynchronous --order random

Unknown entries of a cue are 0 beside -1 and +1 (or `?` in .csv); they count for nothing until
recall sets them. A neuron without field (exactly 0) becomes -1.

Synchronous updates can end in a cycle of two states; what is written is then one of the two.
Asynchronous updates with symmetric couplings always settle.")]
pub(crate) struct RecallArgs {
    /// The network file that `attractor train` wrote; `-` is standard input
    network: PathBuf,

    /// The cues: .npy, .csv, .txt, IDX, an image or a folder of images; `-` is standard input
    cues: PathBuf,

    /// The recalled patterns to write (.npy, .csv or .txt); `-` is standard output, as .csv
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,

    /// Update all neurons at once, or one after another
    #[arg(long, value_name = "HOW", default_value = "synchronous")]
    update: UpdateName,

    /// Order of asynchronous updates [default: fixed]
    #[arg(long, value_name = "ORDER")]
    order: Option<OrderName>,

    /// Seed of the random order [default: 0]
    #[arg(long)]
    seed: Option<u64>,

    /// The most steps (synchronous) or sweeps (asynchronous)
    #[arg(long, value_name = "K", default_value_t = RecallOptions::default().max_steps)]
    max_steps: usize,

    /// The undamaged patterns, one a cue: count how many are recalled exactly
    #[arg(long, value_name = "FILE")]
    expect: Option<PathBuf>,

    /// Draw cues and recalled patterns side by side into this PNG file
    #[arg(long, value_name = "PNG", requires = "shape")]
    picture: Option<PathBuf>,

    /// Height and width of the images whose pixels are the neurons
    #[arg(long, value_name = "HxW", requires = "picture")]
    shape: Option<Shape>,

    #[command(flatten)]
    threads: ThreadArgs,
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
