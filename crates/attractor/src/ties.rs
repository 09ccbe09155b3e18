//! The tie rule: whether a bit whose local field is zero is right.

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

/// When a bit whose local field is zero counts as right.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Ties {
    /// Never: a bit is right iff ξ h > 0.
    #[default]
    Strict,
    /// For a −1 bit, which recall sends to −1 (the paper's Eq. 6): right iff ξ h > 0, or ξ = −1 and h = 0.
    Negative,
}

impl Ties {
    /// Whether a bit is right, given the sign of its aligned field ξ h and the bit itself.
    #[inline]
    pub fn holds(self, aligned: Ordering, is_plus: bool) -> bool {
        match aligned {
            Ordering::Greater => true,
            Ordering::Equal => self == Self::Negative && !is_plus,
            Ordering::Less => false,
        }
    }
}

impl fmt::Display for Ties {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Strict => "strict",
            Self::Negative => "negative",
        })
    }
}

/// A text that is no tie rule.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("`{0}` is neither `strict` nor `negative`")]
pub struct ParseTiesError(String);

impl FromStr for Ties {
    type Err = ParseTiesError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "strict" => Ok(Self::Strict),
            "negative" => Ok(Self::Negative),
            _ => Err(ParseTiesError(text.to_owned())),
        }
    }
}
