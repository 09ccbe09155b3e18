//! The rules, as the page shows them, and those that this module has: all, or in the browser's first module the few that are
//! small.

use crate::asked::{Refused, said};
use attractor::rules::{Classical, Rule};
use serde_json::{Value, json};

/// Exact training, which is no classical rule.
pub(crate) const EXACT: &str = "exact";

/// Whether this module trains by all rules.
const HAS_ALL: bool = cfg!(feature = "exact");

/// Every rule with what it is best at, whether it trains biases, and whether this module has it.
pub(crate) fn described() -> Value {
    let exact = json!({
        "name": EXACT,
        "best_at": "the fewest wrong bits that any weights have, proven; then what is chosen below",
        "biases": true,
        "here": HAS_ALL,
    });
    let classical = Classical::ALL.map(|rule| {
        let card = rule.card();
        json!({
            "name": rule.name(),
            "best_at": card.best_at,
            "biases": card.biases,
            "here": HAS_ALL || matches!(rule, Classical::Hebbian | Classical::PseudoInverse),
        })
    });
    let rules: Vec<Value> = std::iter::once(exact).chain(classical).collect();
    json!({ "rules": rules })
}

/// The rule of this name.
#[cfg(feature = "exact")]
pub(crate) fn rule_of(name: &str, bias: bool, seed: u64) -> Result<Box<dyn Rule>, Refused> {
    use attractor::rules::RuleOptions;
    let rule: Classical = name.parse().map_err(said)?;
    let options = RuleOptions::default().with_seed(seed).with_bias(bias);
    rule.with(&options).map_err(said)
}

/// The rule of this name, if it is one of the first module: naming them all would bring their code.
#[cfg(not(feature = "exact"))]
pub(crate) fn rule_of(name: &str, bias: bool, _: u64) -> Result<Box<dyn Rule>, Refused> {
    use attractor::Ties;
    use attractor::rules::{Hebbian, PseudoInverse};
    let ties = Ties::default();
    Ok(match name {
        "hebbian" => Box::new(Hebbian { bias, ties }),
        "pseudo-inverse" => Box::new(PseudoInverse {
            bias,
            keep_diagonal: false,
            ties,
        }),
        _ => {
            return Err(said(format_args!(
                "the rule {name} is in the second module"
            )));
        }
    })
}
