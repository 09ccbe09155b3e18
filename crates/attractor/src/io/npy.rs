//! NumPy's `.npy`: one two-dimensional array of numbers, a pattern a row; or three-dimensional, an image each.
//!
//! Format: <https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html>. Versions 1 to 3, every Boolean,
//! integer and real type, both byte orders, C and Fortran order. Read here and not by a crate because the ones there
//! are bring a grammar compiler and an assembler along to read one line of header.

use super::error::{Problem, ReadError};
use super::numbers::{Entries, Place, Rows};
use super::source::Source;
use crate::couplings::Shape;
use crate::patterns::PatternsError;

/// The bytes by which a `.npy` file is told.
pub(crate) const MAGIC: &[u8] = b"\x93NUMPY";

/// What the header says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Header {
    number: Number,
    fortran: bool,
    rows: usize,
    columns: usize,
    /// Height and width of each row, if the array says them.
    image: Option<Shape>,
    /// Bytes before the data.
    length: usize,
}

/// The type of the array's entries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Number {
    kind: Kind,
    bytes: usize,
    big_endian: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Signed,
    Unsigned,
    Real,
}

impl Number {
    /// From NumPy's type code such as `<f8` or `|b1`.
    fn parse(code: &str) -> Option<Self> {
        let order = code.chars().next()?;
        let rest = code.strip_prefix(['<', '>', '|', '=']).unwrap_or(code);
        let (kind, bytes) = match rest {
            "b1" | "?" | "u1" | "B" => (Kind::Unsigned, 1),
            "i1" | "b" => (Kind::Signed, 1),
            "u2" => (Kind::Unsigned, 2),
            "u4" => (Kind::Unsigned, 4),
            "u8" => (Kind::Unsigned, 8),
            "i2" => (Kind::Signed, 2),
            "i4" => (Kind::Signed, 4),
            "i8" => (Kind::Signed, 8),
            "f2" => (Kind::Real, 2),
            "f4" => (Kind::Real, 4),
            "f8" => (Kind::Real, 8),
            _ => return None,
        };
        Some(Self {
            kind,
            bytes,
            big_endian: order == '>',
        })
    }

    /// The entry in these bytes. Integers beyond 2^53 are rounded: no neuron's value is.
    fn value(self, entry: &[u8]) -> f64 {
        let mut little = [0u8; 8];
        little[..self.bytes].copy_from_slice(entry);
        if self.big_endian {
            little[..self.bytes].reverse();
        }
        let bits = u64::from_le_bytes(little);
        let unused = 64 - 8 * self.bytes as u32;
        match (self.kind, self.bytes) {
            (Kind::Unsigned, _) => bits as f64,
            (Kind::Signed, _) => (((bits << unused) as i64) >> unused) as f64,
            (Kind::Real, 2) => half(bits as u16),
            (Kind::Real, 4) => f64::from(f32::from_bits(bits as u32)),
            (Kind::Real, _) => f64::from_bits(bits),
        }
    }
}

/// IEEE 754 binary16.
pub(super) fn half(bits: u16) -> f64 {
    let sign = if bits >> 15 == 1 { -1.0 } else { 1.0 };
    let exponent = i32::from(bits >> 10 & 0x1f);
    let fraction = f64::from(bits & 0x3ff) / 1024.0;
    sign * match exponent {
        0 => fraction * 2f64.powi(-14),
        31 if fraction == 0.0 => f64::INFINITY,
        31 => f64::NAN,
        _ => (1.0 + fraction) * 2f64.powi(exponent - 15),
    }
}

/// The array in a `.npy` file, and the shape of each row if it has three dimensions.
pub(crate) fn read(source: Source<'_>) -> Result<(Rows, Option<Shape>), ReadError> {
    let mut entries = Entries::default();
    let header = visit(source, Dimensions::TwoOrThree, |row, column, value| {
        let place = Place {
            kind: "row",
            row: row + 1,
            column: column + 1,
        };
        entries.push(value, place, || shown(value))
    })?;
    if header.fortran {
        entries.reorder(|k| header.stored(k));
    }
    Ok((entries.into_rows(header.rows, header.columns), header.image))
}

/// The numbers in a `.npy` file, row by row, with the numbers of rows and columns; a vector is one row.
pub(crate) fn read_numbers(source: Source<'_>) -> Result<(usize, usize, Vec<f64>), ReadError> {
    let mut numbers = Vec::new();
    let header = visit(source, Dimensions::OneOrTwo, |_, _, value| {
        numbers.push(value);
        Ok(())
    })?;
    if header.fortran {
        numbers = (0..numbers.len())
            .map(|k| numbers[header.stored(k)])
            .collect();
    }
    Ok((header.rows, header.columns, numbers))
}

/// Shows every entry, in the order of the file, with its row and column.
fn visit(
    source: Source<'_>,
    dimensions: Dimensions,
    mut entry: impl FnMut(usize, usize, f64) -> Result<(), Problem>,
) -> Result<Header, ReadError> {
    let header = Header::parse(source.head(), dimensions)
        .map_err(|problem| ReadError::new(&source.name, problem))?;
    let Header {
        number,
        rows,
        columns,
        length,
        ..
    } = header;
    let bytes = rows
        .checked_mul(columns)
        .and_then(|entries| entries.checked_mul(number.bytes))
        .ok_or_else(|| {
            let too_large = PatternsError::TooLarge {
                count: rows,
                neurons: columns,
            };
            ReadError::new(&source.name, too_large)
        })? as u64;
    let mut k = 0;
    source.read_body(
        "the array",
        length as u64,
        bytes,
        number.bytes,
        &mut |piece| {
            for bytes in piece.chunks_exact(number.bytes) {
                let (row, column) = header.place(k);
                entry(row, column, number.value(bytes))?;
                k += 1;
            }
            Ok(())
        },
    )?;
    Ok(header)
}

/// How many dimensions an array may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Dimensions {
    OneOrTwo,
    TwoOrThree,
}

/// A number in a message: never hundreds of digits.
fn shown(value: f64) -> String {
    if value == 0.0 || (1e-6..1e16).contains(&value.abs()) {
        value.to_string()
    } else {
        format!("{value:e}")
    }
}

fn damaged(reason: &str) -> Problem {
    Problem::Header {
        format: ".npy",
        reason: reason.to_owned(),
    }
}

impl Header {
    /// Height and width of a row: of a plain row, one line.
    fn sides(&self) -> (usize, usize) {
        let height = self.image.map_or(1, |shape| shape.height);
        (height, self.columns / height)
    }

    /// Row and column of the k-th entry in the file. In Fortran order the first index runs fastest.
    fn place(&self, k: usize) -> (usize, usize) {
        if !self.fortran {
            return (k / self.columns, k % self.columns);
        }
        let (height, width) = self.sides();
        let (y, x) = (k / self.rows % height, k / self.rows / height);
        (k % self.rows, y * width + x)
    }

    /// Where the k-th entry of all rows, one after another, stands in a file in Fortran order.
    fn stored(&self, k: usize) -> usize {
        let (height, width) = self.sides();
        let (row, y, x) = (k / self.columns, k % self.columns / width, k % width);
        row + self.rows * (y + height * x)
    }

    fn parse(head: &[u8], dimensions: Dimensions) -> Result<Self, Problem> {
        let (text, length) = dictionary(head)?;
        let number = number(entry(text, "descr")?)?;
        let fortran = match entry(text, "fortran_order")? {
            value if value.starts_with("True") => true,
            value if value.starts_with("False") => false,
            _ => return Err(damaged("`fortran_order` is neither True nor False")),
        };
        let mut sizes = sizes(entry(text, "shape")?)?;
        if sizes.len() == 1 && dimensions == Dimensions::OneOrTwo {
            sizes.insert(0, 1);
        }
        let (rows, columns, image) = match sizes[..] {
            [rows, columns] => (rows, columns, None),
            [rows, height, width] if dimensions == Dimensions::TwoOrThree => {
                let shape = Shape { height, width };
                // Saturated, the array is too large all the same.
                (rows, height.saturating_mul(width), Some(shape))
            }
            _ => {
                return Err(Problem::Unsupported(format!(
                    "is an array of {} dimensions; one pattern per row is needed: .reshape(patterns, neurons)",
                    sizes.len()
                )));
            }
        };
        if rows == 0 || columns == 0 {
            return Err(Problem::Empty);
        }
        Ok(Self {
            number,
            fortran,
            rows,
            columns,
            image,
            length,
        })
    }
}

/// The dictionary in the header, and the bytes before the data.
fn dictionary(head: &[u8]) -> Result<(&str, usize), Problem> {
    let cut = || damaged("it ends too early");
    let little_endian = |bytes: &[u8]| {
        let digits = bytes.iter().rev();
        digits.fold(0, |size, &byte| size << 8 | usize::from(byte))
    };
    let (start, size) = match head.get(6).ok_or_else(cut)? {
        1 => (10, head.get(8..10)),
        2 | 3 => (12, head.get(8..12)),
        other => {
            return Err(Problem::Unsupported(format!(
                "is .npy version {other}; versions 1 to 3 are read"
            )));
        }
    };
    let length = little_endian(size.ok_or_else(cut)?).saturating_add(start);
    let text = head.get(start..length).ok_or_else(|| {
        damaged("it is cut off, or longer than the 4096 bytes that a plain array needs at most")
    })?;
    let text = std::str::from_utf8(text).map_err(|_| damaged("it is no text"))?;
    Ok((text, length))
}

/// The type in a `descr` entry.
fn number(descr: &str) -> Result<Number, Problem> {
    let code = descr
        .strip_prefix(['\'', '"'])
        .and_then(|rest| rest.split(['\'', '"']).next());
    code.and_then(Number::parse).ok_or_else(|| {
        let name = code.unwrap_or("a record");
        Problem::Unsupported(format!(
            "holds entries of type {name}; save Booleans, integers or floats, for example with .astype('i1')"
        ))
    })
}

/// The sizes in a `shape` entry.
fn sizes(shape: &str) -> Result<Vec<usize>, Problem> {
    let inner = shape
        .strip_prefix('(')
        .and_then(|rest| rest.split_once(')'))
        .ok_or_else(|| damaged("`shape` is no tuple"))?
        .0;
    let sizes = inner.split(',').map(str::trim);
    sizes
        .filter(|size| !size.is_empty())
        .map(|size| size.trim_end_matches('L').parse())
        .collect::<Result<_, _>>()
        .map_err(|_| damaged("`shape` holds something that is no size"))
}

/// What follows `'key':` in the header, a Python dictionary literal.
fn entry<'a>(text: &'a str, key: &str) -> Result<&'a str, Problem> {
    entry_of(text, key).ok_or_else(|| damaged(&format!("no `{key}` in it")))
}

fn entry_of<'a>(text: &'a str, key: &str) -> Option<&'a str> {
    let at = ['\'', '"'].iter().find_map(|quote| {
        let quoted = format!("{quote}{key}{quote}");
        Some(text.find(&quoted)? + quoted.len())
    })?;
    Some(text[at..].trim_start().strip_prefix(':')?.trim_start())
}

/// A C-ordered `.npy` of type `|i1`.
pub(crate) fn encode(rows: usize, columns: usize, values: impl Iterator<Item = i8>) -> Vec<u8> {
    let mut header =
        format!("{{'descr': '|i1', 'fortran_order': False, 'shape': ({rows}, {columns}), }}");
    // NumPy aligns the data to 64 bytes; the header ends with a newline.
    let padded = (10 + header.len() + 1).next_multiple_of(64) - 10;
    header.extend(std::iter::repeat_n(' ', padded - 1 - header.len()));
    header.push('\n');
    let mut bytes = Vec::with_capacity(10 + header.len() + rows * columns);
    bytes.extend_from_slice(MAGIC);
    bytes.extend_from_slice(&[1, 0]);
    bytes.extend_from_slice(&(header.len() as u16).to_le_bytes());
    bytes.extend_from_slice(header.as_bytes());
    bytes.extend(values.map(|value| value as u8));
    bytes
}
