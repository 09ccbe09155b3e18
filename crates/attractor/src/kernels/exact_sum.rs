//! Sums of ±w without rounding, and their rounded forerunners.

use super::bits::has;
use std::cmp::Ordering;

/// ±w_j with the signs of a packed state.
pub(crate) fn terms<'a>(row: &'a [f64], bits: &'a [u64]) -> impl Iterator<Item = f64> + 'a {
    row.iter()
        .enumerate()
        .map(|(j, &w)| if has(bits, j) { w } else { -w })
}

/// Σ_j ±w_j with the signs of a packed state.
pub(crate) fn signed_sum(row: &[f64], bits: &[u64]) -> f64 {
    row.chunks(64)
        .zip(bits)
        .map(|(weights, &word)| {
            let mut sum = 0.0;
            for (k, &w) in weights.iter().enumerate() {
                // Flip the sign bit where the state's bit is clear.
                sum += f64::from_bits(w.to_bits() ^ ((!word >> k & 1) << 63));
            }
            sum
        })
        .sum()
}

/// The sign of Σ_j ±w_j + b without rounding, with the signs of a packed state.
pub fn exact_field_sign(row: &[f64], bias: f64, bits: &[u64]) -> Ordering {
    exact_sign(terms(row, bits).chain([bias]))
}

/// The sign of a sum without rounding: Shewchuk's non-overlapping expansion (Adaptive precision floating-point
/// arithmetic, 1997), whose last non-zero component has the sign of the whole sum. Every term pulls the sum back towards
/// zero, so that none overflows; once there is none left that does, the sign is that of the sum so far.
pub(crate) fn exact_sign(terms: impl Iterator<Item = f64>) -> Ordering {
    // A component may have the term's sign although the sum has not: halves of the largest terms leave it room.
    let halves = |w: f64| {
        if w.abs() > f64::MAX / 4.0 {
            [w / 2.0, w / 2.0]
        } else {
            [w, 0.0]
        }
    };
    let (mut positive, mut negative): (Vec<f64>, Vec<f64>) = terms
        .flat_map(halves)
        .filter(|&w| w != 0.0)
        .partition(|&w| w > 0.0);
    let mut expansion: Vec<f64> = Vec::new();
    loop {
        let sign = expansion
            .last()
            .map_or(Ordering::Equal, |top| top.total_cmp(&0.0));
        let next = match sign {
            Ordering::Greater => negative.pop(),
            Ordering::Less => positive.pop(),
            Ordering::Equal => positive.pop().or_else(|| negative.pop()),
        };
        let Some(term) = next else {
            return sign;
        };
        let mut carry = term;
        let mut kept = 0;
        for k in 0..expansion.len() {
            let (sum, error) = two_sum(carry, expansion[k]);
            if error != 0.0 {
                expansion[kept] = error;
                kept += 1;
            }
            carry = sum;
        }
        expansion.truncate(kept);
        if carry != 0.0 {
            expansion.push(carry);
        }
    }
}

/// a + b = sum + error exactly (Knuth).
fn two_sum(a: f64, b: f64) -> (f64, f64) {
    let sum = a + b;
    let b_part = sum - a;
    let a_part = sum - b_part;
    (sum, (a - a_part) + (b - b_part))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exact_sign_sees_what_rounding_hides() {
        let row = [1e16, 1.0, -1e16];
        assert_eq!(exact_field_sign(&row, 0.0, &[0b111]), Ordering::Greater);
        assert_eq!(exact_field_sign(&row, -1.0, &[0b111]), Ordering::Equal);
        assert_eq!(exact_field_sign(&row, -1.5, &[0b111]), Ordering::Less);
        let huge = [f64::MAX, f64::MAX, -f64::MAX, -f64::MAX];
        assert_eq!(exact_field_sign(&huge, 0.0, &[0b1111]), Ordering::Equal);
        let tiny = f64::from_bits(1);
        assert_eq!(exact_field_sign(&huge, -tiny, &[0b1111]), Ordering::Less);
        assert_eq!(
            exact_field_sign(&huge[..2], -tiny, &[0b11]),
            Ordering::Greater
        );
        // The first two terms popped leave the component −2^970, with which −f64::MAX rounds to −∞.
        let (half, unit) = (2f64.powi(1023), 2f64.powi(970));
        let crowded = [half, -f64::MAX, half + 8.0 * unit, -5.0 * unit];
        assert_eq!(
            exact_field_sign(&crowded, 0.0, &[0b1111]),
            Ordering::Greater
        );
        assert_eq!(
            exact_field_sign(&crowded, -5.0 * unit, &[0b1111]),
            Ordering::Equal
        );
    }
}
