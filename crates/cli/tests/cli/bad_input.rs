//! Each bad input, on the real binary: exit code 2, a message that says what and where, nothing written, no panic.

use crate::folder::{Folder, data};

/// A version 1.0 .npy file of this type and shape.
fn npy(descr: &str, shape: &str, data: &[u8]) -> Vec<u8> {
    let mut header =
        format!("{{'descr': '{descr}', 'fortran_order': False, 'shape': {shape}, }}").into_bytes();
    while (10 + header.len() + 1) % 64 != 0 {
        header.push(b' ');
    }
    header.push(b'\n');
    let mut file = b"\x93NUMPY\x01\x00".to_vec();
    file.extend((header.len() as u16).to_le_bytes());
    file.extend(header);
    file.extend(data);
    file
}

/// An IDX file of unsigned bytes.
fn idx(sizes: &[u32], data: &[u8]) -> Vec<u8> {
    let mut file = vec![0, 0, 8, sizes.len() as u8];
    for size in sizes {
        file.extend(size.to_be_bytes());
    }
    file.extend(data);
    file
}

/// A folder with three patterns of four neurons, and a network that stores them.
fn with_network() -> Folder {
    let folder = Folder::new();
    folder.write("x.csv", "1,1,-1,-1\n1,-1,1,-1\n-1,1,1,-1\n");
    folder.ok("train x.csv --rule hebbian -o net.safetensors");
    folder
}

#[test]
fn no_file() {
    let folder = Folder::new();
    folder.refused(
        "train missing.npy -o n.safetensors",
        &["missing.npy", "No such file"],
    );
    folder.refused("inspect missing.safetensors", &["missing.safetensors"]);
    folder.refused("data missing --shape 3x3 -o x.npy", &["missing", "mnist"]);
}

#[test]
fn empty_file() {
    let folder = with_network();
    for name in [
        "e.npy",
        "e.csv",
        "e.txt",
        "e.idx",
        "e.png",
        "e.safetensors",
        "e.csv.gz",
    ] {
        folder.write(name, "");
        folder.refused(&format!("train {name} -o n.safetensors"), &[name]);
        folder.refused(&format!("recall {name} x.csv -o r.npy"), &[name]);
    }
    folder.write("blank.csv", "\n\n  \n");
    folder.refused("train blank.csv -o n.safetensors", &["blank.csv"]);
}

#[test]
fn ragged_rows() {
    let folder = Folder::new();
    folder.write("x.csv", "1,-1,1\n1,-1\n");
    folder.refused("train x.csv -o n.safetensors", &["x.csv", "2"]);
}

#[test]
fn other_values() {
    let folder = Folder::new();
    folder.write("two.csv", "1,-1\n2,1\n");
    folder.refused("train two.csv -o n.safetensors", &["two.csv", "2"]);
    folder.write("half.csv", "1,-1\n0.5,1\n");
    folder.refused("train half.csv -o n.safetensors", &["half.csv", "0.5"]);
    folder.write("word.csv", "1,-1\nyes,1\n");
    folder.refused("train word.csv -o n.safetensors", &["word.csv", "yes"]);
    folder.write(
        "three.npy",
        npy("<i8", "(1, 2)", &[1u64, 3].map(u64::to_le_bytes).concat()),
    );
    folder.refused("train three.npy -o n.safetensors", &["three.npy", "3"]);
    // Unknown entries belong into cues, not into patterns.
    folder.write("unknown.csv", "1,-1\n0,1\n");
    folder.refused("train unknown.csv -o n.safetensors", &["unknown.csv", "0"]);
}

#[test]
fn not_a_number() {
    let folder = Folder::new();
    folder.write("nan.csv", "1,-1\nnan,1\n");
    folder.refused("train nan.csv -o n.safetensors", &["nan.csv"]);
    let values = [1.0, f64::NAN].map(f64::to_le_bytes).concat();
    folder.write("nan.npy", npy("<f8", "(1, 2)", &values));
    folder.refused("train nan.npy -o n.safetensors", &["nan.npy"]);
    let values = [1.0, f64::INFINITY].map(f64::to_le_bytes).concat();
    folder.write("inf.npy", npy("<f8", "(1, 2)", &values));
    folder.refused("train inf.npy -o n.safetensors", &["inf.npy"]);
}

#[test]
fn one_pattern_and_one_neuron_are_no_errors() {
    let folder = Folder::new();
    folder.write("pattern.csv", "1,-1,1,1\n");
    folder.write("neuron.csv", "1\n-1\n");
    for rule in ["exact", "hebbian", "pseudo-inverse"] {
        folder.ok(&format!("train pattern.csv --rule {rule} -o p.safetensors"));
        folder.ok("recall p.safetensors pattern.csv -o r.csv");
        let stdout = folder.ok(&format!("train neuron.csv --rule {rule} -o n.safetensors"));
        assert!(stdout.contains("2 wrong bits"), "{stdout}");
    }
}

#[test]
fn truncated_files() {
    let folder = with_network();
    folder.write("x.npy", &npy("|i1", "(2, 3)", &[1, 255, 1, 1])[..]);
    folder.refused("train x.npy -o n.safetensors", &["x.npy"]);
    folder.write("header.npy", &npy("|i1", "(2, 3)", &[])[..40]);
    folder.refused("train header.npy -o n.safetensors", &["header.npy"]);
    folder.write("x.idx", idx(&[2, 2, 2], &[0, 1, 1, 0, 1]));
    folder.refused("train x.idx -o n.safetensors", &["x.idx"]);
    folder.write("header.idx", &idx(&[2, 2, 2], &[])[..9]);
    folder.refused("train header.idx -o n.safetensors", &["header.idx"]);
    let network = folder.read("net.safetensors");
    for length in [4, 20, network.len() - 1] {
        folder.write("cut.safetensors", &network[..length]);
        folder.refused("inspect cut.safetensors", &["cut.safetensors"]);
    }
    folder.ok("inspect net.safetensors --picture net.png");
    let picture = folder.read("net.png");
    folder.write("cut.png", &picture[..picture.len() / 2]);
    folder.refused("data cut.png --shape 2x2 -o y.npy", &["cut.png"]);
    let zipped = std::fs::read(data("mnist-labels-idx1-ubyte.gz")).unwrap();
    folder.write("cut.gz", &zipped[..1000]);
    folder.refused("data cut.gz --shape 2x2 -o y.npy", &["cut.gz"]);
}

#[test]
fn wrong_shape() {
    let folder = Folder::new();
    folder.write("x.csv", "1,1,-1,-1\n");
    folder.refused(
        "train x.csv --shape 3x3 -o n.safetensors",
        &["3x3", "9", "4"],
    );
    folder.refused(
        "train x.csv --shape 4 -o n.safetensors",
        &["--shape", "HEIGHTxWIDTH"],
    );
    folder.refused("train x.csv --shape 0x4 -o n.safetensors", &["--shape"]);
    folder.write("cube.npy", npy("|i1", "(1, 1, 2, 2)", &[1, 1, 1, 1]));
    folder.refused("train cube.npy -o n.safetensors", &["cube.npy"]);
    folder.write("m.csv", "0,1\n1,0\n");
    folder.refused(
        "train x.csv --mask m.csv -o n.safetensors",
        &["m.csv", "2x2", "4x4"],
    );
    folder.write("self.csv", "1,1,1,1\n".repeat(4));
    folder.refused("train x.csv --mask self.csv -o n.safetensors", &["itself"]);
}

#[test]
fn sizes_that_do_not_match() {
    let folder = with_network();
    folder.write("cue.csv", "1,-1\n");
    folder.refused(
        "recall net.safetensors cue.csv -o r.npy",
        &["cue.csv", "2", "4"],
    );
    folder.refused("inspect net.safetensors --patterns cue.csv", &["2", "4"]);
}

#[test]
fn unwritable_output() {
    let folder = with_network();
    folder.refused(
        "train x.csv -o no/such/folder/n.safetensors",
        &["no/such/folder"],
    );
    folder.refused(
        "train x.csv -o n.safetensors --report no/r.json",
        &["no/r.json"],
    );
    folder.refused("train x.csv -o .", &["folder"]);
    folder.refused("train x.csv -o x.csv", &["x.csv", "input"]);
    folder.refused(
        "recall net.safetensors x.csv -o net.safetensors",
        &["input"],
    );
    folder.refused("train x.csv -o same --report same", &["same"]);
    folder.refused("demo -o x.csv", &["x.csv"]);
    assert_eq!(folder.read("x.csv").len(), 30);
}

#[test]
#[cfg(target_os = "linux")]
fn full_disk() {
    let folder = with_network();
    for line in [
        "train x.csv --rule hebbian -o /dev/full",
        "recall net.safetensors x.csv -o /dev/full",
        "data mnist --shape 3x3 --count 2 -o /dev/full",
        "export x.csv --format mps -o /dev/full",
    ] {
        folder.refused(line, &["/dev/full", "No space left"]);
    }
    let full = std::fs::File::options()
        .write(true)
        .open("/dev/full")
        .unwrap();
    let output = folder.command("rules").stdout(full).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("standard output"));
}

#[test]
fn unknown_names() {
    let folder = with_network();
    folder.refused(
        "train x.csv --rule hopeful -o n.safetensors",
        &["hopeful", "hebbian"],
    );
    folder.refused(
        "train x.csv --weights many -o n.safetensors",
        &["many", "ternary"],
    );
    folder.refused(
        "train x.csv --weights integer:0 -o n.safetensors",
        &["integer:0"],
    );
    folder.refused(
        "train x.csv --couplings loose -o n.safetensors",
        &["loose", "directed"],
    );
    folder.refused(
        "train x.csv --ties maybe -o n.safetensors",
        &["maybe", "strict"],
    );
    folder.refused("train x.csv --time-limit soon -o n.safetensors", &["soon"]);
    folder.refused(
        "train x.csv --formulation small-m -o n.safetensors",
        &["small-m", "big-m"],
    );
    folder.refused("export x.csv --format xls -o m.mps", &["xls", "mps"]);
    folder.refused(
        "recall net.safetensors x.csv --update never -o r.npy",
        &["never"],
    );
    folder.refused(
        "data mnist --shape 3x3 --binarise odd -o y.npy",
        &["odd", "otsu"],
    );
    folder.refused("data mnist --shape 3x3 -o y.xyz", &["y.xyz", ".npy"]);
    folder.refused("completions tcsh", &["tcsh"]);
    folder.refused("fly", &["fly"]);
}

#[test]
fn contradictory_flags() {
    let folder = with_network();
    let train = |flags: &str, words: &[&str]| {
        folder.refused(&format!("train x.csv -o n.safetensors {flags}"), words);
    };
    train("--epsilon 0.1", &["--epsilon", "big-m"]);
    train("--big-m 7", &["--big-m"]);
    train("--solver microlp", &["--solver", "big-m"]);
    train("--rule hebbian --keep-diagonal", &["diagonal", "hebbian"]);
    train("--formulation big-m --epsilon -1", &["epsilon", "-1"]);
    train("--keep-diagonal", &["--keep-diagonal"]);
    train(
        "--rule hebbian --formulation big-m",
        &["--formulation", "hebbian"],
    );
    train(
        "--rule hebbian --weights ternary",
        &["--weights", "hebbian"],
    );
    train("--rule hebbian --sparse", &["--sparse", "hebbian"]);
    train(
        "--rule hebbian --time-limit 3s",
        &["--time-limit", "hebbian"],
    );
    train("--rule hebbian --proof p.json", &["--proof", "exact"]);
    train("--formulation big-m --proof p.json", &["--proof"]);
    train("--receptive-field 3", &["--shape"]);
    train("--shape 2x2 --receptive-field -1", &["receptive"]);
    train("--shape 2x2 --receptive-field 1 --mask x.csv", &["--mask"]);
    train("--sparse=2", &["--sparse"]);
    train("--noise 0.5", &["--noise", "0.5"]);
    train("--noise -0.1", &["--noise", "-0.1"]);
    train("--noise NaN", &["--noise"]);
    train("--erased 1", &["--erased", "1"]);
    train(
        "--repair-rounds 5 --sparse",
        &["--repair-rounds", "--sparse"],
    );
    train("--repair-rounds 5 --rule hebbian", &["--repair-rounds"]);
    train("--noise 0.1 --sparse", &["--noise", "--sparse"]);
    train("--noise 0.1 --rule hebbian", &["--noise", "hebbian"]);
    train("--erased 0.1 --rule hebbian", &["--erased", "hebbian"]);
    train("--noise 0.1 --formulation big-m", &["--noise", "big-M"]);
    folder.refused(
        "export x.csv --format mps --noise 0.1 -o x.mps",
        &["--noise", "big-M"],
    );
    train("--threads 0", &["--threads"]);
    folder.refused("data mnist --shape 3x3 --seed 4 -o y.npy", &["--seed"]);
    folder.refused(
        "data random --shape 3x3 --count 4 --binarise otsu -o y.npy",
        &["--binarise"],
    );
    folder.refused(
        "recall net.safetensors x.csv -o r.npy --seed 3",
        &["--seed"],
    );
    folder.refused("train - --mask - -o n.safetensors", &["standard input"]);
}

#[test]
fn absurd_sizes() {
    let folder = Folder::new();
    let huge = idx(&[1 << 20, 1 << 20, 1 << 20], &[0; 16]);
    folder.write("huge.idx", huge);
    folder.refused("train huge.idx -o n.safetensors", &["huge.idx"]);
    folder.refused("data huge.idx --shape 3x3 -o y.npy", &["huge.idx"]);
    folder.write("huge.npy", npy("|i1", "(1152921504606846976, 1)", &[1]));
    folder.refused("train huge.npy -o n.safetensors", &["huge.npy"]);
    folder.write("wrap.npy", npy("|i1", "(4294967296, 4294967296)", &[1]));
    folder.refused("train wrap.npy -o n.safetensors", &["wrap.npy"]);
    // A row that can be read, of more neurons than any address space has weights for.
    let neurons = 5_000_000;
    let row = npy("|i1", &format!("(1, {neurons})"), &vec![1; neurons]);
    folder.write("wide.npy", row);
    for rule in ["exact", "hebbian", "pseudo-inverse"] {
        folder.refused(
            &format!("train wide.npy --rule {rule} -o n.safetensors"),
            &["5000000 neurons", "memory"],
        );
    }
    // A safetensors header of 2^60 bytes.
    folder.write("huge.safetensors", (1u64 << 60).to_le_bytes());
    folder.refused("inspect huge.safetensors", &["huge.safetensors"]);
    folder.refused(
        "data random --shape 65536x65536 --count 9 -o y.npy",
        &["65536"],
    );
    folder.refused(
        "data random --shape 9x9 --count 99999999999999 -o y.npy",
        &["99999999999999"],
    );
    folder.refused(
        "data mnist --shape 3x3 --count 20000 -o y.npy",
        &["20000", "10000"],
    );
    folder.write("x.csv", "1,-1\n");
    folder.refused(
        "train x.csv -o n.safetensors --threads 1000000",
        &["--threads"],
    );
}

#[test]
fn weights_of_another_version() {
    let folder = with_network();
    let mut network = folder.read("net.safetensors");
    let version = b"\"format_version\":\"1\"";
    let at = network
        .windows(version.len())
        .position(|bytes| bytes == version)
        .expect("a network file says its version");
    network[at + version.len() - 2] = b'3';
    folder.write("newer.safetensors", network);
    for line in [
        "inspect newer.safetensors",
        "recall newer.safetensors x.csv -o r.npy",
    ] {
        folder.refused(line, &["newer.safetensors", "version `3`"]);
    }
    folder.write("not.safetensors", b"\x02\0\0\0\0\0\0\0{}");
    folder.refused("inspect not.safetensors", &["not.safetensors"]);
}

#[test]
fn certificates_that_are_none() {
    let folder = with_network();
    let verify = |proof: &str, words: &[&str]| {
        let line = format!("verify net.safetensors --patterns x.csv --proof {proof}");
        folder.refused(&line, words);
    };
    verify("missing.json", &["missing.json", "No such file"]);
    folder.write("empty.json", "");
    verify("empty.json", &["empty.json"]);
    folder.write("other.json", "{\"format\": \"recipe\", \"version\": 3}");
    verify("other.json", &["other.json", "recipe"]);
    folder.write("deep.json", "[".repeat(1 << 20));
    verify("deep.json", &["deep.json"]);
}

#[test]
fn options_that_nothing_would_obey() {
    let folder = Folder::new();
    let capacity = "capacity random --shape 2x3 -o c.csv --rule";
    folder.refused("inspect n.safetensors --search-radii", &["--patterns"]);
    let inspect = "inspect n.safetensors --patterns x.csv";
    folder.refused(
        &format!("{inspect} --search-radii=0"),
        &["--search-radii", "at least 1"],
    );
    folder.refused(&format!("{inspect} --time-limit 5s"), &["--search-radii"]);
    folder.refused(
        &format!("{capacity} hebbian --radius 2"),
        &["--radius", "exact-receptive"],
    );
    folder.refused(
        &format!("{capacity} exact-receptive --radius -1"),
        &["--radius", "-1"],
    );
    folder.refused(
        &format!("{capacity} hebbian --time-limit 5s"),
        &["--time-limit", "hebbian"],
    );
    folder.refused(&format!("{capacity} hebbian,hebbian"), &["twice"]);
    folder.write("t.csv", "a,b,class\n1,2,x\n2,1,y\n1,3,x\n2,2,y\n");
    let fit = "classify fit t.csv --class class -o m.safetensors";
    folder.refused(
        &format!("{fit} --rule hebbian --time-limit 5s"),
        &["--time-limit", "hebbian"],
    );
    folder.refused(&format!("{fit} --ignore class"), &["--ignore", "class"]);
    folder.write("x.csv", "1,1,-1,-1\n1,-1,1,-1\n");
    for weights in ["ternary", "binary", "integer:3"] {
        folder.refused(
            &format!("train x.csv -o n.safetensors --sparse=0.5 --weights {weights}"),
            &["--sparse", weights],
        );
    }
    folder.ok("train x.csv -o n.safetensors --sparse --weights ternary --formulation big-m");
}

#[test]
fn a_picture_is_named_for_what_it_is() {
    let folder = with_network();
    folder.refused(
        "inspect net.safetensors --picture w.svg",
        &["w.svg", ".png"],
    );
    let recall = "recall net.safetensors x.csv -o r.csv --shape 2x2";
    folder.refused(&format!("{recall} --picture r.jpg"), &["r.jpg", ".png"]);
    folder.ok(&format!("{recall} --picture r.PNG"));
}

#[test]
fn counts_say_what_is_left() {
    let folder = Folder::new();
    let data = "data mnist --shape 4x4 -o x.npy --skip";
    folder.refused(
        &format!("{data} 9999 --count 2"),
        &["--skip 9999 leaves 1 of the 10000", "2 are wanted"],
    );
    folder.refused(
        &format!("{data} {} --count 2", u64::MAX),
        &["leaves 0 of the 10000"],
    );
    folder.refused(&format!("{data} -1"), &["'-1'", "--skip"]);
    folder.refused("capacity mnits --shape 4x4 -o c.csv", &["mnits", "mnist"]);
}

#[test]
fn causes_are_said_once() {
    let folder = with_network();
    folder.write("binary.csv", [0x93, 0xff, 0x00, b'\n']);
    let fit = |table: &str| format!("classify fit {table} --class c -o m.safetensors");
    folder.write("none.json", "none");
    let verify = "verify net.safetensors --patterns x.csv --proof none.json".to_owned();
    for (line, cause) in [(fit("binary.csv"), "a binary file"), (verify, "at line 1")] {
        folder.refused(&line, &[cause]);
        let error = folder.run(&line).stderr;
        let (head, tail) = error.trim_end().rsplit_once(": ").expect(&error);
        assert!(!head.ends_with(tail), "{error}");
    }
    folder.write("empty.csv", "");
    folder.refused(&fit("empty.csv"), &["empty.csv", "no rows"]);
}

#[test]
fn numbers_are_never_hundreds_of_digits() {
    let folder = Folder::new();
    folder.write(
        "huge.npy",
        npy(
            "<f8",
            "(1, 2)",
            &[1.0, 1e300].map(f64::to_le_bytes).concat(),
        ),
    );
    folder.refused("train huge.npy -o n.safetensors", &["`1e300`"]);
    folder.write("x.csv", "1,1,-1,-1\n1,-1,1,-1\n");
    let text =
        folder.ok("train x.csv -o n.safetensors --formulation big-m --epsilon 1e-30 --big-m 1");
    assert!(text.contains("epsilon 1.000e-30"), "{text}");
}
