//! The curves that claims on storage are judged by.

use crate::curve::Curve;
use crate::ledger::Entry;
use attractor::Ties;
use std::collections::BTreeSet;

/// Half a wrong bit a pattern: what looks like zero on a curve.
pub(super) const VISIBLE: f64 = 0.5;

pub(super) fn curve<'a>(
    entries: &'a [Entry],
    data: &str,
    neurons: usize,
    method: &str,
) -> Curve<'a> {
    Curve::of(entries, data, neurons, method, Ties::Negative)
}

pub(super) fn sizes(entries: &[Entry], data: &str) -> BTreeSet<usize> {
    let own = entries.iter().filter(|e| e.cell.data == data);
    own.map(|e| e.cell.neurons).collect()
}
