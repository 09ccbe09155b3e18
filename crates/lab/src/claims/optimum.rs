//! The claim of a global optimum: is it proven, and does another method find fewer wrong bits?

use super::loads::curve;
use super::{Claim, Numbers, Verdict, unmeasured};
use crate::curve::{Curve, stored};
use crate::figures::is_proven;
use crate::ledger::Entry;
use crate::method::Method;
use crate::trainer::Trainer;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Fewest wrong bits is what the exact methods claim: is it proven, and does any other method do better?
pub(super) fn global_optimum(
    place: &'static str,
    entries: &[Entry],
    data: &str,
    neurons: usize,
) -> Claim {
    let paper =
        format!("The MILP network is globally optimal at N = {neurons}: no weights store more");
    let exact = curve(entries, data, neurons, "exact-symmetric");
    let all: Vec<&Entry> = exact.entries().collect();
    if all.is_empty() {
        return unmeasured(place, paper);
    }
    let proven: Vec<&&Entry> = all.iter().filter(|e| is_proven(e)).collect();
    let is_certified = |e: &&&&Entry| e.measured.certified == Some(true);
    let certified = proven.iter().filter(is_certified).count();
    let open = exact.means(|e| Some(f64::from(!is_proven(e))));
    let optimal = stored(&open, 0.0);
    let better: Vec<String> = beating(entries, &all)
        .into_iter()
        .map(|(method, loads)| format!("{method} at P = {}", listed(&loads)))
        .collect();
    let better = if better.is_empty() {
        "No other symmetric network has fewer wrong bits.".to_owned()
    } else {
        format!(
            "Fewer wrong bits were found by {}, where the search had not come to its end.",
            better.join("; by ")
        )
    };
    let shares = format!("{} of {}", proven.len(), all.len());
    let counts = [
        ("proven optimal", shares.clone()),
        ("certified", certified.to_string()),
        ("every one to P", optimal.to_string()),
    ];
    let numbers = Numbers::new("all", shares).row("networks", counts);
    Claim {
        place,
        paper,
        numbers: gaps(numbers, &exact),
        measured: format!(
            "{better} Certified: by a certificate that was checked in exact arithmetic."
        ),
        verdict: match proven.len() {
            0 => Verdict::Differs,
            count if count == all.len() => Verdict::Holds,
            _ => Verdict::Partly,
        },
        reason: "A solver that stops at its time limit, as the paper's did after up to three hours, returns the best network \
                 found, not the optimum; only a bound that meets it proves one. Symmetric couplings tie all neurons \
                 together, which keeps the bound low."
            .to_owned(),
    }
}

/// The methods that found symmetric networks with fewer wrong bits than these entries of theirs, and at which loads.
fn beating(entries: &[Entry], exact: &[&Entry]) -> BTreeMap<String, BTreeSet<usize>> {
    let is_symmetric = |e: &Entry| {
        let method = Trainer::method_of(&e.cell.method);
        method.is_some_and(|m| !matches!(m, Method::ExactDirected | Method::MilpVertex))
    };
    let task = |e: &Entry| {
        (
            e.cell.data.clone(),
            e.cell.neurons,
            e.cell.patterns,
            e.cell.repeat,
        )
    };
    let found: HashMap<_, _> = exact
        .iter()
        .map(|e| (task(e), e.measured.wrong_bits))
        .collect();
    let mut better = BTreeMap::<String, BTreeSet<usize>>::new();
    for other in entries.iter().filter(|e| is_symmetric(e)) {
        if let (Some(&Some(own)), Some(wrong)) =
            (found.get(&task(other)), other.measured.wrong_bits)
            && wrong < own
        {
            let loads = better.entry(other.cell.method.clone()).or_default();
            loads.insert(other.cell.patterns);
        }
    }
    better
}

fn listed(numbers: &BTreeSet<usize>) -> String {
    let texts: Vec<String> = numbers.iter().map(usize::to_string).collect();
    texts.join(", ")
}

/// Adds the least, a middle and the largest load at which what is found is more than what is proven.
fn gaps(numbers: Numbers, exact: &Curve<'_>) -> Numbers {
    let bounds = exact.means(|e| Some(e.measured.lower_bound? as f64 / e.cell.patterns as f64));
    let gaps: Vec<(usize, f64, f64)> = exact
        .wrong_bits()
        .into_iter()
        .zip(bounds)
        .map(|((p, found), (_, bound))| (p, found, bound))
        .filter(|(_, found, bound)| found > bound)
        .collect();
    let shown = [gaps.first(), gaps.get(gaps.len() / 2), gaps.last()];
    let fields = |value: fn(&(usize, f64, f64)) -> f64| {
        let field = move |gap: &(usize, f64, f64)| {
            (format!("at P = {}", gap.0), format!("{:.2}", value(gap)))
        };
        shown.into_iter().flatten().map(field)
    };
    if gaps.is_empty() {
        return numbers;
    }
    numbers
        .row("wrong bits a pattern, proven at least", fields(|gap| gap.2))
        .row("wrong bits a pattern, found", fields(|gap| gap.1))
}
