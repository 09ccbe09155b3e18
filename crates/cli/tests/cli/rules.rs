//! `--rule` with `--set`, `attractor rules`, and the patterns that show what rules can do.

use crate::folder::Folder;

fn with_patterns() -> Folder {
    let folder = Folder::new();
    folder.ok("data random --shape 1x20 --count 8 -o x.npy");
    folder
}

#[test]
fn settings_reach_the_rule_and_the_file() {
    let folder = with_patterns();
    let train = |set: &str| {
        folder.ok(&format!(
            "train x.npy --rule dreaming {set} -o net.safetensors --force"
        ));
        folder.ok("inspect net.safetensors")
    };
    let shown = train("--set t=2.5");
    assert!(shown.contains("2.5"), "{shown}");
    assert_ne!(train("--set t=0"), shown);
}

#[test]
fn settings_are_refused_before_any_work() {
    let folder = with_patterns();
    let refused = |flags: &str, words: &[&str]| {
        folder.refused(
            &format!("train missing.npy {flags} -o n.safetensors"),
            words,
        );
    };
    refused("--rule dreaming --set hope=1", &["hope", "it has t"]);
    refused("--rule hebbian --set t=1", &["`t`", "it has none"]);
    refused("--rule dreaming --set t", &["KEY=VALUE"]);
    refused("--rule dreaming --set t=-1", &["`t`", "at least 0", "-1"]);
    refused("--rule minover --set steps=1.5", &["whole number", "1.5"]);
    refused("--rule dreaming --set t=1 --set t=2", &["twice"]);
    refused("--set t=1", &["--set t=1", "exact"]);
}

#[test]
fn every_rule_says_what_it_is() {
    let folder = Folder::new();
    let listed = folder.ok("rules");
    let rules: serde_json::Value = serde_json::from_str(&folder.ok("rules --json")).unwrap();
    let rules = rules.as_array().unwrap();
    assert_eq!(rules[0]["name"], "exact");
    for rule in rules {
        for key in ["name", "summary", "best_at", "cost", "source", "couplings"] {
            let words = rule[key].as_str().unwrap();
            assert!(
                !words.is_empty() && listed.contains(words),
                "{key}: {words}"
            );
        }
        for setting in rule["settings"].as_array().unwrap() {
            let (name, default) = (&setting["name"], &setting["default"]);
            let shown = format!("{}={}", name.as_str().unwrap(), default.as_str().unwrap());
            assert!(listed.contains(&shown), "{shown}");
        }
    }
}

#[test]
fn a_storage_curve_takes_the_settings_of_one_rule() {
    let folder = Folder::new();
    let capacity = "capacity random --shape 1x16 --patterns 9:9 --repeats 2 -o c.csv";
    let curve = |flags: &str| {
        folder.ok(&format!("{capacity} --force {flags}"));
        folder.read("c.csv")
    };
    let awake = curve("--rule dreaming --set t=0");
    assert_ne!(awake, curve("--rule dreaming --set t=1000"));
    let refused = |flags: &str, words: &[&str]| {
        folder.refused(&format!("{capacity} {flags}"), words);
    };
    refused("--rule dreaming --set hope=1", &["hope", "it has t"]);
    refused("--rule dreaming,hebbian --set t=1", &["--set t=1", "alone"]);
    refused("--rule exact --set t=1", &["--set t=1"]);
}

/// Hillar and Tran: more patterns than neurons, and all stored, symmetric with biases.
#[test]
fn cliques_are_stored() {
    let folder = Folder::new();
    folder.ok("data cliques --vertices 6 -o cliques.npy");
    let rule = "--rule minimum-probability-flow";
    let told = folder.ok(&format!(
        "train cliques.npy {rule} --bias -o net.safetensors"
    ));
    assert!(told.contains("20 patterns of 15 neurons") && told.contains("0 wrong bits"));
    folder.refused("data cliques -o c.npy", &["--vertices"]);
    folder.refused("data cliques --vertices 7 -o c.npy", &["even", "7"]);
    folder.refused("data cliques --vertices 400 -o c.npy", &["24", "400"]);
    folder.refused(
        "data cliques --vertices 6 --shape 3x5 -o c.npy",
        &["--shape"],
    );
    folder.refused(
        "data mnist --shape 9x9 --vertices 6 -o c.npy",
        &["--vertices"],
    );
}
