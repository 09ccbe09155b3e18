//! From Python to a table: frames of pandas and polars, mappings of columns, arrays of two dimensions, and files.

use crate::arguments::is_flag;
use crate::errors::{FormatError, bad_type, bad_value, of_system};
use attractor_tables::{ReadOptions, Table, TableError, Value};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyFloat, PyList, PyMapping, PyString};
use std::fs::File;
use std::path::PathBuf;

/// Names and values of the columns. An array's are named by their numbers, from 0.
fn columns<'py>(
    name: &str,
    data: &Bound<'py, PyAny>,
) -> PyResult<Vec<(String, Vec<Bound<'py, PyAny>>)>> {
    let py = data.py();
    let listed = |column: &Bound<'py, PyAny>| -> PyResult<Vec<Bound<'py, PyAny>>> {
        let list = match column.call_method0(intern!(py, "tolist")) {
            Ok(list) => list,
            Err(_) => column
                .call_method0(intern!(py, "to_list"))
                .unwrap_or_else(|_| column.clone()),
        };
        list.try_iter()?.collect()
    };
    let named = if data.hasattr(intern!(py, "columns"))? {
        let names = data.getattr(intern!(py, "columns"))?;
        let names: Vec<Bound<'py, PyAny>> = names.try_iter()?.collect::<PyResult<_>>()?;
        let column = |name: Bound<'py, PyAny>| Ok((name.clone(), listed(&data.get_item(name)?)?));
        names
            .into_iter()
            .map(column)
            .collect::<PyResult<Vec<_>>>()?
    } else if let Ok(mapping) = data.cast::<PyMapping>() {
        let items = mapping.items()?;
        let column = |item: Bound<'py, PyAny>| {
            let (name, column): (Bound<'py, PyAny>, Bound<'py, PyAny>) = item.extract()?;
            Ok((name, listed(&column)?))
        };
        items.iter().map(column).collect::<PyResult<Vec<_>>>()?
    } else {
        return of_array(name, data);
    };
    named
        .into_iter()
        .map(|(name, values)| Ok((name.str()?.to_string(), values)))
        .collect()
}

fn of_array<'py>(
    name: &str,
    data: &Bound<'py, PyAny>,
) -> PyResult<Vec<(String, Vec<Bound<'py, PyAny>>)>> {
    let py = data.py();
    let numpy = py.import(intern!(py, "numpy"))?;
    let array = numpy.call_method1(intern!(py, "asarray"), (data,));
    let array = array.map_err(|error| bad_type(name, format!("is no table: {error}")))?;
    let dims: Vec<usize> = array.getattr(intern!(py, "shape"))?.extract()?;
    if dims.len() != 2 {
        return Err(bad_value(
            name,
            format!(
                "has {} dimensions; give a frame, a mapping of columns, or rows × columns",
                dims.len()
            ),
        ));
    }
    let columns = array
        .getattr(intern!(py, "T"))?
        .call_method0(intern!(py, "tolist"))?;
    let columns: Vec<Vec<Bound<'py, PyAny>>> = columns.extract()?;
    Ok(columns
        .into_iter()
        .enumerate()
        .map(|(c, column)| (c.to_string(), column))
        .collect())
}

/// Whether a value is none: None, NaN, pandas' NA and NaT.
fn is_missing(value: &Bound<'_, PyAny>) -> bool {
    // What is missing is not equal to itself, or cannot say whether it is.
    value.is_none() || !value.eq(value).unwrap_or(false)
}

fn value(name: &str, column: &str, row: usize, given: &Bound<'_, PyAny>) -> PyResult<Value> {
    if given.is_instance_of::<PyString>() {
        return Ok(Value::Text(given.extract()?));
    }
    if !given.is_instance_of::<PyFloat>() && is_flag(given) {
        return Ok(Value::Text(given.str()?.to_string()));
    }
    if is_missing(given) {
        return Ok(Value::Missing);
    }
    match given.extract::<f64>() {
        Ok(number) if number.is_finite() => Ok(Value::Number(number)),
        Ok(number) => Err(bad_value(
            name,
            format!("column '{column}', row {row} is {number}; numbers are finite"),
        )),
        Err(_) => {
            let kind = given.get_type();
            Err(bad_type(
                name,
                format!(
                    "column '{column}', row {row} is a {kind}; give numbers, texts, or None and NaN"
                ),
            ))
        }
    }
}

/// The table of an argument, with classes if they are given: a list of as many texts or numbers.
pub(crate) fn table(
    name: &str,
    data: &Bound<'_, PyAny>,
    classes: Option<&Bound<'_, PyAny>>,
) -> PyResult<Table> {
    let columns = columns(name, data)?;
    let rows = columns.first().map_or(0, |(_, values)| values.len());
    if rows == 0 {
        return Err(bad_value(
            name,
            "is empty; at least one row and one column are needed",
        ));
    }
    let mut table = Table::default();
    table.rows = vec![Vec::with_capacity(columns.len()); rows];
    for (column, values) in columns {
        if values.len() != rows {
            return Err(bad_value(
                name,
                format!(
                    "column '{column}' has {} rows, the first one {rows}",
                    values.len()
                ),
            ));
        }
        if table.columns.contains(&column) {
            return Err(bad_value(name, format!("has two columns '{column}'")));
        }
        for (r, given) in values.iter().enumerate() {
            table.rows[r].push(value(name, &column, r, given)?);
        }
        table.columns.push(column);
    }
    // As lines of a file they would follow the header.
    table.lines = (0..rows as u64).map(|r| r + 2).collect();
    table.classes = match classes {
        None => vec![None; rows],
        Some(classes) => labels(classes, rows)?,
    };
    Ok(table)
}

fn labels(classes: &Bound<'_, PyAny>, rows: usize) -> PyResult<Vec<Option<String>>> {
    let mut labels = Vec::with_capacity(rows);
    for (row, class) in classes
        .try_iter()
        .map_err(|_| bad_type("classes", "give one for each row"))?
        .enumerate()
    {
        let class = class?;
        if is_missing(&class) {
            return Err(bad_value("classes", format!("row {row} has none")));
        }
        labels.push(Some(class.str()?.to_string()));
    }
    if labels.len() != rows {
        return Err(bad_value(
            "classes",
            format!("are {}, the rows {rows}", labels.len()),
        ));
    }
    Ok(labels)
}

/// Reads a table as `attractor classify` does: any usual separator, decimal sign and encoding, plain or gzip. Its columns as
/// lists with None for what is missing; the classes apart, if their column is named; remarks.
#[pyfunction]
#[pyo3(signature = (path, *, class_column=None, ignore=None, missing=None))]
pub(crate) fn read_table<'py>(
    py: Python<'py>,
    path: PathBuf,
    class_column: Option<String>,
    ignore: Option<Vec<String>>,
    missing: Option<Vec<String>>,
) -> PyResult<Read<'py>> {
    let name = path.display().to_string();
    let file = File::open(&path).map_err(|error| of_system(&name, &error))?;
    let mut options = ReadOptions::default();
    options.class = class_column;
    options.ignore = ignore.unwrap_or_default();
    options.missing = missing;
    let table = Table::read(file, &options).map_err(|error| match error {
        TableError::Io(error) if error.raw_os_error().is_some() => of_system(&name, &error),
        error => FormatError::new_err(format!("{name}: {error}")),
    })?;
    let columns = PyDict::new(py);
    for (c, column) in table.columns.iter().enumerate() {
        let values = PyList::empty(py);
        for row in &table.rows {
            match &row[c] {
                Value::Missing => values.append(py.None())?,
                Value::Number(number) => values.append(number)?,
                Value::Text(text) => values.append(text)?,
            }
        }
        columns.set_item(column, values)?;
    }
    let notes = table.notes.iter().map(ToString::to_string).collect();
    let classes = options.class.is_some().then_some(table.classes);
    Ok((columns, classes, notes))
}

/// Columns, classes, remarks.
type Read<'py> = (Bound<'py, PyDict>, Option<Vec<Option<String>>>, Vec<String>);
