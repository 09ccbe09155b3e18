//! Text: the bytes of a file as text, or the name of what the file is instead.

use crate::error::TableError;
use crate::limits::MAX_BYTES;
use flate2::read::GzDecoder;
use std::io::Read;

/// First bytes of files that people take for tables.
const FOREIGN: [(&[u8], &str); 7] = [
    (
        b"PK\x03\x04",
        "a zip archive, as the .xlsx files of Excel are",
    ),
    (b"\xd0\xcf\x11\xe0", "an old Excel file"),
    (b"PAR1", "a Parquet file"),
    (b"SQLite format 3", "an SQLite database"),
    (b"%PDF", "a PDF"),
    (b"\x89HDF", "an HDF5 file"),
    (b"\x93NUMPY", "a NumPy array"),
];

/// First characters of texts that are no tables of fields and separators.
const MARKUP: [(&str, &str); 5] = [
    ("<", "HTML or XML"),
    ("{", "JSON"),
    ("[{", "JSON"),
    ("[[", "JSON"),
    ("@relation", "an ARFF file"),
];

const GZIP: [u8; 2] = [0x1f, 0x8b];

/// Reads everything, unpacks gzip, and decodes UTF-8 or UTF-16, with or without byte order mark.
pub(crate) fn read(reader: impl Read) -> Result<String, TableError> {
    let bytes = read_at_most(reader)?;
    let bytes = if bytes.starts_with(&GZIP) {
        read_at_most(GzDecoder::new(bytes.as_slice()))?
    } else {
        bytes
    };
    let foreign = FOREIGN.iter().find(|(start, _)| bytes.starts_with(start));
    if let Some((_, what)) = foreign {
        return Err(TableError::NotATable { what });
    }
    let text = decode(bytes)?;
    let start = text.trim_start();
    let start = start.get(..9).unwrap_or(start).to_ascii_lowercase();
    match MARKUP.iter().find(|(mark, _)| start.starts_with(mark)) {
        Some((_, what)) => Err(TableError::NotATable { what }),
        None => Ok(text),
    }
}

fn read_at_most(reader: impl Read) -> Result<Vec<u8>, TableError> {
    let mut bytes = Vec::new();
    reader.take(MAX_BYTES + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(TableError::TooLarge);
    }
    Ok(bytes)
}

fn decode(bytes: Vec<u8>) -> Result<String, TableError> {
    match bytes.as_slice() {
        [0xff, 0xfe, rest @ ..] => utf16(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => utf16(rest, u16::from_be_bytes),
        [0xef, 0xbb, 0xbf, rest @ ..] => utf8(rest.to_vec()),
        [first, 0, ..] if *first != 0 => utf16(&bytes, u16::from_le_bytes),
        [0, second, ..] if *second != 0 => utf16(&bytes, u16::from_be_bytes),
        _ => utf8(bytes),
    }
}

fn utf8(bytes: Vec<u8>) -> Result<String, TableError> {
    if bytes.contains(&0) {
        return Err(TableError::NotATable {
            what: "a binary file",
        });
    }
    String::from_utf8(bytes).map_err(|error| {
        let good = &error.as_bytes()[..error.utf8_error().valid_up_to()];
        let line = 1 + good.split(|&byte| byte == b'\n').skip(1).count();
        TableError::NotUtf8 { line }
    })
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Result<String, TableError> {
    let units = bytes.chunks_exact(2).map(|pair| unit([pair[0], pair[1]]));
    let text: Result<String, _> = char::decode_utf16(units).collect();
    match text {
        Ok(text) if bytes.len().is_multiple_of(2) && !text.contains('\0') => Ok(text),
        _ => Err(TableError::NotATable {
            what: "a binary file",
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(bytes: &[u8]) -> Result<String, String> {
        read(bytes).map_err(|error| error.to_string())
    }

    #[test]
    fn every_usual_encoding_is_the_same_text() {
        let text = "größe;class\n1;a\n";
        let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
        assert_eq!(of(text.as_bytes()).unwrap(), text);
        assert_eq!(
            of(&[b"\xef\xbb\xbf", text.as_bytes()].concat()).unwrap(),
            text
        );
        assert_eq!(
            of(&[b"\xff\xfe", little.as_slice()].concat()).unwrap(),
            text
        );
        assert_eq!(of(&[b"\xfe\xff", big.as_slice()].concat()).unwrap(), text);
        assert_eq!(of(&little).unwrap(), text);
        assert_eq!(of(&big).unwrap(), text);
    }

    #[test]
    fn what_is_no_text_is_named() {
        assert!(of(b"PK\x03\x04...").unwrap_err().contains("xlsx"));
        assert!(of(b"<!DOCTYPE html>").unwrap_err().contains("HTML"));
        assert!(of(b"[{\"x\": 1}]").unwrap_err().contains("JSON"));
        assert!(of(b"x,class\n1,\xe9\n").unwrap_err().contains("line 2"));
        assert!(of(&[0; 64]).unwrap_err().contains("binary"));
        assert!(of(b"x,y\n\0\0\0\0").unwrap_err().contains("binary"));
    }
}
