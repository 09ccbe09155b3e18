//! Networks for a microcontroller on the real binary, and the page that shows how one is made.

use crate::folder::Folder;
use std::fs;
use std::path::Path;

/// A ternary network of 32 neurons and its four patterns.
fn with_network() -> Folder {
    let folder = Folder::new();
    folder.ok("data random --shape 1x32 --count 4 --seed 1 -o x.npy");
    folder.ok("train x.npy -o net.safetensors --weights ternary --couplings directed");
    folder
}

#[test]
fn a_network_becomes_a_header_a_module_or_a_binary() {
    let folder = with_network();
    let said = folder.ok("export net.safetensors --patterns x.npy --format c -o tiny-net.h");
    for word in [
        "ternary weights in 256 bytes",
        "4 patterns are stored",
        "may break besides, lost",
    ] {
        assert!(said.contains(word), "{word}: {said}");
    }
    let header = String::from_utf8(folder.read("tiny-net.h")).unwrap();
    for word in [
        "tiny_net_self_test",
        "#define TINY_NET_NEURONS 32u",
        "Network SHA-256: ",
        "Certificate: none",
        "Guarantee: all 4 patterns",
    ] {
        assert!(header.contains(word), "{word}: {header}");
    }
    assert!(!header.contains('@'), "{header}");
    folder.ok("export net.safetensors --format rust -o net.rs");
    let module = String::from_utf8(folder.read("net.rs")).unwrap();
    assert!(module.contains("Guarantee: unknown") && !module.contains('@'));
    folder.ok("export net.safetensors --patterns x.npy --format bin -o net.bin");
    let packed = folder.read("net.bin");
    // Header, weights, and a state of one word five times a vector: three of each pattern and four more.
    assert_eq!(packed.len(), 4 * 26 + 256 + 4 * 5 * (3 * 4 + 4));
    // Each overwrites its own kind and no other.
    folder.ok("export net.safetensors --format bin -o net.bin");
    folder.ok("export net.safetensors --format c --name other -o tiny-net.h");
    folder.refused(
        "export net.safetensors --format c -o net.rs",
        &["is not a C header of a network", "--force"],
    );
    // The same network, patterns and seed give the same file.
    let again =
        folder.ok("export net.safetensors --patterns x.npy --format c --name tiny_net -o -");
    assert_eq!(again, header);
}

#[test]
fn a_certificate_stands_in_the_header() {
    let folder = with_network();
    folder
        .ok("train x.npy -o net.safetensors --weights ternary --couplings directed --proof p.json");
    let header = folder.ok("export net.safetensors --patterns x.npy --format c -o -");
    assert!(header.contains("Certificate SHA-256: "), "{header}");
}

#[test]
fn what_cannot_be_exported_is_refused_with_a_sentence() {
    let folder = with_network();
    folder.refused(
        "export net.safetensors --format mps -o m.mps",
        &["`net.safetensors` is a network", "--format c, rust or bin"],
    );
    folder.refused(
        "export x.npy --format c -o m.h",
        &[
            "`x.npy` holds patterns",
            "attractor train",
            "--format mps or lp",
        ],
    );
    folder.refused("export none.npy --format c -o m.h", &["none.npy"]);
    folder.refused("export none.npy --format mps -o m.mps", &["none.npy"]);
    for option in [
        "--compact",
        "--epsilon 0.1",
        "--couplings directed",
        "--bias",
    ] {
        folder.refused(
            &format!("export net.safetensors --format rust -o m.rs {option}"),
            &["belong to --format mps and lp"],
        );
    }
    for option in ["--patterns x.npy", "--name a", "--seed 3"] {
        folder.refused(
            &format!("export x.npy --format lp -o m.lp {option}"),
            &["belong to --format c, rust and bin"],
        );
    }
    for name in ["7up", "_", "a-b", "ä"] {
        folder.refused(
            &format!("export net.safetensors --format c -o m.h --name {name}"),
            &["--name", "begins with a letter"],
        );
    }
    folder.ok("data random --shape 1x8 --count 3 -o eight.npy");
    folder.refused(
        "export net.safetensors --format c -o m.h --patterns eight.npy",
        &["--patterns has patterns of 8 neurons, the network has 32"],
    );
    folder.ok("train eight.npy -o real.safetensors");
    folder.refused(
        "export real.safetensors --format c -o m.h",
        &[
            "real.safetensors",
            "is no whole number",
            "--weights ternary",
        ],
    );
}

/// The page "From patterns to a chip", its commands of `attractor` as they stand there; `.ci/embedded` runs the others.
#[test]
fn from_patterns_to_a_chip() {
    let checkout = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let page = fs::read_to_string(checkout.join("docs/chip.md")).unwrap();
    let blocks = page.split("```console\n").skip(1);
    let lines = blocks.filter_map(|rest| rest.split("```").next());
    let folder = Folder::new();
    let mut commands = 0;
    for line in lines.flat_map(str::lines) {
        if let Some(command) = line.strip_prefix("attractor ") {
            folder.ok(command);
            commands += 1;
        }
    }
    assert!(commands > 5);
    // The example has the header that the page makes. Another way to the same proof is another certificate.
    let header = |bytes: Vec<u8>| {
        let text = String::from_utf8(bytes).unwrap();
        let lines = text.lines().filter(|line| !line.contains("Certificate"));
        lines.map(str::to_owned).collect::<Vec<String>>()
    };
    let shown = header(fs::read(checkout.join("examples/embedded/glyphs.h")).unwrap());
    assert!(
        header(folder.read("glyphs.h")) == shown,
        "examples/embedded/glyphs.h is another: copy the one that docs/chip.md makes, and run `make glyphs && ./glyphs > expected.txt`"
    );
}
