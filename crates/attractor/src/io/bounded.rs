//! Reads with an end: a device or a pipe that never ends fills no memory.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Read};
use std::path::Path;

/// A stream that gives at most a number of bytes. One byte more is an error, not an end.
#[derive(Debug)]
pub struct Bounded<R> {
    inner: R,
    left: u64,
    limit: u64,
}

impl<R: Read> Bounded<R> {
    /// `inner`, of which `limit` bytes are read at most.
    ///
    /// ```
    /// use attractor::io::Bounded;
    /// use std::io::{Read, repeat};
    /// let mut bytes = Vec::new();
    /// assert!(Bounded::new(repeat(b'0'), 1 << 10).read_to_end(&mut bytes).is_err());
    /// assert_eq!(Bounded::new(&b"1,-1"[..], 4).read_to_end(&mut bytes).unwrap(), 4);
    /// ```
    pub fn new(inner: R, limit: u64) -> Self {
        Self {
            inner,
            left: limit,
            limit,
        }
    }
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.left == 0 && !buffer.is_empty() {
            return match self.inner.read(&mut [0])? {
                0 => Ok(0),
                _ => Err(io::Error::new(
                    ErrorKind::FileTooLarge,
                    format!("holds more than {} bytes; split it", self.limit),
                )),
            };
        }
        let wanted = usize::try_from(self.left).map_or(buffer.len(), |left| left.min(buffer.len()));
        let got = self.inner.read(&mut buffer[..wanted])?;
        self.left -= got as u64;
        Ok(got)
    }
}

/// Opens a file of which at most `limit` bytes are read.
///
/// # Errors
/// What the operating system refuses; a directory.
pub fn open_bounded(path: &Path, limit: u64) -> io::Result<Bounded<File>> {
    let file = File::open(path)?;
    if file.metadata()?.is_dir() {
        return Err(ErrorKind::IsADirectory.into());
    }
    Ok(Bounded::new(file, limit))
}

/// The bytes of a file, at most `limit`. A pipe is read to its end.
///
/// # Errors
/// What the operating system refuses; a directory; more bytes than `limit`.
pub fn read_bounded(path: &Path, limit: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    // Room is made for what a regular file holds, up to the limit.
    let expected = fs::metadata(path).map_or(0, |metadata| metadata.len().min(limit));
    bytes
        .try_reserve(usize::try_from(expected).unwrap_or(0))
        .map_err(|_| ErrorKind::OutOfMemory)?;
    open_bounded(path, limit)?.read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// The UTF-8 text of a file, at most `limit` bytes. A pipe is read to its end.
///
/// # Errors
/// Those of [`read_bounded`]; bytes that are no UTF-8.
pub fn read_text_bounded(path: &Path, limit: u64) -> io::Result<String> {
    String::from_utf8(read_bounded(path, limit)?)
        .map_err(|error| io::Error::new(ErrorKind::InvalidData, error))
}
