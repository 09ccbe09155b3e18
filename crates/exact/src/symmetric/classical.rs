//! The classical rules' networks, counted among the incumbents: what exact training returns is no worse than they are.

use super::pocket::Pocket;
use super::system::Coupled;
use crate::budget;
use crate::instance::Instance;
use attractor::Control;
use attractor::rules::{RuleOptions, classical};

/// Offers every rule's network, but those that would take too long.
pub(super) fn offer(
    problem: &Instance<'_>,
    coupled: &Coupled,
    seed: u64,
    pocket: &mut Pocket<'_>,
    control: &Control<'_>,
) {
    let options = RuleOptions {
        bias: problem.bias,
        ties: problem.ties,
        seed,
        ..RuleOptions::default()
    };
    let size = coupled.len() as f64 * coupled.neurons() as f64;
    for rule in classical(&options) {
        let seconds = 1e-9 * size * passes(rule.name(), coupled.neurons());
        let most = budget::classical(control);
        if control.should_stop() || pocket.is_closed() || seconds > most.as_secs_f64() {
            continue;
        }
        let trained = rule.train_until(&problem.patterns, &problem.couplings, control);
        if let Ok(trained) = trained {
            pocket.offer(coupled, &coupled.values(&trained.network));
        }
    }
}

/// About how many nanoseconds a rule takes per pattern and pair of neurons (measured at N = 81, with room).
fn passes(rule: &str, neurons: usize) -> f64 {
    match rule {
        "hebbian" => 1.0,
        "pseudo-inverse" | "storkey" => 10.0 + neurons as f64,
        "gradient" => 400.0,
        "gradient-tuned" => 1_200.0,
        _ => 6_000.0,
    }
}
