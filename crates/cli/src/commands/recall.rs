//! `attractor recall`: damaged patterns in, what the network makes of them out.

use crate::input;
use crate::output::{self, DASH, Output};
use crate::threads::ThreadArgs;
use anyhow::{Context, Result, ensure};
use attractor::io::encode_patterns;
use attractor::picture::{Row, Tile, recall_grid};
use attractor::{Cues, End, Order, Patterns, RecallOptions, Recalled, Shape, Update, recall};
use clap::{Args, ValueEnum};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// Repair damaged patterns with a trained network
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  attractor recall memory.safetensors damaged.npy -o repaired.npy
  attractor recall memory.safetensors damaged.npy -o repaired.npy --expect digits.npy
  attractor recall memory.safetensors damaged.csv -o - --update asynchronous --order random

Unknown entries of a cue are 0 beside -1 and +1 (or `?` in .csv); they count for nothing until
recall sets them. A neuron without field (exactly 0) becomes -1.

Synchronous updates can end in a cycle of two states; what is written is then one of the two.
Asynchronous updates with symmetric couplings always settle.")]
pub(crate) struct RecallArgs {
    /// The network file that `attractor train` wrote; `-` is standard input
    network: PathBuf,

    /// The cues: .npy, .csv, .txt, IDX, an image or a folder of images; `-` is standard input
    cues: PathBuf,

    /// The recalled patterns to write (.npy, .csv or .txt); `-` is standard output, as .csv
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,

    /// Update all neurons at once, or one after another
    #[arg(long, value_name = "HOW", default_value = "synchronous")]
    update: UpdateName,

    /// Order of asynchronous updates [default: fixed]
    #[arg(long, value_name = "ORDER")]
    order: Option<OrderName>,

    /// Seed of the random order [default: 0]
    #[arg(long)]
    seed: Option<u64>,

    /// The most steps (synchronous) or sweeps (asynchronous)
    #[arg(long, value_name = "K", default_value_t = RecallOptions::default().max_steps)]
    max_steps: usize,

    /// The undamaged patterns, one a cue: count how many are recalled exactly
    #[arg(long, value_name = "FILE")]
    expect: Option<PathBuf>,

    /// Draw cues and recalled patterns side by side into this PNG file
    #[arg(long, value_name = "PNG", requires = "shape")]
    picture: Option<PathBuf>,

    /// Height and width of the images whose pixels are the neurons
    #[arg(long, value_name = "HxW", requires = "picture")]
    shape: Option<Shape>,

    #[command(flatten)]
    threads: ThreadArgs,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum UpdateName {
    Synchronous,
    Asynchronous,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum OrderName {
    Fixed,
    Random,
}

pub(crate) fn run(args: &RecallArgs) -> Result<()> {
    let options = args.options()?;
    let expect = args.expect.as_deref();
    let inputs: Vec<&Path> = [Some(args.network.as_path()), Some(&args.cues), expect]
        .into_iter()
        .flatten()
        .collect();
    input::check_one_stdin(&inputs)?;
    let outputs: Vec<&Path> = std::iter::once(args.output.as_path())
        .chain(args.picture.as_deref())
        .collect();
    output::check_distinct(&outputs)?;
    let output = Output::prepare(&args.output, &inputs)?;
    let picture = args.picture.as_deref();
    picture.map_or(Ok(()), output::check_png)?;
    let picture = picture
        .map(|path| Output::prepare(path, &inputs))
        .transpose()?;
    let format = output::table_format(&args.output)?;
    args.threads.start()?;

    let network = input::network(&args.network)?;
    let cues = input::cues(&args.cues)?;
    let expected = expect.map(input::patterns).transpose()?;
    if let Some(expected) = &expected {
        ensure!(
            expected.count() == cues.count() && expected.neurons() == cues.neurons(),
            "--expect has {} patterns of {} neurons, there are {} cues of {}",
            expected.count(),
            expected.neurons(),
            cues.count(),
            cues.neurons()
        );
    }
    let recalled = recall(network.network(), &cues, &options)
        .with_context(|| format!("{} with {}", args.cues.display(), args.network.display()))?;
    output.write(&encode_patterns(&recalled.states, format))?;
    if let (Some(picture), Some(shape)) = (picture, args.shape) {
        let grid = recall_grid(&rows(&cues, &recalled.states), shape)?;
        picture.write_with(|file| grid.write_to(file))?;
    }
    let summary = summary(&recalled, expected.as_ref())?;
    if !outputs.contains(&Path::new(DASH)) {
        Output::Stdout.write(summary.as_bytes())?;
    }
    Ok(())
}

impl RecallArgs {
    fn options(&self) -> Result<RecallOptions> {
        let random = self.order == Some(OrderName::Random);
        ensure!(
            self.seed.is_none() || random,
            "--seed is for --update asynchronous --order random; nothing else here is random"
        );
        let update = match self.update {
            UpdateName::Asynchronous if random => Update::Asynchronous(Order::Random {
                seed: self.seed.unwrap_or(0),
            }),
            UpdateName::Asynchronous => Update::Asynchronous(Order::Fixed),
            UpdateName::Synchronous => {
                ensure!(
                    self.order.is_none(),
                    "--order is for --update asynchronous; synchronous updates have none"
                );
                Update::Synchronous
            }
        };
        Ok(RecallOptions {
            update,
            max_steps: self.max_steps,
        })
    }
}

/// Cues and what they led to, one below the other, as many as fit side by side.
fn rows(cues: &Cues, states: &Patterns) -> Vec<Row> {
    const COLUMNS: usize = 20;
    let mut rows = Vec::new();
    for first in (0..cues.count()).step_by(COLUMNS) {
        let block = first..(first + COLUMNS).min(cues.count());
        rows.push(Row {
            caption: "cue".to_owned(),
            tiles: block.clone().map(|c| Tile::cue(cues, c)).collect(),
        });
        rows.push(Row {
            caption: "recalled".to_owned(),
            tiles: block.map(|c| Tile::pattern(states, c)).collect(),
        });
    }
    rows
}

fn summary(recalled: &Recalled, expected: Option<&Patterns>) -> Result<String> {
    let count = |end| recalled.ends.iter().filter(|&&e| e == end).count();
    let mut text = String::new();
    writeln!(
        text,
        "{} cues: {} reached a fixed point, {} a 2-cycle, {} the step limit; at most {} steps",
        recalled.ends.len(),
        count(End::FixedPoint),
        count(End::TwoCycle),
        count(End::StepLimit),
        recalled.steps.iter().max().unwrap_or(&0),
    )?;
    if let Some(expected) = expected {
        let states = &recalled.states;
        let exact = (0..states.count())
            .filter(|&c| states.bits(c) == expected.bits(c))
            .count();
        let wrong: u32 = (0..states.count())
            .flat_map(|c| states.bits(c).iter().zip(expected.bits(c)))
            .map(|(a, b)| (a ^ b).count_ones())
            .sum();
        writeln!(
            text,
            "{exact} of {} recalled exactly, {wrong} wrong bits in all",
            states.count()
        )?;
    }
    Ok(text)
}
