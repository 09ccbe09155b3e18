//! Certificates: lies are refused, and what follows from one is said in the same words by `train`, `verify`, `inspect` and the
//! script.

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

#[test]
fn a_proof_is_verified_and_a_lie_refused() {
    let folder = Folder::new();
    folder.ok("data random --shape 1x10 --count 18 --seed 2 -o x.csv");
    for couplings in ["directed", "symmetric"] {
        let stdout = folder.ok(&format!(
            "train x.csv --couplings {couplings} -o net.safetensors --proof p.json --time-limit 3s"
        ));
        assert!(stdout.contains("certified"), "{stdout}");
        let verify = "verify net.safetensors --patterns x.csv --proof p.json";
        let stdout = folder.ok(verify);
        assert!(stdout.contains("recounted exactly"), "{stdout}");
        // The certificate of one pattern set says nothing about another.
        folder.ok("data random --shape 1x10 --count 18 --seed 3 -o y.csv");
        let ran = folder.run("verify net.safetensors --patterns y.csv --proof p.json");
        assert_eq!(ran.code, Some(1), "{}", ran.stderr);
        assert!(ran.stdout.contains("refused"), "{}", ran.stdout);
    }
}

#[test]
fn only_what_can_be_certified_is_offered_a_certificate() {
    let folder = Folder::new();
    folder.write("x.csv", "1,1,-1,-1\n1,-1,1,-1\n");
    let text = |flags: &str| folder.ok(&format!("train x.csv -o n.safetensors {flags}"));
    assert!(text("").contains("--proof writes a certificate"));
    for flags in ["--formulation big-m", "--rule pseudo-inverse"] {
        assert!(!text(flags).contains("--proof"), "{flags}");
    }
    // Rules that prove nothing do not pretend to a gap.
    folder.ok("data random --shape 1x10 --count 30 -o many.csv");
    let hebb = folder.ok("train many.csv --rule hebbian -o n.safetensors");
    assert!(
        hebb.contains("proves no bound") && !hebb.contains("gap"),
        "{hebb}"
    );
}

#[test]
fn what_is_certified_is_said_everywhere() {
    let folder = Folder::new();
    folder.ok("data random --shape 1x10 --count 18 --seed 2 -o x.csv");
    let train = "train x.csv --couplings directed -o net.safetensors --report r.json";
    let stdout = folder.ok(train);
    assert!(stdout.contains("not certified"), "{stdout}");
    let report = |key: &str| {
        let report: serde_json::Value = serde_json::from_slice(&folder.read("r.json")).unwrap();
        report[key].clone()
    };
    assert_eq!(report("certified"), false);
    assert!(
        folder
            .ok("inspect net.safetensors")
            .contains("not certified")
    );

    let stdout = folder.ok(&format!("{train} --proof p.json"));
    assert!(stdout.contains("; hence optimal: "), "{stdout}");
    assert_eq!(report("certified"), true);
    assert_eq!(report("certified_bound"), report("wrong_bits"));
    assert!(
        folder
            .ok("inspect net.safetensors")
            .contains("certified when trained")
    );
    let inspect = "inspect net.safetensors --patterns x.csv --proof p.json";
    assert!(folder.ok(inspect).contains("certified, checked now"));

    // A certificate of another network is refused, by `inspect` in words and by `verify` with its exit code.
    folder.ok("train x.csv --rule hebbian --couplings directed -o net.safetensors");
    let said = folder.ok(inspect);
    assert!(
        said.contains("not certified: the certificate is refused: stored.network_sha256"),
        "{said}"
    );
    let ran = folder.run("verify net.safetensors --patterns x.csv --proof p.json");
    assert_eq!(ran.code, Some(1));
    assert!(
        ran.stdout.starts_with("refused: stored.network_sha256: "),
        "{}",
        ran.stdout
    );
    folder.write("p.json", "{");
    folder.refused(
        "verify net.safetensors --patterns x.csv --proof p.json",
        &["p.json"],
    );
}

#[test]
fn exhaustive_claims_about_discrete_weights_are_marked() {
    let folder = Folder::new();
    folder.ok("data random --shape 1x6 --count 9 --seed 2 -o x.csv");
    let stdout = folder
        .ok("train x.csv --couplings directed --weights ternary -o net.safetensors --proof p.json");
    assert!(stdout.contains("certified"), "{stdout}");
    let said = folder.ok("verify net.safetensors --patterns x.csv --proof p.json");
    assert!(said.contains("exhaustive"), "{said}");
    // 3^40 weights a neuron are too many to be tried again.
    folder.ok("data random --shape 1x41 --count 60 --seed 2 -o y.csv");
    let stdout = folder.ok(
        "train y.csv --couplings directed --weights ternary -o net.safetensors --proof p.json --time-limit 1s",
    );
    assert!(!stdout.contains("hence optimal:"), "{stdout}");
}

/// The bound does not wait for the search for networks, not even on one thread, and the answer is that of two threads.
#[test]
fn one_thread_proves_what_two_threads_prove() {
    let folder = Folder::new();
    folder.write("x.csv", "-1,1,-1\n1,1,-1\n");
    folder.write("mask.csv", "0,1,0\n1,0,0\n0,0,0\n");
    let networks = [1, 2].map(|threads| {
        folder.ok(&format!(
            "train x.csv --mask mask.csv --threads {threads} --time-limit 300s -o w.safetensors --report r.json"
        ));
        let report: serde_json::Value = serde_json::from_slice(&folder.read("r.json")).unwrap();
        assert_eq!(report["status"], "optimal", "{threads} threads");
        assert_eq!(report["lower_bound"], 4, "{threads} threads");
        folder.read("w.safetensors")
    });
    assert!(networks[0] == networks[1]);
}
