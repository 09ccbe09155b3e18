//! `attractor states`: every fixed point and every cycle of a small network.

mod settings;
mod table;
mod work;

use crate::files::ForceArgs;
use crate::threads::ThreadArgs;
use anyhow::Result;
use clap::Args;
use settings::Visiting;
use std::path::PathBuf;

/// Find every fixed point and every cycle of a network of at most 25 neurons
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  attractor states memory.safetensors
  attractor states memory.safetensors --patterns x.npy
  attractor states memory.safetensors -o fixed-points.csv

All 2^N states are visited, so that nothing is missed. Fixed points are the same for synchronous and
asynchronous updates; cycles and the states that flow into each attractor are those of synchronous
ones. With 25 neurons this takes 128 MiB and some seconds.")]
pub(crate) struct StatesArgs {
    /// The network file that `attractor train` wrote; `-` is standard input
    network: PathBuf,

    /// The patterns that the network stores: fixed points are then told apart
    #[arg(long, value_name = "FILE")]
    patterns: Option<PathBuf>,

    /// Write the fixed points (.npy, .csv or .txt), those with the largest basins first; `-` is standard output, as .csv
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,

    #[command(flatten)]
    threads: ThreadArgs,

    #[command(flatten)]
    force: ForceArgs,
}

pub(crate) fn run(args: &StatesArgs) -> Result<()> {
    let visited = Visiting::new(args)?.visit()?;
    visited.save()?;
    visited.tell()
}
