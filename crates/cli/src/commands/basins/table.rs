//! Basins as a table for people and as CSV.

use anyhow::Result;
use attractor_lab::basins::{Damage, Measured, Row};
use std::fmt::Write as _;

/// The CSV table's first line.
pub(super) const HEADER: &str = "damage,size,entries,cues,recalled,share,share_low,share_high,other_stored,negative,\
     mixture,other,cycle,step_limit,certain_patterns";

/// One line for each kind and size of damage.
pub(super) fn csv(rows: &[Row]) -> Result<String> {
    let mut text = format!("{HEADER}\n");
    for row in rows {
        let share = row.share();
        writeln!(
            text,
            "{},{},{},{},{},{:.6},{:.6},{:.6},{},{},{},{},{},{},{}",
            row.damage,
            row.size,
            row.damage.entries(row.size),
            row.cues,
            row.recalled,
            share.y / 100.0,
            share.low / 100.0,
            share.high / 100.0,
            row.other_stored,
            row.negative,
            row.mixture,
            row.other,
            row.cycle,
            row.step_limit,
            row.certain,
        )?;
    }
    Ok(text)
}

/// The same in columns, and what is certain.
pub(super) fn text(found: &Measured) -> Result<String> {
    let patterns = found.radii.len();
    let mut text = format!(
        "{:<9} {:>5} {:>8}  {:^22} {:>7} {:>8} {:>7} {:>6} {:>6} {:>6} {:>10}\n",
        "damage",
        "size",
        "cues",
        "recalled, 95 %",
        "other p",
        "negative",
        "mixture",
        "other",
        "cycle",
        "limit",
        "certain"
    );
    for row in &found.rows {
        let share = row.share();
        writeln!(
            text,
            "{:<9} {:>5} {:>8}  {:>5.1} % ({:>5.1} to {:>5.1}) {:>7} {:>8} {:>7} {:>6} {:>6} {:>6} {:>10}",
            row.damage.name(),
            row.size,
            row.cues,
            share.y,
            share.low,
            share.high,
            row.other_stored,
            row.negative,
            row.mixture,
            row.other,
            row.cycle,
            row.step_limit,
            format!("{} of {patterns}", row.certain),
        )?;
    }
    let least = |damage| found.least_radius(damage);
    if let (Some(flips), Some(erasures)) = (least(Damage::Flips), least(Damage::Erasures)) {
        writeln!(
            text,
            "every pattern is certain to be recalled from {flips} flipped or {erasures} unknown entries, wherever they are"
        )?;
    }
    Ok(text)
}
