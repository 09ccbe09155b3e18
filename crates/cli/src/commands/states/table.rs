//! Attractors in words: how many, and the largest.

use anyhow::Result;
use attractor::states::{Attractor, StateSpace};
use attractor::{End, Network, Outcome, Patterns, Recalled, Symmetry, outcomes};
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// The most attractors that are listed.
const SHOWN: usize = 40;

/// The text for people; `attractors` have the largest basins first.
///
/// # Errors
/// None for patterns of the network's size.
pub(super) fn text(
    network: &Network,
    space: &StateSpace,
    attractors: &[Attractor<'_>],
    stored: Option<&Patterns>,
) -> Result<String> {
    let mut text = counts(space);
    if let Some(stored) = stored {
        let mut fixed: Vec<u32> = space.fixed_points().map(|found| found.states[0]).collect();
        fixed.sort_unstable();
        let is_fixed = |mu: &usize| fixed.binary_search(&(stored.bits(*mu)[0] as u32)).is_ok();
        let count = (0..stored.count()).filter(is_fixed).count();
        writeln!(
            text,
            "{count} of {} stored patterns are fixed points",
            stored.count()
        )?;
    }
    writeln!(
        text,
        "\n{:<12} {:>6} {:>10} {:>8} {:>12}  what",
        "attractor", "states", "basin", "share", "energy"
    )?;
    let states = 2f64.powi(space.neurons() as i32);
    for found in attractors.iter().take(SHOWN) {
        let kind = if found.is_fixed_point() {
            "fixed point"
        } else {
            "cycle"
        };
        writeln!(
            text,
            "{kind:<12} {:>6} {:>10} {:>6.2} % {:>12}  {}",
            found.states.len(),
            found.basin,
            100.0 * f64::from(found.basin) / states,
            energy(network, space, found)?,
            what(space, found, stored)?,
        )?;
    }
    if let Some(others @ 1..) = attractors.len().checked_sub(SHOWN) {
        writeln!(text, "and {others} with basins that are no larger")?;
    }
    Ok(text)
}

/// How many attractors there are of each length.
fn counts(space: &StateSpace) -> String {
    let mut lengths: BTreeMap<usize, usize> = BTreeMap::new();
    for found in space.attractors() {
        *lengths.entry(found.states.len()).or_default() += 1;
    }
    let fixed = lengths.remove(&1).unwrap_or(0);
    let plural = |count: usize| if count == 1 { "" } else { "s" };
    let mut text = format!(
        "{} neurons, {} states: {fixed} fixed point{}",
        space.neurons(),
        1u64 << space.neurons(),
        plural(fixed)
    );
    if lengths.is_empty() {
        text += ", no cycle";
    }
    for (length, count) in lengths {
        let _ = write!(text, ", {count} cycle{} of {length} states", plural(count));
    }
    text.push('\n');
    text
}

/// The lowest energy of its states; directed weights have none.
fn energy(network: &Network, space: &StateSpace, found: &Attractor<'_>) -> Result<String> {
    if network.symmetry() != Symmetry::Symmetric {
        return Ok("-".to_owned());
    }
    let states = space.patterns(found.states)?;
    let energies = (0..states.count()).map(|k| network.energy(&Network::state_of(&states, k)));
    let lowest = energies.fold(f64::INFINITY, f64::min);
    Ok(crate::number::number(lowest))
}

/// What a fixed point is among the stored patterns, where they are known.
fn what(space: &StateSpace, found: &Attractor<'_>, stored: Option<&Patterns>) -> Result<String> {
    let Some(stored) = stored.filter(|_| found.is_fixed_point()) else {
        return Ok(String::new());
    };
    let recalled = Recalled {
        states: space.patterns(found.states)?,
        ends: vec![End::FixedPoint],
        steps: vec![0],
    };
    Ok(match outcomes(&recalled, stored)?.first() {
        Some(Outcome::Stored { pattern }) => format!("pattern {pattern}"),
        Some(Outcome::Negative { pattern }) => format!("negative of pattern {pattern}"),
        Some(Outcome::Mixture {
            patterns: [a, b, c],
        }) => format!("mixture of {a}, {b}, {c}"),
        _ => "other".to_owned(),
    })
}
