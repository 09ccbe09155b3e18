//! `attractor demo`: handwritten digits become an optimal memory, are damaged, and come back.

mod damage;
mod memories;
mod recalled;
mod screen;
mod table;
mod work;

use crate::files::ForceArgs;
use crate::number::at_least_one;
use crate::threads::ThreadArgs;
use anyhow::Result;
use attractor::Shape;
use clap::Args;
use std::path::PathBuf;
use work::Demo;

/// Store handwritten digits, damage them, and repair them
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  attractor demo
  attractor demo -o results --count 100 --shape 20x20")]
pub(crate) struct DemoArgs {
    /// The folder for attractor-demo.png and attractor-demo.safetensors [default: attractor-demo, which git ignores]
    #[arg(short, long, value_name = "DIR")]
    output: Option<PathBuf>,

    /// How many digits to store, the same number of each
    #[arg(long, value_name = "P", default_value_t = 60, value_parser = at_least_one,
        allow_negative_numbers = true)]
    count: usize,

    /// Resize the digits to this height and width
    #[arg(long, value_name = "HxW", default_value = "16x16")]
    shape: Shape,

    /// Seed of the damage
    #[arg(long, default_value_t = 0, allow_negative_numbers = true)]
    seed: u64,

    #[command(flatten)]
    threads: ThreadArgs,

    #[command(flatten)]
    force: ForceArgs,
}

pub(crate) fn run(args: &DemoArgs) -> Result<()> {
    let demo = Demo::new(args)?;
    let memories = demo.train()?;
    let recalled = demo.recall(&memories)?;
    demo.save(&memories, &recalled)?;
    demo.tell(&memories, &recalled)
}
