//! Times fitting and recall on patterns and cues from `.npy` files, for `benches/compare_numpy.py`.
//!
//! `fit_recall PATTERNS.npy CUES.npy OUT REPEATS` prints one JSON object: the least seconds of REPEATS runs of each
//! task, and writes the states recalled, bit-packed, to OUT-TASK.bits.

use attractor::io::{read_cues, read_patterns};
use attractor::rules::{Hebbian, PseudoInverse};
use attractor::{
    Couplings, Cues, Network, Order, RecallOptions, Stability, Symmetry, Ties, Update, recall,
};
use std::error::Error;
use std::path::Path;
use std::time::Instant;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [patterns, cues, out, repeats] = arguments.as_slice() else {
        return Err("usage: fit_recall PATTERNS.npy CUES.npy OUT REPEATS".into());
    };
    let patterns = read_patterns(Path::new(patterns))?;
    let cues = read_cues(Path::new(cues))?;
    let repeats: usize = repeats.parse()?;
    let couplings = Couplings::full(patterns.neurons(), Symmetry::Symmetric)?;

    let mut times = Times::default();
    let hebbian = times.least("hebbian_fit", repeats, || {
        Hebbian::default().fit(&patterns, &couplings)
    })?;
    let projection = times.least("pseudo_inverse_fit", repeats, || {
        PseudoInverse::default().fit(&patterns, &couplings)
    })?;
    times.least("stability", repeats, || {
        Stability::of(&projection, &patterns, Ties::Strict)
    })?;
    for (rule, network) in [("hebbian", &hebbian), ("pseudo_inverse", &projection)] {
        recalls(&mut times, rule, network, &cues, out, repeats)?;
    }
    println!("{{{}}}", times.0.join(", "));
    Ok(())
}

fn recalls(
    times: &mut Times,
    rule: &str,
    network: &Network,
    cues: &Cues,
    out: &str,
    repeats: usize,
) -> Result<(), Box<dyn Error>> {
    let updates = [
        ("synchronous", Update::Synchronous),
        ("asynchronous", Update::Asynchronous(Order::Fixed)),
    ];
    for (name, update) in updates {
        let options = RecallOptions {
            update,
            max_steps: 1000,
        };
        let task = format!("{rule}_{name}");
        let recalled = times.least(&task, repeats, || recall(network, cues, &options))?;
        let bytes: Vec<u8> = (0..cues.count())
            .flat_map(|c| {
                recalled
                    .states
                    .bits(c)
                    .iter()
                    .flat_map(|word| word.to_le_bytes())
            })
            .collect();
        std::fs::write(format!("{out}-{task}.bits"), bytes)?;
    }
    Ok(())
}

/// `"task": seconds` pairs.
#[derive(Default)]
struct Times(Vec<String>);

impl Times {
    /// Runs a task and notes its least time. A result is dropped only after the clock has stopped.
    fn least<T, E>(
        &mut self,
        task: &str,
        repeats: usize,
        run: impl Fn() -> Result<T, E>,
    ) -> Result<T, E> {
        let mut least = f64::INFINITY;
        for _ in 1..repeats {
            let start = Instant::now();
            let result = run()?;
            least = least.min(start.elapsed().as_secs_f64());
            drop(result);
        }
        let start = Instant::now();
        let result = run()?;
        least = least.min(start.elapsed().as_secs_f64());
        self.0.push(format!("\"{task}\": {least}"));
        Ok(result)
    }
}
