//! Basins as a table for people and as CSV.

use anyhow::Result;
use attractor_lab::basins::{Damage, Measured, Row};
use attractor_lab::figures::Summary;
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
    if let Some(certain) = certain(found) {
        writeln!(text, "every pattern is {certain}")?;
    }
    Ok(text)
}

/// What is certain of every pattern, if anything is.
fn certain(found: &Measured) -> Option<String> {
    let least = |damage| found.least_radius(damage);
    let (flips, erasures) = (least(Damage::Flips)?, least(Damage::Erasures)?);
    Some(format!(
        "certain to be recalled from {flips} flipped or {erasures} unknown entries, wherever they are"
    ))
}

/// What was found, in a few sentences.
pub(super) fn lead(found: &Measured) -> String {
    /// Percent of the cues: fewer are not called repaired here.
    const MOST: f64 = 90.0;
    let mut sentences = Vec::new();
    for (damage, words) in [
        (Damage::Flips, "flipped entries"),
        (Damage::Erasures, "unknown entries"),
    ] {
        let own = found.rows.iter().filter(|row| row.damage == damage);
        let repaired = own.clone().take_while(|row| row.share().y >= MOST).last();
        sentences.extend(own.clone().next().map(|least| match repaired {
            Some(row) => format!(
                "At least {MOST} % of the cues are recalled exactly up to {} {words}.",
                row.size
            ),
            None => format!(
                "Of cues with {} {words} fewer than {MOST} % are recalled exactly.",
                least.size
            ),
        }));
    }
    let least = |damage| found.least_radius(damage);
    sentences.push(match (certain(found), least(Damage::Flips), least(Damage::Erasures)) {
        (Some(_), Some(0), Some(0)) => {
            "No damage is certain to be repaired in every pattern: one entry at the worst place may spoil one.".to_owned()
        }
        (Some(certain), ..) => format!("Every pattern is {certain}."),
        (None, ..) => "Not every pattern is stored, so nothing is certain of all.".to_owned(),
    });
    sentences.join(" ")
}

/// The table of a page.
pub(super) fn summary(found: &Measured) -> Summary {
    let header = [
        "damage",
        "size",
        "entries",
        "cues",
        "recalled exactly, %",
        "95 % interval",
        "other pattern",
        "negative",
        "mixture",
        "other fixed point",
        "cycle",
        "step limit",
        "certain patterns",
    ];
    let row = |row: &Row| {
        let share = row.share();
        let counts = [
            row.other_stored,
            row.negative,
            row.mixture,
            row.other,
            row.cycle,
            row.step_limit,
        ];
        let mut fields = vec![
            row.damage.to_string(),
            row.size.to_string(),
            row.damage.entries(row.size).to_string(),
            row.cues.to_string(),
            format!("{:.1}", share.y),
            format!("{:.1} to {:.1}", share.low, share.high),
        ];
        fields.extend(counts.map(|count| count.to_string()));
        fields.push(format!("{} of {}", row.certain, found.radii.len()));
        fields
    };
    Summary {
        caption: "How the recalls of each kind and size of damage ended".to_owned(),
        header: header.map(str::to_owned).to_vec(),
        rows: found.rows.iter().map(row).collect(),
    }
}
