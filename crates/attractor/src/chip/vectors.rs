//! Test vectors: cues, and what the library makes of them.

use super::guarantee::Guarantee;
use super::packed::words;
use super::{MOST_STEPS, recall_options};
use crate::cue::Cues;
use crate::network::{Network, SizeMismatch};
use crate::patterns::Patterns;
use crate::recall::{Order, RecallError, RecallOptions, Update, recall, step};

/// Stored patterns that become test vectors. Larger: more flash for the self-test. Smaller: fewer of the patterns are tried.
const MOST_PATTERNS: usize = 8;
/// Random cues beside them, which pass through states that no stored pattern is near.
const RANDOM: usize = 4;

/// A test vector, in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Vector {
    /// Cue, its known neurons, the states after one synchronous step, after one sweep, and after recall.
    pub(super) parts: [Vec<u32>; 5],
}

/// The test vectors of a network.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Vectors(Vec<Vector>);

impl Vectors {
    /// Of the first stored patterns each as it is, with flipped and with unknown entries, as many as are guaranteed and at
    /// least one; then random cues.
    pub(super) fn new(
        network: &Network,
        patterns: Option<&Patterns>,
        guarantee: Option<&Guarantee>,
        seed: u64,
    ) -> Result<Self, SizeMismatch> {
        let n = network.neurons();
        let mut cues: Vec<Cues> = Vec::new();
        if let Some(patterns) = patterns {
            let radius = guarantee.and_then(|guarantee| guarantee.radius);
            let (flips, erasures) = radius.map_or((1, 1), |r| (r.flips.max(1), r.erasures.max(1)));
            let first: Vec<usize> = (0..patterns.count().min(MOST_PATTERNS)).collect();
            if let Ok(patterns) = patterns.select(&first) {
                let stored = Cues::from(&patterns);
                cues.push(stored.clone());
                cues.push(stored.clone().flip(flips, seed));
                cues.push(stored.erase_random(erasures, seed));
            }
        }
        if let Ok(random) = Patterns::random(RANDOM, n, seed.wrapping_add(1)) {
            cues.push(Cues::from(&random).erase_random(n / 4, seed));
        }
        let mut all = Vec::new();
        for cues in &cues {
            all.extend(of_cues(network, cues)?);
        }
        Ok(Self(all))
    }

    pub(super) fn count(&self) -> usize {
        self.0.len()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Vector> {
        self.0.iter()
    }
}

fn of_cues(network: &Network, cues: &Cues) -> Result<Vec<Vector>, SizeMismatch> {
    let wrong_size = |_: RecallError| SizeMismatch {
        network: network.neurons(),
        patterns: cues.neurons(),
    };
    let sweep = RecallOptions::new(Update::Asynchronous(Order::Fixed)).with_max_steps(1);
    let options = recall_options(network.symmetry()).with_max_steps(MOST_STEPS as usize);
    let stepped = step(network, cues).map_err(wrong_size)?;
    let swept = recall(network, cues, &sweep).map_err(wrong_size)?.states;
    let recalled = recall(network, cues, &options).map_err(wrong_size)?.states;
    let n = cues.neurons();
    let of_state = |states: &Patterns, c: usize| words((0..n).map(|i| states.is_plus(c, i)));
    let vectors = (0..cues.count()).map(|c| Vector {
        parts: [
            words((0..n).map(|i| cues.value(c, i) > 0)),
            words((0..n).map(|i| cues.value(c, i) != 0)),
            of_state(&stepped, c),
            of_state(&swept, c),
            of_state(&recalled, c),
        ],
    });
    Ok(vectors.collect())
}
