//! The builder's limits, times and order.

use super::*;
use crate::format::problem::Domain;
use crate::verify;
use attractor::{Couplings, Symmetry, Ties};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

/// A lemma a neuron, for two opposite patterns and neurons with biases alone: one bit of each is wrong.
fn builder(patterns: &Patterns, steps: u64) -> (Builder<'_>, Vec<u32>) {
    let neurons = patterns.neurons();
    let couplings =
        Couplings::from_mask(neurons, Symmetry::Directed, vec![false; neurons * neurons]).unwrap();
    let ties = Ties::Strict;
    let problem = CertifiedProblem::new(patterns, &couplings, true, ties, Domain::Real);
    let mut builder = Builder::new(problem, patterns).unwrap();
    let one = || Natural::from(1_u64);
    let evidence = (0..neurons).map(|neuron| NeuronEvidence {
        neuron,
        bound: 1,
        dependencies: vec![(vec![0, 1], vec![one(), one()])],
    });
    let lemmas = builder.neurons(evidence.collect(), steps).unwrap();
    (builder, lemmas)
}

#[test]
fn rows_beyond_the_steps_are_no_claim_and_no_error() {
    let patterns = Patterns::from_signs(2, 2, &[1, 1, -1, -1]).unwrap();
    let (mut builder, lemmas) = builder(&patterns, 3);
    assert_eq!(lemmas.iter().map(|&l| builder.bound_of(l)).max(), Some(0));
    let core = CoreEvidence {
        neurons: vec![0, 1],
        most: vec![0, 1],
        dependencies: Vec::new(),
    };
    assert_eq!(builder.all_excluded(vec![core], &lemmas, 3), Ok(Vec::new()));
    let network = Network::new(Symmetry::Directed, vec![0.0; 4], vec![1.0; 2]).unwrap();
    let certificate = builder.finish(&lemmas, Some(&network)).unwrap();
    let proven = verify(&certificate, &network, &patterns).unwrap();
    assert_eq!(proven.wrong_bits, Some(2));
    assert_eq!(proven.wrong_bits_at_least, Some(0));
}

#[test]
fn a_dependency_does_not_vouch_for_other_multipliers() {
    let patterns = Patterns::from_signs(2, 2, &[1, 1, -1, -1]).unwrap();
    // With so few steps no dependency is named yet.
    let (mut builder, _) = builder(&patterns, 3);
    let of = |multipliers: [u64; 2]| multipliers.map(Natural::from).to_vec();
    let evidence = NeuronEvidence {
        neuron: 1,
        bound: 1,
        dependencies: vec![(vec![1, 0], of([1, 2]))],
    };
    let lemmas = builder.neurons(vec![evidence], 1_000).unwrap();
    builder.dependency(&[(1, 0), (1, 1)], of([1, 1])).unwrap();
    let refusal = builder.finish(&lemmas, None).unwrap_err();
    assert!(matches!(refusal.reason, Reason::NotZero { .. }));
}

#[test]
fn a_soft_stop_amid_the_last_check_asks_for_less() {
    let signs: Vec<i8> = [1, -1].iter().flat_map(|&s| [s; 6]).collect();
    let patterns = Patterns::from_signs(2, 6, &signs).unwrap();
    let network = Network::new(Symmetry::Directed, vec![0.0; 36], vec![1.0; 6]).unwrap();
    // Asked once for what is affordable and once where the check begins: it is the first dependency that is stopped softly.
    for (calm, left) in [(2, 3), (usize::MAX, 6)] {
        let asked = AtomicUsize::new(0);
        let soft_stop = || asked.fetch_add(1, Ordering::Relaxed) >= calm;
        let (mut builder, lemmas) = builder(&patterns, 1_000);
        builder.soft_stop_bytes = builder.cost(&lemmas).bytes / 2;
        let control = Control::new()
            .with_condition(&soft_stop)
            .with_grace(Duration::MAX);
        let builder = builder.stopping(&control);
        let certificate = builder.finish(&lemmas, Some(&network)).unwrap();
        let proven = verify(&certificate, &network, &patterns).unwrap();
        assert_eq!(proven.wrong_bits_at_least, Some(left));
    }
}

#[test]
fn what_a_reader_would_not_take_is_left_out() {
    let signs: Vec<i8> = [1, -1].iter().flat_map(|&s| [s; 6]).collect();
    let patterns = Patterns::from_signs(2, 6, &signs).unwrap();
    let network = Network::new(Symmetry::Directed, vec![0.0; 36], vec![1.0; 6]).unwrap();
    let whole = builder(&patterns, 1_000);
    let cost = whole.0.cost(&whole.1);
    let unlimited = Cost {
        bytes: u64::MAX,
        steps: u64::MAX,
        dependencies: usize::MAX,
    };
    let limits = [
        (cost, 6),
        (
            Cost {
                bytes: cost.bytes / 2,
                ..unlimited
            },
            3,
        ),
        (
            Cost {
                steps: cost.steps - 1,
                ..unlimited
            },
            5,
        ),
        (
            Cost {
                dependencies: 2,
                ..unlimited
            },
            2,
        ),
        (Cost::default(), 0),
    ];
    for (limit, left) in limits {
        let (mut builder, lemmas) = builder(&patterns, 1_000);
        builder.limit = limit;
        let certificate = builder.finish(&lemmas, Some(&network)).unwrap();
        let proven = verify(&certificate, &network, &patterns).unwrap();
        assert_eq!(proven.wrong_bits_at_least.unwrap_or(0), left);
        let text = certificate.bound.map_or(0, |b| {
            b.dependencies
                .iter()
                .map(|d| serde_json::to_string(d).unwrap().len())
                .chain(
                    b.lemmas
                        .iter()
                        .map(|l| serde_json::to_string(l).unwrap().len()),
                )
                .sum()
        });
        assert!(text as u64 <= limit.bytes);
    }
}
