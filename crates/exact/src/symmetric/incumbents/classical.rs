//! The classical rules' networks, offered as incumbents: what exact training returns is no worse than they are.

use super::super::coupled::Coupled;
use super::best_network::BestNetwork;
use crate::budget;
use crate::instance::Instance;
use attractor::rules::{Classical, RuleOptions};
use attractor::{Control, TrainError};

/// Offers every rule's network, except of rules that would take too long.
///
/// # Errors
/// Those of the rules, except that a rule that does not support what is asked for, or whose weights overflow, offers
/// nothing.
pub(crate) fn offer_rules(
    problem: &Instance<'_>,
    coupled: &Coupled,
    seed: u64,
    incumbent: &mut BestNetwork<'_>,
    control: &Control<'_>,
) -> Result<(), TrainError> {
    let options = RuleOptions {
        bias: problem.bias,
        ties: problem.ties,
        seed,
        ..RuleOptions::default()
    };
    let size = coupled.len() as f64 * coupled.neurons() as f64;
    for kind in Classical::ALL {
        let seconds = 1e-9 * size * nanoseconds(kind, coupled.neurons());
        let most = budget::classical(control);
        if control.should_stop() || incumbent.is_closed() || seconds > most.as_secs_f64() {
            continue;
        }
        // Refused only with a diagonal, for which these options do not ask.
        let Ok(rule) = kind.with(&options) else {
            continue;
        };
        match rule.train_until(&problem.patterns, &problem.couplings, control) {
            Ok(trained) => {
                incumbent.offer(coupled, &coupled.values(&trained.network));
            }
            Err(TrainError::Unsupported { .. } | TrainError::Network(_)) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// About how many nanoseconds a rule takes per pattern and pair of neurons (measured at N = 81, rounded up).
fn nanoseconds(rule: Classical, neurons: usize) -> f64 {
    match rule {
        Classical::Hebbian => 1.0,
        Classical::PseudoInverse | Classical::Storkey => 10.0 + neurons as f64,
        Classical::Gradient => 400.0,
        Classical::GradientTuned => 1_200.0,
        _ => 6_000.0,
    }
}
