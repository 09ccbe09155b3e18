//! Times the exact solver on random patterns, neuron by neuron, on one thread:
//! `cargo run --release -p attractor-exact --example neuron_bench -- NEURONS PATTERNS [SEED [SECONDS [FIRST [LAST]]]]`.
//!
//! Prints a line for each neuron (wrong bits, bound, seconds, nodes, min-norm calls, pool, evidence, seconds by phase)
//! and the totals.

use attractor::{Couplings, Patterns, Symmetry};
use attractor_exact::internal::{Instance, NeuronSearch, NeuronSystem};
use attractor_exact::{Control, Problem};
use std::time::{Duration, Instant};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let numbers: Vec<f64> = std::env::args()
        .skip(1)
        .map(|text| text.parse())
        .collect::<Result<_, _>>()?;
    let number = |k: usize, default: f64| numbers.get(k).copied().unwrap_or(default);
    let (neurons, count) = (number(0, 41.0) as usize, number(1, 100.0) as usize);
    let patterns = Patterns::random(count, neurons, number(2, 0.0) as u64)?;
    let problem = Problem::new(patterns, Couplings::full(neurons, Symmetry::Directed)?)?;
    let instance = Instance::new(&problem)?;
    let limit = Duration::from_secs_f64(number(3, 60.0));
    let range = number(4, 0.0) as usize..(number(5, neurons as f64) as usize).min(neurons);
    let start = Instant::now();
    let (mut wrong_bits, mut bound) = (0, 0);
    for i in range {
        let begin = Instant::now();
        let control = Control::new().with_time_limit(limit);
        let system = NeuronSystem::of(&instance, i);
        let mut search = NeuronSearch::new(system, 0, i as u64);
        let stage = search.run(u64::MAX, &control);
        let proven = begin.elapsed().as_secs_f64();
        search.widen(&control);
        let outcome = search.outcome();
        wrong_bits += outcome.wrong_bits;
        bound += outcome.lower_bound;
        let statistics = &outcome.statistics;
        let phases: Vec<String> = statistics
            .phases
            .iter()
            .map(|(phase, time)| format!("{phase} {:.3}", time.as_secs_f64()))
            .collect();
        println!(
            "{i:3} {stage:?} {} >= {} in {proven:.3} s, all {:.3} s; {} nodes, {} calls, pool {}, evidence {}, \
             margin {:.4}{}; {}",
            outcome.wrong_bits,
            outcome.lower_bound,
            begin.elapsed().as_secs_f64(),
            statistics.nodes,
            statistics.min_norm_calls,
            statistics.pool,
            outcome.evidence.len(),
            outcome.squared_margin.sqrt(),
            if outcome.widest_of_all { " widest" } else { "" },
            phases.join(" "),
        );
    }
    println!(
        "total {wrong_bits} >= {bound} in {:.3} s",
        start.elapsed().as_secs_f64()
    );
    Ok(())
}
