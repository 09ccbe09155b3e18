//! One conformance suite over every classical rule: what each must honour or refuse, never ignore. What its card says is what
//! it does. The numbers that each must reach stand in `golden`.

use attractor::rules::{
    Classical, Gradient, Refusal, Rule, RuleError, RuleOptions, Schedule, SettingError, Taken,
    classical,
};
use attractor::{
    Control, Couplings, Network, Patterns, Shape, Stability, Status, Symmetry, Ties, TrainError,
    Trained,
};
use proptest::prelude::*;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

const BOTH: [Symmetry; 2] = [Symmetry::Symmetric, Symmetry::Directed];

/// Rules with settings of this size end within a moment.
const SHORT: [(&str, &str); 3] = [("epochs", "40"), ("steps", "40"), ("iterations", "40")];

/// Every rule, the iterative ones short.
fn rules(options: &RuleOptions) -> Vec<(Classical, Box<dyn Rule>)> {
    let short = |kind: Classical| {
        let known = kind.settings();
        let settings = SHORT
            .iter()
            .filter(|(key, _)| known.iter().any(|card| card.name == *key))
            .map(|(key, value)| format!("{key}={value}").parse().unwrap())
            .collect();
        let options = options.clone().with_settings(settings);
        (kind, kind.with(&options).unwrap())
    };
    Classical::ALL.map(short).into()
}

fn full(neurons: usize, symmetry: Symmetry) -> Couplings {
    Couplings::full(neurons, symmetry).unwrap()
}

fn on_threads(threads: usize, work: impl FnOnce() -> Trained + Send) -> Trained {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads);
    pool.build().unwrap().install(work)
}

/// What holds of every network that a rule returns, with any number of threads.
fn check(kind: Classical, rule: &dyn Rule, patterns: &Patterns, couplings: &Couplings) {
    let train = || rule.train(patterns, couplings).unwrap();
    let trained = on_threads(1, train);
    assert_eq!(on_threads(2, train), trained, "{kind}: deterministic");
    check_network(kind, &trained, patterns, couplings);
}

fn check_network(kind: Classical, trained: &Trained, patterns: &Patterns, couplings: &Couplings) {
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
        "{kind}: finite, symmetric, zero diagonal"
    );
    for i in 0..neurons {
        for j in 0..neurons {
            let exists = couplings.allows(i, j);
            assert!(exists || network.weight(i, j) == 0.0, "{kind}: ({i},{j})");
        }
    }
    let stability = Stability::of(network, patterns, trained.ties).unwrap();
    assert_eq!(trained.total.wrong_bits, stability.wrong_bits(), "{kind}");
    let by_neuron = trained.per_neuron.iter().map(|bounds| bounds.wrong_bits);
    assert_eq!(trained.total.wrong_bits, by_neuron.sum::<usize>(), "{kind}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8))]
    #[test]
    fn every_rule_conforms(count in 1usize..9, neurons in 1usize..50, seed in any::<u64>()) {
        let patterns = Patterns::random(count, neurons, seed).unwrap();
        for symmetry in BOTH {
            for (kind, rule) in rules(&RuleOptions::default()) {
                check(kind, rule.as_ref(), &patterns, &full(neurons, symmetry));
            }
        }
    }

    #[test]
    fn masks_are_honoured_or_refused(seed in any::<u64>(), count in 1usize..9, bias in any::<bool>()) {
        let shape = Shape { height: 4, width: 5 };
        let patterns = Patterns::random(count, 20, seed).unwrap();
        let one_sided = (0..400).map(|k| k % 20 != k / 20 && (k * 7 + 3) % 5 < 3).collect();
        let mut masks = vec![Couplings::from_mask(20, Symmetry::Directed, one_sided).unwrap()];
        masks.extend(BOTH.map(|symmetry| Couplings::receptive_field(shape, 2.0, symmetry).unwrap()));
        let options = RuleOptions::default().with_bias(bias);
        for couplings in &masks {
            for (kind, rule) in rules(&options).into_iter().filter(|(kind, _)| !bias || kind.card().biases) {
                match rule.train(&patterns, couplings) {
                    Err(TrainError::Unsupported { rule: name, reason }) => {
                        prop_assert_eq!(name, kind.name());
                        prop_assert_eq!(kind.card().couplings, Taken::Full);
                        prop_assert!(reason.to_string().contains("use `"));
                        prop_assert_eq!(reason, Refusal::PartialCouplings);
                    }
                    _ => {
                        prop_assert_eq!(kind.card().couplings, Taken::Any);
                        check(kind, rule.as_ref(), &patterns, couplings);
                    }
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
            for (kind, rule) in rules(&RuleOptions::default()) {
                let couplings = full(patterns.neurons(), symmetry);
                check(kind, rule.as_ref(), patterns, &couplings);
            }
        }
    }
}

#[test]
fn one_pattern_is_stored_by_every_rule() {
    let pattern = Patterns::random(1, 60, 1).unwrap();
    for kind in Classical::ALL {
        let rule = kind.with(&RuleOptions::default()).unwrap();
        let trained = rule.train(&pattern, &full(60, Symmetry::Symmetric));
        // The paper's schedule ends before its descent has moved far.
        let stored = trained.unwrap().total.wrong_bits == 0;
        assert!(stored || kind == Classical::Gradient, "{kind}");
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
    for storing in [
        Classical::PseudoInverse,
        Classical::Perceptron,
        Classical::AdaTron,
        Classical::MinimumProbabilityFlow,
        Classical::Logistic,
    ] {
        assert_eq!(wrong(storing), 0, "{storing}");
    }
    assert!(wrong(Classical::Storkey) < wrong(Classical::Hebbian));
    assert!(wrong(Classical::StorkeySecondOrder) < wrong(Classical::Storkey));
    assert!(wrong(Classical::Unlearning) < wrong(Classical::Hebbian));
    assert!(wrong(Classical::Dreaming) < wrong(Classical::Hebbian));
    assert!(wrong(Classical::GradientTuned) <= wrong(Classical::Gradient));
}

#[test]
fn biases_are_trained_or_refused() {
    let patterns = Patterns::from_fn(5, 20, |mu, i| i < 15 || (mu + i) % 3 == 0).unwrap();
    let options = RuleOptions::default().with_bias(true);
    for (kind, rule) in rules(&options) {
        for symmetry in BOTH {
            match rule.train(&patterns, &full(20, symmetry)) {
                Ok(trained) => assert!(trained.network.has_biases(), "{kind}"),
                Err(error) => assert!(error.to_string().contains("no biases"), "{kind}: {error}"),
            }
            let takes = rule.train(&patterns, &full(20, symmetry)).is_ok();
            assert_eq!(takes, kind.card().biases, "{kind}");
        }
    }
}

/// Settings far too large, unless it ends early: the network is then the one so far, with its couplings.
#[test]
fn rules_that_go_on_and_on_can_be_stopped() {
    let patterns = Patterns::random(30, 12, 1).unwrap();
    for kind in Classical::ALL
        .into_iter()
        .filter(|kind| kind.is_iterative())
    {
        let settings = kind.settings();
        let endless = settings
            .iter()
            .filter(|card| SHORT.iter().any(|(key, _)| card.name == *key))
            .map(|card| format!("{}={}", card.name, usize::MAX).parse().unwrap());
        let options = RuleOptions::default().with_settings(endless.collect());
        let rule = kind.with(&options).unwrap();
        for symmetry in BOTH {
            let asked = AtomicUsize::new(0);
            let stop = || asked.fetch_add(1, Ordering::Relaxed) > 300;
            let control = Control::new().with_condition(&stop);
            let couplings = full(12, symmetry);
            let trained = rule.train_until(&patterns, &couplings, &control).unwrap();
            check_network(kind, &trained, &patterns, &couplings);
            assert_eq!(trained.status, Status::Feasible);
        }
        let interrupt = AtomicBool::new(true);
        let control = Control::new().with_interrupt(&interrupt);
        let couplings = full(12, Symmetry::Symmetric);
        let trained = rule.train_until(&patterns, &couplings, &control).unwrap();
        assert_eq!(trained.status, Status::Interrupted, "{kind}");
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
}

fn with_settings(kind: Classical, texts: &[&str]) -> Result<Box<dyn Rule>, RuleError> {
    let settings = texts.iter().map(|text| text.parse());
    let settings = settings.collect::<Result<_, SettingError>>()?;
    kind.with(&RuleOptions::default().with_settings(settings))
}

#[test]
fn settings_are_set_or_refused() {
    for kind in Classical::ALL {
        for card in kind.settings() {
            let default = format!("{}={}", card.name, card.default);
            assert!(with_settings(kind, &[&default]).is_ok(), "{kind} {default}");
            for bad in ["-1", "nan", "inf", "", "x"] {
                let bad = format!("{}={bad}", card.name);
                let refused = with_settings(kind, &[&bad]).err().unwrap().to_string();
                assert!(refused.contains(card.name), "{kind}: {refused}");
            }
            let twice = with_settings(kind, &[&default, &default]).err().unwrap();
            assert!(twice.to_string().contains("twice"));
        }
        let unknown = with_settings(kind, &["hope=1"]).err().unwrap().to_string();
        assert!(unknown.contains("hope") && unknown.contains(kind.name()));
        let known = kind.settings();
        assert!(known.iter().all(|card| unknown.contains(card.name)));
    }
    assert!(with_settings(Classical::Dreaming, &["t"]).is_err());
    // Fields are public: what they hold is checked before training, too.
    let diverging = Gradient {
        schedule: Schedule {
            rate: f64::NAN,
            ..Schedule::PAPER
        },
        ..Gradient::default()
    };
    let patterns = Patterns::random(2, 10, 0).unwrap();
    let refused = diverging.train(&patterns, &full(10, Symmetry::Directed));
    assert!(refused.unwrap_err().to_string().contains("rate"));
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

/// Weights beyond all numbers are an error, not a network.
#[test]
fn storkey_refuses_what_overflows() {
    let patterns = Patterns::random(20_000, 15, 0).unwrap();
    let rule = Classical::Storkey.with(&RuleOptions::default()).unwrap();
    let trained = rule.train(&patterns, &full(15, Symmetry::Symmetric));
    assert!(matches!(trained, Err(TrainError::Network(_))));
}
