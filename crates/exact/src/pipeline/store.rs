//! Store: whether every bit can be right. If so, the network of widest margin is the answer, without a search.

use crate::budget;
use crate::error::ExactError;
use crate::instance::{Instance, NeuronSystem};
use crate::margin::{self, NetworkAnswer, NeuronAnswer, Request, Separator};
use crate::search::hitting_set::MAX_ROWS;
use crate::search::symmetric::Early;
use attractor::{Control, Phase, Trained};
use rayon::prelude::*;

/// Patterns from which on a directed network's neurons are first tried as storable sets, all together. Larger: large sets
/// are searched that need not be. Smaller: small sets wait, as one neuron's search finds the widest margin as fast.
pub(super) const MANY_PATTERNS: usize = 200;

/// Entries of all neurons' rows, at most, among which opposite ones are looked for before it is tried to store every bit:
/// about a second. Larger: that takes a part of the limit that is felt. Smaller: it is tried in vain.
const MOST_ENTRIES: f64 = 1e9;

/// The widest margin of each neuron whose rows can all hold, where there are many patterns.
pub(super) fn neurons(
    instance: &Instance<'_>,
    control: &Control<'_>,
) -> Result<Vec<Option<Separator>>, ExactError> {
    let n = instance.patterns.neurons();
    if instance.patterns.count() < MANY_PATTERNS || contradictory(instance, control) == n {
        return Ok(vec![None; n]);
    }
    let found = margin::directed(
        &instance.patterns,
        &instance.couplings,
        &request(instance),
        &control.phase(budget::storable(control)),
    )?;
    let separator = |neuron| match neuron {
        NeuronAnswer::Storable(separator) => Some(separator),
        NeuronAnswer::Infeasible { .. } | NeuronAnswer::Undecided { .. } => None,
    };
    Ok(found.into_iter().map(separator).collect())
}

/// What is asked of storable sets: every bit, as the problem counts it.
pub(super) fn request(instance: &Instance<'_>) -> Request<'static> {
    Request {
        bias: instance.bias,
        ties: instance.ties,
        recount_ties: instance.ties,
        ..Request::default()
    }
}

/// Whether a symmetric network can hold every bit.
pub(super) enum Stored {
    /// It can.
    All {
        /// The network of widest margin, or near it.
        trained: Trained,
        /// Its margin, the least aligned field over the norm of all weights.
        margin: f64,
        /// How near it is.
        gap: f64,
    },
    /// It cannot, or such a network was not found: the best one known.
    Not(Trained),
}

/// The symmetric network of widest margin that holds every bit, if there is one and it is found; `start` is known.
/// Where it is not found at once, early incumbents are sought first.
pub(super) fn network(
    instance: &Instance<'_>,
    seed: u64,
    start: Trained,
    early: &mut Early,
    control: &Control<'_>,
) -> Result<Stored, ExactError> {
    let (patterns, couplings) = (&instance.patterns, &instance.couplings);
    if control.should_stop() {
        return Ok(Stored::Not(start));
    }
    report(early, control);
    if early.wrong() > 0 && !margin::stores_soon(patterns, couplings, &request(instance), control) {
        early.search(instance, seed, control)?;
        report(early, control);
    }
    if contradictory(instance, control) > 0 {
        return Ok(Stored::Not(start));
    }
    // A set that is about to be stored may take longer.
    let patience = budget::storable(control);
    let request = Request {
        incumbent: early.wrong(),
        patience,
        ..request(instance)
    };
    // Beyond N patterns a neuron alone often shows that it is in vain.
    if patterns.count() > patterns.neurons()
        && margin::refuted(patterns, couplings, &request, &control.phase(patience))?
    {
        return Ok(Stored::Not(start));
    }
    let control = budget::stored_network(control);
    let coupled = margin::symmetric(patterns, couplings, &request, &control)?;
    Ok(match coupled {
        NetworkAnswer::Storable {
            trained,
            margin,
            bound,
        } => Stored::All {
            trained,
            margin,
            gap: short_of(margin, bound),
        },
        NetworkAnswer::Undecided {
            trained: Some(trained),
            ..
        } => Stored::Not(better(start, trained)),
        NetworkAnswer::Undecided { trained: None, .. } | NetworkAnswer::Infeasible { .. } => {
            Stored::Not(start)
        }
    })
}

/// How many neurons have equal inputs with opposite targets, so that not every bit can be right: counted where the rows are
/// too many for a neuron's search and counting them is fast, else 0.
fn contradictory(instance: &Instance<'_>, control: &Control<'_>) -> usize {
    let (p, n) = (instance.patterns.count(), instance.patterns.neurons());
    if p <= MAX_ROWS || p as f64 * (n as f64).powi(2) > MOST_ENTRIES {
        return 0;
    }
    let is_contradictory = |&i: &usize| {
        !control.should_stop() && !NeuronSystem::of(instance, i).opposites().is_empty()
    };
    (0..n).into_par_iter().filter(is_contradictory).count()
}

/// Tells what is known before it is tried to store every bit.
fn report(early: &Early, control: &Control<'_>) {
    control.keep(&early.best().network, early.wrong());
    control.report(Some(early.wrong()), 0, 0, Phase::Storing);
}

/// The one with fewer wrong bits; the first if they are equal.
pub(super) fn better(first: Trained, second: Trained) -> Trained {
    if second.total.wrong_bits < first.total.wrong_bits {
        second
    } else {
        first
    }
}

/// By how much a margin may fall short of the widest, relative to the latter.
pub(super) fn short_of(margin: f64, bound: f64) -> f64 {
    ((bound - margin) / bound).clamp(0.0, 1.0)
}
