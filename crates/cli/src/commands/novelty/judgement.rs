//! What one statistic says.

use attractor_lab::novelty::{Rates, Separation, Statistic};

/// How well a statistic tells unknown cues from known ones.
pub(super) struct Judgement {
    pub(super) statistic: Statistic,
    /// Of all cues.
    pub(super) separation: Separation,
    /// What the threshold that the even cues chose does to the odd ones.
    pub(super) rates: Rates,
    /// The scores of the even cues, known and unknown.
    pub(super) chosen_on: [Vec<f64>; 2],
}

impl Judgement {
    /// From at least two scores of known and of unknown cues.
    pub(super) fn new(statistic: Statistic, known: &[f64], unknown: &[f64]) -> Self {
        let half = |scores: &[f64], first: usize| -> Vec<f64> {
            scores.iter().copied().skip(first).step_by(2).collect()
        };
        let chosen_on = [half(known, 0), half(unknown, 0)];
        let threshold = Separation::of(&chosen_on[0], &chosen_on[1]).best_threshold();
        Self {
            statistic,
            separation: Separation::of(known, unknown),
            rates: Rates::of(threshold, &half(known, 1), &half(unknown, 1)),
            chosen_on,
        }
    }
}
