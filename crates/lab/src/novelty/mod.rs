//! Novelty: does a network tell the patterns that it knows from others, before it has repaired them?
//!
//! A [`Statistic`] gives each cue a score, larger for what looks new. Two sets of cues, known and unknown ones, say how well
//! a score tells them apart ([`Separation`]), and a [`Detector`] keeps the score from which on a cue is called unknown.
//! Familiarity by energy: Bogacz, Brown & Giraud-Carrier, Journal of Computational Neuroscience 10 (2001). The distance to
//! the nearest stored pattern needs no network: it is the control that every statistic stands beside.

mod detector;
mod separation;

pub use detector::{Detector, DetectorError};
pub use separation::{Rates, RocPoint, Separation};

use crate::plot::{Chart, Dash, Look, Point, Series};
use attractor::recall::step;
use attractor::{Cues, Network, Patterns, RecallError};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// What a cue is judged by. Every score is larger for what looks new.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Statistic {
    /// The energy of the cue, for each neuron; unknown entries count as 0.
    Energy,
    /// Known entries that the first synchronous step changes.
    FirstStep,
    /// Entries that the second synchronous step changes.
    SecondStep,
    /// Known entries in which the cue differs from the nearest stored pattern: the control, without any network.
    Nearest,
}

/// A text that names no statistic.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no statistic; there are energy, first-step, second-step and nearest")]
pub struct ParseStatisticError(String);

impl Statistic {
    /// All of them, the control last.
    pub const ALL: [Self; 4] = [
        Self::Energy,
        Self::FirstStep,
        Self::SecondStep,
        Self::Nearest,
    ];

    pub(crate) fn look(self) -> Look {
        match self {
            Self::Energy => Look::new(4, Dash::Solid),
            Self::FirstStep => Look::new(2, Dash::Solid),
            Self::SecondStep => Look::new(1, Dash::Solid),
            Self::Nearest => Look::new(0, Dash::Dotted),
        }
    }

    /// By which users ask for it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Energy => "energy",
            Self::FirstStep => "first-step",
            Self::SecondStep => "second-step",
            Self::Nearest => "nearest",
        }
    }
}

impl fmt::Display for Statistic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Statistic {
    type Err = ParseStatisticError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let named = Self::ALL
            .into_iter()
            .find(|statistic| statistic.name() == text);
        named.ok_or_else(|| ParseStatisticError(text.to_owned()))
    }
}

/// Why cues have no scores.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum NoveltyError {
    /// Cues of another size than the network.
    #[error(transparent)]
    Recall(#[from] RecallError),
    /// [`Statistic::Nearest`] without stored patterns.
    #[error("the distance to the nearest stored pattern needs the stored patterns")]
    NoPatterns,
    /// Stored patterns of another size than the network.
    #[error("the network has {network} neurons, the stored patterns have {patterns}")]
    Size {
        /// The network's N.
        network: usize,
        /// The patterns' N.
        patterns: usize,
    },
}

/// The score of every cue. `stored` are the patterns that the network stores; only [`Statistic::Nearest`] looks at them.
///
/// # Errors
/// [`NoveltyError`].
pub fn scores(
    statistic: Statistic,
    network: &Network,
    stored: Option<&Patterns>,
    cues: &Cues,
) -> Result<Vec<f64>, NoveltyError> {
    if cues.neurons() != network.neurons() {
        return Err(NoveltyError::Recall(RecallError::Size {
            network: network.neurons(),
            cues: cues.neurons(),
        }));
    }
    let moved = |counts: Vec<u32>| counts.into_iter().map(f64::from).collect();
    match statistic {
        Statistic::Energy => Ok((0..cues.count())
            .into_par_iter()
            .map(|c| energy(network, cues, c))
            .collect()),
        Statistic::FirstStep => {
            let first = step(network, cues)?;
            let counts = (0..cues.count()).map(|c| differing(cues, c, first.bits(c)));
            Ok(moved(counts.collect()))
        }
        Statistic::SecondStep => {
            let first = Cues::from(&step(network, cues)?);
            let second = step(network, &first)?;
            let counts = (0..cues.count()).map(|c| differing(&first, c, second.bits(c)));
            Ok(moved(counts.collect()))
        }
        Statistic::Nearest => {
            let stored = stored.ok_or(NoveltyError::NoPatterns)?;
            if stored.neurons() != network.neurons() {
                return Err(NoveltyError::Size {
                    network: network.neurons(),
                    patterns: stored.neurons(),
                });
            }
            Ok(distances(stored, cues))
        }
    }
}

/// Known entries in which each cue differs from the stored pattern nearest to it, of as many neurons.
pub(crate) fn distances(stored: &Patterns, cues: &Cues) -> Vec<f64> {
    let nearest = |c| {
        let all = 0..stored.count();
        all.map(|mu| differing(cues, c, stored.bits(mu))).min()
    };
    (0..cues.count())
        .into_par_iter()
        .map(|c| f64::from(nearest(c).unwrap_or(0)))
        .collect()
}

/// The ROC curves, a line for each statistic.
pub fn chart(title: String, curves: &[(Statistic, Separation)]) -> Chart {
    let line = |(statistic, separation): &(Statistic, Separation)| Series {
        name: format!("{statistic}: area {:.3}", separation.auc),
        points: separation
            .roc
            .iter()
            .map(|point| Point::bare(100.0 * point.false_alarms, 100.0 * point.found))
            .collect(),
        look: statistic.look(),
    };
    Chart {
        title,
        x_label: "known cues that are called unknown, %".to_owned(),
        y_label: "unknown cues that are found, %".to_owned(),
        y_min: Some(0.0),
        y_max: Some(104.0),
        marks: Vec::new(),
        series: curves.iter().map(line).collect(),
    }
}

/// Energy of a cue for each neuron.
fn energy(network: &Network, cues: &Cues, c: usize) -> f64 {
    let state: Vec<f64> = (0..cues.neurons())
        .map(|i| f64::from(cues.value(c, i)))
        .collect();
    network.energy(&state) / network.neurons() as f64
}

/// Known entries in which cue c differs from a state.
pub(crate) fn differing(cues: &Cues, c: usize, state: &[u64]) -> u32 {
    let cue = cues.state_bits(c).iter().zip(cues.known_bits(c));
    cue.zip(state)
        .map(|((cue, known), state)| ((cue ^ state) & known).count_ones())
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use attractor::rules::PseudoInverse;
    use attractor::{Couplings, Symmetry};

    #[test]
    fn scores_are_what_they_say() {
        let weights = vec![0.0, 2.0, 1.0, 2.0, 0.0, -1.0, 1.0, -1.0, 0.0];
        let network = Network::new(Symmetry::Symmetric, weights, vec![0.0; 3]).unwrap();
        let cues = Cues::from_values(2, 3, &[1, -1, 1, 1, 0, 1]).unwrap();
        let of = |statistic| scores(statistic, &network, None, &cues).unwrap();
        // E = -(2 s0 s1 + s0 s2 - s1 s2).
        assert_eq!(of(Statistic::Energy), [0.0, -1.0 / 3.0]);
        // (1, -1, 1) to (-1, 1, 1) and (1, ?, 1) to (1, 1, 1), whose next step is (1, 1, -1).
        assert_eq!(of(Statistic::FirstStep), [2.0, 0.0]);
        assert_eq!(of(Statistic::SecondStep), [3.0, 1.0]);
        let stored = Patterns::from_signs(2, 3, &[1, 1, 1, -1, -1, 1]).unwrap();
        let nearest = scores(Statistic::Nearest, &network, Some(&stored), &cues);
        assert_eq!(nearest.unwrap(), [1.0, 0.0]);
        assert_eq!(
            scores(Statistic::Nearest, &network, None, &cues),
            Err(NoveltyError::NoPatterns)
        );
    }

    #[test]
    fn a_network_below_its_capacity_knows_its_patterns() {
        let stored = Patterns::random(10, 100, 1).unwrap();
        let full = Couplings::full(100, Symmetry::Symmetric).unwrap();
        let network = PseudoInverse::default().fit(&stored, &full).unwrap();
        let known = Cues::from(&stored).flip(10, 1);
        let unknown = Cues::from(&Patterns::random(10, 100, 2).unwrap());
        for statistic in Statistic::ALL {
            let of = |cues| scores(statistic, &network, Some(&stored), cues).unwrap();
            let separation = Separation::of(&of(&known), &of(&unknown));
            assert!(separation.auc > 0.95, "{statistic}: {}", separation.auc);
        }
    }
}
