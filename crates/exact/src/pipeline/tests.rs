//! The door: every domain, preferences, ties, limits.

use super::store::MANY_PATTERNS;
use super::{train, train_neuron};
use crate::Damage;
use crate::certify;
use crate::margin::Request;
use crate::problem::{Options, Preference, Problem, Weights};
use crate::search::symmetric::OFFERED;
use attractor::kernels::linear::{dot, norm};
use attractor::rules::{Classical, RuleOptions};
use attractor::{
    Control, Couplings, Patterns, Phase, Progress, Stability, Status, Symmetry, Ties, Trained,
};
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

fn problem(count: usize, neurons: usize, symmetry: Symmetry) -> Problem {
    let patterns = Patterns::random(count, neurons, 3).unwrap();
    Problem {
        preference: Preference::WidestMargin,
        ..Problem::new(patterns, Couplings::full(neurons, symmetry).unwrap()).unwrap()
    }
}

fn trained(problem: &Problem) -> Trained {
    let outcome = train(problem, &Options::default(), &Control::new()).unwrap();
    let trained = outcome.trained;
    let stability = Stability::of(&trained.network, &problem.patterns, problem.ties).unwrap();
    assert_eq!(stability.wrong_bits(), trained.total.wrong_bits);
    assert!(trained.total.lower_bound <= trained.total.wrong_bits);
    assert_eq!(trained.network.symmetry(), problem.couplings.symmetry());
    trained
}

#[test]
fn every_domain_is_trained_and_recounted() {
    for symmetry in [Symmetry::Symmetric, Symmetry::Directed] {
        let mut problem = problem(9, 6, symmetry);
        let real = trained(&problem).total;
        for weights in [Weights::Ternary, Weights::Binary, Weights::Integer(3)] {
            problem.weights = weights;
            let discrete = trained(&problem).total;
            assert!(discrete.wrong_bits >= real.lower_bound);
        }
    }
}

#[test]
fn sparse_weights_hold_the_same_bits() {
    for symmetry in [Symmetry::Symmetric, Symmetry::Directed] {
        let mut problem = problem(14, 12, symmetry);
        let wide = trained(&problem);
        problem.preference = Preference::Sparse { balance: 0.9 };
        let sparse = trained(&problem);
        assert_eq!(sparse.total, wide.total);
        assert!(sparse.network.nonzeros() < wide.network.nonzeros());
    }
}

/// Storable or not, what is said of the margin is what its search reached.
#[test]
fn the_gap_of_a_converged_margin_is_small() {
    for count in [5, 20] {
        let problem = problem(count, 9, Symmetry::Symmetric);
        let outcome = train(&problem, &Options::default(), &Control::new()).unwrap();
        let stored = outcome.trained.total.wrong_bits == 0;
        assert_eq!(stored, count == 5);
        assert!(outcome.margin_gap.is_some() || !stored);
        assert!(outcome.network_margin.is_some());
        assert!(
            outcome
                .margin_gap
                .is_none_or(|gap| gap <= Request::default().gap)
        );
    }
    let directed = problem(10, 9, Symmetry::Directed);
    let outcome = train(&directed, &Options::default(), &Control::new()).unwrap();
    assert_eq!(outcome.margin_gap, None);
}

#[test]
fn negative_ties_ask_a_margin_of_every_bit_that_can_have_one() {
    for symmetry in [Symmetry::Symmetric, Symmetry::Directed] {
        let mut problem = problem(10, 14, symmetry);
        let margin = |problem: &Problem| {
            let network = trained(problem).network;
            let found = Stability::of(&network, &problem.patterns, Ties::Strict).unwrap();
            assert_eq!(found.wrong_bits(), 0);
            found.margin().unwrap()
        };
        let strict = margin(&problem);
        problem.ties = Ties::Negative;
        assert!(margin(&problem) > 0.99 * strict);
    }
}

#[test]
fn fields_that_must_vanish_do_so_in_every_order() {
    // Patterns 0 and 1 are opposite but for the −1 bits of neuron 0.
    let random = Patterns::random(9, 10, 2).unwrap();
    let patterns = Patterns::from_fn(9, 10, |mu, i| match (mu, i) {
        (0 | 1, 0) => false,
        (1, i) => !random.is_plus(0, i),
        (mu, i) => random.is_plus(mu, i),
    })
    .unwrap();
    for symmetry in [Symmetry::Symmetric, Symmetry::Directed] {
        let couplings = Couplings::full(10, symmetry).unwrap();
        let mut problem = Problem::new(patterns.clone(), couplings).unwrap();
        problem.ties = Ties::Negative;
        let trained = train(&problem, &Options::default(), &Control::new())
            .unwrap()
            .trained;
        assert_eq!(trained.status, Status::Optimal, "{symmetry:?}");
        let wrong = |order: &[usize]| {
            let field = |mu: usize, i: usize| {
                let term =
                    |&j: &usize| trained.network.weight(i, j) * f64::from(patterns.sign(mu, j));
                order.iter().map(term).sum::<f64>()
            };
            let bits = (0..9).flat_map(|mu| (0..10).map(move |i| (mu, i)));
            bits.filter(|&(mu, i)| (field(mu, i) > 0.0) != patterns.is_plus(mu, i))
                .count()
        };
        let forward: Vec<usize> = (0..10).collect();
        let backward: Vec<usize> = (0..10).rev().collect();
        assert_eq!(wrong(&forward), trained.total.wrong_bits, "{symmetry:?}");
        assert_eq!(wrong(&backward), trained.total.wrong_bits, "{symmetry:?}");
    }
}

#[test]
fn no_time_at_all_leaves_the_hebbian_network() {
    use attractor::{Rule, Shape, rules::Hebbian};
    use std::time::Duration;
    let shape = Shape {
        height: 10,
        width: 12,
    };
    let patterns = Patterns::random(MANY_PATTERNS + 50, shape.height * shape.width, 3).unwrap();
    for symmetry in [Symmetry::Symmetric, Symmetry::Directed] {
        for couplings in [
            Couplings::full(patterns.neurons(), symmetry).unwrap(),
            Couplings::receptive_field(shape, 3.0, symmetry).unwrap(),
        ] {
            for (ties, bias) in [(Ties::Strict, false), (Ties::Negative, true)] {
                let mut problem = Problem::new(patterns.clone(), couplings.clone()).unwrap();
                (problem.ties, problem.bias) = (ties, bias);
                let rule = Hebbian { bias, ties };
                let hebbian = rule.train(&patterns, &couplings).unwrap().total.wrong_bits;
                let control = Control::new().with_time_limit(Duration::ZERO);
                let found = train(&problem, &Options::default(), &control).unwrap();
                let network = &found.trained.network;
                let counted = Stability::of(network, &patterns, ties).unwrap();
                assert_eq!(counted.wrong_bits(), found.trained.total.wrong_bits);
                assert!(found.trained.total.wrong_bits <= hebbian);
                assert_eq!(found.trained.total.lower_bound, 0);
                assert_eq!(found.trained.per_neuron.len(), patterns.neurons());
            }
        }
    }
}

#[test]
fn more_patterns_than_a_table_holds_are_trained() {
    let patterns = Patterns::random(crate::geometry::min_norm::MOST_ROWS + 1, 14, 3).unwrap();
    for symmetry in [Symmetry::Symmetric, Symmetry::Directed] {
        let couplings = Couplings::full(14, symmetry).unwrap();
        let problem = Problem::new(patterns.clone(), couplings).unwrap();
        let limit = std::time::Duration::from_millis(200);
        let control = Control::new().with_time_limit(limit);
        let found = train(&problem, &Options::default(), &control).unwrap();
        let total = found.trained.total;
        assert!(total.wrong_bits < patterns.count() * 14 && total.lower_bound <= total.wrong_bits);
    }
}

/// Of more rows than a search takes, equal inputs with opposite targets prove a bound, and a certificate has it.
#[test]
fn equal_inputs_with_opposite_targets_bound_many_patterns() {
    for (ties, bias) in [(Ties::Strict, false), (Ties::Negative, true)] {
        let mut problem = problem(20_000, 15, Symmetry::Directed);
        (problem.ties, problem.bias) = (ties, bias);
        let found = train(&problem, &Options::default(), &Control::new()).unwrap();
        let patterns = &problem.patterns;
        let least: usize = (0..15)
            .map(|i| {
                let mut by_inputs: HashMap<Vec<i8>, [usize; 2]> = HashMap::new();
                for mu in 0..patterns.count() {
                    let target = patterns.sign(mu, i);
                    // Without biases inputs that are opposite ask for opposite targets, too.
                    let first = patterns.sign(mu, usize::from(i == 0));
                    let unit = if bias { 1 } else { first };
                    let inputs = (0..15)
                        .filter(|&j| j != i)
                        .map(|j| unit * patterns.sign(mu, j));
                    by_inputs.entry(inputs.collect()).or_default()
                        [usize::from(unit * target > 0)] += 1;
                }
                by_inputs
                    .values()
                    .map(|[minus, plus]| minus.min(plus))
                    .sum::<usize>()
            })
            .sum();
        assert_eq!(found.trained.total.lower_bound, least, "{ties:?}");
        let network = &found.trained.network;
        let certificate = certify(&problem, network, &found.evidence, &Control::new()).unwrap();
        let proven = attractor_proof::verify(&certificate, network, patterns).unwrap();
        assert_eq!(proven.wrong_bits_at_least, Some(least as u64));
    }
}

#[test]
fn many_patterns_go_through_the_storable_sets() {
    let problem = problem(MANY_PATTERNS + 10, 120, Symmetry::Directed);
    assert!(trained(&problem).total.wrong_bits <= 1);
}

/// Wrong bits of the network of a rule, if it supports the couplings.
fn by_rule(rule: Classical, problem: &Problem) -> Option<usize> {
    let rule = rule.with(&RuleOptions::default()).unwrap();
    let trained = rule.train(&problem.patterns, &problem.couplings).ok()?;
    Some(trained.total.wrong_bits)
}

/// Interrupted at the `count`-th report of a phase.
fn interrupted_at(problem: &Problem, phase: Phase, count: usize) -> Trained {
    let (stop, heard) = (AtomicBool::new(false), AtomicUsize::new(0));
    let listener = |progress: &Progress| {
        if progress.phase == phase && heard.fetch_add(1, Ordering::Relaxed) + 1 >= count {
            stop.store(true, Ordering::Relaxed);
        }
    };
    let control = Control::new()
        .with_interrupt(&stop)
        .with_listener(&listener);
    let outcome = train(problem, &Options::default(), &control).unwrap();
    assert!(stop.load(Ordering::Relaxed));
    outcome.trained
}

/// A stop while training tries to store every bit leaves no more wrong bits than any fast rule.
#[test]
fn before_storing_there_are_the_fast_rules_networks() {
    for (count, bits) in [(40, 24), (30, 20)] {
        let problem = problem(count, bits, Symmetry::Symmetric);
        let stopped = interrupted_at(&problem, Phase::Storing, 2);
        assert_eq!(stopped.status, Status::Interrupted);
        for rule in OFFERED {
            let wrong = by_rule(rule, &problem);
            assert!(
                wrong.is_none_or(|wrong| stopped.total.wrong_bits <= wrong),
                "{rule}"
            );
        }
    }
}

/// Stopped at once, a network is no worse than the pseudo-inverse's: here that stores everything.
#[test]
fn before_all_there_is_the_pseudo_inverse() {
    for (symmetry, phase) in [
        (Symmetry::Symmetric, Phase::Storing),
        (Symmetry::Directed, Phase::Neurons),
    ] {
        let problem = problem(16, 30, symmetry);
        let wrong = by_rule(Classical::PseudoInverse, &problem);
        assert_eq!(wrong, Some(0));
        let stopped = interrupted_at(&problem, phase, 1);
        assert_eq!(stopped.total.wrong_bits, 0);
    }
}

/// One neuron alone is that neuron of the directed network, chosen for noise too.
#[test]
fn a_neuron_alone_is_a_row_of_the_directed_network() {
    let problem = Problem {
        preference: Preference::Repair(Damage::USUAL),
        ..problem(9, 20, Symmetry::Symmetric)
    };
    let directed = Problem {
        couplings: problem.couplings.directed(),
        ..problem.clone()
    };
    let whole = trained(&directed).network;
    for i in [0, 7, 19] {
        let alone = train_neuron(&problem, i, &Options::default(), &Control::new()).unwrap();
        let row = whole.row(i);
        let cosine = dot(&alone.weights, row) / (norm(&alone.weights) * norm(row));
        assert!(cosine > 0.9999, "neuron {i}: {cosine}");
    }
}

/// What the default prefers changes neither the wrong bits nor what they rest on.
#[test]
fn the_usual_preference_keeps_wrong_bits_and_evidence() {
    for (count, symmetry) in [
        (26, Symmetry::Directed),
        (14, Symmetry::Symmetric),
        (5, Symmetry::Symmetric),
    ] {
        let wide = problem(count, 9, symmetry);
        let usual = Problem {
            preference: Preference::Usual,
            ..wide.clone()
        };
        let [wide, usual] =
            [&wide, &usual].map(|p| train(p, &Options::default(), &Control::new()).unwrap());
        assert_eq!(usual.trained.per_neuron, wide.trained.per_neuron);
        assert_eq!(usual.trained.total, wide.trained.total);
        assert_eq!(usual.evidence, wide.evidence);
        assert!(usual.repair.is_some() && wide.repair.is_none());
    }
}
