//! Drivers that time the libraries without the command line:
//! `cargo run --release -p attractor-benchmarks -- DRIVER ARGUMENTS`.
//!
//! Each driver's file says what it measures and which arguments it takes. SOURCE is a number of neurons N for random
//! patterns, a shape such as 9x9 for bundled MNIST digits of that size (from the root of the repository), or the name of
//! a file that `attractor` reads as patterns. `RAYON_NUM_THREADS` sets the threads.

mod fit_recall;
mod neuron;
mod proof;
mod source;
mod sparse;
mod stored;
mod training;

use std::error::Error;
use std::str::FromStr;

const USAGE: &str = "usage: attractor-benchmarks DRIVER ARGUMENTS, with DRIVER one of
  train directed|symmetric SOURCE P [SEED [SECONDS]]
  neuron N P [SEED [SECONDS [FIRST [LAST]]]]
  sparse directed|symmetric SOURCE P [SECONDS]
  proof N P [SEED [directed|symmetric [SECONDS]]]
  stored N P
  fit-recall PATTERNS.npy CUES.npy OUT REPEATS [TASK]";

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let Some((driver, rest)) = arguments.split_first() else {
        return Err(USAGE.into());
    };
    let rest = Arguments(rest);
    match driver.as_str() {
        "train" => training::run(&rest),
        "neuron" => neuron::run(&rest),
        "sparse" => sparse::run(&rest),
        "proof" => proof::run(&rest),
        "stored" => stored::run(&rest),
        "fit-recall" => fit_recall::run(rest.0),
        _ => Err(USAGE.into()),
    }
}

/// What follows the driver's name.
struct Arguments<'a>(&'a [String]);

impl Arguments<'_> {
    /// Argument k, or `default` where there are fewer.
    fn get<T: FromStr>(&self, k: usize, default: &str) -> Result<T, Box<dyn Error>>
    where
        T::Err: Error + 'static,
    {
        let text = self.0.get(k).map_or(default, String::as_str);
        Ok(text.parse()?)
    }
}
