//! What is known of a rule before it trains: what it is good for, what it costs, what it takes.

use super::error::{Refusal, TrainError};
use super::rule::{Rule, check_sizes};
use crate::couplings::Couplings;
use crate::patterns::Patterns;
use serde::Serialize;

/// What people want to know of a rule before they choose it, and what the rule holds to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Card {
    /// When to take it.
    pub best_at: &'static str,
    /// The order of its operations, in neurons N and patterns P.
    pub cost: &'static str,
    /// Where it comes from.
    pub source: &'static str,
    /// Which couplings it takes.
    pub couplings: Taken,
    /// Whether it trains biases.
    pub biases: bool,
    /// Whether it goes through the patterns again and again, so that [`Rule::train_until`] can end it early.
    pub iterative: bool,
}

/// Which couplings a rule takes. Others it refuses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Taken {
    /// Symmetric and directed ones, with masks and receptive fields.
    Any,
    /// Symmetric and directed ones between all neurons.
    Full,
}

/// Refuses what a rule with this card does not take: sizes, biases, couplings, settings.
pub(super) fn admit(
    rule: &(impl Rule + Clone),
    card: &Card,
    bias: bool,
    patterns: &Patterns,
    couplings: &Couplings,
) -> Result<(), TrainError> {
    check_sizes(patterns, couplings)?;
    check_settings(rule)?;
    let refused = if bias && !card.biases {
        Refusal::Biases
    } else if card.couplings == Taken::Full && !couplings.is_full() {
        Refusal::PartialCouplings
    } else {
        return Ok(());
    };
    Err(TrainError::Unsupported {
        rule: rule.name(),
        reason: refused,
    })
}

/// Refuses a rule whose settings, public fields, are out of range.
fn check_settings(rule: &(impl Rule + Clone)) -> Result<(), TrainError> {
    for setting in rule.clone().settings() {
        setting.check().map_err(|error| TrainError::Unsupported {
            rule: rule.name(),
            reason: Refusal::Setting(error),
        })?;
    }
    Ok(())
}
