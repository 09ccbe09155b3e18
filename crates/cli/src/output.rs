//! Where results go: a file that appears whole or not at all, or standard output.

use anyhow::{Context, Result, bail, ensure};
use attractor::io::{TableFormat, write_atomically};
use std::fs;
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};

/// The name of standard input or output.
pub(crate) const DASH: &str = "-";

/// A checked place for one result.
#[derive(Debug)]
pub(crate) enum Output {
    /// `-`.
    Stdout,
    /// A file, to be replaced as a whole; or a device or pipe, to be written to.
    File(PathBuf),
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
        Ok(Self::File(path.to_owned()))
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
            Self::File(path) => write_atomically(path, write)?,
        }
        Ok(())
    }
}

fn is_same_file(a: &Path, b: &Path) -> bool {
    a == b || matches!((a.canonicalize(), b.canonicalize()), (Ok(a), Ok(b)) if a == b)
}

/// Whether a new file can be made where `path` is to be.
fn probe(path: &Path) -> io::Result<()> {
    let folder = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    tempfile::tempfile_in(folder).map(drop)
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

/// A number for people: four decimals, or three and a power of ten where those would hide it.
pub(crate) fn number(value: f64) -> String {
    if value == 0.0 {
        // Zero has no sign for people.
        "0.0000".to_owned()
    } else if (1e-3..1e9).contains(&value.abs()) {
        format!("{value:.4}")
    } else {
        format!("{value:.3e}")
    }
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

#[cfg(test)]
mod tests {
    use super::number;

    #[test]
    fn numbers_are_short_and_hide_nothing() {
        assert_eq!(number(0.195_151), "0.1952");
        assert_eq!(number(-141.4178), "-141.4178");
        assert_eq!(
            (number(0.0), number(-0.0)),
            ("0.0000".into(), "0.0000".into())
        );
        assert_eq!(number(5.570_917e-7), "5.571e-7");
        assert_eq!(number(-1.7e308), "-1.700e308");
    }
}
