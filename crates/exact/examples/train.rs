//! Train: store random patterns with the fewest wrong bits, and see what is proven.
//!
//! `cargo run -p attractor-exact --example train`

use attractor::{Couplings, Patterns, Symmetry};
use attractor_exact::{Control, Options, Problem, train};
use std::error::Error;
use std::time::Duration;

fn main() -> Result<(), Box<dyn Error>> {
    // 30 patterns of 12 neurons, and a weight from every neuron to every other one.
    let patterns = Patterns::random(30, 12, 7)?;
    let couplings = Couplings::full(12, Symmetry::Directed)?;
    let problem = Problem::new(patterns, couplings)?;

    // When the time is over, `train` answers with the best network so far.
    let control = Control::new().with_time_limit(Duration::from_secs(60));
    let trained = train(&problem, &Options::default(), &control)?.trained;

    println!("wrong bits: {}", trained.total.wrong_bits);
    println!("no network has fewer than: {}", trained.total.lower_bound);
    println!("status: {}", trained.status);
    Ok(())
}
