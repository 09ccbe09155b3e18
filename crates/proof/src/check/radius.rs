//! Radius: whether a bit survives every set of r flipped inputs.
//!
//! Flipping input j lowers the aligned field by 2 ξ_i w_ij ξ_j, so the worst set of at most r flips are the r largest of
//! these terms, as far as they are positive.

use crate::check::dyadic::Exact;
use attractor::bits::has;

/// What flipped inputs of a neuron can do, whatever the pattern.
pub(crate) struct Flips<T> {
    pub(crate) zero: T,
    /// Entry r: the sum of the r largest |w_ij|, which no set of r flips exceeds.
    at_most: Vec<T>,
}

impl<T: Exact> Flips<T> {
    /// For a neuron with these weights.
    pub(crate) fn new(weights: &[T]) -> Self {
        let magnitude = |w: &T| {
            if *w < T::default() {
                -w.clone()
            } else {
                w.clone()
            }
        };
        let mut magnitudes: Vec<T> = weights.iter().map(magnitude).collect();
        magnitudes.sort_unstable_by(|a, b| b.cmp(a));
        let mut sum = T::default();
        let mut at_most = vec![T::default()];
        for m in &magnitudes {
            sum += m;
            at_most.push(sum.clone());
        }
        Self {
            zero: T::default(),
            at_most,
        }
    }

    /// Whether aligned − 2·(sum of the r largest positive ξ_i w_ij ξ_j) ≥ needed.
    #[allow(clippy::too_many_arguments)] // one bit's data, all of it needed
    pub(crate) fn survives(
        &self,
        weights: &[T],
        bits: &[u64],
        plus: bool,
        aligned: &T,
        needed: &T,
        r: u32,
        scratch: &mut Vec<T>,
    ) -> bool {
        let holds = |sum: &T| {
            let mut left = aligned.clone();
            left -= sum;
            left -= sum;
            left >= *needed
        };
        let r = (r as usize).min(weights.len());
        if r == 0 || holds(&self.at_most[r]) {
            return *aligned >= *needed;
        }
        scratch.clear();
        for (j, w) in weights.iter().enumerate() {
            let same = has(bits, j) == plus;
            let positive = if same { *w > self.zero } else { *w < self.zero };
            if positive {
                scratch.push(if same { w.clone() } else { -w.clone() });
            }
        }
        if r < scratch.len() {
            scratch.select_nth_unstable_by(r - 1, |a, b| b.cmp(a));
            scratch.truncate(r);
        }
        let mut sum = T::default();
        for term in scratch.iter() {
            sum += term;
        }
        holds(&sum)
    }
}

/// The largest r ≤ `most` that survives; None if 0 does not. Survival of r includes that of all below.
pub(crate) fn largest(most: u32, mut survives: impl FnMut(u32) -> bool) -> Option<u32> {
    if survives(most) {
        return Some(most);
    }
    if !survives(0) {
        return None;
    }
    let (mut holds, mut fails) = (0, most);
    while fails - holds > 1 {
        let middle = holds.midpoint(fails);
        *(if survives(middle) {
            &mut holds
        } else {
            &mut fails
        }) = middle;
    }
    Some(holds)
}
