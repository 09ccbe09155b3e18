//! The classical rules by type and by name.

use super::gradient::{Gradient, Schedule};
use super::hebbian::Hebbian;
use super::perceptron::Perceptron;
use super::pseudo_inverse::PseudoInverse;
use super::rule::Rule;
use super::storkey::Storkey;
use crate::ties::Ties;
use std::fmt;
use std::str::FromStr;

/// The classical rules.
///
/// ```
/// use attractor::rules::{Classical, RuleOptions};
/// let rule: Classical = "pseudo-inverse".parse()?;
/// assert_eq!(rule, Classical::PseudoInverse);
/// assert_eq!(rule.with(&RuleOptions::default())?.name(), rule.name());
/// # Ok::<(), attractor::rules::RuleError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Classical {
    /// [`Hebbian`].
    Hebbian,
    /// [`PseudoInverse`].
    PseudoInverse,
    /// [`Storkey`].
    Storkey,
    /// [`Perceptron`].
    Perceptron,
    /// [`Gradient`] with [`Schedule::PAPER`].
    Gradient,
    /// [`Gradient`] with [`Schedule::TUNED`].
    GradientTuned,
}

/// What can be asked of a classical rule. Each rule honours it or refuses.
///
/// ```
/// use attractor::Ties;
/// use attractor::rules::{Classical, RuleOptions};
/// let options = RuleOptions::default().with_bias(true).with_ties(Ties::Negative);
/// let rule = Classical::Hebbian.with(&options)?;
/// # Ok::<(), attractor::rules::RuleError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct RuleOptions {
    /// Train biases too.
    pub bias: bool,
    /// Keep the diagonal of the projection (see [`PseudoInverse::keep_diagonal`]).
    pub keep_diagonal: bool,
    /// How zero fields count.
    pub ties: Ties,
    /// The seed of rules that draw numbers.
    pub seed: u64,
}

impl RuleOptions {
    /// These, with biases or without.
    #[must_use]
    pub fn with_bias(self, bias: bool) -> Self {
        Self { bias, ..self }
    }

    /// These, with or without the diagonal of the projection.
    #[must_use]
    pub fn with_diagonal(self, keep_diagonal: bool) -> Self {
        Self {
            keep_diagonal,
            ..self
        }
    }

    /// These, with another way to count zero fields.
    #[must_use]
    pub fn with_ties(self, ties: Ties) -> Self {
        Self { ties, ..self }
    }

    /// These, with another seed.
    #[must_use]
    pub fn with_seed(self, seed: u64) -> Self {
        Self { seed, ..self }
    }
}

/// Why there is no such rule.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RuleError {
    /// No classical rule of that name.
    #[error("`{name}` is no classical rule; there are {}", Classical::ALL.map(Classical::name).join(", "))]
    Unknown {
        /// The name asked for.
        name: String,
    },
    /// The diagonal is asked of a rule that has none.
    #[error("rule `{0}` has no diagonal to keep; only `pseudo-inverse` has one")]
    NoDiagonal(Classical),
}

impl Classical {
    /// Every rule, in the order in which lists show them.
    pub const ALL: [Self; 6] = [
        Self::Hebbian,
        Self::PseudoInverse,
        Self::Storkey,
        Self::Perceptron,
        Self::Gradient,
        Self::GradientTuned,
    ];

    /// The name on the command line and in files, as [`Rule::name`].
    pub fn name(self) -> &'static str {
        self.build(&RuleOptions::default()).name()
    }

    /// One line for people, as [`Rule::summary`].
    pub fn summary(self) -> &'static str {
        self.build(&RuleOptions::default()).summary()
    }

    /// Whether the rule goes through the patterns again and again, so that [`Rule::train_until`] can end it early.
    pub fn is_iterative(self) -> bool {
        matches!(
            self,
            Self::Perceptron | Self::Gradient | Self::GradientTuned
        )
    }

    /// Whether the rule has a diagonal that [`RuleOptions::keep_diagonal`] keeps.
    pub fn has_diagonal(self) -> bool {
        self == Self::PseudoInverse
    }

    /// The rule with these options. What only training can tell, [`Rule::train`] refuses.
    ///
    /// # Errors
    /// [`RuleError::NoDiagonal`].
    pub fn with(self, options: &RuleOptions) -> Result<Box<dyn Rule>, RuleError> {
        if options.keep_diagonal && !self.has_diagonal() {
            return Err(RuleError::NoDiagonal(self));
        }
        Ok(self.build(options))
    }

    fn build(self, options: &RuleOptions) -> Box<dyn Rule> {
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
        match self {
            Self::Hebbian => Box::new(Hebbian { bias, ties }),
            Self::PseudoInverse => Box::new(PseudoInverse {
                bias,
                keep_diagonal,
                ties,
            }),
            Self::Storkey => Box::new(Storkey { bias, ties }),
            Self::Perceptron => Box::new(Perceptron {
                bias,
                ties,
                ..Perceptron::default()
            }),
            Self::Gradient => Box::new(gradient(Schedule::PAPER)),
            Self::GradientTuned => Box::new(gradient(Schedule::TUNED)),
        }
    }
}

impl fmt::Display for Classical {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Classical {
    type Err = RuleError;

    fn from_str(name: &str) -> Result<Self, RuleError> {
        let rule = Self::ALL.into_iter().find(|rule| rule.name() == name);
        rule.ok_or_else(|| RuleError::Unknown {
            name: name.to_owned(),
        })
    }
}

/// All classical rules with these options; `keep_diagonal` reaches the rules that have a diagonal.
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
    Classical::ALL.map(|rule| rule.build(options)).into()
}
