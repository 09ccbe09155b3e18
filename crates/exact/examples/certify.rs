//! Certify: write down why no network has fewer wrong bits, and check it without the search.
//!
//! `cargo run -p attractor-exact --example certify`

use attractor::{Couplings, Patterns, Symmetry};
use attractor_exact::{Control, Options, Problem, certify, train};
use attractor_proof::{Certificate, verify};
use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    let patterns = Patterns::random(25, 10, 3)?;
    let couplings = Couplings::full(10, Symmetry::Directed)?;
    let problem = Problem::new(patterns.clone(), couplings)?;
    let outcome = train(&problem, &Options::default(), &Control::new())?;
    let network = outcome.trained.network;

    // The certificate holds the sets of bits that contradict each other, with whole multipliers as their proof.
    let certificate = certify(&problem, &network, &outcome.evidence, &Control::new())?;
    let mut file = Vec::new();
    certificate.write(&mut file)?;

    // The reader needs the network and the patterns, and trusts nothing else.
    let proven = verify(&Certificate::read(&file[..])?, &network, &patterns)?;
    println!("{proven}");
    Ok(())
}
