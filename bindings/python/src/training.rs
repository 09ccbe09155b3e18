//! `train`: from arguments to a network, by the exact rule or a classical one.

mod method;
mod model;
mod report;

use crate::arguments::Arguments;
use crate::errors::{TrainingInterrupted, bad_value};
use crate::network::Network;
use crate::{arrays, run};
use attractor::Control;
use attractor::io::{Metadata, NetworkFile};
use method::{Finished, Method};
use model::Model;
use pyo3::prelude::*;
use pyo3::types::PyDict;
use std::time::Instant;

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
    };
    callback.call1(py, (progress,)).map(drop)
}

/// Trains a network: `attractor.train` without what is Python's alone.
#[pyfunction]
#[pyo3(signature = (patterns, /, **keywords))]
pub(crate) fn train(
    py: Python<'_>,
    patterns: &Bound<'_, PyAny>,
    keywords: Option<&Bound<'_, PyDict>>,
) -> PyResult<Network> {
    let none = PyDict::new(py);
    let arguments = Arguments::new(keywords.unwrap_or(&none));
    let (patterns, pictures) = arrays::patterns("patterns", patterns)?;
    let seed = arguments.seed()?;
    let callback = arguments.given("callback")?.map(Bound::unbind);
    let how = run::How {
        threads: arguments.count("threads")?,
        limit: run::limit("time_limit", arguments.number("time_limit")?)?,
        callback: callback.as_ref(),
        tell,
    };
    let model = Model::new(&arguments)?;
    let asked = method::Asked::new(&arguments, seed, how.limit.is_some())?;
    let method = Method::new(asked, &model, patterns, pictures)?;
    let ran = run::interruptible(py, how, |control| finish(&method, seed, control))?;
    let network = ran.value?;
    match ran.raised {
        None => Ok(network),
        Some(raised) if raised.is_instance_of::<pyo3::exceptions::PyKeyboardInterrupt>(py) => {
            let error = TrainingInterrupted::new_err(
                "training was interrupted; `.network` is the best so far",
            );
            error.value(py).setattr("network", network)?;
            error.set_cause(py, Some(raised));
            Err(error)
        }
        Some(raised) => Err(raised),
    }
}

/// Trains and puts together what is known.
fn finish(method: &Method, seed: u64, control: &Control<'_>) -> PyResult<Network> {
    let begun = Instant::now();
    let Finished { trained, outcome } = method.train(seed, control)?;
    let report = report::of(method, &trained, outcome.as_ref(), begun.elapsed(), seed);
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
    Ok(Network::trained(
        file,
        report,
        method.problem().cloned().zip(evidence),
    ))
}
