//! Fields of many cues in f32: the filter that decides most signs, and what updates start from.

use crate::fields::Fields;
use crate::kernels::signed_sums::{LANES, Lanes, WordMajor};
use rayon::prelude::*;

/// Cues whose fields are held at a time: 4 N bytes a cue, less than the weights have from N = 512 on.
pub(super) const BATCH: usize = 1024;

/// All fields of up to [`BATCH`] cues, kept from one computation to the next.
pub(super) struct Sums {
    neurons: usize,
    /// Block b holds neurons 64·b … 64·b+63 of every cue.
    blocks: Vec<Vec<Lanes<f32>>>,
}

impl Sums {
    /// Room for the fields of this network.
    pub(super) fn new(fields: &Fields<'_>) -> Self {
        let neurons = fields.network().neurons();
        Self {
            neurons,
            blocks: vec![Vec::new(); neurons.div_ceil(LANES)],
        }
    }

    /// The fields of these states; unknown entries contribute nothing.
    pub(super) fn of(fields: &Fields<'_>, states: &WordMajor, known: Option<&WordMajor>) -> Self {
        let mut sums = Self::new(fields);
        sums.compute(fields, states, known, |_, _| ());
        sums
    }

    /// Computes all fields anew and shows each block of neurons, while it is hot, to `read`.
    pub(super) fn compute<R: Send>(
        &mut self,
        fields: &Fields<'_>,
        states: &WordMajor,
        known: Option<&WordMajor>,
        read: impl Fn(usize, &[Lanes<f32>]) -> R + Sync,
    ) -> Vec<R> {
        self.blocks
            .par_iter_mut()
            .enumerate()
            .map(|(block, sums)| {
                known_fields(fields, block, states, known, sums);
                read(block, sums)
            })
            .collect()
    }

    /// All N fields of cue k, as far off as [`Fields::error`] says.
    pub(super) fn of_cue(&self, k: usize) -> Vec<f64> {
        let mut all = Vec::with_capacity(self.blocks.len() * LANES);
        for block in &self.blocks {
            all.extend(block[k].0.iter().map(|&field| f64::from(field)));
        }
        all.truncate(self.neurons);
        all
    }
}

/// Sets `sums` to the fields of a block of neurons. With unknown entries that is the mean of the fields with them at −1
/// and at +1.
pub(super) fn known_fields(
    fields: &Fields<'_>,
    block: usize,
    states: &WordMajor,
    known: Option<&WordMajor>,
    sums: &mut Vec<Lanes<f32>>,
) {
    fields.set_block(block, states, sums);
    if let Some(known) = known {
        let mut high: Vec<Lanes<f32>> = Vec::new();
        fields.set_block(block, &states.filled(known), &mut high);
        for (low, high) in sums.iter_mut().zip(&high) {
            for (a, &b) in low.0.iter_mut().zip(&high.0) {
                *a = (*a + b) * 0.5;
            }
        }
    }
}

/// By how much the fields of a block of neurons can be off.
pub(super) struct Errors {
    bounds: Lanes<f32>,
    /// The lanes whose bound is not zero.
    inexact: u64,
}

impl Errors {
    /// After at most `updates` updates in f32.
    pub(super) fn new(fields: &Fields<'_>, block: usize, updates: usize) -> Self {
        let outputs = block * LANES..((block + 1) * LANES).min(fields.network().neurons());
        let mut bounds = Lanes::ZERO;
        for (bound, i) in bounds.0.iter_mut().zip(outputs) {
            *bound = fields.f32_error(i, updates);
        }
        let inexact = mask(|lane| bounds.0[lane] > 0.0);
        Self { bounds, inexact }
    }

    /// Which of the block's fields are positive, and which are too small to tell.
    #[inline(always)]
    pub(super) fn signs(&self, sums: &Lanes<f32>) -> (u64, u64) {
        let (sums, bounds) = (&sums.0, &self.bounds.0);
        let plus = mask(|lane| sums[lane] > bounds[lane]);
        // Most often no sum is too small; that takes less to see than which ones are.
        let settled = |lane: usize| sums[lane].abs() > bounds[lane] || bounds[lane] == 0.0;
        if (0..LANES).fold(true, |all, lane| all & settled(lane)) {
            return (plus, 0);
        }
        let minus = mask(|lane| sums[lane] < -bounds[lane]);
        (plus, self.inexact & !(plus | minus))
    }
}

/// The word whose bit l is `is_set(l)`.
#[inline(always)]
fn mask(is_set: impl Fn(usize) -> bool) -> u64 {
    // Bytes first, which compare as vectors; the product then gathers the lowest bits of eight bytes in its top byte.
    let mut bytes = [0u8; LANES];
    for (lane, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from(is_set(lane));
    }
    let mut word = 0;
    for (k, eight) in bytes.as_chunks::<8>().0.iter().enumerate() {
        let gathered = u64::from_le_bytes(*eight).wrapping_mul(0x0102_0408_1020_4080) >> 56;
        word |= gathered << (8 * k);
    }
    word
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn masks_hold_every_bit(word in any::<u64>()) {
            prop_assert_eq!(mask(|lane| word >> lane & 1 == 1), word);
        }
    }
}
