//! How the recalls ended, in words.

use anyhow::Result;
use attractor::{End, Patterns, Recalled};
use std::fmt::Write as _;

/// How many recalls ended where; with the undamaged patterns, how many were right.
pub(super) fn summary(recalled: &Recalled, expected: Option<&Patterns>) -> Result<String> {
    let count = |end| recalled.ends.iter().filter(|&&e| e == end).count();
    let mut text = String::new();
    writeln!(
        text,
        "{} cues: {} reached a fixed point, {} a 2-cycle, {} the step limit; at most {} steps",
        recalled.ends.len(),
        count(End::FixedPoint),
        count(End::TwoCycle),
        count(End::StepLimit),
        recalled.steps.iter().max().unwrap_or(&0),
    )?;
    if let Some(expected) = expected {
        let states = &recalled.states;
        let exact = (0..states.count())
            .filter(|&c| states.bits(c) == expected.bits(c))
            .count();
        let wrong: u32 = (0..states.count())
            .flat_map(|c| states.bits(c).iter().zip(expected.bits(c)))
            .map(|(a, b)| (a ^ b).count_ones())
            .sum();
        writeln!(
            text,
            "{exact} of {} recalled exactly, {wrong} wrong bits in all",
            states.count()
        )?;
    }
    Ok(text)
}
