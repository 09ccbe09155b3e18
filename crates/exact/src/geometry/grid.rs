//! Grid: weights rounded so that every sum of them is exact.
//!
//! A local field sums at most N terms ±w_ij, the bias among them. If all lie in [−1,1] and are whole multiples of
//! q = 2^−(52−⌈log₂(N+1)⌉), every partial sum is a multiple of q of size at most N < 2^53 q: a floating-point sum in any
//! order, fused or not, commits no rounding. So a zero field is zero in every program's recall, and a margin is what it is.

use rayon::prelude::*;

/// Values that one thread rounds at a time. More: threads wait for each other; fewer: starting tasks costs time.
const CHUNK: usize = 1 << 14;

/// The grid's spacing q for networks of `neurons` neurons, a power of two.
pub(crate) fn spacing(neurons: usize) -> f64 {
    let digits = usize::BITS - neurons.leading_zeros();
    2f64.powi(digits as i32 - 52)
}

/// Scales all `values` (weights and biases that may be multiplied by one positive number) so that the largest has size
/// 1, and rounds them onto the grid. All zero stays all zero; NaN and infinite values are not for this.
pub(crate) fn snap(values: &mut [f64], neurons: usize) {
    let chunks = values.par_chunks(CHUNK);
    let largest = chunks
        .map(|chunk| chunk.iter().fold(0.0_f64, |m, w| m.max(w.abs())))
        .reduce(|| 0.0, f64::max);
    if largest == 0.0 {
        return;
    }
    let q = spacing(neurons);
    values.par_chunks_mut(CHUNK).for_each(|chunk| {
        for w in chunk {
            *w = (*w / largest / q).round() * q;
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn sums_are_exact_in_any_order(mut values in prop::collection::vec(-5.0f64..5.0, 1..300)) {
            let neurons = values.len();
            let before = values.clone();
            snap(&mut values, neurons);
            let units: i128 = values.iter().map(|w| (w / spacing(neurons)) as i128).sum();
            let forward: f64 = values.iter().sum();
            let backward: f64 = values.iter().rev().sum();
            let pairs: f64 = values.chunks(2).map(|c| c.iter().sum::<f64>()).sum();
            let exact = units as f64 * spacing(neurons);
            prop_assert_eq!(forward, exact);
            prop_assert_eq!(backward, exact);
            prop_assert_eq!(pairs, exact);
            let largest = before.iter().fold(0.0f64, |m, w| m.max(w.abs()));
            for (old, new) in before.iter().zip(&values) {
                prop_assert!((old / largest - new).abs() <= spacing(neurons));
            }
            let again = { let mut again = values.clone(); snap(&mut again, neurons); again };
            prop_assert_eq!(again, values);
        }
    }
}
