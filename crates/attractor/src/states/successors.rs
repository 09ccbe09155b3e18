//! The table of all successors: F(s) = sgn h(s) for every state s.
//!
//! Along a Gray code only one neuron changes from one state to the next, and all fields are updated by its weights.

use crate::control::Control;
use crate::fields::Fields;
use crate::kernels::vectors::with_vectors;
use crate::network::Network;
use rayon::prelude::*;
use std::cmp::Ordering;

/// Fields that are held side by side: those of all neurons, and some that are never positive.
const LANES: usize = 32;
/// log2 of the states that one task visits from fields that are summed anew. Larger: the fields' error bounds grow, and more
/// signs are settled exactly. Smaller: summing anew takes longer than visiting.
const TASK: usize = 12;

/// F(s) at place s, 2^N of them; None if the control says stop.
pub(super) fn successors(network: &Network, control: &Control<'_>) -> Option<Vec<u32>> {
    let neurons = network.neurons();
    let fields = Fields::new(network);
    let doubled: Vec<[f64; LANES]> = (0..neurons)
        .map(|j| {
            let mut column = [0.0; LANES];
            for (twice, w) in column.iter_mut().zip(fields.outgoing(j)) {
                *twice = 2.0 * w;
            }
            column
        })
        .collect();
    let row = |i: usize| whole(network.row(i).iter().chain([&network.biases()[i]]));
    let whole: Vec<Option<Vec<i128>>> = (0..neurons).map(row).collect();
    let task = TASK.min(neurons);
    let mut table = vec![0; 1 << neurons];
    table
        .par_chunks_mut(1 << task)
        .enumerate()
        .try_for_each(|(k, table)| {
            if control.should_stop() {
                return None;
            }
            Walk::new(&fields, &whole, (k << task) as u32, table.len()).fill(&doubled, table);
            Some(())
        })?;
    Some(table)
}

/// Weights and bias of a neuron as multiples of one power of two, where 128 bits hold all their sums.
fn whole<'a>(terms: impl Iterator<Item = &'a f64>) -> Option<Vec<i128>> {
    const DIGITS: u32 = f64::MANTISSA_DIGITS - 1;
    // 53 binary digits, and five more for the sum of less than 32 terms.
    const MOST_SHIFT: u32 = 127 - 53 - 5;
    let parts: Vec<(i128, u32)> = terms
        .map(|w| {
            let bits = w.abs().to_bits();
            let (exponent, fraction) = ((bits >> DIGITS) as u32, bits & ((1 << DIGITS) - 1));
            let mantissa = i128::from(fraction | u64::from(exponent > 0) << DIGITS);
            let signed = if *w < 0.0 { -mantissa } else { mantissa };
            (signed, exponent.max(1))
        })
        .collect();
    let unit = parts
        .iter()
        .filter(|part| part.0 != 0)
        .map(|part| part.1)
        .min()
        .unwrap_or(1);
    let shifted = |(mantissa, exponent): (i128, u32)| {
        let shift = exponent.saturating_sub(unit);
        (mantissa == 0 || shift <= MOST_SHIFT).then(|| mantissa << shift.min(MOST_SHIFT))
    };
    parts.into_iter().map(shifted).collect()
}

/// A walk along a Gray code, with the fields of its present state.
struct Walk<'a> {
    fields: &'a Fields<'a>,
    /// Every neuron's weights and bias without rounding, where they fit.
    whole: &'a [Option<Vec<i128>>],
    /// The state at which it began.
    start: u32,
    local: [f64; LANES],
    /// By how much each field can be off.
    errors: [f64; LANES],
}

impl<'a> Walk<'a> {
    /// Begins in this state, for as many updates as this.
    fn new(
        fields: &'a Fields<'a>,
        whole: &'a [Option<Vec<i128>>],
        start: u32,
        updates: usize,
    ) -> Self {
        let network = fields.network();
        let neurons = network.neurons();
        let signs: Vec<f64> = (0..neurons)
            .map(|i| if start >> i & 1 == 1 { 1.0 } else { -1.0 })
            .collect();
        let (mut local, mut errors) = ([-1.0; LANES], [0.0; LANES]);
        for i in 0..neurons {
            local[i] = network.local_field(i, &signs);
            errors[i] = fields.f64_error(i, neurons + 1 + updates);
        }
        Self {
            fields,
            whole,
            start,
            local,
            errors,
        }
    }

    /// Visits the states that differ from the first one in low bits only; `table` has a place for each.
    fn fill(mut self, doubled: &[[f64; LANES]], table: &mut [u32]) {
        with_vectors(
            #[inline(always)]
            || {
                table[0] = self.next(0);
                for k in 1..table.len() {
                    let (state, j) = (k ^ (k >> 1), k.trailing_zeros() as usize);
                    let sign = if state >> j & 1 == 1 { 1.0 } else { -1.0 };
                    for (h, twice) in self.local.iter_mut().zip(&doubled[j]) {
                        *h += sign * twice;
                    }
                    table[state] = self.next(state as u32);
                }
            },
        );
    }

    /// The successor of the present state, whose low bits are these.
    #[inline(always)]
    fn next(&self, low: u32) -> u32 {
        let (mut plus, mut minus) = (0, 0);
        for (lane, (h, error)) in self.local.iter().zip(&self.errors).enumerate() {
            plus |= u32::from(h > error) << lane;
            minus |= u32::from(*h < -error) << lane;
        }
        if self.fields.is_exact() || plus | minus == u32::MAX {
            return plus;
        }
        plus | self.settled(self.start | low, !(plus | minus))
    }

    /// Which of the neurons whose fields are too small to tell have a positive one.
    #[cold]
    fn settled(&self, state: u32, doubtful: u32) -> u32 {
        let is_positive = |i: &usize| match &self.whole[*i] {
            _ if doubtful >> i & 1 == 0 => false,
            // The bias, which is last, is never subtracted: no state has so many neurons.
            Some(row) => {
                let signs = state | 1 << self.whole.len();
                let signed = |(j, w): (usize, &i128)| if signs >> j & 1 == 1 { *w } else { -w };
                row.iter().enumerate().map(signed).sum::<i128>() > 0
            }
            None => self.fields.sign(*i, &[u64::from(state)], None) == Ordering::Greater,
        };
        (0..self.fields.network().neurons())
            .filter(is_positive)
            .fold(0, |plus, i| plus | 1 << i)
    }
}
