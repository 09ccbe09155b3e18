//! `--rule` with `--set`, and `attractor rules`.

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
