//! The curves as a table and in words.

use anyhow::Result;
use attractor_lab::capacity::{Load, half_success};
use attractor_lab::figures::Summary;
use attractor_lab::method::Method;
use attractor_lab::plot::Point;
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

/// The table of a page.
pub(super) fn table(curves: &[(Method, Vec<Load>)]) -> Summary {
    let header = [
        "rule",
        "patterns P",
        "instances",
        "stored, %",
        "wrong bits a pattern",
        "proven at least",
    ];
    let interval = |p: Point, decimals: usize| {
        let low = p.low.max(0.0);
        format!(
            "{:.decimals$} ({low:.decimals$} to {:.decimals$})",
            p.y, p.high
        )
    };
    let row = |method: Method, load: &Load| {
        let bound = load.bound_per_pattern();
        vec![
            method.to_string(),
            load.patterns.to_string(),
            load.wrong_bits.len().to_string(),
            interval(load.success(), 1),
            interval(load.wrong_per_pattern(), 3),
            bound.map_or_else(String::new, |bound| format!("{bound:.3}")),
        ]
    };
    let rows = curves
        .iter()
        .flat_map(|(method, loads)| loads.iter().map(|load| row(*method, load)));
    Summary {
        caption: "Stored: instances without a single wrong bit; with 95 % intervals".to_owned(),
        header: header.map(str::to_owned).to_vec(),
        rows: rows.collect(),
    }
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
