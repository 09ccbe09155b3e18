//! Times of widest-margin training: `storable_bench directed N P [SEED]`, `storable_bench symmetric N P [SEED]`.

use attractor::{Couplings, Patterns, Symmetry};
use attractor_exact::Control;
use attractor_exact::storable::{Coupled, Neuron, Request, directed, symmetric};
use std::time::Instant;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let number = |k: usize, default: usize| {
        arguments
            .get(k)
            .map_or(Ok(default), |text| text.parse::<usize>())
    };
    let (n, p, seed) = (number(1, 784)?, number(2, 100)?, number(3, 0)?);
    let patterns = Patterns::random(p, n, seed as u64)?;
    let request = Request::default();
    let started = Instant::now();
    if arguments.first().is_some_and(|kind| kind == "symmetric") {
        let couplings = Couplings::full(n, Symmetry::Symmetric)?;
        let found = symmetric(&patterns, &couplings, &request, &Control::new())?;
        let verdict = match &found {
            Coupled::Storable { margin, bound, .. } => {
                format!(
                    "storable, margin {margin:.9}, relative gap {:.1e}",
                    1.0 - margin / bound
                )
            }
            Coupled::Infeasible { bits, .. } => format!("infeasible subsystem of {}", bits.len()),
            Coupled::Undecided { bound, .. } => format!("undecided, margin at most {bound:.3e}"),
        };
        println!(
            "symmetric N={n} P={p}: {verdict}, {:.2?}",
            started.elapsed()
        );
    } else {
        let couplings = Couplings::full(n, Symmetry::Directed)?;
        let neurons = directed(&patterns, &couplings, &request, &Control::new())?;
        let elapsed = started.elapsed();
        let (mut storable, mut infeasible, mut undecided) = (0, 0, 0);
        let (mut least, mut gap) = (f64::INFINITY, 0.0_f64);
        for neuron in &neurons {
            match neuron {
                Neuron::Storable(separator) => {
                    storable += 1;
                    least = least.min(separator.margin);
                    gap = gap.max(1.0 - separator.margin / separator.bound);
                }
                Neuron::Infeasible { .. } => infeasible += 1,
                Neuron::Undecided { .. } => undecided += 1,
            }
        }
        println!(
            "directed N={n} P={p}: {storable} storable (least margin {least:.9}, largest relative gap {gap:.1e}), \
             {infeasible} infeasible, {undecided} undecided, {elapsed:.2?}"
        );
    }
    Ok(())
}
