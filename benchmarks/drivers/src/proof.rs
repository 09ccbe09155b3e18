//! What proofs cost: a network trained, its certificate built, written, read and checked.
//!
//! `proof N P [SEED [directed|symmetric [SECONDS]]]`.

use crate::Arguments;
use attractor::{Couplings, Patterns, Symmetry};
use attractor_exact::{Control, Options, Preference, Problem, certify, train};
use attractor_proof::{Certificate, verify};
use std::error::Error;
use std::time::{Duration, Instant};

pub(crate) fn run(arguments: &Arguments<'_>) -> Result<(), Box<dyn Error>> {
    let (n, p): (usize, usize) = (arguments.get(0, "20")?, arguments.get(1, "50")?);
    let seed: u64 = arguments.get(2, "1")?;
    let symmetry: Symmetry = arguments.get(3, "directed")?;
    let limit = Duration::from_secs(arguments.get(4, "20")?);
    let patterns = Patterns::random(p, n, seed)?;
    let problem = Problem {
        preference: Preference::WidestMargin,
        ..Problem::new(patterns.clone(), Couplings::full(n, symmetry)?)?
    };
    let begun = Instant::now();
    let control = Control::new().with_time_limit(limit);
    let outcome = train(&problem, &Options::default(), &control)?;
    let (network, evidence) = (outcome.trained.network, outcome.evidence);
    let solving = begun.elapsed();
    let pool: usize = evidence.neurons.iter().map(|e| e.dependencies.len()).sum();
    let bounds: Vec<u64> = evidence.neurons.iter().map(|e| e.bound).collect();
    let (coupled, total) = (evidence.coupled.len(), evidence.total);
    println!(
        "N={n} P={p} seed {seed}: solved {solving:?}, bounds {bounds:?}, {pool} dependencies, {coupled} coupled for {total}"
    );
    let begun = Instant::now();
    let certificate = certify(&problem, &network, &evidence, &Control::new())?;
    let building = begun.elapsed();
    let begun = Instant::now();
    let mut bytes = Vec::new();
    certificate.write(&mut bytes)?;
    let writing = begun.elapsed();
    let begun = Instant::now();
    let again = Certificate::read(&bytes[..])?;
    let reading = begun.elapsed();
    let begun = Instant::now();
    let proven = verify(&again, &network, &patterns)?;
    let checking = begun.elapsed();
    let bound = again.bound.as_ref().ok_or("no bound")?;
    println!(
        "built {building:?}, written {writing:?}, read {reading:?}, checked {checking:?}; {} dependencies used, {} bytes",
        bound.dependencies.len(),
        bytes.len()
    );
    println!("{proven}");
    Ok(())
}
