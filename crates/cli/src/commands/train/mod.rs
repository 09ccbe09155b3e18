//! `attractor train`: patterns in, a trained network and what is known about it out.

mod report;
mod settings;
mod summary;
mod survive;
mod work;

use crate::duration;
use crate::files::ForceArgs;
use crate::method::MethodArgs;
use crate::model::ModelArgs;
use crate::threads::{RUN, ThreadArgs};
use anyhow::Result;
use clap::Args;
use settings::Training;
use std::path::PathBuf;
use std::time::Duration;

/// Train a network to store patterns
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  attractor train digits.npy -o memory.safetensors
  attractor train digits.npy -o memory.safetensors --couplings directed --time-limit 60s
  attractor train digits.npy -o memory.safetensors --noise 0.1 --report report.json
  attractor train digits.npy -o local.safetensors --shape 9x9 --receptive-field 3 --sparse
  attractor train digits.npy -o hebb.safetensors --rule hebbian
  attractor train more.npy -o grown.safetensors --start memory.safetensors
  attractor train pairs.npy -o pairs.safetensors --halves 81 --couplings directed
  attractor train digits.npy -o sure.safetensors --survive max --couplings directed

Ctrl-C ends the training with the best network so far; the status then says `interrupted`, and a
certificate has what can be proven and written within a second. A second Ctrl-C ends the program.")]
pub(crate) struct TrainArgs {
    /// The patterns: .npy, .csv, .txt, IDX, an image or a folder of images; `-` is standard input
    patterns: PathBuf,

    /// The network file (safetensors) to write; `-` is standard output
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,

    #[command(flatten)]
    method: MethodArgs,

    #[command(flatten)]
    model: ModelArgs,

    /// Begin from this network, for example one trained on fewer or more patterns: its weights are the first incumbent
    #[arg(long, value_name = "NET", help_heading = RUN)]
    start: Option<PathBuf>,

    /// Stop after this time with the best network so far: 60, 90s, 2m, 1h30m
    #[arg(long, value_name = "TIME", value_parser = duration::parse, help_heading = RUN)]
    time_limit: Option<Duration>,

    /// Seed of everything random; the same seed gives the same network with any number of threads. Of the
    /// classical rules only gradient, gradient-tuned, unlearning and daydreaming draw numbers
    #[arg(long, default_value_t = 0, help_heading = RUN, allow_negative_numbers = true)]
    seed: u64,

    #[command(flatten)]
    threads: ThreadArgs,

    /// Write a certificate of what is proven, for `attractor verify`; `-` is standard output
    #[arg(long, value_name = "FILE", help_heading = RUN)]
    proof: Option<PathBuf>,

    /// Write what is known about the network as JSON; `-` is standard output
    #[arg(long, value_name = "FILE", help_heading = RUN)]
    report: Option<PathBuf>,

    #[command(flatten)]
    force: ForceArgs,
}

pub(crate) fn run(args: &TrainArgs) -> Result<()> {
    let training = Training::new(args)?;
    let mut trained = training.train()?;
    trained.save()?;
    trained.tell()
}
