//! `attractor inspect`: what a network file holds, and what the network does with patterns.

mod certificate;
mod histogram;
mod inspection;
mod stored;
mod work;

use crate::duration;
use crate::files::ForceArgs;
use crate::number::at_least_one;
use crate::threads::ThreadArgs;
use anyhow::Result;
use clap::Args;
use std::path::PathBuf;
use std::time::Duration;
use work::Inspecting;

/// Show what a network file holds and how well it stores patterns
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  attractor inspect memory.safetensors
  attractor inspect memory.safetensors --patterns digits.npy --report stored.json
  attractor inspect memory.safetensors --patterns digits.npy --search-radii --time-limit 60s
  attractor inspect memory.safetensors --patterns digits.npy --proof proof.json
  attractor inspect memory.safetensors --picture weights.png

What `train --proof` certified stands in the network file, with the certificate's SHA-256; with --proof the
certificate is checked as `attractor verify` does.

What a pattern survives is certain: every cue with that damage, wherever it falls, recalls it. In several steps
more may be true than the sets show that are followed by default; --search-radii asks the cues themselves. Where
that ends, the synchronous radius is exact. Ctrl-C ends it with what is certain until then.")]
pub(crate) struct InspectArgs {
    /// The network file that `attractor train` wrote; `-` is standard input
    network: PathBuf,

    /// Judge how these patterns are stored: wrong bits, margins, certified radii
    #[arg(long, value_name = "FILE")]
    patterns: Option<PathBuf>,

    /// Search for larger radii in several steps, through at most NODES nodes for each pattern, kind of recall and kind of
    /// damage [NODES if left out: 1000000]
    #[arg(long, value_name = "NODES", requires = "patterns", num_args = 0..=1, require_equals = true,
        default_missing_value = "1000000", value_parser = at_least_one)]
    search_radii: Option<usize>,

    /// Limit of the search for radii
    #[arg(long, value_name = "TIME", requires = "search_radii", value_parser = duration::parse)]
    time_limit: Option<Duration>,

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
