//! How the recalls ended, in words.

use crate::dynamics::names;
use anyhow::Result;
use attractor::{End, Patterns, Recalled, Update};
use std::fmt::Write as _;

/// How many recalls ended where; with the undamaged patterns, how many were right.
pub(super) fn summary(
    recalled: &Recalled,
    update: Update,
    expected: Option<&Patterns>,
) -> Result<String> {
    let (how, steps) = names(update);
    let mut text = String::new();
    if let Update::Glauber { beta, .. } = update {
        let sweeps = recalled.steps.iter().max().unwrap_or(&0);
        let count = recalled.ends.len();
        writeln!(
            text,
            "{count} cues, Glauber dynamics at beta {beta}: {sweeps} sweeps each"
        )?;
    } else {
        writeln!(
            text,
            "{} cues, {how} updates: {} {steps}",
            recalled.ends.len(),
            ends(recalled)
        )?;
    }
    if let Some(expected) = expected {
        let wrong = wrong_bits(&recalled.states, expected);
        writeln!(
            text,
            "{} of {} recalled exactly, {} wrong bits in all",
            wrong.iter().filter(|&&bits| bits == 0).count(),
            wrong.len(),
            wrong.iter().sum::<usize>()
        )?;
    }
    Ok(text)
}

/// How many recalls ended where, and the most steps.
fn ends(recalled: &Recalled) -> String {
    let count = |end| recalled.ends.iter().filter(|&&e| e == end).count();
    let longer = |end: &&End| matches!(end, End::Cycle { length } if *length > 2);
    let longer = match recalled.ends.iter().filter(longer).count() {
        0 => String::new(),
        count => format!("{count} a longer cycle, "),
    };
    format!(
        "{} reached a fixed point, {} a 2-cycle, {longer}{} the step limit; at most {}",
        count(End::FixedPoint),
        count(End::Cycle { length: 2 }),
        count(End::StepLimit),
        recalled.steps.iter().max().unwrap_or(&0),
    )
}

/// The bits of each state that differ from its undamaged pattern.
pub(super) fn wrong_bits(states: &Patterns, expected: &Patterns) -> Vec<usize> {
    let of = |c: usize| {
        let pairs = states.bits(c).iter().zip(expected.bits(c));
        pairs.map(|(a, b)| (a ^ b).count_ones() as usize).sum()
    };
    (0..states.count()).map(of).collect()
}
