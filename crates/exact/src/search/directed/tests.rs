//! Directed networks: recounts, sparse weights, evidence, threads, interrupts.

use crate::geometry::dependency::Packed;
use crate::outcome::Outcome;
use crate::problem::{Options, Preference, Problem};
use crate::train;
use attractor::{Control, Couplings, Patterns, Progress, Shape, Stability, Status, Symmetry, Ties};

fn problem(count: usize, neurons: usize, seed: u64) -> Problem {
    let patterns = Patterns::random(count, neurons, seed).unwrap();
    let couplings = Couplings::full(neurons, Symmetry::Directed).unwrap();
    Problem::new(patterns, couplings).unwrap()
}

fn recounted(problem: &Problem) -> Outcome {
    let directed = train(problem, &Options::default(), &Control::new()).unwrap();
    let trained = &directed.trained;
    assert_eq!(trained.status, Status::Optimal);
    let stability = Stability::of(&trained.network, &problem.patterns, problem.ties).unwrap();
    for (i, bounds) in trained.per_neuron.iter().enumerate() {
        assert_eq!(stability.wrong_in_neuron(i), bounds.wrong_bits);
    }
    directed
}

#[test]
fn the_recount_on_the_patterns_agrees() {
    for seed in 0..3 {
        let mut problem = problem(34, 12, seed);
        for ties in [Ties::Strict, Ties::Negative] {
            for bias in [false, true] {
                (problem.ties, problem.bias) = (ties, bias);
                recounted(&problem);
            }
        }
    }
}

#[test]
fn receptive_fields_are_kept_and_sparse_weights_hold_as_much() {
    let shape = Shape {
        height: 3,
        width: 5,
    };
    let couplings = Couplings::receptive_field(shape, 2.0, Symmetry::Directed).unwrap();
    let patterns = Patterns::random(8, 15, 5).unwrap();
    let mut problem = Problem::new(patterns, couplings).unwrap();
    let widest = recounted(&problem);
    let network = &widest.trained.network;
    assert!(
        (0..225)
            .all(|k| problem.couplings.allows(k / 15, k % 15)
                || network.weight(k / 15, k % 15) == 0.0)
    );
    problem.preference = Preference::Sparse { balance: 0.9 };
    let sparse = recounted(&problem);
    assert_eq!(sparse.trained.total, widest.trained.total);
    assert!(sparse.trained.network.nonzeros() < network.nonzeros());
}

#[test]
fn evidence_names_patterns_and_holds() {
    let problem = problem(40, 10, 1);
    let directed = recounted(&problem);
    for i in 0..10 {
        let patterns = &problem.patterns;
        for dependency in directed.evidence.neurons[i]
            .dependencies
            .iter()
            .map(Packed::unpack)
        {
            for j in (0..10).filter(|&j| j != i) {
                let sum: num_bigint::BigInt = dependency
                    .rows
                    .iter()
                    .zip(&dependency.multipliers)
                    .map(|(&mu, m)| {
                        num_bigint::BigInt::from(m.clone())
                            * (patterns.sign(mu, i) * patterns.sign(mu, j))
                    })
                    .sum();
                assert_eq!(sum, num_bigint::BigInt::from(0));
            }
        }
    }
}

#[test]
fn the_answer_does_not_depend_on_the_threads() {
    let problem = problem(45, 14, 2);
    let with = |threads| {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .unwrap();
        pool.install(|| recounted(&problem)).trained
    };
    assert_eq!(with(1), with(3));
}

#[test]
fn one_hard_neuron_reports_on_the_way() {
    use std::sync::Mutex;
    let problem = problem(70, 20, 0);
    let heard = Mutex::new(Vec::new());
    let listener = |p: &Progress| heard.lock().unwrap().push(*p);
    let control = Control::new().with_listener(&listener);
    let found = train(&problem, &Options::default(), &control).unwrap();
    let heard = heard.into_inner().unwrap();
    let total = found.trained.total;
    // Many more reports than neurons have turns, and none that says more than the answer.
    let rising = heard.windows(2).filter(|w| w[1].nodes > w[0].nodes).count();
    assert!(rising > 60);
    let known = heard.iter().filter_map(|p| p.incumbent).min();
    assert_eq!(heard.iter().map(|p| p.bound).max(), Some(total.lower_bound));
    assert_eq!(known, Some(total.wrong_bits));
}

#[test]
fn an_interrupt_stops_hard_neurons_at_once() {
    use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
    let problem = problem(75, 20, 0);
    let (flag, at) = (AtomicBool::new(false), AtomicU64::new(0));
    let listener = |p: &Progress| {
        if p.nodes > 400_000 && !flag.swap(true, Ordering::Relaxed) {
            at.store(p.nodes, Ordering::Relaxed);
        }
    };
    let control = Control::new()
        .with_interrupt(&flag)
        .with_listener(&listener);
    let pool = rayon::ThreadPoolBuilder::new().num_threads(2).build();
    let found = pool
        .unwrap()
        .install(|| train(&problem, &Options::default(), &control))
        .unwrap();
    assert_eq!(found.trained.status, Status::Interrupted);
    assert!(found.trained.total.lower_bound < found.trained.total.wrong_bits);
    // Each neuron looks every few thousand nodes, and may have told nothing of its last 2^16.
    assert!(found.statistics.nodes < at.load(Ordering::Relaxed) + 20 * (1 << 17));
}

#[test]
fn without_time_there_is_an_honest_answer() {
    let problem = problem(60, 20, 0);
    let control = Control::new().with_time_limit(std::time::Duration::ZERO);
    let directed = train(&problem, &Options::default(), &control).unwrap();
    assert_eq!(directed.trained.status, Status::Feasible);
    assert_eq!(directed.trained.total.lower_bound, 0);
    assert!(directed.trained.total.wrong_bits < 60 * 20 / 2);
}
