//! Times of widest-margin training.
//!
//! `storable_bench directed|symmetric SOURCE P [SEED] [SECONDS]`: SOURCE is a number of neurons N for random patterns,
//! or a shape such as 28x28 for the first P bundled MNIST digits of that size that are more than one pixel apart (run
//! it from the root of the repository).

use attractor::binarise::Binarisation;
use attractor::io::Data;
use attractor::{Couplings, Patterns, Shape, Symmetry};
use attractor_exact::Control;
use attractor_exact::internal::storable::{
    NetworkAnswer, NeuronAnswer, Request, directed, symmetric,
};
use std::path::Path;
use std::time::{Duration, Instant};

type Failure = Box<dyn std::error::Error>;

fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let argument =
        |k: usize, default: &'static str| arguments.get(k).map_or(default, String::as_str);
    let (kind, source) = (argument(0, "directed"), argument(1, "784"));
    let patterns = patterns(
        source,
        argument(2, "100").parse()?,
        argument(3, "0").parse()?,
    )?;
    let limit = Duration::from_secs(argument(4, "600").parse()?);
    let control = Control::new().with_time_limit(limit);
    let started = Instant::now();
    let verdict = if kind == "symmetric" {
        let couplings = Couplings::full(patterns.neurons(), Symmetry::Symmetric)?;
        coupled(&symmetric(
            &patterns,
            &couplings,
            &Request::default(),
            &control,
        )?)
    } else {
        let couplings = Couplings::full(patterns.neurons(), Symmetry::Directed)?;
        separate(&directed(
            &patterns,
            &couplings,
            &Request::default(),
            &control,
        )?)
    };
    println!(
        "{kind} {source} P={}: {verdict}; {:.2?}",
        patterns.count(),
        started.elapsed()
    );
    Ok(())
}

fn patterns(source: &str, count: usize, seed: u64) -> Result<Patterns, Failure> {
    if let Ok(neurons) = source.parse() {
        return Ok(Patterns::random(count, neurons, seed)?);
    }
    let shape: Shape = source.parse()?;
    let data = Data::read(Path::new("crates/lab/data/mnist-images-idx3-ubyte.gz"))?;
    let images = data.images().ok_or("no images")?;
    let digits = images.resized(shape).patterns(&Binarisation::default())?;
    // A digit one pixel from an earlier one cannot be stored beside it.
    let mut apart: Vec<usize> = Vec::with_capacity(count);
    for mu in 0..digits.count() {
        let near = |&nu: &usize| digits.overlap(mu, nu) >= digits.neurons() as i64 - 2;
        if apart.len() < count && !apart.iter().any(near) {
            apart.push(mu);
        }
    }
    Ok(digits.select(&apart)?)
}

fn coupled(found: &NetworkAnswer) -> String {
    match found {
        NetworkAnswer::Storable { margin, bound, .. } => {
            let gap = 1.0 - margin / bound;
            format!("storable, margin {margin:.9}, relative gap {gap:.1e}")
        }
        NetworkAnswer::Infeasible { bits, .. } => format!("infeasible subsystem of {}", bits.len()),
        NetworkAnswer::Undecided { bound, .. } => format!("undecided, margin at most {bound:.3e}"),
    }
}

fn separate(neurons: &[NeuronAnswer]) -> String {
    let (mut storable, mut infeasible, mut undecided) = (0, 0, 0);
    let (mut least, mut gap) = (f64::INFINITY, 0.0_f64);
    for neuron in neurons {
        match neuron {
            NeuronAnswer::Storable(separator) => {
                storable += 1;
                least = least.min(separator.margin);
                gap = gap.max(1.0 - separator.margin / separator.bound);
            }
            NeuronAnswer::Infeasible { .. } => infeasible += 1,
            NeuronAnswer::Undecided { .. } => undecided += 1,
        }
    }
    format!(
        "{storable} neurons storable (least margin {least:.9}, largest relative gap {gap:.1e}), \
         {infeasible} infeasible, {undecided} undecided"
    )
}
