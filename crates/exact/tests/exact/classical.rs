//! Classical rules that converge to what exact training proves.

use attractor::rules::{AdaTron, Minover};
use attractor::{Control, Couplings, Network, Patterns, Symmetry, cliques};
use attractor_exact::{Options, Preference, Problem, train};

fn trained(problem: &Problem) -> attractor::Trained {
    let outcome = train(problem, &Options::default(), &Control::new());
    outcome.unwrap().trained
}

/// The least aligned field over the norm of the neuron's weights, or of all weights where they are symmetric.
fn margin(network: &Network, patterns: &Patterns) -> f64 {
    let norm = |weights: &[f64]| weights.iter().map(|w| w * w).sum::<f64>().sqrt();
    let of = |i: usize| {
        let aligned = |mu| {
            let state = Network::state_of(patterns, mu);
            state[i] * network.local_field(i, &state)
        };
        let fields = (0..patterns.count()).map(aligned);
        let weights = match network.symmetry() {
            Symmetry::Symmetric => network.weights(),
            Symmetry::Directed => network.row(i),
        };
        fields.fold(f64::INFINITY, f64::min) / norm(weights)
    };
    (0..network.neurons()).map(of).fold(f64::INFINITY, f64::min)
}

#[test]
fn adatron_and_minover_reach_the_widest_margin() {
    let patterns = Patterns::random(9, 24, 7).unwrap();
    for symmetry in [Symmetry::Directed, Symmetry::Symmetric] {
        let couplings = Couplings::full(24, symmetry).unwrap();
        let problem = Problem {
            preference: Preference::WidestMargin,
            ..Problem::new(patterns.clone(), couplings.clone()).unwrap()
        };
        let exact = margin(&trained(&problem).network, &patterns);
        let adatron = AdaTron::default().fit(&patterns, &couplings).unwrap();
        let minover = Minover {
            gap: 0.005,
            steps: 50_000,
            ..Minover::default()
        };
        let minover = minover.fit(&patterns, &couplings).unwrap();
        for (network, gap) in [(adatron, 0.001), (minover, 0.005)] {
            let reached = margin(&network, &patterns) / exact;
            // The exact one of a symmetric network has converged to a share of 0.001 itself.
            assert!(
                (1.0 - gap - 1e-9..1.0011).contains(&reached),
                "{symmetry}: {reached}"
            );
        }
    }
}

/// Hillar and Tran: 20 patterns in 15 neurons, 70 in 28, all stored.
#[test]
fn cliques_are_stored_with_symmetric_weights_and_biases() {
    for vertices in [6, 8] {
        let patterns = cliques(vertices).unwrap();
        let couplings = Couplings::full(patterns.neurons(), Symmetry::Symmetric).unwrap();
        let problem = Problem {
            bias: true,
            ..Problem::new(patterns, couplings).unwrap()
        };
        assert_eq!(trained(&problem).total.wrong_bits, 0, "{vertices}");
    }
}
