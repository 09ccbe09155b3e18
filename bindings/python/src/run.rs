//! Running the libraries beside Python: the interpreter's lock released, threads of the call's own, signals heard.
//!
//! Every call has its own pool of threads, which ends with it: a child that is forked after a training finds no pool whose
//! threads it lacks. Work that can be stopped runs on a thread of its own, while the caller's thread asks for signals and
//! tells how far it is.

use crate::errors::bad_value;
use attractor::{Control, Progress};
use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;
use rayon::{ThreadPool, ThreadPoolBuilder};
use std::num::NonZero;
use std::panic::resume_unwind;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::{Duration, Instant};

/// Between two looks at signals. Longer: Ctrl-C is felt. Shorter: the interpreter's lock is asked for in vain.
const BETWEEN_LOOKS: Duration = Duration::from_millis(25);

/// Between two reports of progress. Shorter: callbacks that draw take their time from the training's.
const BETWEEN_REPORTS: Duration = Duration::from_millis(100);

/// Most threads for each core: more only take turns.
const MOST_A_CORE: usize = 4;

/// What is computed, and what made it end early.
pub(crate) struct Ran<T> {
    pub(crate) value: T,
    /// What a signal's handler or the callback raised.
    pub(crate) raised: Option<PyErr>,
}

/// How a call is to run, and who hears how far it is.
pub(crate) struct How<'a, N = Progress> {
    pub(crate) threads: Option<usize>,
    pub(crate) limit: Option<Duration>,
    pub(crate) callback: Option<&'a Py<PyAny>>,
    /// Makes of the news what the callback is called with.
    pub(crate) tell: fn(Python<'_>, &Py<PyAny>, &N) -> PyResult<()>,
}

impl How<'_, Progress> {
    /// Until it is done or Ctrl-C is pressed; nobody hears how far it is.
    pub(crate) fn quiet(threads: Option<usize>) -> Self {
        Self {
            threads,
            limit: None,
            callback: None,
            tell: crate::training::tell,
        }
    }
}

/// The latest news of work that nobody has heard yet.
pub(crate) struct News<N>(Mutex<Option<N>>);

impl<N> News<N> {
    pub(crate) fn put(&self, news: N) {
        if let Ok(mut latest) = self.0.lock() {
            *latest = Some(news);
        }
    }

    fn take(&self) -> Option<N> {
        self.0.lock().ok()?.take()
    }
}

/// Seconds of a time limit.
pub(crate) fn limit(name: &str, seconds: Option<f64>) -> PyResult<Option<Duration>> {
    let limit = |seconds: f64| match Duration::try_from_secs_f64(seconds) {
        Ok(limit) if seconds > 0.0 => Ok(limit),
        _ => Err(bad_value(
            name,
            format!("{seconds} s; give seconds above 0"),
        )),
    };
    seconds.map(limit).transpose()
}

fn pool(threads: Option<usize>) -> PyResult<ThreadPool> {
    let cores = std::thread::available_parallelism().map_or(1, NonZero::get);
    let threads = match threads {
        None => cores,
        Some(0) => return Err(bad_value("threads", "0; give at least 1")),
        Some(threads) => threads.min(MOST_A_CORE * cores),
    };
    let pool = ThreadPoolBuilder::new().num_threads(threads).build();
    pool.map_err(|error| {
        PyRuntimeError::new_err(format!("cannot start {threads} threads: {error}"))
    })
}

/// Work that takes no control: the lock is released, and that is all.
pub(crate) fn compute<T: Send>(
    py: Python<'_>,
    threads: Option<usize>,
    work: impl FnOnce() -> T + Send,
) -> PyResult<T> {
    let pool = pool(threads)?;
    Ok(py.detach(|| pool.install(work)))
}

/// Work that `Control` can stop and hears of.
pub(crate) fn interruptible<T: Send>(
    py: Python<'_>,
    how: How<'_>,
    work: impl FnOnce(&Control<'_>) -> T + Send,
) -> PyResult<Ran<T>> {
    let hears = how.callback.is_some();
    telling(py, how, |control, news| {
        let listener = |progress: &Progress| news.put(*progress);
        if hears {
            work(&control.clone().with_listener(&listener))
        } else {
            work(control)
        }
    })
}

/// Work that `Control` can stop and that says itself how far it is.
pub(crate) fn telling<T: Send, N: Send>(
    py: Python<'_>,
    how: How<'_, N>,
    work: impl FnOnce(&Control<'_>, &News<N>) -> T + Send,
) -> PyResult<Ran<T>> {
    let pool = pool(how.threads)?;
    let stop = AtomicBool::new(false);
    let latest = News(Mutex::new(None));
    let mut control = Control::new().with_interrupt(&stop);
    if let Some(limit) = how.limit {
        control = control.with_time_limit(limit);
    }
    let (done, ended) = channel::<()>();
    let (result, raised) = py.detach(|| {
        // By value: a receiver is not shared.
        let ended = ended;
        std::thread::scope(|scope| {
            let (pool, latest, how) = (&pool, &latest, &how);
            let worker = scope.spawn(move || {
                // Dropped at the end, however it ends.
                let _done = done;
                pool.install(|| work(&control, latest))
            });
            let mut raised = None;
            let mut told = Instant::now();
            while ended.recv_timeout(BETWEEN_LOOKS) == Err(RecvTimeoutError::Timeout) {
                if raised.is_some() {
                    continue;
                }
                let due = told.elapsed() >= BETWEEN_REPORTS;
                let news = due.then(|| latest.take()).flatten();
                if news.is_some() {
                    told = Instant::now();
                }
                raised = Python::attach(|py| look(py, how, news.as_ref())).err();
                stop.store(raised.is_some(), Ordering::Relaxed);
            }
            let result = worker.join();
            if let (None, Some(last)) = (&raised, latest.take()) {
                raised = Python::attach(|py| look(py, how, Some(&last))).err();
            }
            (result, raised)
        })
    });
    let value = result.unwrap_or_else(|panic| resume_unwind(panic));
    Ok(Ran { value, raised })
}

/// Hears signals and tells the callback what is new.
fn look<N>(py: Python<'_>, how: &How<'_, N>, news: Option<&N>) -> PyResult<()> {
    py.check_signals()?;
    match (how.callback, news) {
        (Some(callback), Some(news)) => (how.tell)(py, callback, news),
        _ => Ok(()),
    }
}
