//! One neuron against enumeration: all small integer weights, all removals.

use super::{NeuronOutcome, NeuronSearch, Stage, solve, unit};
use crate::geometry::min_norm::{Gram, MinNorm, Verdict};
use crate::instance::{Instance, NeuronSystem};
use crate::problem::Problem;
use crate::search::hitting_set::Ending;
use attractor::{Control, Couplings, Patterns, Shape, Symmetry, Ties};
use rand::seq::SliceRandom;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::sync::atomic::AtomicBool;

fn system(patterns: &Patterns, bias: bool, ties: Ties, i: usize) -> NeuronSystem {
    let couplings = Couplings::full(patterns.neurons(), Symmetry::Directed).unwrap();
    let asked = Problem::of(patterns, &couplings, bias, ties);
    NeuronSystem::of(&Instance::new(&asked).unwrap(), i)
}

fn solved(system: &NeuronSystem) -> NeuronOutcome {
    let outcome = solve(system.clone(), 1, &Control::new());
    assert_eq!(outcome.stage, Stage::Proven);
    assert_eq!(outcome.wrong_bits, outcome.lower_bound);
    assert!(outcome.evidence.iter().all(|d| d.unpack().holds(system)));
    assert!(outcome.weights.iter().all(|w| w.abs() <= 1.0));
    outcome
}

/// Fewest wrong bits over all weights from −K to K. With at most five columns and K = 4 every cell and every face of
/// the arrangement of ±1 rows has such a point.
fn by_enumeration(system: &NeuronSystem, most: i64) -> usize {
    let columns = system.columns();
    let base = 2 * most + 1;
    (0..base.pow(columns as u32))
        .map(|code| {
            let steps: Vec<i64> = (0..columns)
                .map(|j| code / base.pow(j as u32) % base - most)
                .collect();
            let wrong = |r: &usize| {
                let field: i64 = (0..columns).map(|j| steps[j] * system.sign(*r, j)).sum();
                !(field > 0 || field == 0 && !system.strict()[*r])
            };
            (0..system.len())
                .filter(wrong)
                .map(|r| system.weight(r) as usize)
                .sum()
        })
        .min()
        .unwrap()
}

#[test]
fn fewest_wrong_bits_equal_those_over_all_small_weights() {
    for seed in 0..24 {
        let neurons = 2 + seed as usize % 4;
        let patterns = Patterns::random(3 + 2 * seed as usize % 15, neurons, seed).unwrap();
        for ties in [Ties::Strict, Ties::Negative] {
            for bias in [false, true] {
                let system = system(&patterns, bias, ties, seed as usize % neurons);
                let most = if system.columns() == 5 { 3 } else { 4 };
                assert_eq!(
                    solved(&system).wrong_bits,
                    by_enumeration(&system, most),
                    "seed {seed}, {ties}, bias {bias}"
                );
            }
        }
    }
}

#[test]
fn permutations_and_sign_flips_change_nothing() {
    for seed in 0..4 {
        let (count, neurons) = (36, 13);
        let patterns = Patterns::random(count, neurons, seed).unwrap();
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let mut order: Vec<usize> = (0..count).collect();
        order.shuffle(&mut rng);
        let mut places: Vec<usize> = (0..neurons).collect();
        places.shuffle(&mut rng);
        let flip: Vec<bool> = (0..neurons).map(|_| rng.random()).collect();
        let moved = Patterns::from_fn(count, neurons, |mu, i| {
            patterns.is_plus(order[mu], places[i]) != flip[places[i]]
        })
        .unwrap();
        for (i, &place) in places.iter().enumerate().take(3) {
            let one = solved(&system(&moved, false, Ties::Strict, i));
            let other = solved(&system(&patterns, false, Ties::Strict, place));
            assert_eq!(one.wrong_bits, other.wrong_bits);
            if one.widest_of_all && other.widest_of_all {
                assert!((one.squared_margin - other.squared_margin).abs() < 1e-9);
            }
        }
    }
}

#[test]
fn degenerate_input_is_solved() {
    let wrong = |count, neurons, bias, ties, plus: &dyn Fn(usize, usize) -> bool, i| {
        let patterns = Patterns::from_fn(count, neurons, plus).unwrap();
        solved(&system(&patterns, bias, ties, i)).wrong_bits
    };
    // No input at all: the field is zero.
    assert_eq!(wrong(3, 1, false, Ties::Strict, &|mu, _| mu > 0, 0), 3);
    assert_eq!(wrong(3, 1, false, Ties::Negative, &|mu, _| mu > 0, 0), 2);
    assert_eq!(wrong(3, 1, true, Ties::Strict, &|mu, _| mu > 0, 0), 1);
    // All patterns equal; patterns with their negatives.
    assert_eq!(wrong(9, 5, false, Ties::Strict, &|_, i| i % 2 == 0, 2), 0);
    assert_eq!(
        wrong(
            8,
            5,
            false,
            Ties::Strict,
            &|mu, i| (i % 2 == 0) == (mu < 4),
            2
        ),
        0
    );
    // Opposite targets on equal inputs, weights 3 and 5.
    assert_eq!(
        wrong(8, 4, false, Ties::Strict, &|mu, i| i > 0 || mu < 3, 0),
        3
    );
    assert_eq!(
        wrong(8, 4, false, Ties::Negative, &|mu, i| i > 0 || mu < 3, 0),
        3
    );
    // All 2^N patterns: half of the bits are free.
    assert_eq!(
        wrong(16, 4, false, Ties::Strict, &|mu, i| mu >> i & 1 == 1, 1),
        8
    );
    assert_eq!(
        wrong(16, 4, false, Ties::Negative, &|mu, i| mu >> i & 1 == 1, 1),
        8
    );
}

#[test]
fn vanishing_fields_vanish_in_floating_point() {
    // −1 bits with opposite inputs: their field must be zero. +1 bits beside them remain storable.
    let mut some = 0;
    for seed in 0..40 {
        let random = Patterns::random(9, 9, seed).unwrap();
        let patterns = Patterns::from_fn(9, 9, |mu, i| match (mu, i) {
            (0 | 1, 0) => false,
            (1, i) => !random.is_plus(0, i),
            (mu, i) => random.is_plus(mu, i),
        })
        .unwrap();
        let system = system(&patterns, false, Ties::Negative, 0);
        let outcome = solved(&system);
        let field = |r: usize| -> f64 {
            let terms = outcome.weights.iter().enumerate();
            terms.map(|(j, w)| w * system.sign(r, j) as f64).sum()
        };
        for r in 0..system.len() {
            let holds = if system.strict()[r] {
                field(r) > 0.0
            } else {
                field(r) >= 0.0
            };
            assert_eq!(holds, !outcome.wrong.contains(&r));
        }
        some += usize::from(outcome.wrong_bits == 0 && field(0) == 0.0);
    }
    assert!(some > 20);
}

#[test]
fn listed_removals_are_all_there_are() {
    for seed in 0..6 {
        let patterns = Patterns::random(16, 6, seed).unwrap();
        let system = system(&patterns, false, Ties::Strict, 0);
        let rows = system.len();
        let gram = Gram::from_fn(rows, |r, s| system.product(r, s) as f64);
        let mut solver = MinNorm::new(&gram, system.strict(), system.columns());
        let best = solved(&system).wrong_bits as u32;
        let budget = best + 1;
        let sets: Vec<usize> = (0..1_usize << rows)
            .filter(|set| {
                let weight: u32 = (0..rows)
                    .filter(|r| set >> r & 1 == 1)
                    .map(|r| system.weight(r))
                    .sum();
                let kept: Vec<usize> = (0..rows).filter(|r| set >> r & 1 == 0).collect();
                weight <= budget
                    && matches!(
                        solver.solve(&[&kept]),
                        Verdict::Separable { .. } | Verdict::Unasked
                    )
            })
            .collect();
        let mut search = NeuronSearch::new(system.clone(), 0, 0);
        let control = Control::new();
        let answer = search.removals((&[], &[]), budget, usize::MAX, u64::MAX, &control);
        assert_eq!(answer.ending, Ending::Exhausted);
        let listed: Vec<usize> = answer
            .removals
            .iter()
            .map(|r| r.iter().map(|r| 1 << r).sum())
            .collect();
        assert!(listed.iter().all(|set| sets.contains(set)));
        assert!(
            sets.iter()
                .all(|set| listed.iter().any(|part| part & set == *part))
        );
        let removable: Vec<usize> = (0..rows)
            .filter(|r| sets.iter().any(|set| set >> r & 1 == 1))
            .collect();
        assert_eq!(search.removable(budget, u64::MAX, &control), removable);
    }
}

#[test]
fn receptive_fields_equal_enumeration() {
    let shape = Shape {
        height: 3,
        width: 4,
    };
    let couplings = Couplings::receptive_field(shape, 1.0, Symmetry::Directed).unwrap();
    let mut wrong = 0;
    for seed in 0..12 {
        let patterns = Patterns::random(9 + seed as usize, 12, seed).unwrap();
        for ties in [Ties::Strict, Ties::Negative] {
            for bias in [false, true] {
                let asked = Problem::of(&patterns, &couplings, bias, ties);
                let system = NeuronSystem::of(&Instance::new(&asked).unwrap(), seed as usize);
                let most = if system.columns() == 5 { 3 } else { 4 };
                let outcome = solved(&system);
                assert_eq!(outcome.wrong_bits, by_enumeration(&system, most));
                wrong += outcome.wrong_bits;
            }
        }
    }
    assert!(wrong > 40);
}

#[test]
fn equal_and_opposite_rows_count_as_often_as_they_occur() {
    // Each pattern twice, some a third time with the neuron's own bit flipped.
    for seed in 0..6 {
        let random = Patterns::random(30, 9, seed).unwrap();
        let patterns = Patterns::from_fn(70, 9, |mu, i| {
            random.is_plus(mu % 30, i) != (mu >= 60 && i == 0)
        })
        .unwrap();
        let twice = Patterns::from_fn(60, 9, |mu, i| random.is_plus(mu % 30, i)).unwrap();
        for ties in [Ties::Strict, Ties::Negative] {
            let once = solved(&system(&random, true, ties, 0)).wrong_bits;
            assert_eq!(solved(&system(&twice, true, ties, 0)).wrong_bits, 2 * once);
            // Of each flipped pattern's three bits one at least is wrong, two where the other side wins.
            let flipped = solved(&system(&patterns, true, ties, 0)).wrong_bits;
            assert!((2 * once).max(10) <= flipped && flipped <= 2 * once + 10);
        }
    }
}

#[test]
fn the_margin_is_the_widest_over_all_optima() {
    let (mut vanishing, mut margins) = (0, 0);
    for (seed, ties) in (0..30).zip([Ties::Strict, Ties::Negative].into_iter().cycle()) {
        // A few patterns occur twice: rows of weight 2. The last is opposite to another but for a −1 bit in common: if
        // weak, they hold together by fields of zero alone.
        let random = Patterns::random(15, 8, seed).unwrap();
        let patterns = Patterns::from_fn(19, 8, |mu, i| match (mu, i) {
            (18, 1) => false,
            (18, i) => !random.is_plus(5, i),
            (mu, i) => random.is_plus(mu % 15, i),
        })
        .unwrap();
        let system = system(&patterns, false, ties, 1);
        let outcome = solved(&system);
        assert!(outcome.widest_of_all);
        let mut search = NeuronSearch::new(system.clone(), 0, 0);
        let budget = outcome.wrong_bits as u32;
        let answer = search.removals((&[], &[]), budget, usize::MAX, u64::MAX, &Control::new());
        let gram = Gram::from_fn(system.len(), |r, s| system.product(r, s) as f64);
        let widest = answer
            .removals
            .iter()
            .map(|removal| {
                let kept: Vec<usize> = (0..system.len()).filter(|r| !removal.contains(r)).collect();
                let unit = unit::widest(&system, &gram, &kept, &Control::new()).unwrap();
                (!unit.vanishing, unit.squared_margin)
            })
            .fold((false, 0.0), |a, b| if b > a { b } else { a });
        assert!((outcome.squared_margin - widest.1).abs() < 1e-12);
        vanishing += usize::from(!widest.0);
        margins += usize::from(widest.0 && ties == Ties::Negative);
    }
    assert!(vanishing > 1 && margins > 1, "{vanishing} {margins}");
}

#[test]
fn interrupted_and_continued_searches_are_honest() {
    let patterns = Patterns::random(60, 16, 3).unwrap();
    let system = system(&patterns, false, Ties::Strict, 0);
    let best = solved(&system).wrong_bits;
    let stopped = AtomicBool::new(true);
    let outcome = solve(system.clone(), 1, &Control::new().with_interrupt(&stopped));
    assert!(outcome.lower_bound <= best && best <= outcome.wrong_bits);
    let mut search = NeuronSearch::new(system, 1, 0);
    let mut effort = 500;
    while search.run(effort, &Control::new()) == Stage::Open {
        assert!(search.lower_bound() <= best && best <= search.wrong_bits());
        effort *= 2;
    }
    assert_eq!((search.stage(), search.wrong_bits()), (Stage::Proven, best));
}
