//! Storable sets: the network of widest margin where every bit (or every kept bit) can be right, at scale.
//!
//! No tree is needed here, only geometry: the least-norm weights with every aligned field ≥ 1, directed (each neuron
//! for itself) or symmetric (all rows coupled). [`directed`] and [`symmetric`] run a first-order method over all
//! neurons at once (`dual`; symmetric and slow to converge, neuron by neuron, `blocks`), whose products with the Gram
//! matrix are two dense matrix products (`operator`), then an exact finish by Cholesky factorisation where the rows on
//! the margin are few enough (`finish`).
//!
//! What is returned is what counts: weights are snapped onto the exact [`crate::geometry::grid`], their fields and margin computed
//! from there. Beside the margin stands a bound that no weights exceed, from the multipliers (floating point, rounding
//! covered by a relative allowance). Sets that cannot be stored come back as an infeasible subsystem where one is found.
//!
//! *Margin*: least aligned field over the Euclidean norm of the free weights, each w_ij = w_ji counted once, the bias
//! (one more input, which is always +1) included. Kept bits are asked for strictly, whatever the tie rule: that is the
//! stronger demand. Under [`Ties::Negative`] a subsystem counts as infeasible only if a +1 bit is in it.

mod block;
mod blocks;
mod cholesky;
mod directed;
mod dual;
mod finish;
mod momentum;
mod operator;
mod request;
mod rows;
mod sweeps;
mod symmetric;
#[cfg(test)]
mod tests;
mod wrong_bit_history;

pub(crate) use directed::{directed, refuted};
pub(crate) use operator::FieldOperator;
pub(crate) use request::Separator;
pub use request::{NetworkAnswer, NeuronAnswer, Request};
pub(crate) use symmetric::{stores_soon, symmetric};
