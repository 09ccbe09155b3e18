//! Discrete: ternary weights, −1, 0 or +1, with the fewest wrong bits.
//!
//! `cargo run -p attractor-exact --example discrete`

use attractor::{Couplings, Patterns, Symmetry};
use attractor_exact::{Control, Options, Problem, Weights, train};
use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    let patterns = Patterns::random(10, 12, 5)?;
    let couplings = Couplings::full(12, Symmetry::Directed)?;
    let mut problem = Problem::new(patterns, couplings)?;
    problem.weights = Weights::Ternary;
    let trained = train(&problem, &Options::default(), &Control::new())?.trained;

    for i in 0..12 {
        let row: Vec<String> = trained
            .network
            .row(i)
            .iter()
            .map(|w| format!("{w:>2}"))
            .collect();
        println!("{}", row.join(" "));
    }
    println!(
        "{} wrong bits, {}",
        trained.total.wrong_bits, trained.status
    );
    Ok(())
}
