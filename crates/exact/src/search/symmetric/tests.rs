//! Against enumeration of all small integer weights, invariances, degenerate input, evidence.

use super::bound::optima::{self, Optimum};
use super::incumbents::{classical, combine};
use super::row_subset::RowSubset;
use super::*;
use crate::geometry::min_norm::Fields;
use crate::instance::SignRows;
use crate::pipeline;
use crate::problem::Problem;
use attractor::{Couplings, Network, Patterns, Stability, Status, Symmetry};
use proptest::prelude::*;
use std::time::Duration;

fn problem(patterns: Patterns, ties: Ties, bias: bool) -> Problem {
    let couplings = Couplings::full(patterns.neurons(), Symmetry::Symmetric).unwrap();
    Problem {
        ties,
        bias,
        ..Problem::new(patterns, couplings).unwrap()
    }
}

fn solved(problem: &Problem) -> Found {
    let instance = Instance::new(problem).unwrap();
    let start = pipeline::hebbian(&instance).unwrap();
    let outcome = search(
        &instance,
        &Options::default(),
        start.clone(),
        Early::new(start),
        &Control::new(),
    )
    .unwrap();
    let trained = &outcome.trained;
    let recount = Stability::of(&trained.network, &problem.patterns, problem.ties).unwrap();
    assert_eq!(recount.wrong_bits(), trained.total.wrong_bits);
    assert!(trained.total.lower_bound <= trained.total.wrong_bits);
    let neurons: usize = trained.per_neuron.iter().map(|b| b.lower_bound).sum();
    assert!(neurons <= trained.total.lower_bound);
    let coupled = Coupled::new(&instance, &Control::new()).unwrap();
    let count = problem.patterns.neurons();
    for neuron in &outcome.evidence.neurons {
        for packed in &neuron.dependencies {
            let row = |mu| mu * count as u32 + neuron.neuron as u32;
            assert!(packed.renamed(row).unpack().holds(&coupled));
        }
    }
    for dependency in &outcome.evidence.coupled {
        assert!(dependency.holds(&coupled));
    }
    outcome
}

/// Pattern 15 differs from pattern 0 in bit 3 alone: there neuron 3 gives up one of two opposite rows, one of them of a +1
/// bit, and the rest can be stored.
fn nearly_storable(ties: Ties) -> Problem {
    let random = Patterns::random(15, 20, 5).unwrap();
    let patterns = Patterns::from_fn(16, 20, |mu, i| {
        random.is_plus(mu % 15, i) ^ (mu == 15 && i == 3)
    });
    problem(patterns.unwrap(), ties, false)
}

/// Wrong bits of the start, and after the neurons' optima are combined until `control` stops.
fn put_together(problem: &Problem, control: &Control<'_>) -> (usize, usize) {
    let instance = Instance::new(problem).unwrap();
    let mut best = BestNetwork::new(&problem.patterns, pipeline::hebbian(&instance).unwrap());
    let before = best.wrong();
    let mut optima = optima::begin(&instance, 0, &Control::new());
    optima::advance(&mut optima, &Control::new());
    let given_up: Vec<_> = optima.iter().map(Optimum::given_up).collect();
    assert_eq!(given_up.concat().len(), 1);
    combine::combine_optima(&instance, &given_up, &mut best, control).unwrap();
    let counted = best.wrong();
    let recount =
        Stability::of(&best.into_best().network, &problem.patterns, problem.ties).unwrap();
    assert_eq!(recount.wrong_bits(), counted);
    (before, counted)
}

#[test]
fn the_neurons_optima_are_put_together() {
    for ties in [Ties::Strict, Ties::Negative] {
        let (before, after) = put_together(&nearly_storable(ties), &Control::new());
        assert!(before > 1);
        assert_eq!(after, 1, "{ties:?}");
    }
}

#[test]
fn a_stop_while_optima_are_put_together_leaves_what_was_known() {
    let asked = nearly_storable(Ties::Strict);
    let stopped = std::sync::atomic::AtomicBool::new(true);
    let interrupted = Control::new().with_interrupt(&stopped);
    let (before, after) = put_together(&asked, &interrupted);
    assert_eq!(before, after);
    for microseconds in [0, 100, 500, 2_000, 8_000] {
        let control = Control::new().with_time_limit(Duration::from_micros(microseconds));
        let (before, after) = put_together(&asked, &control);
        assert!(after <= before);
    }
}

/// Fewest wrong bits over all weights (and biases) in {−k..k}.
fn enumerate(problem: &Problem, k: i32) -> usize {
    let coupled = Coupled::new(&Instance::new(problem).unwrap(), &Control::new()).unwrap();
    let rows: Vec<Vec<i32>> = coupled
        .leaders()
        .map(|r| {
            (0..SignRows::columns(&coupled))
                .map(|j| coupled.sign(r, j) as i32)
                .collect()
        })
        .collect();
    let leaders: Vec<usize> = coupled.leaders().collect();
    let mut w = vec![-k; SignRows::columns(&coupled)];
    let mut best = usize::MAX;
    loop {
        let wrong = rows.iter().zip(&leaders).map(|(row, &r)| {
            let field: i32 = row.iter().zip(&w).map(|(a, w)| a * w).sum();
            let holds = field > 0 || field == 0 && !coupled.is_strict(r);
            if holds { 0 } else { coupled.weight(r) as usize }
        });
        best = best.min(wrong.sum());
        let Some(j) = w.iter().position(|&w| w < k) else {
            return best;
        };
        w[..j].fill(-k);
        w[j] += 1;
    }
}

/// Combinations of rows by the patterns and by inner products are the same.
#[test]
fn listed_rows_have_the_fields_of_their_products() {
    let mut couplings = vec![true; 36];
    for (i, j) in [(0, 3), (2, 5)] {
        couplings[i * 6 + j] = false;
        couplings[j * 6 + i] = false;
    }
    for i in 0..6 {
        couplings[i * 6 + i] = false;
    }
    let couplings = Couplings::from_mask(6, Symmetry::Symmetric, couplings).unwrap();
    for bias in [false, true] {
        let patterns = Patterns::random(9, 6, 5).unwrap();
        let mut problem = Problem::new(patterns, couplings.clone()).unwrap();
        problem.bias = bias;
        let coupled = Coupled::new(&Instance::new(&problem).unwrap(), &Control::new()).unwrap();
        let rows: Vec<usize> = coupled.leaders().filter(|r| r % 4 != 1).collect();
        let listed = RowSubset::new(&coupled, &rows);
        let (some, multipliers) = ([0, 3, 4, 17, 30], [0.5, -1.25, 2.0, 3.0, 0.75]);
        let mut fields = vec![0.0; rows.len()];
        let mut scratch = vec![0.0; listed.scratch()];
        listed.fields(&some, &multipliers, &mut scratch, &mut fields);
        for (&s, field) in rows.iter().zip(&fields) {
            let product = |(&r, l): (&usize, &f64)| l * coupled.inner(rows[r], s) as f64;
            let expected: f64 = some.iter().zip(&multipliers).map(product).sum();
            assert!(
                (field - expected).abs() < 1e-12,
                "row {s}: {field}, {expected}"
            );
        }
    }
}

#[test]
fn small_networks_are_optimal() {
    for (n, p) in [(2, 3), (3, 3), (3, 8), (4, 4), (4, 6), (4, 9)] {
        for seed in 0..6 {
            let patterns = Patterns::random(p, n, seed).unwrap();
            let strict = problem(patterns, Ties::Strict, false);
            let best = enumerate(&strict, 3);
            let outcome = solved(&strict);
            assert_eq!(outcome.trained.status, Status::Optimal, "{n} {p} {seed}");
            assert_eq!(outcome.trained.total.wrong_bits, best, "{n} {p} {seed}");
        }
    }
}

#[test]
fn biases_are_weights() {
    for seed in 0..6 {
        let with = problem(Patterns::random(6, 3, seed).unwrap(), Ties::Strict, true);
        let outcome = solved(&with);
        assert_eq!(outcome.trained.status, Status::Optimal);
        assert_eq!(outcome.trained.total.wrong_bits, enumerate(&with, 3));
    }
}

#[test]
fn negative_ties_are_optimal() {
    for (n, p) in [(2, 3), (3, 6), (4, 6)] {
        for seed in 0..6 {
            let negative = problem(Patterns::random(p, n, seed).unwrap(), Ties::Negative, false);
            let outcome = solved(&negative);
            assert_eq!(outcome.trained.status, Status::Optimal, "{n} {p} {seed}");
            let best = enumerate(&negative, 3);
            assert_eq!(outcome.trained.total.wrong_bits, best, "{n} {p} {seed}");
        }
    }
}

/// Patterns 0 and 1 are opposite but for bit 0, which is −1 in both: its fields must be zero. Gurobi on the big-M model finds
/// as many wrong bits for the random patterns.
#[test]
fn fields_that_must_vanish_count_as_right() {
    let random = Patterns::random(9, 10, 2).unwrap();
    let opposite = Patterns::from_fn(9, 10, |mu, i| match (mu, i) {
        (0 | 1, 0) => false,
        (1, i) => !random.is_plus(0, i),
        (mu, i) => random.is_plus(mu, i),
    });
    for (patterns, wrong) in [
        (opposite.unwrap(), None),
        (random, Some(2)),
        (Patterns::random(9, 10, 8).unwrap(), Some(1)),
    ] {
        let negative = problem(patterns, Ties::Negative, false);
        let outcome = solved(&negative);
        assert_eq!(outcome.trained.status, Status::Optimal);
        assert!(wrong.is_none_or(|wrong| wrong == outcome.trained.total.wrong_bits));
        let fields = Stability::of(&outcome.trained.network, &negative.patterns, Ties::Strict);
        assert!(fields.unwrap().wrong_bits() > outcome.trained.total.wrong_bits);
    }
}

#[test]
fn degenerate_input() {
    let cases: [(usize, usize, Vec<i8>, usize); 7] = [
        (1, 1, vec![1], 1),
        (3, 1, vec![1, -1, 1], 3),
        (1, 2, vec![1, -1], 0),
        (4, 3, [1, -1, 1].repeat(4), 0),
        (4, 2, vec![1, 1, -1, -1, 1, 1, -1, -1], 0),
        // All four states of two neurons: w_01 can serve only one half of them.
        (4, 2, vec![1, 1, 1, -1, -1, 1, -1, -1], 4),
        (3, 3, vec![1, 1, 1, 1, -1, 1, 1, 1, 1], 1),
    ];
    for (p, n, signs, expected) in cases {
        let patterns = Patterns::from_signs(p, n, &signs).unwrap();
        let outcome = solved(&problem(patterns, Ties::Strict, false));
        assert_eq!(outcome.trained.status, Status::Optimal, "{p}x{n} {signs:?}");
        assert_eq!(
            outcome.trained.total.wrong_bits, expected,
            "{p}x{n} {signs:?}"
        );
    }
    // More patterns than states.
    let many = solved(&problem(
        Patterns::random(40, 3, 1).unwrap(),
        Ties::Strict,
        false,
    ));
    assert_eq!(many.trained.status, Status::Optimal);
}

#[test]
fn couplings_that_do_not_exist_stay_zero() {
    let patterns = Patterns::random(5, 4, 2).unwrap();
    let ring = |i: usize, j: usize| i != j && (i + 1) % 4 != j && (j + 1) % 4 != i;
    let mask: Vec<bool> = (0..16).map(|k| ring(k / 4, k % 4)).collect();
    let couplings = Couplings::from_mask(4, Symmetry::Symmetric, mask).unwrap();
    let sparse = Problem::new(patterns, couplings.clone()).unwrap();
    let outcome = solved(&sparse);
    assert_eq!(outcome.trained.status, Status::Optimal);
    assert_eq!(outcome.trained.total.wrong_bits, enumerate(&sparse, 2));
    for i in 0..4 {
        for j in 0..4 {
            assert!(couplings.allows(i, j) || outcome.trained.network.weight(i, j) == 0.0);
        }
    }
}

#[test]
fn the_answer_repeats() {
    let asked = problem(Patterns::random(13, 8, 5).unwrap(), Ties::Strict, false);
    let (first, second) = (solved(&asked), solved(&asked));
    assert_eq!(first.trained, second.trained);
    assert_eq!(first.evidence.coupled, second.evidence.coupled);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]
    #[test]
    fn permutations_and_flips_change_nothing(seed in any::<u64>(), flipped in 0_u8..128, shift in 0_usize..7) {
        let (n, p) = (7, 12);
        let patterns = Patterns::random(p, n, seed).unwrap();
        let other = Patterns::from_fn(p, n, |mu, i| {
            let (mu, i) = ((mu * 5 + shift) % p, (i * 3 + shift) % n);
            patterns.is_plus(mu, i) != (flipped >> i & 1 == 1)
        }).unwrap();
        let (one, two) = (solved(&problem(patterns, Ties::Strict, false)), solved(&problem(other, Ties::Strict, false)));
        prop_assert_eq!(one.trained.status, Status::Optimal);
        prop_assert_eq!(one.trained.total, two.trained.total);
    }
}

#[test]
fn no_classical_rule_is_better() {
    use attractor::rules::RuleOptions;
    for (bias, ties) in [(false, Ties::Strict), (true, Ties::Negative)] {
        let asked = problem(Patterns::random(20, 10, 4).unwrap(), ties, bias);
        let coupled = Coupled::new(&Instance::new(&asked).unwrap(), &Control::new()).unwrap();
        let silent = Network::new(Symmetry::Symmetric, vec![0.0; 100], vec![0.0; 10]).unwrap();
        let silent = Trained::unproven(silent, &asked.patterns, ties).unwrap();
        let mut best = BestNetwork::new(&asked.patterns, silent);
        classical::offer_rules(
            &Instance::new(&asked).unwrap(),
            &coupled,
            (0, &[]),
            &mut best,
            &Control::new(),
        )
        .unwrap();
        let options = RuleOptions::default().with_bias(bias).with_ties(ties);
        for rule in classical::OFFERED.map(|rule| rule.with(&options).unwrap()) {
            if let Ok(trained) = rule.train(&asked.patterns, &asked.couplings) {
                assert!(best.wrong() <= trained.total.wrong_bits);
            }
        }
    }
}
