//! Trainings over HTTP: one at a time, with progress, to the program's own numbers; stopped, left alone, interrupted.

use crate::host::{Host, replies};
use serde_json::{Value, json};
use std::thread::sleep;
use std::time::Duration;

/// Patterns as the page sends them, an i8 an entry: too many for a search to end soon.
fn patterns(count: usize, neurons: usize) -> Vec<u8> {
    let entry = |k: usize| {
        if (k * k + 7 * k / 3) % 11 < 5 {
            1
        } else {
            0xff
        }
    };
    (0..count * neurons).map(entry).collect()
}

fn request(count: usize, neurons: usize, seconds: f64) -> Value {
    json!({
        "ask": "train", "rule": "exact", "count": count, "height": 1, "width": neurons, "directed": false, "seed": 0,
        "seconds": seconds,
    })
}

/// Waits until a training runs, or none does.
fn wait_until(host: &Host, is_training: bool) {
    for _ in 0..3000 {
        let reply = host.ask(&json!({"ask": "status"}), &[]);
        if reply["training"] == is_training {
            return;
        }
        sleep(Duration::from_millis(20));
    }
    panic!("a training runs: {}, for a minute", !is_training);
}

#[test]
fn one_training_at_a_time_which_tells_how_far_it_is() {
    let host = Host::start();
    let mut training = host.begin(&request(120, 40, 600.0), &patterns(120, 40));
    // The second is refused; all else is answered.
    wait_until(&host, true);
    let second = host.ask(&request(120, 40, 600.0), &patterns(120, 40));
    let error = second["error"].as_str().expect("a refusal");
    assert!(error.contains("a training is running"), "{error}");
    assert!(host.ask(&json!({"ask": "rules"}), &[])["rules"].is_array());
    assert!(host.ask(&json!({"ask": "stop"}), &[])["error"].is_null());
    let told = replies(&mut training);
    let (reply, progress) = told.split_last().expect("a reply");
    assert!(
        progress
            .iter()
            .all(|told| told["progress"]["phase"].is_string()),
        "{told:?}"
    );
    assert_eq!(reply["stopped"], true);
    let wrong = reply["wrong_bits"].as_u64().expect("wrong bits");
    let bound = reply["lower_bound"].as_u64().expect("a bound");
    assert!(bound <= wrong && wrong < 120 * 40 / 2, "{reply}");
    let looked = host.ask(
        &json!({"ask": "look", "network": reply["network"]}),
        &patterns(1, 40),
    );
    assert!(looked["energy"].is_f64(), "{looked}");
    wait_until(&host, false);
}

#[test]
fn a_page_that_goes_takes_its_training_with_it() {
    let host = Host::start();
    let training = host.begin(&request(120, 40, 600.0), &patterns(120, 40));
    wait_until(&host, true);
    drop(training);
    wait_until(&host, false);
}

#[test]
fn ctrl_c_ends_the_program_in_the_middle_of_a_training() {
    let mut host = Host::start();
    let mut training = host.begin(&request(120, 40, 600.0), &patterns(120, 40));
    wait_until(&host, true);
    let (status, said) = host.interrupt();
    assert!(status.success(), "{status}: {said}");
    assert!(said.is_empty(), "{said}");
    assert!(
        replies(&mut training)
            .last()
            .is_some_and(|reply| reply["stopped"] == true)
    );
    let mut idle = Host::start();
    assert!(idle.interrupt().0.success());
}
