//! Radii in several steps against every cue, and asynchronously against every order.

use super::*;
use crate::control::Control;
use crate::couplings::{Couplings, Symmetry};
use crate::cue::Cues;
use crate::recall::{Order, RecallOptions, Update, recall};
use crate::rules::PseudoInverse;
use proptest::prelude::*;
use std::collections::BTreeSet;
use std::sync::atomic::AtomicBool;

const NODES: u64 = 1 << 40;

fn search(network: &Network, patterns: &Patterns, ties: Ties) -> Vec<Option<SearchedRadii>> {
    search_step_radii(network, patterns, ties, NODES, &Control::new()).unwrap()
}

/// Whole weights around those of the first pattern, which is then often stored.
fn near_hebb(patterns: &Patterns, noise: &[i8], biases: &[i8], symmetry: Symmetry) -> Network {
    let neurons = patterns.neurons();
    let weight = |i: usize, j: usize| {
        let (i, j) = match symmetry {
            Symmetry::Symmetric => (i.min(j), i.max(j)),
            Symmetry::Directed => (i, j),
        };
        let hebb = 3 * patterns.sign(0, i) * patterns.sign(0, j);
        f64::from(if i == j {
            0
        } else {
            hebb + noise[i * neurons + j]
        })
    };
    let weights = (0..neurons * neurons).map(|k| weight(k / neurons, k % neurons));
    let biases = biases[..neurons].iter().map(|&b| f64::from(b)).collect();
    Network::new(symmetry, weights.collect(), biases).unwrap()
}

/// The pattern with the entries of `damaged` flipped or unknown.
fn cue(patterns: &Patterns, mu: usize, damaged: u32, erase: bool) -> Vec<i8> {
    let entry = |j: usize| match (damaged >> j & 1 == 1, erase) {
        (false, _) => patterns.sign(mu, j),
        (true, false) => -patterns.sign(mu, j),
        (true, true) => 0,
    };
    (0..patterns.neurons()).map(entry).collect()
}

/// The largest damage of which all cues are repaired.
fn true_radius(neurons: usize, repairs: impl Fn(u32) -> bool) -> usize {
    let lost = (0u32..1 << neurons).filter(|&damaged| !repairs(damaged));
    let least = lost.map(|damaged| damaged.count_ones() as usize).min();
    least.map_or(neurons, |least| least - 1)
}

fn synchronous(network: &Network, patterns: &Patterns, mu: usize, erase: bool) -> usize {
    let neurons = patterns.neurons();
    let entries: Vec<i8> = (0u32..1 << neurons)
        .flat_map(|damaged| cue(patterns, mu, damaged, erase))
        .collect();
    let cues = Cues::from_values(1 << neurons, neurons, &entries).unwrap();
    let recalled = recall(network, &cues, &RecallOptions::new(Update::Synchronous)).unwrap();
    true_radius(neurons, |damaged| {
        recalled.states.bits(damaged as usize) == patterns.bits(mu)
    })
}

/// Every state in which a sweep can end, in any order.
fn sweep_ends(network: &Network, state: &[i8]) -> BTreeSet<Vec<i8>> {
    let neurons = state.len();
    let mut open = BTreeSet::from([state.to_vec()]);
    let mut layer: BTreeSet<(u32, Vec<i8>)> = open.iter().map(|s| (0, s.clone())).collect();
    for _ in 0..neurons {
        let mut next = BTreeSet::new();
        for (visited, state) in &layer {
            let values: Vec<f64> = state.iter().map(|&s| f64::from(s)).collect();
            for i in (0..neurons).filter(|i| visited >> i & 1 == 0) {
                let mut after = state.clone();
                after[i] = if network.local_field(i, &values) > 0.0 {
                    1
                } else {
                    -1
                };
                next.insert((visited | 1 << i, after));
            }
        }
        layer = next;
    }
    open.clear();
    open.extend(layer.into_iter().map(|(_, state)| state));
    open
}

/// The radii of flips and erasures by sweeps in any order: states from which all orders lead to the pattern are collected
/// until there are no more.
fn asynchronous(network: &Network, patterns: &Patterns, mu: usize) -> [usize; 2] {
    let neurons = patterns.neurons();
    let states: Vec<Vec<i8>> = (0..1 << neurons)
        .map(|d| cue(patterns, mu, d, false))
        .collect();
    let ends: Vec<BTreeSet<Vec<i8>>> = states.iter().map(|s| sweep_ends(network, s)).collect();
    let mut good = BTreeSet::from([states[0].clone()]);
    loop {
        let before = good.len();
        for (state, ends) in states.iter().zip(&ends) {
            if ends.is_subset(&good) {
                good.insert(state.clone());
            }
        }
        if good.len() == before {
            break;
        }
    }
    [false, true].map(|erase| {
        true_radius(neurons, |damaged| {
            sweep_ends(network, &cue(patterns, mu, damaged, erase)).is_subset(&good)
        })
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]
    #[test]
    fn synchronous_radii_are_what_all_cues_show(
        neurons in 2usize..9,
        seed in any::<u64>(),
        noise in prop::collection::vec(-2i8..3, 64),
        biases in prop::collection::vec(-1i8..2, 8),
        symmetric in any::<bool>(),
    ) {
        let patterns = Patterns::random(2, neurons, seed).unwrap();
        let symmetry = if symmetric { Symmetry::Symmetric } else { Symmetry::Directed };
        let network = near_hebb(&patterns, &noise, &biases, symmetry);
        for ties in [Ties::Negative, Ties::Strict] {
            let sets = certified_step_radii(&network, &patterns, ties).unwrap();
            for (mu, (found, sets)) in search(&network, &patterns, ties).iter().zip(sets).enumerate() {
                let (Some(found), Some(sets)) = (found, sets) else {
                    prop_assert_eq!(found.is_some(), sets.is_some());
                    continue;
                };
                let truth = [false, true].map(|erase| synchronous(&network, &patterns, mu, erase));
                let radius = found.radii.synchronous;
                prop_assert!(!found.stopped);
                prop_assert!(radius.flips >= sets.synchronous.flips && radius.flips <= truth[0]);
                prop_assert!(radius.erasures >= sets.synchronous.erasures && radius.erasures <= truth[1]);
                let lost = |truth: usize| (truth < neurons).then_some(truth + 1);
                if ties == Ties::Negative {
                    prop_assert_eq!(radius, Radius { flips: truth[0], erasures: truth[1] });
                    prop_assert_eq!(found.lost_synchronous.flips, lost(truth[0]));
                    prop_assert_eq!(found.lost_synchronous.erasures, lost(truth[1]));
                }
                prop_assert!(found.lost_synchronous.flips.is_none_or(|lost| lost > truth[0]));
                prop_assert!(found.lost_synchronous.erasures.is_none_or(|lost| lost > truth[1]));
            }
        }
    }
}

#[test]
fn asynchronous_radii_hold_in_every_order() {
    let mut exact = 0;
    for seed in 0..14 {
        let neurons = 5 + seed as usize % 2;
        let patterns = Patterns::random(1 + seed as usize % 3 / 2, neurons, seed).unwrap();
        let noise: Vec<i8> = (0..36)
            .map(|k| ((k * 7 + seed as i32) % 5 - 2) as i8)
            .collect();
        let networks = [
            near_hebb(&patterns, &noise, &[0; 6], Symmetry::Directed),
            near_hebb(&patterns, &noise, &[1; 6], Symmetry::Symmetric),
        ];
        for network in &networks {
            for ties in [Ties::Negative, Ties::Strict] {
                let sets = certified_step_radii(network, &patterns, ties).unwrap();
                let found = search(network, &patterns, ties);
                for (mu, (found, sets)) in found.iter().zip(sets).enumerate() {
                    let (Some(found), Some(sets)) = (found, sets) else {
                        continue;
                    };
                    let truth = asynchronous(network, &patterns, mu);
                    let radius = found.radii.asynchronous;
                    let radii = [radius.flips, radius.erasures];
                    let sets = [sets.asynchronous.flips, sets.asynchronous.erasures];
                    let lost = [
                        found.lost_asynchronous.flips,
                        found.lost_asynchronous.erasures,
                    ];
                    for kind in 0..2 {
                        assert!(sets[kind] <= radii[kind], "{seed} {mu} {kind}");
                        assert!(radii[kind] <= truth[kind], "{seed} {mu} {kind}");
                        assert!(lost[kind].is_none_or(|lost| lost > truth[kind]));
                        exact += usize::from(lost[kind] == Some(radii[kind] + 1));
                    }
                }
            }
        }
    }
    assert!(exact > 20, "{exact}");
}

/// Weights off every grid, at a size where sets and search differ.
#[test]
fn search_finds_more_than_the_sets() {
    let mut more = [0; 4];
    for seed in 0..4 {
        let patterns = Patterns::random(2, 13, seed).unwrap();
        let couplings = Couplings::full(13, Symmetry::Symmetric).unwrap();
        let network = PseudoInverse::default().fit(&patterns, &couplings).unwrap();
        let sets = certified_step_radii(&network, &patterns, Ties::Negative).unwrap();
        let found = search(&network, &patterns, Ties::Negative);
        for (mu, (found, sets)) in found.iter().zip(sets).enumerate() {
            let (found, sets) = (found.unwrap(), sets.unwrap());
            let [flips, erasures] =
                [false, true].map(|erase| synchronous(&network, &patterns, mu, erase));
            assert_eq!(found.radii.synchronous, Radius { flips, erasures });
            for (k, (found, sets)) in [
                (found.radii.synchronous.flips, sets.synchronous.flips),
                (found.radii.synchronous.erasures, sets.synchronous.erasures),
                (found.radii.asynchronous.flips, sets.asynchronous.flips),
                (
                    found.radii.asynchronous.erasures,
                    sets.asynchronous.erasures,
                ),
            ]
            .into_iter()
            .enumerate()
            {
                assert!(found >= sets);
                more[k] += found - sets;
            }
        }
    }
    assert!(more.iter().all(|&more| more > 0), "{more:?}");
}

#[test]
fn a_search_that_stops_leaves_what_the_sets_know() {
    let patterns = Patterns::random(2, 16, 3).unwrap();
    let couplings = Couplings::full(16, Symmetry::Symmetric).unwrap();
    let network = PseudoInverse::default().fit(&patterns, &couplings).unwrap();
    let sets = certified_step_radii(&network, &patterns, Ties::Negative).unwrap();
    let stop = AtomicBool::new(true);
    let halted = Control::new().with_interrupt(&stop);
    let search = |nodes, control: &Control<'_>| {
        let found = search_step_radii(&network, &patterns, Ties::Negative, nodes, control);
        found
            .unwrap()
            .into_iter()
            .flatten()
            .zip(sets.iter().flatten())
    };
    for (found, sets) in search(NODES, &halted) {
        assert_eq!(found.radii, *sets);
        assert!(found.stopped && found.lost_synchronous == Lost::default());
    }
    for (found, sets) in search(0, &Control::new()) {
        let (more, known) = (found.radii.synchronous, sets.synchronous);
        assert!(found.stopped && more.flips >= known.flips && more.erasures >= known.erasures);
    }
}

/// Whether recall repairs every cue with `size` damaged entries.
fn repairs_all(
    network: &Network,
    patterns: &Patterns,
    mu: usize,
    size: usize,
    erase: bool,
    update: Update,
) -> bool {
    let neurons = patterns.neurons();
    let subsets = (0u32..1 << neurons).filter(|s| s.count_ones() as usize == size);
    let entries: Vec<i8> = subsets
        .flat_map(|damaged| cue(patterns, mu, damaged, erase))
        .collect();
    let cues = Cues::from_values(entries.len() / neurons, neurons, &entries).unwrap();
    let options = RecallOptions::new(update);
    let recalled = recall(network, &cues, &options).unwrap();
    (0..recalled.states.count()).all(|k| recalled.states.bits(k) == patterns.bits(mu))
}

/// Neuron 0 follows neuron 1 alone; the other eight all support each other, seven inputs each.
fn follower() -> (Network, Patterns) {
    let weight = |i: usize, j: usize| match (i, j) {
        (0, 1) => 1.0,
        (0, _) | (_, 0) => 0.0,
        _ if i == j => 0.0,
        _ => 1.0,
    };
    let weights = (0..81).map(|k| weight(k / 9, k % 9)).collect();
    let network = Network::new(Symmetry::Directed, weights, vec![0.0; 9]).unwrap();
    (network, Patterns::from_signs(1, 9, &[1; 9]).unwrap())
}

#[test]
fn what_one_step_loses_the_next_repairs() {
    let (network, patterns) = follower();
    let radii = certified_step_radii(&network, &patterns, Ties::Strict).unwrap()[0].unwrap();
    let radius = |flips, erasures| Radius { flips, erasures };
    assert_eq!(radii.one_step, radius(0, 0));
    assert_eq!(radii.synchronous, radius(3, 6));
    assert_eq!(radii.asynchronous, radius(3, 6));
    for update in [Update::Synchronous, Update::Asynchronous(Order::Fixed)] {
        for size in 0..=3 {
            assert!(repairs_all(&network, &patterns, 0, size, false, update));
        }
        assert!(!repairs_all(&network, &patterns, 0, 4, false, update));
        for size in 0..=6 {
            assert!(repairs_all(&network, &patterns, 0, size, true, update));
        }
    }
}

#[test]
fn several_steps_never_claim_more_than_all_cues_show() {
    for seed in 0..12 {
        let patterns = Patterns::random(2, 10, seed).unwrap();
        let couplings = Couplings::full(10, Symmetry::Symmetric).unwrap();
        let network = PseudoInverse::default().fit(&patterns, &couplings).unwrap();
        let radii = certified_step_radii(&network, &patterns, Ties::Strict).unwrap();
        for (mu, radii) in radii.iter().enumerate() {
            let Some(radii) = radii else { continue };
            for (radius, update) in [
                (radii.synchronous, Update::Synchronous),
                (radii.asynchronous, Update::Asynchronous(Order::Fixed)),
            ] {
                for size in 0..=radius.flips.min(4) {
                    assert!(
                        repairs_all(&network, &patterns, mu, size, false, update),
                        "{seed} {mu} {size}"
                    );
                }
                for size in 0..=radius.erasures.min(3) {
                    assert!(
                        repairs_all(&network, &patterns, mu, size, true, update),
                        "{seed} {mu} {size}"
                    );
                }
            }
        }
    }
}
