//! How well a score tells unknown cues from known ones.

use crate::plot::Point;

/// Receiver operating characteristic of a score, larger for unknown cues.
#[derive(Debug, Clone, PartialEq)]
pub struct Separation {
    /// Area under the curve: the probability that an unknown cue has the larger score, a tie counting half (Mann &
    /// Whitney 1947).
    pub auc: f64,
    /// Lower end of its 95 % interval.
    pub low: f64,
    /// Upper end.
    pub high: f64,
    /// From the threshold that calls nothing unknown to one that calls everything so.
    pub roc: Vec<RocPoint>,
}

/// What a threshold does. Cues with a score above it are called unknown.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RocPoint {
    /// The threshold: infinite, or a score that occurs, or below all of them.
    pub threshold: f64,
    /// Share of known cues that are called unknown, 0 to 1.
    pub false_alarms: f64,
    /// Share of unknown cues that are called unknown.
    pub found: f64,
}

/// Shares that a threshold reaches, in percent with Wilson's 95 % interval in `low` and `high`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rates {
    /// Known cues that are called unknown.
    pub false_alarms: Point,
    /// Unknown cues that are called unknown.
    pub found: Point,
}

impl Rates {
    /// What a threshold does to these scores.
    pub fn of(threshold: f64, known: &[f64], unknown: &[f64]) -> Self {
        let above = |scores: &[f64]| scores.iter().filter(|&&score| score > threshold).count();
        let share = |scores: &[f64]| Point::percent_of(0.0, above(scores), scores.len());
        Self {
            false_alarms: share(known),
            found: share(unknown),
        }
    }
}

impl Separation {
    /// From the scores of known and of unknown cues, at least one of each. Takes n log n operations.
    ///
    /// # Panics
    /// If a set is empty.
    pub fn of(known: &[f64], unknown: &[f64]) -> Self {
        assert!(
            !known.is_empty() && !unknown.is_empty(),
            "a set without a score"
        );
        let (m, n) = (known.len() as f64, unknown.len() as f64);
        let mut all: Vec<(f64, bool)> = known.iter().map(|&score| (score, false)).collect();
        all.extend(unknown.iter().map(|&score| (score, true)));
        all.sort_by(|a, b| b.0.total_cmp(&a.0));
        let (mut false_alarms, mut found) = (0.0, 0.0);
        let mut area = 0.0;
        let mut roc = vec![RocPoint {
            threshold: f64::INFINITY,
            false_alarms: 0.0,
            found: 0.0,
        }];
        for tied in all.chunk_by(|a, b| a.0 == b.0) {
            let new = tied.iter().filter(|(_, unknown)| *unknown).count() as f64;
            let old = tied.len() as f64 - new;
            area += old * (found + 0.5 * new);
            (false_alarms, found) = (false_alarms + old, found + new);
            roc.push(RocPoint {
                threshold: 0.0,
                false_alarms: false_alarms / m,
                found: found / n,
            });
        }
        // A threshold is the next lower score: what lies above it is called unknown.
        let scores: Vec<f64> = all
            .chunk_by(|a, b| a.0 == b.0)
            .map(|tied| tied[0].0)
            .collect();
        for (k, point) in roc.iter_mut().enumerate().skip(1) {
            point.threshold = scores.get(k).copied().unwrap_or(f64::NEG_INFINITY);
        }
        roc[0].threshold = scores[0];
        let auc = area / (m * n);
        let (low, high) = interval(auc, m, n);
        Self {
            auc,
            low,
            high,
            roc,
        }
    }

    /// The threshold with the largest difference of the two shares (Youden, Cancer 3, 1950), half-way between the scores
    /// around it; the highest of several.
    pub fn best_threshold(&self) -> f64 {
        let gain = |point: &RocPoint| point.found - point.false_alarms;
        let mut best = 0;
        for (k, point) in self.roc.iter().enumerate() {
            if gain(point) > gain(&self.roc[best]) {
                best = k;
            }
        }
        let below = self.roc[best].threshold;
        match best.checked_sub(1).map(|k| self.roc[k].threshold) {
            Some(above) if below.is_finite() => f64::midpoint(above, below),
            // Everything is called unknown.
            Some(lowest) => lowest - 1.0,
            None => below,
        }
    }
}

/// The 95 % interval of an AUC from m and n scores: method 5 of Newcombe, Statistics in Medicine 25 (2006), which keeps
/// its width where the AUC is 1.
fn interval(auc: f64, m: f64, n: f64) -> (f64, f64) {
    const Z: f64 = 1.96;
    let half = f64::midpoint(m, n) - 1.0;
    let error = |theta: f64| {
        let spread = 1.0 + half * ((1.0 - theta) / (2.0 - theta) + theta / (1.0 + theta));
        Z * (theta * (1.0 - theta) * spread / (m * n)).sqrt()
    };
    let outside = |theta: f64| (auc - theta).abs() > error(theta);
    let end = |mut far: f64| {
        let mut near = auc;
        for _ in 0..60 {
            let middle = f64::midpoint(near, far);
            if outside(middle) {
                far = middle;
            } else {
                near = middle;
            }
        }
        near
    };
    (end(0.0), end(1.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn brute_force(known: &[f64], unknown: &[f64]) -> f64 {
        let mut sum = 0.0;
        for new in unknown {
            for old in known {
                sum += if new > old {
                    1.0
                } else if new == old {
                    0.5
                } else {
                    0.0
                };
            }
        }
        sum / (known.len() * unknown.len()) as f64
    }

    fn counts() -> impl Strategy<Value = Vec<f64>> {
        proptest::collection::vec((0u8..12).prop_map(f64::from), 1..40)
    }

    proptest! {
        #[test]
        fn the_area_is_that_of_all_pairs(known in counts(), unknown in counts()) {
            let separation = Separation::of(&known, &unknown);
            prop_assert!((separation.auc - brute_force(&known, &unknown)).abs() < 1e-12);
            prop_assert!(separation.low <= separation.auc && separation.auc <= separation.high);
            // The other way round everything is mirrored.
            let mirrored = Separation::of(&unknown, &known);
            prop_assert!((separation.low - (1.0 - mirrored.high)).abs() < 1e-9);
            // Every point is what its threshold does, and so is the best one's.
            for point in &separation.roc {
                let rates = Rates::of(point.threshold, &known, &unknown);
                prop_assert!((rates.found.y - 100.0 * point.found).abs() < 1e-9);
                prop_assert!((rates.false_alarms.y - 100.0 * point.false_alarms).abs() < 1e-9);
            }
            let best = separation.roc.iter().map(|p| p.found - p.false_alarms).fold(0.0, f64::max);
            let rates = Rates::of(separation.best_threshold(), &known, &unknown);
            prop_assert!((rates.found.y - rates.false_alarms.y - 100.0 * best).abs() < 1e-9);
        }
    }

    #[test]
    fn an_interval_has_a_width_even_where_nothing_overlaps() {
        let separation = Separation::of(&[0.0; 20], &[1.0; 30]);
        assert_eq!((separation.auc, separation.high), (1.0, 1.0));
        assert!(
            0.8 < separation.low && separation.low < 0.99,
            "{}",
            separation.low
        );
        let coin = Separation::of(&[1.0; 200], &[1.0; 200]);
        assert_eq!(coin.auc, 0.5);
        // Hanley and McNeil's standard error at 1/2 is 0.029.
        assert!(
            (coin.high - 0.5 - 1.96 * 0.029).abs() < 0.002,
            "{}",
            coin.high
        );
    }
}
