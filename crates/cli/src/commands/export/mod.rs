//! `attractor export`: patterns as the paper's mixed integer program, or a network as tables for a small device.

mod chip;
mod program;

use crate::files::ForceArgs;
use crate::method::BigMArgs;
use crate::model::ModelArgs;
use anyhow::Result;
use attractor_exact::milp;
use clap::{Args, ValueEnum};
use std::path::PathBuf;

/// Write patterns as the paper's mixed integer program, or a network for a microcontroller
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  attractor export digits.npy --format mps -o digits.mps
  attractor export digits.npy --format lp -o - --couplings directed --epsilon 0.05
  attractor export digits.npy --format mps -o small.mps --compact --weights ternary
  attractor export tiny.safetensors --patterns tiny.npy --format c -o tiny.h
  attractor export tiny.safetensors --patterns tiny.npy --format rust -o tiny.rs
  attractor export tiny.safetensors --patterns tiny.npy --format bin -o tiny.bin

`mps` and `lp` take patterns. The model is that of Eqs. 14-27 of Rosenhahn (2022). Its optimum depends on epsilon: a field
between 0 and epsilon is excluded. `attractor train` without --formulation big-m has no such number.

`c`, `rust` and `bin` take a network of whole weights from -128 to 127, as --weights ternary, binary and integer:K train
it. Each has packed weights, test vectors and a self-test; recall is that of `attractor recall`, bit for bit. With
--patterns they say what damage, and how many lost or stuck weights, the stored patterns survive for certain. `c` is one
C99 header without dependencies, `rust` a file on the crate attractor-embedded, `bin` words that this crate reads and
documents.")]
pub(crate) struct ExportArgs {
    /// The patterns (.npy, .csv, .txt, IDX, an image or a folder of images), or the network; `-` is standard input
    input: PathBuf,

    /// `mps` (free format) or `lp` (CPLEX) of patterns; `c`, `rust` or `bin` of a network
    #[arg(long, value_name = "FORMAT", value_enum)]
    format: Format,

    /// The file to write; `-` is standard output
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,

    #[command(flatten)]
    chip: ChipArgs,

    /// Substitute the equations into one another: the same optimum, fewer columns and rows
    #[arg(long)]
    compact: bool,

    #[command(flatten)]
    big_m: BigMArgs,

    #[command(flatten)]
    model: ModelArgs,

    #[command(flatten)]
    force: ForceArgs,
}

/// What belongs to `c`, `rust` and `bin` alone.
#[derive(Debug, Default, PartialEq, Args)]
#[command(next_help_heading = "Networks")]
struct ChipArgs {
    /// The patterns that the network stores: test vectors are made of them, and it is said what is guaranteed
    #[arg(long, value_name = "FILE")]
    patterns: Option<PathBuf>,

    /// What every name in the C header begins with [default: the output's name]
    #[arg(long, value_name = "NAME")]
    name: Option<String>,

    /// Seed of the damage in the test vectors
    #[arg(long, value_name = "SEED", default_value_t = 0)]
    seed: u64,
}

/// What is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Mps,
    Lp,
    C,
    Rust,
    Bin,
}

impl Format {
    /// The format of a program; `None` for one of a network.
    fn of_program(self) -> Option<milp::Format> {
        match self {
            Self::Mps => Some(milp::Format::Mps),
            Self::Lp => Some(milp::Format::Lp),
            Self::C | Self::Rust | Self::Bin => None,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Mps => "mps",
            Self::Lp => "lp",
            Self::C => "c",
            Self::Rust => "rust",
            Self::Bin => "bin",
        }
    }
}

pub(crate) fn run(args: &ExportArgs) -> Result<()> {
    match args.format.of_program() {
        Some(format) => program::export(args, format),
        None => chip::export(args),
    }
}
