//! `attractor basins`: its table and picture, and what it refuses.

use crate::folder::Folder;

fn with_network() -> Folder {
    let folder = Folder::new();
    folder.ok("data random --shape 4x5 --count 3 -o x.csv");
    folder.ok("train x.csv --rule pseudo-inverse --shape 4x5 -o net.safetensors");
    folder
}

/// The columns of the CSV table, line by line.
fn table(folder: &Folder) -> Vec<Vec<String>> {
    let text = String::from_utf8(folder.read("b.csv")).unwrap();
    let lines = text.lines().skip(1);
    lines
        .map(|line| line.split(',').map(str::to_owned).collect())
        .collect()
}

#[test]
fn basins_are_measured_by_flips_erasures_and_blocks() {
    let folder = with_network();
    let line = "basins net.safetensors --patterns x.csv --repeats 3 -o b.csv";
    let said = folder.ok(&format!("{line} --picture b.svg"));
    assert!(
        said.contains("certain") && said.contains("3 of 3"),
        "{said}"
    );
    let svg = String::from_utf8(folder.read("b.svg")).unwrap();
    assert!(svg.contains("random flips") && svg.contains("block of an image erased"));
    let all = table(&folder);
    for kind in ["flips", "erasures", "block"] {
        assert!(all.iter().any(|row| row[0] == kind), "{kind}");
    }
    // Undamaged patterns are recalled, and every cue ended somewhere.
    assert_eq!(all[0][..6], ["flips", "0", "0", "9", "9", "1.000000"]);
    for row in &all {
        let number = |k: usize| row[k].parse::<usize>().unwrap();
        assert_eq!(
            number(4) + (8..14).map(number).sum::<usize>(),
            number(3),
            "{row:?}"
        );
    }
    // The same again with other threads; another seed draws other cues.
    let first = folder.read("b.csv");
    folder.ok(&format!("{line} --threads 1"));
    assert_eq!(folder.read("b.csv"), first);
    folder.ok(&format!("{line} --seed 1"));
    assert_ne!(folder.read("b.csv"), first);

    folder.ok(&format!(
        "{line} --flips 1:5:2 --update block:3 --order random"
    ));
    let sizes: Vec<String> = table(&folder)
        .into_iter()
        .map(|row| row[1].clone())
        .collect();
    assert_eq!(sizes, ["1", "3", "5"]);
    folder.ok(&format!(
        "{line} --blocks 2:2 --update synchronous --picture b.png"
    ));
    assert_eq!(table(&folder)[0][2], "4");
    let shown = folder.ok("basins net.safetensors --patterns x.csv --repeats 1 -o -");
    assert!(shown.starts_with("damage,size,entries"), "{shown}");
}

#[test]
fn what_makes_no_sense_is_refused() {
    let folder = with_network();
    let line = "basins net.safetensors --patterns x.csv";
    for (flags, words) in [
        ("--flips 0:21", ["--flips", "20"]),
        ("--blocks 1:5", ["--blocks", "4x5"]),
        ("--flips 5:1", ["5:1", "FROM:TO"]),
        ("--erasures 1:2:0", ["1:2:0", "FROM:TO"]),
        ("--shape 3x3", ["3x3", "20 neurons"]),
        ("--repeats 0", ["--repeats", "at least 1"]),
        ("--repeats 999999999", ["cues", "--repeats"]),
        ("--picture b.gif", ["b.gif", ".svg"]),
        ("--update sideways", ["sideways", "block:SIZE"]),
        ("--update block:0", ["block:0", "at least 1"]),
        (
            "--update synchronous --order random",
            ["--order", "synchronous"],
        ),
        ("-o net.safetensors", ["net.safetensors", "is an input"]),
    ] {
        folder.refused(&format!("{line} {flags}"), &words);
    }
    folder.ok("data random --shape 1x6 --count 2 -o six.csv");
    folder.refused(
        "basins net.safetensors --patterns six.csv",
        &["--patterns", "6", "20"],
    );
    folder.refused("basins net.safetensors", &["--patterns"]);
    folder.ok("train six.csv --rule hebbian -o six.safetensors");
    folder.refused(
        "basins six.safetensors --patterns six.csv --blocks 1:2",
        &["--blocks", "--shape"],
    );
}
