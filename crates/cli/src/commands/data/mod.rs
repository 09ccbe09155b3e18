//! `attractor data`: a bundled or own image set, or random bits, as ±1 patterns; damaged on request, as cues.

mod source;
mod work;

use crate::files::ForceArgs;
use anyhow::Result;
use attractor::{Shape, Threshold};
use clap::Args;
use std::path::PathBuf;
use work::Making;

/// Make patterns or cues from images or random bits
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  attractor data mnist --shape 9x9 --count 40 --distinct -o digits.npy
  attractor data mnist --shape 12x12 --class 3,5 --count 20 -o threes-and-fives.npy
  attractor data random --shape 1x20 --count 35 --seed 7 -o random.csv
  attractor data cliques --vertices 8 -o cliques.npy
  attractor data scans/ --shape 16x16 --binarise otsu -o scans.npy
  attractor data digits.npy --flip 8 --seed 1 -o damaged.npy
  attractor data digits.npy --append more.npy --drop 0,7 -o others.npy
  attractor data digits.npy --count 8 --beside names.npy -o pairs.npy

Bundled: mnist (10,000 digits 28x28), digits8x8 (1,797), font8x8 (94 glyphs, class = ASCII code),
photos64 (13 grey photographs 64x64). `cliques` are all cliques of v/2 among v vertices, a
neuron for each pair of vertices: more patterns than neurons, and yet all can be stored. Images are resized whole (antialiased bicubic), then binarised.")]
pub(crate) struct DataArgs {
    /// mnist, digits8x8, font8x8, photos64, random, cliques, or a file or folder of your own; `-` is standard input
    source: PathBuf,

    /// The patterns to write (.npy, .csv or .txt); `-` is standard output, as .csv
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,

    /// Resize images to this height and width
    #[arg(long, value_name = "HxW")]
    shape: Option<Shape>,

    /// Of `cliques`: how many vertices, even
    #[arg(long, value_name = "V", allow_negative_numbers = true)]
    vertices: Option<usize>,

    /// How many patterns [default: all]
    #[arg(long, value_name = "P", allow_negative_numbers = true)]
    count: Option<usize>,

    /// Leave out the first K patterns that fit
    #[arg(long, value_name = "K", allow_negative_numbers = true)]
    skip: Option<usize>,

    /// Only images of these classes, for example 3 or 3,5
    #[arg(
        long,
        value_name = "LABELS",
        value_delimiter = ',',
        allow_negative_numbers = true
    )]
    class: Option<Vec<u8>>,

    /// Labels (IDX) of your own images
    #[arg(long, value_name = "FILE")]
    labels: Option<PathBuf>,

    /// Pixels above this are +1: `half` intensity, `otsu`, the image's `mean`, or a grey level [default: half]
    #[arg(long, value_name = "THRESHOLD")]
    binarise: Option<Threshold>,

    /// Leave out patterns that are equal to an earlier one
    #[arg(long)]
    distinct: bool,

    /// More patterns, after those of the source
    #[arg(long, value_name = "FILE")]
    append: Option<PathBuf>,

    /// Leave out these patterns, counted from 0, for example 3 or 0,7
    #[arg(long, value_name = "ROWS", value_delimiter = ',')]
    drop: Vec<usize>,

    /// Put pattern k of this file beside pattern k: pairs, for `train --halves`
    #[arg(long, value_name = "FILE")]
    beside: Option<PathBuf>,

    /// Damage: flip this many entries of each pattern, chosen at random
    #[arg(long, value_name = "K", allow_negative_numbers = true)]
    flip: Option<usize>,

    /// Damage: make this many entries of each pattern unknown, chosen at random
    #[arg(long, value_name = "K", allow_negative_numbers = true)]
    erase: Option<usize>,

    /// Seed of random bits and of damage [default: 0]
    #[arg(long, allow_negative_numbers = true)]
    seed: Option<u64>,

    #[command(flatten)]
    force: ForceArgs,
}

pub(crate) fn run(args: &DataArgs) -> Result<()> {
    let making = Making::new(args)?;
    making.save()?;
    making.tell()
}
