//! Noise under a guarantee: among networks that survive as much, one whose first step undoes random damage best.
//!
//! Real weights follow the programs of [`crate::repair`] with worst cues as further rows that have but to hold. The oracle of
//! `cues` finds those that a program's answer breaks, they become rows, and it is solved again. The least field over all cues
//! is a concave function of the weights. So from the surviving weights, where it is above the floor, to the program's answer
//! there is a last point that has it there: each round keeps that point and begins from it. Every round of a neuron bounds
//! what any weights can do, as it asks for fewer cues than there are.

mod cutting;
mod directed;
mod symmetric;

use super::cues::Demand;
use super::discrete;
use crate::damage::Damage;
use crate::error::ExactError;
use crate::instance::Instance;
use crate::problem::{Survive, SurviveGoal};
use crate::repair;
use attractor::{Control, Network, Radius, Stability, certified_radii};

/// The network that survives what `start` survives of what was asked for and repairs best, as far as it is found; and what
/// the loss of any is at least.
pub(super) fn best(
    instance: &Instance<'_>,
    asked: Survive,
    damage: Damage,
    start: &Network,
    control: &Control<'_>,
) -> Result<(Network, f64), ExactError> {
    let demands = demands(instance, asked, start)?;
    let held = Stability::of(start, &instance.patterns, instance.ties)?;
    let (law, wanted) = (damage.into(), (&held, &demands[..]));
    if instance.weights.is_discrete() {
        let better = discrete::repaired(instance, wanted, start, law, control)?;
        let network = better.unwrap_or_else(|| start.clone());
        let least_loss = repair::bound(instance, law, &network, None, control)?;
        return Ok((network, least_loss));
    }
    if instance.couplings.is_symmetric() {
        symmetric::best(instance, law, start, wanted, control)
    } else {
        directed::best(instance, law, start, wanted, control)
    }
}

/// What a network's patterns survive of what was asked for, as demands to be kept.
fn demands(
    instance: &Instance<'_>,
    asked: Survive,
    network: &Network,
) -> Result<Vec<Demand>, ExactError> {
    let radii = certified_radii(network, &instance.patterns, instance.ties)?;
    let least = |part: fn(&Radius) -> usize| radii.iter().flatten().map(part).min().unwrap_or(0);
    let flips = match asked.goal {
        SurviveGoal::All(flips) | SurviveGoal::Most(flips) => flips,
        SurviveGoal::Largest => usize::MAX,
    };
    let all = Demand {
        flips: flips.min(least(|radius| radius.flips)),
        erasures: asked.erasures.min(least(|radius| radius.erasures)),
    };
    let of = |radius: &Option<Radius>| match (radius, asked.goal) {
        (None, _) => Demand::default(),
        (Some(radius), SurviveGoal::Most(flips)) => {
            let survives = radius.flips >= flips && radius.erasures >= asked.erasures;
            let erasures = asked.erasures;
            Some(Demand { flips, erasures })
                .filter(|_| survives)
                .unwrap_or_default()
        }
        (Some(_), _) => all,
    };
    Ok(radii.iter().map(of).collect())
}
