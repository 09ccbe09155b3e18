//! Step counts of fixed instances: a slowdown of a search fails here, without a clock.
//!
//! Steps are nodes of the searches and calls of the min-norm primitive. They depend on nothing but the instance, so each
//! ceiling is the count at the time of writing and an eighth more, room for harmless changes of order. Later work may
//! raise a ceiling where it has a reason; say it beside the line.

use attractor::{Couplings, Patterns, Shape, Status, Symmetry, Ties};
use attractor_exact::{Control, Options, Preference, Problem, Weights, train};

/// (nodes, min-norm calls) of training that ends with a proof.
fn steps(problem: &Problem) -> (u64, u64) {
    let outcome = train(problem, &Options::default(), &Control::new()).unwrap();
    assert_eq!(outcome.trained.status, Status::Optimal);
    let statistics = &outcome.statistics;
    (statistics.nodes, statistics.min_norm_calls)
}

fn random(count: usize, neurons: usize, symmetry: Symmetry) -> Problem {
    let patterns = Patterns::random(count, neurons, 1).unwrap();
    Problem {
        preference: Preference::WidestMargin,
        ..Problem::new(patterns, Couplings::full(neurons, symmetry).unwrap()).unwrap()
    }
}

fn within(name: &str, problem: &Problem, nodes: u64, calls: u64) {
    let (found_nodes, found_calls) = steps(problem);
    let ceiling = |count: u64| count + count / 8;
    assert!(
        found_nodes <= ceiling(nodes) && found_calls <= ceiling(calls),
        "{name}: {found_nodes} nodes and {found_calls} min-norm calls, {nodes} and {calls} before"
    );
}

#[test]
fn directed_networks() {
    let directed = |count, neurons| random(count, neurons, Symmetry::Directed);
    within("storable, N = 30, P = 30", &directed(30, 30), 0, 0);
    within("N = 20, P = 40", &directed(40, 20), 315, 199);
    within("N = 20, P = 50", &directed(50, 20), 6716, 1033);
    within("N = 41, P = 85", &directed(85, 41), 3006, 1485);
    let biased = Problem {
        bias: true,
        ties: Ties::Negative,
        ..directed(40, 20)
    };
    within("N = 20, P = 40, biases, negative ties", &biased, 113, 81);
    let sparse = Problem {
        preference: Preference::Sparse { balance: 0.8 },
        ..directed(30, 20)
    };
    within("N = 20, P = 30, sparse", &sparse, 25, 19);
}

#[test]
fn symmetric_networks() {
    let symmetric = |count, neurons| random(count, neurons, Symmetry::Symmetric);
    within("storable, N = 20, P = 15", &symmetric(15, 20), 0, 0);
    within("N = 12, P = 22", &symmetric(22, 12), 317, 184);
    within("N = 12, P = 18", &symmetric(18, 12), 2, 28);
    let patterns = Patterns::random(24, 25, 1).unwrap();
    let shape = Shape {
        height: 5,
        width: 5,
    };
    let couplings = Couplings::receptive_field(shape, 1.5, Symmetry::Symmetric).unwrap();
    let field = Problem::new(patterns, couplings).unwrap();
    within("5x5, P = 24, receptive field 1.5", &field, 425, 296);
}

#[test]
fn discrete_networks() {
    let discrete = |weights, count, neurons, symmetry| Problem {
        weights,
        ..random(count, neurons, symmetry)
    };
    let (directed, symmetric) = (Symmetry::Directed, Symmetry::Symmetric);
    let cases = [
        (
            "ternary, N = 14, P = 14",
            discrete(Weights::Ternary, 14, 14, directed),
            3160,
        ),
        (
            "binary, N = 20, P = 24",
            discrete(Weights::Binary, 24, 20, directed),
            5253,
        ),
        (
            "integer:2, N = 8, P = 12",
            discrete(Weights::Integer(2), 12, 8, directed),
            249,
        ),
        (
            "ternary symmetric, N = 8, P = 12",
            discrete(Weights::Ternary, 12, 8, symmetric),
            10,
        ),
        (
            "ternary symmetric, N = 12, P = 18",
            discrete(Weights::Ternary, 18, 12, symmetric),
            40735,
        ),
    ];
    for (name, problem, nodes) in cases {
        within(name, &problem, nodes, 0);
    }
}
