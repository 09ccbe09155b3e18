use super::*;
use crate::instance::Instance;
use crate::problem::{Problem, Weights};
use crate::survive::cues::Demand;
use attractor::{Couplings, Network, Patterns, Stability, Symmetry, Ties};
use system::System;

fn problem(count: usize, neurons: usize, seed: u64, weights: Weights, bias: bool) -> Problem {
    let patterns = Patterns::random(count, neurons, seed).unwrap();
    let couplings = Couplings::full(neurons, Symmetry::Directed).unwrap();
    Problem {
        weights,
        bias,
        ties: if seed.is_multiple_of(2) {
            Ties::Strict
        } else {
            Ties::Negative
        },
        ..Problem::new(patterns, couplings).unwrap()
    }
}

/// All bits count as held by a network that has weights for its pseudo-inverse.
fn held(problem: &Problem) -> Stability {
    let n = problem.patterns.neurons();
    let mut weights = vec![0.0; n * n];
    // Any network will do whose bits are mostly right; the others are left out by both sides alike.
    for i in 0..n {
        for j in (0..n).filter(|&j| j != i) {
            weights[i * n + j] = (0..problem.patterns.count())
                .map(|mu| f64::from(problem.patterns.sign(mu, i) * problem.patterns.sign(mu, j)))
                .sum();
        }
    }
    let network = Network::new(Symmetry::Directed, weights, vec![0.0; n]).unwrap();
    Stability::of(&network, &problem.patterns, problem.ties).unwrap()
}

/// Whether some weights make all held bits of neuron i survive, every cue of every choice tried.
fn by_force(problem: &Problem, held: &Stability, demands: &[Demand], i: usize) -> bool {
    let largest = i64::from(problem.weights.largest());
    let values: Vec<i64> = (-largest..=largest)
        .filter(|&v| problem.weights != Weights::Binary || v != 0)
        .collect();
    let inputs: Vec<usize> = (0..problem.patterns.neurons())
        .filter(|&j| j != i)
        .collect();
    let columns = inputs.len() + usize::from(problem.bias);
    let sign = |mu: usize, j: usize| i64::from(problem.patterns.sign(mu, j));
    let survives = |weights: &[i64], mu: usize| {
        let own = sign(mu, i);
        let mut terms: Vec<i64> = inputs
            .iter()
            .zip(weights)
            .map(|(&j, w)| own * sign(mu, j) * w)
            .collect();
        let bias = weights.get(inputs.len()).map_or(0, |b| own * b);
        let field = terms.iter().sum::<i64>() + bias;
        terms.sort_unstable_by(|a, b| b.cmp(a));
        let lost = |most: usize| terms.iter().take(most).filter(|&&t| t > 0).sum::<i64>();
        let need = i64::from(problem.ties == Ties::Strict || own > 0);
        let Demand { flips, erasures } = demands[mu];
        field - 2 * lost(flips) >= need && field - lost(erasures) >= need
    };
    let asked: Vec<usize> = (0..demands.len())
        .filter(|&mu| held.is_right(mu, i))
        .collect();
    (0..values.len().pow(columns as u32)).any(|mut number| {
        let mut digit = || {
            let value = values[number % values.len()];
            number /= values.len();
            value
        };
        let weights: Vec<i64> = (0..columns).map(|_| digit()).collect();
        asked.iter().all(|&mu| survives(&weights, mu))
    })
}

#[test]
fn neurons_are_decided_as_by_trying_all_weights() {
    let (mut met, mut refuted, mut trees) = (0, 0, 0);
    for seed in 0..24 {
        for (weights, neurons, bias) in [
            (Weights::Ternary, 8, false),
            (Weights::Ternary, 7, true),
            (Weights::Binary, 9, false),
            (Weights::Binary, 8, seed % 4 < 2),
            (Weights::Integer(3), 5, false),
            (Weights::Integer(2), 5, true),
        ] {
            let problem = problem(2 + seed as usize % 4, neurons, seed, weights, bias);
            let instance = Instance::new(&problem).unwrap();
            let held = held(&problem);
            for flips in 0..=2 {
                let demand = |mu: usize| Demand {
                    flips,
                    erasures: (mu + seed as usize) % 4,
                };
                let demands: Vec<Demand> = (0..problem.patterns.count()).map(demand).collect();
                let i = seed as usize % neurons;
                let expected = by_force(&problem, &held, &demands, i);
                let system = System::of_neuron(&instance, &held, &demands, i);
                match decide(system, &Control::new()) {
                    Verdict::Met(_) => {
                        assert!(expected, "{seed} {weights} {flips}");
                        met += 1;
                    }
                    Verdict::Refuted(tree) => {
                        assert!(!expected, "{seed} {weights} {flips}");
                        refuted += 1;
                        trees += usize::from(tree.nodes.len() > 1);
                    }
                    Verdict::Open => panic!("{seed} {weights} {flips}"),
                }
            }
        }
    }
    assert!(
        met > 100 && refuted > 100 && trees > 10,
        "{met} {refuted} {trees}"
    );
}
