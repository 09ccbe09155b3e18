//! Whether what the neurons still owe, and may pay, can hit all cuts: a Lagrangian bound.
//!
//! Each cut gets a weight u ≥ 0. A neuron that pays nothing removes one of its lightest hitting sets and hits cuts of the
//! weight that this set covers, at most; one that may pay s removes at most what it owes and s rows. If the best that all
//! can do is below Σ u, no choice hits all cuts. Weights of cuts that the best choice hits more than once fall, the others
//! gain (multiplicative weights). All sums are whole numbers: what is claimed is exact.

use super::cuts::Cut;
use super::pool::{Decided, FIXED};
use attractor::kernels::bits::{has, ones};
use std::sync::Arc;

/// Rounds of weights. More: hardly any more nodes are closed; fewer: nodes are branched on in vain.
const ROUNDS: usize = 12;
/// Most cuts that are weighed, those with the fewest choices. More: each round takes longer; fewer: weaker bounds.
const MOST: usize = 300;
/// By how much a hit lowers the logarithm of a cut's weight. Larger: weights swing; smaller: they need more rounds.
const STEP: f64 = 0.4;
/// The largest weight, a whole number. Larger: sums overflow; smaller: rounding loses light cuts.
const UNIT: f64 = 1_000.0;
/// Largest ratio of what can be reached to what is needed at which the rounds go on. Larger: rounds are spent on nodes that
/// are not closed; smaller: nodes are given up that would be.
const HOPELESS: u64 = 3;
/// Whether no removal within the node's decisions and each neuron's slack hits all `cuts`, each given with its number of
/// choices.
pub(crate) fn out_of_reach(
    mut cuts: Vec<(u32, &Cut)>,
    neurons: &[Arc<Decided>],
    slacks: &[u32],
    allowed: &[u64],
) -> bool {
    cuts.sort_by_key(|&(choices, _)| choices);
    cuts.truncate(MOST);
    let rows_of = |&(_, cut): &(u32, &Cut)| -> Vec<u32> {
        ones(&cut.bits)
            .filter(|&k| has(allowed, k))
            .map(|k| k as u32)
            .collect()
    };
    let rows: Vec<Vec<u32>> = cuts.iter().map(rows_of).collect();
    let width = allowed.len() * 64 / neurons.len().max(1);
    let mut strength = vec![1.0_f64; rows.len()];
    let mut cover = vec![0_u64; allowed.len() * 64];
    let mut chosen = vec![false; cover.len()];
    for _ in 0..ROUNDS {
        let largest = strength.iter().copied().fold(0.0, f64::max);
        cover.fill(0);
        let mut needed = 0;
        for (rows, strength) in rows.iter().zip(&strength) {
            let weight = (UNIT * strength / largest) as u64;
            needed += weight;
            for &k in rows {
                cover[k as usize] += weight;
            }
        }
        let ways: Vec<Way> = neurons
            .iter()
            .zip(slacks)
            .zip(cover.chunks(width))
            .map(|((neuron, &slack), cover)| best(neuron, cover, slack as usize))
            .collect();
        let most: u64 = ways.iter().map(|way| way.covered).sum();
        if most < needed {
            return true;
        }
        if most > HOPELESS * needed {
            return false;
        }
        chosen.fill(false);
        for (i, way) in ways.iter().enumerate() {
            way.rows
                .iter()
                .for_each(|&mu| chosen[i * width + mu] = true);
        }
        for (rows, strength) in rows.iter().zip(&mut strength) {
            let hits = rows.iter().filter(|&&k| chosen[k as usize]).count();
            *strength *= (-STEP * hits as f64).exp();
        }
    }
    false
}

/// Rows that a neuron removes, and the weight that they cover.
struct Way {
    covered: u64,
    rows: Vec<usize>,
}

/// The best of a neuron that may pay `slack`.
fn best(neuron: &Decided, cover: &[u64], slack: usize) -> Way {
    let way = |rows: Vec<usize>| Way {
        covered: rows.iter().map(|&mu| cover[mu]).sum(),
        rows,
    };
    if slack == 0 && !neuron.sets.is_empty() {
        let covered = |set: &[u64]| ones(set).map(|mu| cover[mu]).sum::<u64>();
        let best = neuron.sets.iter().max_by_key(|set| covered(set));
        return way(best.map_or_else(Vec::new, |set| ones(set).collect()));
    }
    let may = |mu: usize| {
        let extra = neuron.extra[mu];
        extra != FIXED && extra as usize <= slack
    };
    let mut order: Vec<usize> = (0..neuron.extra.len())
        .filter(|&mu| cover[mu] > 0 && may(mu))
        .collect();
    order.sort_unstable_by(|&mu, &nu| cover[nu].cmp(&cover[mu]).then(mu.cmp(&nu)));
    order.truncate(neuron.owed as usize + slack);
    way(order)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geometry::dependency::Dependency;
    use crate::search::symmetric::bound::pool::{NODES_PER_LOOK, NeuronPool};
    use attractor::Control;
    use attractor::kernels::bits::meets;
    use proptest::prelude::*;

    const ROWS: usize = 5;

    fn cut(rows: u64) -> Cut {
        Cut {
            bits: vec![rows & 0x1f, rows >> ROWS],
            proof: Dependency {
                rows: Vec::new(),
                multipliers: Vec::new(),
            },
        }
    }

    proptest! {
        /// Two neurons of five rows: what is out of reach is so for every removal.
        #[test]
        fn out_of_reach_is_true(
            members in prop::collection::vec((1_u64..32, 1_u64..32), 0..4),
            cuts in prop::collection::vec(1_u64..1024, 1..12),
            weights in prop::collection::vec(1_u32..3, 2 * ROWS),
            slacks in prop::collection::vec(0_u32..3, 2),
        ) {
            let control = Control::new();
            let watch = control.every(NODES_PER_LOOK);
            let pools: Vec<NeuronPool> = weights.chunks(ROWS).enumerate().map(|(i, weights)| {
                let mut pool = NeuronPool::new(weights.to_vec());
                for &(first, second) in &members {
                    let member = cut(if i == 0 { first } else { second }).bits[0];
                    pool.push(vec![member], cut(1).proof);
                }
                pool
            }).collect();
            let decide = |pool: &NeuronPool| Arc::new(pool.decide(vec![0], vec![0], 100, &watch).unwrap());
            let neurons: Vec<Arc<Decided>> = pools.iter().map(decide).collect();
            let most: Vec<u32> = neurons.iter().zip(&slacks).map(|(n, slack)| n.least + slack).collect();
            let cuts: Vec<Cut> = cuts.into_iter().map(cut).collect();
            let given = cuts.iter().map(|c| (1, c)).collect();
            let all = [0x1f, 0x1f];
            if out_of_reach(given, &neurons, &slacks, &all) {
                for set in 0..1_u64 << (2 * ROWS) {
                    let bits = cut(set).bits;
                    let weight = |i: usize| -> u32 {
                        (i * ROWS..(i + 1) * ROWS).filter(|k| set >> k & 1 == 1).map(|k| weights[k]).sum()
                    };
                    let within = (0..2).all(|i| weight(i) <= most[i]);
                    let hits = cuts.iter().all(|c| meets(&c.bits, &bits))
                        && members.iter().all(|m| m.0 & bits[0] != 0 && m.1 & bits[1] != 0);
                    prop_assert!(!within || !hits, "{set:b} hits all within {most:?}");
                }
            }
        }
    }

    #[test]
    fn one_removal_does_not_hit_three_pairs() {
        let control = Control::new();
        let watch = control.every(NODES_PER_LOOK);
        let mut pool = NeuronPool::new(vec![1; ROWS]);
        pool.push(vec![0b111], cut(1).proof);
        let free = NeuronPool::new(vec![1; ROWS]);
        let decide =
            |pool: &NeuronPool| Arc::new(pool.decide(vec![0], vec![0], 100, &watch).unwrap());
        let neurons = [decide(&pool), decide(&free)];
        let pairs: Vec<Cut> = [0b011, 0b110, 0b101].into_iter().map(cut).collect();
        let given = || pairs.iter().map(|c| (2, c)).collect();
        assert!(out_of_reach(given(), &neurons, &[0, 0], &[0x1f, 0]));
        assert!(!out_of_reach(given(), &neurons, &[1, 0], &[0x1f, 0x1f]));
    }
}
