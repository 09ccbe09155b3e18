//! Where bytes come from: a file, standard input or memory, unpacked if gzipped, and never more than a stated maximum.
//!
//! Formats and compression are told by content, not by name. Nothing is allocated on a header's word: buffers grow with
//! the bytes that really arrive.

use super::error::{Problem, ReadError};
use super::limits::{MAX_BYTES, MAX_UNPACKED};
use flate2::read::MultiGzDecoder;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;

/// Bytes looked at to tell the format; binary headers must lie within them.
const HEAD: usize = 4096;

/// An open input, positioned at its first (unpacked) byte.
pub(crate) struct Source<'a> {
    pub(crate) name: String,
    head: Vec<u8>,
    reader: Box<dyn BufRead + 'a>,
    limit: u64,
    /// Whether the bytes come out of a compressed file.
    unpacked: bool,
}

impl<'a> Source<'a> {
    /// Opens a file, or standard input if `path` is `-`.
    pub(crate) fn open(path: &Path) -> Result<Source<'static>, ReadError> {
        if path == Path::new("-") {
            return Source::from_reader("standard input", io::stdin());
        }
        let file = File::open(path).map_err(|error| ReadError::at(path, error))?;
        if file.metadata().is_ok_and(|metadata| metadata.is_dir()) {
            return Err(ReadError::at(path, Problem::Directory));
        }
        Source::from_reader(path.display().to_string(), file)
    }

    pub(crate) fn from_reader(
        name: impl Into<String>,
        reader: impl Read + 'a,
    ) -> Result<Self, ReadError> {
        let name = name.into();
        let source = Self::sniff(name.clone(), Box::new(BufReader::new(reader)), false)
            .map_err(|error| ReadError::new(&name, error))?;
        if !source.head.starts_with(&[0x1f, 0x8b]) {
            return Ok(source);
        }
        let packed = io::Cursor::new(source.head).chain(source.reader);
        let unpacked = BufReader::new(MultiGzDecoder::new(packed));
        Self::sniff(name.clone(), Box::new(unpacked), true)
            .map_err(|error| ReadError::new(&name, error))
    }

    fn sniff(name: String, mut reader: Box<dyn BufRead + 'a>, unpacked: bool) -> io::Result<Self> {
        let mut head = Vec::with_capacity(HEAD);
        reader.by_ref().take(HEAD as u64).read_to_end(&mut head)?;
        Ok(Self {
            name,
            head,
            reader,
            limit: if unpacked { MAX_UNPACKED } else { MAX_BYTES },
            unpacked,
        })
    }

    /// The first bytes, at most 4096.
    pub(crate) fn head(&self) -> &[u8] {
        &self.head
    }

    /// The first bytes, at most `count`; [`Source::head`] is as long from now on.
    pub(crate) fn peek(&mut self, count: u64) -> Result<&[u8], ReadError> {
        let more = count.saturating_sub(self.head.len() as u64);
        self.reader
            .by_ref()
            .take(more)
            .read_to_end(&mut self.head)
            .map_err(|error| ReadError::new(&self.name, error))?;
        let end = self.head.len() as u64;
        Ok(&self.head[..end.min(count) as usize])
    }

    /// All of it, at most `limit` bytes (or what a compressed input may unpack to, if that is less).
    pub(crate) fn read_all(self, limit: u64) -> Result<Vec<u8>, ReadError> {
        let (name, unpacked, limit) = (self.name.clone(), self.unpacked, self.limit.min(limit));
        let bytes = self.read_up_to(limit.saturating_add(1))?;
        if bytes.len() as u64 > limit {
            return Err(ReadError::new(&name, Problem::TooLarge { limit, unpacked }));
        }
        Ok(bytes)
    }

    /// The first `count` bytes, or all if there are fewer.
    pub(crate) fn read_up_to(self, count: u64) -> Result<Vec<u8>, ReadError> {
        let name = self.name.clone();
        let mut bytes = Vec::new();
        self.into_stream()
            .take(count)
            .read_to_end(&mut bytes)
            .map_err(|error| ReadError::new(&name, error))?;
        Ok(bytes)
    }

    fn into_stream(self) -> Stream<'a> {
        io::Cursor::new(self.head).chain(self.reader)
    }

    /// Exactly `expected` bytes of `what` after a header of `header` bytes, and nothing after them, handed to `visit`
    /// in order in pieces of a multiple of `unit` bytes.
    pub(crate) fn read_body(
        self,
        what: &'static str,
        header: u64,
        expected: u64,
        unit: usize,
        visit: &mut dyn FnMut(&[u8]) -> Result<(), Problem>,
    ) -> Result<(), ReadError> {
        let name = self.name.clone();
        self.visit_body(what, header, expected, unit, visit)
            .map_err(|problem| ReadError::new(name, problem))
    }

    fn visit_body(
        self,
        what: &'static str,
        header: u64,
        expected: u64,
        unit: usize,
        visit: &mut dyn FnMut(&[u8]) -> Result<(), Problem>,
    ) -> Result<(), Problem> {
        let (limit, unpacked) = (self.limit, self.unpacked);
        let mut stream = self.into_stream();
        io::copy(&mut stream.by_ref().take(header), &mut io::sink())?;
        let mut piece = Vec::new();
        let step = (unit * (1 << 16)) as u64;
        let mut got = 0;
        while got < expected {
            if got + header > limit {
                return Err(Problem::TooLarge { limit, unpacked });
            }
            piece.clear();
            let want = step.min(expected - got);
            let read = stream.by_ref().take(want).read_to_end(&mut piece)? as u64;
            got += read;
            if read < want {
                return Err(Problem::Truncated {
                    what,
                    expected,
                    got,
                });
            }
            visit(&piece)?;
        }
        match stream.read(&mut [0])? {
            0 => Ok(()),
            _ => Err(Problem::Trailing { what, expected }),
        }
    }
}

/// The bytes of a [`Source`] from the first on.
type Stream<'a> = io::Chain<io::Cursor<Vec<u8>>, Box<dyn BufRead + 'a>>;
