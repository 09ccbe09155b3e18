//! The solvers behind the model, one module each, and what they answer alike.

#[cfg(feature = "highs")]
mod highs;
#[cfg(feature = "microlp")]
mod microlp;

use super::MilpError;
use super::model::Model;
use attractor::Control;

/// The solver of the model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Backend {
    /// microlp: pure Rust, needs the cargo feature `microlp`, which is on by default; without it this one is refused.
    #[default]
    Microlp,
    /// HiGHS: faster, needs the cargo feature `highs`.
    #[cfg(feature = "highs")]
    Highs,
}

/// What a solver says about one model.
#[derive(Debug, Clone, Default)]
pub(super) struct SolverAnswer {
    pub(super) values: Option<Vec<f64>>,
    pub(super) objective: Option<f64>,
    pub(super) bound: Option<f64>,
    pub(super) nodes: u64,
    pub(super) proven: bool,
    pub(super) failure: Option<String>,
}

/// Solves `model` with `backend`; `report` sees every intermediate state.
pub(super) fn run(
    model: &Model,
    backend: Backend,
    control: &Control<'_>,
    report: &dyn Fn(&SolverAnswer),
) -> Result<SolverAnswer, MilpError> {
    if control.should_stop() {
        return Ok(SolverAnswer::default());
    }
    match backend {
        #[cfg(feature = "microlp")]
        Backend::Microlp => microlp::solve(model, control, report),
        #[cfg(not(feature = "microlp"))]
        Backend::Microlp => {
            let (_, _) = (model, report);
            Err(MilpError::Solver(
                "this build has no microlp: build attractor-exact with the feature `microlp`"
                    .to_owned(),
            ))
        }
        #[cfg(feature = "highs")]
        Backend::Highs => highs::solve(model, control, report),
    }
}
