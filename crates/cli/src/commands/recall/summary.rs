//! How the recalls ended, in words.

use anyhow::Result;
use attractor::{End, Patterns, Recalled, Update};
use std::fmt::Write as _;

/// How many recalls ended where; with the undamaged patterns, how many were right.
pub(super) fn summary(
    recalled: &Recalled,
    update: Update,
    expected: Option<&Patterns>,
) -> Result<String> {
    let ends = &recalled.ends;
    let count = |end| ends.iter().filter(|&&e| e == end).count();
    let longer = |end: &&End| matches!(end, End::Cycle { length } if *length > 2);
    let longer = match ends.iter().filter(longer).count() {
        0 => String::new(),
        count => format!("{count} a longer cycle, "),
    };
    let mut text = String::new();
    let (how, steps) = match update {
        Update::Asynchronous(_) => ("asynchronous", "sweeps"),
        _ => ("synchronous", "steps"),
    };
    writeln!(
        text,
        "{} cues, {how} updates: {} reached a fixed point, {} a 2-cycle, {longer}{} the step limit; at most {} {steps}",
        ends.len(),
        count(End::FixedPoint),
        count(End::Cycle { length: 2 }),
        count(End::StepLimit),
        recalled.steps.iter().max().unwrap_or(&0),
    )?;
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

/// The bits of each state that differ from its undamaged pattern.
pub(super) fn wrong_bits(states: &Patterns, expected: &Patterns) -> Vec<usize> {
    let of = |c: usize| {
        let pairs = states.bits(c).iter().zip(expected.bits(c));
        pairs.map(|(a, b)| (a ^ b).count_ones() as usize).sum()
    };
    (0..states.count()).map(of).collect()
}
