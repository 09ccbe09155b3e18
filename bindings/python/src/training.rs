//! `train`: from arguments to a network, by the exact rule or a classical one.

pub(crate) mod big_m;
pub(crate) mod method;
pub(crate) mod model;
pub(crate) mod report;

use crate::arguments::Arguments;
use crate::errors::{TrainingInterrupted, bad_value};
use crate::network::Network;
use crate::{arrays, run};
use attractor::io::{Metadata, NetworkFile};
use method::Method;
pub(crate) use method::{EXACT, Finished, HALVES};
use model::Model;
use pyo3::exceptions::PyKeyboardInterrupt;
use pyo3::prelude::*;
use pyo3::types::PyDict;
use std::time::{Duration, Instant};

/// How far a training is.
#[pyclass(frozen, get_all, module = "attractor")]
#[derive(Debug, Clone)]
pub(crate) struct Progress {
    /// Fewest wrong bits found, once there is a network.
    wrong_bits: Option<usize>,
    /// Proven: no network has fewer wrong bits.
    lower_bound: usize,
    /// Nodes of the search; of a rule, its passes or steps.
    nodes: u64,
    /// Since the training began.
    seconds: f64,
    /// What is being done.
    phase: &'static str,
    /// While a network is chosen for damage: the share of its own damaged patterns that the best so far recalls.
    recalled: Option<f64>,
}

#[pymethods]
impl Progress {
    fn __repr__(&self) -> String {
        let wrong = self
            .wrong_bits
            .map_or("None".to_owned(), |wrong| wrong.to_string());
        format!(
            "Progress(wrong_bits={wrong}, lower_bound={}, nodes={}, seconds={:.1}, phase='{}')",
            self.lower_bound, self.nodes, self.seconds, self.phase
        )
    }
}

/// Calls the callback with this progress.
pub(crate) fn tell(
    py: Python<'_>,
    callback: &Py<PyAny>,
    progress: &attractor::Progress,
) -> PyResult<()> {
    let progress = Progress {
        wrong_bits: progress.incumbent,
        lower_bound: progress.bound,
        nodes: progress.nodes,
        seconds: progress.elapsed.as_secs_f64(),
        phase: progress.phase.name(),
        recalled: progress.recalled,
    };
    callback.call1(py, (progress,)).map(drop)
}

/// The keywords of a training.
const KEYWORDS: [&str; 26] = [
    "rule",
    "formulation",
    "solver",
    "epsilon",
    "big_m",
    "couplings",
    "shape",
    "receptive_field",
    "mask",
    "halves",
    "weights",
    "ties",
    "bias",
    "sparse",
    "noise",
    "erased",
    "repair_rounds",
    "survive",
    "survive_erased",
    "settings",
    "keep_diagonal",
    "start",
    "time_limit",
    "seed",
    "threads",
    "callback",
];

/// A checked training.
pub(crate) struct Task {
    pub(crate) method: Method,
    pub(crate) seed: u64,
    threads: Option<usize>,
    limit: Option<Duration>,
    callback: Option<Py<PyAny>>,
}

impl Task {
    /// The arguments of `train` and of its kin.
    pub(crate) fn new(
        patterns: &Bound<'_, PyAny>,
        keywords: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Self> {
        let none = PyDict::new(patterns.py());
        let arguments = Arguments::new(keywords.unwrap_or(&none)).only(&KEYWORDS)?;
        let (patterns, pictures) = arrays::patterns("patterns", patterns)?;
        let seed = arguments.seed()?;
        let limit = run::limit("time_limit", arguments.number("time_limit")?)?;
        let model = Model::new(&arguments)?;
        let asked = method::Asked::new(&arguments, seed, limit.is_some())?;
        Ok(Self {
            method: Method::new(asked, &model, patterns, pictures)?,
            seed,
            threads: arguments.count("threads")?,
            limit,
            callback: arguments.given("callback")?.map(Bound::unbind),
        })
    }

    pub(crate) fn how(&self) -> run::How<'_> {
        run::How {
            threads: self.threads,
            limit: self.limit,
            callback: self.callback.as_ref(),
            tell,
        }
    }

    /// Trains until it is done, or until the limit, Ctrl-C or the callback ends it.
    pub(crate) fn train(&self, py: Python<'_>) -> PyResult<Network> {
        let ran = run::interruptible(py, self.how(), |control| {
            let begun = Instant::now();
            let finished = self.method.train(self.seed, control)?;
            self.network(finished, begun.elapsed())
        })?;
        let network = ran.value?;
        match ran.raised {
            None => Ok(network),
            Some(raised) => Err(interrupted(py, raised, network)),
        }
    }

    /// The network with what is known of it.
    pub(crate) fn network(&self, finished: Finished, wall: Duration) -> PyResult<Network> {
        let (method, seed) = (&self.method, self.seed);
        let Finished {
            trained,
            outcome,
            solution,
        } = finished;
        let mut report = report::of(method, &trained, outcome.as_ref(), wall, seed);
        if let Some(solution) = &solution {
            report::add(&mut report, big_m::word(solution));
        }
        let metadata = Metadata {
            options: method.options().clone(),
            seed: Some(seed),
            shape: method.shape(),
            status: Some(trained.status),
            wrong_bits: Some(trained.total.wrong_bits),
            lower_bound: Some(trained.total.lower_bound),
            patterns_sha256: Some(method.patterns().sha256()),
            ..Metadata::new(method.rule(), trained.ties)
        };
        let file = NetworkFile::new(trained.network, method.couplings().clone(), metadata)
            .map_err(|error| bad_value("patterns", error))?;
        let evidence = outcome.map(|outcome| outcome.evidence);
        let basis = method.problem().cloned().zip(evidence);
        Ok(Network::trained(file, report, basis))
    }
}

/// Trains a network: `attractor.train` without what is Python's alone.
#[pyfunction]
#[pyo3(signature = (patterns, /, **keywords))]
pub(crate) fn train(
    py: Python<'_>,
    patterns: &Bound<'_, PyAny>,
    keywords: Option<&Bound<'_, PyDict>>,
) -> PyResult<Network> {
    Task::new(patterns, keywords)?.train(py)
}

/// What ended a training, with the best network so far where it was Ctrl-C.
pub(crate) fn interrupted(py: Python<'_>, raised: PyErr, network: Network) -> PyErr {
    if !raised.is_instance_of::<PyKeyboardInterrupt>(py) {
        return raised;
    }
    let error =
        TrainingInterrupted::new_err("training was interrupted; `.network` is the best so far");
    let kept = error.value(py).setattr("network", network);
    error.set_cause(py, Some(raised));
    kept.map_or_else(|failure| failure, |()| error)
}
