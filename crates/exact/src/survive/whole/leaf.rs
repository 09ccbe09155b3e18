//! The refutation of one box in whole numbers.

use super::{Cue, System};
use crate::evidence::DamagedInputs;
use crate::geometry::flow::Flow;

/// Multipliers of the largest bit that are tried: corners of the program have small denominators.
const LARGEST: [u32; 20] = [
    1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 16, 20, 24, 30, 60, 100, 1000, 10_000, 1_000_000,
];

/// A bit with its multiplier and its damage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::survive) struct LeafBit {
    /// The part of the system that has it.
    pub(in crate::survive) part: usize,
    /// Its number in that part's cues.
    pub(in crate::survive) k: usize,
    pub(in crate::survive) damage: DamagedInputs,
    /// λ ≥ 1.
    pub(in crate::survive) multiplier: i64,
    /// v of every input of the part.
    pub(in crate::survive) flow: Vec<i64>,
}

/// The bit whose worst cue, which is this one, has too small a field.
pub(super) fn one(system: &System, cue: &Cue) -> LeafBit {
    bit(system, cue, 1)
}

/// The bits with multipliers near these, if they refute the box.
pub(super) fn proven(
    system: &System,
    multipliers: &[(&Cue, f64)],
    limits: &[(i64, i64)],
) -> Option<Vec<LeafBit>> {
    let largest = multipliers.iter().map(|m| m.1).fold(0.0, f64::max);
    let mut last = Vec::new();
    for most in LARGEST {
        let scale = f64::from(most) / largest;
        let whole = |&(_, m): &(&Cue, f64)| (m * scale).round() as i64;
        let rounded: Vec<i64> = multipliers.iter().map(whole).collect();
        if rounded == last {
            continue;
        }
        let named = multipliers.iter().zip(&rounded).filter(|(_, m)| **m > 0);
        let mut bits: Vec<LeafBit> = named.map(|((cue, _), &m)| bit(system, cue, m)).collect();
        if system.is_of_units() {
            damage(system, &mut bits, limits);
        }
        if refute(system, &bits, limits) {
            return Some(joined(bits));
        }
        last = rounded;
    }
    None
}

/// The bit of a cue, with the cue's damage so many times.
fn bit(system: &System, cue: &Cue, multiplier: i64) -> LeafBit {
    let part = &system.parts[cue.part];
    let inputs = &part.columns[..part.cues.inputs.len()];
    let own = part.cues.row(cue.k);
    let lost = |(&c, &a): (&usize, &f64)| multiplier * (1.0 - cue.row.entries[c] * a) as i64;
    LeafBit {
        part: cue.part,
        k: cue.k,
        damage: cue.damage,
        multiplier,
        flow: inputs.iter().zip(own).map(lost).collect(),
    }
}

/// Bits of several cues of one pattern as one.
fn joined(bits: Vec<LeafBit>) -> Vec<LeafBit> {
    let mut joined: Vec<LeafBit> = Vec::new();
    for bit in bits {
        let same = |b: &&mut LeafBit| (b.part, b.k, b.damage) == (bit.part, bit.k, bit.damage);
        if let Some(known) = joined.iter_mut().find(same) {
            known.multiplier += bit.multiplier;
            let flows = known.flow.iter_mut().zip(&bit.flow);
            flows.for_each(|(sum, v)| *sum += v);
        } else {
            joined.push(bit);
        }
    }
    joined
}

/// c_j = Σ_k a_kj (λ_k − v_kj) of every column.
fn sums(system: &System, bits: &[LeafBit]) -> Vec<i64> {
    let mut sums = vec![0; system.columns];
    for bit in bits {
        let part = &system.parts[bit.part];
        let flow = bit.flow.iter().copied().chain(std::iter::repeat(0));
        let row = part.cues.row(bit.k);
        for ((&column, &a), v) in part.columns.iter().zip(row).zip(flow) {
            sums[column] += a as i64 * (bit.multiplier - v);
        }
    }
    sums
}

/// Whether the bits cannot all reach their needs in the box.
fn refute(system: &System, bits: &[LeafBit], limits: &[(i64, i64)]) -> bool {
    let sums = sums(system, bits);
    let most = |(&c, &(low, high)): (&i64, &(i64, i64))| (c * low).max(c * high);
    let reached: i64 = sums.iter().zip(limits).map(most).sum();
    let need = |b: &LeafBit| b.multiplier * system.need(b.part, b.k, b.damage);
    reached < bits.iter().map(need).sum()
}

/// Gives the bits the damage that lowers the most they can reach in a box of unit weights most: each unit of it lowers that by
/// one at most, so that the best is a maximum flow from bits to columns.
fn damage(system: &System, bits: &mut [LeafBit], limits: &[(i64, i64)]) {
    let sums = sums(system, bits);
    let (source, sink) = (bits.len() + system.columns, bits.len() + system.columns + 1);
    let mut flow = Flow::new(sink + 1);
    let all: i64 = bits.iter().map(|bit| capacities(bit).1).sum();
    for (column, (&sum, &(low, high))) in sums.iter().zip(limits).enumerate() {
        // A weight that is fixed at ±1 loses whatever helps it; others no more than the sum that makes them ±1.
        let most = match (low, high) {
            (0, 0) => 0,
            (low, high) if low == high => all,
            (_, 0) => (-sum).max(0),
            (0, _) => sum.max(0),
            _ => sum.abs(),
        };
        flow.edge(bits.len() + column, sink, most);
    }
    let mut edges = Vec::new();
    for (b, bit) in bits.iter().enumerate() {
        let (each, together) = capacities(bit);
        flow.edge(source, b, together);
        let part = &system.parts[bit.part];
        let inputs = &part.columns[..part.cues.inputs.len()];
        for (place, (&column, &a)) in inputs.iter().zip(part.cues.row(bit.k)).enumerate() {
            let (low, high) = limits[column];
            let wanted = if low == high {
                low
            } else {
                sums[column].signum()
            };
            if wanted != 0 && (wanted > 0) == (a > 0.0) {
                edges.push((b, place, flow.edge(b, bits.len() + column, each)));
            }
        }
    }
    flow.maximise(source, sink);
    for (b, place, edge) in edges {
        bits[b].flow[place] = flow.along(edge);
    }
}

/// How much of one column a bit may lose, and of all together.
fn capacities(bit: &LeafBit) -> (i64, i64) {
    match bit.damage {
        DamagedInputs::Flips(r) => (2 * bit.multiplier, 2 * bit.multiplier * r as i64),
        DamagedInputs::Erasures(r) => (bit.multiplier, bit.multiplier * r as i64),
    }
}
