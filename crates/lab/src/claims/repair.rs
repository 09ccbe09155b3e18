//! Repair: what the experiments beyond the paper's answer. What repairs best, what a guarantee costs, and whether memories
//! that are chosen for noise classify better. Shares of the same cues are compared in pairs, so that what all find hard does
//! not hide a difference.

use super::{Claim, Verdict, unmeasured};
use crate::ledger::Entry;
use std::collections::{BTreeMap, BTreeSet};

const PLACE: &str = "beyond the paper";

/// Contenders that keep the patterns themselves: the limit, not rivals.
const LIMITS: [&str; 3] = ["dense", "nearest", "dense-memory"];

const NOISE: &str = "exact-noise";
const SURVIVE: &str = "exact-survive";

/// All answers of `fig7-repair` and `fig8-repair`; none where neither is among the results.
pub(super) fn claims(recall: &[Entry], classification: &[Entry]) -> Vec<Claim> {
    let mut all = Vec::new();
    if !recall.is_empty() {
        all.push(repairs_best(recall));
        all.push(cost_of_a_guarantee(recall));
    }
    if !classification.is_empty() {
        all.push(classifies_better(classification));
    }
    all
}

/// A mean difference in percent points with the half width of its 95 % interval.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Difference {
    mean: f64,
    half: f64,
}

impl Difference {
    /// Of values that belong in pairs; None without two pairs, which say nothing of an interval.
    fn of(pairs: &[(f64, f64)]) -> Option<Self> {
        let count = pairs.len() as f64;
        if pairs.len() < 2 {
            return None;
        }
        let differences = pairs.iter().map(|(a, b)| 100.0 * (a - b));
        let mean = differences.clone().sum::<f64>() / count;
        let squares: f64 = differences.map(|d| (d - mean) * (d - mean)).sum();
        let half = 2.0 * (squares / (count - 1.0) / count).sqrt();
        Some(Self { mean, half })
    }

    fn is_above_zero(self) -> bool {
        self.mean - self.half > 0.0
    }

    fn is_below_zero(self) -> bool {
        self.mean + self.half < 0.0
    }
}

impl std::fmt::Display for Difference {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:+.1} ± {:.1}", self.mean, self.half)
    }
}

/// The mean share of a method in each repeat, over these cells.
fn by_repeat<'a>(
    entries: impl Iterator<Item = &'a Entry>,
    method: &str,
    value: impl Fn(&Entry) -> Option<f64>,
) -> BTreeMap<usize, f64> {
    let mut sums: BTreeMap<usize, (f64, usize)> = BTreeMap::new();
    for entry in entries.filter(|e| e.cell.method == method) {
        if let Some(value) = value(entry) {
            let sum = sums.entry(entry.cell.repeat).or_default();
            *sum = (sum.0 + value, sum.1 + 1);
        }
    }
    let mean = |(repeat, (sum, count)): (usize, (f64, usize))| (repeat, sum / count as f64);
    sums.into_iter().map(mean).collect()
}

/// Values of the repeats that both have.
fn paired(a: &BTreeMap<usize, f64>, b: &BTreeMap<usize, f64>) -> Vec<(f64, f64)> {
    a.iter()
        .filter_map(|(repeat, &value)| Some((value, *b.get(repeat)?)))
        .collect()
}

fn mean(values: &BTreeMap<usize, f64>) -> f64 {
    100.0 * values.values().sum::<f64>() / values.len().max(1) as f64
}

/// The share recalled exactly from damaged cues, asynchronous updates, by repeat.
fn recalled(entries: &[Entry], method: &str) -> BTreeMap<usize, f64> {
    let panel = |e: &&Entry| e.cell.figure == "fig7-repair-asynchronous" && e.cell.level > 0.0;
    by_repeat(entries.iter().filter(panel), method, |e| {
        e.measured.exact_recall
    })
}

/// The methods among the entries, in the order of the table.
fn methods(entries: &[Entry]) -> Vec<&str> {
    let mut seen = BTreeSet::new();
    let names = entries.iter().map(|e| e.cell.method.as_str());
    names.filter(|&name| seen.insert(name)).collect()
}

/// The wrong bits of a network.
fn wrong_bits(entries: &[Entry], method: &str) -> Option<usize> {
    let own = |e: &&Entry| e.cell.method == method && e.measured.wrong_bits.is_some();
    entries.iter().find(own)?.measured.wrong_bits
}

fn listed(values: &[(&str, f64)]) -> String {
    let parts = values
        .iter()
        .map(|(name, share)| format!("{name} {share:.1} %"));
    parts.collect::<Vec<_>>().join(", ")
}

fn repairs_best(entries: &[Entry]) -> Claim {
    let paper = "What repairs best: weights chosen for noise recall more damaged patterns than every other pairwise network";
    let noise = recalled(entries, NOISE);
    let mut shares: Vec<(&str, f64)> = methods(entries)
        .into_iter()
        .map(|name| (name, recalled(entries, name)))
        .filter(|(_, values)| !values.is_empty())
        .map(|(name, values)| (name, mean(&values)))
        .collect();
    shares.sort_by(|a, b| b.1.total_cmp(&a.1));
    let rivals = shares
        .iter()
        .filter(|(name, _)| *name != NOISE && !LIMITS.contains(name));
    let differences: Vec<(&str, Difference)> = rivals
        .filter_map(|(name, _)| {
            let pairs = paired(&noise, &recalled(entries, name));
            Some((*name, Difference::of(&pairs)?))
        })
        .collect();
    if differences.is_empty() {
        return unmeasured(PLACE, paper);
    }
    let texts = differences.iter().map(|(name, d)| {
        let wrong =
            wrong_bits(entries, name).map_or_else(String::new, |w| format!(" ({w} wrong bits)"));
        format!("{name}{wrong} {d}")
    });
    let texts: Vec<String> = texts.collect();
    Claim {
        place: PLACE,
        paper: paper.to_owned(),
        measured: format!(
            "recalled exactly, mean over all noise levels, asynchronous updates: {}; {NOISE} ({} wrong bits) less each other \
             network, in points, paired by cues, with 95 % intervals: {}",
            listed(&shares),
            wrong_bits(entries, NOISE).unwrap_or(0),
            texts.join(", ")
        ),
        verdict: if differences.iter().all(|(_, d)| d.is_above_zero()) {
            Verdict::Holds
        } else if differences.iter().any(|(_, d)| d.is_below_zero()) {
            Verdict::Differs
        } else {
            Verdict::Partly
        },
        reason: "Memories that keep the patterns themselves (dense, nearest) are the limit: they have all bits to compare \
                 with, pairwise weights do not."
            .to_owned(),
    }
}

/// Flipped bits and the patterns recalled for certain from so many, the fewest flips first.
fn certain(entries: &[Entry], method: &str) -> Vec<(f64, f64)> {
    let own = entries
        .iter()
        .filter(|e| e.cell.figure == "fig7-repair-certain" && e.cell.method == method);
    let mut shares: Vec<(f64, f64)> = own
        .filter_map(|e| {
            let flips = (e.cell.level * e.cell.neurons as f64).round();
            Some((flips, e.measured.exact_recall? * e.cell.patterns as f64))
        })
        .collect();
    shares.sort_by(|a, b| a.0.total_cmp(&b.0));
    shares
}

fn cost_of_a_guarantee(entries: &[Entry]) -> Claim {
    let paper = "What a guarantee costs: weights chosen for patterns that survive every flip repair as many random flips as \
                 weights chosen for noise";
    let pairs = paired(&recalled(entries, SURVIVE), &recalled(entries, NOISE));
    let Some(difference) = Difference::of(&pairs) else {
        return unmeasured(PLACE, paper);
    };
    let guaranteed = |method: &str| {
        let first = certain(entries, method).first().copied();
        first.map(|(flips, count)| format!("{method} {count:.0} from every {flips:.0} flips"))
    };
    let guarantees: Vec<String> = [SURVIVE, NOISE, "exact-symmetric", "nearest"]
        .into_iter()
        .filter_map(guaranteed)
        .collect();
    Claim {
        place: PLACE,
        paper: paper.to_owned(),
        measured: format!(
            "{SURVIVE} less {NOISE}, share recalled exactly, in points, paired by cues, with its 95 % interval: {difference}; \
             patterns recalled for certain: {}",
            guarantees.join(", ")
        ),
        verdict: if difference.is_below_zero() {
            Verdict::Differs
        } else {
            Verdict::Holds
        },
        reason: "A guarantee looks at the worst cue, noise at the usual one: they ask for different weights.".to_owned(),
    }
}

/// The accuracy by split, of one panel of a data set.
fn accuracy(entries: &[Entry], panel: &str, data: &str, method: &str) -> BTreeMap<usize, f64> {
    // Nothing missing is measured in the panel of the examples.
    let is_whole = panel == "fig8-repair-examples";
    let wanted = |e: &&Entry| {
        e.cell.figure == panel && e.cell.data == data && (is_whole || e.cell.level > 0.0)
    };
    by_repeat(entries.iter().filter(wanted), method, |e| {
        e.measured.accuracy
    })
}

fn classifies_better(entries: &[Entry]) -> Claim {
    const PANELS: [(&str, &str); 3] = [
        ("fig8-repair-examples", "nothing missing"),
        ("fig8-repair-missing-features", "features missing"),
        ("fig8-repair-missing-neurons", "neurons missing"),
    ];
    const OWN: [&str; 3] = [NOISE, "exact-noise-one-step", "exact-validated"];
    const CONTROLS: [&str; 3] = ["nearest", "softmax", "random-forest"];
    let paper = "Somewhere a memory trained for noise classifies better than the nearest row, softmax and the forest, each";
    let data: BTreeSet<&str> = entries.iter().map(|e| e.cell.data.as_str()).collect();
    let (mut wins, mut losses, mut tables) = (Vec::new(), 0, 0);
    for data in data {
        for (panel, words) in PANELS {
            for own in OWN {
                let values = accuracy(entries, panel, data, own);
                let differences: Option<Vec<Difference>> = CONTROLS
                    .into_iter()
                    .map(|c| Difference::of(&paired(&values, &accuracy(entries, panel, data, c))))
                    .collect();
                let Some(differences) = differences else {
                    continue;
                };
                tables += 1;
                losses += usize::from(differences.iter().any(|d| d.is_below_zero()));
                if differences.iter().all(|d| d.is_above_zero()) {
                    let texts = CONTROLS.iter().zip(&differences);
                    let texts: Vec<String> = texts.map(|(name, d)| format!("{name} {d}")).collect();
                    wins.push(format!("{data}, {words}, {own}: {}", texts.join(", ")));
                }
            }
        }
    }
    if tables == 0 {
        return unmeasured(PLACE, paper);
    }
    let found = if wins.is_empty() {
        "better than all three nowhere".to_owned()
    } else {
        format!(
            "better than all three, in points, paired by splits, with 95 % intervals: {}",
            wins.join("; ")
        )
    };
    Claim {
        place: PLACE,
        paper: paper.to_owned(),
        measured: format!(
            "{found}; of {tables} comparisons (data, what is missing, read-out) {losses} are worse than one of the three"
        ),
        verdict: if wins.is_empty() {
            Verdict::Differs
        } else {
            Verdict::Holds
        },
        reason: "Intervals are of single comparisons: among so many some are above zero by chance."
            .to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::{Cell, Measured};

    fn entry(figure: &str, method: &str, repeat: usize, share: f64) -> Entry {
        Entry {
            cell: Cell {
                figure: figure.into(),
                method: method.into(),
                data: "wine".into(),
                neurons: 81,
                patterns: 24,
                level: 0.1,
                repeat,
                seed: 0,
            },
            measured: Measured {
                exact_recall: Some(share),
                accuracy: Some(share),
                ..Measured::default()
            },
            seconds: 0.0,
            version: String::new(),
        }
    }

    fn recalls(method: &str, shares: [f64; 3]) -> Vec<Entry> {
        let panel = "fig7-repair-asynchronous";
        let one = |(repeat, share)| entry(panel, method, repeat, share);
        shares.into_iter().enumerate().map(one).collect()
    }

    #[test]
    fn the_verdict_follows_the_paired_numbers() {
        let judged = |noise: [f64; 3]| {
            let mut entries = recalls(NOISE, noise);
            entries.extend(recalls("perceptron", [0.3, 0.5, 0.7]));
            entries.extend(recalls(SURVIVE, [0.1, 0.3, 0.5]));
            entries.extend(recalls("nearest", [1.0, 1.0, 1.0]));
            let all = claims(&entries, &[]);
            (all[0].verdict, all[1].verdict, all[0].measured.clone())
        };
        // The shares of repeats spread by 20 points, their differences by none: only pairs show it.
        let (best, cost, text) = judged([0.35, 0.55, 0.75]);
        assert_eq!((best, cost), (Verdict::Holds, Verdict::Differs));
        assert!(text.contains("perceptron +5.0 ± 0.0"), "{text}");
        assert!(text.contains("nearest 100.0 %") && !text.contains("nearest +"));
        assert_eq!(judged([0.3, 0.5, 0.7]).0, Verdict::Partly);
        assert_eq!(judged([0.05, 0.25, 0.4]).0, Verdict::Differs);
        assert_eq!(judged([0.05, 0.25, 0.4]).1, Verdict::Holds);
        assert!(claims(&[], &[]).is_empty());
    }

    #[test]
    fn a_difference_is_that_of_the_textbook() {
        let pairs = [(0.5, 0.4), (0.7, 0.4), (0.6, 0.4)];
        // 10, 30, 20 points: standard deviation 10, of the mean 10/√3.
        let difference = Difference::of(&pairs).unwrap();
        assert!((difference.mean - 20.0).abs() < 1e-9);
        assert!((difference.half - 20.0 / 3.0_f64.sqrt()).abs() < 1e-9);
        assert_eq!(Difference::of(&pairs[..1]), None);
    }

    #[test]
    fn better_than_all_three_or_nowhere() {
        let table = |own: f64| {
            let mut entries = Vec::new();
            for (method, share) in [
                (NOISE, own),
                ("nearest", 0.8),
                ("softmax", 0.7),
                ("random-forest", 0.6),
            ] {
                let panel = "fig8-repair-missing-features";
                entries.extend((0..3).map(|r| entry(panel, method, r, share + 0.01 * r as f64)));
            }
            claims(&[], &entries)[0].clone()
        };
        assert_eq!(table(0.9).verdict, Verdict::Holds);
        assert!(
            table(0.9)
                .measured
                .contains("wine, features missing, exact-noise")
        );
        let worse = table(0.75);
        assert_eq!(worse.verdict, Verdict::Differs);
        assert!(
            worse.measured.contains("of 1 comparisons") && worse.measured.contains("1 are worse")
        );
    }
}
