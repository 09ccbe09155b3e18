//! Discrete weights against brute force over all weights, against the paper's model, and under the problem's symmetries.

use attractor::{Couplings, Patterns, Stability, Status, Symmetry, Ties, certified_radii};
use attractor_exact::internal::solve_neuron;
use attractor_exact::{Control, ExactError, Options, Preference, Problem, Weights, milp, train};
use proptest::prelude::*;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

fn problem(
    patterns: Patterns,
    symmetry: Symmetry,
    weights: Weights,
    ties: Ties,
    bias: bool,
) -> Problem {
    let couplings = Couplings::full(patterns.neurons(), symmetry).unwrap();
    Problem {
        ties,
        bias,
        weights,
        preference: Preference::Sparse { balance: 1.0 },
        ..Problem::new(patterns, couplings).unwrap()
    }
}

/// (fewest wrong bits, then fewest non-zeros) of neuron i over all weights and biases.
fn brute_force(problem: &Problem, i: usize) -> (usize, usize) {
    let level = i64::from(problem.weights.largest());
    let inputs = problem.couplings.inputs(i);
    let free = inputs.len() + usize::from(problem.bias);
    let values: Vec<i64> = (-level..=level)
        .filter(|&v| v != 0 || problem.weights != Weights::Binary)
        .collect();
    let rank = |mut code: usize| {
        let weights: Vec<i64> = (0..free)
            .map(|_| {
                let value = values[code % values.len()];
                code /= values.len();
                value
            })
            .collect();
        let wrong = (0..problem.patterns.count()).filter(|&mu| {
            let sign = |j| i64::from(problem.patterns.sign(mu, j));
            let sum: i64 = inputs.iter().zip(&weights).map(|(&j, w)| w * sign(j)).sum();
            let bias = if problem.bias {
                weights[inputs.len()]
            } else {
                0
            };
            let aligned = (sum + bias) * sign(i);
            !problem
                .ties
                .holds(aligned.cmp(&0), problem.patterns.is_plus(mu, i))
        });
        (wrong.count(), weights.iter().filter(|&&w| w != 0).count())
    };
    let choices = values.len().pow(u32::try_from(free).unwrap());
    (0..choices).map(rank).min().unwrap()
}

/// Random patterns for directed weights of one of three kinds.
fn random_problem(
    seed: u64,
    (count, neurons): (usize, usize),
    kind: usize,
    negative: bool,
    bias: bool,
) -> Problem {
    let weights = [Weights::Ternary, Weights::Binary, Weights::Integer(2)][kind];
    let ties = if negative {
        Ties::Negative
    } else {
        Ties::Strict
    };
    let patterns = Patterns::random(count, neurons, seed).unwrap();
    problem(patterns, Symmetry::Directed, weights, ties, bias)
}

fn solved(problem: &Problem, i: usize) -> (usize, usize) {
    let neuron = solve_neuron(problem, i, 0, &Control::new()).unwrap();
    assert!(neuron.preferred);
    assert_eq!(neuron.bounds.lower_bound, neuron.bounds.wrong_bits);
    let values = neuron.weights.iter().chain([&neuron.bias]);
    (
        neuron.bounds.wrong_bits,
        values.filter(|&&v| v != 0).count(),
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]
    #[test]
    fn neurons_equal_brute_force(
        seed in any::<u64>(),
        count in 1usize..24,
        neurons in 1usize..7,
        kind in 0usize..3,
        negative in any::<bool>(),
        bias in any::<bool>(),
    ) {
        let problem = random_problem(seed, (count, neurons), kind, negative, bias);
        prop_assert_eq!(solved(&problem, 0), brute_force(&problem, 0));
    }
}

/// (wrong bits, least field of right bits, squared norm) of neuron 0.
fn margin(problem: &Problem, weights: &[i64], bias: i64) -> (usize, i64, i64) {
    let (mut wrong, mut least) = (0, i64::MAX);
    for mu in 0..problem.patterns.count() {
        let sign = |j| i64::from(problem.patterns.sign(mu, j));
        let sum: i64 = weights.iter().enumerate().map(|(j, w)| w * sign(j)).sum();
        let aligned = (sum + bias) * sign(0);
        let plus = problem.patterns.is_plus(mu, 0);
        if problem.ties.holds(aligned.cmp(&0), plus) {
            least = least.min(aligned);
        } else {
            wrong += 1;
        }
    }
    (wrong, least, weights.iter().map(|w| w * w).sum())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]
    #[test]
    fn margins_of_neurons_equal_brute_force(
        seed in any::<u64>(),
        count in 1usize..12,
        neurons in 2usize..6,
        kind in 0usize..3,
        negative in any::<bool>(),
        bias in any::<bool>(),
    ) {
        let mut problem = random_problem(seed, (count, neurons), kind, negative, bias);
        problem.preference = Preference::WidestMargin;
        let neuron = solve_neuron(&problem, 0, 0, &Control::new()).unwrap();
        prop_assert!(neuron.preferred);
        let own: Vec<i64> = neuron.weights.iter().map(|&w| i64::from(w)).collect();
        let own = margin(&problem, &own, i64::from(neuron.bias));
        prop_assert_eq!(own.0, neuron.bounds.wrong_bits);
        let level = i64::from(problem.weights.largest());
        let values: Vec<i64> = (-level..=level).filter(|&v| v != 0 || problem.weights != Weights::Binary).collect();
        let free = neurons - 1 + usize::from(bias);
        for code in 0..values.len().pow(u32::try_from(free).unwrap()) {
            let digit = |k: usize| values[code / values.len().pow(k as u32) % values.len()];
            let mut weights = vec![0];
            weights.extend((0..neurons - 1).map(digit));
            let other = margin(&problem, &weights, if bias { digit(neurons - 1) } else { 0 });
            prop_assert!(other.0 >= own.0);
            // A neuron that needs no input has no limit; one without right bits has no margin.
            let limited = own.2 > 0 && other.2 > 0 && other.1 < i64::MAX && own.1 < i64::MAX;
            if other.0 == own.0 && limited {
                prop_assert!(own.1 * own.1 * other.2 >= other.1 * other.1 * own.2);
            }
        }
    }
}

#[test]
fn ternary_networks_are_robust() {
    // By the fewest non-zeros the certified radius of such patterns is 0.
    let patterns = Patterns::random(4, 32, 0).unwrap();
    for (symmetry, most) in [(Symmetry::Directed, 3), (Symmetry::Symmetric, 1)] {
        let problem = Problem {
            preference: Preference::WidestMargin,
            ..problem(
                patterns.clone(),
                symmetry,
                Weights::Ternary,
                Ties::Strict,
                false,
            )
        };
        let control = Control::new().with_time_limit(Duration::from_secs(60));
        let trained = train(&problem, &Options::default(), &control)
            .unwrap()
            .trained;
        assert_eq!(trained.total.wrong_bits, 0);
        let radii = certified_radii(&trained.network, &patterns, Ties::Strict).unwrap();
        let least = radii.iter().map(|radius| radius.unwrap().flips).min();
        assert!(
            least >= Some(most),
            "{symmetry}: {:?} {least:?}",
            trained.margin
        );
    }
}

#[test]
fn eight_inputs_and_many_rows_equal_brute_force() {
    for seed in 0..6 {
        let patterns = Patterns::random(20 + 30 * seed as usize, 9, seed).unwrap();
        let ties = if seed % 2 == 0 {
            Ties::Strict
        } else {
            Ties::Negative
        };
        let problem = problem(patterns, Symmetry::Directed, Weights::Ternary, ties, false);
        assert_eq!(solved(&problem, 3), brute_force(&problem, 3));
    }
}

#[test]
fn ten_inputs_equal_brute_force() {
    for seed in 0..3 {
        let patterns = Patterns::random(20 + 8 * seed as usize, 11, seed).unwrap();
        let problem = problem(
            patterns,
            Symmetry::Directed,
            Weights::Ternary,
            Ties::Strict,
            false,
        );
        assert_eq!(solved(&problem, 3), brute_force(&problem, 3));
    }
}

#[test]
fn networks_equal_the_big_m_model() {
    for seed in 0..3 {
        for symmetry in [Symmetry::Symmetric, Symmetry::Directed] {
            for weights in [Weights::Ternary, Weights::Binary] {
                let patterns = Patterns::random(5, 4, seed).unwrap();
                let problem = problem(patterns, symmetry, weights, Ties::Strict, seed == 1);
                let ours = train(&problem, &Options::default(), &Control::new()).unwrap();
                assert_eq!(ours.trained.status, Status::Optimal);
                let options = milp::ModelOptions {
                    weights,
                    bias: problem.bias,
                    form: milp::Form::Compact,
                    ..milp::ModelOptions::default()
                };
                let model =
                    milp::BigM::new(&problem.patterns, &problem.couplings, &options).unwrap();
                let other = milp::solve(&model, &Control::new()).unwrap();
                let wrong_bits = other.trained.total.wrong_bits;
                assert_eq!(ours.trained.total.wrong_bits, wrong_bits);
                assert_eq!(ours.trained.total.lower_bound, other.model_bound);
            }
        }
    }
}

#[test]
fn symmetric_networks_are_proven_and_not_below_the_neurons() {
    let patterns = Patterns::random(12, 6, 2).unwrap();
    let of = |symmetry| {
        let problem = problem(
            patterns.clone(),
            symmetry,
            Weights::Ternary,
            Ties::Strict,
            false,
        );
        train(&problem, &Options::default(), &Control::new()).unwrap()
    };
    let (symmetric, directed) = (of(Symmetry::Symmetric), of(Symmetry::Directed));
    assert_eq!(symmetric.trained.status, Status::Optimal);
    assert!(symmetric.trained.total.wrong_bits >= directed.trained.total.wrong_bits);
    for (one, other) in symmetric
        .trained
        .per_neuron
        .iter()
        .zip(&directed.trained.per_neuron)
    {
        assert_eq!(one.lower_bound, other.wrong_bits);
    }
    let ties = Ties::Strict;
    let recount = Stability::of(&symmetric.trained.network, &patterns, ties).unwrap();
    assert_eq!(recount.wrong_bits(), symmetric.trained.total.wrong_bits);
}

#[test]
fn flipping_a_neuron_or_permuting_patterns_changes_nothing() {
    let patterns = Patterns::random(22, 11, 9).unwrap();
    let flipped = Patterns::from_fn(22, 11, |mu, i| patterns.is_plus(mu, i) != (i == 4)).unwrap();
    let reversed = patterns.select(&(0..22).rev().collect::<Vec<_>>()).unwrap();
    let rank = |patterns: &Patterns, i| {
        let weights = Weights::Ternary;
        let problem = problem(
            patterns.clone(),
            Symmetry::Directed,
            weights,
            Ties::Strict,
            false,
        );
        solved(&problem, i)
    };
    for i in [0, 4] {
        assert_eq!(rank(&patterns, i), rank(&flipped, i));
        assert_eq!(rank(&patterns, i), rank(&reversed, i));
    }
}

#[test]
fn limits_leave_honest_answers_and_threads_do_not_matter() {
    let patterns = Patterns::random(90, 60, 4).unwrap();
    for symmetry in [Symmetry::Directed, Symmetry::Symmetric] {
        let problem = problem(
            patterns.clone(),
            symmetry,
            Weights::Ternary,
            Ties::Strict,
            false,
        );
        let control = Control::new().with_time_limit(Duration::from_millis(300));
        let outcome = train(&problem, &Options::default(), &control).unwrap();
        assert_eq!(outcome.trained.status, Status::Feasible);
        assert!(outcome.trained.total.lower_bound < outcome.trained.total.wrong_bits);
        let pressed = AtomicBool::new(true);
        let control = Control::new().with_interrupt(&pressed);
        let outcome = train(&problem, &Options::default(), &control).unwrap();
        assert_eq!(outcome.trained.status, Status::Interrupted);
    }
    let small = problem(
        Patterns::random(16, 12, 1).unwrap(),
        Symmetry::Directed,
        Weights::Ternary,
        Ties::Strict,
        false,
    );
    let with = |threads| {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .unwrap();
        pool.install(|| train(&small, &Options::default(), &Control::new()).unwrap())
    };
    assert_eq!(with(1), with(3));
}

#[test]
fn degenerate_input_is_solved_and_real_weights_are_refused() {
    let same = Patterns::from_fn(5, 4, |_, i| i < 2).unwrap();
    let alone = Patterns::random(7, 1, 0).unwrap();
    for weights in [Weights::Ternary, Weights::Binary, Weights::Integer(127)] {
        let problem = problem(
            same.clone(),
            Symmetry::Directed,
            weights,
            Ties::Strict,
            false,
        );
        assert_eq!(
            solve_neuron(&problem, 0, 0, &Control::new())
                .unwrap()
                .bounds
                .wrong_bits,
            0
        );
        let problem = Problem {
            patterns: alone.clone(),
            couplings: Couplings::full(1, Symmetry::Directed).unwrap(),
            ..problem
        };
        let neuron = solve_neuron(&problem, 0, 0, &Control::new()).unwrap();
        assert_eq!(
            (neuron.bounds.wrong_bits, neuron.bounds.lower_bound),
            (7, 7)
        );
    }
    for weights in [Weights::Real, Weights::Integer(128)] {
        let problem = problem(
            same.clone(),
            Symmetry::Directed,
            weights,
            Ties::Strict,
            false,
        );
        let refused = solve_neuron(&problem, 0, 0, &Control::new());
        assert!(matches!(refused, Err(ExactError::Unsupported(_))));
    }
}
