//! Difference: two methods compared on the same cues or splits, pair by pair, so that what all find hard does not hide it.

use crate::plot::mean_and_error;
use crate::student;

/// The share of intervals that do not hold the truth.
const OUTSIDE: f64 = 0.05;

/// A mean difference in percent points with the half width of its 95 % interval, by Student's t distribution.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Difference {
    mean: f64,
    half: f64,
    /// The standard error of the mean.
    error: f64,
    /// Pairs less one.
    freedom: usize,
}

impl Difference {
    /// Of values that belong in pairs; None without two pairs, which say nothing of an interval.
    pub(super) fn of(pairs: &[(f64, f64)]) -> Option<Self> {
        let freedom = pairs.len().checked_sub(1).filter(|&freedom| freedom > 0)?;
        let differences: Vec<f64> = pairs.iter().map(|(a, b)| 100.0 * (a - b)).collect();
        let (mean, error) = mean_and_error(&differences);
        Some(Self {
            mean,
            half: error * student::two_sided(OUTSIDE, freedom),
            error,
            freedom,
        })
    }

    pub(super) fn is_above_zero(self) -> bool {
        self.mean - self.half > 0.0
    }

    pub(super) fn is_below_zero(self) -> bool {
        self.mean + self.half < 0.0
    }

    /// Whether the whole interval lies above −`slack` points.
    pub(super) fn is_at_least(self, slack: f64) -> bool {
        self.mean - self.half > -slack
    }

    /// Whether it is above zero with its interval widened for so many comparisons (Bonferroni): then one of them, whichever
    /// it is, is above zero by chance in one case of twenty.
    pub(super) fn is_above_zero_among(self, comparisons: usize) -> bool {
        let outside = OUTSIDE / comparisons.max(1) as f64;
        self.mean > self.error * student::two_sided(outside, self.freedom)
    }
}

impl std::fmt::Display for Difference {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:+.1} ± {:.1}", self.mean, self.half)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_difference_is_that_of_the_textbook() {
        let pairs = [(0.5, 0.4), (0.7, 0.4), (0.6, 0.4)];
        // 10, 30, 20 points: standard deviation 10, of the mean 10/√3; t at two degrees of freedom is 4.3027.
        let difference = Difference::of(&pairs).unwrap();
        assert!((difference.mean - 20.0).abs() < 1e-9);
        assert!((difference.half - 43.027 / 3.0_f64.sqrt()).abs() < 1e-3);
        assert_eq!(Difference::of(&pairs[..1]), None);
        assert_eq!(Difference::of(&[]), None);
    }

    /// A difference of 3.46 standard errors at five degrees of freedom: 95 % alone (t = 2.57), not among ten (t = 4.77).
    #[test]
    fn one_of_many_comparisons_must_be_further_from_zero() {
        let pairs = [0.01, 0.03, 0.02, 0.05, 0.02, 0.05].map(|gain| (0.5 + gain, 0.5));
        let difference = Difference::of(&pairs).unwrap();
        assert!(difference.is_above_zero() && difference.is_above_zero_among(1));
        assert!(!difference.is_above_zero_among(10));
        assert!(difference.is_at_least(0.0) && !difference.is_below_zero());
        let none = Difference::of(&[(0.5, 0.5), (0.51, 0.5), (0.49, 0.5)]).unwrap();
        assert!(!none.is_above_zero() && !none.is_below_zero());
        assert!(none.is_at_least(3.0) && !none.is_at_least(2.0));
    }
}
