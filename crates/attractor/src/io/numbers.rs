//! Rows of numbers as they are read: neuron values as long as there is nothing else, grey values from then on.

use super::error::Problem;
use super::table::{Table, UNKNOWN, cell};
use crate::couplings::Shape;
use crate::images::{Image, Images};

/// Where an entry stands. Rows and columns count from 1.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place {
    /// `line` in text, `row` elsewhere.
    pub(crate) kind: &'static str,
    pub(crate) row: usize,
    pub(crate) column: usize,
}

/// Takes the entries of a table row by row (or in any other order) and finds out what they are.
#[derive(Debug, Default)]
pub(crate) struct Entries {
    cells: Vec<i8>,
    /// All entries, as soon as one is no neuron's value, and that one.
    grey: Option<(Vec<f32>, Foreign)>,
}

/// The first entry that is no neuron's value.
#[derive(Debug, Clone)]
struct Foreign {
    place: Place,
    value: String,
}

impl Foreign {
    fn problem(&self) -> Problem {
        Problem::Grey {
            place: self.place.kind,
            at: self.place.row,
            column: self.place.column,
            value: self.value.clone(),
        }
    }
}

impl Entries {
    pub(crate) fn count(&self) -> usize {
        match &self.grey {
            Some((values, _)) => values.len(),
            None => self.cells.len(),
        }
    }

    /// One more number; `shown` is how a message quotes it.
    ///
    /// # Errors
    /// NaN and infinities; grey values beside unknown entries.
    pub(crate) fn push(
        &mut self,
        value: f64,
        place: Place,
        shown: impl FnOnce() -> String,
    ) -> Result<(), Problem> {
        if let Some((values, first)) = &mut self.grey {
            if !value.is_finite() {
                return Err(first.problem());
            }
            values.push(value as f32);
            return Ok(());
        }
        if let Some(cell) = cell(value) {
            self.cells.push(cell);
            return Ok(());
        }
        let first = Foreign {
            place,
            value: shown(),
        };
        if !value.is_finite() || self.cells.contains(&UNKNOWN) {
            return Err(Problem::Value {
                place: first.place.kind,
                at: first.place.row,
                column: first.place.column,
                value: first.value,
            });
        }
        let mut values: Vec<f32> = self.cells.drain(..).map(f32::from).collect();
        values.push(value as f32);
        self.grey = Some((values, first));
        Ok(())
    }

    /// One more entry, unknown.
    ///
    /// # Errors
    /// If there are grey values.
    pub(crate) fn push_unknown(&mut self) -> Result<(), Problem> {
        match &self.grey {
            Some((_, first)) => Err(first.problem()),
            None => {
                self.cells.push(UNKNOWN);
                Ok(())
            }
        }
    }

    /// The same entries in another order: the new k-th is the old one at `place(k)`.
    pub(crate) fn reorder(&mut self, place: impl Fn(usize) -> usize) {
        self.cells = (0..self.cells.len())
            .map(|k| self.cells[place(k)])
            .collect();
        if let Some((values, _)) = &mut self.grey {
            *values = (0..values.len()).map(|k| values[place(k)]).collect();
        }
    }

    /// All of them, as whole rows.
    pub(crate) fn into_rows(self, rows: usize, columns: usize) -> Rows {
        match self.grey {
            None => Rows::Cells(Table::new(rows, columns, self.cells)),
            Some((values, first)) => Rows::Numbers(Numbers {
                columns,
                values,
                first,
            }),
        }
    }
}

/// What a table holds.
#[derive(Debug)]
pub(crate) enum Rows {
    Cells(Table),
    Numbers(Numbers),
}

/// Rows of finite numbers, some of which no neuron has.
#[derive(Debug, Clone)]
pub(crate) struct Numbers {
    columns: usize,
    values: Vec<f32>,
    first: Foreign,
}

impl Numbers {
    /// Why these are no patterns.
    pub(crate) fn problem(&self) -> Problem {
        self.first.problem()
    }

    /// The rows as grey images of this shape, or of one line each. White is 1, 255, 65535 or the largest number, the
    /// first of them that no number exceeds.
    ///
    /// # Errors
    /// A shape of another number of pixels; negative numbers, of which nobody knows where half intensity lies.
    pub(crate) fn images(&self, name: &str, shape: Option<Shape>) -> Result<Images, Problem> {
        let shape = shape.unwrap_or(Shape {
            height: 1,
            width: self.columns,
        });
        if shape.neurons() != self.columns {
            return Err(Problem::ShapeMismatch {
                columns: self.columns,
                shape: shape.to_string(),
                needed: shape.neurons(),
            });
        }
        if let Some(negative) = self.values.iter().find(|&&value| value < 0.0) {
            return Err(Problem::Unsupported(format!(
                "has the grey value {negative}; grey values are 0 (black) or more, so shift them first"
            )));
        }
        let largest = self.values.iter().copied().fold(0.0, f32::max);
        let usual = [1.0, 255.0, 65_535.0];
        let white = usual.into_iter().find(|&white| largest <= white);
        let images = self
            .values
            .chunks_exact(self.columns)
            .map(|row| Image::from_fn(shape, |k| row[k]))
            .collect();
        Ok(Images::new(name, images, white.unwrap_or(largest)))
    }
}
