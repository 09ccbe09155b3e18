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
use crate::repair;
use crate::search::symmetric::Early;
use crate::search::{directed, discrete, symmetric};
use crate::survive;
use attractor::{Control, Network, Status, Symmetry, Trained};
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
    train_with(problem, None, options, control)
}

/// [`train`] from a network that is known already, such as one for fewer or for more patterns: its neurons (directed
/// couplings), or all of it (symmetric ones), are the first incumbents where they are better than the rules'. Wrong bits and
/// bound of a training that ends are those of [`train`]; among networks with equally few wrong bits it may find another.
///
/// ```
/// use attractor::{Couplings, Patterns, Symmetry};
/// use attractor_exact::{Control, Options, Problem, train, train_from};
/// let all = Patterns::random(14, 12, 1)?;
/// let couplings = Couplings::full(12, Symmetry::Directed)?;
/// let few = all.select(&[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11])?;
/// let (options, control) = (Options::default(), Control::new());
/// let first = train(&Problem::new(few, couplings.clone())?, &options, &control)?;
/// let grown = train_from(&Problem::new(all, couplings)?, &first.trained.network, &options, &control)?;
/// assert_eq!(grown.trained.total.wrong_bits, grown.trained.total.lower_bound);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// Those of [`train`]; a network of another size or with weights that the couplings lack; discrete weights, whose searches
/// have no use for a network.
pub fn train_from(
    problem: &Problem,
    known: &Network,
    options: &Options,
    control: &Control<'_>,
) -> Result<Outcome, ExactError> {
    train_with(problem, Some(known), options, control)
}

fn train_with(
    problem: &Problem,
    known: Option<&Network>,
    options: &Options,
    control: &Control<'_>,
) -> Result<Outcome, ExactError> {
    let instance = &Instance::new(problem)?;
    let known = known.map(|network| start::known(instance, network));
    let known = known.transpose()?;
    let known = known.as_ref();
    let control = &budget::searches(instance, control);
    let damage = instance.preference.damage();
    if instance.survive.is_some() {
        let surviving = match damage {
            Some(_) => &budget::before_repair(instance, control),
            None => control,
        };
        let limited = budget::before_survival(surviving);
        let outcome = before_repair(instance, known, options, &limited)?;
        keep(&outcome.trained, control);
        let outcome = survive::improve(instance, options.seed, outcome, surviving)?;
        return match damage {
            Some(damage) => survive::repaired(instance, damage, outcome, control),
            None => Ok(outcome),
        };
    }
    let outcome = before_repair(instance, known, options, control)?;
    let Some(damage) = damage else {
        return Ok(outcome);
    };
    keep(&outcome.trained, control);
    let rounds = match instance.preference {
        Preference::Usual => None,
        Preference::Recall { rounds, .. } => Some(rounds),
        _ => Some(0),
    };
    let asked = repair::Asked {
        damage,
        rounds,
        seed: options.seed,
    };
    repair::repaired(instance, outcome, asked, control)
}

/// The fewest wrong bits, then the widest margin or sparse weights.
fn before_repair(
    instance: &Instance<'_>,
    known: Option<&Trained>,
    options: &Options,
    control: &Control<'_>,
) -> Result<Outcome, ExactError> {
    let limited;
    let control = if instance.preference.damage().is_some() {
        limited = budget::before_repair(instance, control);
        &limited
    } else {
        control
    };
    match (instance.weights, instance.couplings.symmetry()) {
        (Weights::Real, Symmetry::Directed) => train_directed(instance, known, options, control),
        (Weights::Real, Symmetry::Symmetric) => train_symmetric(instance, known, options, control),
        (Weights::Ternary | Weights::Binary | Weights::Integer(_), _) => {
            discrete::search(instance, options, control)
        }
    }
}

fn train_directed(
    instance: &Instance<'_>,
    known: Option<&Trained>,
    options: &Options,
    control: &Control<'_>,
) -> Result<Outcome, ExactError> {
    let mut start = hebbian(instance)?;
    if let Some(other) = start::pseudo_inverse(instance, control)? {
        start = start::better_rows(instance, start, &other)?;
    }
    keep(&start, control);
    let separators = store::neurons(instance, control)?;
    let start = directed::Start {
        known,
        trained: match known {
            Some(known) => start::better_rows(instance, start, known)?,
            None => start,
        },
    };
    let found = directed::search(instance, options, start, &separators, control)?;
    Ok(found.into())
}

fn train_symmetric(
    instance: &Instance<'_>,
    known: Option<&Trained>,
    options: &Options,
    control: &Control<'_>,
) -> Result<Outcome, ExactError> {
    let mut start = hebbian(instance)?;
    if let Some(known) = known {
        start = store::better(start, known.clone());
    }
    let other = start::pseudo_inverse(instance, control)?;
    let mut early = Early::new(match other {
        Some(other) => store::better(start.clone(), other),
        None => start.clone(),
    });
    keep(early.best(), control);
    let stored = store::network(instance, options.seed, start, &mut early, control)?;
    let outcome = match stored {
        Stored::All {
            trained,
            margin,
            gap,
        } => Outcome {
            trained,
            statistics: Statistics {
                proven_after: Some(control.elapsed()),
                ..Statistics::default()
            },
            margin_gap: Some(gap),
            repair: None,
            network_margin: Some(margin),
            evidence: Evidence::default(),
            survival: None,
        },
        Stored::Not(start) => {
            let search = budget::symmetric_search(instance, control);
            let mut outcome = symmetric::search(instance, options, start, early, &search)?.into();
            note_proof(&mut outcome, control);
            keep(&outcome.trained, control);
            outcome = prefer::widest(instance, outcome, control)?;
            // A wider margin may hold more bits.
            note_proof(&mut outcome, control);
            outcome
        }
    };
    prefer::sparse(instance, outcome, control)
}

fn keep(trained: &Trained, control: &Control<'_>) {
    control.keep(&trained.network, trained.total.wrong_bits);
}

/// Takes down when the fewest wrong bits were proven, the first time that they are.
fn note_proof(outcome: &mut Outcome, control: &Control<'_>) {
    if outcome.trained.status == Status::Optimal {
        let proven_after = &mut outcome.statistics.proven_after;
        proven_after.get_or_insert_with(|| control.elapsed());
    }
}
