//! `attractor classify`: a Hopfield memory as a classifier of tables.
//!
//! `arguments` holds the options as they are typed and what they mean once they are checked; `fit`, `predict` and
//! `cross_validate` do the work.

mod answers;
mod arguments;
mod confusion;
mod cross_validate;
mod fit;
mod input;
mod predict;

use anyhow::Result;
use arguments::Action;
pub(crate) use arguments::ClassifyArgs;
pub(crate) use input::cues_of;

pub(crate) fn run(args: &ClassifyArgs) -> Result<()> {
    match &args.action {
        Action::Fit(args) => fit::run(args),
        Action::Predict(args) => predict::run(args),
        Action::CrossValidate(args) => cross_validate::run(args),
    }
}
