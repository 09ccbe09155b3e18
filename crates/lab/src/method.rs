//! Method: the ways of training that the experiments compare, by name.

use crate::plot::{Dash, Look};
use attractor::rules::{Assignment, Classical, Refusal, RuleOptions, SettingCard};
use attractor::{Couplings, Patterns, Shape, Symmetry, Ties, TrainError, Trained};
use attractor_exact::milp::{self, BigM, Form, SolverStatus};
use attractor_exact::{
    Control, Damage, Evidence, Options, Preference, Problem, Survive, SurviveGoal, certify,
};
use attractor_proof::verify;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;
use std::time::Duration;

/// The share of flipped bits that `exact-noise` trains for: it repairs most of all values on digits that are in no figure.
pub const NOISE: f64 = 0.05;

/// Seconds that each exact training of an experiment may take if no limit is given. Larger: an experiment of hundreds of
/// trainings takes hours. Smaller: fewer of them end with a proof.
pub const DEFAULT_TIME_LIMIT: f64 = 10.0;

/// Radius of exact-receptive, in pixels, if none is asked for: the paper's.
pub const DEFAULT_RADIUS: f64 = 3.0;

/// What `exact-survive` asks of the patterns.
const SURVIVE: SurviveGoal = SurviveGoal::Most(1);

/// A way of training a memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
#[non_exhaustive]
pub enum Method {
    /// A classical rule, by its name: the paper's Baseline 1 (Hebb), its Baseline 2 (pseudo-inverse), its gradient network,
    /// and all others.
    Rule(Classical),
    /// The paper's own mixed integer program: any vertex that it ends in, without a margin; directed, so that each neuron
    /// is a program of its own.
    MilpVertex,
    /// The fewest wrong bits, then the widest margin; symmetric.
    ExactSymmetric,
    /// The same with directed couplings.
    ExactDirected,
    /// The fewest wrong bits, then few weights; symmetric (the paper's Eqs. 24–26).
    ExactSparse,
    /// The fewest wrong bits, then what the library prefers unless it is told otherwise ([`Preference::Usual`]); symmetric.
    ExactDefault,
    /// The fewest wrong bits, then the best first step on cues with a twentieth of their bits flipped; symmetric.
    ExactNoise,
    /// The fewest wrong bits, then as many patterns as possible that are recalled from every cue with one flipped bit;
    /// symmetric.
    ExactSurvive,
    /// The fewest wrong bits with local receptive fields, then the widest margin; symmetric (the paper's Eq. 27).
    ExactReceptive,
}

/// A text that names no method.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no method; there are {list}", list = Method::names().join(", "))]
pub struct ParseMethodError(String);

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Method {
    type Err = ParseMethodError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let named = |method: &Self| method.name() == text;
        let found = Self::all().find(named);
        found.ok_or_else(|| ParseMethodError(text.to_owned()))
    }
}

impl TryFrom<String> for Method {
    type Error = ParseMethodError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Method> for String {
    fn from(method: Method) -> Self {
        method.name().to_owned()
    }
}

/// What the methods share. As part of an experiment's file, each has its default.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "kebab-case")]
pub struct Settings {
    /// Seconds after which one exact training stops with the best so far.
    pub time_limit: f64,
    /// Balance of sparse training, from 0 (widest margin) to 1 (least L1 norm).
    pub balance: f64,
    /// Pixels: the radius of receptive fields.
    pub radius: f64,
    /// Tie rule under which exact methods count wrong bits: `negative` is the paper's.
    #[serde(with = "attractor::kernels::by_text")]
    pub ties: Ties,
    /// The share of flipped bits that `exact-noise` trains for; files set it for each method alone.
    #[serde(skip)]
    pub noise: f64,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            time_limit: DEFAULT_TIME_LIMIT,
            balance: 0.5,
            radius: DEFAULT_RADIUS,
            ties: Ties::Negative,
            noise: NOISE,
        }
    }
}

/// What a method is to learn.
#[derive(Debug, Clone, Copy)]
pub struct Task<'a> {
    /// The patterns.
    pub patterns: &'a Patterns,
    /// Of the images whose pixels are the neurons; height 1 for data that are no images.
    pub shape: Shape,
    /// What the method is told.
    pub settings: &'a Settings,
    /// Settings of a classical rule's own; none for what is no such rule.
    pub rule_settings: &'a [Assignment],
    /// Of everything random.
    pub seed: u64,
}

impl<'a> Task<'a> {
    /// Patterns that are no images, learnt without settings of a rule's own.
    pub(crate) fn unarranged(patterns: &'a Patterns, settings: &'a Settings, seed: u64) -> Self {
        Self {
            patterns,
            shape: Shape {
                height: 1,
                width: patterns.neurons(),
            },
            settings,
            rule_settings: &[],
            seed,
        }
    }
}

/// What a method learnt.
#[derive(Debug)]
pub struct Learned {
    /// The network and what is known about it.
    pub trained: Trained,
    /// What was asked of exact training, and the evidence for its bound.
    proof: Option<(Problem, Evidence)>,
}

impl From<Trained> for Learned {
    fn from(trained: Trained) -> Self {
        Self {
            trained,
            proof: None,
        }
    }
}

impl Learned {
    /// Whether a certificate of the lower bound can be made and is verified; none for methods that claim nothing.
    pub fn certified(&self, control: &Control<'_>) -> Option<bool> {
        let (problem, evidence) = self.proof.as_ref()?;
        let network = &self.trained.network;
        let certificate = certify(problem, network, evidence, control).ok();
        let proven = certificate.and_then(|c| verify(&c, network, &problem.patterns).ok());
        let bound = proven.and_then(|p| p.wrong_bits_at_least).unwrap_or(0);
        Some(bound == self.trained.total.lower_bound as u64)
    }
}

impl Method {
    /// The methods beside the classical rules.
    const OWN: [Self; 8] = [
        Self::MilpVertex,
        Self::ExactSymmetric,
        Self::ExactDirected,
        Self::ExactSparse,
        Self::ExactReceptive,
        Self::ExactDefault,
        Self::ExactNoise,
        Self::ExactSurvive,
    ];

    /// Every method: the classical rules, then the others.
    pub fn all() -> impl Iterator<Item = Self> {
        Classical::ALL.into_iter().map(Self::Rule).chain(Self::OWN)
    }

    /// The name in tables, files and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Rule(rule) => rule.name(),
            Self::MilpVertex => "milp-vertex",
            Self::ExactSymmetric => "exact-symmetric",
            Self::ExactDirected => "exact-directed",
            Self::ExactSparse => "exact-sparse",
            Self::ExactReceptive => "exact-receptive",
            Self::ExactDefault => "exact-default",
            Self::ExactNoise => "exact-noise",
            Self::ExactSurvive => "exact-survive",
        }
    }

    /// All names, for messages.
    pub fn names() -> Vec<&'static str> {
        Self::all().map(Self::name).collect()
    }

    /// Whether the method proves bounds on what any weights can do. The paper's program proves its own, for its ε and M.
    pub fn is_exact(self) -> bool {
        matches!(
            self,
            Self::ExactSymmetric
                | Self::ExactDirected
                | Self::ExactSparse
                | Self::ExactReceptive
                | Self::ExactDefault
                | Self::ExactNoise
                | Self::ExactSurvive
        )
    }

    /// Whether it searches, for up to the time limit; the rules take a moment.
    pub fn searches(self) -> bool {
        self.is_exact() || self == Self::MilpVertex
    }

    /// Its colour and dash in every figure: searched networks solid, rules dashed.
    pub fn look(self) -> Look {
        let colour = match self {
            Self::ExactSymmetric | Self::Rule(Classical::Perceptron) => 0,
            Self::Rule(Classical::Hebbian) | Self::MilpVertex | Self::ExactDefault => 1,
            Self::Rule(Classical::PseudoInverse) => 2,
            Self::ExactDirected | Self::Rule(Classical::Storkey) => 3,
            Self::Rule(Classical::Gradient) => 4,
            Self::ExactReceptive | Self::ExactNoise => 5,
            Self::ExactSparse => 6,
            Self::Rule(Classical::GradientTuned) | Self::ExactSurvive => 7,
            Self::Rule(rule) => Classical::ALL.iter().position(|r| *r == rule).unwrap_or(0) % 8,
        };
        let dash = if self.searches() {
            Dash::Solid
        } else {
            Dash::Dashed
        };
        Look::new(colour, dash)
    }

    /// Its name in legends, in the paper's terms where it has one.
    pub fn label(self) -> &'static str {
        match self {
            Self::Rule(Classical::Hebbian) => "Hebb (Baseline\u{a0}1)",
            Self::Rule(Classical::PseudoInverse) => "pseudo-inverse (Baseline\u{a0}2)",
            Self::Rule(Classical::Storkey) => "Storkey",
            Self::Rule(Classical::Gradient) => "gradient, paper's settings",
            Self::Rule(Classical::GradientTuned) => "gradient, tuned",
            Self::Rule(rule) => rule.name(),
            Self::MilpVertex => "MILP, any vertex (directed)",
            Self::ExactSymmetric => "exact, symmetric",
            Self::ExactDirected => "exact, directed",
            Self::ExactSparse => "exact, sparse",
            Self::ExactReceptive => "exact, receptive field",
            Self::ExactDefault => "exact, by default",
            Self::ExactNoise => "exact, for noise",
            Self::ExactSurvive => "exact, surviving one flip",
        }
    }

    /// What it was run with, as `key=value` words for tables; `own` are settings of a rule's own.
    pub fn options(self, settings: &Settings, own: &[Assignment]) -> String {
        let exact = format!("ties={} time-limit={}", settings.ties, settings.time_limit);
        match self {
            // Tables of earlier runs have none.
            Self::Rule(Classical::Perceptron) if own.is_empty() => String::new(),
            Self::Rule(rule) => {
                let word = |card: &SettingCard| {
                    let set = own.iter().find(|own| own.key == card.name);
                    format!(
                        "{}={}",
                        card.name,
                        set.map_or(&card.default, |own| &own.value)
                    )
                };
                let words: Vec<String> = rule.settings().iter().map(word).collect();
                words.join(" ")
            }
            Self::ExactSymmetric | Self::ExactDirected | Self::ExactDefault => exact,
            Self::MilpVertex => format!("{exact} epsilon={}", milp::DEFAULT_EPSILON),
            Self::ExactSparse => format!("{exact} balance={}", settings.balance),
            Self::ExactReceptive => format!("{exact} radius={}", settings.radius),
            Self::ExactNoise => format!("{exact} noise={}", settings.noise),
            Self::ExactSurvive => format!("{exact} survive={SURVIVE}"),
        }
    }

    /// The names of the [`Settings`] that one method may have to itself; those of rules are [`Classical::settings`].
    pub(crate) fn setting_names(self) -> Vec<&'static str> {
        let mut settings = Settings::default();
        let mut all = vec!["time-limit", "balance", "radius", "noise"];
        all.retain(|name| self.setting(name, &mut settings).is_some());
        all
    }

    /// The setting of that name, if the method heeds it.
    pub(crate) fn setting<'a>(self, name: &str, settings: &'a mut Settings) -> Option<&'a mut f64> {
        match (name, self) {
            ("time-limit", _) if self.searches() => Some(&mut settings.time_limit),
            ("balance", Self::ExactSparse) => Some(&mut settings.balance),
            ("radius", Self::ExactReceptive) => Some(&mut settings.radius),
            ("noise", Self::ExactNoise) => Some(&mut settings.noise),
            _ => None,
        }
    }

    /// The couplings it trains, on images of this shape.
    ///
    /// # Errors
    /// Only for a radius that is no finite number ≥ 0.
    pub fn couplings(
        self,
        shape: Shape,
        settings: &Settings,
    ) -> Result<Couplings, attractor::CouplingsError> {
        match self {
            Self::ExactReceptive => {
                Couplings::receptive_field(shape, settings.radius, Symmetry::Symmetric)
            }
            Self::ExactDirected | Self::MilpVertex => {
                Couplings::full(shape.neurons(), Symmetry::Directed)
            }
            _ => Couplings::full(shape.neurons(), Symmetry::Symmetric),
        }
    }

    /// Trains.
    ///
    /// # Errors
    /// What the rules refuse.
    pub fn train(self, task: &Task<'_>, control: &Control<'_>) -> Result<Learned, TrainError> {
        let Task {
            patterns,
            shape,
            settings,
            rule_settings,
            seed,
        } = *task;
        let couplings = self.couplings(shape, settings).map_err(refused)?;
        match self {
            Self::MilpVertex => {
                let control = timed(settings, control);
                Ok(vertex(patterns, &couplings, settings, &control)?.into())
            }
            Self::Rule(rule) => {
                let options = RuleOptions::default()
                    .with_ties(settings.ties)
                    .with_seed(seed)
                    .with_settings(rule_settings.to_vec());
                let refused = |error| TrainError::Unsupported {
                    rule: rule.name(),
                    reason: Refusal::other(error),
                };
                let rule = rule.with(&options).map_err(refused)?;
                // The limit is for searches: a rule's network does not depend on the clock.
                let control = control.untimed();
                Ok(rule.train_until(patterns, &couplings, &control)?.into())
            }
            _ => {
                let survive = (self == Self::ExactSurvive).then(|| Survive::new(SURVIVE, 0));
                learn(
                    task,
                    couplings,
                    self.preference(settings)?,
                    survive,
                    control,
                )
            }
        }
    }

    /// What an exact method prefers among the networks with the fewest wrong bits. The figures name what they want: but for
    /// `exact-default` they do not follow the library's default.
    fn preference(self, settings: &Settings) -> Result<Preference, TrainError> {
        Ok(match self {
            Self::ExactSparse => Preference::Sparse {
                balance: settings.balance,
            },
            Self::ExactDefault => Preference::Usual,
            Self::ExactNoise => {
                Preference::Repair(Damage::new(settings.noise, 0.0).map_err(refused)?)
            }
            _ => Preference::WidestMargin,
        })
    }
}

/// Exact training on a task, with its ties, within its time limit.
pub(crate) fn learn(
    task: &Task<'_>,
    couplings: Couplings,
    preference: Preference,
    survive: Option<Survive>,
    control: &Control<'_>,
) -> Result<Learned, TrainError> {
    let mut problem = Problem::new(task.patterns.clone(), couplings)?;
    problem.ties = task.settings.ties;
    problem.preference = preference;
    problem.survive = survive;
    let options = Options { seed: task.seed };
    let control = timed(task.settings, control);
    let outcome = attractor_exact::train(&problem, &options, &control)?;
    Ok(Learned {
        trained: outcome.trained,
        proof: Some((problem, outcome.evidence)),
    })
}

/// The control of one training, which ends after its limit.
fn timed<'a>(settings: &Settings, control: &Control<'a>) -> Control<'a> {
    let limit = Duration::try_from_secs_f64(settings.time_limit);
    control.phase(limit.unwrap_or(Duration::MAX))
}

/// What exact training cannot be asked.
pub(crate) fn refused(error: impl std::error::Error + Send + Sync + 'static) -> TrainError {
    TrainError::Unsupported {
        rule: "exact",
        reason: Refusal::other(error),
    }
}

/// The network that the paper's mixed integer program ends in.
fn vertex(
    patterns: &Patterns,
    couplings: &Couplings,
    settings: &Settings,
    control: &Control<'_>,
) -> Result<Trained, TrainError> {
    let refused = |reason: String| TrainError::Unsupported {
        rule: Method::MilpVertex.name(),
        reason: Refusal::other(reason),
    };
    let options = milp::ModelOptions {
        ties: settings.ties,
        form: Form::Compact,
        ..milp::ModelOptions::default()
    };
    let model = BigM::new(patterns, couplings, &options).map_err(|e| refused(e.to_string()))?;
    let solution = milp::solve(&model, control).map_err(|e| refused(e.to_string()))?;
    if solution.status == SolverStatus::NoSolution && !control.interrupted() {
        return Err(refused(format!(
            "the solver found no network for {} patterns of {} neurons within {} s; raise the time limit or store less",
            patterns.count(),
            patterns.neurons(),
            settings.time_limit
        )));
    }
    Ok(solution.trained)
}
