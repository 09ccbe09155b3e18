//! Networks in pickles: their file's bytes and their report.

use super::Network;
use crate::errors::{FormatError, of_reading};
use attractor::io::NetworkFile;
use pyo3::prelude::*;
use pyo3::types::PyBytes;

/// What makes the network again, and its arguments.
pub(super) type Reduced<'py> = (Bound<'py, PyAny>, (Bound<'py, PyBytes>, String));

/// What `pickle` keeps.
pub(super) fn reduce<'py>(network: &Bound<'py, Network>) -> PyResult<Reduced<'py>> {
    let restore = network
        .py()
        .import("attractor._attractor")?
        .getattr("restore_network")?;
    let own = network.get();
    let file = PyBytes::new(network.py(), &own.file.to_bytes());
    Ok((restore, (file, own.report.to_string())))
}

/// A network of its file's bytes and its report, for `pickle`.
#[pyfunction]
pub(crate) fn restore_network(file: &[u8], report: &str) -> PyResult<Network> {
    let file = NetworkFile::from_bytes("pickled network", file).map_err(of_reading)?;
    let report = serde_json::from_str(report);
    let report =
        report.map_err(|error| FormatError::new_err(format!("pickled network: {error}")))?;
    Ok(Network::new(file, report, None))
}
