//! Folder: where results lie, and who may write there.

use super::error::{LedgerError, at};
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The file that a run locks. It is empty, and stays: who removes it could remove that of the next run.
const LOCK: &str = ".lock";

/// A folder of results that no other run writes to while this value or a clone of it lives. The lock is the operating
/// system's, so it ends with the process, however that ends; a file system without locks guards nothing.
#[derive(Debug, Clone)]
pub struct Folder {
    path: PathBuf,
    _lock: Option<Arc<File>>,
}

impl Folder {
    /// Makes the folder where it is missing, and claims it for writing.
    ///
    /// # Errors
    /// [`LedgerError::InUse`] while another run reads or writes here; a folder that cannot be written.
    pub fn claim(path: &Path) -> Result<Self, LedgerError> {
        fs::create_dir_all(path).map_err(at(path))?;
        let lock = path.join(LOCK);
        let mut open = OpenOptions::new();
        let file = open.create(true).truncate(false).write(true).open(&lock);
        Self::locked(path, file.map_err(at(&lock))?, File::try_lock)
    }

    /// For reading results; makes nothing. A folder without lock file is free: no run has begun there.
    ///
    /// # Errors
    /// [`LedgerError::InUse`] while another run writes here; a folder that cannot be read.
    pub fn read(path: &Path) -> Result<Self, LedgerError> {
        let lock = path.join(LOCK);
        match File::open(&lock) {
            Ok(file) => Self::locked(path, file, File::try_lock_shared),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(Self {
                path: path.to_owned(),
                _lock: None,
            }),
            Err(error) => Err(at(&lock)(error)),
        }
    }

    fn locked(
        path: &Path,
        file: File,
        lock: impl Fn(&File) -> Result<(), TryLockError>,
    ) -> Result<Self, LedgerError> {
        match lock(&file) {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(LedgerError::InUse {
                    folder: path.to_owned(),
                });
            }
            Err(TryLockError::Error(error)) if error.kind() == ErrorKind::Unsupported => {}
            Err(TryLockError::Error(error)) => return Err(at(&path.join(LOCK))(error)),
        }
        Ok(Self {
            path: path.to_owned(),
            _lock: Some(Arc::new(file)),
        })
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }
}
