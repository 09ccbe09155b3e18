//! The paper's model against brute force over all weight matrices, form against form, and its own invariants.

use attractor::{Couplings, Network, Patterns, Shape, Stability, Symmetry, Ties};
use attractor_exact::milp::{BigM, Form, Options, Solution, SolverStatus, solve};
use attractor_exact::{Control, Weights};

fn solved(patterns: &Patterns, couplings: &Couplings, options: &Options) -> Solution {
    let model = BigM::new(patterns, couplings, options).unwrap();
    let solution = solve(&model, &Control::new()).unwrap();
    assert_eq!(solution.status, SolverStatus::Optimal);
    let trained = &solution.trained;
    let stability = Stability::of(&trained.network, patterns, options.ties).unwrap();
    assert_eq!(stability.wrong_bits(), trained.total.wrong_bits);
    solution
}

fn wrong_bits(patterns: &Patterns, couplings: &Couplings, options: &Options) -> usize {
    let total = solved(patterns, couplings, options).trained.total;
    assert_eq!(total.wrong_bits, total.lower_bound);
    total.wrong_bits
}

/// Fewest wrong bits over every choice of weights (and biases) from `values`.
fn brute_force(
    patterns: &Patterns,
    couplings: &Couplings,
    ties: Ties,
    bias: bool,
    values: &[f64],
) -> usize {
    let n = patterns.neurons();
    let symmetric = couplings.is_symmetric();
    let places: Vec<(usize, usize)> = (0..n)
        .flat_map(|i| (0..n).map(move |j| (i, j)))
        .filter(|&(i, j)| couplings.allows(i, j) && (!symmetric || i < j))
        .collect();
    let free = places.len() + if bias { n } else { 0 };
    let choices = values.len().pow(u32::try_from(free).unwrap());
    let evaluate = |mut code: usize| {
        let mut next = || {
            let value = values[code % values.len()];
            code /= values.len();
            value
        };
        let mut weights = vec![0.0; n * n];
        for &(i, j) in &places {
            weights[i * n + j] = next();
            if symmetric {
                weights[j * n + i] = weights[i * n + j];
            }
        }
        let biases = (0..n).map(|_| if bias { next() } else { 0.0 }).collect();
        let network = Network::new(couplings.symmetry(), weights, biases).unwrap();
        let stability = Stability::of(&network, patterns, ties).unwrap();
        stability.wrong_bits()
    };
    (0..choices).map(evaluate).min().unwrap()
}

#[test]
fn discrete_weights_equal_brute_force_over_all_matrices() {
    let symmetric = Couplings::full(4, Symmetry::Symmetric).unwrap();
    let directed = Couplings::full(3, Symmetry::Directed).unwrap();
    let sets = [
        (Weights::Ternary, vec![-1.0, 0.0, 1.0]),
        (Weights::Binary, vec![-1.0, 1.0]),
        (Weights::Integer(2), vec![-2.0, -1.0, 0.0, 1.0, 2.0]),
    ];
    for seed in 0..3 {
        for ties in [Ties::Strict, Ties::Negative] {
            for (weights, values) in &sets[..] {
                for (couplings, bias) in [(&symmetric, false), (&directed, seed == 0)] {
                    if *weights == Weights::Integer(2) && (bias || couplings.is_symmetric()) {
                        continue;
                    }
                    let patterns = Patterns::random(5, couplings.neurons(), seed).unwrap();
                    let options = Options {
                        weights: *weights,
                        ties,
                        bias,
                        form: Form::Compact,
                        ..Options::default()
                    };
                    assert_eq!(
                        wrong_bits(&patterns, couplings, &options),
                        brute_force(&patterns, couplings, ties, bias, values),
                        "seed {seed}, {ties}, {weights}, {}, bias {bias}",
                        couplings.symmetry()
                    );
                }
            }
        }
    }
}

#[test]
fn faithful_and_compact_have_the_same_optimum() {
    let shape = Shape {
        height: 2,
        width: 3,
    };
    let local = Couplings::receptive_field(shape, 1.0, Symmetry::Symmetric).unwrap();
    let full = Couplings::full(5, Symmetry::Symmetric).unwrap();
    let directed = Couplings::full(5, Symmetry::Directed).unwrap();
    for weights in [Weights::Real, Weights::Binary, Weights::Integer(3)] {
        for sparsity in [None, Some(0.001)] {
            for couplings in [&local, &full, &directed] {
                let patterns = Patterns::random(4, couplings.neurons(), 7).unwrap();
                let objectives = [Form::Faithful, Form::Compact].map(|form| {
                    let options = Options {
                        weights,
                        sparsity,
                        form,
                        bias: sparsity.is_some(),
                        ..Options::default()
                    };
                    solved(&patterns, couplings, &options).objective.unwrap()
                });
                assert!((objectives[0] - objectives[1]).abs() < 1e-5);
            }
        }
    }
}
