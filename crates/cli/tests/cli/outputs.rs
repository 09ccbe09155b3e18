//! What is written where: no file of another kind is lost, and every file is named.

use crate::folder::Folder;

/// Patterns, damaged patterns and a network.
fn with_network() -> Folder {
    let folder = Folder::new();
    folder.ok("data random --shape 2x3 --count 2 -o x.csv");
    folder.ok("data x.csv --flip 1 -o cues.csv");
    folder.ok("train x.csv -o net.safetensors --shape 2x3 --proof p.json --report r.json");
    folder.ok("data x.csv --beside x.csv -o pairs.csv");
    folder.ok("train pairs.csv -o pairs.safetensors --halves 6");
    folder
}

/// Every command that writes a file, with the option that names it.
const WRITERS: [&str; 16] = [
    "compare x.csv --rule hebbian --repeats 1 -o FILE",
    "compare x.csv --rule hebbian --repeats 1 --picture FILE.svg",
    "associate pairs.safetensors cues.csv -o FILE.csv",
    "import net.safetensors -o FILE",
    "data x.csv -o FILE.csv",
    "data x.csv -o FILE.npy",
    "train x.csv -o FILE",
    "train x.csv -o new.safetensors --report FILE",
    "train x.csv -o new.safetensors --proof FILE",
    "recall net.safetensors cues.csv -o FILE.txt",
    "recall net.safetensors cues.csv -o new.csv --report FILE",
    "recall net.safetensors cues.csv -o new.csv --picture FILE.png",
    "inspect net.safetensors --report FILE",
    "inspect net.safetensors --picture FILE.png",
    "export x.csv --format lp -o FILE",
    "capacity random --shape 1x3 --patterns 1:1 --rule hebbian -o FILE",
];

/// The name of the file in the command's line.
fn file(line: &str) -> &str {
    let word = line.split(' ').find(|word| word.starts_with("FILE"));
    word.expect("a line that names the file")
}

#[test]
fn files_of_another_kind_are_not_overwritten_unasked() {
    let folder = with_network();
    let precious = "Dear diary,\nthis is no pattern.\n";
    for line in WRITERS {
        let name = file(line);
        for text in [precious, "{\"name\": \"package\"}", "a,b\n1,x\n"] {
            folder.write(name, text);
            folder.refused(line, &[name, "--force"]);
            assert_eq!(folder.read(name), text.as_bytes(), "{line}");
        }
        folder.ok(&format!("{line} --force"));
        assert_ne!(folder.read(name), b"a,b\n1,x\n", "{line}");
        // What is there now is of the right kind, and an empty file is of every kind.
        folder.ok(line);
        folder.write(name, "");
        folder.ok(line);
        std::fs::remove_file(folder.path(name)).expect("the file");
    }
}

#[test]
fn every_written_file_is_named_once() {
    let folder = with_network();
    for line in WRITERS {
        let said = folder.run(line).stderr;
        let wrote = format!("wrote {}\n", file(line));
        assert_eq!(said.matches(&wrote).count(), 1, "{line}: {said}");
        std::fs::remove_file(folder.path(file(line))).expect("the file");
    }
    // What went through a pipe is not said to be a file.
    assert_eq!(folder.run("data x.csv -o -").stderr, "");
}

#[test]
fn networks_of_other_programs_are_kept() {
    let folder = with_network();
    let header = br#"{"__metadata__":{"format":"pt"}}"#;
    let mut foreign = (header.len() as u64).to_le_bytes().to_vec();
    foreign.extend(header);
    folder.write("model.safetensors", &foreign);
    folder.refused("train x.csv -o model.safetensors", &["model.safetensors"]);
    assert_eq!(folder.read("model.safetensors"), foreign);
}

#[test]
fn the_demo_fits_a_terminal_and_its_files_a_folder() {
    let folder = Folder::new();
    let ran = folder.run("demo --count 10");
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let said = format!("{}{}", ran.stdout, ran.stderr);
    assert!(said.lines().count() < 24, "{said}");
    for line in said.lines() {
        assert!(line.chars().count() <= 80, "{line}");
    }
    for word in ["stored", "hebbian", "exact is optimal", "█"] {
        assert!(said.contains(word), "no `{word}` in {said}");
    }
    assert_eq!(folder.names(), ["attractor-demo"]);
    let made = |name: &str| folder.read(&format!("attractor-demo/{name}"));
    assert_eq!(made(".gitignore"), b"*\n");
    assert!(made("attractor-demo.png").starts_with(b"\x89PNG"));
    folder.ok("inspect attractor-demo/attractor-demo.safetensors");

    // Digits that no terminal holds are in the picture alone; a folder that was asked for is made and not hidden.
    let large = folder.ok("demo --count 10 --shape 28x28 -o own/folder");
    assert!(!large.contains('█'), "{large}");
    assert!(folder.path("own/folder/attractor-demo.png").exists());
    assert!(!folder.path("own/folder/.gitignore").exists());
}
