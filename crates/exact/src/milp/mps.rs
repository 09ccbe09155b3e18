//! Free-format MPS, written as it goes.

use super::model::{Column, Domain, Model, Sense};
use std::io::{self, Write};

/// The objective's row.
const OBJECTIVE: &str = "obj";

/// Writes `model` as free-format MPS (minimisation, integer markers, every bound explicit).
///
/// # Errors
/// Those of `out`.
pub(super) fn write(model: &Model, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "NAME {}\nROWS\n N {OBJECTIVE}", model.name)?;
    for row in model.rows() {
        let sense = match row.sense {
            Sense::AtMost => 'L',
            Sense::Equal => 'E',
        };
        writeln!(out, " {sense} {}", row.name)?;
    }
    write_columns(model, out)?;
    writeln!(out, "RHS")?;
    for row in model.rows().iter().filter(|row| row.rhs != 0.0) {
        writeln!(out, " rhs {} {}", row.name, row.rhs)?;
    }
    writeln!(out, "BOUNDS")?;
    for column in model.columns() {
        write_bounds(column, out)?;
    }
    writeln!(out, "ENDATA")
}

fn write_columns(model: &Model, out: &mut dyn Write) -> io::Result<()> {
    let by_column = Transposed::of(model);
    let mut integral = false;
    writeln!(out, "COLUMNS")?;
    for (j, column) in model.columns().iter().enumerate() {
        if (column.domain == Domain::Integer) != integral {
            integral = !integral;
            let marker = if integral { "INTORG" } else { "INTEND" };
            writeln!(out, " marker_{j} 'MARKER' '{marker}'")?;
        }
        // Zero too: a column without any entry would not exist for the reader.
        if column.objective != 0.0 || by_column.of_column(j).len() == 0 {
            writeln!(out, " {} {OBJECTIVE} {}", column.name, column.objective)?;
        }
        for (r, coefficient) in by_column.of_column(j) {
            let row = &model.rows()[r].name;
            writeln!(out, " {} {row} {coefficient}", column.name)?;
        }
    }
    if integral {
        writeln!(out, " marker_end 'MARKER' 'INTEND'")?;
    }
    Ok(())
}

fn write_bounds(column: &Column, out: &mut dyn Write) -> io::Result<()> {
    let Column {
        name, lower, upper, ..
    } = column;
    if column.is_binary() {
        return writeln!(out, " BV bnd {name}");
    }
    if lower.is_infinite() && upper.is_infinite() {
        return writeln!(out, " FR bnd {name}");
    }
    if lower == upper {
        return writeln!(out, " FX bnd {name} {lower}");
    }
    if lower.is_infinite() {
        writeln!(out, " MI bnd {name}")?;
    } else {
        writeln!(out, " LO bnd {name} {lower}")?;
    }
    if upper.is_infinite() {
        return writeln!(out, " PL bnd {name}");
    }
    writeln!(out, " UP bnd {name} {upper}")
}

/// A model's terms column by column, rows ascending.
struct Transposed {
    starts: Vec<usize>,
    rows: Vec<u32>,
    coefficients: Vec<f64>,
}

impl Transposed {
    fn of(model: &Model) -> Self {
        let mut starts = vec![0; model.columns().len() + 1];
        let all = || (0..model.rows().len()).flat_map(|r| model.terms(r).map(move |t| (r, t)));
        for (_, (j, _)) in all() {
            starts[j + 1] += 1;
        }
        for j in 1..starts.len() {
            starts[j] += starts[j - 1];
        }
        let mut next = starts.clone();
        let mut rows = vec![0; model.term_count()];
        let mut coefficients = vec![0.0; model.term_count()];
        for (r, (j, coefficient)) in all() {
            rows[next[j]] = r as u32;
            coefficients[next[j]] = coefficient;
            next[j] += 1;
        }
        Self {
            starts,
            rows,
            coefficients,
        }
    }

    fn of_column(&self, j: usize) -> impl ExactSizeIterator<Item = (usize, f64)> + '_ {
        let range = self.starts[j]..self.starts[j + 1];
        let rows = self.rows[range.clone()].iter();
        rows.zip(&self.coefficients[range])
            .map(|(&r, &coefficient)| (r as usize, coefficient))
    }
}
