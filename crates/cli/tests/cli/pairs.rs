//! Pairs of patterns, and memories that grow: `data --beside`, `train --halves` and `--start`, `associate`.

use crate::folder::Folder;

/// Four pairs of 12 and 5 neurons.
fn with_pairs() -> Folder {
    let folder = Folder::new();
    folder.ok("data random --shape 3x4 --count 4 --seed 1 -o x.csv");
    folder.ok("data random --shape 1x5 --count 4 --seed 2 -o y.csv");
    folder.ok("data x.csv --beside y.csv -o pairs.csv");
    folder
}

#[test]
fn pairs_are_recalled_from_either_half() {
    let folder = with_pairs();
    for kind in ["directed", "symmetric"] {
        folder.ok(&format!(
            "train pairs.csv --halves 12 --couplings {kind} -o net.safetensors"
        ));
        let said = folder
            .run("associate net.safetensors x.csv -o out.csv --expect y.csv")
            .stdout;
        assert!(said.contains("4 of 4 recalled exactly"), "{kind}: {said}");
        assert_eq!(folder.read("out.csv"), folder.read("y.csv"));
    }
    folder.ok("associate net.safetensors y.csv --from second --steps 1 -o back.csv");
    let back = String::from_utf8(folder.read("back.csv")).expect("text");
    assert_eq!(back.lines().count(), 4);
}

#[test]
fn what_does_not_fit_is_refused() {
    let folder = with_pairs();
    folder.ok("data x.csv --drop 0 -o three.csv");
    folder.ok("train x.csv -o plain.safetensors");
    folder.ok("train pairs.csv --halves 12 -o net.safetensors");
    for (line, words) in [
        (
            "data three.csv --beside y.csv -o o.csv",
            "3 first halves and 4 second",
        ),
        ("data x.csv --append y.csv -o o.csv", "5 neurons"),
        ("data x.csv --drop 4 -o o.csv", "counted from 0 to 3"),
        ("data x.csv --drop 0,1,2,3 -o o.csv", "none of the 4"),
        ("train pairs.csv --halves 17 -o o.safetensors", "--halves"),
        (
            "train pairs.csv --halves 12 --shape 1x17 -o o.safetensors",
            "--shape",
        ),
        ("associate plain.safetensors x.csv -o o.csv", "--halves"),
        (
            "associate net.safetensors y.csv -o o.csv",
            "first half has 12",
        ),
        (
            "associate net.safetensors x.csv --steps 0 -o o.csv",
            "--steps",
        ),
        (
            "associate net.safetensors x.csv -o o.csv --expect x.csv",
            "--expect",
        ),
        (
            "train x.csv --start net.safetensors -o o.safetensors",
            "17 neurons",
        ),
        (
            "train x.csv --start plain.safetensors --rule hebbian -o o.safetensors",
            "--start",
        ),
        (
            "train x.csv --start missing.safetensors -o o.safetensors",
            "missing.safetensors",
        ),
    ] {
        folder.refused(line, &[words]);
    }
}

#[test]
fn a_memory_grows_and_shrinks() {
    let folder = with_pairs();
    folder.ok("data random --shape 3x4 --count 14 --seed 3 -o more.csv");
    folder.ok("data x.csv --append more.csv -o all.csv");
    folder.ok("data all.csv --drop 1,5 -o others.csv");
    let train = "train --couplings directed --report r.json -o";
    folder.ok(&format!("{train} few.safetensors x.csv"));
    let counted = |line: &str| {
        folder.ok(line);
        let report: serde_json::Value =
            serde_json::from_slice(&folder.read("r.json")).expect("a report");
        (
            report["wrong_bits"].clone(),
            report["lower_bound"].clone(),
            report["status"].clone(),
        )
    };
    for patterns in ["all.csv", "others.csv"] {
        let scratch = counted(&format!("{train} net.safetensors {patterns}"));
        let grown = counted(&format!(
            "{train} net.safetensors {patterns} --start few.safetensors"
        ));
        assert_eq!(grown, scratch, "{patterns}");
    }
}
