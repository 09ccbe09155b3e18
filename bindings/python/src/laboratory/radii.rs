//! How many flipped entries stored patterns are certain to survive.

use super::progress::{self, Teller};
use super::{ascending, check_memory, counts, numbers, of_cell, repeats};
use crate::arguments::Arguments;
use crate::errors::bad_value;
use crate::run;
use crate::training::model::named;
use attractor::{Control, Shape};
use attractor_lab::radii::{Cell, DEFAULT_LIMIT, Radii};
use pyo3::prelude::*;
use pyo3::types::PyDict;

const KEYWORDS: [&str; 10] = [
    "neurons",
    "patterns",
    "weights",
    "couplings",
    "repeats",
    "ties",
    "time_limit",
    "seed",
    "threads",
    "callback",
];

/// The table of `attractor capacity --survive` as columns.
#[pyfunction]
#[pyo3(signature = (**keywords))]
pub(crate) fn guaranteed_radii<'py>(
    py: Python<'py>,
    keywords: Option<&Bound<'py, PyDict>>,
) -> PyResult<Bound<'py, PyDict>> {
    let none = PyDict::new(py);
    let arguments = Arguments::new(keywords.unwrap_or(&none)).only(&KEYWORDS)?;
    let radii = asked(&arguments)?;
    let what = radii.weights.to_string();
    let work = |control: &Control<'_>, teller: &Teller<'_>| {
        radii.measure(control, |done, all| teller.tell(&what, done, all))
    };
    progress::run(py, &arguments, work, of_cell, |cells| {
        columns(py, &radii, cells)
    })
}

fn asked(arguments: &Arguments<'_, '_>) -> PyResult<Radii> {
    let list = |name: &str| {
        let numbers = ascending(arguments, name)?;
        let numbers =
            numbers.ok_or_else(|| bad_value(name, "is missing: give a range or a list"))?;
        match numbers.first() {
            Some(0) => Err(bad_value(name, "0; give at least 1")),
            _ => Ok(numbers),
        }
    };
    let (neurons, patterns) = (list("neurons")?, list("patterns")?);
    for &width in &neurons {
        check_memory(Shape { height: 1, width })?;
    }
    let sizes = neurons
        .iter()
        .flat_map(|&n| patterns.iter().map(move |&p| (n, p)));
    let limit = run::limit("time_limit", arguments.number("time_limit")?)?;
    Ok(Radii {
        weights: named(arguments, "weights")?,
        symmetry: named(arguments, "couplings")?,
        ties: named(arguments, "ties")?,
        sizes: sizes.collect(),
        repeats: repeats(arguments)?,
        seed: arguments.seed()?,
        limit: limit.unwrap_or(DEFAULT_LIMIT),
    })
}

/// A column's name and what stands in it.
type Column<T> = (&'static str, fn(&Cell) -> T);

/// A line for each size, as in the program's table.
fn columns<'py>(py: Python<'py>, radii: &Radii, cells: &[Cell]) -> PyResult<Bound<'py, PyDict>> {
    let columns = PyDict::new(py);
    columns.set_item("weights", vec![radii.weights.to_string(); cells.len()])?;
    columns.set_item("couplings", vec![radii.symmetry.to_string(); cells.len()])?;
    let whole: [Column<usize>; 4] = [
        ("neurons", |cell| cell.neurons),
        ("patterns", |cell| cell.patterns),
        ("instances", |cell| cell.instances),
        ("stored", |cell| cell.stored.len()),
    ];
    for (name, of) in whole {
        columns.set_item(name, counts(py, cells.iter().map(of))?)?;
    }
    let known: [Column<Option<f64>>; 4] = [
        ("radius_least", |cell| {
            Some(cell.stored.iter().map(|c| c.radius).min()? as f64)
        }),
        ("radius_mean", Cell::mean),
        ("radius_most", |cell| {
            Some(cell.stored.iter().map(|c| c.radius).max()? as f64)
        }),
        ("bound_mean", Cell::mean_bound),
    ];
    for (name, of) in known {
        columns.set_item(name, numbers(py, cells.iter().map(of))?)?;
    }
    columns.set_item("proven", counts(py, cells.iter().map(Cell::proven))?)?;
    Ok(columns)
}
