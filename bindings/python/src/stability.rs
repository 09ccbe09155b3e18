//! The class `Stability`: which bits a network holds, and by how much.

use crate::arrays;
use attractor::Stability;
use numpy::{PyArray1, PyArray2};
use pyo3::prelude::*;

/// What a network holds of patterns.
#[pyclass(frozen, module = "attractor", name = "Stability")]
pub(crate) struct PyStability {
    pub(crate) stability: Stability,
    pub(crate) patterns: usize,
    pub(crate) neurons: usize,
}

#[pymethods]
impl PyStability {
    #[getter]
    fn wrong_bits(&self) -> usize {
        self.stability.wrong_bits()
    }

    #[getter]
    fn margin(&self) -> Option<f64> {
        self.stability.margin()
    }

    /// Whether bit (μ,i) is right, P×N.
    #[getter]
    fn right<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyArray2<bool>>> {
        self.table(py, Stability::is_right)
    }

    /// ξ_i h_i of bit (μ,i), P×N.
    #[getter]
    fn aligned_fields<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyArray2<f64>>> {
        self.table(py, Stability::aligned_field)
    }

    /// Wrong bits of each pattern.
    #[getter]
    fn per_pattern<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyArray1<i64>>> {
        let wrong = (0..self.patterns).map(|mu| self.stability.wrong_in_pattern(mu) as i64);
        arrays::vector(py, wrong.collect())
    }

    /// Wrong bits of each neuron.
    #[getter]
    fn per_neuron<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyArray1<i64>>> {
        let wrong = self
            .stability
            .wrong_by_neuron()
            .into_iter()
            .map(|wrong| wrong as i64);
        arrays::vector(py, wrong.collect())
    }

    /// The margin of each neuron; NaN where there is none.
    #[getter]
    fn neuron_margins<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyArray1<f64>>> {
        let margins =
            (0..self.neurons).map(|i| self.stability.neuron_margin(i).unwrap_or(f64::NAN));
        arrays::vector(py, margins.collect())
    }

    fn __repr__(&self) -> String {
        let margin = self
            .stability
            .margin()
            .map_or(String::new(), |margin| format!(", margin {margin:.4}"));
        format!(
            "Stability({} of {} bits wrong{margin})",
            self.stability.wrong_bits(),
            self.patterns * self.neurons
        )
    }
}

impl PyStability {
    fn table<'py, T: numpy::Element>(
        &self,
        py: Python<'py>,
        of: fn(&Stability, usize, usize) -> T,
    ) -> PyResult<Bound<'py, PyArray2<T>>> {
        use numpy::PyArrayMethods as _;
        let bits = (0..self.patterns).flat_map(|mu| (0..self.neurons).map(move |i| (mu, i)));
        let values = bits.map(|(mu, i)| of(&self.stability, mu, i)).collect();
        PyArray1::from_vec(py, values).reshape([self.patterns, self.neurons])
    }
}
