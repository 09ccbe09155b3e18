//! Times exact training of whole networks: wrong bits, bound, margin, seconds and statistics.
//!
//! `train directed|symmetric SOURCE P [SEED [SECONDS]]`. With `TRACE` in the environment progress goes to stderr.

use crate::{Arguments, source};
use attractor::{Couplings, Stability, Symmetry};
use attractor_exact::{Control, Options, Preference, Problem, Progress, train};
use std::error::Error;
use std::time::Duration;

pub(crate) fn run(arguments: &Arguments<'_>) -> Result<(), Box<dyn Error>> {
    let symmetry: Symmetry = arguments.get(0, "directed")?;
    let name: String = arguments.get(1, "41")?;
    let patterns = source::patterns(&name, arguments.get(2, "100")?, arguments.get(3, "0")?, 2)?;
    let couplings = Couplings::full(patterns.neurons(), symmetry)?;
    let problem = Problem {
        preference: Preference::WidestMargin,
        ..Problem::new(patterns, couplings)?
    };
    let trace = std::env::var_os("TRACE").is_some();
    let listener = |progress: &Progress| {
        if trace {
            eprintln!("{progress:?}");
        }
    };
    let control = Control::new()
        .with_time_limit(Duration::from_secs_f64(arguments.get(4, "60")?))
        .with_listener(&listener);
    let outcome = train(&problem, &Options::default(), &control)?;
    let seconds = control.elapsed().as_secs_f64();
    let trained = &outcome.trained;
    let stability = Stability::of(&trained.network, &problem.patterns, problem.ties)?;
    println!(
        "{symmetry} {name} P={}: {} >= {} wrong bits ({}), margin {:.9}, gap {:?}, {seconds:.3} s; {:?}",
        problem.patterns.count(),
        trained.total.wrong_bits,
        trained.total.lower_bound,
        trained.status,
        stability.margin().unwrap_or(0.0),
        outcome.margin_gap,
        outcome.statistics,
    );
    Ok(())
}
