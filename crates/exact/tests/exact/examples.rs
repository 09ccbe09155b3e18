//! The examples for users run and print what they promise.

use std::path::PathBuf;
use std::process::Command;

/// What an example prints. `cargo test` builds the examples beside the tests.
fn printed(example: &str) -> String {
    let test = std::env::current_exe().unwrap();
    let folder = test.parent().and_then(|deps| deps.parent()).unwrap();
    let name = format!("{example}{}", std::env::consts::EXE_SUFFIX);
    let program: PathBuf = folder.join("examples").join(name);
    assert!(
        program.exists(),
        "{} is missing: `cargo test -p attractor-exact` without `--test` builds it",
        program.display()
    );
    let output = Command::new(&program).output().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{example}: {errors}");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn train_prints_a_proven_optimum() {
    let text = printed("train");
    let number = |start: &str| -> usize {
        let line = text.lines().find_map(|line| line.strip_prefix(start));
        line.unwrap().parse().unwrap()
    };
    assert_eq!(
        number("wrong bits: "),
        number("no network has fewer than: ")
    );
    assert!(text.contains("status: optimal"), "{text}");
}

#[test]
fn recall_repairs_all_cues() {
    let text = printed("recall");
    assert_eq!(text.matches("certified radius ").count(), 4, "{text}");
    assert!(text.contains("repaired: 4 of 4"), "{text}");
}

#[test]
fn certify_prints_what_the_checker_says() {
    let text = printed("certify");
    assert!(text.contains("wrong bits"), "{text}");
    assert!(text.contains("optimal"), "{text}");
}

#[test]
fn discrete_prints_ternary_weights() {
    let text = printed("discrete");
    let rows: Vec<Vec<i32>> = text
        .lines()
        .take(12)
        .map(|line| {
            line.split_whitespace()
                .map(|w| w.parse().unwrap())
                .collect()
        })
        .collect();
    assert!(rows.iter().all(|row| row.len() == 12), "{text}");
    assert!(rows.iter().flatten().all(|w| w.abs() <= 1), "{text}");
    assert!(text.contains("wrong bits, optimal"), "{text}");
}

#[test]
fn own_rule_is_no_better_than_the_optimum() {
    let text = printed("own_rule");
    let wrong_bits = |rule: &str| -> usize {
        let line = text.lines().find_map(|line| line.strip_prefix(rule));
        let number = line.and_then(|line| line.split_whitespace().next());
        number.unwrap().parse().unwrap()
    };
    assert!(wrong_bits("clipped: ") >= wrong_bits("optimum: "), "{text}");
}
