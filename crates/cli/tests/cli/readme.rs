//! The README's tour, command by command, as it stands there.

use crate::folder::Folder;
use std::fs;
use std::path::Path;

#[test]
fn the_tour_works() {
    let checkout = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let text = fs::read_to_string(checkout.join("README.md")).unwrap();
    let commands: Vec<&str> = text
        .split("```console\n")
        .skip(1)
        .filter_map(|rest| rest.split("```").next())
        .flat_map(str::lines)
        .collect();
    assert!(commands.len() > 10, "{commands:?}");
    let folder = Folder::new();
    let wine = "crates/lab/data/wine.csv";
    fs::create_dir_all(folder.path("crates/lab/data")).unwrap();
    fs::copy(checkout.join(wine), folder.path(wine)).unwrap();
    for command in commands {
        let line = command.strip_prefix("attractor ").expect(command);
        folder.ok(line);
    }
    for name in [
        "report.json",
        "repaired.npy",
        "recall.png",
        "recall.json",
        "weights.png",
        "digits.mps",
        "figures/report.html",
        "answers.csv",
        "curve.svg",
    ] {
        assert!(!folder.read(name).is_empty(), "{name}");
    }
}
