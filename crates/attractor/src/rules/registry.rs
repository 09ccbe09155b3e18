//! The classical rules by type and by name.

use super::adatron::{self, AdaTron};
use super::card::Card;
use super::daydreaming::{self, Daydreaming};
use super::diederich_opper::{self, DiederichOpper};
use super::dreaming::{self, Dreaming};
use super::gradient::{self, Gradient, Schedule};
use super::hebbian::{self, Hebbian};
use super::logistic::{self, Logistic};
use super::minimum_probability_flow::{self, MinimumProbabilityFlow};
use super::minover::{self, Minover};
use super::perceptron::{self, Perceptron};
use super::pseudo_inverse::{self, PseudoInverse};
use super::rule::Rule;
use super::settings::{Assignment, Setting, SettingCard, SettingError};
use super::storkey::{self, Storkey};
use super::storkey_second_order::{self, StorkeySecondOrder};
use super::unlearning::{self, Unlearning};
use crate::ties::Ties;
use std::fmt;
use std::str::FromStr;

/// A rule with these fields, the others as they are by default.
macro_rules! boxed {
    ($rule:ident { $($field:ident),* }) => {
        Box::new($rule { $($field,)* ..$rule::default() })
    };
}

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
    /// [`Dreaming`].
    Dreaming,
    /// [`Storkey`].
    Storkey,
    /// [`StorkeySecondOrder`].
    StorkeySecondOrder,
    /// [`Perceptron`].
    Perceptron,
    /// [`Minover`].
    Minover,
    /// [`AdaTron`].
    AdaTron,
    /// [`DiederichOpper`].
    DiederichOpper,
    /// [`MinimumProbabilityFlow`].
    MinimumProbabilityFlow,
    /// [`Logistic`].
    Logistic,
    /// [`Unlearning`].
    Unlearning,
    /// [`Daydreaming`].
    Daydreaming,
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
#[derive(Debug, Clone, PartialEq, Eq, Default)]
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
    /// Settings of the rule's own; see [`Classical::settings`].
    pub settings: Vec<Assignment>,
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

    /// These, with settings of the rule's own.
    #[must_use]
    pub fn with_settings(self, settings: Vec<Assignment>) -> Self {
        Self { settings, ..self }
    }
}

/// Why there is no such rule.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
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
    /// A setting that the rule has not, or a value that it cannot have.
    #[error(transparent)]
    Setting(#[from] SettingError),
}

impl Classical {
    /// Every rule, in the order in which lists show them.
    pub const ALL: [Self; 15] = [
        Self::Hebbian,
        Self::PseudoInverse,
        Self::Dreaming,
        Self::Storkey,
        Self::StorkeySecondOrder,
        Self::Perceptron,
        Self::Minover,
        Self::AdaTron,
        Self::DiederichOpper,
        Self::MinimumProbabilityFlow,
        Self::Logistic,
        Self::Unlearning,
        Self::Daydreaming,
        Self::Gradient,
        Self::GradientTuned,
    ];

    /// The name on the command line and in files, as [`Rule::name`].
    pub fn name(self) -> &'static str {
        // Not asked of the rule: whoever needs names alone is not to carry the code of every rule.
        match self {
            Self::Hebbian => "hebbian",
            Self::PseudoInverse => "pseudo-inverse",
            Self::Dreaming => "dreaming",
            Self::Storkey => "storkey",
            Self::StorkeySecondOrder => "storkey-second-order",
            Self::Perceptron => "perceptron",
            Self::Minover => "minover",
            Self::AdaTron => "adatron",
            Self::DiederichOpper => "diederich-opper",
            Self::MinimumProbabilityFlow => "minimum-probability-flow",
            Self::Logistic => "logistic",
            Self::Unlearning => "unlearning",
            Self::Daydreaming => "daydreaming",
            Self::Gradient => "gradient",
            Self::GradientTuned => "gradient-tuned",
        }
    }

    /// One line for people, as [`Rule::summary`].
    pub fn summary(self) -> &'static str {
        self.build(&RuleOptions::default()).summary()
    }

    /// What it is good for, what it costs, what it takes.
    pub fn card(self) -> Card {
        match self {
            Self::Hebbian => hebbian::CARD,
            Self::PseudoInverse => pseudo_inverse::CARD,
            Self::Dreaming => dreaming::CARD,
            Self::Storkey => storkey::CARD,
            Self::StorkeySecondOrder => storkey_second_order::CARD,
            Self::Perceptron => perceptron::CARD,
            Self::Minover => minover::CARD,
            Self::AdaTron => adatron::CARD,
            Self::DiederichOpper => diederich_opper::CARD,
            Self::MinimumProbabilityFlow => minimum_probability_flow::CARD,
            Self::Logistic => logistic::CARD,
            Self::Unlearning => unlearning::CARD,
            Self::Daydreaming => daydreaming::CARD,
            Self::Gradient | Self::GradientTuned => gradient::CARD,
        }
    }

    /// The settings of its own, with their defaults.
    pub fn settings(self) -> Vec<SettingCard> {
        let mut rule = self.build(&RuleOptions::default());
        rule.settings().iter().map(Setting::card).collect()
    }

    /// Whether the rule goes through the patterns again and again, so that [`Rule::train_until`] can end it early.
    pub fn is_iterative(self) -> bool {
        self.card().iterative
    }

    /// Whether the rule has a diagonal that [`RuleOptions::keep_diagonal`] keeps.
    pub fn has_diagonal(self) -> bool {
        self == Self::PseudoInverse
    }

    /// The rule with these options. What only training can tell, [`Rule::train`] refuses.
    ///
    /// # Errors
    /// [`RuleError::NoDiagonal`], [`RuleError::Setting`].
    pub fn with(self, options: &RuleOptions) -> Result<Box<dyn Rule>, RuleError> {
        if options.keep_diagonal && !self.has_diagonal() {
            return Err(RuleError::NoDiagonal(self));
        }
        let mut rule = self.build(options);
        assign(self.name(), rule.as_mut(), &options.settings)?;
        Ok(rule)
    }

    /// The rule with these options, its own settings left out.
    fn build(self, options: &RuleOptions) -> Box<dyn Rule> {
        let &RuleOptions {
            bias, ties, seed, ..
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
                keep_diagonal: options.keep_diagonal,
                ties,
            }),
            Self::Dreaming => boxed!(Dreaming { bias, ties }),
            Self::Storkey => Box::new(Storkey { bias, ties }),
            Self::StorkeySecondOrder => Box::new(StorkeySecondOrder { bias, ties }),
            Self::Perceptron => boxed!(Perceptron { bias, ties }),
            Self::Minover => boxed!(Minover { bias, ties }),
            Self::AdaTron => boxed!(AdaTron { bias, ties }),
            Self::DiederichOpper => boxed!(DiederichOpper { bias, ties }),
            Self::MinimumProbabilityFlow => boxed!(MinimumProbabilityFlow { bias, ties }),
            Self::Logistic => boxed!(Logistic { bias, ties }),
            Self::Unlearning => boxed!(Unlearning { bias, seed, ties }),
            Self::Daydreaming => boxed!(Daydreaming { bias, seed, ties }),
            Self::Gradient => Box::new(gradient(Schedule::PAPER)),
            Self::GradientTuned => Box::new(gradient(Schedule::TUNED)),
        }
    }
}

/// Sets what is asked for in the rule of this name.
fn assign(
    name: &'static str,
    rule: &mut dyn Rule,
    asked: &[Assignment],
) -> Result<(), SettingError> {
    for (k, Assignment { key, value }) in asked.iter().enumerate() {
        if asked[..k].iter().any(|earlier| earlier.key == *key) {
            return Err(SettingError::Twice(key.clone()));
        }
        let mut settings = rule.settings();
        let known = settings.iter().map(Setting::name).collect();
        match settings.iter_mut().find(|setting| setting.name() == key) {
            Some(setting) => setting.set(value)?,
            None => {
                return Err(SettingError::Unknown {
                    rule: name,
                    key: key.clone(),
                    known,
                });
            }
        }
    }
    Ok(())
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

/// All classical rules with these options; `keep_diagonal` reaches the rules that have a diagonal, settings reach none.
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
