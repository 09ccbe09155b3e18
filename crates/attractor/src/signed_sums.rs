//! Sums Σ_k ±v_k over many ±1 states at once: local fields, projections and everything else that multiplies a dense
//! matrix by bits.
//!
//! The "method of four Russians" (Arlazarov et al. 1970): for four inputs there are only 16 signed sums, so these are
//! tabulated once and every state then needs one vector addition per four inputs, a quarter of a matrix product's work.
//! 64 outputs are summed side by side, so that their signs are one word of a packed state. `pulp` picks the widest
//! vectors of the machine at run time; the order of the additions, hence the result, is the same on every machine.

use crate::patterns::{Patterns, words_for};
use pulp::Arch;
use std::ops::{Add, AddAssign, Mul, Neg};

/// Outputs summed side by side.
pub const LANES: usize = 64;

/// 64 outputs, aligned to cache lines.
#[derive(Debug, Clone, Copy)]
#[repr(C, align(64))]
pub struct Lanes<T>(
    /// The values.
    pub [T; LANES],
);

/// f32 or f64.
pub trait Real:
    Copy
    + Send
    + Sync
    + Add<Output = Self>
    + AddAssign
    + Neg<Output = Self>
    + Mul<Output = Self>
    + 'static
{
    /// 0.
    const ZERO: Self;
    /// Tables of 16 sums that fit the first-level cache together: 32 KiB.
    const TABLES: usize;
    /// Rounds to this type.
    fn round(value: f64) -> Self;
}

impl Real for f32 {
    const ZERO: Self = 0.0;
    const TABLES: usize = 8;
    #[inline(always)]
    fn round(value: f64) -> Self {
        value as f32
    }
}

impl Real for f64 {
    const ZERO: Self = 0.0;
    const TABLES: usize = 4;
    #[inline(always)]
    fn round(value: f64) -> Self {
        value
    }
}

impl<T: Real> Lanes<T> {
    /// 64 zeros.
    pub const ZERO: Self = Self([T::ZERO; LANES]);

    /// The values rounded to T; lanes beyond them are zero.
    #[inline(always)]
    pub fn from_slice(values: &[f64]) -> Self {
        let mut lanes = Self::ZERO;
        for (lane, &value) in lanes.0.iter_mut().zip(values) {
            *lane = T::round(value);
        }
        lanes
    }
}

/// Packed states, word-major: the words number w of all states stand together.
#[derive(Debug, Clone)]
pub struct WordMajor {
    count: usize,
    words: Vec<u64>,
}

impl WordMajor {
    /// `count` states, state c given by its packed words.
    pub fn new<'a>(count: usize, bits: usize, state: impl Fn(usize) -> &'a [u64]) -> Self {
        let mut words = vec![0; count * words_for(bits)];
        for c in 0..count {
            for (w, &word) in state(c).iter().enumerate() {
                words[w * count + c] = word;
            }
        }
        Self { count, words }
    }

    /// All patterns as states.
    pub fn from_patterns(patterns: &Patterns) -> Self {
        Self::new(patterns.count(), patterns.neurons(), |mu| patterns.bits(mu))
    }

    /// Number of states.
    pub fn count(&self) -> usize {
        self.count
    }

    /// Words a state.
    pub(crate) fn words(&self) -> usize {
        self.words.len() / self.count
    }

    /// The words number w of all states, to be changed.
    pub(crate) fn column_mut(&mut self, w: usize) -> &mut [u64] {
        &mut self.words[w * self.count..][..self.count]
    }

    /// The states with these indices.
    pub(crate) fn select(&self, indices: &[usize]) -> Self {
        let columns = self.words.chunks_exact(self.count);
        Self {
            count: indices.len(),
            words: columns
                .flat_map(|column| indices.iter().map(|&c| column[c]))
                .collect(),
        }
    }

    /// State c packed.
    pub(crate) fn state(&self, c: usize) -> Vec<u64> {
        self.words
            .iter()
            .skip(c)
            .step_by(self.count)
            .copied()
            .collect()
    }

    /// The states with every entry that is not known set to +1.
    pub(crate) fn filled(&self, known: &Self) -> Self {
        let filled = self.words.iter().zip(&known.words).map(|(s, k)| s | !k);
        Self {
            count: self.count,
            words: filled.collect(),
        }
    }

    /// The words number w of all states.
    pub(crate) fn column(&self, w: usize) -> &[u64] {
        &self.words[w * self.count..][..self.count]
    }
}

/// Adds Σ_k s_k v_k to `sums[c]` for the first `sums.len()` states s: v_k = `values(k)` are 64 outputs' values for input
/// k < `inputs`; s_k = +1 where bit k of state c is set, else −1.
///
/// Rounding: each result is off by at most `additions` units roundoff of Σ_k |v_k| + |initial sum|, to first order.
pub fn add_signed_sums<T: Real>(
    states: &WordMajor,
    inputs: usize,
    values: impl Fn(usize) -> Lanes<T>,
    sums: &mut [Lanes<T>],
) {
    Arch::new().dispatch(
        #[inline(always)]
        || match T::TABLES {
            4 => add_with_tables::<T, 4>(states, inputs, values, sums),
            _ => add_with_tables::<T, 8>(states, inputs, values, sums),
        },
    );
}

/// Most additions in sequence on the way to one result of [`add_signed_sums`]: two within a table, then over the tables
/// of a group, then over the groups.
pub(crate) fn additions<T: Real>(inputs: usize) -> usize {
    2 + T::TABLES + inputs.div_ceil(4 * T::TABLES)
}

#[inline(always)]
fn add_with_tables<T: Real, const TABLES: usize>(
    states: &WordMajor,
    inputs: usize,
    values: impl Fn(usize) -> Lanes<T>,
    sums: &mut [Lanes<T>],
) {
    let mut tables = vec![[Lanes::<T>::ZERO; 16]; TABLES];
    for first in (0..inputs).step_by(4 * TABLES) {
        for (t, table) in tables.iter_mut().enumerate() {
            let value = |k: usize| {
                let input = first + 4 * t + k;
                if input < inputs {
                    values(input)
                } else {
                    Lanes::ZERO
                }
            };
            fill_table(table, [value(0), value(1), value(2), value(3)]);
        }
        let tables: &[[Lanes<T>; 16]; TABLES] = tables.as_slice().try_into().expect("TABLES long");
        for (sum, &word) in sums.iter_mut().zip(states.column(first / 64)) {
            let bits = word >> (first % 64);
            let picked: [&[T; LANES]; TABLES] =
                std::array::from_fn(|t| &tables[t][(bits >> (4 * t)) as usize & 15].0);
            for lane in 0..LANES {
                let mut total = picked[0][lane];
                for table in &picked[1..] {
                    total += table[lane];
                }
                sum.0[lane] += total;
            }
        }
    }
}

/// Entry m: Σ_k ±v_k, + where bit k of m is set.
#[inline(always)]
fn fill_table<T: Real>(table: &mut [Lanes<T>; 16], v: [Lanes<T>; 4]) {
    for lane in 0..LANES {
        let [a, b, c, d] = std::array::from_fn(|k| v[k].0[lane]);
        let low = [-a + -b, a + -b, -a + b, a + b];
        let high = [-c + -d, c + -d, -c + d, c + d];
        for (m, entry) in table.iter_mut().enumerate() {
            entry.0[lane] = low[m & 3] + high[m >> 2];
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check<T: Real + Into<f64>>(count: usize, inputs: usize, seed: u64) {
        let states = Patterns::random(count, inputs, seed).unwrap();
        let value = |k: usize, lane: usize| ((k * 37 + lane * 11) % 101) as f64 - 50.0;
        let mut sums = vec![Lanes::<T>([T::round(3.0); LANES]); count];
        add_signed_sums(
            &WordMajor::from_patterns(&states),
            inputs,
            |k| Lanes(std::array::from_fn(|lane| T::round(value(k, lane)))),
            &mut sums,
        );
        for (mu, sum) in sums.iter().enumerate() {
            for lane in 0..LANES {
                let direct: f64 = (0..inputs)
                    .map(|k| f64::from(states.sign(mu, k)) * value(k, lane))
                    .sum();
                assert_eq!(sum.0[lane].into(), direct + 3.0);
            }
        }
    }

    proptest! {
        #[test]
        fn sums_match_the_definition(count in 1usize..5, inputs in 1usize..140, seed in any::<u64>()) {
            check::<f32>(count, inputs, seed);
            check::<f64>(count, inputs, seed);
        }
    }
}
