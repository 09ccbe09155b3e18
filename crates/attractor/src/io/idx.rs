//! IDX, the format of MNIST: two zero bytes, a type code, the number of dimensions, a big-endian 32-bit size for each,
//! then the entries, row major.
//!
//! Three dimensions of unsigned bytes are grey images, two of bytes a table of neuron values, one of unsigned bytes
//! labels.

use super::error::{Problem, ReadError};
use super::numbers::{Entries, Place, Rows};
use super::source::Source;
use crate::couplings::Shape;
use crate::images::{Image, Images};
use std::path::Path;

const UNSIGNED: u8 = 0x08;
const SIGNED: u8 = 0x09;

/// Whether these first bytes are an IDX header.
pub(crate) fn is_idx(head: &[u8]) -> bool {
    matches!(head, [0, 0, 0x08 | 0x09 | 0x0b..=0x0e, 1..=4, ..])
}

struct Header {
    kind: u8,
    sizes: Vec<usize>,
}

impl Header {
    fn bytes(&self) -> u64 {
        4 + 4 * self.sizes.len() as u64
    }

    fn parse(source: &Source<'_>) -> Result<Self, ReadError> {
        let fail = |problem| Err(ReadError::new(&source.name, problem));
        let head = source.head();
        if head.is_empty() {
            return fail(Problem::Empty);
        }
        if !is_idx(head) {
            return fail(Problem::UnknownFormat("it is no IDX file"));
        }
        let expected = 4 + 4 * u64::from(head[3]);
        let Some(sizes) = head.get(4..expected as usize) else {
            return fail(Problem::Truncated {
                what: "the IDX header",
                expected,
                got: head.len() as u64,
            });
        };
        let sizes: Vec<usize> = sizes
            .chunks_exact(4)
            .map(|b| u32::from_be_bytes([b[0], b[1], b[2], b[3]]) as usize)
            .collect();
        if !matches!(head[2], UNSIGNED | SIGNED) {
            return fail(Problem::Unsupported(format!(
                "is an IDX file of type 0x{:02x}; bytes (0x08, 0x09) are read",
                head[2]
            )));
        }
        if sizes.contains(&0) {
            return fail(Problem::Empty);
        }
        Ok(Self {
            kind: head[2],
            sizes,
        })
    }
}

/// What an IDX file holds, besides labels.
pub(crate) enum Idx {
    Images(Images),
    Rows(Rows),
}

/// Images or a table.
pub(crate) fn read(source: Source<'_>) -> Result<Idx, ReadError> {
    let header = Header::parse(&source)?;
    let name = source.name.clone();
    match (header.kind, &header.sizes[..]) {
        (UNSIGNED, &[count, height, width]) => {
            read_images(source, count, Shape { height, width }).map(Idx::Images)
        }
        (kind, &[rows, columns]) => read_table(source, kind, rows, columns).map(Idx::Rows),
        (_, [_]) => Err(ReadError::new(
            name,
            Problem::Unsupported(
                "is an IDX file of one dimension, that is labels; give the file of the images"
                    .to_owned(),
            ),
        )),
        (_, sizes) => Err(ReadError::new(
            name,
            Problem::Unsupported(format!(
                "is an IDX file of {} dimensions of type 0x{:02x}; images have three of unsigned bytes",
                sizes.len(),
                header.kind
            )),
        )),
    }
}

fn read_images(source: Source<'_>, count: usize, shape: Shape) -> Result<Images, ReadError> {
    let name = source.name.clone();
    // Three sizes below 2^32 need not fit 64 bits; saturated, the file is too short all the same.
    let expected = (count as u64)
        .saturating_mul(shape.height as u64)
        .saturating_mul(shape.width as u64);
    let mut data: Vec<u8> = Vec::new();
    source.read_body("the images", 16, expected, 1, &mut |piece| {
        data.extend_from_slice(piece);
        Ok(())
    })?;
    // A file of 0/1 pixels is not 255 times darker than one of 0/255.
    let white = if data.iter().all(|&pixel| pixel <= 1) {
        1.0
    } else {
        255.0
    };
    let images = data
        .chunks_exact(shape.neurons())
        .map(|image| Image::from_fn(shape, |k| f32::from(image[k])))
        .collect();
    Ok(Images::new(name, images, white))
}

fn read_table(
    source: Source<'_>,
    kind: u8,
    rows: usize,
    columns: usize,
) -> Result<Rows, ReadError> {
    let expected = rows as u64 * columns as u64;
    let mut entries = Entries::default();
    source.read_body("the table", 12, expected, 1, &mut |piece| {
        for &byte in piece {
            let value = match kind {
                SIGNED => f64::from(byte as i8),
                _ => f64::from(byte),
            };
            let k = entries.count();
            let place = Place {
                kind: "row",
                row: k / columns + 1,
                column: k % columns + 1,
            };
            entries.push(value, place, || value.to_string())?;
        }
        Ok(())
    })?;
    Ok(entries.into_rows(rows, columns))
}

/// The labels in an IDX file of one dimension of unsigned bytes, gzipped or not; `-` is standard input.
///
/// # Errors
/// Unreadable, no IDX file of labels, truncated or longer than its header says.
pub fn read_labels(path: &Path) -> Result<Vec<u8>, ReadError> {
    labels(Source::open(path)?)
}

/// Like [`read_labels`], from bytes in memory; `name` stands in error messages.
///
/// # Errors
/// As [`read_labels`].
pub fn labels_from_bytes(name: &str, bytes: &[u8]) -> Result<Vec<u8>, ReadError> {
    labels(Source::from_reader(name, bytes)?)
}

fn labels(source: Source<'_>) -> Result<Vec<u8>, ReadError> {
    let header = Header::parse(&source)?;
    let (UNSIGNED, &[count]) = (header.kind, &header.sizes[..]) else {
        return Err(ReadError::new(
            &source.name,
            Problem::Unsupported(format!(
                "is an IDX file of {} dimensions, not of labels (one dimension of unsigned bytes)",
                header.sizes.len()
            )),
        ));
    };
    let mut labels = Vec::new();
    source.read_body(
        "the labels",
        header.bytes(),
        count as u64,
        1,
        &mut |piece| {
            labels.extend_from_slice(piece);
            Ok(())
        },
    )?;
    Ok(labels)
}
