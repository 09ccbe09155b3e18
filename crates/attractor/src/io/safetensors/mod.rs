//! Networks as safetensors, a format that NumPy, PyTorch and others read: <https://github.com/huggingface/safetensors>.
//!
//! Tensors: `weights` `F64 [N, N]`, w_ij (from j into i) at `[i, j]`; `biases` `F64 [N]`; `mask` `BOOL [N, N]`, only if
//! the couplings are a mask. Metadata, all text: `format_version` (`1`), `rule`, `ties`, `symmetry` (of the weights),
//! `couplings` (`full`, `receptive_field` with `shape` and `radius`, or `mask`), `couplings_symmetry`, `self_coupling`,
//! `options` (JSON), `version` (of attractor), and where known `seed`, `shape`, `status`, `wrong_bits`, `lower_bound`,
//! `patterns_sha256` ([`Patterns::sha256`](crate::Patterns::sha256)), `certificate_sha256`, `certified_bound`.
//!
//! A file of another format version is refused, and so is one whose metadata and tensors contradict each other. Equal
//! networks are equal files, byte for byte.

mod decode;

use super::atomic::write_atomically;
use super::error::{Problem, ReadError, WriteError};
use super::source::Source;
use crate::couplings::{Couplings, MAX_NEURONS, Shape, Symmetry};
use crate::network::Network;
use crate::rules::Status;
use crate::stability::Ties;
use serde_json::{Map, Value, json};
use std::fmt::Display;
use std::io::{self, Write};
use std::path::Path;

/// The version of the file format that is written and read.
pub const FORMAT_VERSION: &str = "1";

/// The largest network file: weights and mask of 2^16 neurons, and its header.
const MAX_FILE: u64 = 9 * (MAX_NEURONS as u64) * (MAX_NEURONS as u64) + (1 << 27);

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

/// A network with its couplings and how it came about: what a network file holds.
///
/// Always: the couplings are for the network's neurons, every weight off the diagonal that the couplings lack is zero,
/// symmetric couplings have symmetric weights, a shape has N pixels, the lower bound is not above the wrong bits, and the
/// status is `optimal` iff they are equal.
///
/// ```
/// use attractor::io::{Metadata, NetworkFile};
/// use attractor::{Couplings, Network, Symmetry, Ties};
/// let network = Network::new(Symmetry::Symmetric, vec![0.0, 1.0, 1.0, 0.0], vec![0.0; 2])?;
/// let couplings = Couplings::full(2, Symmetry::Symmetric)?;
/// let file = NetworkFile::new(network, couplings, Metadata::new("hebbian", Ties::Strict))?;
/// let again = NetworkFile::from_bytes("memory", &file.to_bytes())?;
/// assert_eq!(again, file);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct NetworkFile {
    network: Network,
    couplings: Couplings,
    metadata: Metadata,
}

impl NetworkFile {
    /// Puts the three together.
    ///
    /// # Errors
    /// They contradict each other: see the type's invariants.
    pub fn new(
        network: Network,
        couplings: Couplings,
        metadata: Metadata,
    ) -> Result<Self, Problem> {
        let n = network.neurons();
        let bad_entry = |key, reason| Err(Problem::Metadata { key, reason });
        if couplings.neurons() != n {
            let reason = format!(
                "is for {} neurons, the weights for {n}",
                couplings.neurons()
            );
            return bad_entry("couplings", reason);
        }
        if let Some(shape) = metadata.shape
            && shape.neurons() != n
        {
            return bad_entry("shape", format!("is {shape}, which is not {n} neurons"));
        }
        if couplings.is_symmetric() && network.symmetry() == Symmetry::Directed {
            let reason = "is `directed` though the couplings are symmetric".to_owned();
            return bad_entry("symmetry", reason);
        }
        if let (Some(wrong), Some(bound)) = (metadata.wrong_bits, metadata.lower_bound) {
            if bound > wrong {
                let reason = format!("is {bound}, above the {wrong} wrong bits");
                return bad_entry("lower_bound", reason);
            }
            if let Some(status) = metadata.status
                && (status == Status::Optimal) != (bound == wrong)
            {
                let reason =
                    format!("is `{status}` with {wrong} wrong bits of which {bound} are proven");
                return bad_entry("status", reason);
            }
        }
        for i in 0..n {
            let forbidden =
                |j: usize| i != j && network.weight(i, j) != 0.0 && !couplings.allows(i, j);
            if let Some(j) = (0..n).find(|&j| forbidden(j)) {
                return Err(Problem::Tensor {
                    name: "weights",
                    reason: format!("has a weight at ({i},{j}), which the couplings lack"),
                });
            }
        }
        Ok(Self {
            network,
            couplings,
            metadata,
        })
    }

    /// The network.
    pub fn network(&self) -> &Network {
        &self.network
    }

    /// Which weights exist.
    pub fn couplings(&self) -> &Couplings {
        &self.couplings
    }

    /// How the network came about.
    pub fn metadata(&self) -> &Metadata {
        &self.metadata
    }

    /// Reads a network file, or standard input (`-`).
    ///
    /// # Errors
    /// Unreadable, no safetensors, of another format version, or metadata and tensors that are missing, of a wrong type
    /// or size, or contradict each other.
    pub fn read(path: &Path) -> Result<Self, ReadError> {
        Self::from_source(Source::open(path)?)
    }

    /// Reads a network file from bytes in memory; `name` stands in error messages.
    ///
    /// # Errors
    /// As [`NetworkFile::read`].
    pub fn from_bytes(name: &str, bytes: &[u8]) -> Result<Self, ReadError> {
        Self::from_source(Source::from_reader(name, bytes)?)
    }

    fn from_source(source: Source<'_>) -> Result<Self, ReadError> {
        let name = source.name.clone();
        let bytes = source.read_all_up_to(MAX_FILE)?;
        decode::decode(&bytes).map_err(|problem| ReadError::new(name, problem))
    }

    /// Writes the file, whole or not at all.
    ///
    /// # Errors
    /// What [`write_atomically`] refuses.
    pub fn write(&self, path: &Path) -> Result<(), WriteError> {
        write_atomically(path, |file| self.write_to(file))
    }

    /// The bytes of the file.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        // Writing to a vector cannot fail.
        let _ = self.write_to(&mut bytes);
        bytes
    }

    /// Writes the file to a stream, row by row.
    ///
    /// # Errors
    /// What the stream refuses.
    pub fn write_to(&self, out: &mut dyn Write) -> io::Result<()> {
        let n = self.network.neurons();
        let masked = !self.couplings.is_full() && self.couplings.receptive().is_none();
        let mut end = 0;
        let mut tensor = |dtype: &str, shape: &[usize], bytes: usize| {
            let start = end;
            end += bytes;
            json!({ "dtype": dtype, "shape": shape, "data_offsets": [start, end] })
        };
        let mut header = Map::new();
        header.insert("__metadata__".to_owned(), Value::Object(self.entries()));
        header.insert("weights".to_owned(), tensor("F64", &[n, n], 8 * n * n));
        header.insert("biases".to_owned(), tensor("F64", &[n], 8 * n));
        if masked {
            header.insert("mask".to_owned(), tensor("BOOL", &[n, n], n * n));
        }
        let mut header = Value::Object(header).to_string().into_bytes();
        header.resize(header.len().next_multiple_of(8), b' ');
        out.write_all(&(header.len() as u64).to_le_bytes())?;
        out.write_all(&header)?;
        let mut row = Vec::with_capacity(8 * n);
        let rows = (0..n).map(|i| self.network.row(i));
        for values in rows.chain([self.network.biases()]) {
            row.clear();
            row.extend(values.iter().flat_map(|value| value.to_le_bytes()));
            out.write_all(&row)?;
        }
        if masked {
            for i in 0..n {
                row.clear();
                row.extend((0..n).map(|j| u8::from(self.couplings.allows(i, j))));
                out.write_all(&row)?;
            }
        }
        Ok(())
    }

    fn entries(&self) -> Map<String, Value> {
        let mut entries = Map::new();
        let mut put = |key: &str, value: &dyn Display| {
            entries.insert(key.to_owned(), Value::String(value.to_string()));
        };
        let Metadata {
            rule,
            ties,
            options,
            seed,
            version,
            shape,
            status,
            wrong_bits,
            lower_bound,
            patterns_sha256,
            certificate_sha256,
            certified_bound,
        } = &self.metadata;
        put("format_version", &FORMAT_VERSION);
        put("version", version);
        put("rule", rule);
        put("ties", ties);
        put("options", &Value::Object(options.clone()));
        put("symmetry", &self.network.symmetry());
        put("self_coupling", &self.network.has_self_coupling());
        put("couplings_symmetry", &self.couplings.symmetry());
        match self.couplings.receptive() {
            Some((shape, radius)) => {
                put("couplings", &"receptive_field");
                put("receptive_shape", &shape);
                put("radius", &radius);
            }
            None if self.couplings.is_full() => put("couplings", &"full"),
            None => put("couplings", &"mask"),
        }
        let optional: [(&str, Option<&dyn Display>); 8] = [
            ("seed", seed.as_ref().map(|value| value as _)),
            ("shape", shape.as_ref().map(|value| value as _)),
            ("status", status.as_ref().map(|value| value as _)),
            ("wrong_bits", wrong_bits.as_ref().map(|value| value as _)),
            ("lower_bound", lower_bound.as_ref().map(|value| value as _)),
            (
                "patterns_sha256",
                patterns_sha256.as_ref().map(|value| value as _),
            ),
            (
                "certificate_sha256",
                certificate_sha256.as_ref().map(|value| value as _),
            ),
            (
                "certified_bound",
                certified_bound.as_ref().map(|value| value as _),
            ),
        ];
        for (key, value) in optional {
            if let Some(value) = value {
                put(key, value);
            }
        }
        entries
    }
}
