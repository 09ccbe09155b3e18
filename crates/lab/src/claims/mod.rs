//! Claims: what the paper says, beside what the results at hand show, with the reason where they differ.
//!
//! Numbers and verdicts are computed from the ledgers' entries, but for what the paper says of the literature. "Stores P patterns" is read in two ways:
//! error-free, and with at most half a wrong bit a pattern, which is what an eye sees as zero on the paper's curves.

mod classification;
mod difference;
mod digits;
mod known;
mod literature;
mod loads;
mod numbers;
mod optimum;
mod random;
mod recall;
mod repair;
mod storage;
mod weights;

use crate::curve::Stored;
use crate::ledger::Entry;
pub use numbers::Numbers;
use std::fmt;

/// What the measurement says about a claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Within what the paper's words allow.
    Holds,
    /// In part, or under one reading only.
    Partly,
    /// No.
    Differs,
    /// The results at hand do not have the experiment, or too coarsely.
    Unmeasured,
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Holds => "holds",
            Self::Partly => "partly",
            Self::Differs => "differs",
            Self::Unmeasured => "not measured at this setting",
        })
    }
}

/// One claim.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// Where the paper says it.
    pub place: &'static str,
    /// What it says.
    pub paper: String,
    /// What was measured.
    pub numbers: Numbers,
    /// What the numbers do not say; empty where they say it all.
    pub measured: String,
    /// The verdict.
    pub verdict: Verdict,
    /// Why it is so.
    pub reason: String,
}

/// The entries of one figure.
#[derive(Debug, Clone, Copy)]
pub struct Evidence<'a> {
    /// For example `fig4`.
    pub figure: &'a str,
    /// Its results.
    pub entries: &'a [Entry],
}

/// The figures of the paper's experiments.
const PAPER: [&str; 6] = ["fig2", "fig3", "fig4", "fig5", "fig7", "fig8"];

/// Whether any of the paper's experiments is among these.
pub(crate) fn has_paper(evidence: &[Evidence<'_>]) -> bool {
    evidence.iter().any(|e| PAPER.contains(&e.figure))
}

/// The claims that belong to a report of this evidence. With any of the paper's figures these are all of the paper's:
/// storage, recall, classification, and what the literature answers; experiments beyond them have their own claims, and own
/// experiments have none.
pub fn claims(evidence: &[Evidence<'_>]) -> Vec<Claim> {
    let of = |figure: &str| {
        let found = evidence.iter().find(|e| e.figure == figure);
        found.map_or(&[][..], |e| e.entries)
    };
    let mut all = Vec::new();
    let has_paper = has_paper(evidence);
    if has_paper {
        all = storage::claims(of("fig2"), of("fig3"), of("fig4"), of("fig5"));
        all.extend(recall::claims(of("fig7")));
        all.extend(classification::claims(of("fig8")));
    }
    if has_paper || !of("known").is_empty() {
        all.extend(known::claims(of("known")));
    }
    all.extend(repair::claims(of("fig7-repair"), of("fig8-repair")));
    if has_paper {
        all.extend(literature::claims());
    }
    all
}

/// Two shares closer than this, in percent, are no difference at ten repeats.
const SAME: f64 = 1.5;

fn unmeasured(place: &'static str, paper: impl Into<String>) -> Claim {
    Claim {
        place,
        paper: paper.into(),
        numbers: Numbers::default(),
        measured: String::new(),
        verdict: Verdict::Unmeasured,
        reason: "This is not among the results.".to_owned(),
    }
}

/// Whether storage ends within `slack` patterns of the `claimed` number. The true end lies between the last measured load
/// that is stored and the first that is not; where that leaves it open, the claim is not measured.
fn judge(end: Stored, claimed: usize, slack: usize) -> Verdict {
    let claimed = claimed.saturating_sub(slack)..=claimed + slack;
    let least = end.to.unwrap_or(0);
    match end.beyond.map(|beyond| beyond - 1) {
        Some(most) if claimed.contains(&least) && claimed.contains(&most) => Verdict::Holds,
        Some(most) if most < *claimed.start() => Verdict::Differs,
        _ if least > *claimed.end() => Verdict::Differs,
        _ => Verdict::Unmeasured,
    }
}

/// Both readings of "stores P patterns": error-free, and with at most half a wrong bit a pattern. Where only the second is
/// near, the claim holds in part.
fn judge_both(free: Stored, visible: Stored, claimed: usize, slack: usize) -> Verdict {
    match judge(visible, claimed, slack) {
        Verdict::Holds if judge(free, claimed, slack) != Verdict::Holds => Verdict::Partly,
        verdict => verdict,
    }
}

impl Claim {
    /// Says so in the reason where there are results that do not decide.
    fn honest(mut self) -> Self {
        if self.verdict == Verdict::Unmeasured && self.numbers != Numbers::default() {
            let open = "The loads measured at this setting are too few to decide.";
            self.reason = format!("{open} {}", self.reason);
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::{Cell, Measured};

    fn entry(method: &str, neurons: usize, patterns: usize, wrong_bits: usize) -> Entry {
        Entry {
            cell: Cell {
                figure: "fig3".into(),
                method: method.into(),
                data: "random".into(),
                neurons,
                patterns,
                level: 0.0,
                repeat: 0,
                seed: 0,
            },
            measured: Measured {
                wrong_bits: Some(wrong_bits),
                wrong_bits_fixed_point: Some(wrong_bits),
                ..Measured::default()
            },
            seconds: 0.0,
            version: String::new(),
        }
    }

    #[test]
    fn a_coarse_grid_decides_nothing() {
        let end = |to, beyond| Stored { to, beyond };
        assert_eq!(judge(end(Some(38), Some(40)), 40, 3), Verdict::Holds);
        assert_eq!(judge(end(Some(30), Some(70)), 40, 8), Verdict::Unmeasured);
        assert_eq!(judge(end(Some(20), Some(25)), 40, 8), Verdict::Differs);
        assert_eq!(judge(end(Some(60), None), 40, 8), Verdict::Differs);
        assert_eq!(judge(end(Some(45), None), 40, 8), Verdict::Unmeasured);
        assert_eq!(judge(end(None, Some(20)), 40, 8), Verdict::Differs);
        let (early, near) = (end(Some(10), Some(11)), end(Some(39), Some(40)));
        assert_eq!(judge_both(near, near, 40, 3), Verdict::Holds);
        assert_eq!(judge_both(early, near, 40, 3), Verdict::Partly);
        assert_eq!(judge_both(early, early, 40, 3), Verdict::Differs);
    }

    #[test]
    fn a_claim_is_judged_by_the_entries() {
        let good: Vec<Entry> = (1..=12)
            .map(|p| entry("pseudo-inverse", 9, p, if p > 8 { 4 * p } else { 0 }))
            .collect();
        let judged = |entries: &[Entry]| {
            let evidence = [Evidence {
                figure: "fig3",
                entries,
            }];
            claims(&evidence)[1].clone()
        };
        assert_eq!(judged(&good).verdict, Verdict::Holds);
        assert!(judged(&good).numbers.to_string().contains("N = 9 8"));
        let early: Vec<Entry> = (1..=12)
            .map(|p| entry("pseudo-inverse", 9, p, p / 5))
            .collect();
        assert_eq!(judged(&early).verdict, Verdict::Differs);
        assert_eq!(judged(&[]).verdict, Verdict::Unmeasured);
        let own = [Evidence {
            figure: "mine",
            entries: &good,
        }];
        assert!(claims(&[]).is_empty() && claims(&own).is_empty());
    }

    #[test]
    fn who_found_fewer_is_named_and_certificates_are_counted() {
        let digits = |method: &str, patterns, wrong_bits, status: &str, certified| {
            let mut entry = entry(method, 81, patterns, wrong_bits);
            entry.cell.data = "mnist".into();
            entry.measured.lower_bound = Some(2);
            entry.measured.status = status.into();
            entry.measured.certified = Some(certified);
            entry
        };
        let entries = [
            digits("exact-symmetric", 40, 2, "optimal", true),
            digits("exact-symmetric", 60, 2, "optimal", false),
            digits("exact-symmetric", 92, 33, "feasible", true),
            digits("exact-sparse", 40, 2, "optimal", true),
            digits("exact-sparse", 92, 26, "feasible", true),
            digits("exact-directed", 92, 20, "feasible", true),
        ];
        let evidence = [Evidence {
            figure: "fig5",
            entries: &entries,
        }];
        let all = claims(&evidence);
        let optimum = |c: &&Claim| c.place == "Fig. 5" && c.paper.contains("globally optimal");
        let claim = all.iter().find(optimum).unwrap();
        assert_eq!(claim.verdict, Verdict::Partly);
        assert!(
            claim
                .numbers
                .to_string()
                .contains("proven optimal 2 of 3, certified 1")
        );
        assert!(
            claim
                .measured
                .contains("Fewer wrong bits were found by exact-sparse at P = 92, where")
        );
    }

    /// The entries of the full results that the repository keeps; None in a package without them.
    fn kept(figure: &str) -> Option<Vec<Entry>> {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../results/full");
        let path = format!("{folder}/{figure}.csv");
        let mut table = csv::Reader::from_path(path).ok()?;
        let entry = |record: csv::StringRecord| {
            let (cell, measured, seconds, version) = record.deserialize(None).unwrap();
            Entry {
                cell,
                measured,
                seconds,
                version,
            }
        };
        Some(
            table
                .records()
                .map(|record| entry(record.unwrap()))
                .collect(),
        )
    }

    #[test]
    fn the_kept_results_are_judged() {
        let names = ["fig2", "fig3", "fig4", "fig5", "fig7", "fig8"];
        let Some(tables) = names
            .iter()
            .map(|name| kept(name))
            .collect::<Option<Vec<_>>>()
        else {
            return;
        };
        let evidence: Vec<Evidence<'_>> = names
            .iter()
            .zip(&tables)
            .map(|(figure, entries)| Evidence { figure, entries })
            .collect();
        let all = claims(&evidence);
        let verdict = |words: &str| {
            let mut found = all.iter().filter(|claim| claim.paper.contains(words));
            let claim = found
                .next()
                .unwrap_or_else(|| panic!("no claim on {words}"));
            assert!(found.next().is_none(), "{words}");
            (claim.verdict, claim.numbers.to_string())
        };
        assert_eq!(verdict("exactly 19").0, Verdict::Holds);
        assert_eq!(verdict("fully occupied").0, Verdict::Holds);
        let (late, numbers) = verdict("gets similar");
        assert_eq!(late, Verdict::Differs);
        assert!(numbers.contains("3.91") && numbers.contains("1.49") && numbers.contains("2.84"));
        let (steady, numbers) = verdict("pretty constant");
        assert_ne!(steady, Verdict::Holds);
        assert!(
            numbers.contains("zoo: exact-symmetric 92 to 70 %"),
            "{numbers}"
        );
        let (stored, numbers) = verdict("but the Hebbian one store");
        assert_eq!(stored, Verdict::Partly);
        assert!(numbers.contains("gradient 3") && numbers.contains("exact-receptive 1"));
        assert_eq!(verdict("independent from seeding").0, Verdict::Partly);
        assert_eq!(verdict("better than tree, forest").0, Verdict::Differs);
        assert_eq!(verdict("proven upper limit").0, Verdict::Partly);
        assert_eq!(verdict("first practical").0, Verdict::Differs);
        assert_eq!(verdict("known or unknown").0, Verdict::Unmeasured);
    }
}
