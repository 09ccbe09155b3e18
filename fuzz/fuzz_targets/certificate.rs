//! Any bytes as a certificate: refused or proven, never a panic, a hang or more memory than stated. What is proven about
//! the bound must not exceed what the network stores.

#![no_main]

use attractor::io::{NetworkFile, read_patterns};
use attractor::{Network, Patterns};
use attractor_proof::{Certificate, verify};
use libfuzzer_sys::fuzz_target;
use std::path::Path;
use std::sync::LazyLock;

static SUBJECTS: LazyLock<Vec<(Network, Patterns)>> = LazyLock::new(|| {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates/proof/tests/conformance");
    let subject = |name: &str| {
        let network = NetworkFile::read(&folder.join(format!("{name}.safetensors"))).expect("network");
        let patterns = read_patterns(&folder.join(format!("{name}.csv"))).expect("patterns");
        (network.network().clone(), patterns)
    };
    ["directed", "negative", "symmetric", "coupled"].map(subject).into()
});

fuzz_target!(|bytes: &[u8]| {
    let Ok(mut certificate) = Certificate::read(bytes) else { return };
    for (network, patterns) in SUBJECTS.iter() {
        // The hashes would stop nearly every input: they are made right, so that what follows them is reached.
        certificate.problem.patterns.sha256 = attractor_proof::patterns_sha256(patterns);
        certificate.problem.patterns.count = patterns.count();
        certificate.problem.patterns.neurons = patterns.neurons();
        if let Some(stored) = &mut certificate.stored {
            stored.network_sha256 = attractor_proof::network_sha256(network);
        }
        if let Ok(proven) = verify(&certificate, network, patterns)
            && let (Some(bound), Some(wrong)) = (proven.wrong_bits_at_least, proven.wrong_bits)
        {
            assert!(bound <= wrong);
        }
    }
});
