//! What exact training is asked for beside the patterns: what is wanted among networks with equally few wrong bits.

use crate::asked::{Asked, Refused, said};
use attractor::{Couplings, Patterns};
use attractor_exact::{BALANCE, Damage, Preference, Problem, Survive, SurviveGoal, Weights};

/// The problem of these patterns. Asked are, if they are not to be the library's own: `bias`; `weights` (`ternary`, …);
/// `objective`: `recall` (the library's own), `margin`, `sparse`, `repair` with a share `noise` of flipped pixels, or `survive`
/// with its goal `survive` (`max`, `3`, `most:1`).
pub(crate) fn problem(
    asked: &Asked<'_>,
    patterns: &Patterns,
    couplings: &Couplings,
) -> Result<Problem, Refused> {
    let mut problem = Problem::new(patterns.clone(), couplings.clone()).map_err(said)?;
    problem.bias = asked.is("bias");
    if let Some(weights) = asked.choice("weights")? {
        problem.weights = weights.parse::<Weights>().map_err(said)?;
    }
    match asked.choice("objective")? {
        None | Some("recall") => {}
        Some("margin") => problem.preference = Preference::WidestMargin,
        Some("sparse") => problem.preference = Preference::Sparse { balance: BALANCE },
        Some("repair") => {
            let noise = asked.number("noise").unwrap_or(0.0);
            let damage = Damage::new(noise, 0.0).map_err(said)?;
            problem.preference = Preference::Repair(damage);
        }
        Some("survive") => {
            let goal: SurviveGoal = asked.text("survive")?.parse().map_err(said)?;
            problem.preference = Preference::WidestMargin;
            problem.survive = Some(Survive::new(goal, 0));
        }
        Some(other) => {
            return Err(format!(
                "`{other}` is no objective: there are recall, margin, repair, survive, sparse"
            ));
        }
    }
    Ok(problem)
}
