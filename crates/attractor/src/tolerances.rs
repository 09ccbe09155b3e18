//! Every tolerance of this crate, each with its reason.

/// A pattern whose squared distance from the span of those before it is below this fraction of its squared length, a
/// pattern's rounding error in `count` steps, is dependent on them.
pub(crate) fn dependence(count: usize) -> f64 {
    16.0 * count as f64 * f64::EPSILON
}

/// Squared norm of a neuron's off-diagonal weights (bias among them) from which on they count as weights and not as
/// rounding. A projection has Σ_j≠i w_ij² = w_ii (1 − w_ii), and 1 − w_ii is the neuron's aligned field in every pattern:
/// below the rounding of w_ii = 1 it is no field.
pub(crate) const FROZEN: f64 = f64::EPSILON;

/// A fixed point counts as a mixture of three patterns if at most one bit in so many differs from it. Larger: at finite load
/// the fixed points near mixtures, which other patterns pull at, are missed. Smaller: among many patterns chance comes near.
pub(crate) const MIXTURE: usize = 20;

/// The largest entry of a loss's gradient at which rules take it for minimal: fields are then settled to some five digits, and
/// signs of fields, all that recall asks for, long before.
pub(crate) const LOSS_GRADIENT: f64 = 1e-6;

/// The least relative decrease for which rules go on minimising a loss. Smaller: losses without a minimum, those of storable
/// patterns without penalty, take all iterations for digits that change no bit.
pub(crate) const LOSS_DECREASE: f64 = 1e-10;
