//! Radius: whether a bit survives every set of r flipped inputs.
//!
//! Flipping input j lowers the aligned field by 2 ξ_i w_ij ξ_j. So the worst set of at most r flips is that of the r
//! largest positive terms among these.

use crate::check::dyadic::Exact;
use attractor::kernels::bits::has;

/// One bit of one pattern, as its neuron sees it.
pub(crate) struct AlignedBit<'a, T> {
    /// The pattern.
    pub(crate) inputs: &'a [u64],
    /// Whether the bit is +1.
    pub(crate) plus: bool,
    /// The aligned field ξ_i h_i.
    pub(crate) aligned: T,
    /// The least aligned field that is right; `None` if no field reaches it.
    pub(crate) needed: Option<&'a T>,
}

impl<T: Exact> AlignedBit<'_, T> {
    /// Whether the bit is right with no input flipped.
    pub(crate) fn is_right(&self) -> bool {
        self.needed.is_some_and(|needed| self.aligned >= *needed)
    }

    /// Whether it is right after flips that lower the aligned field by twice `sum`.
    fn is_right_after(&self, sum: &T) -> bool {
        let mut left = self.aligned.clone();
        left -= sum;
        left -= sum;
        self.needed.is_some_and(|needed| left >= *needed)
    }
}

/// What flipped inputs of a neuron can do.
pub(crate) struct Flips<'w, T> {
    weights: &'w [T],
    zero: T,
    /// Entry r: the sum of the r largest |w_ij|, which no set of r flips exceeds in any pattern.
    at_most: Vec<T>,
}

impl<'w, T: Exact> Flips<'w, T> {
    /// For a neuron with these weights.
    pub(crate) fn new(weights: &'w [T]) -> Self {
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
            weights,
            zero: T::default(),
            at_most,
        }
    }

    /// Whether aligned − 2·(sum of the r largest positive ξ_i w_ij ξ_j) is still right.
    pub(crate) fn survives(&self, bit: &AlignedBit<'_, T>, r: u32, scratch: &mut Vec<T>) -> bool {
        let r = (r as usize).min(self.weights.len());
        if r == 0 || bit.is_right_after(&self.at_most[r]) {
            return bit.is_right();
        }
        scratch.clear();
        for (j, w) in self.weights.iter().enumerate() {
            let same = has(bit.inputs, j) == bit.plus;
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
        bit.is_right_after(&sum)
    }
}

/// The largest r ≤ `most` that survives; `None` if 0 does not. Survival of r includes that of all below.
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
