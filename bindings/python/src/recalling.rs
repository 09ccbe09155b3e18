//! Recall: the dynamics by their names, and the class `Recall`.

use crate::arguments::Arguments;
use crate::errors::{bad_value, of_recall};
use crate::{analysis, arrays, run};
use attractor::{End, Network, Order, RecallOptions, Recalled, Symmetry, Update};
use numpy::{PyArray1, PyArrayDyn};
use pyo3::prelude::*;
use pyo3::types::PyDict;

/// The keywords of [`Dynamics`] that every method which recalls has.
pub(crate) const DYNAMICS: [&str; 3] = ["update", "order", "seed"];

/// How neurons are updated, as it is asked for.
pub(crate) struct Dynamics {
    update: Option<String>,
    order: Option<String>,
    beta: Option<f64>,
    max_steps: Option<usize>,
    clamp: Vec<usize>,
    pub(crate) seed: u64,
}

impl Dynamics {
    /// The keywords of a method that recalls.
    pub(crate) fn new(arguments: &Arguments<'_, '_>) -> PyResult<Self> {
        Ok(Self {
            update: arguments.text("update")?,
            order: arguments.text("order")?,
            beta: arguments.number("beta")?,
            max_steps: arguments.count("max_steps")?,
            clamp: arguments.counts("clamp")?.unwrap_or_default(),
            seed: arguments.seed()?,
        })
    }

    /// The library's options; asynchronous by default where weights are symmetric, as in the program.
    pub(crate) fn options(&self, network: &Network) -> PyResult<RecallOptions> {
        // Of symmetric weights asynchronous recall always settles.
        self.with_usual(match network.symmetry() {
            Symmetry::Symmetric => "asynchronous",
            Symmetry::Directed => "synchronous",
        })
    }

    /// The same, with this update where none is asked for.
    pub(crate) fn with_usual(&self, usual: &str) -> PyResult<RecallOptions> {
        let options = RecallOptions::new(self.update(usual)?);
        let max_steps = self.max_steps.unwrap_or(options.max_steps);
        let clamp = self.clamp.clone();
        Ok(options.with_max_steps(max_steps).with_clamped(clamp))
    }

    fn update(&self, usual: &str) -> PyResult<Update> {
        let seed = self.seed;
        if let Some(beta) = self.beta {
            if self.update.is_some() || self.order.is_some() {
                return Err(bad_value(
                    "beta",
                    "has dynamics of its own; leave out update and order",
                ));
            }
            return Ok(Update::Glauber { beta, seed });
        }
        let order = match self.order.as_deref() {
            None | Some("fixed") => Order::Fixed,
            Some("random") => Order::Random { seed },
            Some(other) => {
                return Err(bad_value(
                    "order",
                    format!("`{other}` is neither fixed nor random"),
                ));
            }
        };
        match self.update.as_deref().unwrap_or(usual) {
            "synchronous" if self.order.is_some() => Err(bad_value(
                "order",
                "is for update='asynchronous'; synchronous updates, the default of directed couplings, have none",
            )),
            "synchronous" => Ok(Update::Synchronous),
            "asynchronous" => Ok(Update::Asynchronous(order)),
            other => match other.strip_prefix("block:").map(str::parse) {
                Some(Ok(size @ 1..)) => Ok(Update::Block { size, order }),
                _ => Err(bad_value(
                    "update",
                    format!(
                        "`{other}` is none of synchronous, asynchronous, block:SIZE with a SIZE of at least 1"
                    ),
                )),
            },
        }
    }
}

/// Where cues led to.
#[pyclass(frozen, module = "attractor")]
pub(crate) struct Recall {
    recalled: Recalled,
    /// Dimensions of the cues.
    dims: Vec<usize>,
}

impl Recall {
    pub(crate) fn new(recalled: Recalled, dims: Vec<usize>) -> Self {
        Self { recalled, dims }
    }
}

#[pymethods]
impl Recall {
    /// What each recall came to beside these stored patterns: columns outcome, pattern, nearest, overlap.
    fn outcomes<'py>(
        &self,
        py: Python<'py>,
        patterns: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyDict>> {
        let (patterns, _) = arrays::patterns("patterns", patterns)?;
        analysis::outcomes(py, &self.recalled, &patterns)
    }

    /// −1 and +1, of the cues' shape.
    #[getter]
    fn states<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyArrayDyn<i8>>> {
        arrays::states(py, &self.recalled.states, &self.dims)
    }

    /// `fixed-point`, `cycle`, `step-limit` or `sampled`, cue by cue.
    #[getter]
    fn ends(&self) -> Vec<&'static str> {
        self.recalled.ends.iter().copied().map(name).collect()
    }

    /// States of the cycle that each recall ended in: 1 for a fixed point, 0 where it did not settle.
    #[getter]
    fn cycle_lengths<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyArray1<i64>>> {
        let lengths = self.recalled.ends.iter().map(|end| match end {
            End::FixedPoint => 1,
            End::Cycle { length } => *length as i64,
            _ => 0,
        });
        arrays::vector(py, lengths.collect())
    }

    /// Steps or sweeps that changed the state, cue by cue.
    #[getter]
    fn steps<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyArray1<i64>>> {
        arrays::vector(
            py,
            self.recalled
                .steps
                .iter()
                .map(|&steps| steps as i64)
                .collect(),
        )
    }

    fn __len__(&self) -> usize {
        self.recalled.ends.len()
    }

    fn __repr__(&self) -> String {
        let ends = &self.recalled.ends;
        let fixed = ends.iter().filter(|end| **end == End::FixedPoint).count();
        format!("Recall({} cues, {fixed} at a fixed point)", ends.len())
    }
}

pub(crate) fn name(end: End) -> &'static str {
    match end {
        End::FixedPoint => "fixed-point",
        End::Cycle { .. } => "cycle",
        End::Sampled => "sampled",
        _ => "step-limit",
    }
}

/// Recalls cues of any array.
pub(crate) fn recall(
    py: Python<'_>,
    network: &Network,
    cues: &Bound<'_, PyAny>,
    arguments: &Arguments<'_, '_>,
) -> PyResult<Recall> {
    let (cues, dims) = arrays::cues("cues", cues)?;
    let options = Dynamics::new(arguments)?.options(network)?;
    let threads = arguments.count("threads")?;
    let recalled = run::compute(py, threads, || attractor::recall(network, &cues, &options))?;
    let recalled = recalled.map_err(of_recall)?;
    Ok(Recall::new(recalled, dims))
}
