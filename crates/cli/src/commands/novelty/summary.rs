//! The curves as a table and in words.

use super::judgement::Judgement;
use anyhow::Result;
use attractor::Cues;
use attractor_lab::plot::Point;
use std::fmt::Write as _;

/// The table's first line.
pub(super) const HEADER: &str = "statistic,threshold,false_alarms,found";

/// One line for each statistic and each threshold: shares of the known and of the unknown cues that are called unknown.
pub(super) fn csv(judgements: &[Judgement]) -> Result<String> {
    let mut text = format!("{HEADER}\n");
    for judgement in judgements {
        for point in &judgement.separation.roc {
            writeln!(
                text,
                "{},{},{:.6},{:.6}",
                judgement.statistic, point.threshold, point.false_alarms, point.found
            )?;
        }
    }
    Ok(text)
}

/// The areas under the curves, and what thresholds reach.
pub(super) fn summary(known: &Cues, unknown: &Cues, judgements: &[Judgement]) -> Result<String> {
    let mut text = String::new();
    writeln!(
        text,
        "{} known and {} unknown cues of {} neurons; intervals of 95 %",
        known.count(),
        unknown.count(),
        known.neurons()
    )?;
    writeln!(
        text,
        "{:<12} {:<22} {:<24} known called unknown, %",
        "statistic", "area under the ROC", "unknown found, %"
    )?;
    let share = |point: Point| format!("{:.1} ({:.1} to {:.1})", point.y, point.low, point.high);
    for judgement in judgements {
        let separation = &judgement.separation;
        let area = format!(
            "{:.3} ({:.3} to {:.3})",
            separation.auc, separation.low, separation.high
        );
        writeln!(
            text,
            "{:<12} {area:<22} {:<24} {}",
            judgement.statistic,
            share(judgement.rates.found),
            share(judgement.rates.false_alarms)
        )?;
    }
    Ok(text)
}
