//! The examples that `--help` shows, run as they stand there.

use crate::folder::Folder;
use crate::foreign::npy;
use std::fs;

/// Commands whose examples take moments.
const COMMANDS: [&str; 13] = [
    "data",
    "train",
    "recall",
    "associate",
    "basins",
    "states",
    "compare",
    "novelty",
    "import",
    "inspect",
    "rules",
    "export",
    "verify",
];

/// What the examples take for granted.
fn with_files() -> Folder {
    let folder = Folder::new();
    for line in [
        "data mnist --shape 9x9 --count 8 --distinct -o digits.npy",
        "data mnist --shape 9x9 --skip 100 --count 2 -o more.npy",
        "data random --shape 1x8 --count 8 -o names.npy",
        "data digits.npy --flip 3 -o damaged.npy",
        "data digits.npy --flip 3 -o damaged.csv",
        "data digits.npy --beside names.npy -o pairs.npy",
        "train digits.npy -o memory.safetensors --shape 9x9 --proof proof.json",
        "import memory.safetensors -o model.safetensors",
        "data random --shape 1x12 --count 2 -o tiny.npy",
        "train tiny.npy -o tiny.safetensors --weights ternary --couplings directed",
        "inspect memory.safetensors --picture weights.png",
    ] {
        folder.ok(line);
    }
    folder.write("W.npy", npy(2, &[0.0, 1.0, 1.0, 0.0]));
    folder.write("b.npy", npy(1, &[0.5, -0.5]));
    folder
}

/// A folder with the same files, so that one command's examples do not see what another's wrote.
fn copy(files: &Folder) -> Folder {
    let folder = Folder::new();
    for entry in fs::read_dir(files.path("")).expect("the folder") {
        let name = entry.expect("a file").file_name();
        let name = name.to_str().expect("a name");
        folder.write(name, files.read(name));
    }
    fs::create_dir(folder.path("scans")).expect("a folder");
    folder.write("scans/a.png", files.read("weights.png"));
    folder
}

/// The lines below `Examples:`, each whole though help is cut to the width of a terminal.
fn examples(help: &str) -> Vec<String> {
    let below = help.split("Examples:\n").nth(1).expect("examples");
    let block = below.split("\n\n").next().unwrap_or_default();
    let mut lines: Vec<String> = Vec::new();
    for line in block.lines() {
        match (line.strip_prefix("  attractor "), lines.last_mut()) {
            (Some(example), _) => lines.push(example.to_owned()),
            (None, Some(last)) => *last = format!("{last} {}", line.trim()),
            (None, None) => panic!("{help}"),
        }
    }
    lines
}

#[test]
fn examples_run_as_they_stand() {
    let files = with_files();
    for command in COMMANDS {
        let folder = copy(&files);
        if command == "states" {
            folder.ok("data random --shape 1x12 --count 2 -o x.npy");
            folder.ok("train x.npy -o memory.safetensors");
        }
        let examples = examples(&folder.ok(&format!("{command} --help")));
        assert!(examples.len() > 1, "{command}");
        for example in examples {
            folder.ok(&example);
        }
    }
}
