//! How many weights are zero (Figs. 2 and 6).

use super::loads::{VISIBLE, curve};
use super::{Claim, Numbers, Verdict, unmeasured};
use crate::ledger::Entry;

pub(super) fn zero_weights(entries: &[Entry]) -> Claim {
    let (place, paper) = (
        "Fig. 6",
        "Only the sparse and the receptive-field network leave most weights zero; the others use the full matrix, but for \
         the pseudo-inverse, which degenerates after 40",
    );
    let shares = zero_shares(entries);
    let of = |method: &str| {
        shares
            .iter()
            .find(|(m, _)| *m == method)
            .map(|(_, share)| *share)
    };
    let (Some(sparse), Some(receptive)) = (of("exact-sparse"), of("exact-receptive")) else {
        return unmeasured(place, paper);
    };
    let others = shares
        .iter()
        .filter(|(m, _)| !["exact-sparse", "exact-receptive"].contains(m));
    let most = others.map(|(_, share)| *share).fold(0.0, f64::max);
    Claim {
        place,
        paper: paper.to_owned(),
        numbers: Numbers::default().shares("zero weights", 0, &shares),
        measured: "Mean over the measured P; of the pseudo-inverse as far as it stores.".to_owned(),
        verdict: if sparse.min(receptive) > 50.0 && most < 50.0 {
            Verdict::Holds
        } else {
            Verdict::Partly
        },
        reason: "A field of radius 3 leaves out most pairs of pixels whatever is stored. The pixels that are black in \
                 every digit need no weight among themselves; where the widest margin is narrow they hold with room, and \
                 the full network has none there either. Beyond its collapse most of the pseudo-inverse is its \
                 diagonal, which a Hopfield network does not have."
            .to_owned(),
    }
}

/// Zero weights in percent by method, mean over the loads; of the pseudo-inverse over those that it stores.
fn zero_shares(entries: &[Entry]) -> Vec<(&'static str, f64)> {
    const METHODS: [&str; 7] = [
        "hebbian",
        "pseudo-inverse",
        "gradient",
        "gradient-tuned",
        "exact-symmetric",
        "exact-sparse",
        "exact-receptive",
    ];
    let collapse = curve(entries, "mnist", 81, "pseudo-inverse")
        .stored(VISIBLE)
        .to;
    let share = |method: &str| {
        let mut means = curve(entries, "mnist", 81, method).means(|e| e.measured.zero_share);
        if method == "pseudo-inverse" {
            means.retain(|&(p, _)| collapse.is_some_and(|last| p <= last));
        }
        let total: f64 = means.iter().map(|&(_, share)| share).sum();
        (!means.is_empty()).then(|| 100.0 * total / means.len() as f64)
    };
    METHODS
        .into_iter()
        .filter_map(|method| Some((method, share(method)?)))
        .collect()
}

/// The share of weights that are not zero in the matrices of Fig. 2, in percent.
pub(super) fn occupancy(entries: &[Entry]) -> Claim {
    const SPARSE: f64 = 50.0;
    const FULL: f64 = 95.0;
    let (place, paper) = (
        "Fig. 2",
        "The matrices of the baselines and of the MILP are fully occupied; the sparse and the receptive-field one are not",
    );
    let share = |method: &str| {
        let own = entries.iter().find(|e| e.cell.method == method)?;
        Some(100.0 * (1.0 - own.measured.zero_share?))
    };
    let shares = |methods: &[&'static str]| -> Vec<(&'static str, f64)> {
        let known = methods.iter().filter_map(|m| Some((*m, share(m)?)));
        known.collect()
    };
    let full = shares(&["hebbian", "pseudo-inverse", "exact-symmetric"]);
    let sparse = shares(&["exact-sparse", "exact-receptive"]);
    if full.is_empty() || sparse.is_empty() {
        return unmeasured(place, paper);
    }
    let (occupied, emptied) = (
        full.iter().all(|&(_, share)| share >= FULL),
        sparse.iter().all(|&(_, share)| share < SPARSE),
    );
    Claim {
        place,
        paper: paper.to_owned(),
        numbers: Numbers::default().shares("weights that are not zero", 1, full.iter().chain(&sparse)),
        measured: String::new(),
        verdict: match (occupied, emptied) {
            (true, true) => Verdict::Holds,
            (false, false) => Verdict::Differs,
            _ => Verdict::Partly,
        },
        reason: "A Hebbian weight is a sum of P signs: where P is even, some sums are zero. The widest margin asks every \
                 pixel that varies; the least L1 norm asks few."
            .to_owned(),
    }
}
