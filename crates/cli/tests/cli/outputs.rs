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
    folder.write("t.csv", "x,class\n1,a\n9,b\n1,a\n9,b\n");
    folder.ok("classify fit t.csv --class class --rule hebbian -o m.safetensors");
    folder
}

/// Every command that writes a file, with the option that names it.
const WRITERS: [&str; 20] = [
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
    "classify fit t.csv --class class --rule hebbian -o FILE",
    "classify predict m.safetensors t.csv -o FILE",
    "classify cross-validate t.csv --class class --rule hebbian --folds 2 -o FILE",
    "classify cross-validate t.csv --class class --rule hebbian --folds 2 --predictions FILE",
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
        let ran = folder.run(line);
        let said = ran.stderr + &ran.stdout;
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

#[cfg(target_os = "linux")]
#[test]
fn a_limit_on_file_sizes_is_an_error_message() {
    let folder = Folder::new();
    folder.ok("data random --shape 1x64 --count 4 -o x.csv");
    let train = "train x.csv --rule hebbian -o net.safetensors";
    folder.ok(train);
    let old = folder.read("net.safetensors");
    let limited = std::process::Command::new("bash")
        .args(["-c", &format!("ulimit -f 8; \"$attractor\" {train}")])
        .env("attractor", env!("CARGO_BIN_EXE_attractor"))
        .current_dir(folder.path("."))
        .output();
    let ran = crate::folder::Ran::from(limited.expect("bash"), train);
    assert_eq!(ran.code, Some(2), "{}", ran.stderr);
    for words in ["net.safetensors", "File too large"] {
        assert!(ran.stderr.contains(words), "no `{words}` in {}", ran.stderr);
    }
    assert_eq!(folder.read("net.safetensors"), old);
    assert_eq!(folder.names(), ["net.safetensors", "x.csv"]);
}

#[cfg(target_os = "linux")]
#[test]
fn a_killed_process_leaves_no_temporary_file_for_long() {
    let folder = Folder::new();
    let mut writer = folder
        .command("data random --shape 1x10000 --count 3000 -o large.npy")
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::null())
        .spawn()
        .expect("the binary starts");
    let part = |name: &String| name.starts_with(".attractor-");
    // The temporary file may come and go between two looks; then there is nothing to clean up.
    while writer.try_wait().expect("a child").is_none() && !folder.names().iter().any(part) {
        std::thread::sleep(std::time::Duration::from_micros(200));
    }
    writer.kill().expect("a child");
    writer.wait().expect("a child");
    folder.ok("data random --shape 1x3 --count 2 -o x.csv");
    assert!(!folder.names().iter().any(part), "{:?}", folder.names());
}
