//! Files as people have them: read right, or refused with what to do; what is left out is named.

use crate::folder::Folder;
use std::fs;
use std::path::Path;

/// A file among the reference data of the readers.
fn reference(name: &str) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../attractor/tests/data");
    fs::read(folder.join(name)).expect("reference data")
}

#[test]
fn folders_name_what_they_leave_out() {
    let folder = Folder::new();
    fs::create_dir_all(folder.path("scans/old")).expect("a folder");
    folder
        .write("scans/A.JPG", reference("jpeg/colour.jpg"))
        .write("scans/b.jpeg", reference("jpeg/grey.jpg"))
        .write("scans/c.bmp", "BM")
        .write("scans/readme.txt", "what was scanned");
    let ran = folder.run("data scans --shape 4x4 --binarise otsu -o x.npy");
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert_eq!(ran.stdout, "2 patterns of 16 neurons\n");
    for words in [
        "c.bmp (convert it to PNG)",
        "old (a folder)",
        "readme.txt (no PNG or JPEG",
    ] {
        assert!(ran.stderr.contains(words), "no `{words}` in {}", ran.stderr);
    }
    folder.write("scans/d.png", "no image");
    folder.refused(
        "data scans --shape 4x4 -o y.npy",
        &["d.png", "in no format"],
    );
}

#[test]
fn arrays_of_grey_values_need_a_threshold() {
    let folder = Folder::new();
    folder
        .write("rows.npy", reference("npz/grey_rows.npy"))
        .write("images.npy", reference("npz/grey.npy"))
        .write("pixels.csv", "0,10,200\n250,0,0\n")
        .write("bits.csv", "0,1\n")
        .write("one.npz", reference("npz/packed.npz"))
        .write("two.npz", reference("npz/two.npz"));
    folder.refused("data rows.npy -o y.npy", &["row 1, column 2", "threshold"]);
    folder.refused(
        "data bits.csv --binarise otsu -o y.npy",
        &["--binarise", "patterns already"],
    );
    folder.refused("data two.npz -o y.npy", &["2 arrays"]);
    let made = |line: &str| folder.ok(&format!("data {line} -o y.csv"));
    assert_eq!(
        made("rows.npy --binarise half"),
        "2 patterns of 12 neurons\n"
    );
    assert_eq!(
        made("rows.npy --binarise mean --shape 3x4"),
        "2 patterns of 12 neurons\n"
    );
    assert_eq!(made("images.npy --shape 2x2"), "2 patterns of 4 neurons\n");
    assert_eq!(
        made("pixels.csv --binarise 100"),
        "2 patterns of 3 neurons\n"
    );
    assert_eq!(folder.read("y.csv"), b"-1,-1,1\n1,-1,-1\n");
    assert_eq!(made("one.npz"), "3 patterns of 5 neurons\n");
}

#[test]
fn one_value_a_line_is_remarked_on() {
    let folder = Folder::new();
    folder.write("one.csv", "1\n0\n1\n");
    let ran = folder.run("data one.csv -o y.csv");
    assert_eq!(ran.code, Some(0));
    assert!(
        ran.stderr.contains("3 patterns of one neuron"),
        "{}",
        ran.stderr
    );
}

#[test]
fn text_that_is_no_table_is_quoted() {
    let folder = Folder::new();
    for (text, quoted) in [
        ("<!DOCTYPE html>\n<td>1</td>\n", "<td>1</td>"),
        ("x = [1 0 1; 0 1 1];\n", "x = [1 0 1"),
        ("#.#\n.#.\n", "#.#"),
        ("{\"patterns\": [[1, 0]]}", "{\"patterns\""),
    ] {
        folder.write("x.txt", text);
        folder.refused("data x.txt -o y.csv", &["x.txt", quoted, "1"]);
    }
}

/// A shell's script with `attractor` in it, in less memory than an endless input would fill.
#[cfg(target_os = "linux")]
fn shell(folder: &Folder, script: &str) -> crate::folder::Ran {
    use std::process::{Command, Stdio};
    let output = Command::new("bash")
        .args(["-c", &format!("ulimit -v 6000000; {script}")])
        .env("attractor", env!("CARGO_BIN_EXE_attractor"))
        .current_dir(folder.path("."))
        .stdin(Stdio::null())
        .output();
    crate::folder::Ran::from(output.expect("bash"), script)
}

#[cfg(target_os = "linux")]
#[test]
fn endless_inputs_are_refused() {
    let folder = Folder::new();
    folder.write("x.csv", "1,1,-1\n1,-1,1\n");
    folder.ok("train x.csv -o net.safetensors --proof p.json");
    for line in [
        "train /dev/zero -o n.safetensors",
        "recall /dev/zero x.csv -o r.csv",
        "recall net.safetensors /dev/urandom -o r.csv",
        "inspect /dev/urandom",
        "verify net.safetensors --patterns x.csv --proof /dev/zero",
        "classify fit /dev/zero --class c -o m.safetensors",
        "classify predict /dev/zero x.csv",
        "data digits8x8 --labels /dev/zero -o y.csv",
        "reproduce fig3 --config /dev/zero -o r",
    ] {
        let ran = shell(&folder, &format!("$attractor {line}"));
        assert_eq!(ran.code, Some(2), "{line}: {}", ran.stderr);
        assert!(ran.stderr.contains("/dev/"), "{line}: {}", ran.stderr);
    }
    // A pipe of text that never ends.
    let line = "$attractor reproduce fig3 --config <(yes '# no end') -o r";
    let ran = shell(&folder, line);
    assert_eq!(ran.code, Some(2), "{}", ran.stderr);
    assert!(ran.stderr.contains("more than"), "{}", ran.stderr);
}

#[cfg(target_os = "linux")]
#[test]
fn pipes_that_end_are_read() {
    let folder = Folder::new();
    folder.write("x.csv", "1,1,-1\n1,-1,1\n");
    folder.ok("train x.csv -o net.safetensors --proof p.json");
    folder.write("t.csv", "x,class\n1,a\n9,b\n1,a\n9,b\n");
    folder.ok("classify fit t.csv --class class -o m.safetensors");
    for script in [
        "$attractor train <(cat x.csv) -o n.safetensors",
        "$attractor recall <(cat net.safetensors) <(cat x.csv) -o r.csv",
        "$attractor verify <(cat net.safetensors) --patterns <(cat x.csv) --proof <(cat p.json)",
        "$attractor classify fit <(cat t.csv) --class class -o n.safetensors",
        "$attractor classify predict <(cat m.safetensors) <(cat t.csv) -o a.csv",
    ] {
        let ran = shell(&folder, script);
        assert_eq!(ran.code, Some(0), "{script}: {}", ran.stderr);
    }
}
