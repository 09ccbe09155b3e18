//! Bits: sets of small numbers as words of 64 bits, the lowest number in the lowest bit of the first word.
//!
//! Counts are inlined always, so that within [`with_vectors`](crate::kernels::vectors::with_vectors) they use the machine's own
//! instruction for it.

/// Words that hold `bits` bits.
#[inline]
pub(crate) fn words_for(bits: usize) -> usize {
    bits.div_ceil(64)
}

/// Whether `k` is in the set.
#[inline]
pub fn has(set: &[u64], k: usize) -> bool {
    set[k / 64] >> (k % 64) & 1 == 1
}

/// Adds `k`.
#[inline]
pub fn put(set: &mut [u64], k: usize) {
    set[k / 64] |= 1 << (k % 64);
}

/// Takes `k` away.
#[inline]
pub fn clear(set: &mut [u64], k: usize) {
    set[k / 64] &= !(1 << (k % 64));
}

/// The numbers below `count` as one word; all 64 from there on.
#[inline]
pub fn low(count: usize) -> u64 {
    if count >= 64 {
        u64::MAX
    } else {
        (1 << count) - 1
    }
}

/// The least number.
#[inline]
pub fn first(set: &[u64]) -> Option<usize> {
    let block = set.iter().position(|&word| word != 0)?;
    Some(64 * block + set[block].trailing_zeros() as usize)
}

/// The numbers of one word, ascending.
#[inline]
pub fn ones_of(mut word: u64) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let k = (word != 0).then(|| word.trailing_zeros() as usize)?;
        word &= word - 1;
        Some(k)
    })
}

/// The numbers, ascending.
#[inline]
pub fn ones(set: &[u64]) -> impl Iterator<Item = usize> + '_ {
    set.iter()
        .enumerate()
        .flat_map(|(block, &word)| ones_of(word).map(move |k| 64 * block + k))
}

/// How many numbers there are.
#[inline(always)]
pub fn count(set: &[u64]) -> u32 {
    set.iter().map(|word| word.count_ones()).sum()
}

/// |a ∩ b|.
#[inline(always)]
pub fn common(a: &[u64], b: &[u64]) -> u32 {
    a.iter().zip(b).map(|(a, b)| (a & b).count_ones()).sum()
}

/// Whether a number is in both.
#[inline]
pub fn meets(a: &[u64], b: &[u64]) -> bool {
    a.iter().zip(b).any(|(a, b)| a & b != 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_hold_what_was_put() {
        let mut set = [0; 3];
        for k in [3, 63, 64, 191] {
            put(&mut set, k);
        }
        assert_eq!(ones(&set).collect::<Vec<_>>(), [3, 63, 64, 191]);
        assert_eq!((first(&set), count(&set)), (Some(3), 4));
        clear(&mut set, 3);
        assert!(!has(&set, 3) && has(&set, 63) && !has(&set, 65));
        let other = [low(64), low(1), low(0)];
        assert_eq!(common(&set, &other), 2);
        assert!(meets(&set, &other) && !meets(&set[2..], &other[2..]));
        assert_eq!(first(&[0, 0]), None);
        assert_eq!(low(63), u64::MAX >> 1);
    }
}
