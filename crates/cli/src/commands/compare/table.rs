//! A comparison as a table for people and as CSV.

use anyhow::Result;
use attractor_lab::compare::{Compared, Memory};
use std::fmt::Write as _;

/// The CSV table's first line.
pub(super) const HEADER: &str = "rule,flips,recalled,recalled_low,recalled_high,wrong_bits,lower_bound,status,margin,radius,seconds";

/// A line for each way of training and each number of flips; one with empty shares where there is no network.
pub(super) fn csv(lines: &[Compared]) -> Result<String> {
    let mut text = format!("{HEADER}\n");
    for line in lines {
        let name = line.contender.name();
        let facts = line
            .memory
            .as_ref()
            .map_or_else(|_| ",,,,,".to_owned(), facts);
        if line.recalled.is_empty() {
            writeln!(text, "{name},,,,,{facts}")?;
        }
        for point in &line.recalled {
            let (y, low, high) = (point.y / 100.0, point.low / 100.0, point.high / 100.0);
            writeln!(text, "{name},{},{y:.4},{low:.4},{high:.4},{facts}", point.x)?;
        }
    }
    Ok(text)
}

/// Wrong bits, bound, status, margin, radius, seconds; empty where not known.
fn facts(memory: &Memory) -> String {
    let shown = |value: Option<String>| value.unwrap_or_default();
    format!(
        "{},{},{},{},{},{:.3}",
        memory.wrong_bits,
        shown(memory.lower_bound.map(|bound| bound.to_string())),
        shown(memory.status.map(|status| status.to_string())),
        shown(memory.margin.map(|margin| format!("{margin:.6}"))),
        shown(memory.radius.map(|radius| radius.to_string())),
        memory.time.as_secs_f64()
    )
}

/// The table for people: best repair first.
pub(super) fn shown(lines: &[Compared]) -> Result<String> {
    let mut sorted: Vec<&Compared> = lines.iter().collect();
    sorted.sort_by(|a, b| {
        b.mean()
            .partial_cmp(&a.mean())
            .unwrap_or(std::cmp::Ordering::Equal)
    });
    let mut text = String::new();
    let flips = lines.iter().find(|line| !line.recalled.is_empty());
    let flips = flips.map_or(&[][..], |line| &line.recalled);
    write!(
        text,
        "{:26}{:>7}{:>8}{:>8}{:>7}{:>9}{:>8}",
        "", "wrong", "proven", "margin", "radius", "seconds", "mean"
    )?;
    for point in flips {
        write!(text, "{:>6}", format!("{}", point.x))?;
    }
    text.push('\n');
    let mut refused = String::new();
    for line in sorted {
        let name = line.contender.name();
        match (&line.memory, line.mean()) {
            (Err(reason), None) => {
                writeln!(refused, "{name}: {reason}")?;
                continue;
            }
            (Err(_), Some(_)) => write!(
                text,
                "{name:26}{:>7}{:>8}{:>8}{:>7}{:>9}",
                "", "", "", "", ""
            )?,
            (Ok(memory), _) => write!(text, "{name:26}{}", numbers(memory))?,
        }
        write!(text, "{:>8.1}", line.mean().unwrap_or(f64::NAN))?;
        for point in &line.recalled {
            write!(text, "{:>6.1}", point.y)?;
        }
        text.push('\n');
    }
    text.push_str("right: % of cues recalled exactly, in the mean and by flipped entries; radius: flips that every pattern survives for certain\n");
    text.push_str(&refused);
    Ok(text)
}

fn numbers(memory: &Memory) -> String {
    let dash = || "-".to_owned();
    let proven = match (memory.lower_bound, memory.wrong_bits) {
        (Some(bound), wrong) if bound == wrong => "least".to_owned(),
        (Some(bound), _) => format!(">={bound}"),
        (None, 0) => "least".to_owned(),
        (None, _) => dash(),
    };
    format!(
        "{:>7}{proven:>8}{:>8}{:>7}{:>9.3}",
        memory.wrong_bits,
        memory
            .margin
            .map_or_else(dash, |margin| format!("{margin:.3}")),
        memory.radius.map_or_else(dash, |radius| radius.to_string()),
        memory.time.as_secs_f64()
    )
}
