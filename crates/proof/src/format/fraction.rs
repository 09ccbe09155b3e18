//! Fraction: a decimal fraction ≥ 0 such as `0.0125`, exact.

use crate::format::limits::MAX_FRACTION_DIGITS;
use crate::format::refusal::Reason;
use num_bigint::BigInt;

/// `numerator` / 10^`digits`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fraction {
    pub(crate) numerator: BigInt,
    pub(crate) denominator: BigInt,
}

impl Fraction {
    /// Digits, then optionally a point and more digits.
    pub(crate) fn parse(text: &str) -> Result<Self, Reason> {
        let bad = || Reason::Fraction(text.chars().take(80).collect());
        let (whole, part) = text.split_once('.').unwrap_or((text, "0"));
        let digits = |t: &str| !t.is_empty() && t.bytes().all(|b| b.is_ascii_digit());
        if !digits(whole) || !digits(part) || text.len() > MAX_FRACTION_DIGITS {
            return Err(bad());
        }
        let all = format!("{whole}{part}");
        let numerator = BigInt::parse_bytes(all.as_bytes(), 10).ok_or_else(bad)?;
        Ok(Self {
            numerator,
            denominator: BigInt::from(10).pow(part.len() as u32),
        })
    }

    pub(crate) fn is_zero(&self) -> bool {
        self.numerator == BigInt::ZERO
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimal_fractions_alone_are_read() {
        let half = Fraction::parse("0.50").unwrap();
        assert_eq!((half.numerator, half.denominator), (50.into(), 100.into()));
        assert!(Fraction::parse("3").is_ok() && Fraction::parse("0").unwrap().is_zero());
        for text in [
            "",
            ".",
            "1.",
            ".5",
            "-1",
            "1e-3",
            "NaN",
            "inf",
            "1/2",
            " 1",
            "0x1",
            &"1".repeat(99),
        ] {
            assert!(Fraction::parse(text).is_err(), "{text}");
        }
    }
}
