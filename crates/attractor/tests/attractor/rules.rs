//! One conformance suite over every classical rule: what each must honour or refuse, never ignore.

use attractor::rules::{
    Classical, Gradient, Refusal, Rule, RuleError, RuleOptions, Schedule, classical,
};
use attractor::{Couplings, Network, Patterns, Shape, Stability, Symmetry, Ties, TrainError};
use proptest::prelude::*;

const BOTH: [Symmetry; 2] = [Symmetry::Symmetric, Symmetry::Directed];

fn rules() -> Vec<Box<dyn Rule>> {
    classical(&RuleOptions::default())
}

fn full(neurons: usize, symmetry: Symmetry) -> Couplings {
    Couplings::full(neurons, symmetry).unwrap()
}

/// What holds of every network that a rule returns.
fn check(rule: &dyn Rule, patterns: &Patterns, couplings: &Couplings) {
    let name = rule.name();
    let trained = rule.train(patterns, couplings).unwrap();
    assert_eq!(
        rule.train(patterns, couplings).unwrap(),
        trained,
        "{name}: deterministic"
    );
    let network = &trained.network;
    let neurons = patterns.neurons();
    assert_eq!(network.neurons(), neurons);
    assert_eq!(network.symmetry(), couplings.symmetry());
    let rebuilt = Network::new(
        network.symmetry(),
        network.weights().to_vec(),
        network.biases().to_vec(),
    );
    assert_eq!(
        rebuilt.as_ref(),
        Ok(network),
        "{name}: finite, symmetric, zero diagonal"
    );
    for i in 0..neurons {
        for j in 0..neurons {
            assert!(
                couplings.allows(i, j) || network.weight(i, j) == 0.0,
                "{name}: ({i},{j})"
            );
        }
    }
    let stability = Stability::of(network, patterns, trained.ties).unwrap();
    assert_eq!(trained.total.wrong_bits, stability.wrong_bits(), "{name}");
    let by_neuron: usize = trained
        .per_neuron
        .iter()
        .map(|bounds| bounds.wrong_bits)
        .sum();
    assert_eq!(trained.total.wrong_bits, by_neuron, "{name}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]
    #[test]
    fn every_rule_conforms(count in 1usize..9, neurons in 1usize..80, seed in any::<u64>()) {
        let patterns = Patterns::random(count, neurons, seed).unwrap();
        for symmetry in BOTH {
            for rule in rules() {
                check(rule.as_ref(), &patterns, &full(neurons, symmetry));
            }
        }
    }

    #[test]
    fn masks_are_honoured_or_refused(seed in any::<u64>(), count in 1usize..9) {
        let shape = Shape { height: 4, width: 5 };
        let patterns = Patterns::random(count, 20, seed).unwrap();
        let one_sided = (0..400).map(|k| k % 20 != k / 20 && (k * 7 + 3) % 5 < 3).collect();
        let mut masks = vec![Couplings::from_mask(20, Symmetry::Directed, one_sided).unwrap()];
        masks.extend(BOTH.map(|symmetry| Couplings::receptive_field(shape, 2.0, symmetry).unwrap()));
        for couplings in &masks {
            for rule in rules() {
                match rule.train(&patterns, couplings) {
                    Err(TrainError::Unsupported { rule: name, reason }) => {
                        prop_assert_eq!(name, "pseudo-inverse");
                        prop_assert!(reason.to_string().contains("use `"));
                        prop_assert_eq!(reason, Refusal::PartialCouplings);
                    }
                    _ => check(rule.as_ref(), &patterns, couplings),
                }
            }
        }
    }
}

#[test]
fn degenerate_sets_are_trained() {
    let one_neuron = Patterns::from_signs(3, 1, &[1, -1, 1]).unwrap();
    let one_pattern = Patterns::random(1, 30, 1).unwrap();
    let random = Patterns::random(4, 30, 2).unwrap();
    let repeated = random.select(&[0, 1, 0, 2, 3, 3, 0]).unwrap();
    let constant = Patterns::from_fn(3, 30, |_, i| i < 20).unwrap();
    for patterns in [&one_neuron, &one_pattern, &repeated, &constant] {
        for symmetry in BOTH {
            for rule in rules() {
                check(rule.as_ref(), patterns, &full(patterns.neurons(), symmetry));
            }
        }
    }
}

#[test]
fn one_pattern_is_stored_by_every_rule() {
    let pattern = Patterns::random(1, 60, 1).unwrap();
    for rule in rules().iter().filter(|rule| rule.name() != "gradient") {
        let trained = rule
            .train(&pattern, &full(60, Symmetry::Symmetric))
            .unwrap();
        assert_eq!(trained.total.wrong_bits, 0, "{}", rule.name());
    }
}

#[test]
fn capacities_come_in_the_known_order() {
    let patterns = Patterns::random(30, 60, 4).unwrap();
    let wrong = |rule: Classical| {
        let rule = rule.with(&RuleOptions::default()).unwrap();
        let couplings = full(60, Symmetry::Symmetric);
        rule.train(&patterns, &couplings).unwrap().total.wrong_bits
    };
    assert_eq!(wrong(Classical::PseudoInverse), 0);
    assert_eq!(wrong(Classical::Perceptron), 0);
    assert!(wrong(Classical::Storkey) < wrong(Classical::Hebbian));
    assert!(wrong(Classical::GradientTuned) <= wrong(Classical::Gradient));
}

#[test]
fn biases_are_trained_or_refused() {
    let patterns = Patterns::from_fn(5, 20, |mu, i| i < 15 || (mu + i) % 3 == 0).unwrap();
    let options = RuleOptions::default().with_bias(true);
    for rule in classical(&options) {
        for symmetry in BOTH {
            match rule.train(&patterns, &full(20, symmetry)) {
                Ok(trained) => assert!(trained.network.has_biases(), "{}", rule.name()),
                Err(error) => {
                    assert_eq!(rule.name(), "storkey");
                    assert!(error.to_string().contains("no biases"));
                }
            }
        }
    }
}

#[test]
fn sizes_ties_names_and_diagonals_are_checked() {
    let patterns = Patterns::random(2, 10, 0).unwrap();
    let options = RuleOptions::default().with_ties(Ties::Negative);
    for rule in classical(&options) {
        assert!(matches!(
            rule.train(&patterns, &full(11, Symmetry::Symmetric)),
            Err(TrainError::Size { .. })
        ));
        let trained = rule
            .train(&patterns, &full(10, Symmetry::Symmetric))
            .unwrap();
        assert_eq!(trained.ties, Ties::Negative);
        let by_name: Classical = rule.name().parse().unwrap();
        assert_eq!(by_name.with(&options).unwrap().name(), rule.name());
    }
    let unknown = "hebian".parse::<Classical>().unwrap_err();
    assert!(unknown.to_string().contains("hebbian, pseudo-inverse"));
    let keep = options.with_diagonal(true);
    assert_eq!(
        Classical::Hebbian.with(&keep).err(),
        Some(RuleError::NoDiagonal(Classical::Hebbian))
    );
    let rule = Classical::PseudoInverse.with(&keep).unwrap();
    let trained = rule
        .train(&patterns, &full(10, Symmetry::Symmetric))
        .unwrap();
    assert!(trained.network.has_self_coupling() && trained.total.wrong_bits == 0);
    let diverging = Gradient {
        schedule: Schedule {
            rate: f64::NAN,
            ..Schedule::PAPER
        },
        ..Gradient::default()
    };
    assert!(
        diverging
            .train(&patterns, &full(10, Symmetry::Directed))
            .is_err()
    );
}

#[test]
fn the_diagonal_makes_the_projection_the_identity() {
    let patterns = Patterns::random(60, 20, 3).unwrap();
    let couplings = full(20, Symmetry::Symmetric);
    let trained = |keep_diagonal| {
        let options = RuleOptions::default().with_diagonal(keep_diagonal);
        Classical::PseudoInverse
            .with(&options)
            .unwrap()
            .train(&patterns, &couplings)
            .unwrap()
    };
    let identity = trained(true);
    assert_eq!(identity.total.wrong_bits, 0);
    assert!((0..400).all(|k| {
        let expected = f64::from(u8::from(k / 20 == k % 20));
        (identity.network.weight(k / 20, k % 20) - expected).abs() < 1e-9
    }));
    assert!(trained(false).total.wrong_bits > 100);
}
