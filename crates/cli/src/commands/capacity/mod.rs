//! `attractor capacity`: how many patterns a rule stores without error, as a curve with confidence bands.

mod settings;
mod summary;
mod survive;
mod work;

use crate::duration;
use crate::files::ForceArgs;
use crate::method::{EXACT, MethodName};
use crate::number::{Sizes, at_least_one, range_from_one};
use crate::parts::PartArgs;
use crate::threads::{RUN, ThreadArgs};
use anyhow::Result;
use attractor::rules::Assignment;
use attractor::{Shape, Symmetry, Ties};
use attractor_exact::Weights;
use clap::Args;
use settings::Measuring;
use std::path::PathBuf;
use std::time::Duration;

/// Measure how many patterns a rule stores
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  attractor capacity random --shape 4x5 --rule exact,pseudo-inverse --couplings directed -o curve.csv
  attractor capacity mnist --shape 9x9 --patterns 20:100:10 --rule perceptron -o curve.csv
  attractor capacity random --shape 1x20 --repeats 20 -o curve.csv --picture curve.svg --report curve.html
  attractor capacity own.npy --rule hebbian -o -
  attractor capacity random --shape 1x20 --rule dreaming --set t=100 --repeats 5 -o curve.csv
  attractor capacity random --survive --weights ternary --neurons 16:32:16 --patterns 2:6:2 --repeats 2 -o radius.csv

  attractor capacity random --shape 1x20 --shard 1/2 -o part1.csv; attractor capacity random --shape 1x20 --shard 2/2 -o part2.csv
  attractor capacity random --shape 1x20 --merge part1.csv --merge part2.csv -o curve.csv

Each instance draws P patterns; a rule succeeds if not a single bit is wrong. Ctrl-C ends with what was measured.")]
pub(crate) struct CapacityArgs {
    /// random, a bundled image set, or a file or folder of your own
    source: PathBuf,

    /// The table to write (.csv); `-` is standard output
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,

    /// Draw the curves into this file (.svg or .png)
    #[arg(long, value_name = "FILE")]
    picture: Option<PathBuf>,

    /// Write what was found as a page with chart and table (.html)
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,

    /// Height and width of the images; of random patterns, for example 1x20
    #[arg(long, value_name = "HxW")]
    shape: Option<Shape>,

    /// One or more rules: `exact`, those that `attractor rules` lists, or the experiments' exact-symmetric, exact-directed (`exact` with these couplings), exact-sparse, exact-receptive,
    /// milp-vertex
    #[arg(long, value_name = "NAMES", value_delimiter = ',', default_value = EXACT)]
    rule: Vec<MethodName>,

    /// A setting of the one rule's own; `attractor rules` lists them. May be given more than once
    #[arg(long, value_name = "KEY=VALUE", allow_negative_numbers = true)]
    set: Vec<Assignment>,

    /// Couplings of --rule exact: `symmetric` or `directed` [default: symmetric]
    #[arg(long, value_name = "KIND")]
    couplings: Option<Symmetry>,

    /// Numbers of patterns, FROM:TO or FROM:TO:STEP [default: twelve up to 2N]
    #[arg(long, value_name = "RANGE", value_parser = range_from_one)]
    patterns: Option<Sizes>,

    /// Measure the radius that every stored pattern is certain to survive instead, by numbers of neurons and of patterns
    #[arg(long)]
    survive: bool,

    /// Numbers of neurons of --survive, FROM:TO or FROM:TO:STEP
    #[arg(long, value_name = "RANGE", value_parser = range_from_one, requires = "survive")]
    neurons: Option<Sizes>,

    /// Values of the weights of --survive: `real`, `ternary`, `binary` or `integer:K` [default: real]
    #[arg(long, value_name = "DOMAIN", requires = "survive")]
    weights: Option<Weights>,

    /// Independent instances for each number of patterns
    #[arg(long, value_name = "K", default_value_t = 10, value_parser = at_least_one,
        allow_negative_numbers = true)]
    repeats: usize,

    /// Whether a zero field is right for a −1 bit: strict (never) or negative (the paper's)
    #[arg(long, value_name = "TIES", default_value = "strict")]
    ties: Ties,

    /// Radius of exact-receptive, in pixels [default: 3]
    #[arg(long, value_name = "D", allow_negative_numbers = true)]
    radius: Option<f64>,

    /// Limit of each single exact training [default: 10s]
    #[arg(long, value_name = "TIME", value_parser = duration::parse)]
    time_limit: Option<Duration>,

    /// Seed of the instances
    #[arg(long, default_value_t = 0, help_heading = RUN, allow_negative_numbers = true)]
    seed: u64,

    #[command(flatten)]
    parts: PartArgs,

    #[command(flatten)]
    threads: ThreadArgs,

    #[command(flatten)]
    force: ForceArgs,
}

pub(crate) fn run(args: &CapacityArgs) -> Result<()> {
    if args.parts.is_merge() {
        let header = if args.survive {
            survive::HEADER
        } else {
            summary::HEADER
        };
        let keys = if args.survive { 4 } else { 2 };
        return args
            .parts
            .join(header, keys, Some(&args.output), args.force);
    }
    if args.survive {
        return survive::run(args);
    }
    let measured = Measuring::new(args)?.measure()?;
    measured.save()?;
    measured.tell()
}
