//! What a recall came to, beside the patterns that the network stores.

use super::options::{End, Recalled};
use crate::kernels::bits::low;
use crate::network::SizeMismatch;
use crate::overlap::check;
use crate::patterns::{Patterns, hamming};
use crate::tolerances::MIXTURE;
use rayon::prelude::*;

/// What a recall came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Outcome {
    /// A fixed point that is a stored pattern.
    Stored {
        /// The first such pattern.
        pattern: usize,
    },
    /// A fixed point that is no stored pattern but the negative of one.
    Negative {
        /// The first such pattern.
        pattern: usize,
    },
    /// A fixed point near sgn(±ξ ± ξ' ± ξ''), a symmetric mixture of three stored patterns (Amit, Gutfreund and
    /// Sompolinsky 1985), and nearer to it than to any stored pattern or negative. The three are those with the largest
    /// |overlap|; near is at most one differing bit in twenty.
    Mixture {
        /// The three patterns, largest |overlap| first.
        patterns: [usize; 3],
    },
    /// Another fixed point.
    Other,
    /// A cycle.
    Cycle {
        /// How many states.
        length: usize,
    },
    /// Neither within the step limit.
    StepLimit,
    /// A state of a random recall that never settles.
    Sampled,
}

/// The outcome of each recall, given what is stored.
///
/// ```
/// use attractor::{Couplings, Cues, Outcome, Patterns, RecallOptions, Symmetry, outcomes, recall, rules::Hebbian};
/// let stored = Patterns::random(1, 20, 1)?;
/// let network = Hebbian::default().fit(&stored, &Couplings::full(20, Symmetry::Symmetric)?)?;
/// let cues = Cues::from(&stored).flip(18, 2);
/// let recalled = recall(&network, &cues, &RecallOptions::default())?;
/// assert_eq!(outcomes(&recalled, &stored)?, [Outcome::Negative { pattern: 0 }]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`SizeMismatch`].
pub fn outcomes(recalled: &Recalled, stored: &Patterns) -> Result<Vec<Outcome>, SizeMismatch> {
    check(stored, &recalled.states)?;
    let of = |c: usize| match recalled.ends[c] {
        End::FixedPoint => settled(recalled.states.bits(c), stored),
        End::Cycle { length } => Outcome::Cycle { length },
        End::StepLimit => Outcome::StepLimit,
        End::Sampled => Outcome::Sampled,
    };
    Ok((0..recalled.ends.len()).into_par_iter().map(of).collect())
}

/// The outcome of a recall that settled in this state.
fn settled(state: &[u64], stored: &Patterns) -> Outcome {
    let neurons = stored.neurons();
    let distance = |mu: usize| hamming(state, stored.bits(mu));
    let distances: Vec<usize> = (0..stored.count()).map(distance).collect();
    if let Some(pattern) = distances.iter().position(|&distance| distance == 0) {
        return Outcome::Stored { pattern };
    }
    if let Some(pattern) = distances.iter().position(|&distance| distance == neurons) {
        return Outcome::Negative { pattern };
    }
    let from_either = |mu: &usize| distances[*mu].min(neurons - distances[*mu]);
    let mut nearest: Vec<usize> = (0..stored.count()).collect();
    nearest.sort_by_key(from_either);
    let &[a, b, c, ..] = nearest.as_slice() else {
        return Outcome::Other;
    };
    let away = mixture_distance(state, stored, [a, b, c], &distances);
    if away * MIXTURE <= neurons && away < from_either(&a) {
        return Outcome::Mixture {
            patterns: [a, b, c],
        };
    }
    Outcome::Other
}

/// Bits in which the state differs from the majority of these three patterns, each with the sign of its overlap.
fn mixture_distance(
    state: &[u64],
    stored: &Patterns,
    three: [usize; 3],
    distances: &[usize],
) -> usize {
    let neurons = stored.neurons();
    let signed = three.map(|mu| {
        let negate = 2 * distances[mu] > neurons;
        (stored.bits(mu), if negate { u64::MAX } else { 0 })
    });
    let differ = |(block, &word): (usize, &u64)| {
        let [a, b, c] = signed.map(|(bits, sign)| bits[block] ^ sign);
        let majority = a & b | a & c | b & c;
        ((majority ^ word) & low(neurons - 64 * block)).count_ones() as usize
    };
    state.iter().enumerate().map(differ).sum()
}
