//! The nearest stored code, class by class.

use attractor::kernels::vectors::with_vectors;
use rayon::prelude::*;
use std::collections::HashMap;

/// Codes with their classes: row r has `codes[r]` (N values −1, 0, +1; 0 is unknown) and class `classes[r]` < C.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Coded {
    /// One code a row.
    pub codes: Vec<Vec<i8>>,
    /// One class a row, from 0.
    pub classes: Vec<usize>,
}

/// The stored row of one class that is nearest to a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Near {
    /// Its class.
    pub class: usize,
    /// Its index, the lowest if several are as near.
    pub row: usize,
    /// The overlap Σ_i s_i c_i; unknown entries count nothing.
    pub overlap: i64,
}

/// Classes of `test` by the nearest code of `train`: the largest overlap, the lowest index on ties. Class 0 if nothing is
/// stored.
pub fn nearest_neighbour(train: &Coded, test: &[Vec<i8>]) -> Vec<usize> {
    let nearest = Index::new(train).nearest(test);
    let class = |near: &Vec<Near>| near.first().map_or(0, |near| near.class);
    nearest.iter().map(class).collect()
}

/// Stored codes that are compared with one set of codes in one go. Larger: they no longer stay in the cache while the set
/// goes by. Smaller: the loop over the set costs more than the comparisons.
const BLOCK: usize = 512;

/// Codes that one task compares with all stored ones. Larger: fewer tasks than threads. Smaller: every task reads all
/// stored codes for few answers.
const TASK: usize = 32;

/// Stored codes, packed to bits, each only once, class by class.
pub(crate) struct Index {
    words: usize,
    classes: Vec<OfClass>,
}

/// The stored codes of one class, in ascending order of their rows.
struct OfClass {
    class: usize,
    rows: Vec<usize>,
    /// For each code the words of its +1 entries, then the words of its known entries.
    bits: Vec<u64>,
}

/// A code as words of its +1 entries, then words of its known entries.
fn pack(code: &[i8], words: usize) -> Vec<u64> {
    let mut bits = vec![0; 2 * words];
    for (k, &value) in code.iter().enumerate() {
        let bit = 1 << (k % 64);
        if value > 0 {
            bits[k / 64] |= bit;
        }
        if value != 0 {
            bits[words + k / 64] |= bit;
        }
    }
    bits
}

/// Known in both, less twice the different ones among them.
#[inline(always)]
fn overlap(a: &[u64], b: &[u64], words: usize) -> i64 {
    let (mut known, mut different) = (0, 0);
    for k in 0..words {
        let both = a[words + k] & b[words + k];
        known += both.count_ones();
        different += ((a[k] ^ b[k]) & both).count_ones();
    }
    i64::from(known) - 2 * i64::from(different)
}

impl Index {
    pub(crate) fn new(stored: &Coded) -> Self {
        let words = stored
            .codes
            .first()
            .map_or(0, |code| code.len().div_ceil(64));
        let count = stored.classes.iter().max().map_or(0, |class| class + 1);
        let of_class = |class| OfClass {
            class,
            rows: Vec::new(),
            bits: Vec::new(),
        };
        let mut classes: Vec<OfClass> = (0..count).map(of_class).collect();
        let mut seen = std::collections::HashSet::new();
        for (row, (code, &class)) in stored.codes.iter().zip(&stored.classes).enumerate() {
            let bits = pack(code, words);
            // A later equal code of the same class is never the nearest with the lowest index.
            if seen.insert((class, bits.clone())) {
                classes[class].rows.push(row);
                classes[class].bits.extend(bits);
            }
        }
        classes.retain(|class| !class.rows.is_empty());
        Self { words, classes }
    }

    /// For each code the nearest row of every class, the nearest first; of rows as near, the one with the lowest index.
    pub(crate) fn nearest(&self, codes: &[Vec<i8>]) -> Vec<Vec<Near>> {
        if self.classes.is_empty() {
            return vec![Vec::new(); codes.len()];
        }
        let packed: Vec<Vec<u64>> = codes.iter().map(|code| pack(code, self.words)).collect();
        // Recall ends in few different states.
        let mut place = HashMap::new();
        let mut different: Vec<&[u64]> = Vec::new();
        for bits in &packed {
            place.entry(bits.as_slice()).or_insert_with(|| {
                different.push(bits);
                different.len() - 1
            });
        }
        let found: Vec<Vec<Near>> = different
            .par_chunks(TASK)
            .flat_map_iter(|task| self.nearest_of(task))
            .collect();
        packed
            .iter()
            .map(|bits| found[place[bits.as_slice()]].clone())
            .collect()
    }

    fn nearest_of(&self, codes: &[&[u64]]) -> Vec<Vec<Near>> {
        let mut found = vec![Vec::with_capacity(self.classes.len()); codes.len()];
        for of_class in &self.classes {
            for (near, best) in found.iter_mut().zip(of_class.nearest_of(codes, self.words)) {
                near.push(best);
            }
        }
        for near in &mut found {
            near.sort_by_key(|near| (-near.overlap, near.row));
        }
        found
    }
}

impl OfClass {
    fn nearest_of(&self, codes: &[&[u64]], words: usize) -> Vec<Near> {
        // The place of the best row, and its overlap.
        let mut best = vec![(0, i64::MIN); codes.len()];
        for (block, bits) in self.bits.chunks((BLOCK * 2 * words).max(1)).enumerate() {
            for (best, code) in best.iter_mut().zip(codes) {
                let better = with_vectors(
                    #[inline(always)]
                    || first_best(bits, code, words, best.1),
                );
                if let Some((k, overlap)) = better {
                    *best = (block * BLOCK + k, overlap);
                }
            }
        }
        let near = |(place, overlap): (usize, i64)| Near {
            class: self.class,
            row: self.rows[place],
            overlap,
        };
        best.into_iter().map(near).collect()
    }
}

/// The first of the codes with the largest overlap, if that is more than `least`.
#[inline(always)]
fn first_best(bits: &[u64], code: &[u64], words: usize, least: i64) -> Option<(usize, i64)> {
    let mut best = (usize::MAX, least);
    for (k, stored) in bits.chunks_exact(2 * words).enumerate() {
        let overlap = overlap(stored, code, words);
        if overlap > best.1 {
            best = (k, overlap);
        }
    }
    (best.0 != usize::MAX).then_some(best)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// One after the other, entry by entry.
    fn plainly(stored: &[Vec<i8>], code: &[i8]) -> usize {
        let overlap =
            |row: &[i8]| -> i32 { row.iter().zip(code).map(|(a, b)| i32::from(a * b)).sum() };
        let best = (0..stored.len()).rev().max_by_key(|&k| overlap(&stored[k]));
        best.unwrap_or(0)
    }

    proptest! {
        #[test]
        fn packed_search_finds_the_same_row(
            stored in prop::collection::vec(prop::collection::vec(-1i8..=1, 70), 1..40),
            tests in prop::collection::vec(prop::collection::vec(-1i8..=1, 70), 1..40),
        ) {
            let classes = (0..stored.len()).map(|k| k * 7 % 3).collect();
            let coded = Coded { codes: stored, classes };
            let found = Index::new(&coded).nearest(&tests);
            for (near, test) in found.iter().zip(&tests) {
                prop_assert_eq!(near[0].row, plainly(&coded.codes, test));
                prop_assert_eq!(near[0].class, coded.classes[near[0].row]);
            }
        }
    }

    #[test]
    fn the_lowest_wins_on_ties_and_every_class_is_there() {
        let codes = vec![vec![1, 1, -1], vec![1, -1, 1], vec![-1, -1, 1]];
        let stored = Coded {
            codes,
            classes: vec![0, 1, 1],
        };
        let found = Index::new(&stored).nearest(&[vec![1, 0, 0], vec![0, -1, 1]]);
        assert_eq!((found[0][0].row, found[0][0].overlap), (0, 1));
        assert_eq!((found[0][1].row, found[0][1].class), (1, 1));
        assert_eq!((found[1][0].row, found[1][1].row), (1, 0));
        assert_eq!(nearest_neighbour(&stored, &[vec![0, -1, 1]]), [1]);
        assert_eq!(nearest_neighbour(&Coded::default(), &[vec![1]]), [0]);
    }

    #[test]
    fn more_rows_than_a_block_hold() {
        let codes: Vec<Vec<i8>> = (0..3000u32)
            .map(|k| {
                (0..12)
                    .map(|bit| if k >> bit & 1 == 1 { 1 } else { -1 })
                    .collect()
            })
            .collect();
        let stored = Coded {
            classes: (0..codes.len()).map(|k| k % 2).collect(),
            codes,
        };
        let found = Index::new(&stored).nearest(&stored.codes);
        assert!(found.iter().enumerate().all(|(k, near)| near[0].row == k));
    }
}
