//! Times the exact search neuron by neuron, on random patterns: a line each, then the totals.
//!
//! `neuron N P [SEED [SECONDS [FIRST [LAST]]]]`, SECONDS for each neuron. A neuron alone is a directed network in which
//! no other one has inputs. `RAYON_NUM_THREADS=1` gives one thread's time.

use crate::Arguments;
use attractor::{Couplings, Patterns, Symmetry};
use attractor_exact::{Control, Options, Preference, Problem, train};
use std::error::Error;
use std::time::{Duration, Instant};

pub(crate) fn run(arguments: &Arguments<'_>) -> Result<(), Box<dyn Error>> {
    let (neurons, count): (usize, usize) = (arguments.get(0, "41")?, arguments.get(1, "100")?);
    let patterns = Patterns::random(count, neurons, arguments.get(2, "0")?)?;
    let limit = Duration::from_secs_f64(arguments.get(3, "60")?);
    let first: usize = arguments.get(4, "0")?;
    let last: usize = arguments.get(5, &neurons.to_string())?;
    let start = Instant::now();
    let (mut wrong_bits, mut bound) = (0, 0);
    for i in first..last.min(neurons) {
        let alone = (0..neurons * neurons)
            .map(|k| k / neurons == i && k % neurons != i)
            .collect();
        let couplings = Couplings::from_mask(neurons, Symmetry::Directed, alone)?;
        let problem = Problem {
            preference: Preference::WidestMargin,
            ..Problem::new(patterns.clone(), couplings)?
        };
        let control = Control::new().with_time_limit(limit);
        let outcome = train(&problem, &Options::default(), &control)?;
        let bounds = outcome.trained.per_neuron[i];
        wrong_bits += bounds.wrong_bits;
        bound += bounds.lower_bound;
        println!(
            "{i:3} {} >= {} in {:.3} s; {:?}",
            bounds.wrong_bits,
            bounds.lower_bound,
            control.elapsed().as_secs_f64(),
            outcome.statistics,
        );
    }
    println!(
        "total {wrong_bits} >= {bound} in {:.3} s",
        start.elapsed().as_secs_f64()
    );
    Ok(())
}
