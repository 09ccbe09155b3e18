//! Instance: a checked [`Problem`](crate::Problem), and the row systems that the searches build from it.
//!
//! [`train`](crate::train()) makes one instance; behind it nothing is checked again. A row asks one bit of one pattern to be
//! right, its columns are weights ([`Columns`]). [`NeuronSystem`] packs one neuron's rows and folds equal ones, [`Rows`] keeps
//! any rows as they are, for first-order methods.

mod checked;
mod columns;
mod neuron;
mod opposites;
mod rows;
mod sign_rows;

pub use checked::Instance;
pub(crate) use columns::Columns;
pub use neuron::NeuronSystem;
pub(crate) use opposites::Opposites;
pub(crate) use rows::Rows;
pub(crate) use sign_rows::SignRows;
