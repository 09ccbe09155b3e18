//! Damage: what a memory is to repair.

use std::fmt;

/// Random damage to a cue: each input is erased (its value is 0) with probability `erased`, and flipped with probability
/// `flipped` if it is not.
///
/// The field of a damaged cue is a sum of independent terms, near a normal law. Without biases its mean over its standard
/// deviation is c·κ, with κ the aligned field of the whole pattern over the norm of the neuron's weights, and c the
/// [`Damage::slope`]. So the bit is right after one step with probability Φ(cκ).
///
/// ```
/// use attractor_exact::Damage;
/// let damage = Damage::new(0.1, 0.0)?;
/// assert!((damage.slope() - 0.8 / 0.6).abs() < 1e-15);
/// assert!(Damage::new(0.5, 0.0).is_err());
/// # Ok::<(), attractor_exact::DamageError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Damage {
    flipped: f64,
    erased: f64,
}

/// Probabilities that leave nothing of a cue, or are none.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum DamageError {
    /// Flips outside 0 to ½.
    #[error(
        "the share of flipped bits is from 0 to below 0.5, not {0}: at a half nothing is left of the cue"
    )]
    Flipped(f64),
    /// Erasures outside 0 to 1.
    #[error(
        "the share of erased bits is from 0 to below 1, not {0}: at 1 nothing is left of the cue"
    )]
    Erased(f64),
}

impl Damage {
    /// The damage that networks are judged by where none is named, and that single neurons and discrete weights are trained
    /// for: one bit in twenty flipped. Of the shares tried on digits, random patterns and tables it recalls most in the mean
    /// over 1 to 30 % flips; larger ones recall less of little damage.
    pub const USUAL: Self = Self {
        flipped: 0.05,
        erased: 0.0,
    };

    /// Damage with these probabilities.
    ///
    /// # Errors
    /// `flipped` outside [0, ½) or `erased` outside [0, 1).
    pub fn new(flipped: f64, erased: f64) -> Result<Self, DamageError> {
        if !(0.0..0.5).contains(&flipped) {
            return Err(DamageError::Flipped(flipped));
        }
        if !(0.0..1.0).contains(&erased) {
            return Err(DamageError::Erased(erased));
        }
        Ok(Self { flipped, erased })
    }

    /// The probability that an input that is not erased is flipped.
    pub fn flipped(self) -> f64 {
        self.flipped
    }

    /// The probability that an input is erased.
    pub fn erased(self) -> f64 {
        self.erased
    }

    /// Whether nothing is damaged.
    pub fn is_none(self) -> bool {
        self.flipped == 0.0 && self.erased == 0.0
    }

    /// m = (1 − q)(1 − 2p): the mean of a damaged input in units of the whole one.
    pub fn mean(self) -> f64 {
        (1.0 - self.erased) * (1.0 - 2.0 * self.flipped)
    }

    /// c = m/√((1 − q) − m²), by which κ is multiplied; infinite if nothing is damaged.
    pub fn slope(self) -> f64 {
        let kept = 1.0 - self.erased;
        // (1 − q) − m² without the loss of digits where both are small.
        let variance = kept * (self.erased + 4.0 * kept * self.flipped * (1.0 - self.flipped));
        self.mean() / variance.sqrt()
    }
}

impl fmt::Display for Damage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} flipped, {} erased", self.flipped, self.erased)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_slope_is_mean_over_deviation() {
        let c = |p, q| Damage::new(p, q).unwrap().slope();
        for p in [1e-9_f64, 0.01, 0.2, 0.49] {
            let flips = (1.0 - 2.0 * p) / (2.0 * (p * (1.0 - p)).sqrt());
            assert!((c(p, 0.0) / flips - 1.0).abs() < 1e-12);
        }
        for q in [1e-9_f64, 0.3, 0.99] {
            assert!((c(0.0, q) / ((1.0 - q) / q).sqrt() - 1.0).abs() < 1e-12);
        }
        let (p, q) = (0.1, 0.3);
        let mean: f64 = (1.0 - q) * (1.0 - 2.0 * p);
        assert!((c(p, q) - mean / ((1.0 - q) - mean * mean).sqrt()).abs() < 1e-12);
        assert_eq!(c(0.0, 0.0), f64::INFINITY);
    }

    #[test]
    fn what_leaves_nothing_is_refused() {
        for bad in [0.5, 1.0, -0.1, f64::NAN, f64::INFINITY] {
            assert!(Damage::new(bad, 0.0).is_err());
        }
        for bad in [1.0, 2.0, -0.1, f64::NAN] {
            assert!(Damage::new(0.0, bad).is_err());
        }
    }
}
