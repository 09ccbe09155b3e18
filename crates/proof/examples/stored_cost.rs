//! What checking a stored claim costs: the pseudo-inverse network of random patterns. Arguments: N P.

use attractor::rules::{PseudoInverse, Rule};
use attractor::{Couplings, Patterns, Symmetry, Ties};
use attractor_proof::{Builder, CertifiedProblem, Domain, verify};
use std::error::Error;
use std::time::Instant;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1).map(|a| a.parse::<usize>());
    let mut next = |default| arguments.next().unwrap_or(Ok(default));
    let (n, p) = (next(784)?, next(784)?);
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
