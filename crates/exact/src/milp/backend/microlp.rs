//! The embedded solver: microlp, pure Rust branch and bound over a simplex.
//!
//! The search runs in a thread of its own, in slices of nodes that do not depend on time, so that its answer does not
//! either unless the limit cuts in. An interrupt cannot reach into a slice: the caller leaves with the last slice's
//! answer, and the thread ends after its slice.

use super::SolverAnswer;
use crate::milp::MilpError;
use crate::milp::model::{Domain, Model, Sense};
use attractor::Control;
use microlp::{
    ComparisonOp, Error, OptimizationDirection, Problem, ResumeOptions, SolveOptions, SolveOutcome,
};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant};

/// Nodes between two reports of the search thread.
const NODES_PER_SLICE: u64 = 50;

/// How often the caller looks at its control.
const POLL: Duration = Duration::from_millis(20);

/// Solves `model`; `report` sees every intermediate state.
pub(super) fn solve(
    model: &Model,
    control: &Control<'_>,
    report: &dyn Fn(&SolverAnswer),
) -> Result<SolverAnswer, MilpError> {
    let problem = problem_of(model);
    let deadline = control
        .remaining()
        .and_then(|r| Instant::now().checked_add(r));
    let stop = Arc::new(AtomicBool::new(false));
    let (sender, receiver) = channel();
    let search_stop = Arc::clone(&stop);
    let thread = std::thread::spawn(move || search(&problem, deadline, &search_stop, &sender));
    let mut last = SolverAnswer::default();
    loop {
        match receiver.recv_timeout(POLL) {
            Ok(Ok(answer)) => {
                last = answer;
                report(&last);
            }
            Ok(Err(error)) => return failed(last, &error),
            Err(RecvTimeoutError::Disconnected) => {
                return match thread.join() {
                    Ok(()) => Ok(last),
                    Err(_) => failed(last, &Error::InternalError("it panicked".to_owned())),
                };
            }
            Err(RecvTimeoutError::Timeout) => {}
        }
        if control.should_stop() {
            stop.store(true, Ordering::Relaxed);
            return Ok(last);
        }
    }
}

/// A failure after a solution was found leaves the solution and the bound so far, and says so.
fn failed(last: SolverAnswer, error: &Error) -> Result<SolverAnswer, MilpError> {
    match error {
        _ if last.values.is_some() => Ok(SolverAnswer {
            failure: Some(error.to_string()),
            ..last
        }),
        Error::Infeasible => Err(MilpError::Infeasible),
        _ => Err(MilpError::Solver(error.to_string())),
    }
}

fn problem_of(model: &Model) -> Problem {
    let mut problem = Problem::new(OptimizationDirection::Minimize);
    let variables: Vec<_> = model
        .columns()
        .iter()
        .map(|column| match column.domain {
            Domain::Continuous => problem.add_var(column.objective, (column.lower, column.upper)),
            Domain::Integer if column.is_binary() => problem.add_binary_var(column.objective),
            // Bounds of integral columns are levels of weights, at most 10^6.
            Domain::Integer => problem
                .add_integer_var(column.objective, (column.lower as i32, column.upper as i32)),
        })
        .collect();
    for (r, row) in model.rows().iter().enumerate() {
        let terms = model.terms(r).map(|(j, a)| (variables[j], a));
        let sense = match row.sense {
            Sense::AtMost => ComparisonOp::Le,
            Sense::Equal => ComparisonOp::Eq,
        };
        problem.add_constraint(terms, sense, row.rhs);
    }
    problem
}

/// Slice after slice until the proof, the deadline or `stop`; each slice's state goes to `sender`.
fn search(
    problem: &Problem,
    deadline: Option<Instant>,
    stop: &AtomicBool,
    sender: &Sender<Result<SolverAnswer, Error>>,
) {
    let remaining = || deadline.map(|d| d.saturating_duration_since(Instant::now()));
    let mut options = SolveOptions::default();
    options.node_limit = Some(NODES_PER_SLICE);
    options.time_limit = remaining();
    let mut outcome = problem.solve_with(options);
    loop {
        let state = match outcome {
            Ok(state) => state,
            Err(error) => {
                let _ = sender.send(Err(error));
                return;
            }
        };
        let late = deadline.is_some_and(|d| Instant::now() >= d);
        let caller_left = sender.send(Ok(answer_of(&state))).is_err();
        if state.is_optimal() || late || caller_left || stop.load(Ordering::Relaxed) {
            return;
        }
        let mut slice = ResumeOptions::default();
        slice.node_limit = Some(NODES_PER_SLICE);
        slice.time_limit = remaining();
        outcome = state.resume_with(slice);
    }
}

fn answer_of(outcome: &SolveOutcome) -> SolverAnswer {
    let stats = outcome.stats();
    let solution = outcome.solution();
    SolverAnswer {
        values: solution.map(|s| s.iter().map(|(_, value)| value).collect()),
        objective: solution.map(microlp::Solution::objective),
        bound: stats.best_bound,
        nodes: stats.nodes_solved,
        proven: outcome.is_optimal(),
        failure: None,
    }
}
