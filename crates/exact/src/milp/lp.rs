//! CPLEX LP, written as it goes.

use super::model::{Column, Domain, Model, Sense};
use std::io::{self, Write};

/// Terms a line: readers limit lines to 255 or 560 characters.
const TERMS_PER_LINE: usize = 8;

/// Writes `model` as CPLEX LP (every bound explicit).
///
/// # Errors
/// Those of `out`.
pub(super) fn write(model: &Model, out: &mut dyn Write) -> io::Result<()> {
    let columns = model.columns();
    writeln!(out, "\\ {}\nMinimize", model.name)?;
    let objective = columns
        .iter()
        .enumerate()
        .filter(|(_, column)| column.objective != 0.0)
        .map(|(j, column)| (j, column.objective));
    write_sum(columns, "obj", objective, out)?;
    writeln!(out, "\nSubject To")?;
    for (r, row) in model.rows().iter().enumerate() {
        write_sum(columns, &row.name, model.terms(r), out)?;
        let sense = match row.sense {
            Sense::AtMost => "<=",
            Sense::Equal => "=",
        };
        writeln!(out, " {sense} {}", row.rhs)?;
    }
    writeln!(out, "Bounds")?;
    for column in columns.iter().filter(|column| !column.is_binary()) {
        write_bounds(column, out)?;
    }
    write_section(out, "Binaries", columns.iter().filter(|c| c.is_binary()))?;
    let general = |c: &&Column| c.domain == Domain::Integer && !c.is_binary();
    write_section(out, "Generals", columns.iter().filter(general))?;
    writeln!(out, "End")
}

fn write_sum(
    columns: &[Column],
    name: &str,
    terms: impl Iterator<Item = (usize, f64)>,
    out: &mut dyn Write,
) -> io::Result<()> {
    write!(out, " {name}:")?;
    let mut written = 0;
    for (j, coefficient) in terms {
        if written > 0 && written % TERMS_PER_LINE == 0 {
            write!(out, "\n ")?;
        }
        let sign = if coefficient < 0.0 { '-' } else { '+' };
        write!(out, " {sign} {} {}", coefficient.abs(), columns[j].name)?;
        written += 1;
    }
    if written == 0
        && let Some(first) = columns.first()
    {
        write!(out, " 0 {}", first.name)?;
    }
    Ok(())
}

fn write_bounds(column: &Column, out: &mut dyn Write) -> io::Result<()> {
    let Column {
        name, lower, upper, ..
    } = column;
    if lower.is_infinite() && upper.is_infinite() {
        return writeln!(out, " {name} free");
    }
    if lower == upper {
        return writeln!(out, " {name} = {lower}");
    }
    let side = |bound: &f64| match *bound {
        f64::NEG_INFINITY => "-inf".to_owned(),
        f64::INFINITY => "+inf".to_owned(),
        finite => finite.to_string(),
    };
    writeln!(out, " {} <= {name} <= {}", side(lower), side(upper))
}

fn write_section<'a>(
    out: &mut dyn Write,
    title: &str,
    columns: impl Iterator<Item = &'a Column>,
) -> io::Result<()> {
    let mut columns = columns.peekable();
    if columns.peek().is_some() {
        writeln!(out, "{title}")?;
    }
    for column in columns {
        writeln!(out, " {}", column.name)?;
    }
    Ok(())
}
