//! One neuron alone, and a directed network put together of neurons that were trained apart, on other machines perhaps.

use crate::arrays;
use crate::errors::{UnsupportedError, bad_value, of_exact};
use crate::network::{Network, from_json};
use crate::run;
use crate::training::{Finished, Task, interrupted, report};
use attractor::io::{Metadata, NetworkFile};
use attractor::{Bounds, Symmetry, Trained};
use attractor_exact::{Evidence, Options, Problem, TrainedNeuron};
use numpy::PyArray1;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict};
use serde_json::Value;
use std::time::Duration;

/// One neuron's weights and what is known about them.
#[pyclass(frozen, module = "attractor")]
pub(crate) struct Neuron {
    index: usize,
    bounds: Bounds,
    statistics: Value,
    /// The neuron's weights in a network whose other neurons have none.
    network: Py<Network>,
}

#[pymethods]
impl Neuron {
    /// Which neuron it is.
    #[getter]
    fn index(&self) -> usize {
        self.index
    }

    /// Weights from all neurons; cannot be written to.
    #[getter]
    fn weights<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyArray1<f64>>> {
        arrays::vector(
            py,
            self.network.get().file().network().row(self.index).to_vec(),
        )
    }

    #[getter]
    fn bias(&self) -> f64 {
        self.network.get().file().network().biases()[self.index]
    }

    #[getter]
    fn wrong_bits(&self) -> usize {
        self.bounds.wrong_bits
    }

    #[getter]
    fn lower_bound(&self) -> usize {
        self.bounds.lower_bound
    }

    #[getter]
    fn gap(&self) -> f64 {
        self.bounds.gap()
    }

    #[getter]
    fn status(&self) -> String {
        self.bounds.status(false).to_string()
    }

    #[getter]
    fn statistics<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        from_json(py, &self.statistics)
    }

    /// A directed network of this neuron's weights alone. Its certificate proves the neuron's lower bound.
    #[getter]
    fn network(&self, py: Python<'_>) -> Py<Network> {
        self.network.clone_ref(py)
    }

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> PyResult<(Bound<'py, PyAny>, Pickled<'py>)> {
        let (py, own) = (slf.py(), slf.get());
        let restore = py
            .import("attractor._attractor")?
            .getattr("restore_neuron")?;
        let file = PyBytes::new(py, &own.network.get().file().to_bytes());
        let Bounds {
            wrong_bits,
            lower_bound,
        } = own.bounds;
        Ok((
            restore,
            (
                own.index,
                wrong_bits,
                lower_bound,
                own.statistics.to_string(),
                file,
            ),
        ))
    }

    fn __eq__(&self, other: &Self) -> bool {
        self.index == other.index
            && self.bounds == other.bounds
            && self.network.get().file() == other.network.get().file()
    }

    fn __repr__(&self) -> String {
        let Bounds {
            wrong_bits,
            lower_bound,
        } = self.bounds;
        let known = match self.bounds.status(false) {
            attractor::Status::Optimal => "proven optimal".to_owned(),
            _ => format!("at least {lower_bound} proven"),
        };
        format!("Neuron({}, {wrong_bits} wrong bits, {known})", self.index)
    }
}

/// Index, wrong bits, lower bound, statistics, network file.
type Pickled<'py> = (usize, usize, usize, String, Bound<'py, PyBytes>);

/// A neuron of its parts, for `pickle`.
#[pyfunction]
pub(crate) fn restore_neuron(
    py: Python<'_>,
    index: usize,
    wrong_bits: usize,
    lower_bound: usize,
    statistics: &str,
    file: &[u8],
) -> PyResult<Neuron> {
    let network = crate::network::pickled::restore_network(file, "null")?;
    if index >= network.file().network().neurons() || lower_bound > wrong_bits {
        return Err(bad_value(
            "pickled neuron",
            "its parts do not fit each other",
        ));
    }
    let statistics = serde_json::from_str(statistics);
    Ok(Neuron {
        index,
        bounds: Bounds {
            wrong_bits,
            lower_bound,
        },
        statistics: statistics.map_err(|error| bad_value("pickled neuron", error))?,
        network: Py::new(py, network)?,
    })
}

/// Trains neuron `neuron` alone, as if couplings were directed, by the exact rule.
#[pyfunction]
#[pyo3(signature = (patterns, neuron, /, **keywords))]
pub(crate) fn train_neuron(
    py: Python<'_>,
    patterns: &Bound<'_, PyAny>,
    neuron: &Bound<'_, PyAny>,
    keywords: Option<&Bound<'_, PyDict>>,
) -> PyResult<Neuron> {
    let task = Task::new(patterns, keywords)?;
    let problem = directed(&task)?;
    let index = crate::arguments::count("neuron", neuron)?;
    let neurons = problem.patterns.neurons();
    if index >= neurons {
        return Err(bad_value(
            "neuron",
            format!("{index} is not one of {neurons}, counted from 0"),
        ));
    }
    let options = Options { seed: task.seed };
    let ran = run::interruptible(py, task.how(), |control| {
        attractor_exact::train_neuron(&problem, index, &options, control).map_err(of_exact)
    })?;
    let made = Neuron::new(py, &task, problem, index, ran.value?)?;
    match ran.raised {
        None => Ok(made),
        Some(raised) => {
            let network = crate::network::pickled::restore_network(
                &made.network.get().file().to_bytes(),
                "null",
            )?;
            Err(interrupted(py, raised, network))
        }
    }
}

/// The problem with directed couplings; there is none but for the exact rule.
fn directed(task: &Task) -> PyResult<Problem> {
    let problem = task.method.problem();
    let problem =
        problem.ok_or_else(|| UnsupportedError::new_err("single neurons are for rule='exact'"))?;
    Ok(Problem {
        couplings: problem.couplings.directed(),
        ..problem.clone()
    })
}

impl Neuron {
    fn new(
        py: Python<'_>,
        task: &Task,
        problem: Problem,
        index: usize,
        trained: TrainedNeuron,
    ) -> PyResult<Self> {
        let neurons = problem.patterns.neurons();
        let (mut weights, mut biases) = (vec![0.0; neurons * neurons], vec![0.0; neurons]);
        weights[index * neurons..][..neurons].copy_from_slice(&trained.weights);
        biases[index] = trained.bias;
        let network = network(weights, biases)?;
        let metadata = Metadata {
            options: task.method.options().clone(),
            seed: Some(task.seed),
            shape: task.method.shape(),
            patterns_sha256: Some(problem.patterns.sha256()),
            ..Metadata::new(task.method.rule(), problem.ties)
        };
        let file = NetworkFile::new(network, problem.couplings.clone(), metadata);
        let file = file.map_err(|error| bad_value("patterns", error))?;
        let network = Network::trained(file, Value::Null, Some((problem, trained.evidence)));
        Ok(Self {
            index,
            bounds: trained.bounds,
            statistics: report::statistics(&trained.statistics),
            network: Py::new(py, network)?,
        })
    }
}

fn network(weights: Vec<f64>, biases: Vec<f64>) -> PyResult<attractor::Network> {
    attractor::Network::new(Symmetry::Directed, weights, biases)
        .map_err(|error| bad_value("neurons", error))
}

/// The directed network of neurons that `train_neuron` trained on these patterns with these keywords, each of them once.
#[pyfunction]
#[pyo3(signature = (patterns, neurons, /, **keywords))]
pub(crate) fn join_neurons(
    py: Python<'_>,
    patterns: &Bound<'_, PyAny>,
    neurons: Vec<Bound<'_, Neuron>>,
    keywords: Option<&Bound<'_, PyDict>>,
) -> PyResult<Network> {
    let keywords = keywords.map_or_else(|| Ok(PyDict::new(py)), PyDictMethods::copy)?;
    keywords.set_item("couplings", "directed")?;
    let task = Task::new(patterns, Some(&keywords))?;
    let problem = directed(&task)?;
    let n = problem.patterns.neurons();
    let mut of: Vec<Option<&Neuron>> = vec![None; n];
    for neuron in &neurons {
        let neuron = neuron.get();
        let fits = neuron
            .network
            .get()
            .file()
            .metadata()
            .patterns_sha256
            .as_ref()
            == Some(&problem.patterns.sha256());
        match of.get_mut(neuron.index) {
            Some(place @ None) if fits => *place = Some(neuron),
            Some(Some(_)) => {
                return Err(bad_value(
                    "neurons",
                    format!("neuron {} is there twice", neuron.index),
                ));
            }
            _ => {
                return Err(bad_value(
                    "neurons",
                    format!("neuron {} was trained on other patterns", neuron.index),
                ));
            }
        }
    }
    if let Some(missing) = of.iter().position(Option::is_none) {
        return Err(bad_value("neurons", format!("neuron {missing} is missing")));
    }
    let of: Vec<&Neuron> = of.into_iter().flatten().collect();
    let rows = of.iter().flat_map(|neuron| {
        neuron
            .network
            .get()
            .file()
            .network()
            .row(neuron.index)
            .to_vec()
    });
    let biases = of
        .iter()
        .map(|neuron| neuron.network.get().file().network().biases()[neuron.index]);
    let network = network(rows.collect(), biases.collect())?;
    let bounds = of.iter().map(|neuron| neuron.bounds.lower_bound).collect();
    let made = counted(py, &task, &problem, network, bounds)?;
    Ok(made.with_basis(evidence(&of).map(|evidence| (problem, evidence))))
}

/// A network that was put together, its wrong bits counted, with the neurons' lower bounds.
fn counted(
    py: Python<'_>,
    task: &Task,
    problem: &Problem,
    network: attractor::Network,
    bounds: Vec<usize>,
) -> PyResult<Network> {
    let recounted = run::compute(py, None, || {
        Trained::unproven(network, &problem.patterns, problem.ties)
    })?;
    let recounted = recounted.map_err(|error| bad_value("neurons", error))?;
    let mut own = bounds.iter().zip(&recounted.per_neuron);
    if let Some(i) = own.position(|(&bound, neuron)| bound > neuron.wrong_bits) {
        return Err(bad_value(
            "lower_bounds",
            format!(
                "neuron {i} has fewer wrong bits than its bound: it was trained on other patterns"
            ),
        ));
    }
    let total = bounds.iter().sum();
    let trained = recounted.bounded(bounds, total, false);
    let finished = Finished {
        trained,
        outcome: None,
        solution: None,
    };
    task.network(finished, Duration::ZERO)
}

/// The directed network of rows of weights that were trained apart, with the neurons' lower bounds as they were proven there.
#[pyfunction]
#[pyo3(signature = (patterns, weights, biases, lower_bounds, /, **keywords))]
pub(crate) fn join_rows(
    py: Python<'_>,
    patterns: &Bound<'_, PyAny>,
    weights: &Bound<'_, PyAny>,
    biases: &Bound<'_, PyAny>,
    lower_bounds: Vec<usize>,
    keywords: Option<&Bound<'_, PyDict>>,
) -> PyResult<Network> {
    let task = Task::new(patterns, keywords)?;
    let problem = directed(&task)?;
    let n = problem.patterns.neurons();
    let (weights, dims) = arrays::floats("weights", weights)?;
    let (biases, _) = arrays::floats("biases", biases)?;
    if dims != [n, n] || biases.len() != n || lower_bounds.len() != n {
        return Err(bad_value(
            "weights",
            format!("{n} neurons have {n}×{n} weights, {n} biases and {n} lower bounds"),
        ));
    }
    counted(py, &task, &problem, network(weights, biases)?, lower_bounds)
}

/// What the neurons' bounds rest on, if it is there: a neuron that was pickled has left it behind.
fn evidence(neurons: &[&Neuron]) -> Option<Evidence> {
    let mut all = Evidence::default();
    for neuron in neurons {
        let own = &neuron.network.get().basis()?.evidence;
        all.neurons.extend(own.neurons.iter().cloned());
        all.tried.extend(own.tried.iter().copied());
    }
    Some(all)
}
