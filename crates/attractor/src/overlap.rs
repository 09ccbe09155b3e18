//! Overlaps: how near states are to stored patterns.

use crate::network::SizeMismatch;
use crate::patterns::{Patterns, hamming};
use rayon::prelude::*;

/// The stored pattern nearest to a state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Nearest {
    /// Its index; the lowest if several are as near.
    pub pattern: usize,
    /// Number of entries in which the state differs from it.
    pub distance: usize,
}

impl Nearest {
    /// The overlap of the state with that pattern, both of N entries, from −1 to 1.
    pub fn overlap(&self, neurons: usize) -> f64 {
        1.0 - 2.0 * self.distance as f64 / neurons as f64
    }
}

/// The overlap m = (1/N) Σ_i ξ_i s_i of pattern μ with state c: 1 if equal, −1 if opposite.
///
/// # Errors
/// [`SizeMismatch`].
///
/// # Panics
/// If `mu` or `c` is out of range.
pub fn overlap(
    stored: &Patterns,
    mu: usize,
    states: &Patterns,
    c: usize,
) -> Result<f64, SizeMismatch> {
    check(stored, states)?;
    let distance = hamming(stored.bits(mu), states.bits(c));
    Ok(1.0 - 2.0 * distance as f64 / stored.neurons() as f64)
}

/// For each state the stored pattern nearest to it, that is, with the largest overlap.
///
/// ```
/// use attractor::{Patterns, nearest};
/// let stored = Patterns::from_signs(2, 3, &[1, 1, 1, -1, -1, -1])?;
/// let states = Patterns::from_signs(1, 3, &[-1, 1, -1])?;
/// let found = nearest(&stored, &states)?[0];
/// assert_eq!((found.pattern, found.distance), (1, 1));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`SizeMismatch`].
pub fn nearest(stored: &Patterns, states: &Patterns) -> Result<Vec<Nearest>, SizeMismatch> {
    check(stored, states)?;
    let of_state = |c| {
        let distances = (0..stored.count()).map(|mu| hamming(stored.bits(mu), states.bits(c)));
        let least = distances.enumerate().min_by_key(|&(_, distance)| distance);
        least.map(|(pattern, distance)| Nearest { pattern, distance })
    };
    Ok((0..states.count())
        .into_par_iter()
        .filter_map(of_state)
        .collect())
}

pub(crate) fn check(stored: &Patterns, states: &Patterns) -> Result<(), SizeMismatch> {
    if stored.neurons() == states.neurons() {
        return Ok(());
    }
    Err(SizeMismatch {
        network: stored.neurons(),
        patterns: states.neurons(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nearest_takes_the_lowest_index_and_agrees_with_the_overlap() {
        let stored = Patterns::from_signs(3, 2, &[1, -1, -1, 1, 1, -1]).unwrap();
        let states = Patterns::from_signs(2, 2, &[1, 1, 1, -1]).unwrap();
        let found = nearest(&stored, &states).unwrap();
        assert_eq!((found[0].pattern, found[0].distance), (0, 1));
        assert_eq!((found[1].pattern, found[1].distance), (0, 0));
        assert_eq!(overlap(&stored, 1, &states, 1), Ok(-1.0));
        assert_eq!(overlap(&stored, 1, &states, 0), Ok(0.0));
        assert!(overlap(&stored, 0, &Patterns::random(1, 3, 0).unwrap(), 0).is_err());
    }
}
