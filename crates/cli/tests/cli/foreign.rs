//! Weights of other programs: read where a network is meant, and imported.

use crate::folder::Folder;

/// A `.npy` file of real numbers.
pub(crate) fn npy(rows: usize, values: &[f64]) -> Vec<u8> {
    let columns = values.len() / rows;
    let header =
        format!("{{'descr': '<f8', 'fortran_order': False, 'shape': ({rows}, {columns}), }}\n");
    let mut file = b"\x93NUMPY\x01\x00".to_vec();
    file.extend((header.len() as u16).to_le_bytes());
    file.extend(header.bytes());
    file.extend(values.iter().flat_map(|value| value.to_le_bytes()));
    file
}

/// One pattern (1, −1, 1) by Hebb's rule, with the diagonal that NumPy's outer product has.
const OUTER: [f64; 9] = [1.0, -1.0, 1.0, -1.0, 1.0, -1.0, 1.0, -1.0, 1.0];

#[test]
fn weights_of_another_program_are_imported_and_recalled_with() {
    let folder = Folder::new();
    folder.write("W.npy", npy(3, &OUTER));
    folder.write("b.npy", npy(1, &[0.0, 0.0, 0.5]));
    folder.write("cue.csv", "0,-1,1\n");
    for line in ["import W.npy -o n.safetensors", "inspect W.npy"] {
        folder.refused(line, &["W.npy", "neuron 0", "--diagonal drop"]);
    }
    let said = folder.run("import W.npy --diagonal drop --biases b.npy -o n.safetensors");
    assert!(
        said.stdout
            .contains("symmetric network of 3 neurons, 6 weights"),
        "{}",
        said.stdout
    );
    folder.ok("recall n.safetensors cue.csv --update synchronous -o out.csv");
    assert_eq!(folder.read("out.csv"), b"1,-1,1\n");
    let mut zero = OUTER;
    (0..3).for_each(|i| zero[4 * i] = 0.0);
    folder.write("Z.npy", npy(3, &zero));
    folder.ok("recall Z.npy cue.csv --update synchronous -o other.csv");
    assert_eq!(folder.read("other.csv"), b"1,-1,1\n");
    folder.ok("inspect Z.npy --patterns out.csv");
    zero[1] = -0.5;
    folder.write("Z.npy", npy(3, &zero));
    let said = folder.run("import Z.npy -o z.safetensors").stdout;
    assert!(
        said.contains("directed") && said.contains("differ by up to 5.000e-1"),
        "{said}"
    );
}

#[test]
fn what_is_no_network_is_refused() {
    let folder = Folder::new();
    folder.write("W.npy", npy(1, &OUTER));
    folder.write("S.npy", npy(3, &OUTER));
    folder.write("b.npy", npy(1, &[0.0; 4]));
    folder.write("x.csv", "1,-1\n");
    folder.refused("import W.npy -o n.safetensors", &["W.npy", "1x9"]);
    folder.refused(
        "import S.npy --biases b.npy -o n.safetensors",
        &["b.npy", "4 biases"],
    );
    folder.refused(
        "import S.npy --diagonal drop --shape 2x2 -o n.safetensors",
        &["--shape 2x2"],
    );
    folder.refused("import x.csv -o n.safetensors", &["x.csv", "safetensors"]);
    folder.refused("import missing.npy -o n.safetensors", &["missing.npy"]);
}
