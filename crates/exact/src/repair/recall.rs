//! Recall: the network that recalls most damaged patterns of its own, among those that hold the same bits.

use super::Asked;
use super::choose::{self, Candidate};
use super::count;
use super::passes::{self, Passes};
use super::stage::{Stage, network_of};
use super::trials::{Most, Trials, Which};
use crate::budget;
use crate::error::ExactError;
use crate::outcome::{Choice, Origin};
use attractor::{Control, Network, Trained};

/// The best network found from that of widest margin, and how it was chosen; no word on it if `control` stopped before it
/// could be judged.
///
/// Where nothing is known of the cues the damage is chosen (`choose`); rounds on passed states follow (`passes`). What they
/// gained is judged on fresh cues, on which nothing was chosen.
pub(super) fn best(
    stage: &Stage<'_>,
    before: &Trained,
    asked: Asked,
    control: &Control<'_>,
) -> Result<(Network, Option<Choice>), ExactError> {
    let (instance, start) = (stage.instance, &before.network);
    let n = start.neurons();
    let most = match asked.rounds {
        Some(_) => Most::of(asked.damage, n),
        None => Most::usual(n),
    };
    let trials = &Trials {
        instance,
        most,
        known: before.total,
    };
    let climbs = &budget::climb(control);
    let candidate = match asked.rounds {
        None => choose::candidate(stage, start, trials, climbs)?,
        Some(_) => first_step(stage, start, asked, trials, climbs)?,
    };
    let Some(candidate) = candidate else {
        return Ok((start.clone(), None));
    };
    let rounds = asked
        .rounds
        .map_or_else(|| passes::affordable(instance), |rounds| rounds as usize);
    let passes = Passes {
        instance,
        kept: stage.kept,
        trials,
        floors: stage.floors(),
        rounds,
        seed: asked.seed,
    };
    let made = |values: &[f64]| Ok(network_of(instance, values)?);
    let passed = passes.train(&candidate.network, candidate.recalled, made, control)?;
    let judge = |network: &Network| trials.recalled(network, Which::Judge, control);
    let before = judge(&candidate.network)?;
    let (mut network, mut rounds, mut after) = (candidate.network, 0, before);
    if let Some(passed) = passed {
        let recalled = judge(&passed.network)?;
        // None: there was no time to judge, and what the trials said stands.
        if recalled.is_none() || recalled > before {
            (network, rounds, after) = (passed.network, passed.rounds, recalled);
        }
    }
    let widest = match candidate.origin {
        Origin::WidestMargin => before,
        Origin::Noise(_) => judge(start)?,
    };
    let (Some(widest), Some(recalled)) = (widest, after) else {
        return Ok((network, None));
    };
    let share = |recalled: usize| recalled as f64 / trials.count() as f64;
    let choice = Choice {
        origin: candidate.origin,
        rounds,
        cues: trials.count(),
        recalled_by_widest: share(widest),
        recalled: share(recalled),
    };
    Ok((network, Some(choice)))
}

/// The best first step under the damage that was asked for.
fn first_step(
    stage: &Stage<'_>,
    start: &Network,
    asked: Asked,
    trials: &Trials<'_>,
    control: &Control<'_>,
) -> Result<Option<Candidate>, ExactError> {
    let network = if count::is_exact(stage.instance, asked.damage) {
        stage.best_counted(start, asked.damage, control)?
    } else {
        stage.climbed(start, control)?
    };
    let recalled = trials.recalled(&network, Which::Compare, control)?;
    Ok(Some(Candidate {
        origin: Origin::Noise(asked.damage),
        network,
        recalled: recalled.unwrap_or(0),
    }))
}
