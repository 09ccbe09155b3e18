//! Small kernels of linear algebra, each with one order of its additions: sums come out the same on every machine.
//!
//! Those on slices are inlined, so that within [`with_vectors`] they are compiled for wide vectors.

use crate::kernels::signed_sums::{LANES, Lanes};
use crate::kernels::vectors::with_vectors;

/// Entries of a vector register of the widest kind.
pub const WIDTH: usize = 8;

/// a·b, term by term.
#[inline(always)]
pub fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// ‖a‖².
#[inline(always)]
pub fn squared_norm(a: &[f64]) -> f64 {
    dot(a, a)
}

/// ‖a‖, the Euclidean norm.
#[inline(always)]
pub fn norm(a: &[f64]) -> f64 {
    squared_norm(a).sqrt()
}

/// y += factor · x.
#[inline(always)]
pub fn add_multiple(factor: f64, x: &[f64], y: &mut [f64]) {
    for (y, x) in y.iter_mut().zip(x) {
        *y += factor * x;
    }
}

/// y += Σ_k factors_k · rows_k, which reads and writes y once for four rows.
#[inline(always)]
pub fn add_four_multiples(factors: [f64; 4], rows: [&[f64]; 4], y: &mut [f64]) {
    let pairs = rows[0].iter().zip(rows[1]).zip(rows[2].iter().zip(rows[3]));
    for (y, ((a, b), (c, d))) in y.iter_mut().zip(pairs) {
        *y += (factors[0] * a + factors[1] * b) + (factors[2] * c + factors[3] * d);
    }
}

/// a·b of vectors padded with zeros to whole registers, [`WIDTH`] sums side by side: one alone waits for each addition.
/// What is beyond the last whole register does not count.
#[inline(always)]
pub fn dot_padded(a: &[f64], b: &[f64]) -> f64 {
    let mut sums = [0.0; WIDTH];
    let (a, b) = (a.as_chunks::<WIDTH>().0, b.as_chunks::<WIDTH>().0);
    for (x, y) in a.iter().zip(b) {
        for (sum, (x, y)) in sums.iter_mut().zip(x.iter().zip(y)) {
            *sum += x * y;
        }
    }
    let halves: [f64; 4] = std::array::from_fn(|k| sums[k] + sums[k + 4]);
    (halves[0] + halves[2]) + (halves[1] + halves[3])
}

/// total ← total − Σ_m a_m v_m.
///
/// Compiled for wide vectors by itself.
pub fn subtract_products(
    total: &mut Lanes<f64>,
    mut factors: impl Iterator<Item = f64>,
    vectors: &[Lanes<f64>],
) {
    with_vectors(
        #[inline(always)]
        || {
            for (a, v) in factors.by_ref().zip(vectors) {
                for lane in 0..LANES {
                    total.0[lane] -= a * v.0[lane];
                }
            }
        },
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kernels_agree_with_the_formulas() {
        let rows: [[f64; 16]; 4] =
            std::array::from_fn(|r| std::array::from_fn(|k| ((7 * r + 3 * k) % 11) as f64 - 5.0));
        let by_hand =
            |r: usize, s: usize| -> f64 { (0..16).map(|k| rows[r][k] * rows[s][k]).sum() };
        for (r, s) in [(0, 0), (0, 1), (2, 3)] {
            assert_eq!(dot(&rows[r], &rows[s]), by_hand(r, s));
            assert_eq!(dot_padded(&rows[r], &rows[s]), by_hand(r, s));
        }
        assert_eq!(norm(&[3.0, 0.0, -4.0]), 5.0);
        let factors = [2.0, -1.0, 0.5, 3.0];
        let (mut one_by_one, mut at_once) = ([1.0; 16], [1.0; 16]);
        for (&factor, row) in factors.iter().zip(&rows) {
            add_multiple(factor, row, &mut one_by_one);
        }
        add_four_multiples(factors, rows.each_ref().map(|row| &row[..]), &mut at_once);
        assert_eq!(one_by_one, at_once);
    }
}
