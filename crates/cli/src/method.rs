//! How to train: the rule, its formulation and its own options, checked against one another.

use crate::interrupt;
use crate::model::ModelArgs;
use crate::progress::ProgressLine;
use crate::report::SolverWord;
use anyhow::{Result, bail, ensure};
use attractor::rules::{RuleOptions, by_name, classical};
use attractor::{Couplings, Network, Patterns, Rule, Trained};
use attractor_exact::milp::{self, Backend, BigM, Form};
use attractor_exact::{Control, Options, Preference, Problem, Statistics, Weights};
use attractor_exact::{Evidence, certify};
use attractor_proof::Certificate;
use clap::builder::PossibleValuesParser;
use clap::{Args, ValueEnum};
use serde_json::{Map, Value};
use std::sync::atomic::Ordering;
use std::time::Duration;

/// Raw options of the rule.
#[derive(Debug, Args)]
#[command(next_help_heading = "Rule")]
pub(crate) struct MethodArgs {
    /// The learning rule; `attractor rules` explains them
    #[arg(long, value_name = "NAME", default_value = EXACT, value_parser = rule_names())]
    rule: String,

    /// Formulation of the exact rule [default: scale-free]
    #[arg(long, value_name = "NAME")]
    formulation: Option<Formulation>,

    #[command(flatten)]
    big_m: BigMArgs,

    /// Solver of the big-M model [default: microlp]
    #[arg(long, value_name = "NAME")]
    solver: Option<SolverName>,

    /// Pseudo-inverse: keep the diagonal (the memory then repairs less, and beyond N patterns nothing at all)
    #[arg(long)]
    keep_diagonal: bool,
}

/// Raw options of the big-M model, for `train` and `export`.
#[derive(Debug, Args)]
pub(crate) struct BigMArgs {
    /// Margin of the big-M model, above 0 [default: 0.001]
    #[arg(long, value_name = "EPSILON", allow_negative_numbers = true)]
    epsilon: Option<f64>,

    /// M of the big-M model [default: the least that excludes nothing, row by row]
    #[arg(long, value_name = "M", allow_negative_numbers = true)]
    big_m: Option<f64>,
}

/// The solvers in this build.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum SolverName {
    /// Pure Rust
    Microlp,
    /// Faster; in builds with the cargo feature `highs`
    #[cfg(feature = "highs")]
    Highs,
}

impl From<SolverName> for Backend {
    fn from(name: SolverName) -> Self {
        match name {
            SolverName::Microlp => Self::Microlp,
            #[cfg(feature = "highs")]
            SolverName::Highs => Self::Highs,
        }
    }
}

/// The name of the exact rule; the classical ones are the library's.
pub(crate) const EXACT: &str = "exact";

/// Refuses networks whose weight matrix no allocation could hold, which would end the program.
fn check_memory(neurons: usize) -> Result<()> {
    let mut matrix = Vec::<f64>::new();
    let weights = neurons.checked_mul(neurons);
    let fits = weights.is_some_and(|weights| matrix.try_reserve_exact(weights).is_ok());
    // Nothing is written there; unless it might be, the compiler leaves the allocation out.
    std::hint::black_box(&mut matrix);
    ensure!(
        fits,
        "{neurons} neurons have {neurons} times {neurons} weights of 8 bytes, more than this machine's memory holds; \
         every row is one pattern and every column a neuron: take fewer columns, or smaller images"
    );
    Ok(())
}

/// Seconds that each exact training of an experiment may take if no limit is given.
const DEFAULT_TIME_LIMIT: f64 = 10.0;

const NO_EVIDENCE: &str = "--proof is for --rule exact in its scale-free formulation; other rules and \
     the big-M model leave no evidence that could be checked";

/// Every rule's name with one line for people.
pub(crate) fn rules() -> Vec<(&'static str, &'static str)> {
    let exact = "fewest wrong bits, then widest margin, with a proven bound; the default";
    std::iter::once((EXACT, exact))
        .chain(
            classical(&RuleOptions::default())
                .iter()
                .map(|rule| (rule.name(), rule.summary())),
        )
        .collect()
}

fn rule_names() -> PossibleValuesParser {
    PossibleValuesParser::new(rules().into_iter().map(|(name, _)| name))
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Formulation {
    /// No epsilon, no M, no box: the fewest wrong bits that any weights have, then the widest margin
    ScaleFree,
    /// The paper's mixed integer program, as `attractor export` writes it
    BigM,
}

impl MethodArgs {
    /// Refuses options that contradict one another, before anything is read.
    ///
    /// # Errors
    /// Names the options.
    pub(crate) fn check(
        &self,
        model: &ModelArgs,
        time_limit: Option<Duration>,
        proof: bool,
    ) -> Result<()> {
        let big_m = self.formulation == Some(Formulation::BigM);
        let (name, exact) = (&self.rule, self.rule == EXACT);
        let given = self.big_m.given().or(self.solver.map(|_| "--solver"));
        if let Some(option) = given {
            ensure!(
                big_m,
                "{option} belongs to --formulation big-m; the scale-free formulation has none"
            );
        }
        ensure!(
            !(self.keep_diagonal && exact),
            "--keep-diagonal is for --rule pseudo-inverse; rule {name} has no diagonal to keep"
        );
        ensure!(!proof || (exact && !big_m), "{NO_EVIDENCE}");
        let exact_only = [
            self.formulation.map(|_| "--formulation"),
            time_limit.map(|_| "--time-limit"),
            model.exact_only(),
        ];
        if let Some(option) = exact_only.into_iter().flatten().next() {
            ensure!(
                exact,
                "{option} is for --rule exact; rule {name} does not know it"
            );
        }
        Ok(())
    }
}

/// The limit of each exact training in experiments, in seconds.
pub(crate) fn time_limit(given: Option<Duration>) -> f64 {
    given.map_or(DEFAULT_TIME_LIMIT, |limit| limit.as_secs_f64())
}

/// Refuses a time limit that none of the experiments' methods obeys.
///
/// # Errors
/// Names a method.
pub(crate) fn check_time_limit(
    given: Option<Duration>,
    methods: &[attractor_lab::method::Method],
) -> Result<()> {
    let limited = |name: &str| name.starts_with(EXACT) || name.starts_with("milp");
    ensure!(
        given.is_none() || methods.iter().any(|method| limited(method.name())),
        "--time-limit is for exact training; rule {} does not know it",
        methods.first().map_or("", |method| method.name())
    );
    Ok(())
}

impl BigMArgs {
    fn given(&self) -> Option<&'static str> {
        match (self.epsilon, self.big_m) {
            (Some(_), _) => Some("--epsilon"),
            (_, Some(_)) => Some("--big-m"),
            _ => None,
        }
    }

    /// The paper's model of these patterns.
    ///
    /// # Errors
    /// Options out of range, couplings that do not fit, a model too large to build.
    pub(crate) fn build(&self, model: &ModelArgs, patterns: &Patterns, form: Form) -> Result<BigM> {
        let defaults = milp::Options::default();
        let options = milp::Options {
            weights: model.weights(),
            ties: model.ties(),
            bias: model.bias(),
            sparsity: model.sparsity(),
            epsilon: self.epsilon.unwrap_or(defaults.epsilon),
            big_m: self.big_m,
            form,
        };
        Ok(BigM::new(patterns, &model.couplings(patterns)?, &options)?)
    }
}

/// Checked settings: one call away from a network.
pub(crate) struct Method {
    how: How,
    /// What was asked for, for the network file.
    options: Map<String, Value>,
}

enum How {
    ScaleFree(Problem),
    BigM(Box<BigM>, Backend),
    Classical(Box<dyn Rule>, Patterns, Couplings),
}

/// What a training leaves.
pub(crate) struct Outcome {
    pub(crate) trained: Trained,
    pub(crate) evidence: Evidence,
    /// How far the margin's search was from its end, where that is known.
    pub(crate) margin_gap: Option<f64>,
    /// Of the exact rule's search.
    pub(crate) statistics: Option<Statistics>,
    /// Of the big-M model's solver.
    pub(crate) word: Option<SolverWord>,
}

impl From<Trained> for Outcome {
    fn from(trained: Trained) -> Self {
        Self {
            trained,
            evidence: Evidence::default(),
            margin_gap: None,
            statistics: None,
            word: None,
        }
    }
}

impl Method {
    /// # Errors
    /// Options that do not fit the patterns.
    pub(crate) fn new(
        args: &MethodArgs,
        model: &ModelArgs,
        patterns: Patterns,
        seed: u64,
    ) -> Result<Self> {
        check_memory(patterns.neurons())?;
        let mut options = Map::new();
        let mut note = |key: &str, value: Value| options.insert(key.to_owned(), value);
        note("bias", model.bias().into());
        let how = if args.rule != EXACT {
            let rule = by_name(
                &args.rule,
                &RuleOptions {
                    bias: model.bias(),
                    keep_diagonal: args.keep_diagonal,
                    ties: model.ties(),
                    seed,
                },
            )?;
            if args.keep_diagonal {
                note("keep_diagonal", true.into());
            }
            let couplings = model.couplings(&patterns)?;
            How::Classical(rule, patterns, couplings)
        } else if args.formulation == Some(Formulation::BigM) {
            // The same optimum as the faithful form, from fewer columns and rows.
            let big_m = args.big_m.build(model, &patterns, Form::Compact)?;
            note("formulation", "big-m".into());
            note("weights", big_m.options().weights.to_string().into());
            note("epsilon", big_m.options().epsilon.into());
            note("big_m", big_m.options().big_m.into());
            note("sparse", big_m.options().sparsity.into());
            How::BigM(
                Box::new(big_m),
                args.solver.map_or_else(Backend::default, Backend::from),
            )
        } else {
            let problem = model.problem(patterns)?;
            note("formulation", "scale-free".into());
            note("weights", problem.weights.to_string().into());
            if let Preference::Sparse { balance } = problem.preference {
                note("sparse", balance.into());
            }
            How::ScaleFree(problem)
        };
        Ok(Self { how, options })
    }

    /// Whether there can be a certificate.
    pub(crate) fn certifies(&self) -> bool {
        matches!(self.how, How::ScaleFree(_))
    }

    /// The rule's name in files and reports.
    pub(crate) fn rule(&self) -> &'static str {
        match &self.how {
            How::ScaleFree(_) | How::BigM(..) => EXACT,
            How::Classical(rule, ..) => rule.name(),
        }
    }

    /// What was asked for, for the network file.
    pub(crate) fn options(&self) -> &Map<String, Value> {
        &self.options
    }

    pub(crate) fn patterns(&self) -> &Patterns {
        match &self.how {
            How::ScaleFree(problem) => &problem.patterns,
            How::BigM(model, _) => model.patterns(),
            How::Classical(_, patterns, _) => patterns,
        }
    }

    pub(crate) fn couplings(&self) -> &Couplings {
        match &self.how {
            How::ScaleFree(problem) => &problem.couplings,
            How::BigM(model, _) => model.couplings(),
            How::Classical(_, _, couplings) => couplings,
        }
    }

    /// Trains; Ctrl-C and the limit end exact training early with the best network so far.
    ///
    /// # Errors
    /// What the rule cannot honour.
    pub(crate) fn train(&self, seed: u64, limit: Option<Duration>) -> Result<Outcome> {
        match &self.how {
            How::Classical(rule, patterns, couplings) => {
                Ok(rule.train(patterns, couplings)?.into())
            }
            How::BigM(model, solver) => obeying(limit, |control| {
                let solution = milp::solve_with(model, *solver, control)?;
                Ok(Outcome {
                    word: Some(SolverWord::new(&solution, model.options())),
                    ..solution.trained.into()
                })
            }),
            How::ScaleFree(problem) => obeying(limit, |control| {
                let outcome = attractor_exact::train(problem, &Options { seed }, control)?;
                Ok(Outcome {
                    evidence: outcome.evidence,
                    margin_gap: outcome.margin_gap,
                    statistics: Some(outcome.statistics),
                    ..outcome.trained.into()
                })
            }),
        }
    }

    /// Why a bound was not certified whole.
    ///
    /// # Errors
    /// Where the interrupt cannot be watched.
    pub(crate) fn why_not_certified(&self, evidence: &Evidence) -> Result<&'static str> {
        // Symmetric weights are tried for all neurons together, too, which is no evidence.
        let tried = |p: &Problem| !evidence.tried.is_empty() || p.couplings.is_symmetric();
        let discrete = |p: &Problem| p.weights != Weights::Real && tried(p);
        Ok(match &self.how {
            _ if interrupt::watch()?.load(Ordering::Relaxed) => "the proof was interrupted",
            How::ScaleFree(p) if discrete(p) && p.bias => {
                "discrete weights with biases cannot be tried again by the checker"
            }
            How::ScaleFree(p) if discrete(p) => {
                "it rests on trying all discrete weights, too many to be tried again by the checker"
            }
            _ => "too much to be checked",
        })
    }

    /// The certificate of a trained network and its evidence; none for what has no evidence, see [`MethodArgs::check`].
    ///
    /// # Errors
    /// Evidence that does not carry the bound, which is a defect of the search.
    pub(crate) fn certify(&self, network: &Network, evidence: &Evidence) -> Result<Certificate> {
        match &self.how {
            How::ScaleFree(problem) => {
                let control = Control::new().with_interrupt(interrupt::watch()?);
                Ok(certify(problem, network, evidence, &control)?)
            }
            How::BigM(..) | How::Classical(..) => bail!("{NO_EVIDENCE}"),
        }
    }
}

/// Long work that Ctrl-C and the limit can end, with a line that shows how far it is.
pub(crate) fn obeying<T>(
    limit: Option<Duration>,
    work: impl FnOnce(&Control<'_>) -> Result<T>,
) -> Result<T> {
    let line = ProgressLine::new();
    let listener = |progress: &_| line.show(progress);
    let mut control = Control::new()
        .with_interrupt(interrupt::watch()?)
        .with_listener(&listener);
    if let Some(limit) = limit {
        control = control.with_time_limit(limit);
    }
    work(&control)
}
