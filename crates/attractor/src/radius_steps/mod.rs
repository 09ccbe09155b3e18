//! Certified radius in several steps: damage that recall repairs for certain, though not every bit is right at once.
//!
//! A chain of sets. Of a cue within r damaged entries only bits whose margin is no more than the worst r inputs can be wrong
//! after the first step; after the second only those that these can break, and so on until none is left.
//!
//! *Synchronously* the state after a step is wrong within the set U of breakable bits alone; the next step looks at cues that
//! are wrong in at most |U| bits of U. *Asynchronously* flips stay until their neuron is visited, so the set of a sweep is the
//! least fixed point V of the bits that r damaged inputs together with V can break; after the sweep only bits of V are wrong,
//! and the next sweep begins from all of V. That holds for sweeps in any order that visit every neuron.
//!
//! Sets only bound what can happen: the true radius may be larger. [`search_step_radii`] asks the cues themselves.

mod attack;
mod search;
mod sets;
mod tree;
mod whole;

pub use search::{DEFAULT_RADIUS_NODES, Lost, SearchedRadii, search_step_radii};

use crate::network::{Network, SizeMismatch};
use crate::patterns::Patterns;
use crate::radius::{Radius, certified_radii};
use crate::stability::Stability;
use crate::ties::Ties;
use rayon::prelude::*;
use sets::{Chain, Inputs};

/// What a stored pattern survives for certain, wherever the damage falls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct StepRadii {
    /// In one synchronous step, and asynchronously in any order: every update is right.
    pub one_step: Radius,
    /// By synchronous recall, in as many steps as it takes.
    pub synchronous: Radius,
    /// By asynchronous recall, in sweeps of any order.
    pub asynchronous: Radius,
}

/// Each pattern's radii in one step and in several; None where a bit of the pattern itself is not right.
///
/// Rounded down as [`certified_radii`] is. Each radius beyond that of one step takes up to N² operations a step and pattern.
///
/// ```
/// use attractor::{Couplings, Patterns, Symmetry, Ties, certified_step_radii, rules::Hebbian};
/// let patterns = Patterns::random(2, 30, 1)?;
/// let network = Hebbian::default().fit(&patterns, &Couplings::full(30, Symmetry::Symmetric)?)?;
/// for radii in certified_step_radii(&network, &patterns, Ties::Strict)?.into_iter().flatten() {
///     assert!(radii.one_step.flips <= radii.synchronous.flips);
///     assert!(radii.one_step.erasures <= radii.asynchronous.erasures);
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`SizeMismatch`].
pub fn certified_step_radii(
    network: &Network,
    patterns: &Patterns,
    ties: Ties,
) -> Result<Vec<Option<StepRadii>>, SizeMismatch> {
    let radii = certified_radii(network, patterns, ties)?;
    let stability = Stability::of(network, patterns, ties)?;
    let inputs = Inputs::of(network);
    Ok(radii
        .into_par_iter()
        .enumerate()
        .map(|(mu, one_step)| {
            let one_step = one_step?;
            let chain = Chain {
                inputs: &inputs,
                patterns,
                stability: &stability,
                ties,
                mu,
            };
            Some(StepRadii {
                one_step,
                synchronous: chain.at_once(one_step),
                asynchronous: chain.in_turn(one_step),
            })
        })
        .collect())
}

#[cfg(test)]
mod tests;
