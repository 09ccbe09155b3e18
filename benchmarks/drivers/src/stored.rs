//! What checking a stored claim costs: the pseudo-inverse network of random patterns.
//!
//! `stored N P`.

use crate::Arguments;
use attractor::rules::{PseudoInverse, Rule};
use attractor::{Couplings, Patterns, Symmetry, Ties};
use attractor_proof::{Builder, CertifiedProblem, Domain, verify};
use std::error::Error;
use std::time::Instant;

pub(crate) fn run(arguments: &Arguments<'_>) -> Result<(), Box<dyn Error>> {
    let (n, p) = (arguments.get(0, "784")?, arguments.get(1, "784")?);
    let patterns = Patterns::random(p, n, 1)?;
    let couplings = Couplings::full(n, Symmetry::Symmetric)?;
    let network = PseudoInverse::default()
        .train(&patterns, &couplings)?
        .network;
    let problem = CertifiedProblem::new(&patterns, &couplings, false, Ties::Strict, Domain::Real);
    let begun = Instant::now();
    let certificate = Builder::new(problem, &patterns)?.finish(&[], Some(&network))?;
    let building = begun.elapsed();
    let begun = Instant::now();
    let proven = verify(&certificate, &network, &patterns)?;
    println!(
        "N={n} P={p}: claimed in {building:?}, checked in {:?}",
        begun.elapsed()
    );
    println!("{proven}");
    Ok(())
}
