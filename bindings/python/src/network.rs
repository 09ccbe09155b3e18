//! The class `Network`: weights, biases, and what is known of them.

mod foreign;
pub(crate) mod pickled;
mod shown;

use crate::arguments::Arguments;
use crate::certificate::{Basis, Certificate};
use crate::errors::{bad_value, of_reading, of_writing};
use crate::radii::Searching;
use crate::recalling::{self, DYNAMICS, Dynamics, Recall};
use crate::stability::PyStability;
use crate::training::report;
use crate::{analysis, arrays, experiments, radii, run};
use attractor::io::NetworkFile;
use attractor::{Patterns, Stability};
use attractor_exact::{Evidence, Problem};
use numpy::{PyArray1, PyArray2};
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::PyDict;
use serde_json::Value;
use std::path::PathBuf;

/// A trained network, or one that was read from a file.
#[pyclass(frozen, module = "attractor")]
pub(crate) struct Network {
    file: NetworkFile,
    /// What is known of the training; null of a network that was read.
    report: Value,
    /// What a certificate can be made of; only where the training was.
    basis: Option<Basis>,
    weights: PyOnceLock<Py<PyArray2<f64>>>,
    biases: PyOnceLock<Py<PyArray1<f64>>>,
}

impl Network {
    fn new(file: NetworkFile, report: Value, basis: Option<Basis>) -> Self {
        Self {
            file,
            report,
            basis,
            weights: PyOnceLock::new(),
            biases: PyOnceLock::new(),
        }
    }

    /// A network whose training is over.
    pub(crate) fn trained(
        file: NetworkFile,
        report: Value,
        basis: Option<(Problem, Evidence)>,
    ) -> Self {
        let basis = basis.map(|(problem, evidence)| Basis { problem, evidence });
        Self::new(file, report, basis)
    }

    /// The same network, with what a certificate can be made of.
    pub(crate) fn with_basis(self, basis: Option<(Problem, Evidence)>) -> Self {
        Self {
            basis: basis.map(|(problem, evidence)| Basis { problem, evidence }),
            ..self
        }
    }

    pub(crate) fn file(&self) -> &NetworkFile {
        &self.file
    }

    pub(crate) fn basis(&self) -> Option<&Basis> {
        self.basis.as_ref()
    }

    /// Patterns of this network's size.
    pub(crate) fn patterns(&self, name: &str, object: &Bound<'_, PyAny>) -> PyResult<Patterns> {
        let (patterns, _) = arrays::patterns(name, object)?;
        let (neurons, own) = (patterns.neurons(), self.file.network().neurons());
        if neurons != own {
            return Err(bad_value(
                name,
                format!("have {neurons} neurons, the network has {own}"),
            ));
        }
        Ok(patterns)
    }

    fn known(&self, key: &str) -> Option<f64> {
        self.report[key].as_f64()
    }
}

#[pymethods]
impl Network {
    /// Reads a network file of `attractor train` or `save`.
    #[staticmethod]
    fn load(path: PathBuf) -> PyResult<Self> {
        let file = NetworkFile::read(&path).map_err(of_reading)?;
        Ok(Self::new(file, Value::Null, None))
    }

    /// A network of weights that another program made.
    #[staticmethod]
    #[pyo3(signature = (weights, biases=None, *, diagonal="refuse", symmetrise=false))]
    fn from_weights(
        weights: &Bound<'_, PyAny>,
        biases: Option<&Bound<'_, PyAny>>,
        diagonal: &str,
        symmetrise: bool,
    ) -> PyResult<Self> {
        let file = foreign::network(weights, biases, diagonal, symmetrise)?;
        Ok(Self::new(file, Value::Null, None))
    }

    /// Writes the network file, whole or not at all; the certificate's digest with it, if one is given.
    #[pyo3(signature = (path, *, certificate=None))]
    fn save(&self, path: PathBuf, certificate: Option<&Bound<'_, Certificate>>) -> PyResult<()> {
        let file = match certificate {
            None => return self.file.write(&path).map_err(of_writing),
            Some(certificate) => certificate.get().noted_in(&self.file)?,
        };
        file.write(&path).map_err(of_writing)
    }

    /// w_ij, from neuron j into neuron i; cannot be written to.
    #[getter]
    fn weights<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyArray2<f64>>> {
        let network = self.file.network();
        let make =
            || Ok::<_, PyErr>(arrays::matrix(py, network.weights(), network.neurons())?.unbind());
        Ok(self.weights.get_or_try_init(py, make)?.bind(py).clone())
    }

    /// b_i; cannot be written to.
    #[getter]
    fn biases<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyArray1<f64>>> {
        let make =
            || Ok::<_, PyErr>(arrays::vector(py, self.file.network().biases().to_vec())?.unbind());
        Ok(self.biases.get_or_try_init(py, make)?.bind(py).clone())
    }

    #[getter]
    fn neurons(&self) -> usize {
        self.file.network().neurons()
    }

    #[getter]
    fn couplings(&self) -> String {
        self.file.network().symmetry().to_string()
    }

    #[getter]
    fn ties(&self) -> String {
        self.file.metadata().ties.to_string()
    }

    #[getter]
    fn rule(&self) -> &str {
        &self.file.metadata().rule
    }

    #[getter]
    fn seed(&self) -> Option<u64> {
        self.file.metadata().seed
    }

    #[getter]
    fn shape(&self) -> Option<(usize, usize)> {
        let shape = self.file.image_shape()?;
        Some((shape.height, shape.width))
    }

    #[getter]
    fn status(&self) -> Option<String> {
        self.file.metadata().status.map(|status| status.to_string())
    }

    #[getter]
    fn wrong_bits(&self) -> Option<usize> {
        self.file.metadata().wrong_bits
    }

    #[getter]
    fn lower_bound(&self) -> Option<usize> {
        self.file.metadata().lower_bound
    }

    #[getter]
    fn gap(&self) -> Option<f64> {
        let metadata = self.file.metadata();
        let (wrong_bits, lower_bound) = (metadata.wrong_bits?, metadata.lower_bound?);
        Some(
            attractor::Bounds {
                wrong_bits,
                lower_bound,
            }
            .gap(),
        )
    }

    #[getter]
    fn margin(&self) -> Option<f64> {
        self.known("margin")
    }

    #[getter]
    fn network_margin(&self) -> Option<f64> {
        self.known("network_margin")
    }

    #[getter]
    fn margin_gap(&self) -> Option<f64> {
        self.known("margin_gap")
    }

    /// Weights that are not zero.
    #[getter]
    fn nonzeros(&self) -> usize {
        self.file.network().nonzeros()
    }

    /// What training was asked for.
    #[getter]
    fn options<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        from_json(py, &self.file.metadata().options.clone().into())
    }

    /// What is known of the training, with the keys of `attractor train --report`; None of a network that was read.
    #[getter]
    fn report<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        from_json(py, &self.report)
    }

    /// What the search did; None but for exact training.
    #[getter]
    fn statistics<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        from_json(py, &self.report["statistics"])
    }

    /// Wrong bits and their lower bounds, neuron by neuron; None of a network that was read.
    #[getter]
    fn per_neuron<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyDict>>> {
        report::per_neuron(py, &self.report)
    }

    /// Recalls every cue.
    #[pyo3(
        signature = (cues, **keywords),
        text_signature = "($self, cues, *, update=None, order=None, beta=None, max_steps=None, clamp=None, seed=0, threads=None)"
    )]
    fn recall<'py>(
        &self,
        py: Python<'py>,
        cues: &Bound<'py, PyAny>,
        keywords: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<Recall> {
        let known = [&DYNAMICS[..], &["beta", "max_steps", "clamp", "threads"]].concat();
        Arguments::of(py, keywords, &known, |arguments| {
            recalling::recall(py, self.file.network(), cues, arguments)
        })
    }

    /// Recalls the other half of each pair, of a network that was trained with `halves`: columns other, same, settled, steps.
    #[pyo3(signature = (cues, *, half="first", max_steps=1000, threads=None))]
    fn associate<'py>(
        &self,
        py: Python<'py>,
        cues: &Bound<'py, PyAny>,
        half: &str,
        max_steps: usize,
        threads: Option<usize>,
    ) -> PyResult<Bound<'py, PyDict>> {
        analysis::associate(py, &self.file, cues, half, max_steps, threads)
    }

    /// The states of one cue's recall, the cue first, and their energies.
    #[pyo3(
        signature = (cue, **keywords),
        text_signature = "($self, cue, *, update=None, order=None, beta=None, max_steps=None, clamp=None, seed=0)"
    )]
    fn trace<'py>(
        &self,
        py: Python<'py>,
        cue: &Bound<'py, PyAny>,
        keywords: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<analysis::Traced<'py>> {
        let known = [&DYNAMICS[..], &["beta", "max_steps", "clamp"]].concat();
        let dynamics = Arguments::of(py, keywords, &known, Dynamics::new)?;
        analysis::trace(py, self.file.network(), cue, &dynamics)
    }

    /// Every fixed point and cycle of synchronous updates, of at most 25 neurons: columns state (its first), length, basin.
    #[pyo3(signature = (*, threads=None))]
    fn states<'py>(&self, py: Python<'py>, threads: Option<usize>) -> PyResult<Bound<'py, PyDict>> {
        analysis::states(py, self.file.network(), threads)
    }

    /// How often the patterns come back from cues with so many flipped or unknown entries, or unknown blocks, as `attractor
    /// basins` measures it: columns damage, size, cues, recalled and the other outcomes, and how many patterns are certain.
    #[pyo3(
        signature = (patterns, **keywords),
        text_signature = "($self, patterns, *, flips=None, erasures=None, blocks=None, repeats=20, update=None, order=None, seed=0, threads=None)"
    )]
    fn basins<'py>(
        &self,
        py: Python<'py>,
        patterns: &Bound<'py, PyAny>,
        keywords: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<Bound<'py, PyDict>> {
        let own = ["flips", "erasures", "blocks", "repeats", "threads"];
        let patterns = self.patterns("patterns", patterns)?;
        let (network, shape) = (self.file.network(), self.file.image_shape());
        Arguments::of(py, keywords, &[&DYNAMICS[..], &own].concat(), |arguments| {
            experiments::basins(py, network, &patterns, shape, arguments)
        })
    }

    /// How new each cue is: by `second-step` (bits that move in the second step), `first-step`, `energy`, or `nearest` (the
    /// distance to the nearest of these stored patterns). The higher, the newer.
    #[pyo3(signature = (cues, *, statistic="second-step", patterns=None, threads=None))]
    fn novelty<'py>(
        &self,
        py: Python<'py>,
        cues: &Bound<'py, PyAny>,
        statistic: &str,
        patterns: Option<&Bound<'py, PyAny>>,
        threads: Option<usize>,
    ) -> PyResult<Bound<'py, PyArray1<f64>>> {
        let patterns = patterns
            .map(|patterns| self.patterns("patterns", patterns))
            .transpose()?;
        experiments::novelty(
            py,
            self.file.network(),
            cues,
            statistic,
            patterns.as_ref(),
            threads,
        )
    }

    /// What the network holds of these patterns.
    #[pyo3(signature = (patterns, *, threads=None))]
    fn stability(
        &self,
        py: Python<'_>,
        patterns: &Bound<'_, PyAny>,
        threads: Option<usize>,
    ) -> PyResult<PyStability> {
        let patterns = self.patterns("patterns", patterns)?;
        let (network, ties) = (self.file.network(), self.file.metadata().ties);
        let stability = run::compute(py, threads, || Stability::of(network, &patterns, ties))?;
        let stability = stability.map_err(|error| bad_value("patterns", error))?;
        let (patterns, neurons) = (patterns.count(), patterns.neurons());
        Ok(PyStability {
            stability,
            patterns,
            neurons,
        })
    }

    /// How many flipped or unknown entries each pattern survives for certain, in one step and in several: columns of whole
    /// numbers, −1 where the pattern itself is not stored. With `search=True` radii in several steps are searched for, through
    /// at most `nodes` nodes (1000000) for each pattern, kind of recall and damage; `lost_…` is the least damage that is then
    /// known not to be repaired, −1 if none is. At `time_limit` seconds what is certain stands; Ctrl-C raises.
    #[pyo3(signature = (patterns, *, search=false, nodes=None, time_limit=None, threads=None))]
    fn radii<'py>(
        &self,
        py: Python<'py>,
        patterns: &Bound<'py, PyAny>,
        search: bool,
        nodes: Option<i64>,
        time_limit: Option<f64>,
        threads: Option<usize>,
    ) -> PyResult<Bound<'py, PyDict>> {
        let patterns = self.patterns("patterns", patterns)?;
        let searching = Searching::asked(search, nodes, time_limit)?;
        radii::radii(py, &self.file, &patterns, searching, threads)
    }

    /// A certificate of what is proven, for `verify`. Ctrl-C ends the search for proofs with what there is.
    #[pyo3(signature = (*, threads=None))]
    fn certify(&self, py: Python<'_>, threads: Option<usize>) -> PyResult<Certificate> {
        Certificate::of(py, self, threads)
    }

    fn __eq__(&self, other: &Self) -> bool {
        self.file == other.file
    }

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> PyResult<pickled::Reduced<'py>> {
        pickled::reduce(slf)
    }

    fn __repr__(&self) -> String {
        shown::of(&self.file, self.known("margin"))
    }
}

/// JSON as Python's own types.
pub(crate) fn from_json<'py>(py: Python<'py>, value: &Value) -> PyResult<Bound<'py, PyAny>> {
    py.import("json")?
        .call_method1("loads", (value.to_string(),))
}
