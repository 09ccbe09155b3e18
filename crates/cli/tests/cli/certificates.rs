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
    const CASES: [(&str, &str, &str); 4] = [
        // No bit is wrong: optimal without a bound, whatever the rule.
        ("3", "exact", "hence optimal: no bit is wrong"),
        ("1", "hebbian", "hence optimal: no bit is wrong"),
        (
            "18",
            "exact",
            "hence optimal: no such network has fewer wrong bits",
        ),
        // A bound of 0 says nothing about wrong bits that are there.
        ("18", "hebbian", "optimality is not claimed"),
    ];
    for (count, rule, conclusion) in CASES {
        let folder = Folder::new();
        folder.ok(&format!(
            "data random --shape 1x10 --count {count} --seed 2 -o x.csv"
        ));
        let trained = folder.ok(&format!(
            "train x.csv --rule {rule} --couplings directed -o net.safetensors --proof p.json"
        ));
        assert!(trained.contains(conclusion), "{trained}");
        let files = "net.safetensors --patterns x.csv --proof p.json";
        let verified = folder.ok(&format!("verify {files}"));
        assert_eq!(verified.lines().last(), Some(conclusion), "{verified}");
        let inspected = folder.ok(&format!("inspect {files}"));
        assert!(inspected.contains(conclusion), "{inspected}");
        assert_eq!(of_script(&folder), conclusion);
        for said in [&trained, &verified, &inspected] {
            let optimal = said.contains("hence optimal");
            assert_eq!(optimal, conclusion.starts_with("hence optimal"), "{said}");
        }
    }
}
