//! Sets of rows as a number of machine words that the compiler knows: inner loops do nothing but intersect them. What
//! needs no length of its own is done by [`attractor::bits`].

use attractor::bits::put;

/// A subset of `64·W` rows.
pub(super) type RowSet<const W: usize> = [u64; W];

pub(super) fn set_of<const W: usize>(rows: impl IntoIterator<Item = usize>) -> RowSet<W> {
    let mut set = [0; W];
    for r in rows {
        put(&mut set, r);
    }
    set
}

#[inline]
pub(super) fn intersection<const W: usize>(a: &RowSet<W>, b: &RowSet<W>) -> RowSet<W> {
    std::array::from_fn(|k| a[k] & b[k])
}

#[inline]
pub(super) fn difference<const W: usize>(a: &RowSet<W>, b: &RowSet<W>) -> RowSet<W> {
    std::array::from_fn(|k| a[k] & !b[k])
}
