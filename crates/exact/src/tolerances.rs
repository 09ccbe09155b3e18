//! Every tolerance of this crate, each with its reason.
//!
//! No claim rests on one of them: they steer floating-point iterations whose results are
//! checked again in integers (dependencies) or on the ±1 data (weights). A badly chosen
//! value costs time or leaves a gap; it cannot make an answer wrong.

/// Squared norm, per unit of squared row norm, below which the nearest point counts as the
/// origin. Rounding leaves about 1e-15 there; separable sets of ±1 rows of the sizes at hand
/// stay above 1e-10.
pub const ORIGIN: f64 = 1e-12;

/// How far, per unit of squared row norm, a row may fall short of the supporting hyperplane
/// before it enters the corral. Above rounding (1e-15), far below every margin of interest.
pub const VIOLATION: f64 = 1e-12;

/// A multiplier at most this large leaves the corral. The multipliers of strict rows sum to
/// one over at most a few thousand rows, so a genuine one is rarely below 1e-9.
pub const MULTIPLIER: f64 = 1e-13;

/// A pivot of the corral's Cholesky factor, per unit of squared row norm, below which a row
/// counts as dependent on the corral: the factor would lose all its digits.
pub const PIVOT: f64 = 1e-11;
