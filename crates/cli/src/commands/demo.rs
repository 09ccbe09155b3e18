//! `attractor demo`: handwritten digits become an optimal memory, are damaged, and come back.

use crate::bundled;
use crate::method::obeying;
use crate::output::Output;
use crate::threads::ThreadArgs;
use anyhow::{Result, ensure};
use attractor::io::{Metadata, NetworkFile};
use attractor::picture::{Row, Tile, recall_grid, terminal};
use attractor::rules::{Hebbian, PseudoInverse};
use attractor::{
    Binarisation, Couplings, Cues, Order, Patterns, RecallOptions, Rule, Selection, Shape, Status,
    Symmetry, Threshold, Trained, Update, recall,
};
use attractor_exact::{Options, Problem};
use clap::Args;
use std::fmt::Write as _;
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// Enough for the default many times over; larger ones then show what was found.
const TIME_LIMIT: Duration = Duration::from_secs(30);
/// Digits 0 to 9.
const CLASSES: usize = 10;
/// Share of pixels that are flipped.
const FLIPPED: f64 = 0.1;
/// Digits side by side in a terminal of 80 columns.
const IN_TERMINAL: usize = 4;

/// Store handwritten digits, damage them, and repair them
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  attractor demo
  attractor demo -o results --count 100 --shape 20x20")]
pub(crate) struct DemoArgs {
    /// The folder for attractor-demo.png and attractor-demo.safetensors
    #[arg(short, long, value_name = "DIR", default_value = ".")]
    output: PathBuf,

    /// How many digits to store, the same number of each
    #[arg(long, value_name = "P", default_value_t = 60)]
    count: usize,

    /// Resize the digits to this height and width
    #[arg(long, value_name = "HxW", default_value = "16x16")]
    shape: Shape,

    /// Seed of the damage
    #[arg(long, default_value_t = 0)]
    seed: u64,

    #[command(flatten)]
    threads: ThreadArgs,
}

pub(crate) fn run(args: &DemoArgs) -> Result<()> {
    let folder = args.output.display();
    ensure!(
        args.output.is_dir(),
        "there is no folder `{folder}`; make it, or choose another with -o"
    );
    let picture_path = args.output.join("attractor-demo.png");
    let network_path = args.output.join("attractor-demo.safetensors");
    let picture = Output::prepare(&picture_path, &[])?;
    let network = Output::prepare(&network_path, &[])?;
    args.threads.start()?;

    let stored = digits(args)?;
    let memories = memories(&stored)?;
    let damages = damages(&stored, args);
    let shown = Shown::new(&stored, &memories, &damages)?;
    let mut text = format!(
        "{} handwritten digits (MNIST), {} = {} neurons, load {:.2}\n\n",
        stored.count(),
        args.shape,
        stored.neurons(),
        stored.load()
    );
    text.push_str(&table(&memories, &damages, &shown)?);
    text.push_str(&shown.in_terminal(args.shape)?);
    let grid = recall_grid(&shown.rows(), args.shape)?;
    picture.write_with(|file| grid.write_to(file))?;
    let file = network_file(&memories, &stored, args)?;
    network.write_with(|out| file.write_to(out))?;
    writeln!(
        text,
        "wrote {} (wrong pixels orange)",
        picture_path.display()
    )?;
    writeln!(text, "wrote {}", network_path.display())?;
    Output::Stdout.write(text.as_bytes())
}

/// The first distinct digits of each class, as patterns.
fn digits(args: &DemoArgs) -> Result<Patterns> {
    let set = bundled::get("mnist")?;
    let patterns = set.images.patterns(&Binarisation {
        shape: Some(args.shape),
        // Thicker strokes than half intensity gives.
        threshold: Threshold::Otsu,
    })?;
    let selection = Selection {
        per_class: Some(args.count.div_ceil(CLASSES)),
        count: Some(args.count),
        distinct: true,
        classes: None,
    };
    let chosen = selection.choose(&patterns, set.labels.as_deref())?;
    Ok(patterns.select(&chosen)?)
}

/// One rule's answer to the stored patterns.
struct Memory {
    name: &'static str,
    trained: Trained,
    seconds: f64,
}

fn memories(stored: &Patterns) -> Result<[Memory; 3]> {
    let couplings = Couplings::full(stored.neurons(), Symmetry::Symmetric)?;
    let timed = |name, train: &dyn Fn() -> Result<Trained>| -> Result<Memory> {
        let started = Instant::now();
        let trained = train()?;
        Ok(Memory {
            name,
            trained,
            seconds: started.elapsed().as_secs_f64(),
        })
    };
    let classical = |rule: &dyn Rule| timed(rule.name(), &|| Ok(rule.train(stored, &couplings)?));
    let problem = Problem::new(stored.clone(), couplings.clone())?;
    Ok([
        classical(&Hebbian::default())?,
        classical(&PseudoInverse::default())?,
        timed("exact", &|| {
            obeying(Some(TIME_LIMIT), |control| {
                Ok(attractor_exact::train(&problem, &Options::default(), control)?.trained)
            })
        })?,
    ])
}

/// A way of damaging patterns, and what it makes of them.
struct Damage {
    name: String,
    cues: Cues,
}

fn damages(stored: &Patterns, args: &DemoArgs) -> [Damage; 2] {
    let flips = (FLIPPED * stored.neurons() as f64).round() as usize;
    let lower_half = args.shape.height / 2 * args.shape.width..stored.neurons();
    [
        Damage {
            name: format!("{flips} pixels flipped"),
            cues: Cues::from(stored).flip(flips, args.seed),
        },
        Damage {
            name: "lower half erased".to_owned(),
            cues: Cues::from(stored).erase(lower_half),
        },
    ]
}

/// Everything recalled: by damage, then by memory.
struct Shown<'a> {
    stored: &'a Patterns,
    memories: &'a [Memory; 3],
    damages: &'a [Damage; 2],
    recalled: Vec<Vec<Patterns>>,
}

impl<'a> Shown<'a> {
    fn new(
        stored: &'a Patterns,
        memories: &'a [Memory; 3],
        damages: &'a [Damage; 2],
    ) -> Result<Self> {
        let options = RecallOptions {
            // Ends in a fixed point for symmetric weights.
            update: Update::Asynchronous(Order::Fixed),
            ..RecallOptions::default()
        };
        let mut recalled = Vec::new();
        for damage in damages {
            let by_memory: Result<Vec<Patterns>> = memories
                .iter()
                .map(|memory| Ok(recall(&memory.trained.network, &damage.cues, &options)?.states))
                .collect();
            recalled.push(by_memory?);
        }
        Ok(Self {
            stored,
            memories,
            damages,
            recalled,
        })
    }

    /// Digits that came back exactly, for this damage and memory.
    fn repaired(&self, damage: usize, memory: usize) -> usize {
        let states = &self.recalled[damage][memory];
        (0..states.count())
            .filter(|&mu| states.bits(mu) == self.stored.bits(mu))
            .count()
    }

    /// Stored, damaged and recalled digits, one row each, of those patterns under that damage.
    fn rows_of(&self, damage: usize, patterns: &[usize]) -> Vec<Row> {
        let row = |caption: &str, tile: &dyn Fn(usize) -> Tile| Row {
            caption: caption.to_owned(),
            tiles: patterns.iter().map(|&mu| tile(mu)).collect(),
        };
        let Damage { name, cues } = &self.damages[damage];
        let mut rows = vec![
            row("stored", &|mu| Tile::pattern(self.stored, mu)),
            row(name, &|mu| Tile::cue(cues, mu)),
        ];
        for (memory, states) in self.memories.iter().zip(&self.recalled[damage]) {
            rows.push(row(memory.name, &|mu| {
                Tile::pattern(states, mu).against(self.stored, mu)
            }));
        }
        rows
    }

    /// The first digits under each damage.
    fn rows(&self) -> Vec<Row> {
        let first: Vec<usize> = (0..self.stored.count().min(2 * CLASSES)).collect();
        (0..self.damages.len())
            .flat_map(|damage| self.rows_of(damage, &first))
            .collect()
    }

    fn in_terminal(&self, shape: Shape) -> Result<String> {
        let mut text = String::new();
        let first: Vec<usize> = (0..self.stored.count().min(IN_TERMINAL)).collect();
        for row in self.rows_of(0, &first) {
            writeln!(text, "{}", row.caption)?;
            writeln!(text, "{}", terminal(&row.tiles, shape))?;
        }
        Ok(text)
    }
}

fn table(memories: &[Memory; 3], damages: &[Damage; 2], shown: &Shown<'_>) -> Result<String> {
    let mut text = format!("{:<16}{:>10}", "rule", "wrong bits");
    for damage in damages {
        write!(text, "{:>20}", damage.name)?;
    }
    writeln!(text, "{:>10}", "seconds")?;
    for (m, memory) in memories.iter().enumerate() {
        write!(
            text,
            "{:<16}{:>10}",
            memory.name, memory.trained.total.wrong_bits
        )?;
        for d in 0..damages.len() {
            let repaired = format!("{} of {}", shown.repaired(d, m), shown.stored.count());
            write!(text, "{repaired:>20}")?;
        }
        writeln!(text, "{:>10.2}", memory.seconds)?;
    }
    let exact = &memories[2].trained;
    match exact.status {
        Status::Optimal => writeln!(
            text,
            "\nexact is optimal: no network has fewer wrong bits (not certified; `attractor train --proof` \
             writes a certificate)\n"
        )?,
        _ => writeln!(
            text,
            "\nexact has {} wrong bits, at least {} are inevitable\n",
            exact.total.wrong_bits, exact.total.lower_bound
        )?,
    }
    Ok(text)
}

fn network_file(memories: &[Memory; 3], stored: &Patterns, args: &DemoArgs) -> Result<NetworkFile> {
    let [.., exact] = memories;
    let metadata = Metadata {
        shape: Some(args.shape),
        seed: Some(0),
        status: Some(exact.trained.status),
        wrong_bits: Some(exact.trained.total.wrong_bits),
        lower_bound: Some(exact.trained.total.lower_bound),
        patterns_sha256: Some(stored.sha256()),
        ..Metadata::new(exact.name, exact.trained.ties)
    };
    let couplings = Couplings::full(stored.neurons(), Symmetry::Symmetric)?;
    Ok(NetworkFile::new(
        exact.trained.network.clone(),
        couplings,
        metadata,
    )?)
}
