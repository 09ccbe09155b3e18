//! Tables: columns of numbers and texts as codes of ±1, and a memory of them that classifies rows.

mod classifier;
mod frame;

use crate::arrays;
use crate::errors::{FormatError, bad_value};
use crate::network::from_json;
use attractor_tables::{LEVELS, MAX_LEVELS, Table};
use frame::table;
use numpy::PyArrayDyn;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList};

pub(crate) use classifier::{Classifier, restore_classifier};
pub(crate) use frame::read_table;

fn levels(asked: Option<usize>) -> PyResult<usize> {
    match asked.unwrap_or(LEVELS) {
        levels @ 2..=MAX_LEVELS => Ok(levels),
        levels => Err(bad_value(
            "levels",
            format!("{levels} is not from 2 to {MAX_LEVELS}"),
        )),
    }
}

/// Rows of a table as codes of −1 and +1, a group of neurons for each column; 0 is unknown.
#[pyclass(frozen, module = "attractor")]
pub(crate) struct Encoder {
    encoder: attractor_tables::Encoder,
}

#[pymethods]
impl Encoder {
    /// Fits to a frame, a mapping of columns, or an array of two dimensions.
    #[staticmethod]
    #[pyo3(signature = (data, *, levels=None))]
    fn fit(data: &Bound<'_, PyAny>, levels: Option<usize>) -> PyResult<Self> {
        let levels = self::levels(levels)?;
        let table = table("data", data, None)?;
        let rows: Vec<usize> = (0..table.len()).collect();
        let encoder = attractor_tables::Encoder::fit(&table, &rows, levels);
        Ok(Self {
            encoder: encoder.map_err(|error| bad_value("data", error))?,
        })
    }

    /// Codes of −1 and +1, 0 where a value is missing or was not seen.
    fn encode<'py>(
        &self,
        py: Python<'py>,
        data: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyArrayDyn<i8>>> {
        let table = chosen("data", data, &self.encoder)?;
        let codes: Vec<Vec<i8>> = table
            .rows
            .iter()
            .map(|row| self.encoder.encode(row))
            .collect();
        arrays::codes(py, &codes, self.encoder.neurons())
    }

    /// The columns that vary, in the order of their groups.
    #[getter]
    fn columns(&self) -> Vec<String> {
        self.encoder.columns().to_vec()
    }

    /// Neurons of each group.
    #[getter]
    fn group_sizes(&self) -> Vec<usize> {
        self.encoder.group_sizes()
    }

    #[getter]
    fn neurons(&self) -> usize {
        self.encoder.neurons()
    }

    /// For each group the centres of its levels or its texts.
    #[getter]
    fn groups<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let value = serde_json::to_value(&self.encoder);
        let value = value.map_err(|error| FormatError::new_err(error.to_string()))?;
        let groups = from_json(py, &value["groups"])?;
        let values = PyList::empty(py);
        for group in groups.try_iter()? {
            let group = group?.cast_into::<PyDict>()?;
            for (_, of_group) in &group {
                values.append(of_group)?;
            }
        }
        Ok(values.into_any())
    }

    fn __eq__(&self, other: &Self) -> bool {
        self.encoder == other.encoder
    }

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> PyResult<(Bound<'py, PyAny>, (String,))> {
        let restore = slf
            .py()
            .import("attractor._attractor")?
            .getattr("restore_encoder")?;
        let text = serde_json::to_string(&slf.get().encoder);
        Ok((
            restore,
            (text.map_err(|error| FormatError::new_err(error.to_string()))?,),
        ))
    }

    fn __repr__(&self) -> String {
        let (columns, neurons) = (self.encoder.columns().len(), self.encoder.neurons());
        format!("Encoder({columns} columns, {neurons} neurons)")
    }
}

/// An encoder of its text, for `pickle`.
#[pyfunction]
pub(crate) fn restore_encoder(text: &str) -> PyResult<Encoder> {
    let encoder = serde_json::from_str(text);
    Ok(Encoder {
        encoder: encoder
            .map_err(|error| FormatError::new_err(format!("pickled encoder: {error}")))?,
    })
}

/// The columns that an encoder knows, checked against it.
fn chosen(
    name: &str,
    data: &Bound<'_, PyAny>,
    encoder: &attractor_tables::Encoder,
) -> PyResult<Table> {
    let table = table(name, data, None)?;
    let lacking = encoder
        .columns()
        .iter()
        .find(|column| !table.columns.contains(column));
    if let Some(column) = lacking {
        return Err(bad_value(
            name,
            format!("has no column '{column}', which was learnt from"),
        ));
    }
    let table = table.with_columns(encoder.columns());
    encoder
        .check(&table)
        .map_err(|error| bad_value(name, error))?;
    Ok(table)
}
