//! Learning rules: the one trait that every way of training implements, and the classical rules.
//!
//! A rule is a value that holds its own options and turns patterns into a network with exactly the couplings asked for,
//! or refuses them. None of the rules here knows a solver; the exact rule lives in the crate `attractor-exact`.

mod bit_counts;
mod byte_sums;
mod error;
mod gradient;
mod gram;
mod hebbian;
mod perceptron;
mod pseudo_inverse;
mod registry;
mod rule;
mod storkey;
mod trained;

pub use error::{OtherRefusal, Refusal, TrainError};
pub use gradient::{Gradient, Schedule};
pub use hebbian::Hebbian;
pub use perceptron::Perceptron;
pub use pseudo_inverse::PseudoInverse;
pub use registry::{Classical, RuleError, RuleOptions, classical};
pub use rule::{Rule, check_sizes};
pub use storkey::Storkey;
pub use trained::{Bounds, Status, Trained};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::control::Control;
    use crate::couplings::{Couplings, Symmetry};
    use crate::patterns::Patterns;
    use crate::ties::Ties;
    use std::sync::atomic::{AtomicUsize, Ordering};

    /// Far too many passes, unless they end early: the network is then the one so far, with its couplings.
    #[test]
    fn rules_that_go_on_and_on_can_be_stopped() {
        let patterns = Patterns::random(30, 12, 1).unwrap();
        for symmetry in [Symmetry::Symmetric, Symmetry::Directed] {
            let couplings = Couplings::full(12, symmetry).unwrap();
            let perceptron = Perceptron {
                epochs: usize::MAX,
                ..Perceptron::default()
            };
            let gradient = Gradient {
                schedule: Schedule {
                    epochs: usize::MAX,
                    ..Schedule::PAPER
                },
                ..Gradient::default()
            };
            for rule in [&perceptron as &dyn Rule, &gradient] {
                let asked = AtomicUsize::new(0);
                let stop = || asked.fetch_add(1, Ordering::Relaxed) > 1_000;
                let control = Control::new().with_condition(&stop);
                let trained = rule.train_until(&patterns, &couplings, &control).unwrap();
                assert_eq!(trained.network.symmetry(), symmetry);
                let recount = Trained::unproven(trained.network.clone(), &patterns, Ties::Strict);
                assert_eq!(recount.unwrap(), trained, "{}", rule.name());
            }
        }
    }
}
