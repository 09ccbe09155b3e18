//! Recall: what the paper says on repairing damaged patterns.

use super::{Claim, Numbers, SAME, Verdict, unmeasured};
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

/// All claims of Fig. 7, and the one that its optima answer.
pub(super) fn claims(entries: &[Entry]) -> [Claim; 3] {
    [noise(entries), stored_at_first(entries), seeding(entries)]
}

/// The network of a method, without noise: its wrong bits.
fn wrong_bits(entries: &[Entry], method: &str) -> Option<usize> {
    let own = entries
        .iter()
        .find(|e| e.cell.figure == "fig7" && e.cell.method == method && e.cell.level == 0.0);
    own?.measured.wrong_bits
}

fn stored_at_first(entries: &[Entry]) -> Claim {
    /// The paper's rows but for Hebb's; the plain program by its vertex and by its widest margin.
    const ROWS: [&str; 6] = [
        "pseudo-inverse",
        "gradient",
        "milp-vertex",
        "exact-symmetric",
        "exact-sparse",
        "exact-receptive",
    ];
    let (place, paper) = (
        "Fig. 7",
        "All methods but the Hebbian one store all the patterns",
    );
    let known: Vec<(&str, usize)> = ROWS
        .into_iter()
        .filter_map(|method| Some((method, wrong_bits(entries, method)?)))
        .collect();
    if known.is_empty() {
        return unmeasured(place, paper);
    }
    let failing = known.iter().filter(|&&(_, wrong)| wrong > 0).count();
    let fields = known
        .iter()
        .map(|&(method, wrong)| (method, wrong.to_string()));
    let stored = format!("{} of {} methods", known.len() - failing, known.len());
    let numbers = Numbers::new("all", stored).row("wrong bits without noise", fields);
    Claim {
        place,
        paper: paper.to_owned(),
        numbers,
        measured: String::new(),
        verdict: match failing {
            0 => Verdict::Holds,
            count if count == known.len() => Verdict::Differs,
            _ => Verdict::Partly,
        },
        reason: "The paper does not say which digits and how many. A receptive field leaves out weights that a pixel may \
                 need; the gradient network with the paper's settings ends before it has converged."
            .to_owned(),
    }
}

/// What seeds may decide is which optimum is found. Optima of the same patterns are compared instead.
fn seeding(entries: &[Entry]) -> Claim {
    let (place, paper) = (
        "abstract, section 5",
        "The approach is independent from seeding and other factors",
    );
    let panel = "fig7-asynchronous";
    let optima: Vec<(&str, f64)> = ["milp-vertex", "exact-symmetric", "exact-sparse"]
        .into_iter()
        .filter(|method| wrong_bits(entries, method) == Some(0))
        .filter_map(|method| Some((method, recalled(entries, panel, method)?)))
        .collect();
    if optima.len() < 2 {
        return unmeasured(place, paper);
    }
    let shares = || optima.iter().map(|&(_, share)| share);
    let spread = shares().fold(f64::MIN, f64::max) - shares().fold(f64::MAX, f64::min);
    Claim {
        place,
        paper: paper.to_owned(),
        numbers: Numbers::new("no spread", format!("{spread:.0} points"))
            .shares("recalled exactly", 0, &optima),
        measured: "Optima of the same patterns, none with a wrong bit; mean over all noise levels, asynchronous updates."
            .to_owned(),
        verdict: if spread > SAME {
            Verdict::Partly
        } else {
            Verdict::Holds
        },
        reason: "The optimal number of wrong bits does not depend on a seed. The weights and what they recall do: the \
                 program has many optima, and the solver's path decides which one is returned. Where a time limit ends \
                 the search, the number depends on it as well, and epsilon and M change the optimum itself."
            .to_owned(),
    }
}

fn noise(entries: &[Entry]) -> Claim {
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
    let mut numbers = Numbers::default();
    for (updates, panel) in panels {
        let share = |method: &&'static str| Some((*method, recalled(entries, panel, method)?));
        let shares: Vec<(&str, f64)> = METHODS.iter().filter_map(share).collect();
        if !shares.is_empty() {
            numbers = numbers.shares(format!("{updates} updates"), 0, &shares);
        }
    }
    Claim {
        place,
        paper: paper.to_owned(),
        numbers,
        measured: "Patterns recalled exactly, mean over all noise levels.".to_owned(),
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
