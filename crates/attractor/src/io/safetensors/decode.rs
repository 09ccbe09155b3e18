//! A network file's bytes back into a network, everything in it checked.

use super::arrays::arrays;
use super::bytes::{foreign, whole};
use super::file::NetworkFile;
use super::metadata::{FORMAT_VERSION, FORMAT_VERSION_OF_WHOLE_NUMBERS, Metadata};
use super::stored::Stored;
use crate::couplings::Couplings;
use crate::io::error::{Problem, ReadError};
use crate::io::source::Source;
use crate::io::weights::{Diagonal, ForeignWeights};
use crate::network::Network;
use crate::rules::Status;
use safetensors::tensor::TensorView;
use safetensors::{Dtype, SafeTensors};
use std::collections::BTreeMap;
use std::path::Path;
use std::str::FromStr;

impl NetworkFile {
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

    fn from_source(mut source: Source<'_>) -> Result<Self, ReadError> {
        let name = source.name.clone();
        if ForeignWeights::is_array(source.head()) {
            let network = ForeignWeights::from_source(source)?.network(Diagonal::Refuse, false);
            return network.map_err(|problem| ReadError::new(name, problem));
        }
        let bytes = whole(&mut source)?;
        decode(&bytes).map_err(|problem| ReadError::new(name, problem))
    }
}

/// The network in these bytes: a network file, or the weights of another program, which have no metadata.
fn decode(bytes: &[u8]) -> Result<NetworkFile, Problem> {
    if bytes.is_empty() {
        return Err(Problem::Safetensors("it is empty".to_owned()));
    }
    let (_, header) = SafeTensors::read_metadata(bytes).map_err(|error| foreign(&error))?;
    let tensors = SafeTensors::deserialize(bytes).map_err(|error| foreign(&error))?;
    let entries = header.metadata().iter().flatten();
    let entries = Entries(
        entries
            .map(|(key, value)| (key.clone(), value.clone()))
            .collect(),
    );
    if !entries.0.contains_key("format_version") && !entries.0.contains_key("rule") {
        let (weights, biases) = arrays(&tensors)?;
        return ForeignWeights::new(weights, biases)?.network(Diagonal::Refuse, false);
    }
    let found = entries.text("format_version")?;
    let types = match found {
        FORMAT_VERSION => OF_DOUBLES,
        FORMAT_VERSION_OF_WHOLE_NUMBERS => OF_WHOLE_NUMBERS,
        _ => {
            return Err(Problem::FormatVersion {
                found: found.to_owned(),
            });
        }
    };
    let biases = numbers(&tensors, "biases", None, types.biases)?;
    let n = biases.len();
    let weights = numbers(&tensors, "weights", Some(n), types.weights)?;
    let network = if entries.parsed("self_coupling", "true or false")? {
        Network::with_self_coupling(entries.parsed("symmetry", SYMMETRIES)?, weights, biases)?
    } else {
        Network::new(entries.parsed("symmetry", SYMMETRIES)?, weights, biases)?
    };
    let couplings = couplings(&entries, &tensors, n)?;
    let metadata = Metadata {
        rule: entries.text("rule")?.to_owned(),
        ties: entries.parsed("ties", "strict or negative")?,
        options: serde_json::from_str(entries.text("options")?).map_err(|error| {
            Problem::Metadata {
                key: "options",
                reason: format!("is no JSON object: {error}"),
            }
        })?,
        seed: entries.optional("seed", "a number")?,
        version: entries.text("version")?.to_owned(),
        shape: entries.optional("shape", SHAPES)?,
        status: entries.status()?,
        wrong_bits: entries.optional("wrong_bits", "a number")?,
        lower_bound: entries.optional("lower_bound", "a number")?,
        patterns_sha256: entries.digest("patterns_sha256")?,
        certificate_sha256: entries.digest("certificate_sha256")?,
        certified_bound: entries.optional("certified_bound", "a number")?,
    };
    NetworkFile::new(network, couplings, metadata)
}

/// The types that a version allows.
struct Types {
    weights: &'static [Stored],
    biases: &'static [Stored],
}

const OF_DOUBLES: Types = Types {
    weights: &[Stored::F64],
    biases: &[Stored::F64],
};
const OF_WHOLE_NUMBERS: Types = Types {
    weights: &[Stored::I8, Stored::I16, Stored::I32],
    biases: &[Stored::I8, Stored::I16, Stored::I32, Stored::F64],
};

const SYMMETRIES: &str = "symmetric or directed";
const SHAPES: &str = "a shape such as 9x9";

/// The metadata as text by key.
struct Entries(BTreeMap<String, String>);

impl Entries {
    fn text(&self, key: &'static str) -> Result<&str, Problem> {
        self.0
            .get(key)
            .map(String::as_str)
            .ok_or(Problem::Metadata {
                key,
                reason: "is missing".to_owned(),
            })
    }

    fn parsed<T: FromStr>(&self, key: &'static str, wanted: &str) -> Result<T, Problem> {
        let text = self.text(key)?;
        text.parse().map_err(|_| Problem::Metadata {
            key,
            reason: format!("is `{text}`, not {wanted}"),
        })
    }

    fn optional<T: FromStr>(&self, key: &'static str, wanted: &str) -> Result<Option<T>, Problem> {
        if self.0.contains_key(key) {
            return self.parsed(key, wanted).map(Some);
        }
        Ok(None)
    }

    fn status(&self) -> Result<Option<Status>, Problem> {
        let all = [Status::Optimal, Status::Feasible, Status::Interrupted];
        let Some(text) = self.0.get("status") else {
            return Ok(None);
        };
        match all.into_iter().find(|status| status.to_string() == *text) {
            Some(status) => Ok(Some(status)),
            None => Err(Problem::Metadata {
                key: "status",
                reason: format!("is `{text}`, not optimal, feasible or interrupted"),
            }),
        }
    }

    fn digest(&self, key: &'static str) -> Result<Option<String>, Problem> {
        let hex = |text: &str| text.len() == 64 && text.bytes().all(|b| b.is_ascii_hexdigit());
        match self.0.get(key) {
            Some(text) if !hex(text) => Err(Problem::Metadata {
                key,
                reason: "is not 64 hexadecimal digits".to_owned(),
            }),
            digest => Ok(digest.cloned()),
        }
    }
}

fn couplings(entries: &Entries, tensors: &SafeTensors<'_>, n: usize) -> Result<Couplings, Problem> {
    let symmetry = entries.parsed("couplings_symmetry", SYMMETRIES)?;
    match entries.text("couplings")? {
        "full" => Ok(Couplings::full(n, symmetry)?),
        "receptive_field" => {
            let shape = entries.parsed("receptive_shape", SHAPES)?;
            let radius = entries.parsed("radius", "a number of pixels")?;
            Ok(Couplings::receptive_field(shape, radius, symmetry)?)
        }
        "mask" => {
            let view = tensor(tensors, "mask", Some(n))?;
            if view.dtype() != Dtype::BOOL {
                return Err(wrong_type("mask", view.dtype(), "BOOL"));
            }
            let bytes = view.data();
            if bytes.iter().any(|&byte| byte > 1) {
                return Err(Problem::Tensor {
                    name: "mask",
                    reason: "holds a byte that is neither 0 nor 1".to_owned(),
                });
            }
            let mask = bytes.iter().map(|&byte| byte == 1).collect();
            Ok(Couplings::from_mask(n, symmetry, mask)?)
        }
        other => Err(Problem::Metadata {
            key: "couplings",
            reason: format!("is `{other}`, not full, receptive_field or mask"),
        }),
    }
}

fn numbers(
    tensors: &SafeTensors<'_>,
    name: &'static str,
    square: Option<usize>,
    types: &[Stored],
) -> Result<Vec<f64>, Problem> {
    let view = tensor(tensors, name, square)?;
    let stored = Stored::from_dtype(view.dtype()).filter(|stored| types.contains(stored));
    match stored {
        Some(stored) => Ok(stored.numbers(view.data())),
        None => {
            let names: Vec<&str> = types.iter().map(|stored| stored.name()).collect();
            Err(wrong_type(name, view.dtype(), &names.join(", ")))
        }
    }
}

fn wrong_type(name: &'static str, found: Dtype, wanted: &str) -> Problem {
    let reason = format!("is of type {found}, not {wanted}");
    Problem::Tensor { name, reason }
}

/// A tensor of shape [n, n] (`square`) or [any].
fn tensor<'a>(
    tensors: &SafeTensors<'a>,
    name: &'static str,
    square: Option<usize>,
) -> Result<TensorView<'a>, Problem> {
    let bad = |reason: String| Problem::Tensor { name, reason };
    let view = tensors
        .tensor(name)
        .map_err(|_| bad("is missing".to_owned()))?;
    let fits = match (square, view.shape()) {
        (Some(n), shape) => shape == [n, n],
        (None, shape) => shape.len() == 1,
    };
    if !fits {
        let wanted = square.map_or("[N]".to_owned(), |n| format!("[{n}, {n}]"));
        return Err(bad(format!("has shape {:?}, not {wanted}", view.shape())));
    }
    Ok(view)
}
