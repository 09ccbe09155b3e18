//! Ctrl-C in the middle of a training or of its proof: the best network so far is saved, and the report says what holds.

#![cfg(target_os = "linux")]

use crate::folder::{Folder, Ran};
use std::fs;
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

const SIGINT: u32 = 2;

/// Whether the process has a handler of its own for the signal.
fn catches(pid: u32, signal: u32) -> bool {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigCgt:"));
    let mask = mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    mask.is_some_and(|mask| mask >> (signal - 1) & 1 == 1)
}

/// Runs `attractor LINE`, waits until it listens, lets it work for a moment, presses Ctrl-C, waits for the end.
fn interrupted(folder: &Folder, line: &str) -> Ran {
    interrupted_when(folder, line, || {
        sleep(Duration::from_millis(300));
        true
    })
}

/// The same, Ctrl-C as soon as `is_time` says so or the program has ended.
fn interrupted_when(folder: &Folder, line: &str, is_time: impl Fn() -> bool) -> Ran {
    let child = folder
        .command(line)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary starts");
    let pid = child.id();
    let runs = || fs::read_link(format!("/proc/{pid}/exe")).is_ok();
    while !(catches(pid, SIGINT) && is_time()) && runs() {
        sleep(Duration::from_millis(5));
    }
    let kill = Command::new("kill")
        .args(["-INT", &pid.to_string()])
        .status();
    assert!(kill.expect("kill starts").success());
    Ran::from(child.wait_with_output().expect("the binary ends"), line)
}

#[test]
fn ctrl_c_saves_the_best_so_far() {
    let folder = Folder::new();
    folder.ok("data random --shape 1x30 --count 90 -o x.npy");
    for flags in [
        "",
        "--couplings directed",
        "--formulation big-m",
        "--weights ternary",
    ] {
        let line = format!("train x.npy {flags} -o net.safetensors --report r.json");
        let ran = interrupted(&folder, &line);
        assert_eq!(ran.code, Some(0), "{line}\n{}", ran.stderr);
        let report: serde_json::Value = serde_json::from_slice(&folder.read("r.json")).unwrap();
        assert_eq!(report["status"], "interrupted", "{line}");
        assert!(
            report["wrong_bits"].as_u64() > report["lower_bound"].as_u64(),
            "{line}"
        );
        // The file holds what the report says.
        let json = folder.ok("inspect net.safetensors --patterns x.npy --report -");
        let stored: serde_json::Value = serde_json::from_str(&json).unwrap();
        assert_eq!(stored["wrong_bits"], report["wrong_bits"], "{line}");
        fs::remove_file(folder.path("net.safetensors")).unwrap();
    }
}

/// Rules that go through the patterns again and again end as exact training does.
#[test]
fn ctrl_c_ends_the_classical_rules() {
    let folder = Folder::new();
    folder.ok("data random --shape 1x60 --count 400 -o x.npy");
    for rule in ["perceptron", "gradient-tuned"] {
        let line = format!("train x.npy --rule {rule} -o net.safetensors --report r.json --force");
        let ran = interrupted_when(&folder, &line, || true);
        assert_eq!(ran.code, Some(0), "{line}\n{}", ran.stderr);
        let report: serde_json::Value = serde_json::from_slice(&folder.read("r.json")).unwrap();
        assert_eq!(report["status"], "interrupted", "{line}");
        assert_eq!(report["lower_bound"], 0);
    }
}

/// With a limit of twice a rule's own time and 0.2 s, exact training has no more wrong bits than the rule.
#[test]
fn short_limits_are_no_worse_than_classical_rules() {
    let folder = Folder::new();
    let wrong_bits = |folder: &Folder| {
        let report: serde_json::Value = serde_json::from_slice(&folder.read("r.json")).unwrap();
        report["wrong_bits"].as_u64().unwrap()
    };
    folder.ok("data random --shape 1x40 --count 60 --seed 1 -o x.npy");
    for rule in ["hebbian", "storkey", "gradient"] {
        let began = std::time::Instant::now();
        folder.ok(&format!(
            "train x.npy --rule {rule} -o r.safetensors --report r.json --force"
        ));
        let limit = 2 * began.elapsed() + Duration::from_millis(200);
        let own = wrong_bits(&folder);
        let limit = limit.as_millis();
        folder.ok(&format!(
            "train x.npy -o e.safetensors --time-limit {limit}ms --report r.json --force"
        ));
        assert!(wrong_bits(&folder) <= own, "{rule}");
    }
}

#[test]
fn ctrl_c_during_the_proof_ends_it_with_what_is_proven() {
    let folder = Folder::new();
    folder.ok("data random --shape 1x15 --count 40 -o x.npy");
    // Each neuron's 3^14 weights are tried again for the certificate, some seconds in all, long after the search is over.
    let line = "train x.npy --couplings directed --weights ternary --time-limit 5s -o net.safetensors --proof p.json \
                --report r.json";
    let network = folder.path("net.safetensors");
    let ran = interrupted_when(&folder, line, || network.exists());
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert!(
        ran.stdout.contains("the proof was interrupted"),
        "{}",
        ran.stdout
    );
    is_said_truthfully(&folder);
}

#[test]
fn a_cut_certificate_says_what_it_proves() {
    let folder = Folder::new();
    folder.ok("data random --shape 1x8 --count 16 -o x.npy");
    // Real weights bound the wrong bits less, and these weights cannot be tried again.
    for (flags, why) in [
        ("", "it rests on trying all"),
        (
            "--couplings directed --bias",
            "discrete weights with biases",
        ),
    ] {
        let said = folder.ok(&format!(
            "train x.npy {flags} --weights ternary -o net.safetensors --proof p.json --report r.json"
        ));
        assert!(said.contains(&format!("is not certified: {why}")), "{said}");
        is_said_truthfully(&folder);
    }
}

/// A bound that is certified in part, and a certificate of just that part.
fn is_said_truthfully(folder: &Folder) {
    let (certified, claimed) = verified(folder);
    assert!(certified < claimed);
}

/// The certified bound, which the certificate proves, and the one that the training claims.
fn verified(folder: &Folder) -> (u64, u64) {
    let report: serde_json::Value = serde_json::from_slice(&folder.read("r.json")).unwrap();
    let number = |key: &str| report[key].as_u64().unwrap();
    let (certified, claimed) = (number("certified_bound"), number("lower_bound"));
    assert_eq!(report["certified"], certified == claimed);
    let proven = folder.ok("verify net.safetensors --patterns x.npy --proof p.json");
    let stored = format!("stored: {} of", number("wrong_bits"));
    assert!(proven.contains(&stored), "{proven}");
    let bound = format!("have at least {certified} wrong bits");
    assert!(certified == 0 || proven.contains(&bound), "{proven}");
    (certified, claimed)
}

#[test]
fn an_interrupted_training_certifies_what_it_can() {
    let folder = Folder::new();
    // Thousands of subsystems within a second, more than can be written in another.
    folder.ok("data random --shape 9x9 --count 180 -o x.npy");
    let line = "train x.npy --couplings directed -o net.safetensors --proof p.json --report r.json";
    let ran = interrupted_when(&folder, line, || {
        sleep(Duration::from_secs(3));
        true
    });
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let (certified, claimed) = verified(&folder);
    assert!(certified <= claimed);
    let said = format!("certified: at least {certified} wrong bits");
    assert!(
        certified == 0 || ran.stdout.contains(&said),
        "{}",
        ran.stdout
    );
    let why = format!("the bound of {claimed} is not certified: the proof was interrupted");
    assert_eq!(
        ran.stdout.contains(&why),
        certified < claimed,
        "{}",
        ran.stdout
    );
}

#[test]
fn a_time_limit_is_no_error() {
    let folder = Folder::new();
    folder.ok("data random --shape 1x30 --count 90 -o x.npy");
    folder.ok("train x.npy -o net.safetensors --report r.json --time-limit 300ms");
    let report: serde_json::Value = serde_json::from_slice(&folder.read("r.json")).unwrap();
    assert_eq!(report["status"], "feasible");
}

#[test]
fn ctrl_c_ends_basins_with_what_was_measured() {
    let folder = Folder::new();
    folder.ok("data random --shape 10x20 --count 30 -o x.npy");
    folder.ok("train x.npy --rule hebbian -o net.safetensors");
    let line = "basins net.safetensors --patterns x.npy --repeats 100000 -o basins.csv";
    let ran = interrupted(&folder, line);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert!(ran.stderr.contains("interrupted"), "{}", ran.stderr);
    let table = String::from_utf8(folder.read("basins.csv")).unwrap();
    assert!((2..5).contains(&table.lines().count()), "{table}");
}
