//! How far an experiment is, and what its end by Ctrl-C hands out.

use crate::arguments::Arguments;
use crate::errors::ExperimentInterrupted;
use crate::run;
use attractor::Control;
use pyo3::exceptions::PyKeyboardInterrupt;
use pyo3::prelude::*;
use pyo3::types::PyDict;
use std::time::Instant;

/// How far an experiment is.
#[pyclass(frozen, get_all, module = "attractor")]
#[derive(Debug, Clone)]
pub(crate) struct ExperimentProgress {
    /// Steps that are done: trainings of `capacity`, rules of `compare`, cells of `reproduce`.
    done: usize,
    /// All of them.
    all: usize,
    /// Which rule or experiment it is at.
    what: String,
    /// Since the experiment began.
    seconds: f64,
}

#[pymethods]
impl ExperimentProgress {
    fn __repr__(&self) -> String {
        format!(
            "ExperimentProgress(done={}, all={}, what='{}', seconds={:.1})",
            self.done, self.all, self.what, self.seconds
        )
    }
}

/// Hears of an experiment's steps.
pub(crate) struct Teller<'a> {
    news: &'a run::News<ExperimentProgress>,
    began: Instant,
}

impl Teller<'_> {
    /// So many of all steps are done, and it is at this rule or experiment.
    pub(crate) fn tell(&self, what: &str, done: usize, all: usize) {
        self.news.put(ExperimentProgress {
            done,
            all,
            what: what.to_owned(),
            seconds: self.began.elapsed().as_secs_f64(),
        });
    }
}

fn tell(py: Python<'_>, callback: &Py<PyAny>, progress: &ExperimentProgress) -> PyResult<()> {
    callback.call1(py, (progress.clone(),)).map(drop)
}

/// Runs until it is done and answers with its table. Ctrl-C is raised with the table of what is finished; what the callback
/// raises is raised as it is.
pub(crate) fn run<'py, T: Send, E: Send>(
    py: Python<'py>,
    arguments: &Arguments<'_, 'py>,
    work: impl FnOnce(&Control<'_>, &Teller<'_>) -> Result<T, E> + Send,
    refused: impl FnOnce(E) -> PyErr,
    columns: impl FnOnce(&T) -> PyResult<Bound<'py, PyDict>>,
) -> PyResult<Bound<'py, PyDict>> {
    let callback = arguments.given("callback")?.map(Bound::unbind);
    let how = run::How {
        threads: arguments.count("threads")?,
        limit: None,
        callback: callback.as_ref(),
        tell,
    };
    let began = Instant::now();
    let ran = run::telling(py, how, |control, news| {
        work(control, &Teller { news, began })
    })?;
    let raised = match ran.raised {
        None => return columns(&ran.value.map_err(refused)?),
        Some(raised) if !raised.is_instance_of::<PyKeyboardInterrupt>(py) => return Err(raised),
        Some(raised) => raised,
    };
    let Ok(finished) = ran.value else {
        return Err(raised);
    };
    let error = ExperimentInterrupted::new_err(
        "the experiment was interrupted; `.table` has what is finished",
    );
    error.value(py).setattr("table", columns(&finished)?)?;
    error.set_cause(py, Some(raised));
    Err(error)
}
