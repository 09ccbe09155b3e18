//! `attractor export`: the paper's mixed integer program as a file for outside solvers.

use crate::files::{Files, ForceArgs};
use crate::input;
use crate::method::BigMArgs;
use crate::model::ModelArgs;
use crate::output::{Kind, Output};
use anyhow::Result;
use attractor_exact::milp::{self, BigM, Form, Format};
use clap::Args;
use std::path::PathBuf;

/// What a coefficient with its names takes in a file, roughly.
const BYTES_PER_TERM: u64 = 20;

/// Write the paper's mixed integer program for outside solvers
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  attractor export digits.npy --format mps -o digits.mps
  attractor export digits.npy --format lp -o - --couplings directed --epsilon 0.05
  attractor export digits.npy --format mps -o small.mps --compact --weights ternary

The model is that of Eqs. 14-27 of Rosenhahn (2022). Its optimum depends on epsilon: a field between
0 and epsilon is excluded. `attractor train` without --formulation big-m has no such number.")]
pub(crate) struct ExportArgs {
    /// The patterns: .npy, .csv, .txt, IDX, an image or a folder of images; `-` is standard input
    patterns: PathBuf,

    /// `mps` (free format) or `lp` (CPLEX)
    #[arg(long, value_name = "FORMAT")]
    format: Format,

    /// The file to write; `-` is standard output
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,

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

pub(crate) fn run(args: &ExportArgs) -> Result<()> {
    args.model.check_big_m()?;
    let inputs = std::iter::once(args.patterns.as_path()).chain(args.model.mask());
    let mut files = Files::reading(inputs)?.overwriting(args.force);
    let output = files.output(&args.output, Kind::Program)?;
    let patterns = input::patterns(&args.patterns)?;
    let model = args.big_m.build(&args.model, &patterns, args.form())?;
    output.announce(model.model().term_count() as u64 * BYTES_PER_TERM);
    output.write_with(|file| milp::export(&model, args.format, file))?;
    tell(&model, &output)
}

impl ExportArgs {
    fn form(&self) -> Form {
        if self.compact {
            Form::Compact
        } else {
            Form::Faithful
        }
    }
}

/// Says how large the model is, unless it went to standard output.
fn tell(model: &BigM, output: &Output) -> Result<()> {
    if output.is_stdout() {
        return Ok(());
    }
    let size = model.model();
    let text = format!(
        "{} columns, {} rows, {} terms\n",
        size.columns().len(),
        size.rows().len(),
        size.term_count()
    );
    Output::Stdout.write(text.as_bytes())
}
