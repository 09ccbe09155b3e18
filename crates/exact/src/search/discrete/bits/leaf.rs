//! The last weights of a search, all their choices at once.
//!
//! For every row and every slack that it may have left, a bit set says which choices of the last weights make the row
//! wrong. A node of the search above looks one set up for each row and counts, for 512 choices side by side, in how many
//! of the sets each lies: bit-sliced counters fed by full adders (Harley and Seal's population count, turned upright).

use crate::search::discrete::program::{IntegerProgram, digit_of};
use attractor::kernels::bits::{low, ones_of, put};

/// Choices of the last weights, at most.
const MOST_CHOICES: usize = 1 << 13;

/// Words of all sets together, at most: 2 MiB, about a core's own cache.
const MOST_WORDS: usize = 1 << 18;

/// Words that are counted side by side.
const LANES: usize = 8;

type Lanes = [u64; LANES];

/// The choices of the last weights, and what each makes wrong.
#[derive(Debug, Clone)]
pub(in crate::search::discrete) struct Leaf {
    /// The values of a weight.
    values: Vec<i32>,
    /// The choices, the fewest non-zeros first; digit k of one, in base V, is that of their k-th weight.
    choices: Vec<usize>,
    /// By n: the choices of at most n non-zeros.
    up_to: Vec<usize>,
    /// Words of a set.
    words: usize,
    /// By row: its first set, that of slack 0; one set each for slacks below `reach`.
    first: Vec<usize>,
    /// By row: with this slack it is right whatever is chosen.
    reach: Vec<usize>,
    /// Choices that make the row wrong; before all others, the empty set.
    wrong: Vec<u64>,
    /// Scratch: where the sets to be counted begin.
    chosen: Vec<usize>,
    /// Scratch: the counters' planes of 8, 16, …
    higher: Vec<Lanes>,
}

impl Leaf {
    /// For the last of the columns in `order`, as many as fit.
    pub(in crate::search::discrete) fn new(program: &IntegerProgram, order: &[usize]) -> Self {
        let values = program.values_near(0);
        let mut depth = 0;
        while depth < order.len() && fits(program, &order[order.len() - depth - 1..], &values) {
            depth += 1;
        }
        let columns = &order[order.len() - depth..];
        let falls = |r: usize| falls(program, columns, r, &values);
        let count = values.len().pow(depth as u32);
        let nonzeros = |&choice: &usize| {
            let chosen = (0..depth).map(|digit| values[digit_of(choice, digit, values.len())]);
            chosen.filter(|&value| value != 0).count()
        };
        let mut choices: Vec<usize> = (0..count).collect();
        choices.sort_by_cached_key(nonzeros);
        let mut leaf = Self {
            up_to: (0..=depth)
                .map(|n| choices.partition_point(|choice| nonzeros(choice) <= n))
                .collect(),
            choices,
            words: count.div_ceil(64).next_multiple_of(LANES),
            first: Vec::with_capacity(program.rows()),
            reach: Vec::with_capacity(program.rows()),
            wrong: Vec::new(),
            chosen: Vec::new(),
            higher: Vec::new(),
            values: values.clone(),
        };
        leaf.wrong.resize(leaf.words, 0);
        for r in 0..program.rows() {
            leaf.push_row(&falls(r));
        }
        leaf
    }

    /// Appends the sets of a row that falls by `falls[k]` with choice k.
    fn push_row(&mut self, falls: &[usize]) {
        let reach = falls.iter().copied().max().unwrap_or(0);
        let first = self.wrong.len();
        self.wrong.resize(first + reach * self.words, 0);
        // A fall by f is too much for a slack of f − 1, and then for each below.
        let sets = &mut self.wrong[first..];
        for (bit, &choice) in self.choices.iter().enumerate() {
            if let Some(slack) = falls[choice].checked_sub(1) {
                put(&mut sets[slack * self.words..], bit);
            }
        }
        for slack in (1..reach).rev() {
            let (below, set) = sets.split_at_mut(slack * self.words);
            let below = &mut below[(slack - 1) * self.words..];
            for (below, word) in below.iter_mut().zip(&set[..self.words]) {
                *below |= word;
            }
        }
        self.first.push(first);
        self.reach.push(reach);
    }

    /// Number of weights that are chosen here.
    pub(in crate::search::discrete) fn depth(&self) -> usize {
        self.up_to.len() - 1
    }

    /// Words that a search looks at, at most: a measure of its time.
    pub(in crate::search::discrete) fn work(&self) -> u64 {
        (self.words * self.first.len()) as u64
    }

    /// The values with the fewest non-zeros, at most `nonzeros`, that make at most `budget` more rows wrong: of the rows
    /// not in `lost`, whose slacks are the bit planes `planes`, plane-major.
    #[inline(always)]
    pub(in crate::search::discrete) fn find(
        &mut self,
        planes: &[u64],
        lost: impl Fn(usize) -> u64,
        all: &[u64],
        budget: usize,
        nonzeros: usize,
    ) -> Option<Vec<i32>> {
        self.choose(planes, lost, all);
        let choices = self.up_to[nonzeros.min(self.depth())];
        let mut block = 0;
        while block * LANES * 64 < choices {
            let within = self.within(block * LANES, budget);
            for (k, mut word) in within.into_iter().enumerate() {
                let before = (block * LANES + k) * 64;
                if before + 64 > choices {
                    word &= low(choices.saturating_sub(before));
                }
                if word != 0 {
                    let choice = self.choices[before + word.trailing_zeros() as usize];
                    let value = |digit| self.values[digit_of(choice, digit, self.values.len())];
                    return Some((0..self.depth()).map(value).collect());
                }
            }
            block += 1;
        }
        None
    }

    /// Notes the sets of the rows that may become wrong, about in the order of their slacks: those that many choices make
    /// wrong come first.
    #[inline(always)]
    fn choose(&mut self, planes: &[u64], lost: impl Fn(usize) -> u64, all: &[u64]) {
        self.chosen.clear();
        let words = all.len();
        let depth = planes.len() / words;
        for highest in 0..=depth {
            for w in 0..words {
                let plane = |b: usize| planes[b * words + w];
                let mut rows = all[w] & !lost(w);
                if highest > 0 {
                    rows &= plane(highest - 1);
                }
                for b in highest..depth {
                    rows &= !plane(b);
                }
                for bit in ones_of(rows) {
                    let slack: usize = (0..highest)
                        .map(|b| (plane(b) >> bit & 1) << b)
                        .sum::<u64>() as usize;
                    let r = w * 64 + bit;
                    if slack < self.reach[r] {
                        self.chosen.push(self.first[r] + slack * self.words);
                    }
                }
            }
        }
        // Full adders take eight at a time: the empty set counts nothing.
        while !self.chosen.len().is_multiple_of(8) {
            self.chosen.push(0);
        }
    }

    /// The choices of a block that lie in at most `budget` of the sets.
    #[inline(always)]
    fn within(&mut self, from: usize, budget: usize) -> Lanes {
        let mut over = [0; LANES];
        let (mut ones, mut twos, mut fours) = ([0; LANES], [0; LANES], [0; LANES]);
        self.higher.clear();
        let planes = (usize::BITS - (budget / 8).leading_zeros()) as usize;
        self.higher.resize(planes, [0; LANES]);
        for eight in self.chosen.chunks_exact(8) {
            let set = |k: usize| -> Lanes {
                let words = &self.wrong[eight[k] + from..][..LANES];
                std::array::from_fn(|lane| words[lane])
            };
            let twos_a = add(&mut ones, set(0), set(1));
            let twos_b = add(&mut ones, set(2), set(3));
            let fours_a = add(&mut twos, twos_a, twos_b);
            let twos_a = add(&mut ones, set(4), set(5));
            let twos_b = add(&mut ones, set(6), set(7));
            let fours_b = add(&mut twos, twos_a, twos_b);
            let mut carry = add(&mut fours, fours_a, fours_b);
            for plane in &mut self.higher {
                for (plane, carry) in plane.iter_mut().zip(&mut carry) {
                    (*plane, *carry) = (*plane ^ *carry, *plane & *carry);
                }
            }
            for (over, carry) in over.iter_mut().zip(carry) {
                *over |= carry;
            }
            if over.iter().all(|&over| over == u64::MAX) {
                return [0; LANES];
            }
        }
        // count ≤ budget, from the highest bit on.
        let low = [ones, twos, fours];
        let planes = self.higher.iter().rev().chain(low.iter().rev());
        let bits = (0..self.higher.len() + 3).rev();
        std::array::from_fn(|lane| {
            let (mut less, mut equal) = (0, !over[lane]);
            for (b, plane) in bits.clone().zip(planes.clone()) {
                let all = (budget as u64 >> b & 1).wrapping_neg();
                less |= equal & all & !plane[lane];
                equal &= !(all ^ plane[lane]);
            }
            less | equal
        })
    }
}

/// sum ← sum + a + b without carry; the carries.
#[inline(always)]
fn add(sum: &mut Lanes, a: Lanes, b: Lanes) -> Lanes {
    std::array::from_fn(|lane| {
        let (s, a, b) = (sum[lane], a[lane], b[lane]);
        sum[lane] = s ^ a ^ b;
        (s & a) | (s & b) | (a & b)
    })
}

/// How much the slack of row r falls, by choice.
fn falls(program: &IntegerProgram, columns: &[usize], r: usize, values: &[i32]) -> Vec<usize> {
    let mut falls = vec![0];
    for &c in columns {
        let sign = program.sign(r, c);
        let before = falls.len();
        for &value in values {
            let fall = ((program.level - value * sign) * sign.abs()) as usize;
            falls.extend_from_within(..before);
            let last = falls.len() - before;
            falls[last..].iter_mut().for_each(|sum| *sum += fall);
        }
        falls.drain(..before);
    }
    falls
}

/// Whether a leaf for these columns stays within the limits.
fn fits(program: &IntegerProgram, columns: &[usize], values: &[i32]) -> bool {
    let choices = u32::try_from(columns.len()).ok();
    let choices = choices.and_then(|depth| values.len().checked_pow(depth));
    let Some(choices) = choices.filter(|&choices| choices <= MOST_CHOICES) else {
        return false;
    };
    let entries: usize = columns.iter().map(|&c| program.entries(c)).sum();
    let sets = 2 * program.level as usize * entries + 1;
    sets * choices.div_ceil(64).next_multiple_of(LANES) <= MOST_WORDS
}
