//! Conclusion: what follows from what a network stores and from a bound. The one place that says "optimal".

use std::fmt;

/// How good a network is, as far as it is known. Its text is the same wherever it is shown, and in `tools/verify.py`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Conclusion {
    /// No bit is wrong; that is optimal without any bound.
    NothingWrong,
    /// The bound is the number of wrong bits.
    Fewest,
    /// The bound is this many wrong bits below the network's.
    Within(u64),
    /// Nothing is known of other networks.
    Open,
}

impl Conclusion {
    /// From a network's wrong bits and a lower bound on those of every network, where these are known.
    pub fn of(wrong_bits: Option<u64>, at_least: Option<u64>) -> Self {
        match (wrong_bits, at_least) {
            (Some(0), _) => Self::NothingWrong,
            // At least 0 wrong bits says nothing.
            (None, _) | (_, None | Some(0)) => Self::Open,
            (Some(wrong), Some(bound)) if wrong <= bound => Self::Fewest,
            (Some(wrong), Some(bound)) => Self::Within(wrong - bound),
        }
    }

    /// Whether no network of the class has fewer wrong bits.
    pub fn is_optimal(self) -> bool {
        matches!(self, Self::NothingWrong | Self::Fewest)
    }
}

impl fmt::Display for Conclusion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NothingWrong => f.write_str("hence optimal: no bit is wrong"),
            Self::Fewest => f.write_str("hence optimal: no such network has fewer wrong bits"),
            Self::Within(1) => f.write_str("hence optimal within 1 wrong bit"),
            Self::Within(gap) => write!(f, "hence optimal within {gap} wrong bits"),
            Self::Open => f.write_str("optimality is not claimed"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Conclusion;

    #[test]
    fn nothing_wrong_is_optimal_without_a_bound_and_a_bound_of_zero_says_nothing() {
        let text = |wrong, bound| Conclusion::of(wrong, bound).to_string();
        for bound in [None, Some(0)] {
            assert_eq!(text(Some(0), bound), "hence optimal: no bit is wrong");
            assert!(Conclusion::of(Some(0), bound).is_optimal());
            for wrong in [None, Some(472)] {
                assert_eq!(text(wrong, bound), "optimality is not claimed");
            }
        }
        assert_eq!(text(None, Some(7)), "optimality is not claimed");
        assert_eq!(text(Some(9), Some(7)), "hence optimal within 2 wrong bits");
        assert_eq!(text(Some(8), Some(7)), "hence optimal within 1 wrong bit");
        assert!(Conclusion::of(Some(7), Some(7)).is_optimal());
        assert!(!Conclusion::of(Some(8), Some(7)).is_optimal());
    }
}
