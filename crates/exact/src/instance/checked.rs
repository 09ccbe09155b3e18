//! A problem that was checked once.

use crate::error::{ExactError, Unsupported};
use crate::problem::{MAX_SEARCHED_INTEGER, Preference, Problem, SurviveGoal, Weights};
use attractor::Ties;
use attractor::rules::check_sizes;
use std::ops::Deref;

/// A problem that training can honour: patterns and couplings of one size, weights and a preference that a search knows.
#[derive(Debug, Clone, Copy)]
pub struct Instance<'p> {
    problem: &'p Problem,
    /// What is preferred; the usual preference is resolved, so it stands before the problem's own field.
    pub(crate) preference: Preference,
}

impl<'p> Instance<'p> {
    /// Checks `problem`.
    ///
    /// # Errors
    /// Patterns and couplings of different sizes, or what training cannot honour.
    pub fn new(problem: &'p Problem) -> Result<Self, ExactError> {
        check_sizes(&problem.patterns, &problem.couplings)?;
        check_survival(problem)?;
        match (problem.weights, problem.preference) {
            (weights, _) if !weights.is_valid() => Err(Unsupported::NoSuchWeights(weights))?,
            (_, Preference::Sparse { balance }) if !(0.0..=1.0).contains(&balance) => {
                Err(Unsupported::Balance(balance))?
            }
            (Weights::Integer(k), _) if k > MAX_SEARCHED_INTEGER => {
                Err(Unsupported::IntegersTooLarge(k))?
            }
            _ => Ok(Self {
                problem,
                preference: problem.preference_in_force(),
            }),
        }
    }

    /// Whether few weights are preferred to a wide margin.
    pub(crate) fn is_sparse(&self) -> bool {
        matches!(self.preference, Preference::Sparse { .. })
    }

    /// Whether bit (μ,i) asks for an aligned field above zero; the others are right at zero, too.
    pub fn is_strict(&self, mu: usize, i: usize) -> bool {
        self.ties == Ties::Strict || self.patterns.is_plus(mu, i)
    }
}

/// Refuses survival that cannot be asked for.
fn check_survival(problem: &Problem) -> Result<(), Unsupported> {
    let Some(asked) = problem.survive else {
        return Ok(());
    };
    match problem.preference_in_force() {
        Preference::Usual | Preference::WidestMargin | Preference::Repair(_) => {}
        Preference::Sparse { .. } | Preference::Recall { .. } => {
            return Err(Unsupported::SurvivePreference);
        }
    }
    let flips = match asked.goal {
        SurviveGoal::All(flips) | SurviveGoal::Most(flips) => flips,
        SurviveGoal::Largest => 0,
    };
    let (damaged, neurons) = (flips.max(asked.erasures), problem.patterns.neurons());
    if damaged > neurons {
        return Err(Unsupported::SurviveTooMuch { damaged, neurons });
    }
    Ok(())
}

impl Deref for Instance<'_> {
    type Target = Problem;

    fn deref(&self) -> &Problem {
        self.problem
    }
}
