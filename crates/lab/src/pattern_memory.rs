//! Pattern memory: memories that keep the patterns themselves instead of pairwise weights, as the limit that networks are
//! compared with.

use crate::figures::CellError;
use crate::figures::measure::data;
use crate::novelty::differing;
use crate::plot::{Dash, Look};
use attractor::{Cues, DenseMemory, Patterns, RecallOptions, Separation, Update};
use serde::{Deserialize, Serialize};

/// A memory that keeps all its P·N bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum PatternMemory {
    /// A dense memory with the exponential energy (Demircigil et al. 2017), β = 1.
    Dense,
    /// The stored pattern of the largest overlap with the cue, the first on ties. No network and no dynamics.
    Nearest,
}

impl PatternMemory {
    /// The name in tables and configurations.
    pub fn name(self) -> &'static str {
        match self {
            Self::Dense => "dense",
            Self::Nearest => "nearest",
        }
    }

    /// Its name in legends.
    pub fn label(self) -> &'static str {
        match self {
            Self::Dense => "dense memory",
            Self::Nearest => "nearest pattern, without network",
        }
    }

    /// Its colour and dash: dotted, as it is no network.
    pub fn look(self) -> Look {
        let colour = match self {
            Self::Dense => 6,
            Self::Nearest => 3,
        };
        Look::new(colour, Dash::Dotted)
    }

    /// What it makes of each cue.
    ///
    /// # Errors
    /// Cues of another size than the patterns, or none.
    pub fn recall(
        self,
        stored: &Patterns,
        cues: &Cues,
        update: Update,
    ) -> Result<Patterns, CellError> {
        match self {
            Self::Dense => {
                let memory =
                    DenseMemory::new(stored.clone(), Separation::Exponential { beta: 1.0 });
                let recalled = memory
                    .map_err(data)?
                    .recall(cues, &RecallOptions::new(update));
                Ok(recalled.map_err(data)?.states)
            }
            Self::Nearest => {
                if stored.neurons() != cues.neurons() {
                    return Err(data(format!(
                        "the stored patterns have {} neurons, the cues have {}",
                        stored.neurons(),
                        cues.neurons()
                    )));
                }
                // The largest overlap is the fewest differing entries among those that are known.
                let of_cue = |c: usize| {
                    let all = 0..stored.count();
                    all.min_by_key(|&mu| differing(cues, c, stored.bits(mu)))
                };
                let found: Vec<usize> = (0..cues.count()).filter_map(of_cue).collect();
                stored.select(&found).map_err(data)
            }
        }
    }

    /// Stored patterns that are recalled from every cue with so many flipped bits; None where nothing is known.
    pub fn certain(self, stored: &Patterns, flips: usize) -> Option<usize> {
        let cues = Cues::from(stored);
        let survives = |&mu: &usize| {
            let others = (0..stored.count()).filter(|&nu| nu != mu);
            let distances = others.map(|nu| differing(&cues, mu, stored.bits(nu)) as usize);
            // Equal distances to two patterns are won by the first, so that a half is not certain.
            distances.min().is_none_or(|least| 2 * flips < least)
        };
        match self {
            Self::Dense => None,
            Self::Nearest => Some((0..stored.count()).filter(survives).count()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use attractor::Order;

    /// Every cue within the radius, by enumeration.
    #[test]
    fn what_is_certain_of_the_nearest_pattern_is_so_for_every_cue() {
        let stored = Patterns::random(5, 12, 3).unwrap();
        let memory = PatternMemory::Nearest;
        let recalled = |mu: usize, flipped: &[usize]| {
            let signs = stored.signs(mu).enumerate();
            let values: Vec<i8> = signs
                .map(|(i, s)| if flipped.contains(&i) { -s } else { s })
                .collect();
            let cue = Cues::from_values(1, 12, &values).unwrap();
            let states = memory.recall(&stored, &cue, Update::Synchronous).unwrap();
            states.bits(0) == stored.bits(mu)
        };
        for flips in 0..3 {
            let survives = |mu: usize| match flips {
                0 => recalled(mu, &[]),
                1 => (0..12).all(|i| recalled(mu, &[i])),
                _ => (0..12).all(|i| (0..i).all(|j| recalled(mu, &[i, j]))),
            };
            let all = (0..5).filter(|&mu| survives(mu)).count();
            let certain = memory.certain(&stored, flips).unwrap();
            assert!(certain <= all, "{flips}: {certain} of {all}");
            assert!(flips > 0 || certain == 5);
        }
    }

    #[test]
    fn both_repair_what_is_near() {
        let stored = Patterns::random(6, 60, 1).unwrap();
        let cues = Cues::from(&stored).flip(6, 2);
        for memory in [PatternMemory::Dense, PatternMemory::Nearest] {
            let states = memory.recall(&stored, &cues, Update::Asynchronous(Order::Fixed));
            let states = states.unwrap();
            assert!((0..6).all(|mu| states.bits(mu) == stored.bits(mu)));
        }
    }
}
