//! Every tolerance of this crate, each with its reason.
//!
//! They steer the search for a proof that is then checked in integers; the checker knows no floating point. A badly chosen
//! value makes a proof longer, or leaves it unfound.

/// By how much a fractional packing must exceed the budget before its weights are rounded and tried: rounding leaves less.
pub(crate) const PACKED: f64 = 1e-9;

/// The least and the largest weight of a dependency in a packing, whose weights begin at order 1: beyond, a weight could no
/// longer come back within the rounds there are.
pub(crate) const WEIGHTS: (f64, f64) = (1e-9, 1e9);

/// In place of a divisor that is zero, because nothing is covered: below any that is not.
pub(crate) const NOTHING: f64 = 1e-300;
