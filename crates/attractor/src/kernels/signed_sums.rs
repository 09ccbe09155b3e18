//! Sums Σ_k ±v_k over many ±1 states at once: local fields, projections and everything else that multiplies a dense
//! matrix by bits.
//!
//! The "method of four Russians" (Arlazarov et al. 1970): for four inputs there are only 16 signed sums, so these are
//! tabulated once and every state then needs one vector addition per four inputs, a quarter of a matrix product's work.
//! 64 outputs are summed side by side, so that their signs are one word of a packed state. `pulp` picks the widest
//! vectors of the machine at run time; the order of the additions, hence the result, is the same on every machine.

use super::bits::words_for;
use pulp::{Arch, Simd, WithSimd};

/// Outputs summed side by side.
pub const LANES: usize = 64;

/// 64 outputs, aligned to cache lines.
#[derive(Debug, Clone, Copy)]
#[repr(C, align(64))]
pub struct Lanes<T>(
    /// The values.
    pub [T; LANES],
);

/// f32 or f64, and the vectors of them that a machine adds at once.
pub trait Real: Copy + Send + Sync + 'static {
    /// 0.
    const ZERO: Self;
    /// Tables of 16 sums that fit the first-level cache together: 32 KiB.
    const TABLES: usize;
    /// A vector register full.
    type Vector<S: Simd>: Copy;
    /// Rounds to this type.
    fn round(value: f64) -> Self;
    /// All lanes as vectors, of which every machine's width divides them.
    fn vectors<S: Simd>(lanes: &Lanes<Self>) -> &[Self::Vector<S>];
    /// All lanes as vectors, to be changed.
    fn vectors_mut<S: Simd>(lanes: &mut Lanes<Self>) -> &mut [Self::Vector<S>];
    /// a + b.
    fn plus<S: Simd>(simd: S, a: Self::Vector<S>, b: Self::Vector<S>) -> Self::Vector<S>;
    /// a − b.
    fn minus<S: Simd>(simd: S, a: Self::Vector<S>, b: Self::Vector<S>) -> Self::Vector<S>;
    /// a · b.
    fn times<S: Simd>(simd: S, a: Self::Vector<S>, b: Self::Vector<S>) -> Self::Vector<S>;
    /// The same value in every place.
    fn splat<S: Simd>(simd: S, value: Self) -> Self::Vector<S>;
}

macro_rules! real {
    ($real:ty, $tables:literal, $vector:ident, $vectors:ident, $vectors_mut:ident, $add:ident, $subtract:ident, $multiply:ident, $splat:ident) => {
        impl Real for $real {
            const ZERO: Self = 0.0;
            const TABLES: usize = $tables;
            type Vector<S: Simd> = S::$vector;

            #[inline(always)]
            fn round(value: f64) -> Self {
                value as $real
            }

            #[inline(always)]
            fn vectors<S: Simd>(lanes: &Lanes<Self>) -> &[S::$vector] {
                S::$vectors(&lanes.0).0
            }

            #[inline(always)]
            fn vectors_mut<S: Simd>(lanes: &mut Lanes<Self>) -> &mut [S::$vector] {
                S::$vectors_mut(&mut lanes.0).0
            }

            #[inline(always)]
            fn plus<S: Simd>(simd: S, a: S::$vector, b: S::$vector) -> S::$vector {
                simd.$add(a, b)
            }

            #[inline(always)]
            fn minus<S: Simd>(simd: S, a: S::$vector, b: S::$vector) -> S::$vector {
                simd.$subtract(a, b)
            }

            #[inline(always)]
            fn times<S: Simd>(simd: S, a: S::$vector, b: S::$vector) -> S::$vector {
                simd.$multiply(a, b)
            }

            #[inline(always)]
            fn splat<S: Simd>(simd: S, value: Self) -> S::$vector {
                simd.$splat(value)
            }
        }
    };
}

#[rustfmt::skip]
real!(f32, 8, f32s, as_simd_f32s, as_mut_simd_f32s, add_f32s, sub_f32s, mul_f32s, splat_f32s);
#[rustfmt::skip]
real!(f64, 4, f64s, as_simd_f64s, as_mut_simd_f64s, add_f64s, sub_f64s, mul_f64s, splat_f64s);

impl<T: Real> Lanes<T> {
    /// 64 zeros.
    pub const ZERO: Self = Self([T::ZERO; LANES]);

    /// The values rounded to T; lanes beyond them are zero.
    #[inline(always)]
    pub fn from_slice(values: &[f64]) -> Self {
        let mut lanes = Self::ZERO;
        lanes.set(values);
        lanes
    }

    /// Sets the first lanes to the values rounded to T; the lanes beyond them stay.
    #[inline(always)]
    pub fn set(&mut self, values: &[f64]) {
        for (lane, &value) in self.0.iter_mut().zip(values) {
            *lane = T::round(value);
        }
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

/// Adds Σ_k s_k v_k to `sums[c]` for the first `sums.len()` states s: `values(k, v)` writes 64 outputs' values v_k for
/// input k < `inputs` over zeros or other inputs' values; s_k = +1 where bit k of state c is set, else −1.
///
/// Rounding: each result is off by at most `additions` units roundoff of Σ_k |v_k| + |initial sum|, to first order.
pub fn add_signed_sums<T: Real>(
    states: &WordMajor,
    inputs: usize,
    values: impl Fn(usize, &mut Lanes<T>),
    sums: &mut [Lanes<T>],
) {
    match T::TABLES {
        4 => Arch::new().dispatch(SignedSums::<T, _, 4> {
            states,
            inputs,
            values,
            sums,
        }),
        _ => Arch::new().dispatch(SignedSums::<T, _, 8> {
            states,
            inputs,
            values,
            sums,
        }),
    }
}

/// Most additions in sequence on the way to one result of [`add_signed_sums`]: two within a table, then over the tables
/// of a group, then over the groups.
pub(crate) fn additions<T: Real>(inputs: usize) -> usize {
    2 + T::TABLES + inputs.div_ceil(4 * T::TABLES)
}

/// [`add_signed_sums`] with `TABLES` tables at a time. Vectors are added explicitly: left to itself the compiler takes
/// only half of a register of 512 bits.
struct SignedSums<'a, T, F, const TABLES: usize> {
    states: &'a WordMajor,
    inputs: usize,
    values: F,
    sums: &'a mut [Lanes<T>],
}

impl<T: Real, F: Fn(usize, &mut Lanes<T>), const TABLES: usize> WithSimd
    for SignedSums<'_, T, F, TABLES>
{
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let mut tables = [[Lanes::<T>::ZERO; 16]; TABLES];
        let mut four = [Lanes::ZERO; 4];
        for first in (0..self.inputs).step_by(4 * TABLES) {
            for (t, table) in tables.iter_mut().enumerate() {
                for (input, v) in (first + 4 * t..).zip(&mut four) {
                    if input < self.inputs {
                        (self.values)(input, v);
                    } else {
                        *v = Lanes::ZERO;
                    }
                }
                fill_table(simd, table, &four);
            }
            for (sum, &word) in self.sums.iter_mut().zip(self.states.column(first / 64)) {
                let bits = word >> (first % 64);
                let picked: [&[T::Vector<S>]; TABLES] = std::array::from_fn(|t| {
                    T::vectors::<S>(&tables[t][(bits >> (4 * t)) as usize & 15])
                });
                for (k, sum) in T::vectors_mut::<S>(sum).iter_mut().enumerate() {
                    let mut total = picked[0][k];
                    for table in &picked[1..] {
                        total = T::plus(simd, total, table[k]);
                    }
                    *sum = T::plus(simd, *sum, total);
                }
            }
        }
    }
}

/// Entry m: Σ_k ±v_k, + where bit k of m is set.
#[inline(always)]
fn fill_table<T: Real, S: Simd>(simd: S, table: &mut [Lanes<T>; 16], v: &[Lanes<T>; 4]) {
    let zero = T::splat(simd, T::ZERO);
    let four_sums = |a, b| {
        let (sum, difference) = (T::plus(simd, a, b), T::minus(simd, a, b));
        let negated = |x| T::minus(simd, zero, x);
        [negated(sum), difference, negated(difference), sum]
    };
    let v = v.each_ref().map(T::vectors::<S>);
    let mut table = table.each_mut().map(T::vectors_mut::<S>);
    for k in 0..v[0].len() {
        let (low, high) = (four_sums(v[0][k], v[1][k]), four_sums(v[2][k], v[3][k]));
        for (m, entry) in table.iter_mut().enumerate() {
            entry[k] = T::plus(simd, low[m & 3], high[m >> 2]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::patterns::Patterns;
    use proptest::prelude::*;

    fn check<T: Real + Into<f64>>(count: usize, inputs: usize, seed: u64) {
        let states = Patterns::random(count, inputs, seed).unwrap();
        let value = |k: usize, lane: usize| ((k * 37 + lane * 11) % 101) as f64 - 50.0;
        let mut sums = vec![Lanes::<T>([T::round(3.0); LANES]); count];
        add_signed_sums(
            &WordMajor::from_patterns(&states),
            inputs,
            |k, v| *v = Lanes(std::array::from_fn(|lane| T::round(value(k, lane)))),
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
