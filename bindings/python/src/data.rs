//! Patterns and cues from files and from chance, with the numbers that the program draws.

use crate::arrays;
use crate::errors::{bad_value, of_reading, of_writing};
use attractor::io::Data;
use attractor::{Binarisation, Cues, Patterns, Shape, Threshold};
use numpy::PyArrayDyn;
use pyo3::prelude::*;
use std::path::PathBuf;

/// Random patterns: those of `attractor data random` with this seed.
#[pyfunction]
#[pyo3(signature = (count, neurons, *, seed=0))]
pub(crate) fn random_patterns<'py>(
    py: Python<'py>,
    count: usize,
    neurons: usize,
    seed: u64,
) -> PyResult<Bound<'py, PyArrayDyn<i8>>> {
    let patterns =
        Patterns::random(count, neurons, seed).map_err(|error| bad_value("count", error))?;
    arrays::states(py, &patterns, &[count, neurons])
}

/// The patterns of vertices' cliques, all of which a network stores: those of `attractor data cliques`.
#[pyfunction]
pub(crate) fn cliques(py: Python<'_>, vertices: usize) -> PyResult<Bound<'_, PyArrayDyn<i8>>> {
    let patterns = attractor::cliques(vertices).map_err(|error| bad_value("vertices", error))?;
    arrays::states(py, &patterns, &[patterns.count(), patterns.neurons()])
}

/// Patterns of a file or folder that the program reads: .npy, .npz, .csv, .txt, IDX, PNG, JPEG. Images are resized to `shape`
/// and cut by `binarise`: `half`, `otsu`, `mean` or a grey value.
#[pyfunction]
#[pyo3(signature = (path, *, shape=None, binarise=None))]
pub(crate) fn read_patterns<'py>(
    py: Python<'py>,
    path: PathBuf,
    shape: Option<(usize, usize)>,
    binarise: Option<&Bound<'py, PyAny>>,
) -> PyResult<Bound<'py, PyArrayDyn<i8>>> {
    let shape = shape.map(shape_of).transpose()?;
    let threshold = binarise.map(threshold).transpose()?;
    let mut data = Data::read(&path).map_err(of_reading)?;
    if threshold.is_some() {
        data = data.into_grey(shape).map_err(of_reading)?;
    }
    let how = Binarisation {
        shape,
        threshold: threshold.unwrap_or_default(),
    };
    let patterns = data.patterns(&how).map_err(of_reading)?;
    arrays::states(py, &patterns, &[patterns.count(), patterns.neurons()])
}

pub(crate) fn shape_of((height, width): (usize, usize)) -> PyResult<Shape> {
    let shape = format!("{height}x{width}").parse();
    shape.map_err(|error| bad_value("shape", error))
}

pub(crate) fn threshold(value: &Bound<'_, PyAny>) -> PyResult<Threshold> {
    let text = match value.extract::<String>() {
        Ok(text) => text,
        Err(_) => format!("{:?}", crate::arguments::number("binarise", value)?),
    };
    text.parse().map_err(|error| bad_value("binarise", error))
}

/// Cues of a file that the program reads; 0 is unknown.
#[pyfunction]
pub(crate) fn read_cues(py: Python<'_>, path: PathBuf) -> PyResult<Bound<'_, PyArrayDyn<i8>>> {
    let cues = attractor::io::read_cues(&path).map_err(of_reading)?;
    as_array(py, &cues)
}

/// Writes patterns, whole or not at all: .npy, .csv or .txt by the name's end.
#[pyfunction]
pub(crate) fn write_patterns(path: PathBuf, patterns: &Bound<'_, PyAny>) -> PyResult<()> {
    let (patterns, _) = arrays::patterns("patterns", patterns)?;
    attractor::io::write_patterns(&path, &patterns).map_err(of_writing)
}

/// Writes cues, whole or not at all: .npy, .csv or .txt by the name's end.
#[pyfunction]
pub(crate) fn write_cues(path: PathBuf, cues: &Bound<'_, PyAny>) -> PyResult<()> {
    let (cues, _) = arrays::cues("cues", cues)?;
    attractor::io::write_cues(&path, &cues).map_err(of_writing)
}

/// Cues with so many entries flipped and then so many unknown (0), each chosen by chance: those of `attractor data --flip
/// --erase` with this seed.
#[pyfunction]
#[pyo3(signature = (patterns, *, flip=0, erase=0, seed=0))]
pub(crate) fn damage<'py>(
    py: Python<'py>,
    patterns: &Bound<'py, PyAny>,
    flip: usize,
    erase: usize,
    seed: u64,
) -> PyResult<Bound<'py, PyArrayDyn<i8>>> {
    let (patterns, _) = arrays::patterns("patterns", patterns)?;
    let neurons = patterns.neurons();
    for (name, count) in [("flip", flip), ("erase", erase)] {
        if count > neurons {
            return Err(bad_value(name, format!("{count} of {neurons} entries")));
        }
    }
    let cues = Cues::from(&patterns).flip(flip, seed);
    as_array(py, &cues.erase_random(erase, seed.wrapping_add(1)))
}

fn as_array<'py>(py: Python<'py>, cues: &Cues) -> PyResult<Bound<'py, PyArrayDyn<i8>>> {
    let rows: Vec<Vec<i8>> = (0..cues.count())
        .map(|c| (0..cues.neurons()).map(|i| cues.value(c, i)).collect())
        .collect();
    arrays::codes(py, &rows, cues.neurons())
}
