//! The fewest wrong bits from sweep to sweep, and whether they tell that a set will be stored.

/// Sweeps without fewer wrong bits after which a set counts as not storable. More: sets that cannot be stored take longer;
/// fewer: images, whose last bits come slowly, are given up.
const STALLED: usize = 100;
/// A set with at most one wrong bit in this many counts as nearly stored. Larger: patience ends descents that would have
/// come through; smaller: it waits for sets that stay just short of storable.
const NEARLY: usize = 1_000;

/// The fewest wrong bits from sweep to sweep.
pub(super) struct WrongBitHistory {
    rows: usize,
    fewest: Vec<usize>,
}

impl WrongBitHistory {
    /// Of `rows` rows, all of them wrong.
    pub(super) fn new(rows: usize) -> Self {
        Self {
            rows,
            fewest: vec![rows],
        }
    }

    pub(super) fn note(&mut self, wrong: usize) {
        self.fewest.push(self.fewest().min(wrong));
    }

    pub(super) fn fewest(&self) -> usize {
        self.fewest.last().map_or(self.rows, |fewest| *fewest)
    }

    /// Sweeps since it last fell.
    fn sweeps_since_fewer(&self) -> usize {
        let fewest = self.fewest();
        let same = self.fewest.iter().rev().take_while(|f| **f == fewest);
        same.count() - 1
    }

    /// Whether some bits stay wrong, sweep after sweep.
    pub(super) fn has_stalled(&self) -> bool {
        self.fewest() > 0 && self.sweeps_since_fewer() >= STALLED
    }

    /// Nearly nothing is wrong, or half as much as when half of the sweeps were done. Either holds at every size on the
    /// way to storage, and neither where the set is far from storable.
    pub(super) fn promises_storage(&self) -> bool {
        let midway = self.fewest[self.fewest.len() / 2];
        self.fewest() * NEARLY <= self.rows || self.fewest() * 2 <= midway
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patience_ends_where_the_count_neither_halves_nor_is_small() {
        let after = |counts: &[usize]| {
            let mut decline = WrongBitHistory::new(100_000);
            for &wrong in counts {
                decline.note(wrong);
            }
            decline
        };
        assert!(after(&[9_000, 8_000, 3_000, 4_000]).promises_storage());
        assert!(!after(&[9_000, 8_000, 7_000, 6_000, 5_000]).promises_storage());
        assert!(after(&[9_000, 120, 110, 105, 100]).promises_storage());
        let flat = after(&[700, 500, 600, 500, 500]);
        assert_eq!((flat.fewest(), flat.sweeps_since_fewer()), (500, 3));
        assert!(!flat.promises_storage());
    }
}
