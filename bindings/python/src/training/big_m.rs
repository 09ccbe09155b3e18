//! The paper's mixed integer program: trained by a general solver, or written for one.

use super::model::Model;
use crate::arguments::Arguments;
use crate::errors::{UnsupportedError, bad_value, of_writing};
use crate::{arrays, run};
use attractor::io::write_atomically;
use attractor::{Couplings, Patterns};
use attractor_exact::milp::{
    self, Backend, BigM, Form, Format, MilpError, ModelOptions, Solution, export,
};
use pyo3::prelude::*;
use pyo3::types::PyDict;
use serde_json::{Value, json};
use std::path::PathBuf;

/// The names of the formulations of the exact rule.
const SCALE_FREE: &str = "scale-free";
pub(crate) const BIG_M: &str = "big-m";

/// What belongs to the big-M model alone.
const OWN: [&str; 3] = ["solver", "epsilon", "big_m"];

/// How the model is built and solved.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Asked {
    backend: Backend,
    epsilon: Option<f64>,
    big_m: Option<f64>,
}

impl Asked {
    /// What is asked of the model; `None` if another formulation is.
    pub(crate) fn new(arguments: &Arguments<'_, '_>) -> PyResult<Option<Self>> {
        let formulation = arguments.text("formulation")?;
        match formulation.as_deref() {
            Some(BIG_M) => {}
            None | Some(SCALE_FREE) => {
                for name in OWN {
                    if arguments.given(name)?.is_some() {
                        let why =
                            "belongs to formulation='big-m'; the scale-free formulation has none";
                        return Err(bad_value(name, why));
                    }
                }
                return Ok(None);
            }
            Some(other) => {
                let why = format!("`{other}` is neither `{SCALE_FREE}` nor `{BIG_M}`");
                return Err(bad_value("formulation", why));
            }
        }
        Ok(Some(Self {
            backend: backend(arguments)?,
            ..Self::margins(arguments)?
        }))
    }

    /// ε and M.
    fn margins(arguments: &Arguments<'_, '_>) -> PyResult<Self> {
        Ok(Self {
            backend: Backend::default(),
            epsilon: arguments.number("epsilon")?,
            big_m: arguments.number("big_m")?,
        })
    }

    /// The model of these patterns.
    pub(crate) fn build(
        self,
        model: &Model<'_>,
        (patterns, couplings): (&Patterns, &Couplings),
        form: Form,
    ) -> PyResult<BigM> {
        let usual = model.big_m()?;
        let options = ModelOptions {
            epsilon: self.epsilon.unwrap_or(usual.epsilon),
            big_m: self.big_m,
            form,
            ..usual
        };
        BigM::new(patterns, couplings, &options).map_err(of_model)
    }

    /// The solver.
    pub(crate) fn backend(self) -> Backend {
        self.backend
    }
}

fn backend(arguments: &Arguments<'_, '_>) -> PyResult<Backend> {
    match arguments.text("solver")?.as_deref() {
        None | Some("microlp") => Ok(Backend::Microlp),
        #[cfg(feature = "highs")]
        Some("highs") => Ok(Backend::Highs),
        #[cfg(not(feature = "highs"))]
        Some("highs") => Err(UnsupportedError::new_err(
            "solver: this build has no HiGHS; build bindings/python with the feature `highs`",
        )),
        Some(other) => {
            let why = format!("`{other}` is neither `microlp` nor `highs`");
            Err(bad_value("solver", why))
        }
    }
}

/// What the model or its solver refuses.
pub(crate) fn of_model(error: MilpError) -> PyErr {
    let name = match error {
        MilpError::Weights(_) => "weights",
        MilpError::Epsilon(_) | MilpError::EpsilonAboveOne(_) => "epsilon",
        MilpError::BigM { .. } | MilpError::Infeasible => "big_m",
        MilpError::Sparsity(_) => "sparse",
        MilpError::Size { .. } | MilpError::TooLarge(_) => "patterns",
        error => return UnsupportedError::new_err(error.to_string()),
    };
    bad_value(name, error)
}

/// The solver's word with the keys of the program's report: floating point, for the model's ε and M, nothing proven.
pub(crate) fn word(solution: &Solution) -> Value {
    json!({
        "solver_status": solution.status.to_string(),
        "model_bound": solution.model_bound,
        "model_gap": solution.model_gap(),
        "solver_failure": solution.failure,
    })
}

/// Solves the model.
pub(crate) fn solve(
    model: &BigM,
    backend: Backend,
    control: &attractor::Control<'_>,
) -> PyResult<Solution> {
    milp::solve_with(model, backend, control).map_err(of_model)
}

const KEYWORDS: [&str; 12] = [
    "format",
    "compact",
    "couplings",
    "shape",
    "receptive_field",
    "mask",
    "weights",
    "ties",
    "bias",
    "sparse",
    "epsilon",
    "big_m",
];

/// Writes the model of these patterns to a file; its columns, rows and terms.
#[pyfunction]
#[pyo3(signature = (patterns, path, /, **keywords))]
pub(crate) fn write_program(
    py: Python<'_>,
    patterns: &Bound<'_, PyAny>,
    path: PathBuf,
    keywords: Option<&Bound<'_, PyDict>>,
) -> PyResult<(usize, usize, usize)> {
    let none = PyDict::new(py);
    let arguments = Arguments::new(keywords.unwrap_or(&none)).only(&KEYWORDS)?;
    let format = arguments
        .text("format")?
        .unwrap_or_else(|| "mps".to_owned());
    let format: Format = format.parse().map_err(|error| bad_value("format", error))?;
    let (patterns, pictures) = arrays::patterns("patterns", patterns)?;
    let model = Model::new(&arguments)?;
    let shape = model.shape(&patterns, pictures)?;
    let couplings = model.couplings(patterns.neurons(), shape)?;
    let form = if arguments.flag("compact")? {
        Form::Compact
    } else {
        Form::Faithful
    };
    let big_m = Asked::margins(&arguments)?.build(&model, (&patterns, &couplings), form)?;
    let write = || write_atomically(&path, |mut file| export(&big_m, format, &mut file));
    run::compute(py, Some(1), write)?.map_err(of_writing)?;
    let size = big_m.model();
    Ok((size.columns().len(), size.rows().len(), size.term_count()))
}
