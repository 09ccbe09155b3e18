//! Training and certifying by a checked method.

use super::SolverWord;
use super::args::NO_EVIDENCE;
use super::settings::{How, Method};
use crate::interrupt;
use crate::progress::ProgressLine;
use anyhow::{Result, bail};
use attractor::{Network, Trained};
use attractor_exact::milp::{self, Backend, BigM};
use attractor_exact::{
    Control, Evidence, Options, Problem, Repair, Statistics, Survival, Weights, certify,
};
use attractor_proof::Certificate;
use std::sync::atomic::Ordering;
use std::time::Duration;

/// What a training leaves.
pub(crate) struct Outcome {
    pub(crate) trained: Trained,
    pub(crate) evidence: Evidence,
    /// How far the margin's search was from its end, where that is known.
    pub(crate) margin_gap: Option<f64>,
    /// How well damage is repaired, where that was asked for.
    pub(crate) repair: Option<Repair>,
    /// The margin by the norm of all weights that the gap is about.
    pub(crate) network_margin: Option<f64>,
    /// Of the exact rule's search.
    pub(crate) statistics: Option<Statistics>,
    /// Of the big-M model's solver.
    pub(crate) word: Option<SolverWord>,
    /// What the patterns survive, where that was asked for.
    pub(crate) survival: Option<Survival>,
}

impl From<Trained> for Outcome {
    fn from(trained: Trained) -> Self {
        Self {
            trained,
            evidence: Evidence::default(),
            margin_gap: None,
            repair: None,
            network_margin: None,
            statistics: None,
            word: None,
            survival: None,
        }
    }
}

impl Method {
    /// Trains; Ctrl-C and the limit end exact training and iterative rules early, with the best network so far.
    ///
    /// # Errors
    /// What the rule cannot honour.
    pub(crate) fn train(&self, seed: u64, limit: Option<Duration>) -> Result<Outcome> {
        match &self.how {
            How::Classical(kind, rule, patterns, couplings) if kind.is_iterative() => {
                obeying(limit, |control| {
                    let trained = rule.train_until(patterns, couplings, control)?;
                    let nothing = vec![0; patterns.neurons()];
                    Ok(trained.bounded(nothing, 0, control.interrupted()).into())
                })
            }
            How::Classical(_, rule, patterns, couplings) => {
                Ok(rule.train(patterns, couplings)?.into())
            }
            How::BigM(model, solver) => {
                obeying(limit, |control| solve_big_m(model, *solver, control))
            }
            How::ScaleFree(problem) => obeying(limit, |control| {
                train_exactly(problem, self.known.as_ref(), seed, control)
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

    /// The certificate of a trained network and its evidence; none for what has no evidence, see
    /// [`MethodArgs::check`](super::MethodArgs::check).
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

fn solve_big_m(model: &BigM, solver: Backend, control: &Control<'_>) -> Result<Outcome> {
    let solution = milp::solve_with(model, solver, control)?;
    Ok(Outcome {
        word: Some(SolverWord::new(&solution, model.options())),
        ..solution.trained.into()
    })
}

fn train_exactly(
    problem: &Problem,
    known: Option<&Network>,
    seed: u64,
    control: &Control<'_>,
) -> Result<Outcome> {
    let options = Options { seed };
    let outcome = match known {
        Some(known) => attractor_exact::train_from(problem, known, &options, control)?,
        None => attractor_exact::train(problem, &options, control)?,
    };
    Ok(Outcome {
        evidence: outcome.evidence,
        margin_gap: outcome.margin_gap,
        repair: outcome.repair,
        network_margin: outcome.network_margin,
        statistics: Some(outcome.statistics),
        survival: outcome.survival,
        ..outcome.trained.into()
    })
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
