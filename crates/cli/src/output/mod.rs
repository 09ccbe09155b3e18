//! Where results go: a file that appears whole or not at all, or standard output.

mod chart;
mod kind;
mod page;

pub(crate) use chart::ChartKind;
pub(crate) use kind::Kind;
pub(crate) use page::Report;

use anyhow::{Context, Result, bail, ensure};
use attractor::io::{TableFormat, write_atomically};
use std::cell::Cell;
use std::fs;
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};

/// The name of standard input or output.
pub(crate) const DASH: &str = "-";

/// Bytes from which on a file is announced before it is written: 3 GB. Larger: a disk may be filled without a word.
/// Smaller: harmless files are announced.
const LARGE: u64 = 3_000_000_000;

/// A checked place for one result.
#[derive(Debug)]
pub(crate) enum Output {
    /// `-`.
    Stdout,
    /// A file, to be replaced as a whole; or a device or pipe, to be written to.
    File {
        path: PathBuf,
        /// Whether it was said that the file is written.
        told: Cell<bool>,
    },
}

impl Output {
    /// Finds out now, before the long work, whether `path` can be written.
    ///
    /// # Errors
    /// A path that cannot be written, or that is one of the inputs.
    pub(crate) fn prepare(path: &Path, inputs: &[&Path]) -> Result<Self> {
        if path.as_os_str() == DASH {
            return Ok(Self::Stdout);
        }
        let shown = path.display();
        for input in inputs {
            ensure!(
                !is_same_file(path, input),
                "`{shown}` is an input; writing would destroy it: choose another output"
            );
        }
        match fs::metadata(path) {
            Ok(found) if found.is_dir() => bail!("`{shown}` is a folder; name a file to write"),
            Ok(found) if found.permissions().readonly() => {
                bail!("`{shown}` is read-only; choose another output")
            }
            Ok(found) if !found.is_file() => {}
            _ => probe(path).with_context(|| format!("`{shown}` cannot be written"))?,
        }
        Ok(Self::File {
            path: path.to_owned(),
            told: Cell::new(false),
        })
    }

    /// Refuses to overwrite a file of another kind.
    ///
    /// # Errors
    /// If one is there.
    pub(crate) fn for_kind(self, kind: Kind) -> Result<Self> {
        if let Self::File { path, .. } = &self
            && path.is_file()
        {
            let shown = path.display();
            let same = kind.is_of(path);
            ensure!(
                same.with_context(|| format!("`{shown}` cannot be read"))?,
                "`{shown}` exists and is not {kind}; choose another output, or overwrite it with --force"
            );
        }
        Ok(self)
    }

    /// Warns on standard error if about `bytes` are much for a file.
    pub(crate) fn announce(&self, bytes: u64) {
        if let Self::File { path, .. } = self
            && bytes >= LARGE
        {
            let gigabytes = bytes as f64 / 1e9;
            tell(&format!(
                "warning: `{}` will have about {gigabytes:.1} GB",
                path.display()
            ));
        }
    }

    /// Refuses to show a file that is no text on a terminal.
    ///
    /// # Errors
    /// If standard output is one.
    pub(crate) fn not_to_terminal(self) -> Result<Self> {
        ensure!(
            !(self.is_stdout() && io::stdout().is_terminal()),
            "a terminal cannot show this file; name one with -o, or pipe it into another program"
        );
        Ok(self)
    }

    /// Whether the result goes to standard output.
    pub(crate) fn is_stdout(&self) -> bool {
        matches!(self, Self::Stdout)
    }

    /// Writes the result whole.
    ///
    /// # Errors
    /// Whatever the operating system says, with the path.
    pub(crate) fn write(&self, bytes: &[u8]) -> Result<()> {
        self.announce(bytes.len() as u64);
        self.write_with(|file| file.write_all(bytes))
    }

    /// Writes what `write` writes, whole.
    ///
    /// # Errors
    /// Those of `write` and of the operating system, with the path.
    pub(crate) fn write_with(
        &self,
        write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> Result<()> {
        match self {
            Self::Stdout => {
                let mut stdout = io::BufWriter::new(io::stdout().lock());
                write(&mut stdout)
                    .and_then(|()| stdout.flush())
                    .context("standard output")?;
            }
            Self::File { path, told } => {
                write_atomically(path, write)?;
                if !is_device(path) && !told.replace(true) {
                    tell(&format!("wrote {}", path.display()));
                }
            }
        }
        Ok(())
    }
}

/// A line on standard error. Nobody is left to tell if that is closed.
pub(crate) fn tell(line: &str) {
    let _ = writeln!(io::stderr(), "{line}");
}

/// Whether two paths are one place, whether a file stands there or not.
pub(crate) fn is_same_file(a: &Path, b: &Path) -> bool {
    a == b || matches!((place(a), place(b)), (Some(a), Some(b)) if a == b)
}

/// The path without links and detours.
fn place(path: &Path) -> Option<PathBuf> {
    let whole = path.canonicalize().ok();
    whole.or_else(|| Some(folder_of(path).canonicalize().ok()?.join(path.file_name()?)))
}

/// The folder that a file is in.
fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

/// Whether a new file can be made where `path` is to be.
fn probe(path: &Path) -> io::Result<()> {
    tempfile::tempfile_in(folder_of(path)).map(drop)
}

/// Refuses the name of a picture that is no PNG file, the only kind that is drawn there.
///
/// # Errors
/// Another extension.
pub(crate) fn check_png(path: &Path) -> Result<()> {
    let extension = path.extension().and_then(|extension| extension.to_str());
    ensure!(
        path.as_os_str() == DASH
            || is_device(path)
            || extension.is_some_and(|extension| extension.eq_ignore_ascii_case("png")),
        "`{}`: this picture is a PNG file; give the extension .png",
        path.display()
    );
    Ok(())
}

/// Refuses the name of a report that is no HTML file.
///
/// # Errors
/// Another extension.
pub(crate) fn check_html(path: &Path) -> Result<()> {
    let extension = path.extension().and_then(|extension| extension.to_str());
    let is_html = |extension: &str| ["html", "htm"].contains(&extension.to_lowercase().as_str());
    ensure!(
        path.as_os_str() == DASH || is_device(path) || extension.is_some_and(is_html),
        "`{}`: this report is an HTML page; give the extension .html",
        path.display()
    );
    Ok(())
}

/// The format of a file of patterns by its extension; standard output is .csv.
///
/// # Errors
/// Another extension.
pub(crate) fn table_format(path: &Path) -> Result<TableFormat> {
    if path.as_os_str() == DASH || is_device(path) {
        return Ok(TableFormat::Csv);
    }
    TableFormat::of_path(path).with_context(|| {
        format!(
            "`{}`: patterns are written as .npy, .csv or .txt; give one of these extensions",
            path.display()
        )
    })
}

/// Whether something stands there that is no regular file.
fn is_device(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|found| !found.is_file() && !found.is_dir())
}
