//! Pipeline: the one door to exact training. Chooses the method that fits the problem, in stages: a first network (`start`),
//! storing every bit (`store`), the search for the fewest wrong bits, and what is preferred among equals (`prefer`). Nothing
//! comes out that was not counted on the patterns.

mod neuron;
mod prefer;
mod start;
mod store;
#[cfg(test)]
mod tests;

pub use neuron::{TrainedNeuron, train_neuron};
pub(crate) use start::hebbian;

use crate::budget;
use crate::error::ExactError;
use crate::evidence::Evidence;
use crate::instance::Instance;
use crate::outcome::{Outcome, Statistics};
use crate::problem::{Options, Preference, Problem, Weights};
use crate::repair::repaired;
use crate::search::symmetric::Early;
use crate::search::{directed, discrete, symmetric};
use attractor::{Control, Status, Symmetry};
use store::Stored;

/// Trains to the fewest wrong bits, then to what the problem prefers among equals; stops early with the best so far when
/// `control` says so.
///
/// ```
/// use attractor::{Couplings, Patterns, Status, Symmetry};
/// use attractor_exact::{Control, Options, Problem, train};
/// let patterns = Patterns::random(30, 12, 1)?;
/// let couplings = Couplings::full(12, Symmetry::Directed)?;
/// let outcome = train(&Problem::new(patterns, couplings)?, &Options::default(), &Control::new())?;
/// assert_eq!(outcome.trained.status, Status::Optimal);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// What training cannot honour is refused, never ignored.
pub fn train(
    problem: &Problem,
    options: &Options,
    control: &Control<'_>,
) -> Result<Outcome, ExactError> {
    let instance = &Instance::new(problem)?;
    let control = &budget::searches(instance, control);
    let outcome = before_repair(instance, options, control)?;
    match problem.preference {
        Preference::Repair(damage) if !damage.is_none() && problem.weights == Weights::Real => {
            repaired(instance, outcome, damage, control)
        }
        _ => Ok(outcome),
    }
}

/// The fewest wrong bits, then the widest margin or sparse weights.
fn before_repair(
    instance: &Instance<'_>,
    options: &Options,
    control: &Control<'_>,
) -> Result<Outcome, ExactError> {
    let limited;
    let control = if let Preference::Repair(_) = instance.preference {
        limited = budget::before_repair(instance, control);
        &limited
    } else {
        control
    };
    match (instance.weights, instance.couplings.symmetry()) {
        (Weights::Real, Symmetry::Directed) => train_directed(instance, options, control),
        (Weights::Real, Symmetry::Symmetric) => train_symmetric(instance, options, control),
        (Weights::Ternary | Weights::Binary | Weights::Integer(_), _) => {
            discrete::search(instance, options, control)
        }
    }
}

fn train_directed(
    instance: &Instance<'_>,
    options: &Options,
    control: &Control<'_>,
) -> Result<Outcome, ExactError> {
    let mut start = hebbian(instance)?;
    if let Some(other) = start::pseudo_inverse(instance, control)? {
        start = start::better_rows(instance, start, &other)?;
    }
    let separators = store::neurons(instance, control)?;
    let found = directed::search(instance, options, start, &separators, control)?;
    Ok(found.into())
}

fn train_symmetric(
    instance: &Instance<'_>,
    options: &Options,
    control: &Control<'_>,
) -> Result<Outcome, ExactError> {
    let start = hebbian(instance)?;
    let other = start::pseudo_inverse(instance, control)?;
    let mut early = Early::new(match other {
        Some(other) => store::better(start.clone(), other),
        None => start.clone(),
    });
    let stored = store::network(instance, options.seed, start, &mut early, control)?;
    let outcome = match stored {
        Stored::All { trained, gap } => Outcome {
            trained,
            statistics: Statistics {
                proven_after: Some(control.elapsed()),
                ..Statistics::default()
            },
            margin_gap: Some(gap),
            repair: None,
            evidence: Evidence::default(),
        },
        Stored::Not(start) => {
            let search = budget::symmetric_search(instance, control);
            let mut outcome = symmetric::search(instance, options, start, early, &search)?.into();
            note_proof(&mut outcome, control);
            outcome = prefer::widest(instance, outcome, control)?;
            // A wider margin may hold more bits.
            note_proof(&mut outcome, control);
            outcome
        }
    };
    prefer::sparse(instance, outcome, control)
}

/// Takes down when the fewest wrong bits were proven, the first time that they are.
fn note_proof(outcome: &mut Outcome, control: &Control<'_>) {
    if outcome.trained.status == Status::Optimal {
        let proven_after = &mut outcome.statistics.proven_after;
        proven_after.get_or_insert_with(|| control.elapsed());
    }
}
