//! Natural: a whole number ≥ 0 of any size, compact where it is small; in JSON a number below 2^53, else a string of
//! decimal digits.

use crate::format::limits::MAX_DIGITS;
use num_bigint::BigUint;
use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;

/// Whole numbers up to here are exact in every JSON reader.
const LARGEST_NUMBER: u64 = (1 << 53) - 1;

/// A whole number ≥ 0.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Natural(Size);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Size {
    Small(u64),
    /// Above `u64::MAX`.
    Large(Box<BigUint>),
}

impl Natural {
    /// Whether this is 0.
    pub fn is_zero(&self) -> bool {
        self.0 == Size::Small(0)
    }

    /// Number of bits, 0 for 0.
    pub fn bits(&self) -> u64 {
        match &self.0 {
            Size::Small(value) => u64::from(64 - value.leading_zeros()),
            Size::Large(value) => value.bits(),
        }
    }

    /// At most the length of this as JSON.
    pub(crate) fn text_bytes(&self) -> u64 {
        let bits = self.bits();
        let quotes = if bits > u64::from(LARGEST_NUMBER.count_ones()) {
            2
        } else {
            0
        };
        // log10 2 < 0.302.
        bits * 302 / 1000 + 1 + quotes
    }

    /// Base 2^32, the lowest first; none for 0.
    pub fn limbs(&self) -> Vec<u32> {
        let mut limbs = Vec::new();
        self.push_limbs(&mut limbs);
        limbs
    }

    /// Appends [`Natural::limbs`].
    pub(crate) fn push_limbs(&self, limbs: &mut Vec<u32>) {
        match &self.0 {
            Size::Small(value) => {
                let both = [*value as u32, (*value >> 32) as u32];
                limbs.extend(&both[..self.bits().div_ceil(32) as usize]);
            }
            Size::Large(value) => limbs.extend(value.iter_u32_digits()),
        }
    }

    /// The number with these [`Natural::limbs`]; leading zeros, which stand last, do no harm.
    pub fn from_limbs(limbs: &[u32]) -> Self {
        match limbs {
            [] => 0_u64.into(),
            [low] => u64::from(*low).into(),
            [low, high] => (u64::from(*high) << 32 | u64::from(*low)).into(),
            _ => BigUint::from_slice(limbs).into(),
        }
    }
}

impl From<u64> for Natural {
    fn from(value: u64) -> Self {
        Self(Size::Small(value))
    }
}

impl From<BigUint> for Natural {
    fn from(value: BigUint) -> Self {
        Self(match u64::try_from(&value) {
            Ok(small) => Size::Small(small),
            Err(_) => Size::Large(Box::new(value)),
        })
    }
}

impl From<u128> for Natural {
    fn from(value: u128) -> Self {
        BigUint::from(value).into()
    }
}

impl fmt::Display for Natural {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Size::Small(value) => value.fmt(f),
            Size::Large(value) => value.fmt(f),
        }
    }
}

impl Serialize for Natural {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.0 {
            Size::Small(value) if *value <= LARGEST_NUMBER => serializer.serialize_u64(*value),
            _ => serializer.collect_str(self),
        }
    }
}

impl<'de> Deserialize<'de> for Natural {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(NaturalVisitor)
    }
}

struct NaturalVisitor;

impl Visitor<'_> for NaturalVisitor {
    type Value = Natural;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "a whole number of at least 0, as a number or a string of at most {MAX_DIGITS} digits"
        )
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Natural, E> {
        Ok(value.into())
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Natural, E> {
        let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        if !digits || text.len() > MAX_DIGITS || (text.len() > 1 && text.starts_with('0')) {
            return Err(E::invalid_value(
                serde::de::Unexpected::Other("other text"),
                &self,
            ));
        }
        let value = BigUint::parse_bytes(text.as_bytes(), 10);
        value
            .map(Natural::from)
            .ok_or_else(|| E::custom("not a whole number"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_survive_json() {
        for text in [
            "0",
            "9007199254740991",
            "\"9007199254740992\"",
            "\"340282366920938463463374607431768211456\"",
        ] {
            let value: Natural = serde_json::from_str(text).unwrap();
            assert_eq!(serde_json::to_string(&value).unwrap(), text);
        }
    }

    #[test]
    fn limbs_are_those_of_big_integers() {
        for shift in 0..140_u32 {
            let big = BigUint::from(5u32) << shift;
            let limbs = big.to_u32_digits();
            let value = Natural::from(big);
            assert_eq!(value.limbs(), limbs);
            assert_eq!(Natural::from_limbs(&[&limbs[..], &[0, 0]].concat()), value);
        }
        assert!(Natural::from(0_u64).limbs().is_empty() && Natural::from_limbs(&[]).is_zero());
    }

    #[test]
    fn other_texts_are_refused() {
        let long = format!("\"{}\"", "9".repeat(MAX_DIGITS + 1));
        for text in [
            "-1", "1.0", "1e3", "\"\"", "\"-1\"", "\"01\"", "\"0x1\"", "\"1 \"", "null", "[1]",
            &long,
        ] {
            assert!(serde_json::from_str::<Natural>(text).is_err(), "{text:.20}");
        }
    }
}
