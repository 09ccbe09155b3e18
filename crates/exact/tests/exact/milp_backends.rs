//! Every solver of this build answers the same models alike, obeys limits, and never claims what a recount refutes.

use attractor::{Couplings, Patterns, Stability, Status, Symmetry, Ties};
use attractor_exact::milp::{Backend, BigM, Form, ModelOptions, SolverStatus, solve_with};
use attractor_exact::{Control, Weights};
use std::sync::atomic::AtomicBool;
use std::time::Duration;

const BACKENDS: &[Backend] = &[
    Backend::Microlp,
    #[cfg(feature = "highs")]
    Backend::Highs,
];

const COMPACT: ModelOptions = ModelOptions {
    weights: Weights::Real,
    ties: Ties::Strict,
    bias: false,
    sparsity: None,
    epsilon: 0.001,
    big_m: None,
    form: Form::Compact,
};

#[test]
fn solvers_agree_and_stay_at_the_optimum_under_both_tie_rules() {
    for seed in 0..4 {
        for symmetry in [Symmetry::Symmetric, Symmetry::Directed] {
            let patterns = Patterns::random(6, 4, seed).unwrap();
            let couplings = Couplings::full(4, symmetry).unwrap();
            let mut fewest = Vec::new();
            for ties in [Ties::Strict, Ties::Negative] {
                let options = ModelOptions { ties, ..COMPACT };
                let model = BigM::new(&patterns, &couplings, &options).unwrap();
                let answers: Vec<_> = BACKENDS
                    .iter()
                    .map(|&backend| solve_with(&model, backend, &Control::new()).unwrap())
                    .collect();
                for answer in &answers {
                    let total = answer.trained.total;
                    assert_eq!(answer.status, SolverStatus::Optimal);
                    assert_eq!(answer.failure, None);
                    assert_eq!(answer.model_bound, total.wrong_bits);
                    assert_eq!(total.wrong_bits, answers[0].trained.total.wrong_bits);
                    let network = &answer.trained.network;
                    let recount = Stability::of(network, &patterns, ties).unwrap();
                    assert_eq!(recount.wrong_bits(), total.wrong_bits);
                    assert!(network.weights().iter().all(|w| w.abs() <= 1.0));
                }
                fewest.push(answers[0].trained.total.wrong_bits);
            }
            assert!(fewest[1] <= fewest[0]);
        }
    }
}

#[test]
fn a_limit_or_an_interrupt_leaves_an_honest_answer() {
    let patterns = Patterns::random(60, 20, 1).unwrap();
    for symmetry in [Symmetry::Symmetric, Symmetry::Directed] {
        let couplings = Couplings::full(20, symmetry).unwrap();
        let model = BigM::new(&patterns, &couplings, &COMPACT).unwrap();
        for &backend in BACKENDS {
            let limit = Control::new().with_time_limit(Duration::from_millis(300));
            let answer = solve_with(&model, backend, &limit).unwrap();
            assert_ne!(answer.status, SolverStatus::Optimal);
            assert_eq!(answer.trained.status, Status::Feasible);
            let total = answer.trained.total;
            assert!(0 < total.wrong_bits && total.lower_bound == 0);
            assert!(answer.model_bound <= total.wrong_bits);

            let pressed = AtomicBool::new(true);
            let interrupted = Control::new().with_interrupt(&pressed);
            let answer = solve_with(&model, backend, &interrupted).unwrap();
            assert_eq!(answer.trained.status, Status::Interrupted);
        }
    }
}
