//! Method: the ways of training that the experiments compare, by name.

use crate::plot::{Dash, Look};
use attractor::rules::{self, Classical, Refusal, RuleOptions};
use attractor::{Couplings, Patterns, Shape, Symmetry, Ties, TrainError, Trained};
use attractor_exact::milp::{self, BigM, Form, SolverStatus};
use attractor_exact::{Control, Options, Preference, Problem};
use attractor_exact::{Evidence, certify};
use attractor_proof::verify;
use attractor_tables::{Classifier, FitError, Table};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;
use std::time::Duration;

/// A way of training a memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Method {
    /// The paper's Baseline 1.
    Hebbian,
    /// The paper's Baseline 2.
    PseudoInverse,
    /// Storkey's local rule.
    Storkey,
    /// The symmetric perceptron rule.
    Perceptron,
    /// The paper's gradient network, with its settings.
    Gradient,
    /// The same with a schedule at which it converges.
    GradientTuned,
    /// The paper's own mixed integer program: any vertex that it ends in, without a margin; directed, so that each neuron
    /// is a program of its own.
    MilpVertex,
    /// The fewest wrong bits, then the widest margin; symmetric.
    ExactSymmetric,
    /// The same with directed couplings.
    ExactDirected,
    /// The fewest wrong bits, then few weights; symmetric (the paper's Eqs. 24–26).
    ExactSparse,
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
        let found = Self::ALL.into_iter().find(named);
        found.ok_or_else(|| ParseMethodError(text.to_owned()))
    }
}

/// What the methods share.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Settings {
    /// Tie rule under which exact methods count wrong bits: `negative` is the paper's.
    pub ties: Ties,
    /// Seconds after which one exact training stops with the best so far.
    pub time_limit: f64,
    /// Balance of sparse training, from 0 (widest margin) to 1 (least L1 norm).
    pub balance: f64,
    /// Pixels: the radius of receptive fields.
    pub radius: f64,
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
    /// Of everything random.
    pub seed: u64,
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
    /// Every method.
    pub const ALL: [Self; 11] = [
        Self::Hebbian,
        Self::PseudoInverse,
        Self::Storkey,
        Self::Perceptron,
        Self::Gradient,
        Self::GradientTuned,
        Self::MilpVertex,
        Self::ExactSymmetric,
        Self::ExactDirected,
        Self::ExactSparse,
        Self::ExactReceptive,
    ];

    /// The name in tables, files and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Hebbian => "hebbian",
            Self::PseudoInverse => "pseudo-inverse",
            Self::Storkey => "storkey",
            Self::Perceptron => "perceptron",
            Self::Gradient => "gradient",
            Self::GradientTuned => "gradient-tuned",
            Self::MilpVertex => "milp-vertex",
            Self::ExactSymmetric => "exact-symmetric",
            Self::ExactDirected => "exact-directed",
            Self::ExactSparse => "exact-sparse",
            Self::ExactReceptive => "exact-receptive",
        }
    }

    /// All names, for messages.
    pub fn names() -> Vec<&'static str> {
        Self::ALL.into_iter().map(Self::name).collect()
    }

    /// Whether the method proves bounds on what any weights can do. The paper's program proves its own, for its ε and M.
    pub fn is_exact(self) -> bool {
        matches!(
            self,
            Self::ExactSymmetric | Self::ExactDirected | Self::ExactSparse | Self::ExactReceptive
        )
    }

    /// Whether it searches, for up to the time limit; the rules take a moment.
    pub fn searches(self) -> bool {
        self.is_exact() || self == Self::MilpVertex
    }

    /// Its colour and dash in every figure: searched networks solid, rules dashed.
    pub fn look(self) -> Look {
        let colour = match self {
            Self::ExactSymmetric | Self::Perceptron => 0,
            Self::Hebbian | Self::MilpVertex => 1,
            Self::PseudoInverse => 2,
            Self::ExactDirected | Self::Storkey => 3,
            Self::Gradient => 4,
            Self::ExactReceptive => 5,
            Self::ExactSparse => 6,
            Self::GradientTuned => 7,
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
            Self::Hebbian => "Hebb (Baseline\u{a0}1)",
            Self::PseudoInverse => "pseudo-inverse (Baseline\u{a0}2)",
            Self::Storkey => "Storkey",
            Self::Perceptron => "perceptron",
            Self::Gradient => "gradient, paper's settings",
            Self::GradientTuned => "gradient, tuned",
            Self::MilpVertex => "MILP, any vertex (directed)",
            Self::ExactSymmetric => "exact, symmetric",
            Self::ExactDirected => "exact, directed",
            Self::ExactSparse => "exact, sparse",
            Self::ExactReceptive => "exact, receptive field",
        }
    }

    /// What it was run with, as `key=value` words for tables.
    pub fn options(self, settings: &Settings) -> String {
        let exact = format!("ties={} time-limit={}", settings.ties, settings.time_limit);
        match self {
            Self::Hebbian | Self::PseudoInverse | Self::Storkey | Self::Perceptron => String::new(),
            Self::Gradient | Self::GradientTuned => {
                let rules::Schedule {
                    rate,
                    momentum,
                    epochs,
                    batch,
                } = if self == Self::Gradient {
                    rules::Schedule::PAPER
                } else {
                    rules::Schedule::TUNED
                };
                format!("rate={rate} momentum={momentum} epochs={epochs} batch={batch}")
            }
            Self::ExactSymmetric | Self::ExactDirected => exact,
            Self::MilpVertex => format!("{exact} epsilon={}", milp::DEFAULT_EPSILON),
            Self::ExactSparse => format!("{exact} balance={}", settings.balance),
            Self::ExactReceptive => format!("{exact} radius={}", settings.radius),
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
            seed,
        } = *task;
        let unsupported = |error: attractor::CouplingsError| TrainError::Unsupported {
            rule: "exact",
            reason: Refusal::other(error),
        };
        let couplings = self.couplings(shape, settings).map_err(unsupported)?;
        let limit = Duration::try_from_secs_f64(settings.time_limit).unwrap_or(Duration::MAX);
        let control = control.phase(limit);
        match self {
            Self::MilpVertex => Ok(vertex(patterns, &couplings, settings, &control)?.into()),
            _ if self.is_exact() => {
                let mut problem = Problem::new(patterns.clone(), couplings)?;
                problem.ties = settings.ties;
                if self == Self::ExactSparse {
                    problem.preference = Preference::Sparse {
                        balance: settings.balance,
                    };
                }
                let outcome = attractor_exact::train(&problem, &Options { seed }, &control)?;
                Ok(Learned {
                    trained: outcome.trained,
                    proof: Some((problem, outcome.evidence)),
                })
            }
            _ => {
                let options = RuleOptions::default()
                    .with_ties(settings.ties)
                    .with_seed(seed);
                let refused = |error| TrainError::Unsupported {
                    rule: self.name(),
                    reason: Refusal::other(error),
                };
                let rule: Classical = self.name().parse().map_err(refused)?;
                let rule = rule.with(&options).map_err(refused)?;
                Ok(rule.train(patterns, &couplings)?.into())
            }
        }
    }
}

impl Method {
    /// Fits a classifier to these rows of a table, with a memory that this method trains. Numeric features get at most
    /// `levels` levels each.
    ///
    /// # Errors
    /// See [`FitError`].
    pub fn fit_classifier(
        self,
        table: &Table,
        rows: &[usize],
        levels: usize,
        settings: &Settings,
        seed: u64,
        control: &Control<'_>,
    ) -> Result<Classifier, FitError> {
        Classifier::fit(table, rows, levels, |patterns| {
            let shape = Shape {
                height: 1,
                width: patterns.neurons(),
            };
            let task = Task {
                patterns,
                shape,
                settings,
                seed,
            };
            Ok(self.train(&task, control)?.trained)
        })
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
