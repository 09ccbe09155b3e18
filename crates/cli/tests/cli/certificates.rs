//! What follows from a certificate is said in the same words by `train`, `verify`, `inspect` and the script.

use crate::folder::Folder;
use std::path::Path;
use std::process::Command;

/// The last line that `tools/verify.py` prints of the files in this folder.
fn of_script(folder: &Folder) -> String {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tools/verify.py");
    let output = Command::new("python3")
        .arg("-B")
        .arg(script)
        .arg(folder.path("net.safetensors"))
        .arg("--patterns")
        .arg(folder.path("x.csv"))
        .arg("--proof")
        .arg(folder.path("p.json"))
        .output()
        .expect("python3 runs the second checker, tools/verify.py");
    assert!(output.status.success(), "{output:?}");
    let said = String::from_utf8(output.stdout).unwrap();
    said.lines().last().unwrap().to_owned()
}

#[test]
fn what_follows_is_said_in_the_same_words_everywhere() {
    const CASES: [(&str, &str); 2] = [
        // No bit is wrong: optimal, whatever the bound.
        ("3", "hence optimal: no bit is wrong"),
        ("18", "hence optimal: no such network has fewer wrong bits"),
    ];
    for (count, conclusion) in CASES {
        let folder = Folder::new();
        folder.ok(&format!(
            "data random --shape 1x10 --count {count} --seed 2 -o x.csv"
        ));
        let trained =
            folder.ok("train x.csv --couplings directed -o net.safetensors --proof p.json");
        assert!(trained.contains(conclusion), "{trained}");
        let files = "net.safetensors --patterns x.csv --proof p.json";
        let verified = folder.ok(&format!("verify {files}"));
        assert_eq!(verified.lines().last(), Some(conclusion), "{verified}");
        let inspected = folder.ok(&format!("inspect {files}"));
        assert!(inspected.contains(conclusion), "{inspected}");
        assert_eq!(of_script(&folder), conclusion);
    }
}

#[test]
fn a_bound_of_zero_says_nothing_about_wrong_bits_that_are_there() {
    let given = Path::new(env!("CARGO_MANIFEST_DIR")).join("../proof/tests/conformance");
    let folder = Folder::new();
    for (from, to) in [
        ("tiny.safetensors", "net.safetensors"),
        ("tiny.csv", "x.csv"),
        ("valid-bound-zero.json", "p.json"),
    ] {
        folder.write(to, std::fs::read(given.join(from)).unwrap());
    }
    let said = folder.ok("verify net.safetensors --patterns x.csv --proof p.json");
    assert_eq!(
        said.lines().last(),
        Some("optimality is not claimed"),
        "{said}"
    );
    assert!(!said.contains("hence optimal"), "{said}");
    assert_eq!(of_script(&folder), "optimality is not claimed");
}

#[test]
fn a_lie_is_told_from_what_is_too_large_to_check() {
    let conformance = Path::new(env!("CARGO_MANIFEST_DIR")).join("../proof/tests/conformance");
    let folder = Folder::new();
    for name in [
        "directed.safetensors",
        "directed.csv",
        "bound-huge.json",
        "close-weight-too-large.json",
    ] {
        let bytes =
            std::fs::read(conformance.join(name)).expect("a file of the conformance folder");
        folder.write(name, bytes);
    }
    let verdict = |certificate: &str| {
        let files = "directed.safetensors --patterns directed.csv";
        let ran = folder.run(&format!("verify {files} --proof {certificate}"));
        (
            ran.code,
            ran.stdout.split(':').next().unwrap_or_default().to_owned(),
        )
    };
    assert_eq!(verdict("bound-huge.json"), (Some(1), "refused".to_owned()));
    let undecided = (Some(3), "undecided".to_owned());
    assert_eq!(verdict("close-weight-too-large.json"), undecided);
}
