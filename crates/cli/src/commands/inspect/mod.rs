//! `attractor inspect`: what a network file holds, and what the network does with patterns.

mod certificate;
mod histogram;
mod inspection;
mod stored;
mod work;

use crate::files::ForceArgs;
use crate::threads::ThreadArgs;
use anyhow::Result;
use clap::Args;
use std::path::PathBuf;
use work::Inspecting;

/// Show what a network file holds and how well it stores patterns
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  attractor inspect memory.safetensors
  attractor inspect memory.safetensors --patterns digits.npy --report stored.json
  attractor inspect memory.safetensors --patterns digits.npy --proof proof.json
  attractor inspect memory.safetensors --picture weights.png

What `train --proof` certified stands in the network file, with the certificate's SHA-256; with --proof the
certificate is checked as `attractor verify` does.

What a pattern survives is certain: every cue with that damage, wherever it falls, recalls it.")]
pub(crate) struct InspectArgs {
    /// The network file that `attractor train` wrote; `-` is standard input
    network: PathBuf,

    /// Judge how these patterns are stored: wrong bits, margins, certified radii
    #[arg(long, value_name = "FILE")]
    patterns: Option<PathBuf>,

    /// Check this certificate of the network and the patterns, and say what it proves
    #[arg(long, value_name = "FILE", requires = "patterns")]
    proof: Option<PathBuf>,

    /// Write everything as JSON; `-` is standard output
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,

    /// Draw the weight matrix into this PNG file: blue negative, white zero, red positive
    #[arg(long, value_name = "PNG")]
    picture: Option<PathBuf>,

    #[command(flatten)]
    threads: ThreadArgs,

    #[command(flatten)]
    force: ForceArgs,
}

pub(crate) fn run(args: &InspectArgs) -> Result<()> {
    let inspecting = Inspecting::new(args)?;
    let inspection = inspecting.inspect()?;
    inspecting.save(&inspection)?;
    inspecting.tell(&inspection)
}
