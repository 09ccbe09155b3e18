//! The raw options of the rule, and which of them contradict one another.

use super::survive::SurviveArgs;
use crate::model::ModelArgs;
use anyhow::{Result, bail, ensure};
use attractor::rules::{Assignment, Classical, RuleOptions};
use attractor::{Patterns, Rule};
use attractor_exact::milp::{self, Backend, BigM, Form};
use clap::builder::PossibleValuesParser;
use clap::{Args, ValueEnum};
use std::time::Duration;

/// Raw options of the rule.
#[derive(Debug, Args)]
#[command(next_help_heading = "Rule")]
pub(crate) struct MethodArgs {
    /// The learning rule; `attractor rules` explains them
    #[arg(long, value_name = "NAME", default_value = EXACT, value_parser = rule_names())]
    pub(super) rule: String,

    /// Formulation of the exact rule [default: scale-free]
    #[arg(long, value_name = "NAME")]
    pub(super) formulation: Option<Formulation>,

    #[command(flatten)]
    pub(super) big_m: BigMArgs,

    /// Solver of the big-M model [default: microlp]
    #[arg(long, value_name = "NAME")]
    solver: Option<SolverName>,

    /// Pseudo-inverse: keep the diagonal (the memory then repairs less, and beyond N patterns nothing at all)
    #[arg(long)]
    pub(super) keep_diagonal: bool,

    /// A setting of the rule's own; `attractor rules` lists them. May be given more than once
    #[arg(long, value_name = "KEY=VALUE", allow_negative_numbers = true)]
    pub(super) set: Vec<Assignment>,

    #[command(flatten)]
    pub(super) survive: SurviveArgs,
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

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Formulation {
    /// No epsilon, no M, no box: the fewest wrong bits that any weights have, then the best repair of damage
    ScaleFree,
    /// The paper's mixed integer program, as `attractor export` writes it
    BigM,
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

pub(super) const NO_EVIDENCE: &str = "--proof is for --rule exact in its scale-free formulation; other rules and \
     the big-M model leave no evidence that could be checked";

fn rule_names() -> PossibleValuesParser {
    let classical = Classical::ALL.map(Classical::name);
    PossibleValuesParser::new(std::iter::once(EXACT).chain(classical))
}

impl MethodArgs {
    /// Whether it is a classical rule that a time limit can end early.
    fn is_iterative(&self) -> bool {
        self.rule
            .parse::<Classical>()
            .is_ok_and(Classical::is_iterative)
    }

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
        model.preference()?;
        let big_m = self.formulation == Some(Formulation::BigM);
        let (name, exact) = (&self.rule, self.rule == EXACT);
        let given = self.big_m.given().or(self.solver.map(|_| "--solver"));
        if big_m {
            model.check_big_m()?;
        }
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
        if let Some(asked) = self.set.first().filter(|_| exact) {
            bail!("--set {asked}: rule {name} has no settings; they are options of their own");
        }
        if !exact {
            self.classical(RuleOptions::default())?;
        }
        ensure!(!proof || (exact && !big_m), "{NO_EVIDENCE}");
        self.survive
            .check((name, exact), !big_m, model.sparsity().is_some())?;
        let exact_only = [
            self.formulation.map(|_| "--formulation"),
            time_limit
                .filter(|_| !self.is_iterative())
                .map(|_| "--time-limit"),
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

    /// The classical rule with these options and the settings asked for.
    ///
    /// # Errors
    /// Settings that the rule has not, values that they cannot have.
    pub(super) fn classical(&self, options: RuleOptions) -> Result<(Classical, Box<dyn Rule>)> {
        let options = options
            .with_diagonal(self.keep_diagonal)
            .with_settings(self.set.clone());
        let kind: Classical = self.rule.parse()?;
        Ok((kind, kind.with(&options)?))
    }

    pub(super) fn backend(&self) -> Backend {
        self.solver.map_or_else(Backend::default, Backend::from)
    }
}

impl BigMArgs {
    /// The option that was given, if one was.
    pub(crate) fn given(&self) -> Option<&'static str> {
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
        let defaults = milp::ModelOptions::default();
        let options = milp::ModelOptions {
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
