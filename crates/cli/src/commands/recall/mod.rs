//! `attractor recall`: damaged patterns in, what the network makes of them out.

mod along;
mod clamp;
mod picture;
mod report;
mod settings;
mod summary;
mod work;

use crate::dynamics::DynamicsArgs;
use crate::files::ForceArgs;
use crate::threads::ThreadArgs;
use anyhow::Result;
use attractor::Shape;
use clamp::Clamped;
use clap::Args;
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
  attractor recall memory.safetensors damaged.npy -o sampled.npy --expect digits.npy --beta 2 --max-steps 100
  attractor recall memory.safetensors damaged.npy -o r.npy --update block:9 --report r.json --trace

Unknown entries of a cue are 0 beside -1 and +1 (or `?` in .csv); they count for nothing until
recall sets them. A neuron without field (exactly 0) becomes -1.

With symmetric couplings asynchronous updates always settle; synchronous ones can end in a cycle of
two states, of which one is written. With directed couplings both can run in longer cycles.

Clamped neurons keep the cue's value, which must be known. At low --beta recall wanders; the report
then has the mean overlap with the undamaged or nearest stored pattern.")]
pub(crate) struct RecallArgs {
    /// The network file that `attractor train` wrote; `-` is standard input
    network: PathBuf,

    /// The cues: .npy, .csv, .txt, IDX, an image or a folder of images; `-` is standard input
    cues: PathBuf,

    /// The recalled patterns to write (.npy, .csv or .txt); `-` is standard output, as .csv
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,

    #[command(flatten)]
    dynamics: DynamicsArgs,

    /// Recall at inverse temperature B: each neuron becomes +1 with probability 1/(1 + exp(-2*B*field)), in --max-steps
    /// sweeps of random order (Glauber dynamics)
    #[arg(long, value_name = "B", allow_negative_numbers = true)]
    beta: Option<f64>,

    /// Seed of --order random and --beta [default: 0]
    #[arg(long, allow_negative_numbers = true)]
    seed: Option<u64>,

    /// Never update these neurons, counted from 0: numbers and ranges FROM:TO with commas between
    #[arg(long, value_name = "NEURONS", value_parser = clamp::neurons)]
    clamp: Option<Clamped>,

    /// Never update the neurons that are 1 in this file of one pattern
    #[arg(long, value_name = "FILE", conflicts_with = "clamp")]
    clamp_mask: Option<PathBuf>,

    /// The undamaged patterns, one a cue: count how many are recalled exactly
    #[arg(long, value_name = "FILE")]
    expect: Option<PathBuf>,

    /// The patterns that the network stores: the report then tells them from other endings [default: those of --expect]
    #[arg(long, value_name = "FILE", requires = "report")]
    patterns: Option<PathBuf>,

    /// Leave cues unanswered (every entry unknown) that this file, which `attractor novelty --save` wrote, calls unknown
    #[arg(long, value_name = "JSON")]
    novelty: Option<PathBuf>,

    /// Write how each recall ended as JSON; `-` is standard output
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,

    /// List energy and overlap after every step in the report, too
    #[arg(long, requires = "report")]
    trace: bool,

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

pub(crate) fn run(args: &RecallArgs) -> Result<()> {
    let recalled = Recalling::new(args)?.recall()?;
    recalled.save()?;
    recalled.tell()
}
