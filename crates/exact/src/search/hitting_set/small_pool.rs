//! A pool of at most 256 members, whose unhit part is a few words.

use super::row_set::{self, RowSet};

/// Words of a set of members.
const WORDS: usize = 4;

/// A subset of the small pool's members.
pub(super) type Members = [u64; WORDS];

/// The pool of the bit-parallel search.
pub(super) struct SmallPool<const W: usize> {
    pub(super) members: Vec<RowSet<W>>,
    /// Their numbers in the whole pool.
    pub(super) origin: Vec<u32>,
    /// For each row the members that contain it.
    pub(super) of_row: Vec<Members>,
    /// Members of the whole pool, unhit at the root, that are not here.
    pub(super) rest: Vec<u32>,
    pub(super) used: Members,
}

impl<const W: usize> SmallPool<W> {
    pub(super) fn new(rows: usize) -> Self {
        Self {
            members: Vec::new(),
            origin: Vec::new(),
            of_row: vec![[0; WORDS]; rows],
            rest: Vec::new(),
            used: [0; WORDS],
        }
    }

    pub(super) fn clear(&mut self) {
        self.members.clear();
        self.origin.clear();
        self.of_row.fill([0; WORDS]);
        self.rest.clear();
        self.used = [0; WORDS];
    }

    /// False if there is no room.
    pub(super) fn push(&mut self, member: u32, rows: &RowSet<W>) -> bool {
        let k = self.members.len();
        if k == 64 * WORDS {
            return false;
        }
        for r in row_set::iter(rows) {
            row_set::insert(&mut self.of_row[r], k);
        }
        self.members.push(*rows);
        self.origin.push(member);
        true
    }
}
