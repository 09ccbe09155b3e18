//! Error: why results cannot be read or kept.

use attractor::io::WriteError;
use std::io;
use std::path::{Path, PathBuf};

/// Why a results folder cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LedgerError {
    /// The file system refuses.
    #[error("{}", path.display())]
    Io {
        /// Which file.
        path: PathBuf,
        /// What it said.
        source: io::Error,
    },
    /// A table or configuration that cannot be written.
    #[error(transparent)]
    Write(#[from] WriteError),
    /// A folder in which another run is at work.
    #[error("`{}` is in use by another run; wait for its end, or choose another folder", folder.display())]
    InUse {
        /// Where.
        folder: PathBuf,
    },
    /// A results file that is no table of cells.
    #[error("{}: {message}", path.display())]
    Broken {
        /// Which file.
        path: PathBuf,
        /// What is wrong.
        message: String,
    },
    /// Results made with other settings.
    #[error(
        "{} was made with another configuration; nothing was changed. Choose another folder, or run with the configuration \
         that lies there",
        path.display()
    )]
    OtherConfiguration {
        /// The configuration that lies there.
        path: PathBuf,
    },
    /// No results where they were expected.
    #[error("{} holds no results of {name}", folder.display())]
    Nothing {
        /// Where.
        folder: PathBuf,
        /// Of which figure.
        name: String,
    },
    /// The operating system refuses threads.
    #[error("cannot start threads: {0}")]
    Threads(#[from] rayon::ThreadPoolBuildError),
    /// Two tables disagree about a cell.
    #[error(
        "{} and {} hold different results for the cell {cell}; nothing was joined. Take one of the two lines out",
        first.display(),
        second.display()
    )]
    Contradiction {
        /// The cell.
        cell: String,
        /// One table.
        first: PathBuf,
        /// The other.
        second: PathBuf,
    },
    /// A line that is no result of the experiment.
    #[error(
        "{}: the experiment has no cell {cell}; nothing was changed. Take the line out of the table",
        path.display()
    )]
    Foreign {
        /// Which table.
        path: PathBuf,
        /// The cell.
        cell: String,
    },
}

/// Names the file that the file system refused.
pub(super) fn at(path: &Path) -> impl Fn(io::Error) -> LedgerError + '_ {
    move |source| LedgerError::Io {
        path: path.to_owned(),
        source,
    }
}
