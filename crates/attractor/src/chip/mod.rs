//! A network for a small device: packed weights, test vectors and a guarantee, as a C header, a Rust file or one packed
//! binary.
//!
//! All three recall as [`recall()`](crate::recall::recall()) does, bit for bit, by word operations on 32 weights at a time.
//! The Rust file stands on the crate `attractor-embedded`, which documents the layout of the binary, too; the header needs
//! nothing.
//!
//! ```
//! use attractor::chip::{Chip, Origin};
//! use attractor::io::{Metadata, NetworkFile};
//! use attractor::{Couplings, Network, Symmetry, Ties};
//! // Three neurons that take each other's side.
//! let weights = vec![0.0, 1.0, 1.0, 1.0, 0.0, 1.0, 1.0, 1.0, 0.0];
//! let network = Network::new(Symmetry::Symmetric, weights, vec![0.0; 3])?;
//! let couplings = Couplings::full(3, Symmetry::Symmetric)?;
//! let file = NetworkFile::new(network, couplings, Metadata::new("exact", Ties::Strict))?;
//! let chip = Chip::new(&file, None, Origin::default())?;
//! assert!(chip.to_c("memory").contains("memory_self_test"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod binary;
mod c;
mod comment;
mod faults;
mod guarantee;
mod packed;
mod rust;
mod template;
mod vectors;

pub use faults::{Faults, certified_faults};
pub use guarantee::Guarantee;
pub use packed::{Kind, MAX_BIAS, PackError};

use crate::couplings::Symmetry;
use crate::io::NetworkFile;
use crate::patterns::Patterns;
use crate::recall::{Order, RecallOptions, Update};
use packed::Packed;
use vectors::Vectors;

/// Sweeps or steps that recall on the device takes at most. Larger: a directed network that goes round in a cycle keeps the
/// device busy. Smaller: slow recalls end early.
const MOST_STEPS: u32 = 100;

/// How the device recalls: as the program `attractor` does by default, so that a symmetric network always settles.
fn recall_options(symmetry: Symmetry) -> RecallOptions {
    RecallOptions::new(match symmetry {
        Symmetry::Symmetric => Update::Asynchronous(Order::Fixed),
        Symmetry::Directed => Update::Synchronous,
    })
}

/// Where the network comes from: what a reader of the exported file needs to find it again.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Origin {
    /// SHA-256 of the network's numbers, 64 hexadecimal digits, as certificates have it.
    pub network_sha256: Option<String>,
    /// Seed of the damage in the test vectors.
    pub seed: u64,
}

/// A network ready for a small device.
#[derive(Debug, Clone)]
pub struct Chip {
    packed: Packed,
    vectors: Vectors,
    guarantee: Option<Guarantee>,
    symmetry: Symmetry,
    rule: String,
    network_sha256: Option<String>,
    certificate_sha256: Option<String>,
    patterns_sha256: Option<String>,
}

impl Chip {
    /// Packs a network of whole weights from −128 to 127. With the stored patterns: test vectors of them and of their
    /// damaged cues, and what is guaranteed; without: test vectors of random states.
    ///
    /// # Errors
    /// [`PackError`]: weights that are not such numbers, self-couplings, large biases, patterns of another size.
    pub fn new(
        file: &NetworkFile,
        patterns: Option<&Patterns>,
        origin: Origin,
    ) -> Result<Self, PackError> {
        let (network, metadata) = (file.network(), file.metadata());
        let packed = Packed::new(network)?;
        let guarantee = patterns
            .map(|patterns| Guarantee::new(network, patterns, metadata.ties, packed.kind))
            .transpose()?;
        let vectors = Vectors::new(network, patterns, guarantee.as_ref(), origin.seed)?;
        Ok(Self {
            packed,
            vectors,
            guarantee,
            symmetry: network.symmetry(),
            rule: metadata.rule.clone(),
            network_sha256: origin.network_sha256,
            certificate_sha256: metadata.certificate_sha256.clone(),
            patterns_sha256: patterns.map(Patterns::sha256),
        })
    }

    /// Which weights it has.
    pub fn kind(&self) -> Kind {
        self.packed.kind
    }

    /// Bytes of the packed weights.
    pub fn weight_bytes(&self) -> usize {
        4 * self.packed.planes.len()
    }

    /// Number of test vectors.
    pub fn test_vectors(&self) -> usize {
        self.vectors.count()
    }

    /// What is guaranteed, if the stored patterns were named.
    pub fn guarantee(&self) -> Option<&Guarantee> {
        self.guarantee.as_ref()
    }

    /// One C99 header; every name in it begins with `name`.
    pub fn to_c(&self, name: &str) -> String {
        c::header(self, name)
    }

    /// One Rust file on the crate `attractor-embedded`.
    pub fn to_rust(&self) -> String {
        rust::module(self)
    }

    /// One packed binary, whose layout `attractor_embedded::Image` documents.
    pub fn to_binary(&self) -> Vec<u8> {
        binary::image(self)
    }
}
