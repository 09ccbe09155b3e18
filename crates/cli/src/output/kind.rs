//! The kinds of files that the program writes: a file of another kind is not overwritten unasked.

use attractor::io::read_cues;
use serde_json::{Map, Value};
use std::fmt;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

/// Bytes at the start of a file that tell its kind. Larger: more is read before each run. Smaller: a long first line
/// hides what follows it.
const HEAD: u64 = 1 << 16;
/// The longest header of a network file and the longest report that are looked into. Larger: more is read before each
/// run. Smaller: a classifier of many rows, which stand in the header, is not recognised and needs --force.
const MOST_JSON: u64 = 1 << 27;

/// What stands at the head of every exported network that is text.
const EXPORTED: &str = "(attractor export)";

/// A kind of file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A network, a classifier included.
    Network,
    /// Patterns or cues: .npy, .csv or .txt.
    Patterns,
    Certificate,
    /// A JSON object that has these keys.
    Report(&'static [&'static str]),
    Png,
    Svg,
    /// A page of ours.
    Html,
    /// A CSV file whose header begins like this.
    Table(&'static str),
    /// A CSV file whose header ends like this.
    Answers(&'static str),
    /// A mixed integer program in MPS or LP format.
    Program,
    /// A network as a C header.
    Header,
    /// A network as a Rust file.
    Module,
    /// A network as a packed binary.
    Packed,
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Network => f.write_str("a network file"),
            Self::Patterns => f.write_str("a file of patterns"),
            Self::Certificate => f.write_str("a certificate"),
            Self::Report(_) => f.write_str("such a report"),
            Self::Png => f.write_str("a PNG picture"),
            Self::Svg => f.write_str("an SVG picture"),
            Self::Html => f.write_str("a report of attractor as an HTML page"),
            Self::Table(header) => write!(f, "a table that begins with `{header}`"),
            Self::Answers(columns) => write!(f, "a table with the columns `{columns}`"),
            Self::Program => f.write_str("an MPS or LP file"),
            Self::Header => f.write_str("a C header of a network"),
            Self::Module => f.write_str("a Rust file of a network"),
            Self::Packed => f.write_str("a packed network"),
        }
    }
}

impl Kind {
    /// Whether the file at this path is of this kind. An empty file is of every kind: nothing is lost with it.
    ///
    /// # Errors
    /// If it cannot be read.
    pub(super) fn is_of(self, path: &Path) -> io::Result<bool> {
        let mut file = File::open(path)?;
        let mut head = Vec::new();
        file.by_ref().take(HEAD).read_to_end(&mut head)?;
        if head.is_empty() {
            return Ok(true);
        }
        let text = String::from_utf8_lossy(&head);
        let text = text.trim_start();
        Ok(match self {
            Self::Network => is_network(path)?,
            Self::Patterns => read_cues(path).is_ok(),
            Self::Certificate => text.starts_with('{') && text.contains(attractor_proof::FORMAT),
            Self::Report(keys) => text.starts_with('{') && has_keys(path, keys)?,
            Self::Png => head.starts_with(b"\x89PNG\r\n\x1a\n"),
            Self::Svg => text.starts_with('<') && text.contains("<svg"),
            Self::Html => text.starts_with("<!DOCTYPE html>") && text.contains(GENERATOR),
            Self::Table(header) => text.starts_with(header),
            Self::Answers(columns) => text
                .lines()
                .next()
                .is_some_and(|line| line.ends_with(columns)),
            Self::Program => is_program(text),
            Self::Header => text.starts_with("/*") && text.contains(EXPORTED),
            Self::Module => text.starts_with("//!") && text.contains(EXPORTED),
            Self::Packed => head.starts_with(b"ATTM"),
        })
    }
}

/// What every page of ours says of its origin.
const GENERATOR: &str = "<meta name=\"generator\" content=\"attractor\">";

/// Whether a safetensors header says that the file is ours.
fn is_network(path: &Path) -> io::Result<bool> {
    let mut file = File::open(path)?;
    let mut length = [0; 8];
    if file.read_exact(&mut length).is_err() {
        return Ok(false);
    }
    let length = u64::from_le_bytes(length);
    if length > MOST_JSON {
        return Ok(false);
    }
    let header: Result<Value, _> = serde_json::from_reader(io::BufReader::new(file.take(length)));
    let metadata = header.ok().and_then(|mut header| {
        let metadata = header.get_mut("__metadata__")?;
        Some(metadata.take())
    });
    Ok(metadata.is_some_and(|metadata| {
        metadata.get("format_version").is_some() && metadata.get("rule").is_some()
    }))
}

fn has_keys(path: &Path, keys: &[&str]) -> io::Result<bool> {
    let file = io::BufReader::new(File::open(path)?.take(MOST_JSON));
    let object: Result<Map<String, Value>, _> = serde_json::from_reader(file);
    Ok(object.is_ok_and(|object| keys.iter().all(|&key| object.contains_key(key))))
}

/// Whether a text begins as MPS and LP files do, after their comments.
fn is_program(text: &str) -> bool {
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let first = lines.find(|line| !line.starts_with(['*', '\\']));
    first.is_some_and(|line| {
        ["NAME", "ROWS", "Minimize", "Maximize"]
            .iter()
            .any(|word| line.starts_with(word))
    })
}
