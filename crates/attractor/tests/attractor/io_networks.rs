//! Network files: round trips, bytes as the safetensors crate sees them, and files that lie.

use attractor::io::{Metadata, NetworkFile};
use attractor::{Couplings, Network, Shape, Status, Symmetry, Ties};
use proptest::prelude::*;
use rand::{Rng, RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use safetensors::{Dtype, SafeTensors, tensor::TensorView};
use serde_json::json;
use std::collections::HashMap;

/// A random network with these couplings.
fn network(couplings: &Couplings, self_coupling: bool, rng: &mut ChaCha8Rng) -> Network {
    let n = couplings.neurons();
    let mut weights = vec![0.0; n * n];
    for i in 0..n {
        for j in 0..n {
            let mirror = couplings.is_symmetric() && j < i;
            if mirror {
                weights[i * n + j] = weights[j * n + i];
            } else if couplings.allows(i, j) || i == j && self_coupling {
                weights[i * n + j] = rng.random_range(-1.0..1.0);
            }
        }
    }
    let biases = (0..n).map(|_| rng.random_range(-1.0..1.0)).collect();
    if self_coupling {
        return Network::with_self_coupling(couplings.symmetry(), weights, biases).unwrap();
    }
    Network::new(couplings.symmetry(), weights, biases).unwrap()
}

fn couplings(kind: usize, symmetry: Symmetry, rng: &mut ChaCha8Rng) -> Couplings {
    let shape = Shape {
        height: rng.random_range(1..5),
        width: rng.random_range(1..5),
    };
    let n = shape.neurons();
    match kind {
        0 => Couplings::full(n, symmetry).unwrap(),
        1 => Couplings::receptive_field(shape, 1.5, symmetry).unwrap(),
        _ => {
            let draw: Vec<u64> = (0..n * n).map(|_| rng.next_u64()).collect();
            let mask = (0..n * n).map(|k| {
                let (i, j) = (k / n, k % n);
                let pair = if symmetry == Symmetry::Symmetric {
                    i.min(j) * n + i.max(j)
                } else {
                    k
                };
                i != j && draw[pair].is_multiple_of(2)
            });
            Couplings::from_mask(n, symmetry, mask.collect()).unwrap()
        }
    }
}

fn full_metadata(n: usize) -> Metadata {
    let mut metadata = Metadata::new("exact", Ties::Negative);
    metadata
        .options
        .insert("time_limit".to_owned(), json!(60.5));
    metadata
        .options
        .insert("weights".to_owned(), json!("integer:3"));
    metadata.seed = Some(u64::MAX);
    metadata.shape = Some(Shape {
        height: 1,
        width: n,
    });
    metadata.status = Some(Status::Interrupted);
    metadata.wrong_bits = Some(7);
    metadata.lower_bound = Some(4);
    metadata.patterns_sha256 = Some("0123456789abcdef".repeat(4));
    metadata
}

proptest! {
    #[test]
    fn networks_survive(kind in 0usize..3, directed in any::<bool>(), own in any::<bool>(), all in any::<bool>(), seed in any::<u64>()) {
        let rng = &mut ChaCha8Rng::seed_from_u64(seed);
        let symmetry = if directed { Symmetry::Directed } else { Symmetry::Symmetric };
        let couplings = couplings(kind, symmetry, rng);
        let network = network(&couplings, own, rng);
        let n = network.neurons();
        let metadata = if all { full_metadata(n) } else { Metadata::new("hebbian", Ties::Strict) };
        let file = NetworkFile::new(network, couplings, metadata).unwrap();
        let bytes = file.to_bytes();
        prop_assert_eq!(&NetworkFile::from_bytes("net", &bytes).unwrap(), &file);
        prop_assert_eq!(&file.to_bytes(), &bytes);
        let seen = SafeTensors::deserialize(&bytes).unwrap();
        let weights = seen.tensor("weights").unwrap();
        // The metadata name whole weights, and where there is no weight that is true.
        let dtype = if all && file.network().nonzeros() == 0 { Dtype::I8 } else { Dtype::F64 };
        prop_assert_eq!((weights.dtype(), weights.shape()), (dtype, &[n, n][..]));
        if dtype == Dtype::F64 {
            let numbers: Vec<f64> = weights.data().chunks_exact(8).map(|b| f64::from_le_bytes(b.try_into().unwrap())).collect();
            prop_assert_eq!(&numbers[..], file.network().weights());
        }
        prop_assert_eq!(seen.tensor("mask").is_ok(), kind == 2);
    }

    #[test]
    fn damaged_network_files_never_panic(place in any::<prop::sample::Index>(), byte in any::<u8>(), cut in any::<prop::sample::Index>(), seed in any::<u64>()) {
        let rng = &mut ChaCha8Rng::seed_from_u64(seed);
        let couplings = couplings((seed % 3) as usize, Symmetry::Symmetric, rng);
        let network = network(&couplings, false, rng);
        let n = network.neurons();
        let mut bytes = NetworkFile::new(network, couplings, full_metadata(n)).unwrap().to_bytes();
        let shorter = cut.index(bytes.len());
        prop_assert!(NetworkFile::from_bytes("net", &bytes[..shorter]).is_err());
        let at = place.index(bytes.len());
        bytes[at] = byte;
        let _ = NetworkFile::from_bytes("net", &bytes);
    }
}

/// A file of two neurons as the safetensors crate writes it, with some metadata replaced (empty: left out).
fn forged(changes: &[(&str, &str)], weights: &[f64], shape: &[usize]) -> Vec<u8> {
    let mut entries: HashMap<String, String> = [
        ("format_version", "1"),
        ("version", "0.1.0"),
        ("rule", "exact"),
        ("ties", "strict"),
        ("options", "{}"),
        ("symmetry", "symmetric"),
        ("self_coupling", "false"),
        ("couplings", "full"),
        ("couplings_symmetry", "symmetric"),
    ]
    .map(|(key, value)| (key.to_owned(), value.to_owned()))
    .into();
    for (key, value) in changes {
        entries.insert((*key).to_owned(), (*value).to_owned());
    }
    entries.retain(|_, value| !value.is_empty());
    let weights: Vec<u8> = weights.iter().flat_map(|w| w.to_le_bytes()).collect();
    let tensors = [
        (
            "weights",
            TensorView::new(Dtype::F64, shape.to_vec(), &weights).unwrap(),
        ),
        (
            "biases",
            TensorView::new(Dtype::F64, vec![2], &[0; 16]).unwrap(),
        ),
    ];
    let metadata = entries.into_iter().collect();
    safetensors::serialize(tensors, Some(metadata)).unwrap()
}

#[test]
fn files_that_lie_are_refused() {
    let good = [0.0, 0.5, 0.5, 0.0];
    let refusal = |changes: &[(&str, &str)], weights: &[f64]| {
        let bytes = forged(changes, weights, &[2, 2]);
        NetworkFile::from_bytes("net", &bytes)
            .unwrap_err()
            .to_string()
    };
    assert!(NetworkFile::from_bytes("net", &forged(&[], &good, &[2, 2])).is_ok());
    assert!(refusal(&[("format_version", "3")], &good).contains("format version `3`"));
    assert!(refusal(&[("format_version", "2")], &good).contains("type F64, not I8, I16, I32"));
    assert!(refusal(&[("format_version", "")], &good).contains("`format_version` is missing"));
    assert!(refusal(&[("rule", "")], &good).contains("`rule` is missing"));
    assert!(refusal(&[("ties", "both")], &good).contains("`ties` is `both`"));
    assert!(refusal(&[("options", "[1]")], &good).contains("no JSON object"));
    assert!(refusal(&[("status", "best")], &good).contains("`status` is `best`"));
    assert!(refusal(&[("wrong_bits", "-1")], &good).contains("`wrong_bits`"));
    assert!(refusal(&[("wrong_bits", "1"), ("lower_bound", "2")], &good).contains("above the 1"));
    for (status, wrong, bound) in [("optimal", "12", "3"), ("feasible", "3", "3")] {
        let entries = [
            ("status", status),
            ("wrong_bits", wrong),
            ("lower_bound", bound),
        ];
        assert!(refusal(&entries, &good).contains("`status` is"));
    }
    assert!(refusal(&[("shape", "3x3")], &good).contains("not 2 neurons"));
    assert!(refusal(&[("seed", "x")], &good).contains("`seed`"));
    assert!(refusal(&[("patterns_sha256", "abc")], &good).contains("64 hexadecimal"));
    assert!(refusal(&[("couplings", "some")], &good).contains("`couplings` is `some`"));
    assert!(refusal(&[("couplings", "mask")], &good).contains("`mask` is missing"));
    let receptive = [
        ("couplings", "receptive_field"),
        ("receptive_shape", "1x2"),
        ("radius", "0.5"),
    ];
    assert!(refusal(&receptive, &good).contains("weight at (0,1), which the couplings lack"));
    assert!(refusal(&[("symmetry", "directed")], &good).contains("`symmetry`"));
    assert!(refusal(&[], &[0.0, 0.5, 0.4, 0.0]).contains("differ in a symmetric network"));
    assert!(refusal(&[], &[1.0, 0.5, 0.5, 0.0]).contains("onto itself"));
    assert!(refusal(&[], &[0.0, f64::NAN, 0.5, 0.0]).contains("must be finite"));
    let flat = forged(&[], &good, &[4]);
    let error = NetworkFile::from_bytes("net", &flat)
        .unwrap_err()
        .to_string();
    assert!(
        error.contains("`weights` has shape [4], not [2, 2]"),
        "{error}"
    );
    let error = NetworkFile::from_bytes("net", b"").unwrap_err().to_string();
    assert!(error.contains("is no network file"), "{error}");
    let error = NetworkFile::from_bytes("net", b"1,-1\n1,1\n")
        .unwrap_err()
        .to_string();
    assert!(error.contains("is no network file"), "{error}");
}

#[test]
fn a_file_of_version_1_is_read_for_ever() {
    let path =
        std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/version1.safetensors");
    let file = NetworkFile::read(&path).unwrap();
    assert_eq!(
        file.metadata(),
        &Metadata {
            version: "0.1.0".to_owned(),
            ..full_metadata(3)
        }
    );
    assert_eq!(file.network().row(1), [0.25, 0.0, 0.0]);
    assert_eq!(file.network().biases(), [0.0, -1.0, 2.0]);
    assert!(!file.couplings().allows(0, 2) && file.couplings().allows(1, 0));
    assert_eq!(file.to_bytes(), std::fs::read(&path).unwrap());
}

/// A network of whole numbers, as exact training of these weights would leave it.
fn whole(weights: &[f64], biases: &[f64], option: &str) -> NetworkFile {
    let n = biases.len();
    let network = Network::new(Symmetry::Directed, weights.to_vec(), biases.to_vec()).unwrap();
    let couplings = Couplings::full(n, Symmetry::Directed).unwrap();
    let mut metadata = Metadata::new("exact", Ties::Strict);
    let options = &mut metadata.options;
    options.insert("weights".to_owned(), json!(option));
    NetworkFile::new(network, couplings, metadata).unwrap()
}

/// Version, type of the weights, type of the biases.
fn stored_as(file: &NetworkFile) -> (String, Dtype, Dtype) {
    let bytes = file.to_bytes();
    assert_eq!(&NetworkFile::from_bytes("net", &bytes).unwrap(), file);
    let (_, header) = SafeTensors::read_metadata(&bytes).unwrap();
    let tensors = SafeTensors::deserialize(&bytes).unwrap();
    (
        header.metadata().as_ref().unwrap()["format_version"].clone(),
        tensors.tensor("weights").unwrap().dtype(),
        tensors.tensor("biases").unwrap().dtype(),
    )
}

#[test]
fn discrete_weights_are_stored_in_the_smallest_whole_numbers() {
    let stored = |weight: f64, bias: f64, option: &str| {
        let (version, weights, biases) =
            stored_as(&whole(&[0.0, weight, -1.0, 0.0], &[bias, -0.0], option));
        (version, weights, biases)
    };
    let version = |number: &str, weights, biases| (number.to_owned(), weights, biases);
    let (byte, two, four, double) = (Dtype::I8, Dtype::I16, Dtype::I32, Dtype::F64);
    assert_eq!(stored(1.0, 0.0, "ternary"), version("2", byte, byte));
    assert_eq!(stored(1.0, 300.0, "binary"), version("2", byte, two));
    assert_eq!(
        stored(-128.0, 127.0, "integer:200"),
        version("2", byte, byte)
    );
    assert_eq!(
        stored(128.0, -32_768.0, "integer:200"),
        version("2", two, two)
    );
    assert_eq!(
        stored(-1e6, 32_768.0, "integer:1000000"),
        version("2", four, four)
    );
    assert_eq!(stored(1.0, 0.5, "ternary"), version("2", byte, double));
    assert_eq!(stored(1.0, 3e9, "ternary"), version("2", byte, double));
    // Numbers that are not what the option says, and real weights, are stored as ever.
    assert_eq!(stored(0.5, 0.0, "ternary"), version("1", double, double));
    assert_eq!(stored(1.0, 0.0, "real"), version("1", double, double));
    let size = whole(&[0.0; 32 * 32], &[0.0; 32], "ternary")
        .to_bytes()
        .len();
    assert!(size < 32 * 32 + 32 + 600, "{size}");
}

/// A device or a pipe that never ends is refused when it goes on after what its header announces.
#[test]
fn endless_bytes_are_no_network() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("memory.safetensors");
    for endless in ["/dev/zero", "/dev/urandom"].map(std::path::Path::new) {
        if endless.exists() {
            assert!(NetworkFile::read(endless).is_err());
        }
    }
    // As long a header as is read, and nothing behind it.
    let mut header = ((1_u64 << 24) - 1).to_le_bytes().to_vec();
    header.push(b'{');
    std::fs::write(&path, header).unwrap();
    assert!(NetworkFile::read(&path).is_err());
}

/// Weights of another program: both formats, and what is said of those that are no network.
mod foreign {
    use attractor::Symmetry;
    use attractor::io::{Diagonal, FOREIGN_RULE, ForeignWeights, NetworkFile};

    /// A safetensors file without metadata, with these tensors: name, type, shape, bytes.
    fn safetensors(tensors: &[(&str, &str, &str, Vec<u8>)]) -> Vec<u8> {
        let (mut entries, mut data) = (Vec::new(), Vec::new());
        for (name, dtype, shape, bytes) in tensors {
            let (begin, end) = (data.len(), data.len() + bytes.len());
            entries.push(format!(
                r#""{name}":{{"dtype":"{dtype}","shape":{shape},"data_offsets":[{begin},{end}]}}"#
            ));
            data.extend_from_slice(bytes);
        }
        let header = format!(
            r#"{{"__metadata__":{{"format":"pt"}},{}}}"#,
            entries.join(",")
        );
        let mut file = (header.len() as u64).to_le_bytes().to_vec();
        file.extend(header.bytes());
        file.extend(data);
        file
    }

    fn f32s(values: &[f32]) -> Vec<u8> {
        values.iter().flat_map(|v| v.to_le_bytes()).collect()
    }

    fn npy(descr: &str, shape: &str, fortran: &str, data: &[u8]) -> Vec<u8> {
        let header =
            format!("{{'descr': '{descr}', 'fortran_order': {fortran}, 'shape': {shape}, }}\n");
        let mut file = b"\x93NUMPY\x01\x00".to_vec();
        file.extend((header.len() as u16).to_le_bytes());
        file.extend(header.bytes());
        file.extend(data);
        file
    }

    #[test]
    fn arrays_are_networks() {
        let data = f32s(&[0.0, 0.5, -2.0, 0.0]);
        for (order, weights) in [
            ("False", [0.0, 0.5, -2.0, 0.0]),
            ("True", [0.0, -2.0, 0.5, 0.0]),
        ] {
            let file = NetworkFile::from_bytes("W", &npy("<f4", "(2, 2)", order, &data)).unwrap();
            assert_eq!(file.network().weights(), weights);
            assert_eq!(file.network().symmetry(), Symmetry::Directed);
            assert_eq!(file.metadata().rule, FOREIGN_RULE);
            let again = NetworkFile::from_bytes("again", &file.to_bytes()).unwrap();
            assert_eq!(again, file);
        }
    }

    #[test]
    fn tensors_are_found_by_name_or_by_shape() {
        let weights = f32s(&[0.0, 1.5, 1.5, 0.0]);
        let biases = f32s(&[0.25, -1.0]);
        for (w, b) in [("weights", "biases"), ("layer.J", "layer.field")] {
            let bytes = safetensors(&[
                (w, "F32", "[2,2]", weights.clone()),
                (b, "F32", "[2]", biases.clone()),
            ]);
            let file = NetworkFile::from_bytes("W", &bytes).unwrap();
            assert_eq!(file.network().weights(), [0.0, 1.5, 1.5, 0.0]);
            assert_eq!(file.network().biases(), [0.25, -1.0]);
            assert_eq!(file.network().symmetry(), Symmetry::Symmetric);
        }
    }

    #[test]
    fn what_is_no_network_is_refused_in_words() {
        let refused = |bytes: Vec<u8>, words: &str| {
            let error = NetworkFile::from_bytes("W", &bytes)
                .unwrap_err()
                .to_string();
            assert!(error.contains(words), "{error}");
        };
        let four = f32s(&[1.0, 2.0, 3.0, 4.0]);
        refused(npy("<f4", "(1, 4)", "False", &four), "1x4");
        refused(npy("<f4", "(2, 2)", "False", &four), "weight onto itself");
        let mut nan = four.clone();
        nan[4..8].copy_from_slice(&f32::NAN.to_le_bytes());
        refused(npy("<f4", "(2, 2)", "False", &nan), "finite");
        let two = |name| (name, "F32", "[2,2]", four.clone());
        refused(safetensors(&[two("a"), two("b")]), "is missing");
        refused(
            safetensors(&[("weights", "F32", "[4]", four.clone())]),
            "[4]",
        );
        refused(safetensors(&[("weights", "U8", "[2,2]", vec![0; 4])]), "U8");
    }

    #[test]
    fn the_diagonal_is_dropped_or_kept_and_roundings_are_evened_out() {
        let weights = ForeignWeights::new(vec![1.0, 0.5, 0.25, 1.0], None).unwrap();
        assert_eq!(weights.asymmetry(), 0.25);
        let dropped = weights.clone().network(Diagonal::Drop, true).unwrap();
        assert_eq!(dropped.network().weights(), [0.0, 0.375, 0.375, 0.0]);
        assert_eq!(dropped.network().symmetry(), Symmetry::Symmetric);
        let kept = weights.network(Diagonal::Keep, false).unwrap();
        assert!(kept.network().has_self_coupling());
        assert_eq!(kept.network().weight(1, 1), 1.0);
        assert!(ForeignWeights::new(vec![0.0; 3], None).is_err());
        assert!(ForeignWeights::new(vec![0.0; 4], Some(vec![0.0; 3])).is_err());
    }
}
