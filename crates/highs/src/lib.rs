//! A mixed integer linear program through HiGHS: the only crate of the project that calls foreign code.
//!
//! The safe surface is one function, `solve`. It checks the shape of its input, owns the HiGHS instance, and lets the
//! caller watch and stop the search. Without the feature `solver` the crate is empty; with it the build needs cmake and libclang
//! (`apt-get install cmake libclang-dev`), or, with `discover`, a HiGHS that pkg-config finds, and libclang.

#![cfg(feature = "solver")]

use highs_sys as ffi;
use std::ffi::{CStr, c_char, c_int, c_void};
use std::time::Duration;

/// Why HiGHS gives no answer. The time limit is not an error: see [`Status`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// Slices whose lengths or indices do not fit together, or more than 2^31 entries.
    #[error("the model's arrays do not fit together")]
    Shape,
    /// HiGHS refused the model or failed.
    #[error("HiGHS failed at {step} (model status {status})")]
    Failed {
        /// What was being done.
        step: &'static str,
        /// HiGHS' model status.
        status: i32,
    },
}

/// minimise Σ costs·x with lower ≤ x ≤ upper and, row by row, row_lower ≤ Σ coefficients·x ≤ row_upper; infinities
/// stand for no bound.
#[derive(Debug, Clone, Copy)]
pub struct Model<'a> {
    /// One for each column.
    pub costs: &'a [f64],
    /// One for each column.
    pub lower: &'a [f64],
    /// One for each column.
    pub upper: &'a [f64],
    /// One for each column: whether only integers are allowed.
    pub integral: &'a [bool],
    /// One for each row.
    pub row_lower: &'a [f64],
    /// One for each row.
    pub row_upper: &'a [f64],
    /// Row r's terms are at `starts[r]..starts[r + 1]`: one more than rows.
    pub starts: &'a [usize],
    /// The terms' columns.
    pub indices: &'a [u32],
    /// The terms' coefficients.
    pub coefficients: &'a [f64],
}

/// How far the search is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Progress {
    /// Objective of the best solution, +∞ if there is none.
    pub objective: f64,
    /// No solution has a smaller objective.
    pub bound: f64,
    /// Nodes so far.
    pub nodes: u64,
}

/// How the search ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// The solution is optimal within HiGHS' tolerances.
    Optimal,
    /// There is no solution.
    Infeasible,
    /// The time limit or the caller stopped the search.
    Stopped,
}

/// What the search found.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// How it ended.
    pub status: Status,
    /// The best solution's columns.
    pub values: Option<Vec<f64>>,
    /// Objective, bound and nodes at the end.
    pub progress: Progress,
}

/// Solves `model` on one thread, without a relative gap. `stop` is called every few milliseconds and ends the search by
/// returning true.
///
/// # Errors
/// [`Error::Shape`], [`Error::Failed`].
pub fn solve(
    model: &Model<'_>,
    time_limit: Option<Duration>,
    stop: &mut dyn FnMut(&Progress) -> bool,
) -> Result<Answer, Error> {
    let mut instance = Instance::new()?;
    instance.set_options(time_limit)?;
    instance.pass(model)?;
    instance.run(stop)?;
    instance.answer(model)
}

/// An owned HiGHS instance.
struct Instance(*mut c_void);

impl Drop for Instance {
    fn drop(&mut self) {
        // SAFETY: the pointer comes from Highs_create, is not null and is destroyed here only.
        unsafe { ffi::Highs_destroy(self.0) }
    }
}

impl Instance {
    fn new() -> Result<Self, Error> {
        // SAFETY: no arguments; a null result is refused.
        let pointer = unsafe { ffi::Highs_create() };
        if pointer.is_null() {
            return Err(Error::Failed {
                step: "creation",
                status: ffi::MODEL_STATUS_NOTSET,
            });
        }
        Ok(Self(pointer))
    }

    fn set_options(&mut self, time_limit: Option<Duration>) -> Result<(), Error> {
        // SAFETY: a live instance and NUL-terminated names, which HiGHS copies.
        let statuses = unsafe {
            [
                ffi::Highs_setBoolOptionValue(self.0, c"output_flag".as_ptr(), 0),
                ffi::Highs_setIntOptionValue(self.0, c"threads".as_ptr(), 1),
                ffi::Highs_setDoubleOptionValue(self.0, c"mip_rel_gap".as_ptr(), 0.0),
                match time_limit {
                    Some(limit) => ffi::Highs_setDoubleOptionValue(
                        self.0,
                        c"time_limit".as_ptr(),
                        limit.as_secs_f64(),
                    ),
                    None => ffi::STATUS_OK,
                },
            ]
        };
        statuses
            .into_iter()
            .try_for_each(|s| self.check(s, "options"))
    }

    fn pass(&mut self, model: &Model<'_>) -> Result<(), Error> {
        let (columns, rows, terms) = checked_shape(model)?;
        let starts: Vec<ffi::HighsInt> = model.starts[..model.row_lower.len()]
            .iter()
            .map(|&start| ffi::HighsInt::try_from(start).map_err(|_| Error::Shape))
            .collect::<Result<_, _>>()?;
        let indices: Vec<ffi::HighsInt> = model
            .indices
            .iter()
            .map(|&index| ffi::HighsInt::try_from(index).map_err(|_| Error::Shape))
            .collect::<Result<_, _>>()?;
        let integrality: Vec<ffi::HighsInt> = model
            .integral
            .iter()
            .map(|&integral| ffi::HighsInt::from(integral))
            .collect();
        // SAFETY: checked_shape has compared every array's length with the counts that are passed, and every index with
        // the number of columns; HiGHS copies the arrays and keeps no pointer.
        let status = unsafe {
            ffi::Highs_passMip(
                self.0,
                columns,
                rows,
                terms,
                ffi::MATRIX_FORMAT_ROW_WISE,
                ffi::OBJECTIVE_SENSE_MINIMIZE,
                0.0,
                model.costs.as_ptr(),
                model.lower.as_ptr(),
                model.upper.as_ptr(),
                model.row_lower.as_ptr(),
                model.row_upper.as_ptr(),
                starts.as_ptr(),
                indices.as_ptr(),
                model.coefficients.as_ptr(),
                integrality.as_ptr(),
            )
        };
        self.check(status, "passing the model")
    }

    fn run(&mut self, stop: &mut dyn FnMut(&Progress) -> bool) -> Result<(), Error> {
        let mut watcher: Watcher<'_> = stop;
        let data: *mut c_void = (&raw mut watcher).cast();
        // SAFETY: `watcher` outlives Highs_run, during which alone HiGHS calls back, on this thread; the callback is
        // taken away before `watcher` goes.
        let status = unsafe {
            ffi::Highs_setCallback(self.0, Some(on_callback), data);
            for kind in [SIMPLEX_INTERRUPT, IPM_INTERRUPT, MIP_INTERRUPT] {
                ffi::Highs_startCallback(self.0, kind);
            }
            let status = ffi::Highs_run(self.0);
            ffi::Highs_setCallback(self.0, None, std::ptr::null_mut());
            status
        };
        self.check(status, "the search")
    }

    fn answer(&self, model: &Model<'_>) -> Result<Answer, Error> {
        // SAFETY: a live instance.
        let model_status = unsafe { ffi::Highs_getModelStatus(self.0) };
        let status = match model_status {
            ffi::MODEL_STATUS_OPTIMAL | ffi::MODEL_STATUS_MODEL_EMPTY => Status::Optimal,
            ffi::MODEL_STATUS_INFEASIBLE | ffi::MODEL_STATUS_UNBOUNDED_OR_INFEASIBLE => {
                Status::Infeasible
            }
            ffi::MODEL_STATUS_REACHED_TIME_LIMIT | ffi::MODEL_STATUS_REACHED_INTERRUPT => {
                Status::Stopped
            }
            status => {
                return Err(Error::Failed {
                    step: "the search",
                    status,
                });
            }
        };
        let has_solution = self.solution_status() == ffi::SOLUTION_STATUS_FEASIBLE;
        let values = has_solution.then(|| self.values(model));
        let objective = match values {
            Some(_) => self.double(c"objective_function_value"),
            None => f64::INFINITY,
        };
        let bound = match status {
            Status::Optimal if !model.integral.contains(&true) => objective,
            Status::Stopped if !model.integral.contains(&true) => f64::NEG_INFINITY,
            _ => self.double(c"mip_dual_bound"),
        };
        Ok(Answer {
            status,
            values,
            progress: Progress {
                objective,
                bound,
                nodes: self.nodes(),
            },
        })
    }

    fn values(&self, model: &Model<'_>) -> Vec<f64> {
        let mut values = vec![0.0; model.costs.len()];
        let mut duals = vec![0.0; model.costs.len()];
        let mut row_values = vec![0.0; model.row_lower.len()];
        let mut row_duals = vec![0.0; model.row_lower.len()];
        // SAFETY: the arrays have one entry for each column and row of the model that was passed.
        unsafe {
            ffi::Highs_getSolution(
                self.0,
                values.as_mut_ptr(),
                duals.as_mut_ptr(),
                row_values.as_mut_ptr(),
                row_duals.as_mut_ptr(),
            );
        }
        values
    }

    fn solution_status(&self) -> ffi::HighsInt {
        let mut value = ffi::SOLUTION_STATUS_NONE;
        let name = c"primal_solution_status".as_ptr();
        // SAFETY: a live instance, a NUL-terminated name and a place for the value.
        unsafe { ffi::Highs_getIntInfoValue(self.0, name, &raw mut value) };
        value
    }

    fn nodes(&self) -> u64 {
        let mut value = 0_i64;
        let name = c"mip_node_count".as_ptr();
        // SAFETY: as above.
        unsafe { ffi::Highs_getInt64InfoValue(self.0, name, &raw mut value) };
        // −1 stands for a linear program.
        u64::try_from(value).unwrap_or(0)
    }

    fn double(&self, name: &CStr) -> f64 {
        let mut value = f64::NAN;
        // SAFETY: as above.
        unsafe { ffi::Highs_getDoubleInfoValue(self.0, name.as_ptr(), &raw mut value) };
        value
    }

    fn check(&self, status: ffi::HighsInt, step: &'static str) -> Result<(), Error> {
        if status != ffi::STATUS_ERROR {
            return Ok(());
        }
        // SAFETY: a live instance.
        let status = unsafe { ffi::Highs_getModelStatus(self.0) };
        Err(Error::Failed { step, status })
    }
}

type Watcher<'a> = &'a mut dyn FnMut(&Progress) -> bool;

// HighsCallbackType of the C interface.
const SIMPLEX_INTERRUPT: c_int = 1;
const IPM_INTERRUPT: c_int = 2;
const MIP_INTERRUPT: c_int = 6;

/// Asks the watcher whether to stop.
unsafe extern "C" fn on_callback(
    kind: c_int,
    _message: *const c_char,
    out: *const ffi::HighsCallbackDataOut,
    back: *mut ffi::HighsCallbackDataIn,
    data: *mut c_void,
) {
    // SAFETY: HiGHS passes valid records for interrupt callbacks or null ones, and hands back the pointer to the live
    // watcher of `run`; nothing else uses the watcher meanwhile.
    let (out, back, watcher) = unsafe {
        (
            out.as_ref(),
            back.as_mut(),
            data.cast::<Watcher<'_>>().as_mut(),
        )
    };
    let (Some(out), Some(back), Some(watcher)) = (out, back, watcher) else {
        return;
    };
    let progress = if kind == MIP_INTERRUPT {
        Progress {
            objective: out.mip_primal_bound,
            bound: out.mip_dual_bound,
            nodes: u64::try_from(out.mip_node_count).unwrap_or(0),
        }
    } else {
        Progress {
            objective: f64::INFINITY,
            bound: f64::NEG_INFINITY,
            nodes: 0,
        }
    };
    if watcher(&progress) {
        back.user_interrupt = 1;
    }
}

/// (columns, rows, terms) if every array fits.
fn checked_shape(
    model: &Model<'_>,
) -> Result<(ffi::HighsInt, ffi::HighsInt, ffi::HighsInt), Error> {
    let columns = model.costs.len();
    let rows = model.row_lower.len();
    let terms = model.indices.len();
    let lengths_fit = [model.lower.len(), model.upper.len(), model.integral.len()] == [columns; 3]
        && model.row_upper.len() == rows
        && model.starts.len() == rows + 1
        && model.coefficients.len() == terms;
    let starts_fit = model.starts.first() == Some(&0)
        && model.starts.last() == Some(&terms)
        && model.starts.is_sorted();
    let indices_fit = model
        .indices
        .iter()
        .all(|&index| (index as usize) < columns);
    if !(lengths_fit && starts_fit && indices_fit) {
        return Err(Error::Shape);
    }
    let int = |count: usize| ffi::HighsInt::try_from(count).map_err(|_| Error::Shape);
    Ok((int(columns)?, int(rows)?, int(terms)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// max x + 2y, x + y ≤ 4.5, 0 ≤ x, y ≤ 3 integral.
    fn knapsack<'a>() -> Model<'a> {
        Model {
            costs: &[-1.0, -2.0],
            lower: &[0.0; 2],
            upper: &[3.0; 2],
            integral: &[true; 2],
            row_lower: &[f64::NEG_INFINITY],
            row_upper: &[4.5],
            starts: &[0, 2],
            indices: &[0, 1],
            coefficients: &[1.0, 1.0],
        }
    }

    #[test]
    fn optimum_infeasibility_and_bad_shapes() {
        let answer = solve(&knapsack(), None, &mut |_| false).unwrap();
        assert_eq!(answer.status, Status::Optimal);
        assert_eq!(answer.values, Some(vec![1.0, 3.0]));
        assert!((answer.progress.bound + 7.0).abs() < 1e-6);
        let infeasible = Model {
            row_upper: &[-1.0],
            ..knapsack()
        };
        let answer = solve(&infeasible, None, &mut |_| false).unwrap();
        assert_eq!((answer.status, answer.values), (Status::Infeasible, None));
        let short = Model {
            starts: &[0],
            ..knapsack()
        };
        assert_eq!(solve(&short, None, &mut |_| false), Err(Error::Shape));
        let far = Model {
            indices: &[0, 2],
            ..knapsack()
        };
        assert_eq!(solve(&far, None, &mut |_| false), Err(Error::Shape));
    }
}
