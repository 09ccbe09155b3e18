//! `attractor compare`: every way of training on one set of patterns, side by side.

mod settings;
mod table;
mod work;

use crate::duration;
use crate::files::ForceArgs;
use crate::method::MethodName;
use crate::number::{Sizes, at_least_one, range};
use crate::parts::PartArgs;
use crate::threads::{RUN, ThreadArgs};
use anyhow::Result;
use attractor::{Shape, Ties};
use clap::Args;
use settings::Comparing;
use std::path::PathBuf;
use std::time::Duration;
use table::HEADER;

/// Compare all ways of training on your patterns
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  attractor compare digits.npy
  attractor compare digits.npy -o compared.csv --picture compared.svg --report compared.html
  attractor compare digits.npy --rule exact-directed,pseudo-inverse,hebbian --flips 0:20:4 --repeats 50

  attractor compare digits.npy --shard 1/2 -o part1.csv; attractor compare digits.npy --shard 2/2 -o part2.csv
  attractor compare digits.npy --merge part1.csv --merge part2.csv -o compared.csv

For each: wrong bits and what is proven of them, margin, flips that every pattern survives for certain, share of damaged
cues that are recalled exactly (asynchronous updates, the same cues for all), and the time that training took. A dense
memory and the nearest stored pattern, which are no networks of weights, show what is possible. Ctrl-C ends with what was measured.")]
pub(crate) struct CompareArgs {
    /// The patterns: .npy, .csv, .txt, IDX, an image or a folder of images; `-` is standard input
    patterns: PathBuf,

    /// Which ways of training; `exact` is exact-default, what `train` does [default: all but milp-vertex; exact-receptive only with --shape]
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    rule: Vec<MethodName>,

    /// Height and width of the images, for exact-receptive
    #[arg(long, value_name = "HxW")]
    shape: Option<Shape>,

    /// Radius of exact-receptive, in pixels [default: 3]
    #[arg(long, value_name = "D", allow_negative_numbers = true)]
    radius: Option<f64>,

    /// Numbers of flipped entries of the cues, FROM:TO or FROM:TO:STEP [default: eight up to N/4]
    #[arg(long, value_name = "RANGE", value_parser = range)]
    flips: Option<Sizes>,

    /// Cues of each pattern for each number of flips
    #[arg(long, value_name = "K", default_value_t = 10, value_parser = at_least_one,
        allow_negative_numbers = true)]
    repeats: usize,

    /// Whether a zero field is right for a −1 bit: strict (never) or negative (the paper's)
    #[arg(long, value_name = "TIES", default_value = "strict")]
    ties: Ties,

    /// Write the table as .csv; `-` is standard output
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,

    /// Draw the shares recalled by the eight best networks and the controls into this file (.svg or .png)
    #[arg(long, value_name = "FILE")]
    picture: Option<PathBuf>,

    /// Write what was found as a page with chart and table (.html)
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,

    /// Limit of each single exact training [default: 10s]
    #[arg(long, value_name = "TIME", value_parser = duration::parse)]
    time_limit: Option<Duration>,

    /// Seed of rules that draw numbers and of the damage
    #[arg(long, default_value_t = 0, help_heading = RUN, allow_negative_numbers = true)]
    seed: u64,

    #[command(flatten)]
    parts: PartArgs,

    #[command(flatten)]
    threads: ThreadArgs,

    #[command(flatten)]
    force: ForceArgs,
}

pub(crate) fn run(args: &CompareArgs) -> Result<()> {
    if args.parts.is_merge() {
        return args
            .parts
            .join(HEADER, 2, args.output.as_deref(), args.force);
    }
    let compared = Comparing::new(args)?.compare()?;
    compared.save()?;
    compared.tell()
}
