//! The classical rules by name.

use super::{Gradient, Hebbian, Perceptron, PseudoInverse, Rule, Schedule, Storkey};
use crate::stability::Ties;

/// What can be asked of a classical rule by name. Each rule honours it or refuses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RuleOptions {
    /// Train biases too.
    pub bias: bool,
    /// Keep the diagonal of the projection (`pseudo-inverse` alone; see [`PseudoInverse::keep_diagonal`]).
    pub keep_diagonal: bool,
    /// How zero fields count.
    pub ties: Ties,
    /// The seed of rules that draw numbers (`gradient`, `gradient-tuned`).
    pub seed: u64,
}

/// Why there is no such rule.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RuleError {
    /// No classical rule of that name.
    #[error("`{name}` is no classical rule; there are {}", names().join(", "))]
    Unknown {
        /// The name asked for.
        name: String,
    },
    /// A diagonal where there is none.
    #[error("rule `{0}` has no diagonal to keep; only `pseudo-inverse` has one")]
    NoDiagonal(&'static str),
}

/// All classical rules with these options; `keep_diagonal` is taken by `pseudo-inverse` alone.
///
/// ```
/// use attractor::{Couplings, Patterns, Symmetry, rules};
/// let patterns = Patterns::random(3, 40, 1)?;
/// let couplings = Couplings::full(40, Symmetry::Symmetric)?;
/// for rule in rules::classical(&rules::RuleOptions::default()) {
///     let trained = rule.train(&patterns, &couplings)?;
///     println!("{}: {} wrong bits ({})", rule.name(), trained.total.wrong_bits, rule.summary());
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn classical(options: &RuleOptions) -> Vec<Box<dyn Rule>> {
    let &RuleOptions {
        bias,
        keep_diagonal,
        ties,
        seed,
    } = options;
    let gradient = |schedule| Gradient {
        bias,
        schedule,
        seed,
        ties,
    };
    vec![
        Box::new(Hebbian { bias, ties }),
        Box::new(PseudoInverse {
            bias,
            keep_diagonal,
            ties,
        }),
        Box::new(Storkey { bias, ties }),
        Box::new(Perceptron {
            bias,
            ties,
            ..Perceptron::default()
        }),
        Box::new(gradient(Schedule::PAPER)),
        Box::new(gradient(Schedule::TUNED)),
    ]
}

/// The rule of that name.
///
/// # Errors
/// [`RuleError`].
pub fn by_name(name: &str, options: &RuleOptions) -> Result<Box<dyn Rule>, RuleError> {
    let rule = classical(options)
        .into_iter()
        .find(|rule| rule.name() == name)
        .ok_or_else(|| RuleError::Unknown {
            name: name.to_owned(),
        })?;
    if options.keep_diagonal && rule.name() != "pseudo-inverse" {
        return Err(RuleError::NoDiagonal(rule.name()));
    }
    Ok(rule)
}

fn names() -> Vec<&'static str> {
    classical(&RuleOptions::default())
        .iter()
        .map(|rule| rule.name())
        .collect()
}
