//! What proofs cost: neurons solved, their certificate built, written, read and checked. Arguments: N P SEED,
//! `symmetric` or `directed`.

use attractor::{Couplings, Patterns, Symmetry};
use attractor_exact::internal::search_symmetric;
use attractor_exact::{Control, Options, Problem, certify, train};
use attractor_proof::{Certificate, verify};
use std::error::Error;
use std::time::{Duration, Instant};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let mut next = |default: usize| arguments.next().map_or(Ok(default), |a| a.parse());
    let (n, p, seed) = (next(20)?, next(50)?, next(1)?);
    let patterns = Patterns::random(p, n, seed as u64)?;
    let symmetry = arguments
        .next()
        .map_or(Ok(Symmetry::Directed), |a| a.parse())?;
    let couplings = Couplings::full(n, symmetry)?;
    let problem = Problem::new(patterns.clone(), couplings)?;
    let begun = Instant::now();
    let (network, evidence) = if symmetry == Symmetry::Directed {
        let control = Control::new().with_time_limit(Duration::from_secs(60));
        let outcome = train(&problem, &Options::default(), &control)?;
        (outcome.trained.network, outcome.evidence)
    } else {
        let control = Control::new().with_time_limit(Duration::from_secs(20));
        let outcome = search_symmetric(&problem, &Options::default(), &control)?;
        (outcome.trained.network, outcome.evidence)
    };
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
