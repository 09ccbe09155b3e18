//! Dyadic: a neuron's weights as whole numbers. Every finite double is m·2^e; with the row's least exponent taken out,
//! the weights are integers, in 64 bits where that is wide enough, in 128, or of any size.

use attractor::kernels::bits::has;
use num_bigint::BigInt;
use std::ops::{AddAssign, Neg, Shl, SubAssign};

/// An integer type that sums weights exactly if it is wide enough for the sums.
pub(crate) trait Exact:
    Clone
    + Default
    + Ord
    + Send
    + Sync
    + From<i64>
    + TryFrom<BigInt>
    + Into<BigInt>
    + Shl<u32, Output = Self>
    + Neg<Output = Self>
    + for<'t> AddAssign<&'t Self>
    + for<'t> SubAssign<&'t Self>
{
    /// Σ_j ±row_j, + where bit j is set.
    fn signed_sum(row: &[Self], bits: &[u64]) -> Self;
}

macro_rules! machine_word {
    ($word:ty) => {
        impl Exact for $word {
            fn signed_sum(row: &[Self], bits: &[u64]) -> Self {
                let mut sum = 0;
                for (weights, &word) in row.chunks(64).zip(bits) {
                    for (k, &w) in weights.iter().enumerate() {
                        // Two's complement: −w = !w + 1; `minus` is all ones where the sign is minus.
                        let minus = (word >> k & 1) as $word - 1;
                        sum += (w ^ minus) - minus;
                    }
                }
                sum
            }
        }
    };
}

machine_word!(i64);
machine_word!(i128);

impl Exact for BigInt {
    fn signed_sum(row: &[Self], bits: &[u64]) -> Self {
        let mut sum = Self::ZERO;
        for (j, w) in row.iter().enumerate() {
            if has(bits, j) {
                sum += w;
            } else {
                sum -= w;
            }
        }
        sum
    }
}

/// A finite double as m·2^e with m odd or zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Dyadic {
    mantissa: i64,
    exponent: i32,
}

impl Dyadic {
    /// The exact value of a finite double.
    pub(crate) fn of(value: f64) -> Self {
        let bits = value.to_bits();
        let field = (bits >> 52 & 0x7ff) as i32;
        let fraction = (bits & ((1 << 52) - 1)) as i64;
        let magnitude = if field == 0 {
            fraction
        } else {
            fraction | 1 << 52
        };
        if magnitude == 0 {
            return Self {
                mantissa: 0,
                exponent: 0,
            };
        }
        let zeros = magnitude.trailing_zeros();
        let odd = magnitude >> zeros;
        Self {
            mantissa: if value.is_sign_negative() { -odd } else { odd },
            exponent: field.max(1) - 1075 + zeros as i32,
        }
    }

    fn bits(self) -> u32 {
        64 - self.mantissa.unsigned_abs().leading_zeros()
    }
}

/// A neuron's weights (then its bias) over a power of two that they share.
pub(crate) struct Scaled {
    values: Vec<Dyadic>,
    /// w = integer · 2^`exponent`.
    pub(crate) exponent: i32,
    /// Bits that hold every sum of the integers with any signs, and twice that.
    pub(crate) sum_bits: u32,
}

impl Scaled {
    /// The weights of a row and its bias.
    pub(crate) fn new(row: &[f64], bias: f64) -> Self {
        let values: Vec<Dyadic> = row.iter().chain([&bias]).map(|&w| Dyadic::of(w)).collect();
        let nonzero = || values.iter().filter(|v| v.mantissa != 0);
        let exponent = nonzero().map(|v| v.exponent).min().unwrap_or(0);
        let widest = nonzero()
            .map(|v| v.bits() + (v.exponent - exponent) as u32)
            .max()
            .unwrap_or(0);
        let terms = usize::BITS - values.len().leading_zeros();
        Self {
            exponent,
            sum_bits: widest + terms + 1,
            values,
        }
    }

    /// The integers; `T` must hold [`Scaled::sum_bits`] bits and a sign.
    pub(crate) fn integers<T: Exact>(&self) -> Vec<T> {
        let integer = |v: &Dyadic| {
            if v.mantissa == 0 {
                T::default()
            } else {
                T::from(v.mantissa) << (v.exponent - self.exponent) as u32
            }
        };
        self.values.iter().map(integer).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn doubles_are_taken_apart() {
        let parts = |value| (Dyadic::of(value).mantissa, Dyadic::of(value).exponent);
        assert_eq!(parts(0.75), (3, -2));
        assert_eq!(parts(-6.0), (-3, 1));
        assert_eq!(parts(-0.0), (0, 0));
        assert_eq!(parts(f64::from_bits(1)), (1, -1074));
        assert_eq!(parts(f64::MIN_POSITIVE), (1, -1022));
    }

    proptest! {
        #[test]
        fn all_widths_agree(row in prop::collection::vec(-1000i32..1000, 1..150), seed in any::<[u64; 3]>()) {
            let row: Vec<f64> = row.into_iter().map(|w| f64::from(w) / 64.0).collect();
            let scaled = Scaled::new(&row, 0.25);
            let weights = row.len();
            let small = i64::signed_sum(&scaled.integers()[..weights], &seed);
            let middle = i128::signed_sum(&scaled.integers()[..weights], &seed);
            let large = BigInt::signed_sum(&scaled.integers()[..weights], &seed);
            prop_assert_eq!(i128::from(small), middle);
            prop_assert_eq!(BigInt::from(small), large);
            let float: f64 = row.iter().enumerate().map(|(j, w)| if has(&seed, j) { *w } else { -w }).sum();
            prop_assert_eq!(small as f64 * 2f64.powi(scaled.exponent), float);
        }
    }
}
