//! Ctrl-C in the middle of a training: the best network so far is saved, and the report says `interrupted`.

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
    let child = folder
        .command(line)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary starts");
    let pid = child.id();
    while !catches(pid, SIGINT) && fs::exists(format!("/proc/{pid}/exe")).unwrap_or(false) {
        sleep(Duration::from_millis(5));
    }
    sleep(Duration::from_millis(300));
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

#[test]
fn a_time_limit_is_no_error() {
    let folder = Folder::new();
    folder.ok("data random --shape 1x30 --count 90 -o x.npy");
    folder.ok("train x.npy -o net.safetensors --report r.json --time-limit 300ms");
    let report: serde_json::Value = serde_json::from_slice(&folder.read("r.json")).unwrap();
    assert_eq!(report["status"], "feasible");
}
