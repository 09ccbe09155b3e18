//! How to train: the rule, its formulation and its own options, checked against one another.

use crate::interrupt;
use crate::model::ModelArgs;
use crate::progress::ProgressLine;
use anyhow::{Result, ensure};
use attractor::rules::{Hebbian, PseudoInverse};
use attractor::{Couplings, Patterns, Rule, Trained};
use attractor_exact::milp::{self, BigM, Form};
use attractor_exact::{Control, Options, Preference, Problem};
use clap::{Args, ValueEnum};
use serde_json::{Map, Value};
use std::time::Duration;

/// Raw options of the rule.
#[derive(Debug, Args)]
#[command(next_help_heading = "Rule")]
pub(crate) struct MethodArgs {
    /// The learning rule; `attractor rules` explains them
    #[arg(long, value_name = "NAME", default_value = "exact")]
    rule: RuleName,

    /// Formulation of the exact rule [default: scale-free]
    #[arg(long, value_name = "NAME")]
    formulation: Option<Formulation>,

    #[command(flatten)]
    big_m: BigMArgs,

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

/// The rules by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum RuleName {
    Exact,
    Hebbian,
    PseudoInverse,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Formulation {
    /// No epsilon, no M, no box: the fewest wrong bits that any weights have, then the widest margin
    ScaleFree,
    /// The paper's mixed integer program, as `attractor export` writes it
    BigM,
}

impl RuleName {
    /// The classical rule of this name; the exact one is not among them.
    fn classical(self, model: &ModelArgs, keep_diagonal: bool) -> Option<Box<dyn Rule>> {
        let (bias, ties) = (model.bias(), model.ties());
        match self {
            Self::Exact => None,
            Self::Hebbian => Some(Box::new(Hebbian { bias, ties })),
            Self::PseudoInverse => Some(Box::new(PseudoInverse {
                bias,
                ties,
                keep_diagonal,
            })),
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::Hebbian => "hebbian",
            Self::PseudoInverse => "pseudo-inverse",
        }
    }

    /// Every rule's name with one line for people.
    pub(crate) fn summaries() -> Vec<(&'static str, &'static str)> {
        let plain = ModelArgs::default();
        let summary = |rule: &Self| match rule.classical(&plain, false) {
            Some(rule) => rule.summary(),
            None => "fewest wrong bits, then widest margin, with a proven bound; the default",
        };
        Self::value_variants()
            .iter()
            .map(|rule| (rule.name(), summary(rule)))
            .collect()
    }
}

impl MethodArgs {
    /// Refuses options that contradict one another, before anything is read.
    ///
    /// # Errors
    /// Names the options.
    pub(crate) fn check(&self, model: &ModelArgs, time_limit: Option<Duration>) -> Result<()> {
        let big_m = self.formulation == Some(Formulation::BigM);
        let exact = self.rule == RuleName::Exact;
        let name = self.rule.name();
        if let Some(option) = self.big_m.given() {
            ensure!(
                big_m,
                "{option} belongs to --formulation big-m; the scale-free formulation has no such number"
            );
        }
        ensure!(
            !self.keep_diagonal || self.rule == RuleName::PseudoInverse,
            "--keep-diagonal is for --rule pseudo-inverse; rule {name} has no diagonal to keep"
        );
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
    BigM(Box<BigM>),
    Classical(Box<dyn Rule>, Patterns, Couplings),
}

impl Method {
    /// # Errors
    /// Options that do not fit the patterns.
    pub(crate) fn new(args: &MethodArgs, model: &ModelArgs, patterns: Patterns) -> Result<Self> {
        let mut options = Map::new();
        let mut note = |key: &str, value: Value| options.insert(key.to_owned(), value);
        note("bias", model.bias().into());
        let how = if let Some(rule) = args.rule.classical(model, args.keep_diagonal) {
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
            How::BigM(Box::new(big_m))
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

    /// The rule's name in files and reports.
    pub(crate) fn rule(&self) -> &'static str {
        match &self.how {
            How::ScaleFree(_) | How::BigM(_) => RuleName::Exact.name(),
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
            How::BigM(model) => model.patterns(),
            How::Classical(_, patterns, _) => patterns,
        }
    }

    pub(crate) fn couplings(&self) -> &Couplings {
        match &self.how {
            How::ScaleFree(problem) => &problem.couplings,
            How::BigM(model) => model.couplings(),
            How::Classical(_, _, couplings) => couplings,
        }
    }

    /// Trains; Ctrl-C and the limit end exact training early with the best network so far.
    ///
    /// # Errors
    /// What the rule cannot honour.
    pub(crate) fn train(&self, seed: u64, limit: Option<Duration>) -> Result<Trained> {
        match &self.how {
            How::Classical(rule, patterns, couplings) => Ok(rule.train(patterns, couplings)?),
            How::BigM(model) => obeying(limit, |control| Ok(milp::solve(model, control)?.trained)),
            How::ScaleFree(problem) => obeying(limit, |control| {
                Ok(attractor_exact::train(problem, &Options { seed }, control)?.trained)
            }),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_the_same_everywhere() {
        for rule in RuleName::value_variants() {
            let typed = rule.to_possible_value().unwrap();
            assert_eq!(typed.get_name(), rule.name());
            if let Some(classical) = rule.classical(&ModelArgs::default(), false) {
                assert_eq!(classical.name(), rule.name());
            }
        }
    }
}
