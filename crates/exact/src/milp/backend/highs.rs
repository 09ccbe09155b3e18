//! HiGHS as a solver of the model.

use super::SolverAnswer;
use crate::milp::MilpError;
use crate::milp::model::{Domain, Model, Sense};
use attractor::Control;
use attractor_highs::{Progress, Status};

/// Solves `model`; `report` sees objective, bound and nodes on the way.
pub(super) fn solve(
    model: &Model,
    control: &Control<'_>,
    report: &dyn Fn(&SolverAnswer),
) -> Result<SolverAnswer, MilpError> {
    let columns = model.columns();
    let rows = model.rows();
    let (starts, indices, coefficients) = model.sparse_rows();
    let lower_of = |sense: Sense, rhs: f64| match sense {
        Sense::AtMost => f64::NEG_INFINITY,
        Sense::Equal => rhs,
    };
    let problem = attractor_highs::Model {
        costs: &columns.iter().map(|c| c.objective).collect::<Vec<_>>(),
        lower: &columns.iter().map(|c| c.lower).collect::<Vec<_>>(),
        upper: &columns.iter().map(|c| c.upper).collect::<Vec<_>>(),
        integral: &columns
            .iter()
            .map(|c| c.domain == Domain::Integer)
            .collect::<Vec<_>>(),
        row_lower: &rows
            .iter()
            .map(|row| lower_of(row.sense, row.rhs))
            .collect::<Vec<_>>(),
        row_upper: &rows.iter().map(|row| row.rhs).collect::<Vec<_>>(),
        starts,
        indices,
        coefficients,
    };
    let mut stop = |progress: &Progress| {
        report(&answer_of(None, progress, false));
        control.should_stop()
    };
    let answer = attractor_highs::solve(&problem, control.remaining(), &mut stop)
        .map_err(|error| MilpError::Solver(error.to_string()))?;
    match answer.status {
        Status::Infeasible => Err(MilpError::Infeasible),
        Status::Optimal => Ok(answer_of(answer.values, &answer.progress, true)),
        Status::Stopped => Ok(answer_of(answer.values, &answer.progress, false)),
    }
}

fn answer_of(values: Option<Vec<f64>>, progress: &Progress, proven: bool) -> SolverAnswer {
    let finite = |value: f64| value.is_finite().then_some(value);
    SolverAnswer {
        values,
        objective: finite(progress.objective),
        bound: finite(progress.bound),
        nodes: progress.nodes,
        proven,
        failure: None,
    }
}
