//! The classical rules' networks, counted among the incumbents: what exact training returns is no worse than they are.

use super::pocket::Pocket;
use super::system::Coupled;
use crate::budget;
use crate::instance::Instance;
use attractor::Control;
use attractor::rules::{Classical, RuleOptions};

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
    for kind in Classical::ALL {
        let seconds = 1e-9 * size * passes(kind, coupled.neurons());
        let most = budget::classical(control);
        if control.should_stop() || pocket.is_closed() || seconds > most.as_secs_f64() {
            continue;
        }
        let Ok(rule) = kind.with(&options) else {
            continue;
        };
        let trained = rule.train_until(&problem.patterns, &problem.couplings, control);
        if let Ok(trained) = trained {
            pocket.offer(coupled, &coupled.values(&trained.network));
        }
    }
}

/// About how many nanoseconds a rule takes per pattern and pair of neurons (measured at N = 81, with room).
fn passes(rule: Classical, neurons: usize) -> f64 {
    match rule {
        Classical::Hebbian => 1.0,
        Classical::PseudoInverse | Classical::Storkey => 10.0 + neurons as f64,
        Classical::Gradient => 400.0,
        Classical::GradientTuned => 1_200.0,
        _ => 6_000.0,
    }
}
