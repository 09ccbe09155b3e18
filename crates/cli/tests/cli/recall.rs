//! `attractor recall`: its defaults, its report and its picture.

use crate::folder::Folder;
use serde_json::Value;

fn report(folder: &Folder, name: &str) -> Value {
    serde_json::from_slice(&folder.read(name)).expect("JSON")
}

/// Two neurons that follow each other: updated at once they swap, one after another they settle.
fn with_pair(couplings: &str) -> Folder {
    let folder = Folder::new();
    folder.write("x.csv", "1,1\n-1,-1\n");
    folder.write("cue.csv", "1,-1\n");
    folder.ok(&format!(
        "train x.csv -o net.safetensors --couplings {couplings}"
    ));
    folder
}

#[test]
fn symmetric_couplings_settle_by_default() {
    let folder = with_pair("symmetric");
    let said = folder.ok("recall net.safetensors cue.csv -o r.csv");
    assert!(
        said.contains("asynchronous updates: 1 reached a fixed point, 0 a 2-cycle"),
        "{said}"
    );
    let said = folder.ok("recall net.safetensors cue.csv -o r.csv --update synchronous");
    assert!(
        said.contains("synchronous updates: 0 reached a fixed point, 1 a 2-cycle"),
        "{said}"
    );
    folder.ok("recall net.safetensors cue.csv -o r.csv --order random --seed 3");
    let directed = with_pair("directed");
    let said = directed.ok("recall net.safetensors cue.csv -o r.csv");
    assert!(said.contains(" synchronous updates: 0 reached"), "{said}");
    directed.refused(
        "recall net.safetensors cue.csv -o s.csv --order fixed",
        &["--order", "--update asynchronous"],
    );
}

#[test]
fn the_report_says_where_each_cue_ended() {
    let folder = with_pair("symmetric");
    folder.write("x.csv", "1,1\n");
    folder.write("cues.csv", "1,1\n-1,-1\n1,-1\n");
    let line = "recall net.safetensors cues.csv -o r.csv --report r.json";
    folder.ok(&format!("{line} --patterns x.csv --update synchronous"));
    let found = report(&folder, "r.json");
    let of = |key: &str| -> Vec<Value> {
        let cues = found["per_cue"].as_array().expect("a list");
        cues.iter().map(|cue| cue[key].clone()).collect()
    };
    assert_eq!(of("ending"), ["stored", "negative", "cycle"]);
    assert_eq!(of("cycle_length"), [Value::Null, Value::Null, 2.into()]);
    assert_eq!(of("nearest"), [0, 0, 0]);
    assert_eq!(of("overlap"), [1.0, -1.0, 0.0]);
    assert_eq!(of("steps"), [0, 0, 0]);
    assert_eq!(of("wrong_bits"), vec![Value::Null; 3]);
    let energies: Vec<f64> = of("energy").iter().filter_map(Value::as_f64).collect();
    assert!(energies[0] < 0.0 && energies[0] == energies[1] && energies[2] == -energies[0]);
    assert_eq!(found["update"], "synchronous");
    assert_eq!(found["endings"]["negative"], 1);
    assert_eq!(found["recalled_exactly"], Value::Null);

    folder.write("truth.csv", "1,1\n1,1\n1,1\n");
    folder.ok(&format!("{line} --expect truth.csv"));
    let found = report(&folder, "r.json");
    assert_eq!(found["update"], "asynchronous");
    assert_eq!(found["per_cue"][1]["wrong_bits"], 2);
    assert_eq!(found["per_cue"][1]["ending"], "negative");
    // Without any patterns a fixed point is no more than that.
    folder.ok(line);
    let found = report(&folder, "r.json");
    assert_eq!(found["per_cue"][0]["ending"], "fixed-point");
    assert_eq!(found["per_cue"][0]["nearest"], Value::Null);
}

#[test]
fn directed_couplings_have_cycles_and_no_energy() {
    let folder = with_pair("directed");
    folder.ok("recall net.safetensors cue.csv -o r.csv --report r.json");
    let found = report(&folder, "r.json");
    assert_eq!(found["per_cue"][0]["energy"], Value::Null);
    assert_eq!(found["per_cue"][0]["ending"], "cycle");
}

#[test]
fn a_picture_has_the_shape_of_the_network() {
    let folder = Folder::new();
    folder.ok("data random --shape 3x4 --count 30 -o x.npy");
    folder.ok("data x.npy --flip 2 --erase 1 -o cues.npy");
    folder.ok("train x.npy --rule hebbian -o plain.safetensors");
    folder.ok("train x.npy --rule hebbian -o shaped.safetensors --shape 3x4");
    folder.ok("train x.npy --rule hebbian -o field.safetensors --shape 3x4 --receptive-field 1");
    let recall = |network: &str, flags: &str| {
        format!("recall {network}.safetensors cues.npy -o r.npy --picture r.png {flags}")
    };
    folder.ok(&recall("field", ""));
    folder.ok(&recall("shaped", ""));
    let plain = folder.read("r.png");
    folder.ok(&recall("shaped", "--expect x.npy"));
    let compared = folder.read("r.png");
    // Both dimensions stand at bytes 16 to 23 of a PNG file; the truth is one more row of images for each block.
    let size = |png: &[u8], at: usize| u32::from_be_bytes(png[at..at + 4].try_into().unwrap());
    assert!(size(&compared, 20) > size(&plain, 20));
    assert!(size(&compared, 16) > size(&plain, 16));
    folder.ok(&recall("plain", "--shape 4x3"));
    std::fs::remove_file(folder.path("r.png")).expect("the picture");
    std::fs::remove_file(folder.path("r.npy")).expect("the states");
    folder.refused(&recall("plain", ""), &["--shape", "12 neurons"]);
    folder.refused(&recall("plain", "--shape 5x5"), &["5x5", "12 neurons"]);
}

#[test]
fn blocks_and_clamped_neurons_are_obeyed() {
    let folder = with_pair("symmetric");
    let recall = |flags: &str| {
        let said = folder.ok(&format!("recall net.safetensors cue.csv -o r.csv {flags}"));
        (said, String::from_utf8(folder.read("r.csv")).unwrap())
    };
    // Both at once is synchronous, one at a time asynchronous.
    let (said, _) = recall("--update block:2");
    assert!(
        said.contains("block updates: 0 reached a fixed point, 1 a 2-cycle"),
        "{said}"
    );
    let (said, _) = recall("--update block:1 --order random --seed 2");
    assert!(said.contains("1 reached a fixed point"), "{said}");
    assert_eq!(recall("--clamp 1").1, "-1,-1\n");
    folder.write("mask.csv", "1,0\n");
    assert_eq!(recall("--clamp-mask mask.csv").1, "1,1\n");
    assert_eq!(recall("--clamp 0:1").1, "1,-1\n");
    folder.write("unknown.csv", "?,1\n");
    for (line, words) in [
        ("cue.csv --clamp 2", ["neuron 2", "2 neurons"]),
        ("cue.csv --clamp 1:0", ["1:0", "range"]),
        ("cue.csv --clamp x", ["`x`", "range"]),
        ("unknown.csv --clamp 0", ["cue 0", "neuron 0"]),
        ("cue.csv --clamp-mask x.csv", ["--clamp-mask", "one of 2"]),
        ("cue.csv --update block:0", ["block:0", "at least 1"]),
        ("cue.csv --beta -1", ["--beta", "-1"]),
        ("cue.csv --beta nan", ["--beta", "NaN"]),
        ("cue.csv --beta 1 --order random", ["--beta", "--order"]),
        ("cue.csv --trace", ["--trace", "--report"]),
        ("cue.csv --seed 1", ["--seed", "--beta"]),
    ] {
        folder.refused(&format!("recall net.safetensors {line} -o s.csv"), &words);
    }
}

#[test]
fn a_temperature_has_a_mean_overlap_and_steps_can_be_listed() {
    let folder = Folder::new();
    folder.ok("data random --shape 1x60 --count 1 -o x.csv");
    folder.ok("train x.csv --rule hebbian -o net.safetensors");
    let line = "recall net.safetensors x.csv -o r.csv --report r.json --patterns x.csv";
    let mean = |beta: f64| {
        folder.ok(&format!("{line} --beta {beta} --max-steps 200 --seed 4"));
        let found = report(&folder, "r.json");
        assert_eq!(
            (&found["update"], &found["beta"]),
            (&"glauber".into(), &beta.into())
        );
        assert_eq!(found["per_cue"][0]["ending"], "sampled");
        assert_eq!(found["per_cue"][0]["energies"], Value::Null);
        found["per_cue"][0]["mean_overlap"].as_f64().unwrap()
    };
    // Hebb's weights of one pattern: m = tanh(beta N m), nothing below beta = 1/N.
    assert!((mean(2.0 / 60.0) - 0.957).abs() < 0.02);
    assert!(mean(0.2 / 60.0).abs() < 0.1);

    folder.ok("data x.csv --flip 5 -o cue.csv");
    folder.ok("recall net.safetensors cue.csv -o r.csv --report r.json --expect x.csv --trace");
    let found = report(&folder, "r.json");
    let cue = &found["per_cue"][0];
    assert_eq!(found["beta"], Value::Null);
    let steps = cue["steps"].as_u64().unwrap() as usize;
    let overlaps = cue["overlaps"].as_array().unwrap();
    assert_eq!(
        (overlaps.len(), cue["energies"].as_array().unwrap().len()),
        (steps + 1, steps + 1)
    );
    assert_eq!(overlaps.last(), Some(&1.0.into()));
    assert_eq!(cue["energies"][steps], cue["energy"]);
}
