//! For each rule a number that its paper, or a second way, gives. Runs that take longer stand in `benchmarks/rules.py`.

use attractor::rules::{AdaTron, DiederichOpper, Dreaming, Hebbian, Minover, PseudoInverse};
use attractor::{Couplings, Network, Patterns, Rule, Symmetry};

fn full(neurons: usize, symmetry: Symmetry) -> Couplings {
    Couplings::full(neurons, symmetry).unwrap()
}

/// The largest difference between two networks' rows, each in units of its largest weight if `scaled`.
fn distance(a: &Network, b: &Network, scaled: bool) -> f64 {
    let largest = |row: &[f64]| row.iter().fold(0.0_f64, |most, w| most.max(w.abs()));
    let difference = |i: usize| {
        let (a, b) = (a.row(i), b.row(i));
        let (by_a, by_b) = if scaled {
            (largest(a), largest(b))
        } else {
            (1.0, 1.0)
        };
        let apart = a.iter().zip(b).map(|(x, y)| (x / by_a - y / by_b).abs());
        apart.fold(0.0_f64, f64::max)
    };
    (0..a.neurons()).map(difference).fold(0.0, f64::max)
}

/// Fachechi et al.: t = 0 is Hebb's rule over N, t → ∞ the pseudo-inverse, of dependent patterns too.
#[test]
fn dreaming_goes_from_hebb_to_the_pseudo_inverse() {
    let random = Patterns::random(20, 50, 1).unwrap();
    let dependent = random.select(&[0, 1, 2, 3, 4, 5, 6, 7, 7, 0]).unwrap();
    let couplings = full(50, Symmetry::Symmetric);
    for patterns in [&random, &dependent] {
        let dream = |t| {
            let rule = Dreaming {
                t,
                ..Dreaming::default()
            };
            rule.fit(patterns, &couplings).unwrap()
        };
        let awake = dream(0.0);
        let hebb = Hebbian::default().fit(patterns, &couplings).unwrap();
        let scaled = hebb.weights().iter().map(|w| w / 50.0).collect();
        let hebb = Network::new(Symmetry::Symmetric, scaled, vec![0.0; 50]).unwrap();
        assert!(distance(&awake, &hebb, false) < 1e-12);
        let projection = PseudoInverse::default().fit(patterns, &couplings).unwrap();
        let far = [1e2, 1e4, 1e6, 1e8].map(|t| distance(&dream(t), &projection, false));
        assert!(far.is_sorted_by(|a, b| a > b) && far[3] < 1e-6, "{far:?}");
    }
}

/// Diederich and Opper: directed, rule II ends in the pseudo-inverse's rows, each in its own scale.
#[test]
fn diederich_opper_is_the_pseudo_inverse() {
    let patterns = Patterns::random(15, 50, 2).unwrap();
    let directed = full(50, Symmetry::Directed);
    let projection = PseudoInverse::default().fit(&patterns, &directed).unwrap();
    let network = DiederichOpper::default().fit(&patterns, &directed).unwrap();
    let apart = distance(&network, &projection, true);
    assert!(apart < 1e-4, "{apart}");
}

/// Gardner's widest margin of random rows, in units of the weights' norm: 1.736 at P = N/4, 1.034 at N/2, 0.471 at N.
#[test]
fn the_widest_margin_is_gardners() {
    for (count, expected) in [(20, 1.736), (40, 1.034), (80, 0.471)] {
        let patterns = Patterns::random(count, 80, 3).unwrap();
        let trained = AdaTron::default()
            .train(&patterns, &full(80, Symmetry::Directed))
            .unwrap();
        assert_eq!(trained.total.wrong_bits, 0);
        let margins = (0..80).map(|i| least_margin(&trained.network, &patterns, i));
        let mean = margins.sum::<f64>() / 80.0;
        assert!((mean - expected).abs() < 0.1, "{count}: {mean}");
    }
}

/// Two rules of the widest margin agree, neuron by neuron and for the symmetric whole.
#[test]
fn minover_and_adatron_meet() {
    let patterns = Patterns::random(10, 30, 4).unwrap();
    for symmetry in [Symmetry::Directed, Symmetry::Symmetric] {
        let couplings = full(30, symmetry);
        let adatron = AdaTron::default().fit(&patterns, &couplings).unwrap();
        let minover = Minover {
            gap: 0.002,
            steps: 100_000,
            ..Minover::default()
        };
        let minover = minover.fit(&patterns, &couplings).unwrap();
        let ratio = |network: &Network| match symmetry {
            Symmetry::Directed => least_margin(network, &patterns, 3),
            Symmetry::Symmetric => whole_margin(network, &patterns),
        };
        let (a, m) = (ratio(&adatron), ratio(&minover));
        assert!((a - m).abs() < 0.003 * a, "{symmetry}: {a} {m}");
    }
}

/// min over μ of ξ_i h_i/‖w_i‖.
fn least_margin(network: &Network, patterns: &Patterns, i: usize) -> f64 {
    let norm = network.row(i).iter().map(|w| w * w).sum::<f64>().sqrt();
    least_field(network, patterns, i) / norm
}

/// min over all bits of ξ_i h_i over the norm of all weights.
fn whole_margin(network: &Network, patterns: &Patterns) -> f64 {
    let norm = network.weights().iter().map(|w| w * w).sum::<f64>().sqrt();
    let fields = (0..network.neurons()).map(|i| least_field(network, patterns, i));
    fields.fold(f64::INFINITY, f64::min) / norm
}

fn least_field(network: &Network, patterns: &Patterns, i: usize) -> f64 {
    let aligned = |mu| {
        let state = Network::state_of(patterns, mu);
        state[i] * network.local_field(i, &state)
    };
    (0..patterns.count())
        .map(aligned)
        .fold(f64::INFINITY, f64::min)
}
