//! `attractor associate`: of pairs of patterns, one half recalled from the other.

use crate::files::{Files, ForceArgs};
use crate::input;
use crate::model::HALVES;
use crate::output::{self, Kind, Output};
use crate::threads::ThreadArgs;
use anyhow::{Context, Result, ensure};
use attractor::Patterns;
use attractor::halves::{Half, Halves, RecalledPairs};
use attractor::io::{NetworkFile, encode_patterns};
use clap::{Args, ValueEnum};
use std::path::PathBuf;

/// Recall one half of stored pairs from the other
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  attractor data digits.npy --beside names.npy -o pairs.npy
  attractor train pairs.npy --halves 81 --couplings directed -o pairs.safetensors
  attractor associate pairs.safetensors digits.npy -o recalled-names.npy
  attractor associate pairs.safetensors names.npy --from second -o recalled-digits.npy --expect digits.npy

The other half is set from the cue, the cue's half from that, and so on until nothing changes. With symmetric couplings
that always ends; with --steps 1 the answer is what the cue says directly.")]
pub(crate) struct AssociateArgs {
    /// The network file that `attractor train --halves` wrote; `-` is standard input
    network: PathBuf,

    /// The cues, of one half: .npy, .csv, .txt, IDX, an image or a folder of images; `-` is standard input
    cues: PathBuf,

    /// The other halves to write (.npy, .csv or .txt); `-` is standard output, as .csv
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,

    /// Which half the cues are of
    #[arg(long, value_name = "HALF", default_value_t, value_enum)]
    from: HalfName,

    /// How often the other half is set at most
    #[arg(long, value_name = "K", default_value_t = 1000,
        value_parser = clap::value_parser!(u64).range(1..), allow_negative_numbers = true)]
    steps: u64,

    /// The other halves as they should be, one a cue: count how many are recalled exactly
    #[arg(long, value_name = "FILE")]
    expect: Option<PathBuf>,

    #[command(flatten)]
    threads: ThreadArgs,

    #[command(flatten)]
    force: ForceArgs,
}

/// [`Half`] on the command line.
#[derive(Debug, Clone, Copy, Default, ValueEnum)]
enum HalfName {
    #[default]
    First,
    Second,
}

impl From<HalfName> for Half {
    fn from(name: HalfName) -> Self {
        match name {
            HalfName::First => Self::First,
            HalfName::Second => Self::Second,
        }
    }
}

pub(crate) fn run(args: &AssociateArgs) -> Result<()> {
    let inputs = [Some(&args.network), Some(&args.cues), args.expect.as_ref()];
    let files = Files::reading(inputs.into_iter().flatten().map(PathBuf::as_path))?;
    let mut files = files.overwriting(args.force);
    let output = files.output(&args.output, Kind::Patterns)?;
    let format = output::table_format(&args.output)?;
    args.threads.start()?;
    let network = input::network(&args.network)?;
    let named = || format!("{} with {}", args.cues.display(), args.network.display());
    let halves = halves(&network).with_context(|| args.network.display().to_string())?;
    let cues = input::cues(&args.cues)?;
    let steps = usize::try_from(args.steps).unwrap_or(usize::MAX);
    let recalled = halves
        .recall(network.network(), &cues, args.from.into(), steps)
        .with_context(named)?;
    let expected = args.expect.as_deref().map(input::patterns).transpose()?;
    if let Some(expected) = &expected {
        check_expected(expected, &recalled.other)?;
    }
    output.write(&encode_patterns(&recalled.other, format))?;
    tell(&recalled, expected.as_ref(), &output)
}

/// Where the network's patterns are halved, by its file.
fn halves(network: &NetworkFile) -> Result<Halves> {
    let first = network.metadata().options.get(HALVES);
    let first = first.and_then(serde_json::Value::as_u64).context(
        "the network was not trained on pairs: `attractor train --halves N` says where their second half begins",
    )?;
    let first = usize::try_from(first).unwrap_or(usize::MAX);
    Ok(Halves::new(network.network().neurons(), first)?)
}

fn check_expected(expected: &Patterns, other: &Patterns) -> Result<()> {
    ensure!(
        expected.count() == other.count() && expected.neurons() == other.neurons(),
        "--expect has {} patterns of {} neurons, the recalled halves are {} of {}",
        expected.count(),
        expected.neurons(),
        other.count(),
        other.neurons()
    );
    Ok(())
}

/// Says how the recalls ended, unless the result went to standard output.
fn tell(recalled: &RecalledPairs, expected: Option<&Patterns>, output: &Output) -> Result<()> {
    if output.is_stdout() {
        return Ok(());
    }
    let count = recalled.other.count();
    let settled = recalled.settled.iter().filter(|&&settled| settled).count();
    let mut text = format!("{count} cues, {settled} pairs that reproduce themselves\n");
    if let Some(expected) = expected {
        let is_exact = |&c: &usize| expected.bits(c) == recalled.other.bits(c);
        let exact = (0..count).filter(is_exact).count();
        text.push_str(&format!("{exact} of {count} recalled exactly\n"));
    }
    Output::Stdout.write(text.as_bytes())
}
