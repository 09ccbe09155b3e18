//! The neurons' optima put together: the bits that each neuron's own best weights hold are asked of symmetric weights.
//!
//! If these can hold all of them, the sum of the neurons' optima is met, and no search is needed. Images often allow it
//! (MNIST 9×9, P = 80: 8 wrong bits of 6,480, proven in a second or two).

use super::optima::Optimum;
use super::pocket::Pocket;
use super::system::Coupled;
use crate::budget;
use crate::instance::Instance;
use crate::storable::{self, NetworkAnswer, Request};
use attractor::Control;

/// Relative gap of the margin, which is widened once the fewest wrong bits are settled.
const GAP: f64 = 0.5;
/// Offers the network that holds what all neurons' best weights hold, or comes near.
pub(super) fn offer(
    problem: &Instance<'_>,
    coupled: &Coupled,
    optima: &[Optimum],
    pocket: &mut Pocket<'_>,
    control: &Control<'_>,
) {
    let n = coupled.neurons();
    let mut kept = vec![true; coupled.len()];
    for (i, optimum) in optima.iter().enumerate() {
        for mu in optimum.given_up() {
            kept[mu * n + i] = false;
        }
    }
    if kept.iter().all(|&kept| kept) {
        // Whether every bit can be stored was asked before the search.
        return;
    }
    let request = Request {
        bias: problem.bias,
        ties: problem.ties,
        counted: problem.ties,
        incumbent: pocket.wrong(),
        kept: Some(&kept),
        gap: GAP,
        patience: budget::together(control),
    };
    let (patterns, couplings) = (&problem.patterns, &problem.couplings);
    let answer = storable::symmetric(patterns, couplings, &request, control);
    if let Ok(
        NetworkAnswer::Storable { trained, .. }
        | NetworkAnswer::Undecided {
            trained: Some(trained),
            ..
        },
    ) = answer
    {
        pocket.take(trained);
    }
}
