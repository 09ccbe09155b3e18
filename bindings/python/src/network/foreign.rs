//! Networks of weights that another program made.

use crate::arrays;
use crate::errors::bad_value;
use attractor::io::{Diagonal, ForeignWeights, NetworkFile};
use pyo3::prelude::*;

/// The network of these arrays, with what is asked of their diagonal and their symmetry.
pub(super) fn network(
    weights: &Bound<'_, PyAny>,
    biases: Option<&Bound<'_, PyAny>>,
    diagonal: &str,
    symmetrise: bool,
) -> PyResult<NetworkFile> {
    let diagonal = match diagonal {
        "refuse" => Diagonal::Refuse,
        "drop" => Diagonal::Drop,
        "keep" => Diagonal::Keep,
        other => {
            return Err(bad_value(
                "diagonal",
                format!("`{other}` is none of refuse, drop, keep"),
            ));
        }
    };
    let (weights, dims) = arrays::floats("weights", weights)?;
    if dims.len() != 2 || dims[0] != dims[1] {
        return Err(bad_value(
            "weights",
            format!("have shape {dims:?}; N neurons have N×N weights"),
        ));
    }
    let biases = biases
        .map(|biases| arrays::floats("biases", biases))
        .transpose()?;
    let biases = biases.map(|(biases, _)| biases);
    let foreign =
        ForeignWeights::new(weights, biases).map_err(|error| bad_value("weights", error))?;
    foreign
        .network(diagonal, symmetrise)
        .map_err(|error| bad_value("weights", error))
}
