//! How to train. Raw options (`args`) become one checked [`Method`] (`settings`), which trains and certifies (`work`).

mod args;
mod experiments;
mod settings;
mod solver_word;
mod survive;
mod work;

pub(crate) use args::{BigMArgs, EXACT, MethodArgs};
pub(crate) use experiments::{MethodName, check_time_limit, methods, radius, time_limit};
pub(crate) use settings::{Method, check_memory};
pub(crate) use solver_word::SolverWord;
pub(crate) use work::{Outcome, obeying};
