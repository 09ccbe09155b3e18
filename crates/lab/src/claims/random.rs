//! Random patterns (Figs. 3 and 4): how many the methods store.

use super::loads::{VISIBLE, curve, sizes};
use super::{Claim, Numbers, Verdict, judge, judge_both, unmeasured};
use crate::curve::{Curve, Stored, stored};
use crate::ledger::Entry;
use crate::theory;

pub(super) fn hebb(entries: &[Entry]) -> Claim {
    /// Share of wrong bits in the attractor at the capacity (Amit, Gutfreund and Sompolinsky 1985).
    const ERROR_SHARE: f64 = 0.016;
    let (place, paper) = (
        "section 2, Fig. 3",
        "Hebb's rule stores about 0.138 N random patterns, with few errors",
    );
    let Some(&n) = sizes(entries, "random").last() else {
        return unmeasured(place, paper);
    };
    let curve = curve(entries, "random", n, "hebbian");
    let share = curve.means(|e| {
        let wrong = e.measured.wrong_bits_fixed_point?;
        Some(wrong as f64 / (e.cell.patterns * n) as f64)
    });
    let end = stored(&share, ERROR_SHARE);
    let load = end.to.unwrap_or(0) as f64 / n as f64;
    Claim {
        place,
        paper: paper.to_owned(),
        numbers: Numbers::new("0.138 N", format!("{load:.3} N")).row(
            format!("N = {n}: to P"),
            [
                ("at most 1.6 % wrong bits", end.to_string()),
                ("no error", curve.stored(0.0).to_string()),
            ],
        ),
        measured: "Wrong bits are counted at the fixed point.".to_owned(),
        verdict: judge(end, (0.138 * n as f64).round() as usize, n / 20),
        reason: format!(
            "0.138 N is the limit N → ∞ with 1.6 % wrong bits; at N = {n} the transition is smeared. Without error it is \
             N/(4 ln N) = {:.0}.",
            n as f64 / (4.0 * (n as f64).ln())
        ),
    }
}

pub(super) fn pseudo_inverse_random(entries: &[Entry]) -> Claim {
    let (place, paper) = (
        "Fig. 3 left",
        "The pseudo-inverse stores exactly N − 1 random patterns, then fails completely",
    );
    let sizes = sizes(entries, "random");
    if sizes.is_empty() {
        return unmeasured(place, paper);
    }
    let ends: Vec<_> = sizes
        .iter()
        .map(|&n| (n, curve(entries, "random", n, "pseudo-inverse").stored(0.0)))
        .collect();
    let columns = ends
        .iter()
        .map(|(n, end)| (format!("N = {n}"), end.to_string()));
    let largest = ends.last().map(|(n, end)| format!("N = {n}: {end}"));
    let numbers =
        Numbers::new("N − 1", largest.unwrap_or_default()).row("error-free to P", columns);
    let judged: Vec<Verdict> = ends.iter().map(|&(n, end)| judge(end, n - 1, 0)).collect();
    let all = |verdict| judged.iter().all(|&v| v == verdict);
    let verdict = match judged.contains(&Verdict::Differs) {
        _ if all(Verdict::Holds) => Verdict::Holds,
        true if all(Verdict::Differs) => Verdict::Differs,
        true => Verdict::Partly,
        false => Verdict::Unmeasured,
    };
    Claim {
        place,
        paper: paper.to_owned(),
        numbers,
        measured: String::new(),
        verdict,
        reason: "The diagonal-free projection is exact while the patterns are linearly independent; few or small random \
                 patterns can be dependent by chance, which ends it sooner."
            .to_owned(),
    }
}

pub(super) fn gradient_at_20(entries: &[Entry]) -> Claim {
    let (place, paper) = (
        "Fig. 4",
        "The gradient network stores about 25 random patterns at N = 20",
    );
    let paper_settings = curve(entries, "random", 20, "gradient");
    if paper_settings.entries().next().is_none() {
        return unmeasured(place, paper);
    }
    let tuned = curve(entries, "random", 20, "gradient-tuned");
    let (own, best) = (paper_settings.stored(VISIBLE), tuned.stored(VISIBLE));
    let (free, best_free) = (paper_settings.stored(0.0), tuned.stored(0.0));
    let near = |free, end| judge_both(free, end, 25, 4);
    let two = |own: Stored, best: Stored| {
        let tuned = ("tuned settings", best.to_string());
        [("the paper's settings", own.to_string()), tuned]
    };
    Claim {
        place,
        paper: paper.to_owned(),
        numbers: Numbers::new("25", own.to_string())
            .row("error-free to P", two(free, best_free))
            .row("at most ½ wrong bit a pattern to P", two(own, best)),
        measured: String::new(),
        verdict: match (near(free, own), near(best_free, best)) {
            (Verdict::Differs, Verdict::Holds) => Verdict::Partly,
            (verdict, _) => verdict,
        },
        reason: "100 epochs at rate 0.001 end before the descent has converged, and the squared error it descends is not \
                 the number of wrong bits."
            .to_owned(),
    }
}

/// The mean over the repeats at P = 35 of wrong bits a pattern, and of the proven bound.
fn at_35(curve: &Curve<'_>) -> Option<(f64, f64)> {
    let at = |means: Vec<(usize, f64)>| means.into_iter().find(|&(p, _)| p == 35).map(|(_, m)| m);
    let bound = curve.means(|e| Some(e.measured.lower_bound? as f64 / e.cell.patterns as f64));
    Some((at(curve.wrong_bits())?, at(bound)?))
}

pub(super) fn milp_at_20(entries: &[Entry]) -> Claim {
    let (place, paper) = (
        "Fig. 4",
        "The MILP network stores around 35 random patterns at N = 20",
    );
    let symmetric = curve(entries, "random", 20, "exact-symmetric");
    if symmetric.entries().next().is_none() {
        return unmeasured(place, paper);
    }
    let directed = curve(entries, "random", 20, "exact-directed");
    let (free, visible) = (symmetric.stored(0.0), symmetric.stored(VISIBLE));
    let both =
        |symmetric: String, directed: String| [("symmetric", symmetric), ("directed", directed)];
    let ends = |limit| {
        let end = |curve: &Curve<'_>| curve.stored(limit).to_string();
        both(end(&symmetric), end(&directed))
    };
    let mut numbers = Numbers::new("35", visible.to_string())
        .row("error-free to P", ends(0.0))
        .row("at most ½ wrong bit a pattern to P", ends(VISIBLE));
    if let (Some((s, s_bound)), Some((d, d_bound))) = (at_35(&symmetric), at_35(&directed)) {
        let wrong = |found, bound| format!("{found:.2} (proven ≥ {bound:.2})");
        let fields = both(wrong(s, s_bound), wrong(d, d_bound));
        numbers = numbers.row("wrong bits a pattern at P = 35", fields);
    }
    let storable = theory::cover(35, 19).powi(20);
    Claim {
        place,
        paper: paper.to_owned(),
        numbers,
        measured: String::new(),
        verdict: judge_both(free, visible, 35, 4),
        reason: format!(
            "Not without errors: even without symmetry 35 random patterns are storable with probability {storable:.4} \
             (Cover 1965), and half of all instances only up to P = {:.1}. What ends near 35 is a curve that the eye \
             takes for zero.",
            theory::half_storable(20)
        ),
    }
}

pub(super) fn pseudo_inverse_at_20(entries: &[Entry]) -> Claim {
    let (place, paper) = (
        "Fig. 4",
        "The pseudo-inverse stores exactly 19 random patterns at N = 20, then fails",
    );
    let curve = curve(entries, "random", 20, "pseudo-inverse");
    if curve.entries().next().is_none() {
        return unmeasured(place, paper);
    }
    let end = curve.stored(0.0);
    Claim {
        place,
        paper: paper.to_owned(),
        numbers: Numbers::new("19", end.to_string()),
        measured: "Error-free in every instance up to that P.".to_owned(),
        verdict: judge(end, 19, 0),
        reason: "Nineteen random patterns of 20 bits are nearly always linearly independent. Beyond N − 1 the diagonal \
                 that is left out carries the projection."
            .to_owned(),
    }
}
