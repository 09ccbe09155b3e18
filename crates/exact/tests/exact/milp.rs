//! The paper's model against brute force over all weight matrices, form against form, and its own invariants.

use attractor::{Couplings, Network, Patterns, Shape, Stability, Status, Symmetry, Ties};
use attractor_exact::milp::{BigM, Form, MilpError, ModelOptions, Solution, SolverStatus, solve};
use attractor_exact::{Control, Weights};
use std::sync::atomic::AtomicBool;

fn solved(patterns: &Patterns, couplings: &Couplings, options: &ModelOptions) -> Solution {
    let model = BigM::new(patterns, couplings, options).unwrap();
    let solution = solve(&model, &Control::new()).unwrap();
    assert_eq!(solution.status, SolverStatus::Optimal);
    let trained = &solution.trained;
    let stability = Stability::of(&trained.network, patterns, options.ties).unwrap();
    assert_eq!(stability.wrong_bits(), trained.total.wrong_bits);
    // The bound is a float's word: only a recount without wrong bits is proven to be optimal.
    assert_eq!(trained.total.lower_bound, 0);
    assert!(trained.per_neuron.iter().all(|b| b.lower_bound == 0));
    let all_right = trained.total.wrong_bits == 0;
    assert_eq!(trained.status == Status::Optimal, all_right);
    solution
}

fn wrong_bits(patterns: &Patterns, couplings: &Couplings, options: &ModelOptions) -> usize {
    let solution = solved(patterns, couplings, options);
    let wrong_bits = solution.trained.total.wrong_bits;
    assert_eq!(
        (wrong_bits, solution.model_gap()),
        (solution.model_bound, 0.0)
    );
    wrong_bits
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
                    let options = ModelOptions {
                        weights: *weights,
                        ties,
                        bias,
                        form: Form::Compact,
                        ..ModelOptions::default()
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
    let full = Couplings::full(4, Symmetry::Symmetric).unwrap();
    let directed = Couplings::full(4, Symmetry::Directed).unwrap();
    let variants = [
        (Weights::Real, None),
        (Weights::Real, Some(0.001)),
        (Weights::Binary, None),
        (Weights::Binary, Some(0.001)),
        (Weights::Ternary, None),
    ];
    for (weights, sparsity) in variants {
        for couplings in [&local, &full, &directed] {
            let patterns = Patterns::random(4, couplings.neurons(), 7).unwrap();
            let objectives = [Form::Faithful, Form::Compact].map(|form| {
                let options = ModelOptions {
                    weights,
                    sparsity,
                    form,
                    bias: sparsity.is_some(),
                    ..ModelOptions::default()
                };
                solved(&patterns, couplings, &options).objective.unwrap()
            });
            assert!((objectives[0] - objectives[1]).abs() < 1e-5);
        }
    }
}

#[test]
fn epsilon_changes_the_optimum_and_bad_options_are_refused() {
    let patterns = Patterns::random(7, 4, 5).unwrap();
    let couplings = Couplings::full(4, Symmetry::Directed).unwrap();
    let compact = ModelOptions {
        form: Form::Compact,
        ..ModelOptions::default()
    };
    let at = |epsilon| {
        let options = ModelOptions { epsilon, ..compact };
        wrong_bits(&patterns, &couplings, &options)
    };
    let plus = 28
        - (0..7)
            .map(|mu| patterns.signs(mu).filter(|&s| s < 0).count())
            .sum::<usize>();
    // Fields are at most 3: beyond it no bit is right but, under the paper's ties, the −1 bits of zero weights.
    assert!(at(0.001) <= at(0.9) && at(0.9) <= 28 && at(3.5) == 28);
    let ties = ModelOptions {
        epsilon: 3.5,
        ties: Ties::Negative,
        ..compact
    };
    assert_eq!(wrong_bits(&patterns, &couplings, &ties), plus);

    let refused = |options| BigM::new(&patterns, &couplings, &options).unwrap_err();
    for epsilon in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        let options = ModelOptions { epsilon, ..compact };
        assert!(matches!(refused(options), MilpError::Epsilon(_)));
    }
    for weights in [Weights::Integer(0), Weights::Integer(u32::MAX)] {
        let options = ModelOptions { weights, ..compact };
        assert!(matches!(refused(options), MilpError::Weights(_)));
    }
    let weights = Weights::Ternary;
    let options = ModelOptions {
        epsilon: 1.5,
        weights,
        ..compact
    };
    assert!(matches!(refused(options), MilpError::EpsilonAboveOne(_)));
    let options = ModelOptions {
        big_m: Some(0.0001),
        ..compact
    };
    assert!(matches!(refused(options), MilpError::BigM { .. }));
    let options = ModelOptions {
        sparsity: Some(-0.1),
        ..compact
    };
    assert!(matches!(refused(options), MilpError::Sparsity(_)));
    let other = Couplings::full(5, Symmetry::Directed).unwrap();
    assert!(matches!(
        BigM::new(&patterns, &other, &compact),
        Err(MilpError::Size { .. })
    ));
    let large = Patterns::random(1000, 784, 0).unwrap();
    let other = Couplings::full(784, Symmetry::Directed).unwrap();
    assert!(matches!(
        BigM::new(&large, &other, &compact),
        Err(MilpError::TooLarge(_))
    ));
}

#[test]
fn without_a_solution_the_hebbian_weights_hold_many_bits_in_every_set_of_weights() {
    let patterns = Patterns::random(40, 24, 0).unwrap();
    let pressed = AtomicBool::new(true);
    for symmetry in [Symmetry::Directed, Symmetry::Symmetric] {
        let couplings = Couplings::full(24, symmetry).unwrap();
        for weights in [
            Weights::Real,
            Weights::Ternary,
            Weights::Binary,
            Weights::Integer(2),
        ] {
            let options = ModelOptions {
                weights,
                form: Form::Compact,
                ..ModelOptions::default()
            };
            let model = BigM::new(&patterns, &couplings, &options).unwrap();
            let stopped = Control::new().with_interrupt(&pressed);
            let solution = solve(&model, &stopped).unwrap();
            assert_eq!(solution.status, SolverStatus::NoSolution);
            assert_eq!(solution.trained.status, Status::Interrupted);
            let wrong = solution.trained.total.wrong_bits;
            // Weights that are all zero hold none.
            assert!(4 * wrong < 3 * 40 * 24, "{symmetry} {weights}: {wrong}");
        }
    }
}

#[test]
fn real_weights_reach_what_the_scale_free_optimum_says() {
    for seed in 0..6 {
        for ties in [Ties::Strict, Ties::Negative] {
            let patterns = Patterns::random(8, 5, seed).unwrap();
            let couplings = Couplings::full(5, Symmetry::Directed).unwrap();
            let options = ModelOptions {
                ties,
                bias: seed % 2 == 1,
                form: Form::Compact,
                ..ModelOptions::default()
            };
            let expected: usize = (0..5)
                .map(|i| fewest_by_enumeration(&patterns, i, ties, options.bias))
                .sum();
            assert_eq!(wrong_bits(&patterns, &couplings, &options), expected);
        }
    }
}

/// Fewest wrong bits of one neuron over integer weights in a box large enough to hold a representative of every cell of
/// thresholds on up to five ±1 inputs (Muroga: such functions need weights of at most 3 up to four inputs and the
/// constant one, 5 up to five).
fn fewest_by_enumeration(patterns: &Patterns, i: usize, ties: Ties, bias: bool) -> usize {
    const LARGEST: i64 = 4;
    let inputs: Vec<usize> = (0..patterns.neurons()).filter(|&j| j != i).collect();
    let free = inputs.len() + usize::from(bias);
    let levels = 2 * LARGEST + 1;
    let choices = levels.pow(u32::try_from(free).unwrap());
    let wrong = |code: i64| {
        let weight = |k: usize| code / levels.pow(u32::try_from(k).unwrap()) % levels - LARGEST;
        let is_wrong = |&mu: &usize| {
            let signed = inputs.iter().enumerate();
            let sum: i64 = signed
                .map(|(k, &j)| weight(k) * i64::from(patterns.sign(mu, j)))
                .sum();
            let field = sum + if bias { weight(inputs.len()) } else { 0 };
            let aligned = field * i64::from(patterns.sign(mu, i));
            !ties.holds(aligned.cmp(&0), patterns.is_plus(mu, i))
        };
        (0..patterns.count()).filter(is_wrong).count()
    };
    (0..choices).map(wrong).min().unwrap()
}
