//! What can go wrong with files: what it is, where it stands, and what to do about it.

use crate::couplings::CouplingsError;
use crate::images::{ImagesError, ImagesProblem};
use crate::network::NetworkError;
use crate::patterns::PatternsError;
use std::io;
use std::path::Path;

/// A file, stream or folder that cannot be read, and why.
#[derive(Debug, thiserror::Error)]
#[error("{name}: {problem}")]
pub struct ReadError {
    /// The file's path, or `standard input`.
    pub name: String,
    /// What is wrong with it.
    pub problem: Problem,
}

impl ReadError {
    pub(crate) fn new(name: impl Into<String>, problem: impl Into<Problem>) -> Self {
        Self {
            name: name.into(),
            problem: problem.into(),
        }
    }

    pub(crate) fn at(path: &Path, problem: impl Into<Problem>) -> Self {
        Self::new(path.display().to_string(), problem)
    }
}

impl From<ImagesError> for ReadError {
    fn from(ImagesError { name, problem }: ImagesError) -> Self {
        Self::new(name, problem)
    }
}

/// What is wrong with an input. Rows, lines and columns count from 1.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Problem {
    /// The operating system or the decompressor refuses.
    #[error("cannot be read: {0}")]
    Io(#[from] io::Error),
    /// A directory where a file is needed.
    #[error("is a directory; name a file in it")]
    Directory,
    /// A folder without an image that can be read.
    #[error("the folder holds no image; PNG and JPEG files (.png, .jpg, .jpeg) are read")]
    NoImages,
    /// Nothing in it.
    #[error("is empty; one pattern per row is needed")]
    Empty,
    /// Text without a row of values.
    #[error(
        "is empty but for text such as `{line}`; a row is one pattern, written as 1,-1,1 or 1 0 1 or 101"
    )]
    NoRow {
        /// The first line that is not blank.
        line: String,
    },
    /// More bytes than will be read.
    #[error(
        "holds more than {limit} bytes{}; split it",
        if *.unpacked { " when unpacked" } else { "" }
    )]
    TooLarge {
        /// The most that is read.
        limit: u64,
        /// Whether the bytes are those of a compressed file.
        unpacked: bool,
    },
    /// Fewer bytes than the header announces.
    #[error("is truncated: {what} should have {expected} bytes, but only {got} are there")]
    Truncated {
        /// Which part.
        what: &'static str,
        /// Bytes announced.
        expected: u64,
        /// Bytes found.
        got: u64,
    },
    /// More bytes than the header announces.
    #[error(
        "goes on after the {expected} bytes of {what} that its header announces; the header is wrong or the file damaged"
    )]
    Trailing {
        /// Which part.
        what: &'static str,
        /// Bytes announced.
        expected: u64,
    },
    /// None of the formats that are read.
    #[error(
        "is in no format that is read here ({0}); give .npy, .npz, .csv or .txt, IDX, PNG or JPEG (.npy, text and IDX may be gzipped)"
    )]
    UnknownFormat(&'static str),
    /// The format is right, the variant is not read.
    #[error("{0}")]
    Unsupported(String),
    /// A header that contradicts its format.
    #[error("the {format} header is damaged: {reason}")]
    Header {
        /// Which format.
        format: &'static str,
        /// What is wrong.
        reason: String,
    },
    /// Text that is not UTF-8.
    #[error("line {line} is no UTF-8 text; save the file as UTF-8")]
    NotUtf8 {
        /// The line.
        line: usize,
    },
    /// A line with another number of values than the first.
    #[error(
        "line {line} has {got} values, the first row has {expected}; every row is one pattern of all neurons"
    )]
    Ragged {
        /// The line.
        line: usize,
        /// Values in the first row.
        expected: usize,
        /// Values in this one.
        got: usize,
    },
    /// Neuron values where grey values are needed.
    #[error("holds patterns already; a threshold is for images and grey values")]
    NotGrey,
    /// A number that no pattern or cue has, in a table that holds numbers alone.
    #[error(
        "{place} {at}, column {column}: `{value}` is no neuron's value; write -1 and 1, or 0 and 1; a table of grey values \
         needs a threshold"
    )]
    Grey {
        /// `line` in text, `row` elsewhere.
        place: &'static str,
        /// The line or row.
        at: usize,
        /// The column.
        column: usize,
        /// What stands there.
        value: String,
    },
    /// An entry that no pattern or cue has.
    #[error(
        "{place} {at}, column {column}: `{value}` is no neuron's value; write -1 and 1, or 0 and 1"
    )]
    Value {
        /// `line` in text, `row` elsewhere.
        place: &'static str,
        /// The line or row.
        at: usize,
        /// The column.
        column: usize,
        /// What stands there.
        value: String,
    },
    /// An unknown entry in a pattern.
    #[error(
        "row {row}, column {column} is {written}, which is unknown {why}; only cues may have unknown entries, patterns are -1 and 1 or 0 and 1"
    )]
    UnknownEntry {
        /// The row.
        row: usize,
        /// The column.
        column: usize,
        /// `0` or `?`.
        written: &'static str,
        /// Why it is unknown.
        why: &'static str,
    },
    /// A shape that does not fit the number of columns.
    #[error("has {columns} columns, the shape {shape} needs {needed}")]
    ShapeMismatch {
        /// Columns found.
        columns: usize,
        /// The shape asked for.
        shape: String,
        /// Its pixels.
        needed: usize,
    },
    /// Images that make no patterns.
    #[error(transparent)]
    Images(#[from] ImagesProblem),
    /// Not a pattern set.
    #[error(transparent)]
    Patterns(#[from] PatternsError),
    /// A damaged or foreign safetensors file.
    #[error("is no network file: {0}")]
    Safetensors(String),
    /// A network file of another version.
    #[error(
        "has format version `{found}`, this program reads versions 1 and 2; use the version of attractor that wrote it, or train again"
    )]
    FormatVersion {
        /// The version in the file.
        found: String,
    },
    /// A metadata entry that is missing or wrong.
    #[error(
        "the metadata entry `{key}` {reason}; the file is damaged or was not written by attractor"
    )]
    Metadata {
        /// Which entry.
        key: &'static str,
        /// What is wrong.
        reason: String,
    },
    /// A tensor that is missing or wrong.
    #[error("the tensor `{name}` {reason}; the file is damaged or was not written by attractor")]
    Tensor {
        /// Which tensor.
        name: &'static str,
        /// What is wrong.
        reason: String,
    },
    /// Weights that are no network.
    #[error(transparent)]
    Network(#[from] NetworkError),
    /// Couplings that do not exist.
    #[error(transparent)]
    Couplings(#[from] CouplingsError),
}

/// A file that cannot be written, and why. What stood there before is untouched.
#[derive(Debug, thiserror::Error)]
#[error("{name}: {problem}")]
pub struct WriteError {
    /// The file's path.
    pub name: String,
    /// Why it cannot be written.
    pub problem: WriteProblem,
}

impl WriteError {
    pub(crate) fn at(path: &Path, problem: impl Into<WriteProblem>) -> Self {
        Self {
            name: path.display().to_string(),
            problem: problem.into(),
        }
    }
}

/// Why a file cannot be written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WriteProblem {
    /// The operating system refuses.
    #[error("cannot be written: {0}")]
    Io(#[from] io::Error),
    /// A directory stands there.
    #[error("is a directory; name a file in it")]
    Directory,
    /// More than what would be read back.
    #[error(
        "would have about {:.1} GB, and at most {:.1} GB are read back; ask for fewer patterns or neurons{}",
        *.bytes as f64 / 1e9,
        *.limit as f64 / 1e9,
        if *.limit < super::MAX_BYTES { ", or write .npy" } else { "" }
    )]
    TooLarge {
        /// Bytes of the file.
        bytes: u64,
        /// The most that are read of such a file.
        limit: u64,
    },
    /// An extension that names no format.
    #[error("the extension must be .npy, .csv or .txt")]
    Extension,
    /// Unknown entries that a reader would take for −1.
    #[error(
        "these cues have unknown entries and no -1, and a .npy file cannot tell them from 0/1 data; write .csv, where unknown is `?`"
    )]
    Ambiguous,
}
