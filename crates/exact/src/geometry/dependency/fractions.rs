//! Fractions from their binary digits, by continued fractions: the step from digits to whole multipliers.

use super::LONG;
use attractor::Control;
use num_bigint::BigInt;
use num_traits::{One, Signed, Zero};

/// A fraction is accepted if its denominator has at least half of this many digits fewer than half of the known ones. Larger:
/// more digits are computed for each dependency. Smaller: rounding is taken for a fraction, which the check in integers then
/// refuses.
pub(super) const SLACK: usize = 16;

/// Largest denominator `q` for which a float times `q`, rounded, is the exact numerator.
const SHORT_DENOMINATOR: u64 = 1 << 46;

/// The numbers `values / 2^digits` times their common denominator, if continued fractions tell one from the digits.
pub(super) fn without_denominator(
    values: &[BigInt],
    digits: usize,
    control: &Control<'_>,
) -> Option<Vec<BigInt>> {
    let unit = BigInt::one() << digits;
    let half = &unit >> 1;
    // Denominators are at least SLACK / 2 digits shorter than half of the digits, so that a fraction leaves a larger remainder:
    // this one is rounding.
    let negligible = BigInt::one() << (digits / 2);
    let mut denominator = BigInt::one();
    let mut multipliers = Vec::with_capacity(values.len());
    for value in values {
        if values.len() >= LONG && control.should_stop() {
            return None;
        }
        let scaled = value * &denominator;
        let whole: BigInt = (&scaled + &half) >> digits;
        let rest = &scaled - (&whole << digits);
        if rest.magnitude() > negligible.magnitude() {
            let factor = denominator_of(&rest, &unit);
            for multiplier in &mut multipliers {
                *multiplier *= &factor;
            }
            denominator *= &factor;
            if denominator.bits() as usize + SLACK / 2 > digits / 2 {
                return None;
            }
            multipliers.push((value * &denominator + &half) >> digits);
        } else {
            multipliers.push(whole);
        }
    }
    Some(multipliers)
}

/// The denominator `q` of the simplest fraction near `rest/unit`: Euclid's algorithm, stopped half-way.
fn denominator_of(rest: &BigInt, unit: &BigInt) -> BigInt {
    let bound = BigInt::one() << (unit.bits() as usize / 2);
    let (mut above, mut below) = (unit.clone(), rest.abs());
    let (mut q_above, mut q_below) = (BigInt::zero(), BigInt::one());
    while below > bound {
        let quotient = &above / &below;
        let next = &above - &quotient * &below;
        (above, below) = (below, next);
        let next = &q_above + &quotient * &q_below;
        (q_above, q_below) = (q_below, next);
    }
    q_below
}

/// [`without_denominator`] in machine integers, for at most 126 digits and denominators that are small.
pub(super) fn without_short_denominator(values: &[i128], digits: usize) -> Option<Vec<i64>> {
    let unit = 1_i128 << digits;
    let negligible = 1_u128 << (digits / 2);
    let mut denominator = 1_u64;
    for &value in values {
        // The digits above those of a unit are of no concern and may overflow.
        let wrapped = value.wrapping_mul(i128::from(denominator)) & (unit - 1);
        let rest = wrapped.min(unit - wrapped).unsigned_abs();
        if rest > negligible {
            let factor = short_denominator_of(rest, unit.unsigned_abs());
            denominator = denominator.checked_mul(u64::try_from(factor).ok()?)?;
            let length = denominator.ilog2() as usize + 1;
            if denominator > SHORT_DENOMINATOR || length + SLACK / 2 > digits / 2 {
                return None;
            }
        }
    }
    let whole = |&value: &i128| {
        let multiplier = (value as f64 / unit as f64 * denominator as f64).round();
        (multiplier.abs() < 4.0 * SHORT_DENOMINATOR as f64).then_some(multiplier as i64)
    };
    values.iter().map(whole).collect()
}

/// [`denominator_of`] in machine integers.
fn short_denominator_of(rest: u128, unit: u128) -> u128 {
    let bound = 1_u128 << (unit.ilog2().div_ceil(2));
    let (mut above, mut below) = (unit, rest);
    let (mut q_above, mut q_below) = (0_u128, 1_u128);
    while below > bound {
        let quotient = above / below;
        (above, below) = (below, above - quotient * below);
        (q_above, q_below) = (q_below, q_above + quotient * q_below);
    }
    q_below
}
