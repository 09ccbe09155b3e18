//! The weights as a histogram of bars.

use crate::number::number;
use anyhow::Result;
use attractor::Network;
use std::fmt::Write as _;

/// Bars of the weights off the diagonal, in eleven classes around zero.
pub(super) fn histogram(network: &Network) -> Result<String> {
    const CLASSES: usize = 11;
    const LONGEST_BAR: usize = 40;
    let n = network.neurons();
    let weights: Vec<f64> = (0..n)
        .flat_map(|i| (0..n).filter(move |&j| j != i).map(move |j| (i, j)))
        .map(|(i, j)| network.weight(i, j))
        .collect();
    let span = weights.iter().fold(0.0_f64, |most, w| most.max(w.abs()));
    if span == 0.0 {
        return Ok(String::new());
    }
    let mut counts = [0usize; CLASSES];
    for w in weights {
        let class = (f64::midpoint(w / span, 1.0) * CLASSES as f64) as usize;
        counts[class.min(CLASSES - 1)] += 1;
    }
    let highest = counts.iter().copied().max().unwrap_or(1).max(1);
    let mut text = String::new();
    for (class, &count) in counts.iter().enumerate() {
        let edge = |k: usize| span * (2.0 * k as f64 / CLASSES as f64 - 1.0);
        let length = (count * LONGEST_BAR).div_ceil(highest);
        let bar = if count > 0 {
            format!(" {}", "#".repeat(length))
        } else {
            String::new()
        };
        writeln!(
            text,
            "{:>10} to {:>10} {count:>8}{bar}",
            number(edge(class)),
            number(edge(class + 1))
        )?;
    }
    Ok(text)
}
