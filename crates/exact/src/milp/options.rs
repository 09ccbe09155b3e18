//! Options of the model, and what they must be.

use super::MilpError;
use crate::problem::Weights;
use attractor::{Couplings, Patterns, Ties};

/// ε of Eq. 16, which the paper does not give: well above the solvers' feasibility tolerances (1e-6 to 1e-9), small
/// against the field of one weight (1).
pub const DEFAULT_EPSILON: f64 = 0.001;

/// The factor of Eq. 26.
pub const DEFAULT_SPARSITY: f64 = 0.001;

/// The most terms that are built: 2^26 take about 1 GiB.
pub const MAX_TERMS: usize = 1 << 26;

/// How literally the equations become rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Form {
    /// Every variable and equation of the paper but those fixed to zero.
    #[default]
    Faithful,
    /// Eqs. 15, 18, 19, 21 and w = 2z − 1 substituted: the same optimum, fewer columns and rows.
    Compact,
}

/// The variants of the model.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ModelOptions {
    /// The values of the weights.
    pub weights: Weights,
    /// When a zero field is right; the paper's own rule is [`Ties::Negative`].
    pub ties: Ties,
    /// Whether biases exist: weights of a constant +1 input, from the same set. The paper has none.
    pub bias: bool,
    /// The factor of Σ|w_ij| in the objective (Eqs. 24–26); None leaves the term out.
    pub sparsity: Option<f64>,
    /// ε of Eq. 16, > 0; at most 1 for integral weights.
    pub epsilon: f64,
    /// M of Eqs. 16 and 17; None takes, row by row, the least that excludes nothing: Σ|coefficients| + ε.
    pub big_m: Option<f64>,
    /// Literal or substituted.
    pub form: Form,
}

impl Default for ModelOptions {
    fn default() -> Self {
        Self {
            weights: Weights::Real,
            ties: Ties::default(),
            bias: false,
            sparsity: None,
            epsilon: DEFAULT_EPSILON,
            big_m: None,
            form: Form::default(),
        }
    }
}

impl ModelOptions {
    /// Whether there is such a model of these patterns and couplings, not too large to be built.
    ///
    /// # Errors
    /// Sizes that do not fit, options out of range, more than [`MAX_TERMS`] terms.
    pub(super) fn check(
        &self,
        patterns: &Patterns,
        couplings: &Couplings,
    ) -> Result<(), MilpError> {
        if patterns.neurons() != couplings.neurons() {
            return Err(MilpError::Size {
                couplings: couplings.neurons(),
                patterns: patterns.neurons(),
            });
        }
        if !self.weights.is_valid() {
            return Err(MilpError::Weights(self.weights));
        }
        let epsilon = self.epsilon;
        if !(epsilon.is_finite() && epsilon > 0.0) {
            return Err(MilpError::Epsilon(epsilon));
        }
        if self.weights.is_discrete() && epsilon > 1.0 {
            return Err(MilpError::EpsilonAboveOne(epsilon));
        }
        if let Some(big_m) = self.big_m
            && !(big_m.is_finite() && big_m >= epsilon)
        {
            return Err(MilpError::BigM { big_m, epsilon });
        }
        if let Some(factor) = self.sparsity
            && !(factor.is_finite() && factor >= 0.0)
        {
            return Err(MilpError::Sparsity(factor));
        }
        let ordered = couplings.weights() as u128 * if couplings.is_symmetric() { 2 } else { 1 };
        let fields =
            ordered * patterns.count() as u128 * if self.form == Form::Compact { 2 } else { 1 };
        let bits = patterns.neurons() as u128 * patterns.count() as u128;
        let terms = fields + 8 * bits + 6 * ordered;
        if terms > MAX_TERMS as u128 {
            return Err(MilpError::TooLarge(terms));
        }
        Ok(())
    }
}
