//! From the multipliers of an infeasible neuron to a proof in whole numbers.
//!
//! For fixed whole multipliers λ the best damage is a maximum flow: from each bit to its inputs, from each input to what its
//! column lacks. So multipliers are rounded, coarsely at first, until the flow fills every column.

use super::cues::Cues;
use crate::evidence::{DamagedInputs, SurvivalBit, SurvivalCore};
use crate::geometry::flow::Flow;

/// Multipliers of the largest bit that are tried. Mostly 1 to 3 is enough; a core whose demands fit tightly needs more.
const LARGEST: [u32; 22] = [
    1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 14, 16, 20, 24, 30, 50, 100, 300, 1000, 3000, 10000,
];

/// A bit of a core to be, as numbers of the cues.
struct Entry {
    k: usize,
    damage: DamagedInputs,
    multiplier: i64,
}

/// The core that `weights` lead to, (label, λ) of [`Cues`]' rows; `None` if no rounding carries a proof.
pub(super) fn core(cues: &Cues, neuron: usize, weights: &[(usize, f64)]) -> Option<SurvivalCore> {
    let mut sums = vec![0.0; 2 * cues.len()];
    for &(label, weight) in weights {
        sums[label] += weight;
    }
    let largest = sums.iter().copied().fold(0.0, f64::max);
    if largest <= 0.0 {
        return None;
    }
    let mut last: Vec<i64> = Vec::new();
    for most in LARGEST {
        let scale = f64::from(most) / largest;
        let mut rounded: Vec<i64> = sums.iter().map(|s| (s * scale).round() as i64).collect();
        if cues.bias {
            balance(cues, &mut rounded);
        }
        if rounded == last {
            continue;
        }
        if let Some(core) = proven(cues, neuron, &rounded) {
            return Some(core);
        }
        last = rounded;
    }
    None
}

/// Makes the multipliers of +1 bits add up to those of −1 bits, as the bias asks, by raising the largest of the smaller side.
fn balance(cues: &Cues, multipliers: &mut [i64]) {
    let bias = cues.inputs.len();
    let sign = |label: usize| cues.row(label / 2)[bias] as i64;
    let left: i64 = multipliers
        .iter()
        .enumerate()
        .map(|(l, m)| m * sign(l))
        .sum();
    let lacking = (0..multipliers.len()).filter(|&l| sign(l) * left.signum() < 0);
    if let Some(label) = lacking.max_by_key(|&l| (multipliers[l], std::cmp::Reverse(l))) {
        multipliers[label] += left.abs();
    }
}

/// The core with these multipliers, if a flow fills every column.
fn proven(cues: &Cues, neuron: usize, multipliers: &[i64]) -> Option<SurvivalCore> {
    let named = multipliers.iter().enumerate().filter(|(_, m)| **m > 0);
    let entries: Vec<Entry> = named
        .map(|(label, &multiplier)| Entry {
            k: label / 2,
            damage: damage_of(cues, label),
            multiplier,
        })
        .collect();
    if !entries.iter().any(|entry| cues.strict[entry.k]) {
        return None;
    }
    let flows = flows(cues, &entries)?;
    let bit = |(entry, flow): (&Entry, Vec<u64>)| SurvivalBit {
        pattern: cues.patterns[entry.k],
        damage: entry.damage,
        multiplier: entry.multiplier as u64,
        flow,
    };
    let bits = entries.iter().zip(flows).map(bit).collect();
    Some(SurvivalCore::leaf(neuron, bits))
}

fn damage_of(cues: &Cues, label: usize) -> DamagedInputs {
    let demand = cues.demands[label / 2];
    if label.is_multiple_of(2) {
        DamagedInputs::Flips(demand.flips)
    } else {
        DamagedInputs::Erasures(demand.erasures)
    }
}

/// How much of a column one bit may take, and of all columns together.
fn capacities(entry: &Entry) -> (i64, i64) {
    match entry.damage {
        DamagedInputs::Flips(r) => (2 * entry.multiplier, 2 * entry.multiplier * r as i64),
        DamagedInputs::Erasures(r) => (entry.multiplier, entry.multiplier * r as i64),
    }
}

/// v of every entry and input, if there is one that fills every column.
fn flows(cues: &Cues, entries: &[Entry]) -> Option<Vec<Vec<u64>>> {
    let inputs = cues.inputs.len();
    let mut lacking = vec![0i64; inputs + usize::from(cues.bias)];
    for entry in entries {
        for (sum, sign) in lacking.iter_mut().zip(cues.row(entry.k)) {
            *sum += entry.multiplier * *sign as i64;
        }
    }
    let asked: i64 = lacking[..inputs].iter().map(|b| b.abs()).sum();
    let most: i64 = entries.iter().map(|entry| capacities(entry).1).sum();
    if most < asked || lacking.get(inputs).is_some_and(|&bias| bias != 0) {
        return None;
    }
    let (source, sink) = (entries.len() + inputs, entries.len() + inputs + 1);
    let mut flow = Flow::new(sink + 1);
    let mut edges = Vec::new();
    for (e, entry) in entries.iter().enumerate() {
        let (one, all) = capacities(entry);
        flow.edge(source, e, all);
        for (j, (&b, &sign)) in lacking[..inputs].iter().zip(cues.row(entry.k)).enumerate() {
            if b != 0 && (b > 0) == (sign > 0.0) {
                edges.push((e, j, flow.edge(e, entries.len() + j, one)));
            }
        }
    }
    for (j, b) in lacking[..inputs].iter().enumerate() {
        flow.edge(entries.len() + j, sink, b.abs());
    }
    if flow.maximise(source, sink) < asked {
        return None;
    }
    let mut flows = vec![vec![0; inputs]; entries.len()];
    for (e, j, edge) in edges {
        flows[e][j] = flow.along(edge) as u64;
    }
    Some(flows)
}
