//! Error: why a file cannot be used as a table.

use crate::limits::MAX_BYTES;
use std::io;

/// Why a file cannot be used as a table.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TableError {
    /// The file cannot be read.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// Fields that cannot be told apart.
    #[error(transparent)]
    Csv(#[from] csv::Error),
    /// More bytes than [`MAX_BYTES`].
    #[error("the table has more than {} MiB; that is the most that is read", MAX_BYTES >> 20)]
    TooLarge,
    /// A file of another kind.
    #[error("this is {what}, not a table of text; export the table as CSV")]
    NotATable {
        /// What it seems to be.
        what: &'static str,
    },
    /// Text in an old encoding.
    #[error("line {line} is not UTF-8 text; save the table as UTF-8 (in Excel: `CSV UTF-8`)")]
    NotUtf8 {
        /// Line in the file, from 1.
        line: usize,
    },
    /// Header only, or nothing at all.
    #[error("the file has no rows below its header")]
    Empty,
    /// A row with another number of fields than the header.
    #[error("line {line} has {fields} fields, the header has {header}{}", if *broken { "; is a quotation mark not closed?" } else { "; a separator within a field needs quotation marks around the field" })]
    Ragged {
        /// Line in the file, from 1.
        line: u64,
        /// Fields of that row.
        fields: usize,
        /// Fields of the header.
        header: usize,
        /// Whether a field of that row holds a line break.
        broken: bool,
    },
    /// A quotation mark that is never closed.
    #[error("the quotation mark that begins in line {line} is not closed")]
    Unclosed {
        /// Line in the file, from 1.
        line: u64,
    },
    /// No column of that name.
    #[error(
        "there is no column `{wanted}`; the columns are {}{}",
        columns.join(", "),
        if *header_is_data { "; the first line must hold the names of the columns, and it looks like data" } else { "" }
    )]
    NoColumn {
        /// What was asked for.
        wanted: String,
        /// What there is.
        columns: Vec<String>,
        /// Whether a field of the header is a number.
        header_is_data: bool,
    },
    /// The table lacks columns that a model needs.
    #[error(
        "the table lacks {} that the model knows; its columns are {}{}",
        quoted(lacking),
        columns.join(", "),
        if *header_is_data { "; the first line must hold the names of the columns, and it looks like data" } else { "" }
    )]
    Lacks {
        /// The model's columns that are not there.
        lacking: Vec<String>,
        /// What there is.
        columns: Vec<String>,
        /// Whether a field of the header is a number.
        header_is_data: bool,
    },
    /// The same name twice.
    #[error("the column name `{0}` occurs twice; rename one of the two columns")]
    TwiceNamed(String),
    /// A column with values and without a name.
    #[error(
        "column {position} has no name; the first line must name every column, so delete titles above it"
    )]
    Nameless {
        /// From 1.
        position: usize,
    },
    /// Rows whose class is missing.
    #[error(
        "{rows} of the rows have no class, the first in line {line}{}; take them out of the table",
        if text.is_empty() { String::new() } else { format!(", where `{text}` means missing") }
    )]
    NoClass {
        /// How many rows.
        rows: usize,
        /// Line of the first, the header being 1.
        line: u64,
        /// What stands there.
        text: String,
    },
    /// Classes that are numbers with fractions, or a class of its own for every row.
    #[error(
        "the column `{column}` has {classes} different values in {rows} rows; a class is a value that many rows share"
    )]
    NotAClass {
        /// Column name.
        column: String,
        /// Different values.
        classes: usize,
        /// Rows.
        rows: usize,
    },
    /// A number that is infinite, or beyond 1e100.
    #[error(
        "line {line}, column `{column}`: `{value}` is infinite or beyond 1e100; write ? for a missing value"
    )]
    NotFinite {
        /// Line in the file, the header being 1.
        line: u64,
        /// Column name.
        column: String,
        /// The field.
        value: String,
    },
    /// Numbers and texts in one column.
    #[error(
        "line {line}, column `{column}`: `{text}` stands among numbers; write ? where a number is missing, \
         name the text with --na if it means that, or leave the column out with --ignore"
    )]
    Mixed {
        /// Line in the file, the header being 1.
        line: u64,
        /// Column name.
        column: String,
        /// The text.
        text: String,
    },
    /// A comma or point of which it is not clear whether it separates thousands or decimals.
    #[error(
        "line {line}, column `{column}`: `{value}` may be {} or {}; write the numbers of this column without \
         separators of thousands, and with decimal points",
        value.replace([',', '.'], ""),
        value.replace(',', ".")
    )]
    Ambiguous {
        /// Line in the file, the header being 1.
        line: u64,
        /// Column name.
        column: String,
        /// The field.
        value: String,
    },
    /// A text in a column where the model has learnt numbers.
    #[error(
        "line {line}, column `{column}`: `{text}` is no number, and the model has learnt numbers here; write ? for a \
         missing value"
    )]
    NotANumber {
        /// Line in the file, the header being 1.
        line: u64,
        /// Column name.
        column: String,
        /// The text.
        text: String,
    },
    /// Nothing but the class.
    #[error("no column is left to learn from")]
    NoFeatures,
}

fn quoted(names: &[String]) -> String {
    let kind = if names.len() == 1 {
        "the column"
    } else {
        "the columns"
    };
    format!("{kind} `{}`", names.join("`, `"))
}
