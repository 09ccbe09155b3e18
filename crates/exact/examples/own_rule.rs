//! Own rule: a learning rule of your own, beside the optimum on the same patterns.
//!
//! `cargo run -p attractor-exact --example own_rule`

use attractor::{Couplings, Network, Patterns, Rule, Symmetry, Ties, TrainError, Trained};
use attractor_exact::{Control, Options, Problem, train};
use std::error::Error;

/// The sign of the Hebbian weight: w_ij = sign(Σ_μ ξ_i^μ ξ_j^μ), Hopfield's clipped synapses.
struct Clipped;

impl Rule for Clipped {
    fn name(&self) -> &'static str {
        "clipped"
    }

    fn summary(&self) -> &'static str {
        "sign of the Hebbian weights"
    }

    fn train(&self, patterns: &Patterns, couplings: &Couplings) -> Result<Trained, TrainError> {
        let n = patterns.neurons();
        let mut weights = vec![0.0; n * n];
        for i in 0..n {
            // The inputs of neuron i are the couplings that exist; all other weights stay 0.
            for j in couplings.inputs(i) {
                let sum: i32 = (0..patterns.count())
                    .map(|mu| i32::from(patterns.sign(mu, i)) * i32::from(patterns.sign(mu, j)))
                    .sum();
                weights[i * n + j] = f64::from(sum.signum());
            }
        }
        let network = Network::new(couplings.symmetry(), weights, vec![0.0; n])?;
        // Counts the wrong bits; a rule that proves nothing says no more than that.
        Ok(Trained::unproven(network, patterns, Ties::Strict)?)
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let patterns = Patterns::random(20, 40, 2)?;
    let couplings = Couplings::full(40, Symmetry::Symmetric)?;
    let clipped = Clipped.train(&patterns, &couplings)?;
    let problem = Problem::new(patterns, couplings)?;
    let optimum = train(&problem, &Options::default(), &Control::new())?.trained;
    println!("clipped: {} wrong bits", clipped.total.wrong_bits);
    println!("optimum: {} wrong bits", optimum.total.wrong_bits);
    Ok(())
}
