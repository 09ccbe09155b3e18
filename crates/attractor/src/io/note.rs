//! What a user should know about how a file or folder was read, though nothing is wrong with it.

use super::table::Table;
use std::fmt;

/// The most files that a note names; the others are counted.
const MOST_NAMED: usize = 5;

/// A remark on an input that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Note {
    /// Files of a folder that are not among its images.
    LeftOut(Vec<LeftOut>),
    /// A table of one column: so many patterns of one neuron.
    OneNeuron {
        /// Number of patterns.
        patterns: usize,
    },
}

/// A file that was left out, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftOut {
    /// The file's name, without its folder.
    pub name: String,
    /// Why it is no image here.
    pub reason: &'static str,
}

impl Note {
    pub(super) fn of_folder(left_out: Vec<LeftOut>) -> Vec<Self> {
        let any = (!left_out.is_empty()).then_some(Self::LeftOut(left_out));
        any.into_iter().collect()
    }

    pub(super) fn of_table(table: &Table) -> Vec<Self> {
        let patterns = table.rows();
        let one = (table.columns() == 1 && patterns > 1).then_some(Self::OneNeuron { patterns });
        one.into_iter().collect()
    }
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::LeftOut(files) => {
                let named = files.iter().take(MOST_NAMED);
                let named: Vec<String> = named
                    .map(|file| format!("{} ({})", file.name, file.reason))
                    .collect();
                write!(f, "left out {}", named.join(", "))?;
                match files.len() - named.len() {
                    0 => Ok(()),
                    more => write!(f, " and {more} more"),
                }
            }
            Self::OneNeuron { patterns } => write!(
                f,
                "one value a line makes {patterns} patterns of one neuron; the values of a pattern stand in one line"
            ),
        }
    }
}
