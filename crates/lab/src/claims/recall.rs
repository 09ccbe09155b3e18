//! Recall: what the paper says on repairing damaged patterns.

use super::{Claim, SAME, Verdict, unmeasured};
use crate::ledger::Entry;

const METHODS: [&str; 7] = [
    "pseudo-inverse",
    "gradient",
    "gradient-tuned",
    "milp-vertex",
    "exact-sparse",
    "exact-receptive",
    "exact-symmetric",
];

/// The mean over all noise levels of the share recalled exactly, in percent.
fn recalled(entries: &[Entry], panel: &str, method: &str) -> Option<f64> {
    let own = entries
        .iter()
        .filter(|e| e.cell.figure == panel && e.cell.method == method && e.cell.level > 0.0);
    let shares: Vec<f64> = own.filter_map(|e| e.measured.exact_recall).collect();
    (!shares.is_empty()).then(|| 100.0 * shares.iter().sum::<f64>() / shares.len() as f64)
}

pub(super) fn noise(entries: &[Entry]) -> Claim {
    let (place, paper) = (
        "Fig. 7",
        "Under noise the sparse MILP network repairs better than the plain one, about as well as the gradient network",
    );
    let panels = [
        ("synchronous", "fig7"),
        ("asynchronous", "fig7-asynchronous"),
    ];
    let judged: Vec<Verdict> = panels
        .iter()
        .filter_map(|(_, panel)| judge(entries, panel))
        .collect();
    let Some(&first) = judged.first() else {
        return unmeasured(place, paper);
    };
    let shares = |(updates, panel): &(&str, &str)| {
        let share = |method: &&str| {
            Some(format!(
                "{method} {:.0} %",
                recalled(entries, panel, method)?
            ))
        };
        let shares: Vec<String> = METHODS.iter().filter_map(share).collect();
        (!shares.is_empty()).then(|| format!("{updates} updates: {}", shares.join(", ")))
    };
    let measured: Vec<String> = panels.iter().filter_map(shares).collect();
    Claim {
        place,
        paper: paper.to_owned(),
        measured: format!(
            "recalled exactly, mean over all noise levels; {}",
            measured.join("; ")
        ),
        verdict: if judged.iter().all(|&verdict| verdict == first) {
            first
        } else {
            Verdict::Partly
        },
        reason: "The plain program has many optima. The one that a solver ends in is a vertex, where bits hold by no more \
                 than the margin epsilon (milp-vertex); the one of widest margin (exact-symmetric) is what the paper \
                 lacks. The least L1 norm lets a pixel hang on the fewest others, so that one flip moves several. \
                 Synchronous updates, as in the paper, leave many cues of symmetric networks in a cycle of two states; \
                 asynchronous ones always end."
            .to_owned(),
    }
}

/// Under one kind of updates: better than both the vertex and the widest margin, and not worse than a gradient network?
fn judge(entries: &[Entry], panel: &str) -> Option<Verdict> {
    let of = |method| recalled(entries, panel, method);
    let (sparse, vertex) = (of("exact-sparse")?, of("milp-vertex")?);
    let widest = of("exact-symmetric").unwrap_or(0.0);
    let gradient = [of("gradient"), of("gradient-tuned")]
        .into_iter()
        .flatten()
        .fold(0.0, f64::max);
    Some(if sparse <= vertex + SAME {
        Verdict::Differs
    } else if sparse > widest && sparse + SAME >= gradient {
        Verdict::Holds
    } else {
        Verdict::Partly
    })
}
