//! The engine as the page asks it, beside the library's own answers.

use crate::asked::{message, parts};
use crate::{Engine, Listener};
use attractor::io::NetworkFile;
use attractor::{Cues, Order, Patterns, RecallOptions, Stability, Update, recall};
use serde_json::{Value, json};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

fn bytes_of(patterns: &Patterns) -> Vec<u8> {
    let signs = (0..patterns.count()).flat_map(|mu| patterns.signs(mu));
    signs.map(i8::cast_unsigned).collect()
}

fn opened(reply: &[u8]) -> (Value, Vec<u8>) {
    let (text, bytes) = parts(reply).unwrap();
    (serde_json::from_slice(text).unwrap(), bytes.to_vec())
}

fn ask(engine: &Engine, request: &Value, bytes: &[u8]) -> (Value, Vec<u8>) {
    let listener = Listener {
        tell: &|_| (),
        is_gone: &AtomicBool::new(false),
    };
    opened(&engine.answer(&message(request, bytes), &listener))
}

fn training(patterns: &Patterns, rule: &str) -> Value {
    json!({
        "ask": "train", "rule": rule, "count": patterns.count(), "height": 1, "width": patterns.neurons(), "seed": 0,
    })
}

fn with(mut request: Value, more: &Value) -> Value {
    for (key, value) in more.as_object().unwrap() {
        request[key] = value.clone();
    }
    request
}

#[test]
fn every_rule_trains_and_says_what_the_library_counts() {
    let engine = Engine::default();
    let patterns = Patterns::random(5, 16, 1).unwrap();
    let (rules, _) = ask(&engine, &json!({"ask": "rules"}), &[]);
    let rules = rules["rules"].as_array().unwrap();
    assert_eq!(rules.len(), attractor::rules::Classical::ALL.len() + 1);
    for rule in rules {
        let name = rule["name"].as_str().unwrap();
        for bias in [false, true] {
            let request = with(
                training(&patterns, name),
                &json!({"bias": bias, "seconds": 20}),
            );
            let (value, _) = ask(&engine, &request, &bytes_of(&patterns));
            if bias && rule["biases"] == false {
                assert!(value["error"].is_string(), "{name}: {value}");
                continue;
            }
            assert_eq!(value["error"], Value::Null, "{name}");
            let saving = json!({"ask": "save", "network": value["network"]});
            let file = NetworkFile::from_bytes(name, &ask(&engine, &saving, &[]).1).unwrap();
            let stability = Stability::of(file.network(), &patterns, file.metadata().ties).unwrap();
            assert_eq!(value["wrong_bits"], stability.wrong_bits(), "{name}");
            // JSON's reader may be off by the last digit.
            let margin = stability.margin().unwrap_or(f64::NAN);
            let said = value["margin"].as_f64().unwrap_or(f64::NAN);
            assert!(
                (said - margin).abs() <= 1e-12 * margin.abs(),
                "{name}: {said}"
            );
            assert!(bias || !file.network().has_biases(), "{name}");
        }
    }
}

#[test]
fn recall_energy_and_steps_agree_with_the_library() {
    let engine = Engine::default();
    let patterns = Patterns::random(4, 30, 2).unwrap();
    let (value, _) = ask(
        &engine,
        &training(&patterns, "hebbian"),
        &bytes_of(&patterns),
    );
    let number = &value["network"];
    let (_, file) = ask(&engine, &json!({"ask": "save", "network": number}), &[]);
    let file = NetworkFile::from_bytes("x", &file).unwrap();
    let in_turn = RecallOptions::new(Update::Asynchronous(Order::Fixed));
    let cues = Cues::from(&patterns).flip(6, 3).erase([2, 11, 20]);
    for c in 0..cues.count() {
        let values: Vec<i8> = (0..30).map(|i| cues.value(c, i)).collect();
        let bytes: Vec<u8> = values.iter().map(|v| v.cast_unsigned()).collect();
        let state: Vec<f64> = values.iter().map(|&v| f64::from(v)).collect();
        let (looked, seen) = ask(&engine, &json!({"ask": "look", "network": number}), &bytes);
        let energy = looked["energy"].as_f64().unwrap();
        assert!((energy - file.network().energy(&state)).abs() < 1e-9 * energy.abs());
        assert_eq!(seen.len(), 5 * 30);
        let (recalled, end) = ask(
            &engine,
            &json!({"ask": "recall", "network": number}),
            &bytes,
        );
        let cue = Cues::from_values(1, 30, &values).unwrap();
        let own = recall(file.network(), &cue, &in_turn).unwrap();
        assert_eq!(end, bytes_of(&own.states));
        assert_eq!(recalled["end"], "fixed point");
    }
}

#[test]
fn exact_training_takes_every_objective_and_refuses_others() {
    let engine = Engine::default();
    let patterns = Patterns::random(4, 12, 5).unwrap();
    let bytes = bytes_of(&patterns);
    for more in [
        json!({}),
        json!({"objective": "recall"}),
        json!({"objective": "margin"}),
        json!({"objective": "margin", "bias": true}),
        json!({"objective": "repair", "noise": 0.05}),
        json!({"objective": "survive", "survive": "max", "directed": true}),
        json!({"objective": "sparse"}),
        json!({"weights": "ternary", "objective": "margin"}),
        json!({"weights": "integer:3", "objective": "margin", "directed": true}),
    ] {
        let request = with(training(&patterns, "exact"), &more);
        let (value, _) = ask(&engine, &with(request, &json!({"seconds": 20})), &bytes);
        assert_eq!(value["error"], Value::Null, "{more}");
        assert_eq!(value["wrong_bits"], value["lower_bound"], "{more}");
        let asked = json!({"ask": "weights", "network": value["network"]});
        let (_, weights) = ask(&engine, &asked, &[]);
        let weights = weights
            .chunks(4)
            .map(|w| f32::from_le_bytes(w.try_into().unwrap()));
        let most = weights.map(f32::abs).fold(0.0, f32::max);
        assert!(
            more["weights"] != "ternary" || most == 1.0,
            "{more}: {most}"
        );
    }
    for more in [
        json!({"objective": "everything"}),
        json!({"objective": "repair", "noise": 0.9}),
        json!({"objective": "survive"}),
        json!({"objective": "survive", "survive": "-1"}),
        json!({"weights": "golden"}),
        json!({"seconds": -1}),
    ] {
        let (value, _) = ask(&engine, &with(training(&patterns, "exact"), &more), &bytes);
        assert!(value["error"].is_string(), "{more}: {value}");
    }
}

/// A page that ends a training's worker has the last network that it was told of.
#[test]
fn the_best_network_comes_with_the_progress() {
    let patterns = Patterns::random(60, 24, 7).unwrap();
    for directed in [false, true] {
        let engine = Engine::default();
        let told = Mutex::new(Vec::new());
        let is_gone = AtomicBool::new(false);
        let tell = |message: &[u8]| {
            let (value, file) = opened(message);
            let mut told = told.lock().unwrap();
            if !file.is_empty() {
                told.push((value["progress"].clone(), file));
                // The second network, in the middle of the search: nobody listens any more.
                is_gone.fetch_or(told.len() > 1, Ordering::Relaxed);
            }
        };
        let more = json!({"directed": directed, "seconds": 20});
        let request = with(training(&patterns, "exact"), &more);
        let listener = Listener {
            tell: &tell,
            is_gone: &is_gone,
        };
        let (value, _) =
            opened(&engine.answer(&message(&request, &bytes_of(&patterns)), &listener));
        assert_eq!(value["error"], Value::Null);
        let told = told.into_inner().unwrap();
        assert!(!told.is_empty());
        for (progress, bytes) in &told {
            let file = NetworkFile::from_bytes("x", bytes).unwrap();
            let ties = file.metadata().ties;
            let counted = Stability::of(file.network(), &patterns, ties).unwrap();
            assert_eq!(file.metadata().wrong_bits, Some(counted.wrong_bits()));
            assert!(file.metadata().lower_bound <= file.metadata().wrong_bits);
            assert!(progress["bound"].as_u64().unwrap() <= counted.wrong_bits() as u64);
        }
    }
}

/// The bundled images are those of the library's data.
#[test]
fn samples_are_the_bundled_images() {
    use flate2::read::GzDecoder;
    use std::io::Read;
    let pixels = |bytes: &[u8]| {
        let mut all = Vec::new();
        GzDecoder::new(bytes).read_to_end(&mut all).unwrap();
        all.split_off(16)
    };
    let digits = pixels(include_bytes!("../data/digits.gz"));
    let all = include_bytes!("../../crates/lab/data/digits8x8-images-idx3-ubyte.gz");
    assert_eq!(digits, pixels(all)[..digits.len()]);
    let letters = include_bytes!("../../crates/lab/data/font8x8-ascii33to126-images-idx3-ubyte.gz");
    assert_eq!(
        pixels(include_bytes!("../data/letters.gz")),
        pixels(letters)
    );
    let engine = Engine::default();
    let request =
        json!({"ask": "samples", "set": "digits", "height": 8, "width": 8, "indices": [3]});
    let (_, digit) = ask(&engine, &request, &[]);
    let own: Vec<u8> = digits[192..256]
        .iter()
        .map(|&v| if v > 8 { 1 } else { 0xff })
        .collect();
    assert_eq!(digit, own);
}
