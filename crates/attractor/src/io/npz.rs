//! NumPy's `.npz` with one array: a zip archive of a `.npy` file.

use super::bounded::Bounded;
use super::error::{Problem, ReadError};
use super::limits::MAX_UNPACKED;
use super::npy;
use super::numbers::Rows;
use super::source::Source;
use crate::couplings::Shape;
use flate2::bufread::DeflateDecoder;
use rawzip::{CompressionMethod, ZipArchive};
use std::io::Read;
use std::path::Path;

/// The bytes by which a zip archive is told.
pub(super) const MAGIC: &[u8] = b"PK\x03\x04";

/// The array in the archive, as [`npy::read`].
pub(super) fn read(source: Source<'_>) -> Result<(Rows, Option<Shape>), ReadError> {
    let name = source.name.clone();
    let bytes = source.read_all(MAX_UNPACKED)?;
    let fail = |problem| ReadError::new(&name, problem);
    let damaged = |error: rawzip::Error| {
        fail(Problem::Unsupported(format!(
            "is a damaged zip archive: {error}"
        )))
    };
    let archive = ZipArchive::from_slice(&bytes).map_err(damaged)?;
    let mut arrays = Vec::new();
    let mut entries = archive.entries();
    while let Some(entry) = entries.next_entry().map_err(damaged)? {
        let path = String::from_utf8_lossy(entry.file_path().as_bytes()).into_owned();
        let ending = Path::new(&path).extension();
        if ending.is_some_and(|ending| ending.eq_ignore_ascii_case("npy")) {
            arrays.push((path, entry.compression_method(), entry.wayfinder()));
        }
    }
    let [(path, method, place)] = &arrays[..] else {
        return Err(fail(Problem::Unsupported(match arrays.len() {
            0 => "is a zip archive without an array (.npy)".to_owned(),
            several => format!(
                "holds {several} arrays ({}, …); save the one that is meant with numpy.save",
                arrays[0].0
            ),
        })));
    };
    let entry = archive.get_entry(*place).map_err(damaged)?;
    let packed = entry.data();
    let reader: Box<dyn Read + '_> = match *method {
        CompressionMethod::STORE => Box::new(packed),
        CompressionMethod::DEFLATE => Box::new(DeflateDecoder::new(packed)),
        _ => {
            return Err(fail(Problem::Unsupported(format!(
                "packs `{path}` in a way that is not read here; save it with numpy.savez_compressed"
            ))));
        }
    };
    let reader = Bounded::new(entry.verifying_reader(reader), MAX_UNPACKED);
    let array = Source::from_reader(format!("{name}: {path}"), reader)?;
    if !array.head().starts_with(npy::MAGIC) {
        return Err(fail(Problem::Unsupported(format!(
            "holds no array in `{path}`"
        ))));
    }
    npy::read(array)
}
