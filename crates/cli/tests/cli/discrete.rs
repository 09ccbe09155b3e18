//! Ternary and integer weights on the real binary: wide margins, few weights where asked for, and an answer under a short limit.

use crate::folder::Folder;

fn report(folder: &Folder, line: &str) -> serde_json::Value {
    folder.ok(&format!("train {line} -o net.safetensors --report r.json"));
    serde_json::from_slice(&folder.read("r.json")).unwrap()
}

#[test]
fn ternary_weights_have_the_widest_margin_or_the_fewest_non_zeros() {
    let folder = Folder::new();
    folder.ok("data random --shape 1x8 --count 4 --seed 1 -o x.csv");
    let line = "x.csv --couplings directed --weights ternary";
    let wide = report(&folder, &format!("{line} --noise 0"));
    // Few enough choices to try them all: the margin is proven.
    assert_eq!(wide["margin_gap"], 0.0);
    let sparse = report(&folder, &format!("{line} --sparse"));
    assert_eq!(sparse["margin_gap"], serde_json::Value::Null);
    assert_eq!(wide["wrong_bits"], sparse["wrong_bits"]);
    let margin = |report: &serde_json::Value| report["margin"].as_f64().unwrap();
    assert!(margin(&wide) >= margin(&sparse));
    assert!(wide["nonzeros"].as_u64() >= sparse["nonzeros"].as_u64());
    folder.refused(
        &format!("train {line} --sparse=0.5 -o other.safetensors"),
        &["leave out the number"],
    );
}

#[test]
fn large_ternary_networks_answer_under_a_short_limit() {
    let folder = Folder::new();
    folder.ok("data random --shape 1x400 --count 10 --seed 1 -o x.npy");
    let answer = report(&folder, "x.npy --weights ternary --time-limit 1s");
    // Whatever the machine had time for, there is a network, and its wrong bits are counted.
    assert!(answer["wrong_bits"].as_u64().unwrap() <= 4000);
}
