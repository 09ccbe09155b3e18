//! What a network file says of its network.

use crate::couplings::Shape;
use crate::rules::Status;
use crate::ties::Ties;
use serde_json::{Map, Value};

/// The version of the file format in which numbers are doubles.
pub const FORMAT_VERSION: &str = "1";

/// The version of the file format in which discrete weights are small whole numbers.
pub const FORMAT_VERSION_OF_WHOLE_NUMBERS: &str = "2";

/// How a network came about.
#[derive(Debug, Clone, PartialEq)]
pub struct Metadata {
    /// Name of the learning rule.
    pub rule: String,
    /// The tie rule by which bits were counted.
    pub ties: Ties,
    /// The rule's options.
    pub options: Map<String, Value>,
    /// The seed, if the rule drew random numbers.
    pub seed: Option<u64>,
    /// The version of attractor that trained it.
    pub version: String,
    /// Height and width, if the neurons are pixels.
    pub shape: Option<Shape>,
    /// What was proven.
    pub status: Option<Status>,
    /// Wrong bits of the patterns it was trained on.
    pub wrong_bits: Option<usize>,
    /// Proven lower bound on the wrong bits of any network with these couplings.
    pub lower_bound: Option<usize>,
    /// Digest of the patterns it was trained on, [`Patterns::sha256`](crate::Patterns::sha256).
    pub patterns_sha256: Option<String>,
    /// SHA-256 of the certificate file that was written with it.
    pub certificate_sha256: Option<String>,
    /// Wrong bits that no network undercuts, by that certificate.
    pub certified_bound: Option<usize>,
}

impl Metadata {
    /// Metadata of a rule and a tie rule, of this version of attractor, everything else unknown.
    pub fn new(rule: impl Into<String>, ties: Ties) -> Self {
        Self {
            rule: rule.into(),
            ties,
            options: Map::new(),
            seed: None,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            shape: None,
            status: None,
            wrong_bits: None,
            lower_bound: None,
            patterns_sha256: None,
            certificate_sha256: None,
            certified_bound: None,
        }
    }
}
