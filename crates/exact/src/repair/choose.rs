//! Choose: which damage to train for where nothing is known of the cues, by what networks recall of their own.
//!
//! The widest margin and one bit in twenty flipped are tried; from the latter the dial is turned down, else up, as long as
//! more cues are recalled.

use super::stage::Stage;
use super::trials::{Trials, Which};
use crate::damage::Damage;
use crate::error::ExactError;
use crate::instance::Instance;
use crate::outcome::Origin;
use attractor::{Control, Network, Phase};

/// Where the dial is turned to from one bit in twenty, down and up.
const DIAL: [[f64; 2]; 2] = [[0.03, 0.01], [0.08, 0.12]];

/// Patterns times squared neurons times iterations that all climbs of symmetric networks take. More: large networks take more
/// than a minute. Fewer: their candidates stay far from their optima.
const CLIMB: f64 = 3e10;

/// Iterations of a round of climbing: at least, and at most.
const ITERATIONS: (usize, usize) = (20, 300);

/// Rounds of climbing for all candidates.
const ROUNDS: f64 = 9.0;

/// A candidate and how many cues of a trial it recalls.
pub(super) struct Candidate {
    pub(super) origin: Origin,
    pub(super) network: Network,
    pub(super) recalled: usize,
}

/// Iterations of climbing to each candidate's damage, by the work that all may take.
fn iterations(instance: &Instance<'_>) -> usize {
    let (p, n) = (instance.patterns.count(), instance.patterns.neurons());
    let one = ROUNDS * p as f64 * (n as f64).powi(2);
    ((CLIMB / one) as usize).clamp(ITERATIONS.0, ITERATIONS.1)
}

/// The candidate that recalls most; None if `control` stopped before two were compared.
pub(super) fn candidate(
    stage: &Stage<'_>,
    start: &Network,
    trials: &Trials<'_>,
    control: &Control<'_>,
) -> Result<Option<Candidate>, ExactError> {
    let Some(recalled) = trials.recalled(start, Which::Compare, control)? else {
        return Ok(None);
    };
    let mut best = Candidate {
        origin: Origin::WidestMargin,
        network: start.clone(),
        recalled,
    };
    let cues = trials.count();
    let iterations = iterations(stage.instance);
    // Whether this damage makes the best candidate so far.
    let visit = |best: &mut Candidate, damage: Damage, k: usize| -> Result<bool, ExactError> {
        if best.recalled == cues || control.should_stop() {
            return Ok(false);
        }
        trials.tell(best.recalled, k, Phase::Damage, control);
        let stage = Stage {
            law: damage.into(),
            iterations,
            ..*stage
        };
        let network = stage.climbed(start, control)?;
        let Some(recalled) = trials.recalled(&network, Which::Compare, control)? else {
            return Ok(false);
        };
        let is_best = recalled > best.recalled;
        if is_best {
            *best = Candidate {
                origin: Origin::Noise(damage),
                network,
                recalled,
            };
        }
        Ok(is_best)
    };
    visit(&mut best, Damage::USUAL, 1)?;
    for (k, side) in (1..).zip(DIAL) {
        let mut turned = false;
        for (l, flipped) in (0..).zip(side) {
            let Ok(damage) = Damage::new(flipped, 0.0) else {
                continue;
            };
            if !visit(&mut best, damage, 2 * k + l)? {
                break;
            }
            turned = true;
        }
        if turned {
            break;
        }
    }
    Ok(Some(best))
}
