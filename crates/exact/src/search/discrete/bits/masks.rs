//! The rows of a program as bit masks: 64 rows a word.

use crate::search::discrete::program::IntegerProgram;
use attractor::kernels::bits::put;

/// Which rows each column enters, by sign, and which rows belong to each neuron.
#[derive(Debug, Clone)]
pub(in crate::search::discrete) struct Masks {
    /// Words of 64 rows.
    pub(super) words: usize,
    /// The bits that are rows; the padding of the last word is zero.
    pub(super) all: Vec<u64>,
    /// Column by column: the rows with entry +1.
    pub(super) plus: Vec<Vec<u64>>,
    /// Column by column: the rows with entry −1.
    pub(super) minus: Vec<Vec<u64>>,
    /// The rows of one neuron each.
    pub(super) groups: Vec<Group>,
}

/// The rows that belong to one neuron.
#[derive(Debug, Clone)]
pub(super) struct Group {
    /// The first word that holds one of them.
    pub(super) first: usize,
    /// Their bits, from that word on.
    pub(super) mask: Vec<u64>,
}

impl Masks {
    pub(in crate::search::discrete) fn new(program: &IntegerProgram) -> Self {
        let words = program.rows().div_ceil(64).max(1);
        let mut masks = Self {
            words,
            all: vec![0; words],
            plus: vec![vec![0; words]; program.columns()],
            minus: vec![vec![0; words]; program.columns()],
            groups: Vec::with_capacity(program.blocks()),
        };
        for r in 0..program.rows() {
            put(&mut masks.all, r);
        }
        for block in 0..program.blocks() {
            let rows = program.rows_of(block);
            let first = rows.start / 64;
            let mut mask = vec![0; rows.end.div_ceil(64) - first];
            for r in rows {
                put(&mut mask, r - 64 * first);
            }
            masks.groups.push(Group { first, mask });
        }
        for column in 0..program.columns() {
            for block in program.blocks_of(column) {
                for (r, mask) in program.rows_of(block).zip(program.masks(column)) {
                    let rows = if mask == 0 {
                        &mut masks.plus
                    } else {
                        &mut masks.minus
                    };
                    put(&mut rows[column], r);
                }
            }
        }
        masks
    }

    /// Words of 64 rows.
    #[cfg(test)]
    pub(in crate::search::discrete) fn words(&self) -> usize {
        self.words
    }

    /// The bits that are rows.
    #[cfg(test)]
    pub(in crate::search::discrete) fn all(&self) -> &[u64] {
        &self.all
    }
}
