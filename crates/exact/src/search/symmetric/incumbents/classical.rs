//! The classical rules' networks, offered as incumbents: what exact training returns is no worse than they are.

use super::super::coupled::Coupled;
use super::best_network::BestNetwork;
use crate::budget;
use crate::instance::Instance;
use attractor::rules::{Classical, RuleOptions};
use attractor::{Control, Network, TrainError};
use std::time::Duration;

/// The rules whose networks are offered. Others cost more than they bring: where all can be stored the search has the widest
/// margin itself, and elsewhere these come as near.
pub(crate) const OFFERED: [Classical; 6] = [
    Classical::Hebbian,
    Classical::PseudoInverse,
    Classical::Storkey,
    Classical::Perceptron,
    Classical::Gradient,
    Classical::GradientTuned,
];

/// Offers every rule's network, those in `early` as they are, except of rules that would take too long.
///
/// # Errors
/// Those of the rules, except that a rule that does not support what is asked for, or whose weights overflow, offers
/// nothing.
pub(crate) fn offer_rules(
    problem: &Instance<'_>,
    coupled: &Coupled,
    (seed, early): (u64, &[RuleNetwork]),
    incumbent: &mut BestNetwork<'_>,
    control: &Control<'_>,
) -> Result<(), TrainError> {
    let size = coupled.len() as f64 * coupled.neurons() as f64;
    for kind in OFFERED {
        if let Some(known) = early.iter().find(|known| known.rule == kind) {
            known.offer(coupled, incumbent);
            continue;
        }
        let seconds = 1e-9 * size * nanoseconds(kind, coupled.neurons());
        let most = budget::classical(control);
        if control.should_stop() || incumbent.is_closed() || seconds > most.as_secs_f64() {
            continue;
        }
        if let Some(network) = network(kind, problem, seed, control)? {
            incumbent.offer(coupled, &coupled.values(&network));
        }
    }
    Ok(())
}

/// The network of one rule.
pub(crate) struct RuleNetwork {
    rule: Classical,
    network: Network,
}

/// The networks of all rules that take at most `most`, those first that take the least time.
///
/// # Errors
/// As [`offer_rules`].
pub(crate) fn fast_rules(
    problem: &Instance<'_>,
    seed: u64,
    most: Duration,
    control: &Control<'_>,
) -> Result<Vec<RuleNetwork>, TrainError> {
    let (count, neurons) = (problem.patterns.count(), problem.patterns.neurons());
    let size = count as f64 * (neurons as f64).powi(2);
    let seconds = |rule: Classical| 1e-9 * size * nanoseconds(rule, neurons);
    let mut rules = OFFERED.to_vec();
    rules.retain(|&rule| seconds(rule) <= most.as_secs_f64());
    rules.sort_by(|&a, &b| seconds(a).total_cmp(&seconds(b)));
    let mut networks = Vec::new();
    for rule in rules {
        if control.should_stop() {
            break;
        }
        let network = network(rule, problem, seed, control)?;
        networks.extend(network.map(|network| RuleNetwork { rule, network }));
    }
    Ok(networks)
}

impl RuleNetwork {
    /// Offers the network.
    pub(crate) fn offer(&self, coupled: &Coupled, incumbent: &mut BestNetwork<'_>) {
        incumbent.offer(coupled, &coupled.values(&self.network));
    }
}

/// The network of a rule; `None` if it does not support what is asked for, or if its weights overflow.
fn network(
    rule: Classical,
    problem: &Instance<'_>,
    seed: u64,
    control: &Control<'_>,
) -> Result<Option<Network>, TrainError> {
    let options = RuleOptions::default()
        .with_bias(problem.bias)
        .with_ties(problem.ties)
        .with_seed(seed);
    // Refused only with a diagonal, for which these options do not ask.
    let Ok(rule) = rule.with(&options) else {
        return Ok(None);
    };
    match rule.train_until(&problem.patterns, &problem.couplings, control) {
        Ok(trained) => Ok(Some(trained.network)),
        Err(TrainError::Unsupported { .. } | TrainError::Network(_)) => Ok(None),
        Err(error) => Err(error),
    }
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
