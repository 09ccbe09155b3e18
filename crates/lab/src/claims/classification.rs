//! Classification: what the paper says on learning from few examples and on missing data.

use super::{Claim, Numbers, SAME, Verdict, unmeasured};
use crate::figures::NO_NETWORK;
use crate::ledger::Entry;
use std::collections::BTreeSet;

/// All claims of Fig. 8.
pub(super) fn claims(entries: &[Entry]) -> [Claim; 4] {
    [
        few_examples(entries),
        constant(entries),
        missing_sparse(entries),
        missing_controls(entries),
    ]
}

/// Mean accuracy in percent over the data sets, of one method among the entries of a panel that `wanted` picks.
fn accuracy(
    entries: &[Entry],
    panel: &str,
    method: &str,
    wanted: impl Fn(&Entry) -> bool,
) -> Option<f64> {
    let own = entries
        .iter()
        .filter(|e| e.cell.figure == panel && e.cell.method == method && wanted(e));
    let shares: Vec<f64> = own.filter_map(|e| e.measured.accuracy).collect();
    (!shares.is_empty()).then(|| 100.0 * shares.iter().sum::<f64>() / shares.len() as f64)
}

const CLASSIFIERS: [&str; 7] = [
    "milp-vertex",
    "exact-symmetric",
    "exact-sparse",
    "decision-tree",
    "random-forest",
    "softmax",
    "nearest",
];

fn accuracies(
    entries: &[Entry],
    panel: &str,
    wanted: impl Fn(&Entry) -> bool,
) -> Vec<(&'static str, f64)> {
    CLASSIFIERS
        .into_iter()
        .filter_map(|m| Some((m, accuracy(entries, panel, m, &wanted)?)))
        .collect()
}

fn of(accuracies: &[(&str, f64)], method: &str) -> Option<f64> {
    accuracies
        .iter()
        .find(|(m, _)| *m == method)
        .map(|(_, share)| *share)
}

fn few_examples(entries: &[Entry]) -> Claim {
    let (place, paper) = (
        "Fig. 8 left",
        "Two or three examples a class suffice for a competitive classification",
    );
    let panel = "fig8-examples";
    let Some(count) = own(entries, panel)
        .map(|e| e.cell.patterns)
        .filter(|p| (2..=3).contains(p))
        .max()
    else {
        return unmeasured(place, paper);
    };
    let at = accuracies(entries, panel, |e| e.cell.patterns == count);
    let memory = of(&at, "exact-sparse")
        .into_iter()
        .chain(of(&at, "exact-symmetric"))
        .fold(0.0, f64::max);
    let controls = ["decision-tree", "random-forest", "softmax"]
        .iter()
        .filter_map(|m| of(&at, m));
    let best = controls.fold(0.0, f64::max);
    let nearest = of(&at, "nearest").unwrap_or(0.0);
    Claim {
        place,
        paper: paper.to_owned(),
        numbers: Numbers::new("", format!("{memory:.1} %")).shares(
            format!("accuracy, {count} examples a class"),
            1,
            &at,
        ),
        measured: "Mean over the data sets; the number is the better memory's.".to_owned(),
        verdict: if memory + SAME >= best {
            Verdict::Holds
        } else {
            Verdict::Partly
        },
        reason: format!(
            "Most of it is the code and the comparison with the stored rows: the nearest stored row without any network \
             reaches {nearest:.1} %. A vertex without margin (milp-vertex) is no memory for rows that it has not seen. That is not its solver's fault: \
             on wine, where it has 34.5 % by microlp with 4 examples, the same program has 36.9 ± 3.4 % by Gurobi 13.{}",
            without_network(own(entries, panel))
        ),
    }
}

/// The mean of the last against that of "two or three examples", for each data set and both memories.
fn constant(entries: &[Entry]) -> Claim {
    /// Percent: a curve that varies by no more is constant to the eye.
    const CONSTANT: f64 = 5.0;
    let (place, paper) = (
        "Fig. 8 left",
        "From two or three examples on, the performance is pretty constant for the Hopfield network",
    );
    let panel = "fig8-examples";
    let loads = || own(entries, panel).map(|e| e.cell.patterns);
    let (Some(first), Some(last)) = (loads().filter(|p| (2..=3).contains(p)).max(), loads().max())
    else {
        return unmeasured(place, paper);
    };
    let tables: BTreeSet<&str> = own(entries, panel).map(|e| e.cell.data.as_str()).collect();
    let mut numbers = Numbers::default();
    let mut moves = Vec::new();
    for table in tables {
        let mut fields = Vec::new();
        for method in ["exact-symmetric", "exact-sparse"] {
            let at = |count: usize| {
                let wanted = |e: &Entry| e.cell.data == table && e.cell.patterns == count;
                accuracy(entries, panel, method, wanted)
            };
            if let (Some(before), Some(after)) = (at(first), at(last)) {
                fields.push((method, format!("{before:.0} to {after:.0} %")));
                moves.push((after - before).abs());
            }
        }
        numbers = numbers.row(table, fields);
    }
    if last <= first || moves.is_empty() {
        return unmeasured(place, paper);
    }
    let steady = moves.iter().filter(|&&moved| moved <= CONSTANT).count();
    Claim {
        place,
        paper: paper.to_owned(),
        numbers,
        measured: format!("Accuracy with {first} and with {last} examples a class."),
        verdict: match steady {
            0 => Verdict::Differs,
            count if count == moves.len() => Verdict::Holds,
            _ => Verdict::Partly,
        },
        reason: "More rows load the memory more: at zoo, whose rows of a class are nearly the same, it falls, while tree and \
                 forest go on rising. In these results the names of zoo's animals are a feature, so nearly every row has a \
                 neuron of its own (`frog` stands there twice); `classify` leaves such columns out."
            .to_owned(),
    }
}

/// The entries of one panel.
fn own<'a>(entries: &'a [Entry], panel: &'a str) -> impl Iterator<Item = &'a Entry> {
    entries.iter().filter(move |e| e.cell.figure == panel)
}

/// How often a solver gave no network to judge.
fn without_network<'a>(entries: impl Iterator<Item = &'a Entry>) -> String {
    let none = |e: &&Entry| e.measured.status == NO_NETWORK;
    match entries.filter(none).count() {
        0 => String::new(),
        1 => " In one cell the plain program's solver found no network in time; it is left out."
            .to_owned(),
        count => format!(
            " In {count} cells the plain program's solver found no network in time; they are left out."
        ),
    }
}

fn missing_sparse(entries: &[Entry]) -> Claim {
    let (place, paper) = (
        "Fig. 8 right",
        "With missing data the sparse MILP network classifies better than the plain one",
    );
    let panel = "fig8-missing-neurons";
    let at = accuracies(entries, panel, |e| e.cell.level > 0.0);
    let (sparse, vertex) = (of(&at, "exact-sparse"), of(&at, "milp-vertex"));
    let (Some(sparse), Some(widest)) = (sparse, of(&at, "exact-symmetric")) else {
        return unmeasured(place, paper);
    };
    let whole = accuracy(entries, panel, "milp-vertex", |e| e.cell.level == 0.0);
    let whole = whole.map_or_else(String::new, |share| {
        format!(" The vertex has {share:.1} % even where nothing is missing.")
    });
    Claim {
        place,
        paper: paper.to_owned(),
        numbers: Numbers::default().shares("accuracy, single neurons missing", 1, &at),
        measured: "Mean over data sets and missing shares above 0.".to_owned(),
        // Both are optima of the plain program.
        verdict: match (
            vertex.is_none_or(|vertex| sparse > vertex + SAME),
            sparse > widest + SAME,
        ) {
            (true, true) => Verdict::Holds,
            (false, false) => Verdict::Differs,
            _ => Verdict::Partly,
        },
        reason: format!(
            "The plain program has many optima, and which one a solver returns decides: a vertex without margin \
             (milp-vertex) or the widest margin (exact-symmetric).{whole}{}",
            without_network(own(entries, panel))
        ),
    }
}

fn missing_controls(entries: &[Entry]) -> Claim {
    let (place, paper) = (
        "Fig. 8 right",
        "With missing data the sparse Hopfield network classifies better than tree, forest and neural network",
    );
    let features = accuracies(entries, "fig8-missing-features", |e| e.cell.level > 0.0);
    let neurons = accuracies(entries, "fig8-missing-neurons", |e| e.cell.level > 0.0);
    let Some(sparse) = of(&neurons, "exact-sparse") else {
        return unmeasured(place, paper);
    };
    let beaten = ["decision-tree", "random-forest", "softmax"]
        .iter()
        .filter(|m| of(&neurons, m).is_some_and(|share| sparse > share + SAME))
        .count();
    Claim {
        place,
        paper: paper.to_owned(),
        numbers: Numbers::new("better than 3", format!("better than {beaten}"))
            .shares("accuracy, whole features missing", 1, &features)
            .shares("accuracy, single neurons missing", 1, &neurons),
        measured: "Mean over data sets and missing shares above 0; the number counts single neurons missing.".to_owned(),
        // The paper says better than each of the three; better than one is not that.
        verdict: match beaten {
            3 => Verdict::Holds,
            2 => Verdict::Partly,
            _ => Verdict::Differs,
        },
        reason: format!(
            "It is better than {beaten} of the three. A tree has no answer for a value that is missing; the nearest stored row has one without a network: {:.1} %.",
            of(&neurons, "nearest").unwrap_or(0.0)
        ),
    }
}
