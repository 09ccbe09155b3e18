//! Files are written whole or not at all.

use super::error::{WriteError, WriteProblem};
use super::leftover;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::Path;

/// Writes a file through `write`: into a temporary file in the same folder, flushed to disk, then renamed. Whatever
/// fails, the file that stood there before stays as it was. A path that is no regular file (a device, a pipe) is
/// written in place; a symbolic link is followed. Temporary files that killed processes left in the folder are removed.
///
/// # Errors
/// The path is a directory, the folder does not exist or is not writable, the disk is full, `write` fails.
///
/// ```no_run
/// use std::path::Path;
/// attractor::io::write_atomically(Path::new("report.json"), |file| file.write_all(b"{}"))?;
/// # Ok::<(), attractor::io::WriteError>(())
/// ```
pub fn write_atomically(
    path: &Path,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<(), WriteError> {
    let target = fs::canonicalize(path);
    let target = target.as_deref().unwrap_or(path);
    match fs::metadata(target) {
        Ok(metadata) if metadata.is_dir() => {
            return Err(WriteError::at(path, WriteProblem::Directory));
        }
        Ok(metadata) if !metadata.is_file() => {
            return write_in_place(target, write).map_err(|error| WriteError::at(path, error));
        }
        _ => {}
    }
    write_beside(target, write).map_err(|error| WriteError::at(path, error))
}

fn write_in_place(
    path: &Path,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> io::Result<()> {
    let mut out = BufWriter::new(File::options().write(true).open(path)?);
    write(&mut out)?;
    out.flush()
}

fn write_beside(
    path: &Path,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> io::Result<()> {
    let folder = match path.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    };
    let mut builder = tempfile::Builder::new();
    leftover::remove(folder);
    let prefix = leftover::prefix();
    builder.prefix(&prefix).suffix(leftover::SUFFIX);
    let kept = fs::metadata(path).map(|metadata| metadata.permissions());
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // Temporary files are private by default; the umask narrows this as for any new file.
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    if kept.as_ref().is_ok_and(fs::Permissions::readonly) {
        return Err(io::Error::from(io::ErrorKind::PermissionDenied));
    }
    let file = builder.tempfile_in(folder).map_err(|error| plain(&error))?;
    // Through the plain file, whose errors do not name the temporary one.
    let mut out = BufWriter::with_capacity(1 << 20, file.as_file());
    write(&mut out)?;
    out.flush()?;
    drop(out);
    if let Ok(permissions) = kept {
        file.as_file().set_permissions(permissions)?;
    }
    file.as_file().sync_all()?;
    file.persist(path).map_err(|error| error.error)?;
    Ok(())
}

/// The error without the temporary file's name, which says nothing to the user.
fn plain(error: &io::Error) -> io::Error {
    match error.raw_os_error() {
        Some(code) => io::Error::from_raw_os_error(code),
        None => io::Error::new(error.kind(), error.to_string()),
    }
}
