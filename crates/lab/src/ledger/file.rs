//! The file of a ledger: one CSV record an entry, appended at once, whole after any crash.

use super::entry::{Cell, Entry, Measured};
use super::error::{LedgerError, at};
use attractor::io::write_atomically;
use std::collections::HashMap;
use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::Path;
use std::time::{Duration, Instant};

/// Appended results reach the disk itself at least this often; the death of the process alone loses none.
const SYNC_INTERVAL: Duration = Duration::from_secs(1);

/// The most bytes of a table, more than the most cells need. Larger: an endless file fills more memory before it is refused.
const MAX_BYTES: u64 = 1 << 30;

/// The columns of a ledger, in order.
const HEADER: &str = "figure,method,data,neurons,patterns,level,repeat,seed,wrong_bits,wrong_bits_strict,\
wrong_bits_fixed_point,lower_bound,zero_share,margin,exact_recall,overlap,accuracy,status,certified,options,seconds,version";

/// The entry as one CSV record. The csv crate cannot serialise flattened structs, so the parts go one after another.
fn append_to(out: &mut Vec<u8>, entry: &Entry) -> io::Result<()> {
    let mut writer = csv::WriterBuilder::new()
        .has_headers(false)
        .from_writer(out);
    writer
        .serialize((&entry.cell, &entry.measured, entry.seconds, &entry.version))
        .map_err(io::Error::other)?;
    writer.flush()
}

/// The whole table, header first.
pub(super) fn rewrite(path: &Path, entries: &[Entry]) -> Result<(), LedgerError> {
    let mut bytes = [HEADER.as_bytes(), b"\n"].concat();
    for entry in entries {
        append_to(&mut bytes, entry).map_err(at(path))?;
    }
    Ok(write_atomically(path, |file| file.write_all(&bytes))?)
}

/// A ledger's file while cells run.
pub(super) struct Appender {
    file: File,
    synced: Instant,
}

impl Appender {
    pub(super) fn open(path: &Path) -> Result<Self, LedgerError> {
        let file = OpenOptions::new().create(true).append(true).open(path);
        Ok(Self {
            file: file.map_err(at(path))?,
            synced: Instant::now(),
        })
    }

    pub(super) fn append(&mut self, entry: &Entry) -> io::Result<()> {
        let mut record = Vec::new();
        if self.file.metadata()?.len() == 0 {
            record.extend_from_slice(HEADER.as_bytes());
            record.push(b'\n');
        }
        append_to(&mut record, entry)?;
        self.file.write_all(&record)?;
        if self.synced.elapsed() >= SYNC_INTERVAL {
            self.synced = Instant::now();
            self.file.sync_data()?;
        }
        Ok(())
    }
}

/// The whole file, up to [`MAX_BYTES`].
fn read_at_most(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?
        .take(MAX_BYTES + 1)
        .read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(io::Error::other(format!(
            "the table has more than {} MiB",
            MAX_BYTES >> 20
        )));
    }
    Ok(bytes)
}

/// Reads a ledger, first cutting off a last line without its line end: what a crash in the middle of a write leaves.
pub(super) fn recover(path: &Path) -> Result<Vec<Entry>, LedgerError> {
    let text = read_at_most(path).map_err(at(path))?;
    let whole = text
        .iter()
        .rposition(|&b| b == b'\n')
        .map_or(0, |end| end + 1);
    if whole < text.len() {
        let file = OpenOptions::new()
            .write(true)
            .open(path)
            .map_err(at(path))?;
        file.set_len(whole as u64).map_err(at(path))?;
    }
    let broken = |message: String| LedgerError::Broken {
        path: path.to_owned(),
        message,
    };
    let mut lines = csv::ReaderBuilder::new()
        .has_headers(false)
        .from_reader(&text[..whole]);
    let mut entries: Vec<Entry> = Vec::new();
    let mut lines_of: HashMap<String, usize> = HashMap::new();
    for (k, record) in lines.records().enumerate() {
        let record = record.map_err(|error| broken(error.to_string()))?;
        if k == 0 {
            if record.iter().collect::<Vec<_>>().join(",") != HEADER {
                return Err(broken(
                    "its header is not that of a results table of this version".to_owned(),
                ));
            }
            continue;
        }
        let parsed: Result<(Cell, Measured, f64, String), _> = record.deserialize(None);
        let (cell, measured, seconds, version) =
            parsed.map_err(|error| broken(format!("line {}: {error}", k + 1)))?;
        if let Some(first) = lines_of.insert(cell.key(), k + 1) {
            return Err(broken(format!(
                "lines {first} and {} hold the same cell {}; take one of them out",
                k + 1,
                cell.key()
            )));
        }
        entries.push(Entry {
            cell,
            measured,
            seconds,
            version,
        });
    }
    Ok(entries)
}
