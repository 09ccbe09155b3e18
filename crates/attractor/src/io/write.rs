//! Patterns and cues to files: `.npy`, `.csv`, `.txt`.

use super::atomic::write_atomically;
use super::error::{WriteError, WriteProblem};
use super::limits::{MAX_BYTES, MAX_TEXT};
use super::{npy, text};
use crate::cue::Cues;
use crate::patterns::Patterns;
use std::path::Path;

/// How a table is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TableFormat {
    /// NumPy's `.npy`, type `i1`, C order.
    Npy,
    /// Values separated by commas, a pattern a line, no header.
    Csv,
    /// Values separated by blanks, a pattern a line.
    Txt,
}

impl TableFormat {
    /// By the extension `.npy`, `.csv` or `.txt`, whatever its case.
    pub fn of_path(path: &Path) -> Option<Self> {
        match path.extension()?.to_str()?.to_ascii_lowercase().as_str() {
            "npy" => Some(Self::Npy),
            "csv" => Some(Self::Csv),
            "txt" => Some(Self::Txt),
            _ => None,
        }
    }
}

impl TableFormat {
    /// Refuses patterns or cues whose file would be longer than what is read back.
    ///
    /// # Errors
    /// [`WriteProblem::TooLarge`].
    pub fn check_size(self, count: usize, neurons: usize) -> Result<(), WriteProblem> {
        let entries = (count as u64).saturating_mul(neurons as u64);
        let (bytes, limit) = match self {
            Self::Npy => (entries, MAX_BYTES),
            // A separator and 1 or -1, as often the one as the other.
            Self::Csv | Self::Txt => (entries.saturating_mul(5) / 2, MAX_TEXT),
        };
        if bytes > limit {
            return Err(WriteProblem::TooLarge { bytes, limit });
        }
        Ok(())
    }
}

/// Patterns as the bytes of a file, in ±1.
pub fn encode_patterns(patterns: &Patterns, format: TableFormat) -> Vec<u8> {
    let rows = (0..patterns.count()).map(|mu| patterns.signs(mu).collect());
    encode(patterns.count(), patterns.neurons(), rows, format, false)
}

/// Cues as the bytes of a file, in ±1 with 0 for unknown. If no entry is −1, a reader would take such a 0 for −1: then
/// unknown entries are `?` in text, and `.npy` is refused.
///
/// # Errors
/// [`WriteProblem::Ambiguous`].
pub fn encode_cues(cues: &Cues, format: TableFormat) -> Result<Vec<u8>, WriteProblem> {
    let row = |c: usize| -> Vec<i8> { (0..cues.neurons()).map(|i| cues.value(c, i)).collect() };
    let unknown_zero = cues.all_known() || (0..cues.count()).any(|c| row(c).contains(&-1));
    if !unknown_zero && format == TableFormat::Npy {
        return Err(WriteProblem::Ambiguous);
    }
    let rows = (0..cues.count()).map(row);
    Ok(encode(
        cues.count(),
        cues.neurons(),
        rows,
        format,
        !unknown_zero,
    ))
}

fn encode(
    count: usize,
    neurons: usize,
    rows: impl Iterator<Item = Vec<i8>>,
    format: TableFormat,
    question_mark: bool,
) -> Vec<u8> {
    match format {
        TableFormat::Npy => npy::encode(count, neurons, rows.flatten()),
        TableFormat::Csv => text::encode(rows, ",", question_mark),
        TableFormat::Txt => text::encode(rows, " ", question_mark),
    }
}

/// Writes patterns in ±1, in the format of the extension.
///
/// # Errors
/// An extension other than `.npy`, `.csv`, `.txt`; what [`write_atomically`] refuses.
pub fn write_patterns(path: &Path, patterns: &Patterns) -> Result<(), WriteError> {
    let bytes = encode_patterns(patterns, format_of(path)?);
    write_atomically(path, |file| file.write_all(&bytes))
}

/// Writes cues as [`encode_cues`] does, in the format of the extension.
///
/// # Errors
/// An extension other than `.npy`, `.csv`, `.txt`; [`WriteProblem::Ambiguous`]; what [`write_atomically`] refuses.
pub fn write_cues(path: &Path, cues: &Cues) -> Result<(), WriteError> {
    let bytes =
        encode_cues(cues, format_of(path)?).map_err(|problem| WriteError::at(path, problem))?;
    write_atomically(path, |file| file.write_all(&bytes))
}

fn format_of(path: &Path) -> Result<TableFormat, WriteError> {
    TableFormat::of_path(path).ok_or_else(|| WriteError::at(path, WriteProblem::Extension))
}
