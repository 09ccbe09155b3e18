//! Sets of rows as a few machine words, for inner loops that do nothing but intersect them.
//!
//! The same as [`attractor::kernels::bits`] does, over a number of words that the compiler knows: the functions there, over slices,
//! cost a directed search at N = 20, P = 70 five per cent of its time.

/// A subset of `64·W` rows.
pub(super) type RowSet<const W: usize> = [u64; W];

pub(super) fn from_rows<const W: usize>(rows: impl IntoIterator<Item = usize>) -> RowSet<W> {
    let mut set = [0; W];
    for r in rows {
        insert(&mut set, r);
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

#[inline]
pub(super) fn disjoint<const W: usize>(a: &RowSet<W>, b: &RowSet<W>) -> bool {
    a.iter().zip(b).all(|(a, b)| a & b == 0)
}

#[inline]
pub(super) fn is_empty<const W: usize>(set: &RowSet<W>) -> bool {
    set.iter().all(|&word| word == 0)
}

#[inline]
pub(super) fn len<const W: usize>(set: &RowSet<W>) -> u32 {
    set.iter().map(|word| word.count_ones()).sum()
}

#[inline]
pub(super) fn contains<const W: usize>(set: &RowSet<W>, r: usize) -> bool {
    set[r / 64] >> (r % 64) & 1 == 1
}

#[inline]
pub(super) fn insert<const W: usize>(set: &mut RowSet<W>, r: usize) {
    set[r / 64] |= 1 << (r % 64);
}

#[inline]
pub(super) fn remove<const W: usize>(set: &mut RowSet<W>, r: usize) {
    set[r / 64] &= !(1 << (r % 64));
}

#[inline]
pub(super) fn first<const W: usize>(set: &RowSet<W>) -> Option<usize> {
    let k = set.iter().position(|&word| word != 0)?;
    Some(64 * k + set[k].trailing_zeros() as usize)
}

/// The members, ascending.
#[inline]
pub(super) fn iter<const W: usize>(set: &RowSet<W>) -> impl Iterator<Item = usize> + use<W> {
    let set = *set;
    (0..W).flat_map(move |k| {
        let mut word = set[k];
        std::iter::from_fn(move || {
            if word == 0 {
                return None;
            }
            let r = 64 * k + word.trailing_zeros() as usize;
            word &= word - 1;
            Some(r)
        })
    })
}
