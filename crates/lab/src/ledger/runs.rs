//! The runs of a table: `NAME.runs.csv`, one line each, written before the run's first result. Tables of earlier versions
//! have no such file.

use super::error::{LedgerError, at};
use crate::run::Run;
use attractor::io::{MAX_TEXT, read_text_bounded, write_atomically};
use std::io;
use std::path::{Path, PathBuf};

/// The columns, in order.
const HEADER: [&str; 5] = ["started", "version", "system", "processor", "threads"];

/// Beside the table.
pub(super) fn path(table: &Path) -> PathBuf {
    table.with_extension("runs.csv")
}

/// The runs of a table; none where nobody recorded them.
pub(super) fn read(table: &Path) -> Result<Vec<Run>, LedgerError> {
    let path = path(table);
    let text = match read_text_bounded(&path, MAX_TEXT) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(at(&path)(error)),
    };
    let broken = |message: String| LedgerError::Broken {
        path: path.clone(),
        message: format!(
            "{message}; without this file the report says that the runs were not recorded"
        ),
    };
    let mut lines = csv::Reader::from_reader(text.as_bytes());
    let header = lines.headers().map_err(|error| broken(error.to_string()))?;
    if header.iter().ne(HEADER) {
        return Err(broken(
            "its header is not that of a list of runs".to_owned(),
        ));
    }
    let runs = lines.deserialize().collect::<Result<_, _>>();
    runs.map_err(|error: csv::Error| broken(error.to_string()))
}

/// The whole file: a handful of lines.
pub(super) fn write(table: &Path, runs: &[Run]) -> Result<(), LedgerError> {
    let path = path(table);
    let mut writer = csv::Writer::from_writer(Vec::new());
    let filled = runs.iter().try_for_each(|run| writer.serialize(run));
    filled.map_err(|error| at(&path)(io::Error::other(error)))?;
    let text = writer
        .into_inner()
        .map_err(|error| at(&path)(io::Error::other(error.to_string())))?;
    Ok(write_atomically(&path, |file| file.write_all(&text))?)
}
