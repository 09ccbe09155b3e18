//! Symmetric networks (w_ij = w_ji) with the fewest wrong bits, anytime, with a proven lower bound.
//!
//! All neurons share their weights, so there is one system of N·P rows over N(N−1)/2 weights (`coupled`). Two searches run
//! side by side and meet after every round (`round`):
//!
//! - *incumbents*: the bits that the neurons' optima hold are asked of one network (`combine`); descents on a loss that turns
//!   from convex to a count (`descent`, `concave`); the classical rules, so that the answer is no worse than theirs
//!   (`classical`); and where a dense inverse is small enough, a tabu search on removal sets through an elastic linear
//!   program (`tabu`, `elastic`, `inverse`);
//! - *bound*: the sum of the neurons' own optima (`optima`), which symmetry can only raise. Then cores (`cores`, `shrink`):
//!   groups of neurons that cannot all be within their own least numbers, refuted by infeasible subsystems of the coupled
//!   rows (`refute`, `node`, `cuts`, `cover`).
//!
//! Claims rest on two things: weights rounded to a grid on which all sums are exact, counted on the patterns; and infeasible
//! subsystems with checked integer multipliers ([`Evidence`]). Files of `bound` use `incumbents::best_network`, never the
//! other way round.

mod bound;
mod coupled;
mod early;
mod incumbents;
mod round;
mod row_subset;
mod subsystems;
#[cfg(test)]
mod tests;
mod widest;

use crate::evidence::Evidence;
use crate::instance::Instance;
use crate::outcome::{Found, Statistics};
use crate::problem::Options;
use attractor::{Control, Ties, TrainError, Trained};
use coupled::Coupled;
use incumbents::best_network::BestNetwork;
use round::{GramRows, Rounds};

pub(crate) use early::Early;
#[cfg(test)]
pub(crate) use incumbents::classical::OFFERED;
pub(crate) use widest::widest;

/// The fewest wrong bits that symmetric real weights can have, or the best until `control` stops: no worse than `start`, a
/// network with the problem's couplings that was counted on its patterns, and than the best of `early`.
///
/// # Errors
/// Those of the classical rules and of the widest-margin training, none of which a checked instance gives.
pub(crate) fn search(
    problem: &Instance<'_>,
    options: &Options,
    start: Trained,
    early: Early,
    control: &Control<'_>,
) -> Result<Found, TrainError> {
    let neurons = problem.patterns.neurons();
    let mut best = BestNetwork::new(&problem.patterns, start);
    let Some(coupled) = Coupled::new(problem, control) else {
        return Ok(Found {
            trained: best.or_better(early.best).into_best().bounded(
                vec![0; neurons],
                0,
                control.interrupted(),
            ),
            statistics: Statistics::default(),
            evidence: Evidence::default(),
        });
    };
    if problem.ties == Ties::Negative {
        // Without weights every −1 bit is right.
        best.offer(&coupled, &vec![0.0; coupled.columns()]);
    }
    let gram_rows = GramRows::new(&coupled);
    Rounds::new(
        problem,
        (&coupled, &gram_rows),
        options.seed,
        best,
        early,
        control,
    )
    .run()
}
