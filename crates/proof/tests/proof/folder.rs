//! The conformance folder: certificates, with the networks and patterns that they are about.

use attractor::io::{NetworkFile, read_patterns};
use attractor::{Network, Patterns};
use attractor_proof::{Certificate, verify};
use std::path::{Path, PathBuf};

pub(crate) fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/conformance")
}

/// The network and the patterns of this name.
pub(crate) fn subject(name: &str) -> (Network, Patterns) {
    let network = NetworkFile::read(&folder().join(format!("{name}.safetensors"))).unwrap();
    let patterns = read_patterns(&folder().join(format!("{name}.csv"))).unwrap();
    (network.network().clone(), patterns)
}

/// `proven`, `unreadable`, or the refusal.
pub(crate) fn verdict(bytes: &[u8], network: &Network, patterns: &Patterns) -> String {
    match Certificate::read(bytes) {
        Err(_) => "unreadable".to_owned(),
        Ok(certificate) => match verify(&certificate, network, patterns) {
            Ok(_) => "proven".to_owned(),
            Err(refusal) => refusal.to_string(),
        },
    }
}
