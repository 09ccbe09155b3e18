//! Certificates that lie are refused: every field of valid ones mutated, damaged files, files without end.

use crate::folder::{folder, subject, verdict};
use attractor::{Couplings, Network, Patterns, Stability, Symmetry, Ties};
use attractor_proof::{
    Bound, Builder, Certificate, CertifiedProblem, Claim, Domain, Lemma, Reason, Refutation, verify,
};
use serde_json::Value;

/// Every value of a valid certificate in turn replaced, removed or doubled.
fn mutations(value: &Value) -> Vec<(String, Value)> {
    let mut paths = Vec::new();
    collect(value, String::new(), &mut paths);
    let mut all = Vec::new();
    for path in paths {
        let old = value.pointer(&path).unwrap().clone();
        for new in replacements(&old) {
            let mut mutant = value.clone();
            *mutant.pointer_mut(&path).unwrap() = new;
            all.push((path.clone(), mutant));
        }
        let (parent, key) = path.rsplit_once('/').unwrap();
        let mut mutant = value.clone();
        match mutant.pointer_mut(parent).unwrap() {
            Value::Object(fields) => {
                fields.remove(key);
            }
            Value::Array(items) => {
                let mut doubled = value.clone();
                let k: usize = key.parse().unwrap();
                if let Some(Value::Array(items)) = doubled.pointer_mut(parent) {
                    items.insert(k, items[k].clone());
                }
                all.push((path.clone(), doubled));
                items.remove(k);
            }
            _ => unreachable!(),
        }
        all.push((path, mutant));
    }
    all
}

fn collect(value: &Value, path: String, paths: &mut Vec<String>) {
    match value {
        Value::Object(fields) => fields
            .iter()
            .for_each(|(k, v)| collect(v, format!("{path}/{k}"), paths)),
        Value::Array(items) => items
            .iter()
            .enumerate()
            .for_each(|(k, v)| collect(v, format!("{path}/{k}"), paths)),
        _ => {}
    }
    if !path.is_empty() {
        paths.push(path);
    }
}

fn replacements(old: &Value) -> Vec<Value> {
    match old {
        Value::Number(n) => {
            let n = n.as_u64().unwrap();
            let mut new = vec![
                Value::from(n + 1),
                Value::from(1u64 << 40),
                Value::from(u64::MAX),
                Value::from(-1),
                Value::from(0.5),
            ];
            new.extend(n.checked_sub(1).map(Value::from));
            new
        }
        Value::String(text) => {
            let flipped: String = text.chars().rev().collect();
            vec![
                Value::from(flipped),
                Value::from(""),
                Value::from("9".repeat(200)),
                Value::Null,
                Value::from(7),
            ]
        }
        Value::Bool(b) => vec![Value::from(!b)],
        Value::Null => vec![Value::from(0), Value::from("0")],
        _ => vec![Value::Null, Value::from(Vec::<u8>::new()), Value::from(0)],
    }
}

/// Whether what stands there may change and the certificate still be true: claims that became smaller or were dropped,
/// and evidence that proves the same in another way.
fn may_stay_true(path: &str) -> bool {
    let weaker = [
        "/stored/margin",
        "/stored/radii",
        "/gap",
        "/survive",
        "/version",
    ];
    let within = [
        "/stored/radii/",
        "/bound/dependencies/",
        "/bound/lemmas/",
        "/survive/",
    ];
    weaker.contains(&path) || within.iter().any(|start| path.starts_with(start))
}

#[test]
fn every_field_mutated_is_refused_or_still_true() {
    let (mut refused, mut still_true) = (0, 0);
    for (name, about) in [
        ("directed", "directed"),
        ("negative", "negative"),
        ("symmetric", "symmetric"),
        ("cores", "cores"),
        ("survive", "directed"),
        ("survive-held", "directed"),
        ("survive-erasures", "directed"),
    ] {
        let (network, patterns) = subject(about);
        let text = std::fs::read(folder().join(format!("valid-{name}.json"))).unwrap();
        let valid: Value = serde_json::from_slice(&text).unwrap();
        let original: Certificate = Certificate::read(&text[..]).unwrap();
        let radii = original.stored.as_ref().unwrap().radii.as_ref().unwrap();
        for (path, mutant) in mutations(&valid) {
            let bytes = serde_json::to_vec(&mutant).unwrap();
            let Ok(certificate) = Certificate::read(&bytes[..]) else {
                refused += 1;
                continue;
            };
            let Ok(proven) = verify(&certificate, &network, &patterns) else {
                refused += 1;
                continue;
            };
            assert!(may_stay_true(&path), "{name}: {path} was accepted");
            still_true += 1;
            check_survivors(&original, &certificate, &path);
            let ties = certificate.problem.ties;
            let wrong = Stability::of(&network, &patterns, ties)
                .unwrap()
                .wrong_bits() as u64;
            assert!(
                proven.wrong_bits.is_none_or(|w| w == wrong),
                "{name}: {path}"
            );
            assert!(
                proven.wrong_bits_at_least.is_none_or(|b| b <= wrong),
                "{name}: {path}"
            );
            for (claimed, known) in certificate
                .stored
                .iter()
                .flat_map(|s| s.radii.iter().flatten())
                .zip(radii)
            {
                assert!(claimed <= known, "{name}: {path}");
            }
        }
    }
    assert!(
        refused > 20 * still_true,
        "{refused} refused, {still_true} accepted"
    );
}

/// What a mutant claims of the same patterns is no more than the original does.
fn check_survivors(original: &Certificate, mutant: &Certificate, path: &str) {
    let (Some(was), Some(claimed)) = (&original.survive, &mutant.survive) else {
        return;
    };
    if was.patterns == claimed.patterns {
        assert!(claimed.at_most >= was.at_most, "{path}");
        assert!(
            claimed.flips >= was.flips && claimed.erasures >= was.erasures,
            "{path}"
        );
    }
}

#[test]
fn an_earlier_version_is_named() {
    let advice = |name: &str| {
        let bytes = std::fs::read(folder().join(format!("{name}.json"))).unwrap();
        Certificate::read(&bytes[..]).unwrap_err().to_string()
    };
    assert!(
        advice("version")
            .contains("version 1 is not `attractor-certificate` version 2 or 3: made by")
    );
    assert!(
        advice("version-later")
            .ends_with("version 4 is not `attractor-certificate` version 2 or 3")
    );
}

#[test]
fn other_networks_and_patterns_are_refused() {
    let (network, patterns) = subject("directed");
    let bytes = std::fs::read(folder().join("valid-directed.json")).unwrap();
    let mut weights = network.weights().to_vec();
    weights[1] = f64::from_bits(weights[1].to_bits() ^ 1);
    let other = Network::new(network.symmetry(), weights, network.biases().to_vec()).unwrap();
    assert!(verdict(&bytes, &other, &patterns).starts_with("stored.network_sha256"));
    let order: Vec<usize> = (0..patterns.count()).rev().collect();
    let reversed = patterns.select(&order).unwrap();
    assert!(verdict(&bytes, &network, &reversed).starts_with("problem.patterns.sha256"));
    let (small, _) = subject("symmetric");
    assert!(verdict(&bytes, &small, &patterns).starts_with("stored: 4 where 6"));
}

#[test]
fn damaged_files_are_unreadable() {
    let (network, patterns) = subject("directed");
    let plain = std::fs::read(folder().join("valid-directed.json")).unwrap();
    let mut packed = Vec::new();
    let mut packer = flate2::write::GzEncoder::new(&mut packed, flate2::Compression::best());
    std::io::Write::write_all(&mut packer, &plain).unwrap();
    packer.finish().unwrap();
    assert_eq!(verdict(&packed, &network, &patterns), "proven");
    for bytes in [&plain, &packed] {
        for length in (0..bytes.len() - 8).step_by(7) {
            assert_eq!(verdict(&bytes[..length], &network, &patterns), "unreadable");
        }
    }
}

#[test]
fn a_file_that_unpacks_without_end_is_too_large() {
    let mut packed = Vec::new();
    let mut packer = flate2::write::GzEncoder::new(&mut packed, flate2::Compression::fast());
    for _ in 0..70 {
        std::io::Write::write_all(&mut packer, &vec![b' '; 1 << 20]).unwrap();
    }
    packer.finish().unwrap();
    assert!(packed.len() < 1 << 20);
    let error = Certificate::read(&packed[..]).unwrap_err();
    assert!(
        matches!(error, attractor_proof::ReadError::TooLarge),
        "{error}"
    );
}

/// Lemmas over many neurons that name one another ask for much memory in little text.
#[test]
fn a_lemma_that_names_too_many_rows_is_too_large() {
    let patterns = Patterns::random(600, 200, 1).unwrap();
    let network = Network::new(Symmetry::Directed, vec![0.0; 200 * 200], vec![0.0; 200]).unwrap();
    let couplings = Couplings::full(200, Symmetry::Directed).unwrap();
    let problem = CertifiedProblem::new(&patterns, &couplings, false, Ties::Strict, Domain::Real);
    let lemma = |bound, lemmas: Vec<u32>| Lemma {
        neurons: (0..200).collect(),
        claim: Claim::Sum(bound),
        proof: Refutation::Search {
            dependencies: vec![],
            lemmas,
        },
    };
    let mut lemmas: Vec<Lemma> = (0..600).map(|_| lemma(0, vec![])).collect();
    lemmas.push(lemma(1, (0..600).collect()));
    let bound = Bound {
        wrong_bits_at_least: 1,
        dependencies: vec![],
        lemmas,
        sum: vec![600],
    };
    let mut certificate = Builder::new(problem, &patterns)
        .unwrap()
        .finish(&[], None)
        .unwrap();
    certificate.bound = Some(bound);
    let refusal = verify(&certificate, &network, &patterns).unwrap_err();
    assert_eq!(
        refusal.reason,
        Reason::TooLarge("the rows that a lemma names")
    );
}

#[test]
fn numbers_are_plain_and_files_end_where_they_end() {
    for text in [
        "integer:+5",
        "integer:05",
        "integer:",
        "integer:0",
        "integer:1000001",
        "integer:-1",
    ] {
        assert!(text.parse::<Domain>().is_err(), "{text}");
    }
    assert_eq!("integer:5".parse::<Domain>(), Ok(Domain::Integer(5)));
    let (network, patterns) = subject("directed");
    let plain = std::fs::read(folder().join("valid-directed.json")).unwrap();
    let mut packed = Vec::new();
    let mut packer = flate2::write::GzEncoder::new(&mut packed, flate2::Compression::fast());
    std::io::Write::write_all(&mut packer, &plain).unwrap();
    packer.finish().unwrap();
    assert_eq!(verdict(&packed, &network, &patterns), "proven");
    for tail in [&packed.clone()[..], b"garbage"] {
        let longer = [&packed[..], tail].concat();
        assert_eq!(verdict(&longer, &network, &patterns), "unreadable");
    }
}
