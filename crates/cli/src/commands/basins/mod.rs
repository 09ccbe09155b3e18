//! `attractor basins`: how much damage stored patterns are recalled from.

mod settings;
mod table;
mod work;

use crate::dynamics::DynamicsArgs;
use crate::files::ForceArgs;
use crate::number::{Sizes, at_least_one, range};
use crate::threads::{RUN, ThreadArgs};
use anyhow::Result;
use attractor::Shape;
use clap::Args;
use settings::Measuring;
use std::path::PathBuf;

/// Measure how much damage stored patterns are recalled from
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  attractor basins memory.safetensors --patterns digits.npy
  attractor basins memory.safetensors --patterns digits.npy -o basins.csv --picture basins.svg --report basins.html
  attractor basins memory.safetensors --patterns digits.npy --flips 0:20:2 --repeats 50 --seed 1
  attractor basins memory.safetensors --patterns digits.npy --blocks 1:5 --update synchronous

Every pattern is damaged --repeats times in each way and recalled: by flipped entries, by unknown ones, and, where the
shape of images is known, by an unknown square block somewhere in it. The table says what the recalls ended in, the
share recalled exactly with Wilson's 95 % interval, and how many of the patterns are certain to be recalled wherever the
damage falls. Ctrl-C ends with what was measured.")]
pub(crate) struct BasinsArgs {
    /// The network file that `attractor train` wrote; `-` is standard input
    network: PathBuf,

    /// The patterns that the network stores
    #[arg(long, value_name = "FILE")]
    patterns: PathBuf,

    /// Write the table as .csv; `-` is standard output
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,

    /// Draw the shares, and what is certain, into this file (.svg or .png)
    #[arg(long, value_name = "FILE")]
    picture: Option<PathBuf>,

    /// Write what was found as a page with chart and table (.html)
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,

    /// Numbers of flipped entries, FROM:TO or FROM:TO:STEP [default: up to N/2, if neither --erasures nor --blocks are
    /// given]
    #[arg(long, value_name = "RANGE", value_parser = range)]
    flips: Option<Sizes>,

    /// Numbers of unknown entries [default: up to N, if neither --flips nor --blocks are given]
    #[arg(long, value_name = "RANGE", value_parser = range)]
    erasures: Option<Sizes>,

    /// Sides of unknown square blocks, in pixels [default: up to the whole image, if neither --flips nor --erasures are
    /// given]
    #[arg(long, value_name = "RANGE", value_parser = range)]
    blocks: Option<Sizes>,

    /// Height and width of the images [default: the shape in the network file]
    #[arg(long, value_name = "HxW")]
    shape: Option<Shape>,

    /// Cues of each pattern for each damage
    #[arg(long, value_name = "K", default_value_t = 20, value_parser = at_least_one,
        allow_negative_numbers = true)]
    repeats: usize,

    #[command(flatten)]
    dynamics: DynamicsArgs,

    /// Seed of the damage and of random orders
    #[arg(long, default_value_t = 0, help_heading = RUN, allow_negative_numbers = true)]
    seed: u64,

    #[command(flatten)]
    threads: ThreadArgs,

    #[command(flatten)]
    force: ForceArgs,
}

pub(crate) fn run(args: &BasinsArgs) -> Result<()> {
    let measured = Measuring::new(args)?.measure()?;
    measured.save()?;
    measured.tell()
}
