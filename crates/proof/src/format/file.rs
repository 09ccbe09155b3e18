//! File: certificates as bytes, JSON or gzip of it, told apart by content; reading is bounded.

use crate::format::certificate::{Certificate, FORMAT, OLDEST_VERSION, VERSION};
use crate::format::limits::{MAX_FILE_BYTES, MAX_MEMBERS, MAX_TEXT_BYTES};
use crate::format::strict::Object;
use flate2::Compression;
use flate2::bufread::GzDecoder;
use flate2::write::GzEncoder;
use rayon::prelude::*;
use serde::Deserialize;
use std::io::{self, Read, Write};

/// Certificates longer than this are packed: below, that would take longer than writing them.
const PACK_FROM_BYTES: usize = 1 << 20;

/// Text in one member of a packed file: members are packed in parallel.
const MEMBER_BYTES: usize = 1 << 20;

/// Why bytes are not a certificate.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReadError {
    /// The bytes cannot be read or unpacked.
    #[error("cannot read the certificate: {0}")]
    Io(#[from] io::Error),
    /// Not the JSON of a certificate.
    #[error("not a certificate: {0}")]
    Json(#[from] serde_json::Error),
    /// A certificate of another format or version.
    #[error("format `{format}` version {version} is not `{FORMAT}` version {OLDEST_VERSION} or {VERSION}{}", advice(format, *version))]
    Version {
        /// Its format.
        format: String,
        /// Its version.
        version: u32,
    },
    /// A claim that its version does not have.
    #[error("version {OLDEST_VERSION} of a certificate has no field `survive`")]
    NoSuchField,
    /// Longer than a reader takes.
    #[error(
        "too large: a certificate has at most {MAX_TEXT_BYTES} bytes, packed or unpacked, in at most {MAX_MEMBERS} members"
    )]
    TooLarge,
}

/// What to do about an earlier version.
fn advice(format: &str, version: u32) -> &'static str {
    if format == FORMAT && version < OLDEST_VERSION {
        ": made by an earlier version of this program; train again with it for a new certificate"
    } else {
        ""
    }
}

#[derive(Deserialize)]
struct Head {
    format: String,
    version: u32,
}

impl Certificate {
    /// Reads a certificate, packed or not.
    ///
    /// # Errors
    /// [`ReadError`]: no certificate of this version, or longer than [`MAX_TEXT_BYTES`], or of more than
    /// [`MAX_MEMBERS`].
    pub fn read(reader: impl Read) -> Result<Self, ReadError> {
        let bytes = read_at_most(reader, MAX_FILE_BYTES)?;
        let text = if bytes.starts_with(&[0x1f, 0x8b]) {
            unpacked(&bytes)?
        } else {
            bytes
        };
        let parsed =
            serde_json::from_slice(&text).map(|Object(certificate): Object<Self>| certificate);
        let head = match &parsed {
            Ok(certificate) => (certificate.format.clone(), certificate.version),
            // Another version may well have other fields: say that rather than which field is unknown.
            Err(_) => match serde_json::from_slice::<Head>(&text) {
                Ok(head) => (head.format, head.version),
                Err(_) => (FORMAT.to_owned(), VERSION),
            },
        };
        match head {
            (format, version)
                if format != FORMAT || !(OLDEST_VERSION..=VERSION).contains(&version) =>
            {
                Err(ReadError::Version { format, version })
            }
            (_, version) => match parsed? {
                Certificate {
                    survive: Some(_), ..
                } if version < VERSION => Err(ReadError::NoSuchField),
                certificate => Ok(certificate),
            },
        }
    }

    /// Writes the certificate: JSON, packed when long. The same certificate gives the same bytes.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn write(&self, mut writer: impl Write) -> io::Result<()> {
        let mut text = serde_json::to_vec(self)?;
        text.push(b'\n');
        if text.len() < PACK_FROM_BYTES {
            writer.write_all(&text)?;
            return writer.flush();
        }
        let packed = text.par_chunks(MEMBER_BYTES).map(|part| {
            let mut packer = GzEncoder::new(Vec::new(), Compression::fast());
            packer.write_all(part)?;
            packer.finish()
        });
        for member in packed.collect::<io::Result<Vec<Vec<u8>>>>()? {
            writer.write_all(&member)?;
        }
        writer.flush()
    }
}

/// What the members of a gzip file hold, one after the other.
fn unpacked(mut packed: &[u8]) -> Result<Vec<u8>, ReadError> {
    let mut text = Vec::new();
    for _ in 0..MAX_MEMBERS {
        let mut member = GzDecoder::new(packed);
        text.append(&mut read_at_most(
            &mut member,
            MAX_TEXT_BYTES - text.len() as u64,
        )?);
        packed = member.into_inner();
        if packed.is_empty() {
            return Ok(text);
        }
    }
    Err(ReadError::TooLarge)
}

fn read_at_most(reader: impl Read, limit: u64) -> Result<Vec<u8>, ReadError> {
    let mut bytes = Vec::new();
    reader.take(limit + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > limit {
        Err(ReadError::TooLarge)
    } else {
        Ok(bytes)
    }
}
