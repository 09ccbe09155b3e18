//! Note: what a careful reader of a table would be told.

use std::fmt;

/// Why a column is not learnt from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reason {
    /// Texts of which nearly none occurs twice.
    Names,
    /// Whole numbers that count the rows.
    Counter,
    /// Whole numbers of which none occurs twice, under a name such as `id`.
    Identifier,
    /// Dates or times.
    Dates,
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Names => "nearly every row has a text of its own",
            Self::Counter => "it counts the rows",
            Self::Identifier => "it is a number that names the rows",
            Self::Dates => {
                "it holds dates, which are not read; make numbers of them, such as the year"
            }
        })
    }
}

/// A column that is not learnt from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftOut {
    /// Its name.
    pub column: String,
    /// Why.
    pub reason: Reason,
}

/// Something about a table that its owner may not know. None of these stops the work.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Note {
    /// A column is not learnt from.
    LeftOut(LeftOut),
    /// A text among other texts is read as a missing value.
    ReadAsMissing {
        /// Column name.
        column: String,
        /// The text.
        text: String,
        /// In how many rows.
        rows: usize,
    },
    /// Numbers that are not written as programs write them.
    ReadAsNumber {
        /// Column name.
        column: String,
        /// One of the fields.
        text: String,
        /// The number that it is read as.
        value: f64,
    },
    /// Two texts that differ in upper and lower case, or in spaces, alone.
    Alike {
        /// Column name.
        column: String,
        /// One text.
        first: String,
        /// The other.
        second: String,
    },
    /// Each value of a feature has one class, and each class one value.
    SaysTheClass {
        /// Column name.
        column: String,
    },
    /// Whole numbers or texts of which nearly none occurs twice.
    MayNameRows {
        /// Column name.
        column: String,
        /// Different values.
        values: usize,
        /// Rows that have a value.
        rows: usize,
    },
    /// A number far from all others that occurs more than once.
    MayMeanMissing {
        /// Column name.
        column: String,
        /// The number.
        value: f64,
        /// In how many rows.
        rows: usize,
    },
    /// More different classes than half the rows.
    ManyClasses {
        /// Different classes.
        classes: usize,
        /// Rows.
        rows: usize,
    },
    /// A column of the model that the table spells in another way.
    Respelled {
        /// As the model has it.
        model: String,
        /// As the table has it.
        table: String,
    },
    /// A column of the model that the table lacks.
    Absent {
        /// Its name.
        column: String,
    },
    /// A column of the model in which the table has no value.
    Empty {
        /// Its name.
        column: String,
    },
    /// Texts that the model has never seen count as missing.
    Unseen {
        /// Column name.
        column: String,
        /// The first such text.
        text: String,
        /// Its line in the file.
        line: u64,
        /// How many rows have such a text.
        rows: usize,
    },
    /// Numbers far beyond the levels that the model has learnt.
    FarOff {
        /// Column name.
        column: String,
        /// The first such number.
        value: f64,
        /// Its line in the file.
        line: u64,
        /// How many rows have such a number.
        rows: usize,
        /// The lowest level.
        lowest: f64,
        /// The highest level.
        highest: f64,
    },
    /// Rows in which no feature is known.
    NothingKnown {
        /// Line of the first.
        line: u64,
        /// How many rows.
        rows: usize,
    },
    /// A class of the table that the model has never seen.
    UnseenClass {
        /// Its name.
        class: String,
    },
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::LeftOut(LeftOut { column, reason }) => {
                write!(
                    f,
                    "column `{column}` is left out: {reason} (--use {column} keeps it)"
                )
            }
            Self::ReadAsMissing { column, text, rows } => write!(
                f,
                "column `{column}`: `{text}` is read as a missing value, in {rows} rows; --na says what means missing"
            ),
            Self::ReadAsNumber {
                column,
                text,
                value,
            } => write!(f, "column `{column}`: `{text}` is read as {value}"),
            Self::Alike {
                column,
                first,
                second,
            } => write!(
                f,
                "column `{column}`: `{first}` and `{second}` are taken for different; make them equal if they are not"
            ),
            Self::SaysTheClass { column } => write!(
                f,
                "column `{column}` has one value for each class; if it is the class in other words, leave it out with \
                 --ignore {column}"
            ),
            Self::MayNameRows {
                column,
                values,
                rows,
            } => write!(
                f,
                "column `{column}` has {values} different values in {rows} rows; if it names the rows, leave it out with \
                 --ignore {column}"
            ),
            Self::MayMeanMissing {
                column,
                value,
                rows,
            } => write!(
                f,
                "column `{column}`: {value} stands in {rows} rows, far from all other values; if it means missing, say \
                 --na={value}"
            ),
            Self::ManyClasses { classes, rows } => write!(
                f,
                "{rows} rows have {classes} different classes; a class is a value that many rows share"
            ),
            Self::Respelled { model, table } => {
                write!(
                    f,
                    "column `{table}` is taken for the model's column `{model}`"
                )
            }
            Self::Absent { column } => write!(
                f,
                "column `{column}` is not there; all its values count as missing"
            ),
            Self::Empty { column } => write!(f, "column `{column}` has no value in any row"),
            Self::Unseen {
                column,
                text,
                line,
                rows,
            } => write!(
                f,
                "column `{column}`: texts that the model has not learnt count as missing, in {rows} rows, the first `{text}` \
                 in line {line}"
            ),
            Self::FarOff {
                column,
                value,
                line,
                rows,
                lowest,
                highest,
            } => write!(
                f,
                "column `{column}`: {rows} rows lie far outside of what the model has learnt ({lowest} to {highest}), the \
                 first with {value} in line {line}; is it measured in the same unit?",
                lowest = short(*lowest),
                highest = short(*highest)
            ),
            Self::NothingKnown { line, rows } => write!(
                f,
                "{rows} rows have no known feature, the first in line {line}; their answers say nothing"
            ),
            Self::UnseenClass { class } => {
                write!(
                    f,
                    "the model has not learnt the class `{class}`; it cannot be answered"
                )
            }
        }
    }
}

/// Four digits behind the point at most.
fn short(number: f64) -> String {
    let text = format!("{number:.4}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}
