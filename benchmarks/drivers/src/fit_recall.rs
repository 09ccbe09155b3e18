//! Times fitting and recall on patterns and cues from `.npy` files, for `benchmarks/recall.py`.
//!
//! `fit-recall PATTERNS.npy CUES.npy OUT REPEATS` prints one JSON object: the least seconds of REPEATS runs of each
//! task, and writes the states recalled, bit-packed, to OUT-TASK.bits. With a fifth argument TASK it prints instead the
//! most memory that one run of this task took beyond its input, in weight matrices of 8 N² bytes (Linux only).

use attractor::io::{read_cues, read_patterns};
use attractor::rules::{Hebbian, PseudoInverse};
use attractor::{
    Couplings, Cues, Network, Order, RecallOptions, Stability, Symmetry, Ties, Update, recall,
};
use rayon::prelude::*;
use std::convert::Infallible;
use std::error::Error;
use std::path::Path;
use std::time::{Duration, Instant};

pub(crate) fn run(arguments: &[String]) -> Result<(), Box<dyn Error>> {
    let (files, measured) = arguments.split_at(arguments.len().min(4));
    let [patterns, cues, out, repeats] = files else {
        return Err("usage: fit-recall PATTERNS.npy CUES.npy OUT REPEATS [TASK]".into());
    };
    let patterns = read_patterns(Path::new(patterns))?;
    let cues = read_cues(Path::new(cues))?;
    let repeats: usize = repeats.parse()?;
    let couplings = Couplings::full(patterns.neurons(), Symmetry::Symmetric)?;

    let mut times = Times {
        neurons: patterns.neurons(),
        measured: measured.first().cloned(),
        ..Times::default()
    };
    if times.wants("fill") {
        times.least("fill", repeats, || {
            Ok::<_, Infallible>(filled(patterns.neurons()))
        })?;
    }
    let hebbian = times.least("hebbian_fit", repeats, || {
        Hebbian::default().fit(&patterns, &couplings)
    })?;
    let projection = times.least("pseudo_inverse_fit", repeats, || {
        PseudoInverse::default().fit(&patterns, &couplings)
    })?;
    if times.wants("stability") {
        times.least("stability", repeats, || {
            Stability::of(&projection, &patterns, Ties::Strict)
        })?;
    }
    for (rule, network) in [("hebbian", &hebbian), ("pseudo_inverse", &projection)] {
        recalls(&mut times, rule, network, &cues, out, repeats)?;
    }
    println!("{{{}}}", times.figures.join(", "));
    Ok(())
}

/// A task is repeated for as long: threads and memory take some tens of milliseconds to be at their best.
const AT_LEAST: Duration = Duration::from_millis(500);

/// A weight matrix of ones, written by all threads as a fit writes its own: what takes memory and time beyond is the
/// rule's.
fn filled(neurons: usize) -> Vec<f64> {
    const CHUNK: usize = 256;
    let mut chunks = Vec::new();
    (0..(neurons * neurons).div_ceil(CHUNK))
        .into_par_iter()
        .map(|_| [1.0; CHUNK])
        .collect_into_vec(&mut chunks);
    chunks.into_flattened()
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
        let options = RecallOptions::new(update).with_max_steps(1000);
        let task = format!("{rule}_{name}");
        if !times.wants(&task) {
            continue;
        }
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

/// `"task": seconds` pairs, or `"task": matrices` of the one whose memory is measured.
#[derive(Default)]
struct Times {
    neurons: usize,
    measured: Option<String>,
    figures: Vec<String>,
}

impl Times {
    /// Whether nothing or this task is to be measured alone, so that no other leaves memory behind.
    fn wants(&self, task: &str) -> bool {
        self.measured
            .as_ref()
            .is_none_or(|measured| measured == task)
    }

    /// Runs a task and notes its least time. A result is dropped only after the clock has stopped.
    fn least<T, E>(
        &mut self,
        task: &str,
        repeats: usize,
        run: impl Fn() -> Result<T, E>,
    ) -> Result<T, E> {
        if self.measured.is_some() {
            // Writing 5 sets the peak to what is resident now.
            std::fs::write("/proc/self/clear_refs", "5").ok();
            let before = resident("VmHWM:");
            let result = run();
            if self.wants(task) {
                let matrix = 8.0 * (self.neurons * self.neurons) as f64;
                let matrices = 1024.0 * (resident("VmHWM:") - before) / matrix;
                self.figures.push(format!("\"{task}\": {matrices}"));
            }
            return result;
        }
        let began = Instant::now();
        let (mut least, mut times) = (f64::INFINITY, 0);
        loop {
            let start = Instant::now();
            let result = run()?;
            least = least.min(start.elapsed().as_secs_f64());
            times += 1;
            if times >= repeats && began.elapsed() >= AT_LEAST {
                self.figures.push(format!("\"{task}\": {least}"));
                return Ok(result);
            }
        }
    }
}

/// A line of this process's memory figures, in KiB.
fn resident(line: &str) -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let value = status.lines().find_map(|text| text.strip_prefix(line));
    value
        .and_then(|text| text.split_whitespace().next()?.parse().ok())
        .unwrap_or(f64::NAN)
}
