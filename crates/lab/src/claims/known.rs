//! Known or unknown: what the paper says of it, judged by the experiment `known`.

use super::{Claim, Numbers, Verdict, unmeasured};
use crate::ledger::Entry;
use std::collections::BTreeSet;

/// From this area under the ROC curve on, known and unknown patterns are told apart: one pair of twenty is mistaken.
const TOLD: f64 = 0.95;

/// Panels with flips drawn bit by bit: shown, not judged, so that one kind of cues decides.
const DRAWN: &str = "known-drawn-";

const CONTROL: (&str, &str) = ("known-nearest", "nearest");

/// The claim of section 2.1.
pub(super) fn claims(entries: &[Entry]) -> [Claim; 1] {
    let place = "section 2.1";
    let paper = "Hopfield networks can determine whether an input is known or unknown";
    let loads: BTreeSet<usize> = entries.iter().map(|e| e.cell.patterns).collect();
    let areas = |judge: Judge<'_>| -> Vec<Option<f64>> {
        loads.iter().map(|&p| area(entries, judge, p)).collect()
    };
    let Some(((panel, method), own)) = best_judge(entries, areas) else {
        return [Claim {
            reason: "The paper has no experiment on it; `known` has one. An input that does not move is not yet known: networks \
                     have fixed points that nobody stored."
                .to_owned(),
            ..unmeasured(place, paper)
        }];
    };
    let told = own.iter().filter(|&&area| area >= TOLD).count();
    let statistic = panel.strip_prefix("known-").unwrap_or(panel);
    let loads = || loads.iter().map(|p| format!("P = {p}"));
    let field = |area: &f64| format!("{area:.3}");
    let control = loads().zip(areas(CONTROL));
    let control = control.filter_map(|(load, area)| Some((load, field(&area?))));
    let drawn_panel = format!("{DRAWN}{statistic}");
    let drawn = loads().zip(areas((drawn_panel.as_str(), method)));
    let drawn = drawn.filter_map(|(load, area)| Some((load, field(&area?))));
    let found = own.iter().copied().fold(f64::INFINITY, f64::min);
    [Claim {
        place,
        paper: paper.to_owned(),
        numbers: Numbers::new("", format!("{found:.3} at least"))
            .row(
                format!("{method}, {}", statistic.replace('-', " ")),
                loads().zip(own.iter().map(field)),
            )
            .row("the same with each bit flipped by itself", drawn)
            .row("nearest pattern, without network", control),
        measured: "Area under the ROC curve, stored patterns against unseen ones with the same noise, by the network and the \
                   statistic that are best over all loads."
            .to_owned(),
        verdict: if told == own.len() {
            Verdict::Holds
        } else if told > 0 {
            Verdict::Partly
        } else {
            Verdict::Differs
        },
        reason: format!(
            "A load counts from an area of {TOLD} on. An input that does not move is not yet known: networks have fixed points \
             that nobody stored. The nearest \
             stored pattern is the control: it says what keeping the patterns themselves would tell. Where each bit is flipped \
             by itself, cues differ in how many are flipped, and every count of bits tells less."
        ),
    }]
}

/// Panel and method.
type Judge<'a> = (&'a str, &'a str);

/// One judge for all loads, the best in the mean, and its areas: the best of each load would be chosen by what it is to be
/// judged on.
fn best_judge<'a>(
    entries: &'a [Entry],
    areas: impl Fn(Judge<'a>) -> Vec<Option<f64>>,
) -> Option<(Judge<'a>, Vec<f64>)> {
    let judges: BTreeSet<Judge<'a>> = entries
        .iter()
        .map(|e| (e.cell.figure.as_str(), e.cell.method.as_str()))
        .filter(|&judge| judge != CONTROL && !judge.0.starts_with(DRAWN))
        .collect();
    let complete = judges.into_iter().filter_map(|judge| {
        let areas: Option<Vec<f64>> = areas(judge).into_iter().collect();
        Some((judge, areas?))
    });
    let sum = |areas: &Vec<f64>| areas.iter().sum::<f64>();
    complete.max_by(|a, b| sum(&a.1).total_cmp(&sum(&b.1)))
}

/// The mean area over the repeats.
fn area(entries: &[Entry], (panel, method): (&str, &str), patterns: usize) -> Option<f64> {
    let own = entries.iter().filter(|e| {
        e.cell.figure == panel && e.cell.method == method && e.cell.patterns == patterns
    });
    let areas: Vec<f64> = own.filter_map(|e| e.measured.accuracy).collect();
    (!areas.is_empty()).then(|| areas.iter().sum::<f64>() / areas.len() as f64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::{Cell, Measured};

    fn entry(panel: &str, method: &str, patterns: usize, area: f64) -> Entry {
        Entry {
            cell: Cell {
                figure: format!("known-{panel}"),
                method: method.into(),
                data: "mnist".into(),
                neurons: 784,
                patterns,
                level: 0.15,
                repeat: 0,
                seed: 0,
            },
            measured: Measured {
                accuracy: Some(area),
                ..Measured::default()
            },
            seconds: 0.0,
            version: String::new(),
        }
    }

    #[test]
    fn one_judge_is_held_against_every_load_and_beside_the_control() {
        let judged = |many: f64| {
            let entries = [
                entry("energy", "hebbian", 100, 0.99),
                entry("energy", "hebbian", 400, 0.5),
                entry("first-step", "pseudo-inverse", 100, 0.97),
                entry("first-step", "pseudo-inverse", 400, many),
                entry("nearest", "nearest", 100, 1.0),
                entry("nearest", "nearest", 400, 0.999),
            ];
            claims(&entries)[0].clone()
        };
        let partly = judged(0.8);
        assert_eq!(partly.verdict, Verdict::Partly);
        let text = partly.numbers.to_string();
        assert!(
            text.contains("pseudo-inverse, first step: P = 100 0.970, P = 400 0.800"),
            "{text}"
        );
        assert!(
            text.contains("without network: P = 100 1.000, P = 400 0.999"),
            "{text}"
        );
        assert_eq!(judged(0.96).verdict, Verdict::Holds);
        assert_eq!(claims(&[])[0].verdict, Verdict::Unmeasured);
    }
}
