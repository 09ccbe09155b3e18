//! The neurons' optima combined: the bits that each neuron's own best weights hold are asked of one network.
//!
//! Where symmetric weights can hold all of them, the sum of the neurons' optima is met, and no search is needed. Images
//! often allow it (MNIST 9×9, P = 80: 8 wrong bits of 6,480, proven in a second or two).

use super::best_network::BestNetwork;
use crate::budget;
use crate::instance::Instance;
use crate::margin::{self, NetworkAnswer, Request};
use attractor::{Control, TrainError};

/// Relative gap of the margin at which the training ends. Smaller: time for a margin that is widened anyway once the fewest
/// wrong bits are settled; larger: weights so near to a wrong bit that rounding spoils them.
const GAP: f64 = 0.5;

/// Offers the network that holds what all neurons' best weights hold, or comes near. `given_up` are the patterns whose bit
/// a neuron's best weights leave wrong, neuron by neuron.
///
/// # Errors
/// Those of [`margin::symmetric`].
pub(crate) fn combine_optima(
    problem: &Instance<'_>,
    given_up: &[Vec<usize>],
    incumbent: &mut BestNetwork<'_>,
    control: &Control<'_>,
) -> Result<(), TrainError> {
    let n = problem.patterns.neurons();
    let mut kept = vec![true; problem.patterns.count() * n];
    for (i, given_up) in given_up.iter().enumerate() {
        for &mu in given_up {
            kept[mu * n + i] = false;
        }
    }
    if kept.iter().all(|&kept| kept) {
        // Whether every bit can be stored was asked before the search.
        return Ok(());
    }
    let request = Request {
        bias: problem.bias,
        ties: problem.ties,
        recount_ties: problem.ties,
        incumbent: incumbent.wrong(),
        kept: Some(&kept),
        gap: GAP,
        patience: budget::together(control),
    };
    let (patterns, couplings) = (&problem.patterns, &problem.couplings);
    match margin::symmetric(patterns, couplings, &request, control)? {
        NetworkAnswer::Storable { trained, .. }
        | NetworkAnswer::Undecided {
            trained: Some(trained),
            ..
        } => {
            incumbent.take(trained);
        }
        NetworkAnswer::Undecided { trained: None, .. } | NetworkAnswer::Infeasible { .. } => {}
    }
    Ok(())
}
