//! A table of neuron values as a file writes them, before it is settled what its 0 means.
//!
//! The whole file decides. A −1 anywhere: the file is written in ±1, and a 0 in it is an unknown entry. No −1, but a 0:
//! the file is written in 0/1, and 0 means −1. Only 1: +1 in either reading. In text, `?` is unknown in either.
//! With any other number it is no table of neuron values; its numbers may be grey ones.

use super::error::Problem;
use crate::cue::{Cues, CuesError};
use crate::patterns::{Patterns, PatternsError};

/// The cell of an entry written as unknown (`?`).
pub(crate) const UNKNOWN: i8 = 2;

/// The cell for a number, if it is one that a neuron can have.
pub(crate) fn cell(value: f64) -> Option<i8> {
    if value == 1.0 {
        Some(1)
    } else if value == -1.0 {
        Some(-1)
    } else if value == 0.0 {
        Some(0)
    } else {
        None
    }
}

/// Rows × columns cells, each −1, 0, 1 or [`UNKNOWN`], row major.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Table {
    rows: usize,
    columns: usize,
    cells: Vec<i8>,
}

impl Table {
    /// A table of whole rows.
    pub(crate) fn new(rows: usize, columns: usize, cells: Vec<i8>) -> Self {
        debug_assert_eq!(rows * columns, cells.len());
        Self {
            rows,
            columns,
            cells,
        }
    }

    pub(crate) fn rows(&self) -> usize {
        self.rows
    }

    pub(crate) fn columns(&self) -> usize {
        self.columns
    }

    fn is_signs(&self) -> bool {
        self.cells.contains(&-1)
    }

    /// The rows as patterns; nothing may be unknown.
    pub(crate) fn patterns(&self) -> Result<Patterns, Problem> {
        let zero_is_unknown = self.is_signs();
        let unknown = |cell: i8| cell == UNKNOWN || cell == 0 && zero_is_unknown;
        if let Some(k) = self.cells.iter().position(|&cell| unknown(cell)) {
            let (written, why) = match self.cells[k] {
                0 => ("0", "in a file that has -1"),
                _ => ("?", "in every file"),
            };
            return Err(Problem::UnknownEntry {
                row: k / self.columns + 1,
                column: k % self.columns + 1,
                written,
                why,
            });
        }
        Ok(Patterns::from_fn(self.rows, self.columns, |mu, i| {
            self.cells[mu * self.columns + i] == 1
        })?)
    }

    /// The rows as cues.
    pub(crate) fn cues(&self) -> Result<Cues, PatternsError> {
        let zero = if self.is_signs() { 0 } else { -1 };
        let values: Vec<i8> = self
            .cells
            .iter()
            .map(|&cell| match cell {
                0 => zero,
                UNKNOWN => 0,
                sign => sign,
            })
            .collect();
        Cues::from_values(self.rows, self.columns, &values).map_err(|error| match error {
            CuesError::Patterns(error) => error,
            CuesError::NotACueValue { .. } => PatternsError::Empty {
                count: self.rows,
                neurons: self.columns,
            },
        })
    }
}
