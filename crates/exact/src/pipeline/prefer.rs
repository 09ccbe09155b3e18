//! Prefer: among networks with the same wrong bits the one of widest margin, or one of few weights.

use super::store::{request, short_of};
use crate::budget;
use crate::error::ExactError;
use crate::geometry::grid;
use crate::instance::{Instance, Rows};
use crate::margin::{self, NetworkAnswer, Request};
use crate::outcome::Outcome;
use crate::problem::Preference;
use crate::search::symmetric;
use crate::sparse::elastic_net;
use crate::tolerances::MARGIN_TIE;
use attractor::{Control, Network, Stability, Ties, Trained};

/// The outcome with the widest margin on the bits that its symmetric network holds, as far as that is found.
pub(super) fn widest(
    instance: &Instance<'_>,
    outcome: Outcome,
    control: &Control<'_>,
) -> Result<Outcome, ExactError> {
    let bounds: Vec<usize> = (outcome.trained.per_neuron.iter())
        .map(|neuron| neuron.lower_bound)
        .collect();
    let total = outcome.trained.total.lower_bound;
    let limited = budget::margin(instance, control);
    let (mut trained, mut margin) = widened(instance, outcome.trained, &limited)?;
    // Other wrong bits, as few, may allow a wider margin.
    let wrong_bits = trained.total.wrong_bits;
    let mut is_of_all = wrong_bits == 0;
    if let Some(known) = &mut margin
        && (1..=total).contains(&wrong_bits)
        && let Some(widest) = symmetric::widest(instance, wrong_bits, &limited)
        && let (other, Some(wide)) = widened(instance, widest.network, &limited)?
    {
        is_of_all = widest.is_of_all;
        let bound = known.bound.max(wide.bound);
        // Of equal margins, to rounding, it is the one that does not depend on the seed.
        if wide.margin >= known.margin * (1.0 - MARGIN_TIE) {
            trained = other;
            known.margin = wide.margin;
        }
        known.bound = bound;
    }
    Ok(Outcome {
        trained: trained.bounded(bounds, total, control.interrupted()),
        margin_gap: margin.as_ref().filter(|_| is_of_all).map(Margin::gap),
        network_margin: margin.map(|known| known.margin),
        ..outcome
    })
}

/// A margin by the norm of all weights, and what none on the same bits exceeds.
struct Margin {
    margin: f64,
    bound: f64,
}

impl Margin {
    fn gap(&self) -> f64 {
        short_of(self.margin, self.bound)
    }
}

/// The network of widest margin on the bits that a network holds, if it is found, with its margin; unproven.
fn widened(
    instance: &Instance<'_>,
    mut trained: Trained,
    control: &Control<'_>,
) -> Result<(Trained, Option<Margin>), ExactError> {
    loop {
        if control.should_stop() {
            return Ok((trained, None));
        }
        let kept = held(instance, &trained.network)?;
        // All of them hold by a positive field: under either tie rule the margin is theirs, not that of +1 bits alone.
        let request = Request {
            kept: Some(&kept),
            ties: Ties::Strict,
            // What does not hold them all is of no use.
            incumbent: 1,
            ..request(instance)
        };
        let coupled =
            margin::symmetric(&instance.patterns, &instance.couplings, &request, control)?;
        let NetworkAnswer::Storable {
            trained: wide,
            margin,
            bound,
        } = coupled
        else {
            return Ok((trained, None));
        };
        let (before, after) = (trained.total.wrong_bits, wide.total.wrong_bits);
        if after > before {
            return Ok((trained, None));
        }
        trained = wide;
        // Where bits that were not asked for have come to hold, by whatever field, they are asked for as well.
        if after == before || control.should_stop() {
            return Ok((trained, Some(Margin { margin, bound })));
        }
    }
}

/// The outcome with few weights that hold the same bits, if the problem prefers them and they are found.
pub(super) fn sparse(
    instance: &Instance<'_>,
    outcome: Outcome,
    control: &Control<'_>,
) -> Result<Outcome, ExactError> {
    let Preference::Sparse { balance } = instance.preference else {
        return Ok(outcome);
    };
    if control.should_stop() {
        return Ok(outcome);
    }
    Ok(Outcome {
        trained: sparsified(instance, outcome.trained, balance, control)?,
        margin_gap: None,
        network_margin: None,
        ..outcome
    })
}

/// Few weights that hold the same bits, if they are found.
fn sparsified(
    instance: &Instance<'_>,
    trained: Trained,
    balance: f64,
    control: &Control<'_>,
) -> Result<Trained, ExactError> {
    let (network, patterns) = (&trained.network, &instance.patterns);
    let n = patterns.neurons();
    let kept: Vec<(usize, usize)> = held(instance, network)?
        .into_iter()
        .enumerate()
        .filter_map(|(k, holds)| holds.then_some((k / n, k % n)))
        .collect();
    let (rows, columns) = Rows::of_symmetric(instance, &kept);
    let widest = columns.values(network);
    let mut values = elastic_net(&rows, &widest, balance, control).weights;
    grid::snap(&mut values, n);
    let sparse = columns.network(&values)?;
    let sparse = Trained::unproven(sparse, patterns, instance.ties)?;
    if sparse.total.wrong_bits > trained.total.wrong_bits {
        return Ok(trained);
    }
    let bounds = trained.per_neuron.iter().map(|b| b.lower_bound);
    Ok(sparse.bounded(bounds, trained.total.lower_bound, control.interrupted()))
}

/// Which bits have a positive aligned field, entry μ·N+i.
fn held(instance: &Instance<'_>, network: &Network) -> Result<Vec<bool>, ExactError> {
    let stability = Stability::of(network, &instance.patterns, Ties::Strict)?;
    let (count, n) = (instance.patterns.count(), network.neurons());
    Ok((0..count * n)
        .map(|k| stability.is_right(k / n, k % n))
        .collect())
}
