//! Tables in text: `.csv` and `.txt`, a pattern a line.
//!
//! Values are separated by commas, semicolons, tabs or blanks (told by the first line); `#` begins a comment line; blank
//! lines are skipped. A first line that holds no number at all is a header. Bits may also stand without separators, as in
//! `0101`, if every line is written so. Byte order marks, CRLF and values in quotes
//! are accepted. Split here and not by a CSV crate, whose line numbers are off after skipped lines.

use super::error::{Problem, ReadError};
use super::limits::MAX_TEXT;
use super::numbers::{Entries, Place, Rows};
use super::source::Source;

/// The table in a text file.
pub(crate) fn read(source: Source<'_>) -> Result<Rows, ReadError> {
    let name = source.name.clone();
    let bytes = source.read_all(MAX_TEXT)?;
    parse(&bytes).map_err(|problem| ReadError::new(name, problem))
}

/// The bytes as text, without a byte order mark.
fn decode(bytes: &[u8]) -> Result<&str, Problem> {
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        return Err(Problem::Unsupported(
            "is UTF-16 text; save the file as UTF-8".to_owned(),
        ));
    }
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let before = bytes[..error.valid_up_to()].split(|&byte| byte == b'\n');
        Problem::NotUtf8 {
            line: before.count(),
        }
    })?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if text.contains('\0') {
        return Err(Problem::UnknownFormat("it holds binary data"));
    }
    Ok(text)
}

fn parse(bytes: &[u8]) -> Result<Rows, Problem> {
    let text = decode(bytes)?;
    let delimiter = delimiter_of(text);
    let digits = delimiter.is_none() && is_row_of_digits(text);
    let (mut rows, mut columns, mut titled) = (0, 0, false);
    let mut entries = Entries::default();
    for (k, line) in text.lines().enumerate() {
        if is_skipped(line) {
            continue;
        }
        let fields = if digits {
            digits_of(line)
        } else {
            split(line, delimiter)
        };
        if rows == 0 && !titled && fields.iter().all(|field| is_title(field)) {
            titled = true;
            continue;
        }
        if rows > 0 && fields.len() != columns {
            return Err(Problem::Ragged {
                line: k + 1,
                expected: columns,
                got: fields.len(),
            });
        }
        columns = fields.len();
        for (column, field) in fields.into_iter().enumerate() {
            let place = Place {
                kind: "line",
                row: k + 1,
                column: column + 1,
            };
            push(&mut entries, field, place)?;
        }
        rows += 1;
    }
    if rows == 0 {
        return Err(match text.lines().find(|line| !line.trim().is_empty()) {
            Some(line) => Problem::NoRow {
                line: shown(line.trim()),
            },
            None => Problem::Empty,
        });
    }
    Ok(entries.into_rows(rows, columns))
}

fn is_skipped(line: &str) -> bool {
    let line = line.trim();
    line.is_empty() || line.starts_with('#')
}

/// The delimiter of the first line that counts; `None` stands for runs of blanks.
fn delimiter_of(text: &str) -> Option<char> {
    let line = text.lines().find(|line| !is_skipped(line)).unwrap_or("");
    [';', ',', '\t']
        .into_iter()
        .find(|&delimiter| line.contains(delimiter))
}

/// Whether the first line that counts is bits without separators.
fn is_row_of_digits(text: &str) -> bool {
    let line = text.lines().find(|line| !is_skipped(line));
    let line = line.unwrap_or("").trim();
    line.len() > 1 && line.bytes().all(|byte| matches!(byte, b'0' | b'1' | b'?'))
}

/// The characters of a line, each a field.
fn digits_of(line: &str) -> Vec<&str> {
    let characters = line.trim().split("");
    characters.filter(|field| !field.is_empty()).collect()
}

/// The fields of a line, without blanks and one pair of quotes around them.
fn split(line: &str, delimiter: Option<char>) -> Vec<&str> {
    match delimiter {
        Some(delimiter) => line.split(delimiter).map(bare).collect(),
        None => line.split_whitespace().map(bare).collect(),
    }
}

fn bare(field: &str) -> &str {
    let field = field.trim();
    let inner = field
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'));
    inner.unwrap_or(field)
}

fn push(entries: &mut Entries, field: &str, place: Place) -> Result<(), Problem> {
    let value = match field {
        // By far the most; parsing a number takes longer.
        "1" => 1.0,
        "-1" => -1.0,
        "0" => 0.0,
        "?" => return entries.push_unknown(),
        _ => field.parse().unwrap_or(f64::NAN),
    };
    entries.push(value, place, || shown(field))
}

fn is_title(field: &str) -> bool {
    !field.is_empty() && field != "?" && field.parse::<f64>().is_err()
}

/// A field as an error message quotes it: at most 40 characters.
fn shown(field: &str) -> String {
    let short: String = field.chars().take(40).collect();
    if short.len() < field.len() {
        short + "…"
    } else {
        short
    }
}

/// Rows of values, `?` for unknown if `question_mark` (else 0), separated by `separator`.
pub(crate) fn encode(
    rows: impl Iterator<Item = Vec<i8>>,
    separator: &str,
    question_mark: bool,
) -> Vec<u8> {
    let mut text = String::new();
    for row in rows {
        let fields = row.iter().map(|&value| match value {
            0 if question_mark => "?",
            0 => "0",
            1.. => "1",
            _ => "-1",
        });
        for (i, field) in fields.enumerate() {
            if i > 0 {
                text.push_str(separator);
            }
            text.push_str(field);
        }
        text.push('\n');
    }
    text.into_bytes()
}
