//! `attractor states`: every fixed point and cycle, and what it refuses.

use crate::folder::Folder;

/// A network that stores two patterns of five neurons, and their negatives.
fn with_network() -> Folder {
    let folder = Folder::new();
    folder.write("x.csv", "1,1,1,1,1\n1,-1,1,-1,1\n");
    folder.ok("train x.csv --rule pseudo-inverse -o net.safetensors");
    folder
}

#[test]
fn stored_patterns_are_found_among_all_states() {
    let folder = with_network();
    let said = folder.ok("states net.safetensors --patterns x.csv");
    assert!(said.contains("5 neurons, 32 states: "), "{said}");
    assert!(
        said.contains("2 of 2 stored patterns are fixed points"),
        "{said}"
    );
    for what in ["  pattern 0", "  pattern 1", "negative of pattern 0"] {
        assert!(said.contains(what), "{what}: {said}");
    }
    let fixed = folder.ok("states net.safetensors -o -");
    assert!(
        fixed.contains("1,1,1,1,1\n") && fixed.contains("-1,1,-1,1,-1\n"),
        "{fixed}"
    );
    folder.ok("states net.safetensors -o fixed.csv --threads 1");
    assert_eq!(String::from_utf8(folder.read("fixed.csv")).unwrap(), fixed);
    // What is fixed is recalled as it is.
    folder.ok("recall net.safetensors fixed.csv -o same.csv");
    assert_eq!(folder.read("same.csv"), folder.read("fixed.csv"));
}

#[test]
fn one_fixed_point_takes_all_states() {
    let folder = Folder::new();
    // Weights of zero: every state becomes −1.
    folder.write("x.csv", "1,1\n1,-1\n-1,1\n-1,-1\n");
    folder.ok("train x.csv --rule hebbian --couplings directed -o zero.safetensors");
    let said = folder.ok("states zero.safetensors");
    assert!(said.contains("4 states: 1 fixed point, no cycle"), "{said}");
    assert!(said.contains("100.00 %"), "{said}");
}

#[test]
fn what_cannot_be_visited_is_refused() {
    let folder = with_network();
    folder.ok("data random --shape 1x26 --count 1 -o large.csv");
    folder.ok("train large.csv --rule hebbian -o large.safetensors");
    folder.refused(
        "states large.safetensors",
        &["26 neurons", "at most 25", "basins"],
    );
    folder.refused(
        "states net.safetensors --patterns large.csv",
        &["--patterns", "26", "5"],
    );
    folder.refused("states net.safetensors -o x.xyz", &["x.xyz", ".npy"]);
    folder.refused(
        "states net.safetensors -o net.safetensors",
        &["is an input"],
    );
    folder.refused("states missing.safetensors", &["missing.safetensors"]);
    folder.refused("states x.csv", &["x.csv"]);
}
