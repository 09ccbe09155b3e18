//! Seeds: the seed of each repeat of an experiment.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

/// The number of repeats whose seeds follow the simple formula.
const READABLE: u64 = 1000;

/// The seed of repeat r of an experiment: seed·1000 + r, so that one repeat is easily run again alone. From r = 1000 on this
/// would be a seed of another experiment, and it may exceed 64 bits: then the seed is the first number of stream r of ChaCha8
/// with the experiment's seed.
pub(crate) fn of_repeat(seed: u64, repeat: usize) -> u64 {
    let repeat = repeat as u64;
    let readable = || seed.checked_mul(READABLE)?.checked_add(repeat);
    match readable() {
        Some(own) if repeat < READABLE => own,
        _ => {
            let mut rng = ChaCha8Rng::seed_from_u64(seed);
            rng.set_stream(repeat);
            rng.next_u64()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn each_repeat_has_its_own_seed_and_small_ones_are_readable() {
        assert_eq!(of_repeat(0, 0), 0);
        assert_eq!(of_repeat(7, 19), 7019);
        let repeats = [0, 1, 999, 1000, 1001, 2000, usize::MAX];
        let seeds = [0, 1, 2, u64::MAX / 1000, u64::MAX / 1000 + 1, u64::MAX];
        let all: HashSet<u64> = seeds
            .iter()
            .flat_map(|&seed| repeats.map(|repeat| of_repeat(seed, repeat)))
            .collect();
        assert_eq!(all.len(), seeds.len() * repeats.len());
    }
}
