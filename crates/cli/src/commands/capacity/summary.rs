//! The curves as a table and in words.

use anyhow::Result;
use attractor_lab::capacity::{Load, half_success};
use attractor_lab::method::Method;
use std::fmt::Write as _;

/// The table's first line.
pub(super) const HEADER: &str = "rule,patterns,instances,stored,stored_low,stored_high,\
     wrong_bits_per_pattern,wrong_low,wrong_high,lower_bound_per_pattern";

/// One line for each method and each number of patterns.
pub(super) fn csv(curves: &[(Method, Vec<Load>)]) -> Result<String> {
    let mut text = format!("{HEADER}\n");
    for (method, loads) in curves {
        for load in loads {
            let (stored, wrong) = (load.success(), load.wrong_per_pattern());
            let bound = load
                .bound_per_pattern()
                .map_or_else(String::new, |b| b.to_string());
            writeln!(
                text,
                "{method},{},{},{},{:.4},{:.4},{:.6},{:.6},{:.6},{bound}",
                load.patterns,
                load.wrong_bits.len(),
                stored.y / 100.0,
                stored.low / 100.0,
                stored.high / 100.0,
                wrong.y,
                wrong.low.max(0.0),
                wrong.high,
            )?;
        }
    }
    Ok(text)
}

/// Up to how many patterns half of the instances are stored.
pub(super) fn summary(curves: &[(Method, Vec<Load>)]) -> Result<String> {
    let mut text = String::new();
    for (method, loads) in curves {
        match (half_success(loads), loads.last()) {
            (Some(half), _) => writeln!(
                text,
                "{method}: half of the instances are stored without error up to P = {half:.1}"
            )?,
            (None, Some(last)) if last.success().y >= 50.0 => writeln!(
                text,
                "{method}: more than half are stored even at P = {}; measure larger --patterns",
                last.patterns
            )?,
            (None, Some(_)) => writeln!(
                text,
                "{method}: fewer than half are stored at every P; measure smaller --patterns"
            )?,
            (None, None) => writeln!(text, "{method}: stopped before anything was measured")?,
        }
    }
    Ok(text)
}
