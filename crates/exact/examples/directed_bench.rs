//! Times the exact solver on whole directed networks: random patterns, or those of a table of ±1 rows:
//! `cargo run --release -p attractor-exact --example directed_bench -- NEURONS PATTERNS [SEED [SECONDS [FILE]]]`.
//!
//! FILE has one pattern a line, entries separated by commas; its first PATTERNS lines are taken. Prints wrong bits,
//! bound, neurons left open, seconds and statistics. `RAYON_NUM_THREADS` sets the threads.

use attractor::{Couplings, Patterns, Symmetry};
use attractor_exact::internal::search_directed;
use attractor_exact::{Control, Options, Problem};
use std::time::Duration;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let number = |k: usize, default: f64| arguments.get(k).map_or(Ok(default), |text| text.parse());
    let (neurons, count) = (number(0, 41.0)? as usize, number(1, 100.0)? as usize);
    let patterns = match arguments.get(4) {
        None => Patterns::random(count, neurons, number(2, 0.0)? as u64)?,
        Some(path) => {
            let text = std::fs::read_to_string(path)?;
            let lines = text.lines().take(count).flat_map(|line| line.split(','));
            let signs: Vec<i8> = lines.map(|x| x.trim().parse()).collect::<Result<_, _>>()?;
            Patterns::from_signs(count, neurons, &signs)?
        }
    };
    let problem = Problem::new(patterns, Couplings::full(neurons, Symmetry::Directed)?)?;
    let control = Control::new().with_time_limit(Duration::from_secs_f64(number(3, 60.0)?));
    let directed = search_directed(&problem, &Options::default(), &control)?;
    let open = directed
        .trained
        .per_neuron
        .iter()
        .filter(|bounds| bounds.lower_bound < bounds.wrong_bits)
        .count();
    let total = directed.trained.total;
    println!(
        "N={neurons} P={count}: {} >= {} wrong bits, {open} open, {:.3} s; {:?}",
        total.wrong_bits,
        total.lower_bound,
        control.elapsed().as_secs_f64(),
        directed.statistics,
    );
    Ok(())
}
