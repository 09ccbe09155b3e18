//! Class: whether a network is one of the class that the problem names.

use crate::check::system::System;
use crate::format::problem::{CertifiedProblem, Domain};
use crate::format::refusal::Reason;
use attractor::Network;

/// That the network is one of those of which the problem speaks.
pub(super) fn check_class(
    problem: &CertifiedProblem,
    system: &System<'_>,
    network: &Network,
) -> Result<(), Reason> {
    let outside = |text: String| Err(Reason::OutsideClass(text));
    let neurons = system.neurons();
    if network.neurons() != neurons {
        return Err(Reason::Size {
            found: network.neurons(),
            expected: neurons,
        });
    }
    let boxed = system.epsilon.is_some();
    let fits = |w: f64| w.is_finite() && contains(problem.weights, w) && (!boxed || w.abs() <= 1.0);
    for i in 0..neurons {
        for (j, &w) in network.row(i).iter().enumerate() {
            if !system.allows(i, j) {
                if w != 0.0 {
                    return outside(format!(
                        "weight ({i},{j}) is {w}, and the couplings have no such weight"
                    ));
                }
            } else if !fits(w) {
                return outside(format!(
                    "weight ({i},{j}) is {w}, not {}",
                    values(problem.weights, boxed)
                ));
            } else if system.symmetric && w != network.weight(j, i) {
                return outside(format!("the weights ({i},{j}) and ({j},{i}) differ"));
            }
        }
        let bias = network.biases()[i];
        if if problem.bias {
            !fits(bias)
        } else {
            bias != 0.0
        } {
            return outside(format!("the bias of neuron {i} is {bias}"));
        }
    }
    Ok(())
}

fn values(domain: Domain, boxed: bool) -> String {
    let range = if boxed { " from -1 to 1" } else { "" };
    format!("{domain}{range}")
}

/// Whether a weight (or bias) has a value of the domain.
fn contains(domain: Domain, value: f64) -> bool {
    match domain {
        Domain::Real => true,
        Domain::Binary => value.abs() == 1.0,
        Domain::Integer(k) => value.fract() == 0.0 && value.abs() <= f64::from(k),
    }
}
