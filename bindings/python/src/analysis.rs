//! What is asked of networks beside recall: outcomes beside the stored patterns, traces, every state of a small network, the
//! rules that there are, and dense memories as a control.

use crate::arguments::Arguments;
use crate::arrays;
use crate::errors::{UnsupportedError, bad_value, of_recall};
use crate::network::from_json;
use crate::recalling::{self, Dynamics, Recall};
use crate::run;
use crate::training::HALVES;
use attractor::halves::{Half, Halves};
use attractor::io::NetworkFile;
use attractor::rules::Classical;
use attractor::states::{StateSpace, StatesError};
use attractor::{DenseMemory as Dense, Network, Outcome, Patterns, Separation};
use numpy::{PyArray1, PyArrayDyn};
use pyo3::exceptions::PyKeyboardInterrupt;
use pyo3::prelude::*;
use pyo3::types::PyDict;
use serde_json::json;

/// What every recall came to, as columns: its outcome, the pattern that it is about (−1: none), the nearest stored pattern and
/// the overlap with it.
pub(crate) fn outcomes<'py>(
    py: Python<'py>,
    recalled: &attractor::Recalled,
    stored: &Patterns,
) -> PyResult<Bound<'py, PyDict>> {
    let neurons = stored.neurons();
    let made = run::compute(py, None, || {
        Ok::<_, attractor::SizeMismatch>((
            attractor::outcomes(recalled, stored)?,
            attractor::nearest(stored, &recalled.states)?,
        ))
    })?;
    let (outcomes, nearest) = made.map_err(|error| bad_value("patterns", error))?;
    let name = |outcome: &Outcome| match outcome {
        Outcome::Stored { .. } => "stored",
        Outcome::Negative { .. } => "negative",
        Outcome::Mixture { .. } => "mixture",
        Outcome::Cycle { .. } => "cycle",
        Outcome::StepLimit => "step-limit",
        Outcome::Sampled => "sampled",
        _ => "other",
    };
    let pattern = |outcome: &Outcome| match outcome {
        Outcome::Stored { pattern } | Outcome::Negative { pattern } => *pattern as i64,
        _ => -1,
    };
    let columns = PyDict::new(py);
    columns.set_item("outcome", outcomes.iter().map(name).collect::<Vec<_>>())?;
    columns.set_item(
        "pattern",
        arrays::vector::<i64>(py, outcomes.iter().map(pattern).collect())?,
    )?;
    let index = nearest.iter().map(|near| near.pattern as i64).collect();
    columns.set_item("nearest", arrays::vector::<i64>(py, index)?)?;
    let overlap = nearest.iter().map(|near| near.overlap(neurons)).collect();
    columns.set_item("overlap", arrays::vector::<f64>(py, overlap)?)?;
    Ok(columns)
}

/// What pairs of patterns recall from one half.
pub(crate) fn associate<'py>(
    py: Python<'py>,
    file: &NetworkFile,
    cues: &Bound<'py, PyAny>,
    half: &str,
    max_steps: usize,
    threads: Option<usize>,
) -> PyResult<Bound<'py, PyDict>> {
    let first = file
        .metadata()
        .options
        .get(HALVES)
        .and_then(serde_json::Value::as_u64);
    let first = first.ok_or_else(|| {
        UnsupportedError::new_err("the network was not trained on pairs; train with halves=N")
    })?;
    let from = match half {
        "first" => Half::First,
        "second" => Half::Second,
        other => {
            return Err(bad_value(
                "half",
                format!("`{other}` is neither first nor second"),
            ));
        }
    };
    let network = file.network();
    let halves = Halves::new(network.neurons(), first as usize)
        .map_err(|error| bad_value("halves", error))?;
    let (cues, _) = arrays::cues("cues", cues)?;
    let recalled = run::compute(py, threads, || {
        halves.recall(network, &cues, from, max_steps)
    })?;
    let recalled = recalled.map_err(|error| bad_value("cues", error))?;
    let columns = PyDict::new(py);
    for (name, states) in [("other", &recalled.other), ("same", &recalled.same)] {
        let dims = [states.count(), states.neurons()];
        columns.set_item(name, arrays::states(py, states, &dims)?)?;
    }
    columns.set_item("settled", arrays::vector(py, recalled.settled)?)?;
    let steps = recalled.steps.iter().map(|&steps| steps as i64).collect();
    columns.set_item("steps", arrays::vector::<i64>(py, steps)?)?;
    Ok(columns)
}

/// The states of one cue's recall, the cue first, and their energies.
pub(crate) fn trace<'py>(
    py: Python<'py>,
    network: &Network,
    cue: &Bound<'py, PyAny>,
    dynamics: &Dynamics,
) -> PyResult<Traced<'py>> {
    let (cues, dims) = arrays::cues("cue", cue)?;
    if cues.count() != 1 {
        return Err(bad_value(
            "cue",
            format!("are {} cues; give one", cues.count()),
        ));
    }
    let options = dynamics.options(network)?;
    let neurons = network.neurons();
    let mut rows = vec![
        (0..cues.neurons())
            .map(|i| cues.value(0, i))
            .collect::<Vec<i8>>(),
    ];
    let energies = py.detach(|| {
        attractor::follow(network, &cues, 0, &options, |bits| {
            let sign = |i: usize| {
                if bits[i / 64] >> (i % 64) & 1 == 1 {
                    1
                } else {
                    -1
                }
            };
            rows.push((0..neurons).map(sign).collect());
        })?;
        attractor::energy_trace(network, &cues, 0, &options)
    });
    let energies = energies.map_err(of_recall)?;
    // A picture's trace is a film: its dimensions without that of cues.
    let own = if dims.len() == 3 {
        dims[1..].to_vec()
    } else {
        vec![neurons]
    };
    let shape: Vec<usize> = std::iter::once(rows.len()).chain(own).collect();
    Ok((
        arrays::shaped(py, &rows, &shape)?,
        arrays::vector(py, energies)?,
    ))
}

/// States and energies.
pub(crate) type Traced<'py> = (Bound<'py, PyArrayDyn<i8>>, Bound<'py, PyArray1<f64>>);

/// Every attractor of the synchronous dynamics: first states, numbers of states, and of the states that end there.
pub(crate) fn states<'py>(
    py: Python<'py>,
    network: &Network,
    threads: Option<usize>,
) -> PyResult<Bound<'py, PyDict>> {
    let ran = run::interruptible(py, run::How::quiet(threads), |control| {
        StateSpace::of(network, control)
    })?;
    if let Some(raised) = ran.raised {
        return Err(raised);
    }
    let space = ran.value.map_err(|error| match error {
        StatesError::Stopped => PyKeyboardInterrupt::new_err(error.to_string()),
        StatesError::TooManyNeurons(_) => UnsupportedError::new_err(error.to_string()),
    })?;
    let first: Vec<u32> = space.attractors().map(|found| found.states[0]).collect();
    let patterns = space
        .patterns(&first)
        .map_err(|error| bad_value("network", error))?;
    let columns = PyDict::new(py);
    columns.set_item(
        "state",
        arrays::states(py, &patterns, &[first.len(), network.neurons()])?,
    )?;
    let lengths = space
        .attractors()
        .map(|found| found.states.len() as i64)
        .collect();
    columns.set_item("length", arrays::vector::<i64>(py, lengths)?)?;
    let basins = space
        .attractors()
        .map(|found| i64::from(found.basin))
        .collect();
    columns.set_item("basin", arrays::vector::<i64>(py, basins)?)?;
    Ok(columns)
}

/// The classical rules: name, summary, what each is best at, its cost, source, what it takes, its settings.
#[pyfunction]
pub(crate) fn rules(py: Python<'_>) -> PyResult<Bound<'_, PyAny>> {
    let rule = |rule: &Classical| {
        let card = rule.card();
        json!({
            "name": rule.name(),
            "summary": rule.summary(),
            "best_at": card.best_at,
            "cost": card.cost,
            "source": card.source,
            "couplings": card.couplings,
            "biases": card.biases,
            "iterative": card.iterative,
            "settings": rule.settings(),
        })
    };
    from_json(py, &Classical::ALL.iter().map(rule).collect())
}

/// Patterns with an energy of higher order: recall without training, as a control.
#[pyclass(frozen, module = "attractor")]
pub(crate) struct DenseMemory {
    memory: Dense,
}

#[pymethods]
impl DenseMemory {
    /// `polynomial` with a degree, `exponential` or `softmax` with a beta.
    #[new]
    #[pyo3(signature = (patterns, *, separation="exponential", degree=None, beta=None))]
    fn new(
        patterns: &Bound<'_, PyAny>,
        separation: &str,
        degree: Option<u32>,
        beta: Option<f64>,
    ) -> PyResult<Self> {
        let (patterns, _) = arrays::patterns("patterns", patterns)?;
        let only = |name: &str, given: bool| {
            let refused = || bad_value(name, format!("is not for separation='{separation}'"));
            if given { Err(refused()) } else { Ok(()) }
        };
        let separation = match separation {
            "polynomial" => {
                only("beta", beta.is_some())?;
                let degree =
                    degree.ok_or_else(|| bad_value("degree", "is missing; give at least 2"))?;
                Separation::Polynomial { degree }
            }
            "exponential" | "softmax" => {
                only("degree", degree.is_some())?;
                let beta = beta.unwrap_or(1.0);
                match separation {
                    "softmax" => Separation::Softmax { beta },
                    _ => Separation::Exponential { beta },
                }
            }
            other => {
                return Err(bad_value(
                    "separation",
                    format!("`{other}` is none of polynomial, exponential, softmax"),
                ));
            }
        };
        let memory = Dense::new(patterns, separation);
        Ok(Self {
            memory: memory.map_err(|error| bad_value("separation", error))?,
        })
    }

    #[getter]
    fn neurons(&self) -> usize {
        self.memory.patterns().neurons()
    }

    /// Recalls every cue; asynchronously by default.
    #[pyo3(
        signature = (cues, **keywords),
        text_signature = "($self, cues, *, update='asynchronous', order=None, max_steps=None, clamp=None, seed=0, threads=None)"
    )]
    fn recall<'py>(
        &self,
        py: Python<'py>,
        cues: &Bound<'py, PyAny>,
        keywords: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<Recall> {
        const KNOWN: [&str; 6] = ["update", "order", "max_steps", "clamp", "seed", "threads"];
        let asked = |arguments: &Arguments<'_, 'py>| {
            let options = Dynamics::new(arguments)?.with_usual("asynchronous")?;
            Ok((options, arguments.count("threads")?))
        };
        let (options, threads) = Arguments::of(py, keywords, &KNOWN, asked)?;
        let (cues, dims) = arrays::cues("cues", cues)?;
        let recalled = run::compute(py, threads, || self.memory.recall(&cues, &options))?;
        Ok(recalling::Recall::new(recalled.map_err(of_recall)?, dims))
    }

    fn __repr__(&self) -> String {
        let patterns = self.memory.patterns();
        let (count, neurons) = (patterns.count(), patterns.neurons());
        format!("DenseMemory({count} patterns of {neurons} neurons)")
    }
}
