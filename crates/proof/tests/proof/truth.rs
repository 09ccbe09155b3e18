//! True certificates are built, survive writing and reading, and prove exactly what brute force finds.

use crate::solver::{best_directed, directed, evidence, symmetric};
use attractor::io::{NetworkFile, read_patterns};
use attractor::{Control, Couplings, Network, Patterns, Shape, Stability, Symmetry, Ties};
use attractor_proof::{
    Builder, Certificate, CertifiedProblem, Claim, CoreEvidence, Domain, Lemma, Natural,
    NeuronEvidence, Reason, Refutation, verify,
};
use num_bigint::BigUint;
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

fn reread(certificate: &Certificate) -> Certificate {
    let mut bytes = Vec::new();
    certificate.write(&mut bytes).unwrap();
    let again = Certificate::read(&bytes[..]).unwrap();
    assert_eq!(&again, certificate);
    again
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn directed_optima_are_proven(seed in any::<u64>(), count in 1usize..9, bias in any::<bool>(), negative in any::<bool>(), masked in any::<bool>()) {
        let patterns = Patterns::random(count, 4, seed).unwrap();
        let ties = if negative { Ties::Negative } else { Ties::Strict };
        let couplings = if masked {
            let mask = (0..16).map(|k| k / 4 != k % 4 && k % 3 != 0).collect();
            Couplings::from_mask(4, Symmetry::Directed, mask).unwrap()
        } else {
            Couplings::full(4, Symmetry::Directed).unwrap()
        };
        let (certificate, network) = directed(&patterns, &couplings, bias, ties);
        let proven = verify(&reread(&certificate), &network, &patterns).unwrap();
        prop_assert!(proven.is_optimal(), "{proven}");
        let stability = Stability::of(&network, &patterns, ties).unwrap();
        prop_assert_eq!(proven.wrong_bits, Some(stability.wrong_bits() as u64));
        if let Some(margin) = stability.margin() {
            let claimed: f64 = proven.margin.unwrap().parse().unwrap();
            prop_assert!((claimed - margin).abs() < 1e-9);
        }
    }

    #[test]
    fn symmetric_bounds_are_true(seed in any::<u64>(), count in 2usize..5, negative in any::<bool>()) {
        let patterns = Patterns::random(count, 4, seed).unwrap();
        let ties = if negative { Ties::Negative } else { Ties::Strict };
        let couplings = Couplings::full(4, Symmetry::Symmetric).unwrap();
        let (certificate, network) = symmetric(&patterns, &couplings, ties);
        let proven = verify(&reread(&certificate), &network, &patterns).unwrap();
        prop_assert!(proven.is_optimal(), "{proven}");
    }

    #[test]
    fn radii_are_those_of_trying_all_flips(seed in any::<u64>(), negative in any::<bool>()) {
        let patterns = Patterns::random(2, 6, seed).unwrap();
        let ties = if negative { Ties::Negative } else { Ties::Strict };
        let weights: Vec<f64> = (0..36).map(|k| {
            let (i, j) = (k / 6, k % 6);
            if i == j { 0.0 } else { (0..2).map(|mu| f64::from(patterns.sign(mu, i) * patterns.sign(mu, j))).sum::<f64>() + ((k * 7 + 3) % 5) as f64 / 8.0 }
        }).collect();
        let network = Network::new(Symmetry::Directed, weights, vec![0.0; 6]).unwrap();
        let couplings = Couplings::full(6, Symmetry::Directed).unwrap();
        let problem = CertifiedProblem::new(&patterns, &couplings, false, ties, Domain::Real);
        let certificate = Builder::new(problem, &patterns).unwrap().finish(&[], Some(&network)).unwrap();
        prop_assert!(verify(&reread(&certificate), &network, &patterns).is_ok());
        let radii = certificate.stored.unwrap().radii.unwrap();
        for (mu, claimed) in radii.iter().enumerate() {
            prop_assert_eq!(*claimed, radius_by_trial(&network, &patterns, mu, ties));
        }
    }
}

fn radius_by_trial(network: &Network, patterns: &Patterns, mu: usize, ties: Ties) -> Option<u32> {
    let n = patterns.neurons();
    let damaged = (0u32..1 << n).filter(|flips| {
        let state: Vec<f64> = (0..n)
            .map(|j| f64::from(patterns.sign(mu, j)) * if flips >> j & 1 == 1 { -1.0 } else { 1.0 })
            .collect();
        (0..n).any(|i| {
            let aligned = f64::from(patterns.sign(mu, i)) * network.local_field(i, &state);
            !ties.holds(aligned.partial_cmp(&0.0).unwrap(), patterns.is_plus(mu, i))
        })
    });
    match damaged.map(u32::count_ones).min() {
        Some(0) => None,
        Some(flips) => Some(flips - 1),
        None => Some(n as u32),
    }
}

#[test]
fn receptive_fields_are_those_of_the_core() {
    let shape = Shape {
        height: 2,
        width: 3,
    };
    let couplings = Couplings::receptive_field(shape, 1.5, Symmetry::Directed).unwrap();
    let patterns = Patterns::random(7, 6, 5).unwrap();
    let (certificate, network) = directed(&patterns, &couplings, false, Ties::Strict);
    assert!(
        verify(&reread(&certificate), &network, &patterns)
            .unwrap()
            .is_optimal()
    );
}

#[test]
fn equal_rows_count_together() {
    // Neuron 0 sees the same inputs with both targets: three times +, twice −.
    let signs = [1, 1, 1, 1, 1, 1, 1, 1, 1, -1, 1, 1, -1, 1, 1];
    let patterns = Patterns::from_signs(5, 3, &signs).unwrap();
    let couplings = Couplings::full(3, Symmetry::Directed).unwrap();
    let (certificate, network) = directed(&patterns, &couplings, false, Ties::Strict);
    let proven = verify(&certificate, &network, &patterns).unwrap();
    assert_eq!((proven.wrong_bits, proven.gap), (Some(2), Some(0)));
    assert!(certificate.bound.unwrap().dependencies.len() < 3);
}

#[test]
fn a_search_proves_what_a_tree_proves() {
    let patterns = Patterns::random(12, 4, 11).unwrap();
    let couplings = Couplings::full(4, Symmetry::Directed).unwrap();
    let (mut certificate, network) = directed(&patterns, &couplings, false, Ties::Strict);
    let bound = certificate.bound.as_mut().unwrap();
    for lemma in &mut bound.lemmas {
        let neuron = lemma.neurons[0];
        let own = |&(_, d): &(usize, &attractor_proof::Dependency)| d.neurons == [neuron];
        let own: Vec<u32> = bound
            .dependencies
            .iter()
            .enumerate()
            .filter(own)
            .map(|(k, _)| k as u32)
            .collect();
        lemma.proof = Refutation::Search {
            dependencies: own,
            lemmas: vec![],
        };
    }
    assert!(
        verify(&reread(&certificate), &network, &patterns)
            .unwrap()
            .is_optimal()
    );
    // With one wrong bit more asked for, the search finds the removal that contradicts it.
    let last = bound_of(&mut certificate);
    let lemma = &mut certificate.bound.as_mut().unwrap().lemmas[last];
    lemma.claim = Claim::Sum(lemma.claim.sum() + 1);
    let refusal = verify(&certificate, &network, &patterns).unwrap_err();
    assert!(matches!(refusal.reason, Reason::Escapes(_)), "{refusal}");
}

fn bound_of(certificate: &mut Certificate) -> usize {
    let lemmas = &certificate.bound.as_ref().unwrap().lemmas;
    lemmas.iter().rposition(|l| l.claim.sum() > 0).unwrap()
}

#[test]
fn evidence_that_proves_less_gives_a_smaller_bound() {
    let patterns = Patterns::random(12, 4, 11).unwrap();
    let couplings = Couplings::full(4, Symmetry::Directed).unwrap();
    let mut evidence = evidence(&patterns, &couplings, false, Ties::Strict);
    let network = best_directed(&patterns, &couplings, false, Ties::Strict, 3);
    for neuron in &mut evidence {
        neuron.bound += 1;
    }
    let problem = CertifiedProblem::new(&patterns, &couplings, false, Ties::Strict, Domain::Real);
    let mut builder = Builder::new(problem, &patterns).unwrap();
    let lemmas = builder.neurons(evidence, 1 << 20).unwrap();
    let certificate = builder.finish(&lemmas, Some(&network)).unwrap();
    assert_eq!(certificate.gap, Some(0));
}

#[test]
fn after_a_soft_stop_neurons_climb_from_below() {
    let patterns = Patterns::random(12, 4, 11).unwrap();
    let couplings = Couplings::full(4, Symmetry::Directed).unwrap();
    let network = best_directed(&patterns, &couplings, false, Ties::Strict, 3);
    for stops in [false, true] {
        let problem =
            CertifiedProblem::new(&patterns, &couplings, false, Ties::Strict, Domain::Real);
        let grace = if stops { Duration::ZERO } else { Duration::MAX };
        let control = Control::new().with_condition(&|| true).with_grace(grace);
        let mut builder = Builder::new(problem, &patterns).unwrap().stopping(&control);
        let mut evidence = evidence(&patterns, &couplings, false, Ties::Strict);
        // From above they stop here, at a claim that is not true.
        for neuron in &mut evidence {
            neuron.bound += 1;
        }
        let lemmas = builder.neurons(evidence, 1 << 20).unwrap();
        let certificate = builder.finish(&lemmas, Some(&network)).unwrap();
        let proven = verify(&reread(&certificate), &network, &patterns).unwrap();
        assert_eq!(proven.is_optimal(), !stops);
        assert_eq!(proven.wrong_bits_at_least == Some(0), stops);
    }
}

#[test]
fn what_is_too_long_claims_less() {
    let patterns = Patterns::random(14, 4, 11).unwrap();
    let couplings = Couplings::full(4, Symmetry::Directed).unwrap();
    let network = best_directed(&patterns, &couplings, false, Ties::Strict, 3);
    // Smaller claims were proven on the way, or are looked for once the largest are too long.
    for late in [false, true] {
        let claimed = |bytes: u64| {
            let problem =
                CertifiedProblem::new(&patterns, &couplings, false, Ties::Strict, Domain::Real);
            let soft_stop = AtomicBool::new(!late);
            let control = Control::new()
                .with_interrupt(&soft_stop)
                .with_grace(Duration::MAX);
            let mut builder = Builder::new(problem, &patterns)
                .unwrap()
                .stopping(&control)
                .at_most(bytes);
            let evidence = evidence(&patterns, &couplings, false, Ties::Strict);
            let lemmas = builder.neurons(evidence, 1 << 20).unwrap();
            soft_stop.store(true, Ordering::Relaxed);
            let certificate = builder.finish(&lemmas, Some(&network)).unwrap();
            let proven = verify(&reread(&certificate), &network, &patterns).unwrap();
            let of_neurons = certificate.bound.map_or(Vec::new(), |b| b.lemmas);
            let of_neurons = of_neurons.iter().map(|lemma| lemma.claim.sum()).collect();
            (proven.wrong_bits_at_least.unwrap_or(0), of_neurons)
        };
        let (whole, mut last): (u64, Vec<u64>) = claimed(1 << 20);
        let (mut before, mut shortened) = (whole, false);
        for bytes in (0..40).map(|k| 4000 - 100 * k) {
            let (at_least, of_neurons) = claimed(bytes);
            assert!(at_least <= before);
            shortened |= at_least < before && of_neurons.len() == last.len();
            (before, last) = (at_least, of_neurons);
        }
        // Some limit made a neuron claim less, not nothing.
        assert!(shortened && before < whole);
    }
}

#[test]
fn discrete_weights_are_tried() {
    let patterns = Patterns::random(9, 5, 2).unwrap();
    let couplings = Couplings::full(5, Symmetry::Directed).unwrap();
    let network = best_directed(&patterns, &couplings, false, Ties::Strict, 1);
    let whole = network.weights().iter().map(|w| w * 8.0).collect();
    let network = Network::new(Symmetry::Directed, whole, vec![0.0; 5]).unwrap();
    let problem = CertifiedProblem::new(
        &patterns,
        &couplings,
        false,
        Ties::Strict,
        Domain::Integer(1),
    );
    let stability = Stability::of(&network, &patterns, Ties::Strict).unwrap();
    let mut builder = Builder::new(problem, &patterns).unwrap();
    let lemmas: Vec<u32> = (0..5)
        .map(|i| {
            builder
                .exhaustive(i, stability.wrong_in_neuron(i) as u64)
                .unwrap()
        })
        .collect();
    assert!(matches!(
        builder.exhaustive(0, 9).unwrap_err().reason,
        Reason::Undercut(_)
    ));
    let certificate = builder.finish(&lemmas, Some(&network)).unwrap();
    assert!(
        verify(&reread(&certificate), &network, &patterns)
            .unwrap()
            .is_optimal()
    );
}

#[test]
fn a_margin_makes_inequalities_suffice() {
    // Rows (1,1) and (−1,1) with |w| ≤ 1 and fields ≥ 1.5: their sum is (0,2), and 1.5·2 > 2.
    let patterns = Patterns::from_signs(2, 3, &[1, 1, 1, 1, -1, 1]).unwrap();
    let couplings = Couplings::full(3, Symmetry::Directed).unwrap();
    let ask = |epsilon: &str| {
        let mut problem =
            CertifiedProblem::new(&patterns, &couplings, false, Ties::Strict, Domain::Real);
        problem.epsilon = Some(epsilon.to_owned());
        let mut builder = Builder::new(problem, &patterns)?;
        builder
            .dependency(&[(0, 0), (0, 1)], vec![Natural::from(1_u64); 2])
            .map(|_| ())
    };
    assert!(ask("1.5").is_ok());
    assert_eq!(ask("1").unwrap_err().reason, Reason::NotExceeded);
    assert_eq!(ask("0.000").unwrap_err().reason, Reason::Zero);
}

#[test]
fn huge_multipliers_are_summed_exactly() {
    let patterns = Patterns::from_signs(2, 3, &[1, 1, 1, 1, 1, -1]).unwrap();
    let couplings = Couplings::full(3, Symmetry::Directed).unwrap();
    let problem = CertifiedProblem::new(&patterns, &couplings, false, Ties::Strict, Domain::Real);
    let mut builder = Builder::new(problem, &patterns).unwrap();
    let huge = BigUint::from(7u32).pow(500);
    assert!(
        builder
            .dependency(&[(2, 0), (2, 1)], vec![Natural::from(huge.clone()); 2])
            .is_ok()
    );
    let refused = builder
        .dependency(
            &[(2, 0), (2, 1)],
            vec![huge.clone().into(), (huge + 1u32).into()],
        )
        .unwrap_err();
    assert_eq!(
        refused.reason,
        Reason::NotZero {
            neuron: 2,
            input: 0
        }
    );
    assert_eq!(Natural::from(u128::MAX).limbs(), [u32::MAX; 4]);
}

#[test]
fn weights_of_any_magnitude_are_recounted() {
    // Rounding hides all but the largest weight; exactly, 2^900 + 2^-900 − 2^900 > 0.
    let (large, small) = (2f64.powi(900), 2f64.powi(-900));
    let patterns = Patterns::from_signs(1, 4, &[1; 4]).unwrap();
    let mut weights = vec![0.0; 16];
    weights[1..4].copy_from_slice(&[large, small, -large]);
    let network = Network::new(Symmetry::Directed, weights, vec![0.0; 4]).unwrap();
    let couplings = Couplings::full(4, Symmetry::Directed).unwrap();
    let problem = CertifiedProblem::new(&patterns, &couplings, false, Ties::Strict, Domain::Real);
    let certificate = Builder::new(problem, &patterns)
        .unwrap()
        .finish(&[], Some(&network))
        .unwrap();
    let stored = certificate.stored.as_ref().unwrap();
    assert_eq!(stored.wrong_bits_per_neuron, [0, 1, 1, 1]);
    assert!(verify(&certificate, &network, &patterns).is_ok());
}

#[test]
fn what_neurons_do_not_prove_cores_do() {
    let couplings = Couplings::full(4, Symmetry::Symmetric).unwrap();
    let patterns = Patterns::random(6, 4, 22).unwrap();
    let (certificate, network) = symmetric(&patterns, &couplings, Ties::Negative);
    let proven = verify(&reread(&certificate), &network, &patterns).unwrap();
    assert!(proven.is_optimal(), "{proven}");
    let lemmas = certificate.bound.unwrap().lemmas;
    let is_core = |lemma: &Lemma| matches!(lemma.claim, Claim::Most(_));
    assert!(lemmas.iter().any(is_core));
}

/// The evidence of a valid certificate, given to a builder that asks for more and more.
#[test]
fn a_builder_claims_what_cores_and_payments_prove() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/conformance");
    let file = NetworkFile::read(&folder.join("cores.safetensors")).unwrap();
    let patterns = read_patterns(&folder.join("cores.csv")).unwrap();
    let text = std::fs::read(folder.join("valid-cores.json")).unwrap();
    let known = Certificate::read(&text[..]).unwrap();
    let bound = known.bound.unwrap();
    let mut builder = Builder::new(known.problem, &patterns).unwrap();
    let mut coupled = Vec::new();
    let mut own: BTreeMap<u32, Vec<_>> = BTreeMap::new();
    for dependency in &bound.dependencies {
        let (named, patterns): (Vec<(usize, usize)>, Vec<usize>) = dependency
            .rows()
            .map(|(i, mu)| ((i as usize, mu as usize), mu as usize))
            .unzip();
        let multipliers = dependency.multipliers.clone();
        coupled.push(builder.dependency(&named, multipliers.clone()).unwrap());
        if let [neuron] = dependency.neurons[..] {
            own.entry(neuron).or_default().push((patterns, multipliers));
        }
    }
    let ask = |(neuron, dependencies): (u32, _)| NeuronEvidence {
        neuron: neuron as usize,
        bound: 9,
        dependencies,
    };
    let neurons = own.into_iter().map(ask).collect();
    let own = builder.neurons(neurons, 1 << 20).unwrap();
    let core = |neurons: &[usize], most: &[u64]| CoreEvidence {
        neurons: neurons.to_vec(),
        most: most.to_vec(),
        dependencies: coupled.clone(),
    };
    // Evidence reaches beyond a core's neurons: refused, not passed over.
    let outside = builder.all_excluded(vec![core(&[4], &[0])], &own, 1 << 20);
    assert!(matches!(
        outside.unwrap_err().reason,
        Reason::OutsideLemma { .. }
    ));
    let all: Vec<usize> = (0..9).collect();
    let within = |most: [u64; 9]| core(&all, &most);
    let cores = vec![
        within([9, 9, 9, 9, 0, 9, 9, 9, 9]),
        within([9, 9, 9, 9, 1, 3, 9, 9, 9]),
        within([9, 9, 9, 9, 1, 2, 9, 9, 9]),
    ];
    let proven = builder.all_excluded(cores, &own, 1 << 20).unwrap();
    assert_eq!(proven.len(), 2);
    let named = [own.clone(), proven.clone()].concat();
    assert_eq!(builder.payments(&named, 12, 7).unwrap(), None);
    let joint = builder.payments(&named, 12, 2).unwrap().unwrap();
    assert_eq!(
        (builder.bound_of(joint), builder.bound_of(proven[0])),
        (6, 0)
    );
    let refused = builder.payments(&[joint + 1], 6, 1).unwrap_err();
    assert!(matches!(refused.reason, Reason::Index { .. }));
    let certificate = builder.finish(&[joint], Some(file.network())).unwrap();
    let proven = verify(&reread(&certificate), file.network(), &patterns).unwrap();
    assert!(proven.is_optimal());
}
