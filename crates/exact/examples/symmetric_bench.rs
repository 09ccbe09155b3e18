//! Random instances by seed: incumbent, bound and time of the symmetric search.
//!
//! `symmetric_bench N P SECONDS FIRST_SEED LAST_SEED`

use attractor::{Couplings, Patterns, Symmetry};
use attractor_exact::internal::search_symmetric;
use attractor_exact::{Control, Options, Problem};
use std::time::Duration;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<u64> = std::env::args()
        .skip(1)
        .map(|a| a.parse())
        .collect::<Result<_, _>>()?;
    let &[n, p, seconds, first, last] = arguments.as_slice() else {
        return Err("usage: symmetric_bench N P SECONDS FIRST_SEED LAST_SEED".into());
    };
    for seed in first..=last {
        let patterns = Patterns::random(p as usize, n as usize, seed)?;
        let problem = Problem::new(patterns, Couplings::full(n as usize, Symmetry::Symmetric)?)?;
        let trace = std::env::var_os("TRACE").is_some();
        let listener = |progress: &attractor_exact::Progress| {
            if trace {
                eprintln!("{progress:?}");
            }
        };
        let control = Control::new()
            .with_time_limit(Duration::from_secs(seconds))
            .with_listener(&listener);
        let outcome = search_symmetric(&problem, &Options::default(), &control)?;
        let neurons: usize = outcome
            .trained
            .per_neuron
            .iter()
            .map(|b| b.lower_bound)
            .sum();
        println!(
            "N {n} P {p} seed {seed}: wrong {} bound {} neurons {neurons} {} nodes {} calls {} cuts {} {:.2} s",
            outcome.trained.total.wrong_bits,
            outcome.trained.total.lower_bound,
            outcome.trained.status,
            outcome.statistics.nodes,
            outcome.statistics.min_norm_calls,
            outcome.evidence.coupled.len(),
            control.elapsed().as_secs_f64(),
        );
    }
    Ok(())
}
