//! Where each recall ended: in a stored pattern, its negative, another fixed point, or a cycle.

use anyhow::Result;
use attractor::{Cues, End, Network, Order, Patterns, RecallOptions, Recalled, Update, recall};

/// What a recall ended in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ending {
    Stored,
    Negative,
    /// A fixed point that is neither.
    Other,
    /// A fixed point, where the stored patterns are not known.
    FixedPoint,
    /// As many states as this, one after another without end.
    Cycle(usize),
    /// Neither within the step limit.
    StepLimit,
}

impl Ending {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Stored => "stored",
            Self::Negative => "negative",
            Self::Other => "other",
            Self::FixedPoint => "fixed-point",
            Self::Cycle(_) => "cycle",
            Self::StepLimit => "step-limit",
        }
    }

    pub(super) fn cycle_length(self) -> Option<usize> {
        match self {
            Self::Cycle(length) => Some(length),
            _ => None,
        }
    }
}

/// The stored pattern that a state is most like, and their overlap (1/N) Σ ξ_i s_i.
#[derive(Debug, Clone, Copy)]
pub(super) struct Nearest {
    pub(super) pattern: usize,
    pub(super) overlap: f64,
}

/// The nearest stored pattern of each state; the first of equally near ones.
pub(super) fn nearest(states: &Patterns, stored: &Patterns) -> Vec<Nearest> {
    let neurons = states.neurons() as f64;
    let overlap = |c: usize, mu: usize| {
        let pairs = states.bits(c).iter().zip(stored.bits(mu));
        let different: u32 = pairs.map(|(a, b)| (a ^ b).count_ones()).sum();
        1.0 - 2.0 * f64::from(different) / neurons
    };
    let of = |c: usize| {
        let first = Nearest {
            pattern: 0,
            overlap: overlap(c, 0),
        };
        (1..stored.count()).fold(first, |best, pattern| {
            let overlap = overlap(c, pattern);
            if overlap > best.overlap {
                Nearest { pattern, overlap }
            } else {
                best
            }
        })
    };
    (0..states.count()).map(of).collect()
}

/// The ending of each recall.
///
/// # Errors
/// None for states of the network's size.
pub(super) fn endings(
    network: &Network,
    recalled: &Recalled,
    stored: Option<&Patterns>,
    options: &RecallOptions,
) -> Result<Vec<Ending>> {
    let mut endings: Vec<Ending> = (0..recalled.ends.len())
        .map(|c| match recalled.ends[c] {
            End::FixedPoint => stored.map_or(Ending::FixedPoint, |stored| {
                settled(&recalled.states, c, stored)
            }),
            End::TwoCycle => Ending::Cycle(2),
            End::StepLimit => Ending::StepLimit,
        })
        .collect();
    // A random order makes each sweep another one, so that no state has to come back.
    if !matches!(options.update, Update::Asynchronous(Order::Random { .. })) {
        let limited = |&c: &usize| endings[c] == Ending::StepLimit;
        let limited: Vec<usize> = (0..endings.len()).filter(limited).collect();
        for (c, length) in cycles(network, recalled, &limited, options)? {
            endings[c] = Ending::Cycle(length);
        }
    }
    Ok(endings)
}

/// The ending of a recall that settled.
fn settled(states: &Patterns, c: usize, stored: &Patterns) -> Ending {
    let signs = |patterns: &Patterns, mu: usize| patterns.signs(mu).collect::<Vec<i8>>();
    let state = signs(states, c);
    let negative: Vec<i8> = state.iter().map(|sign| -sign).collect();
    let mut ending = Ending::Other;
    for mu in 0..stored.count() {
        let pattern = signs(stored, mu);
        if pattern == state {
            return Ending::Stored;
        }
        if pattern == negative {
            ending = Ending::Negative;
        }
    }
    ending
}

/// The lengths of the cycles that these recalls are in or run into within the step limit once more, found as Brent (1980)
/// does: each state is compared with one that is kept, and the kept one is renewed after 1, 2, 4, … steps.
fn cycles(
    network: &Network,
    recalled: &Recalled,
    which: &[usize],
    options: &RecallOptions,
) -> Result<Vec<(usize, usize)>> {
    let step = RecallOptions {
        max_steps: 1,
        ..*options
    };
    let mut found = Vec::new();
    let mut walking = which.to_vec();
    if walking.is_empty() {
        return Ok(found);
    }
    let mut kept = recalled.states.select(&walking)?;
    let mut now = kept.clone();
    let (mut renewal, mut length) = (1, 0);
    for _ in 0..options.max_steps {
        if length == renewal {
            kept = now.clone();
            renewal *= 2;
            length = 0;
        }
        let next = recall(network, &Cues::from(&now), &step)?;
        length += 1;
        let mut left = Vec::new();
        for (k, &c) in walking.iter().enumerate() {
            if next.ends[k] == End::TwoCycle {
                found.push((c, 2));
            } else if next.states.bits(k) == kept.bits(k) {
                found.push((c, length));
            } else if next.ends[k] != End::FixedPoint {
                left.push(k);
            }
        }
        if left.is_empty() {
            break;
        }
        walking = left.iter().map(|&k| walking[k]).collect();
        kept = kept.select(&left)?;
        now = next.states.select(&left)?;
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use attractor::Symmetry;

    #[test]
    fn a_ring_of_three_neurons_cycles_through_six_states() {
        // s_0 follows s_2 with the other sign, s_1 follows s_0, s_2 follows s_1.
        let weights = vec![0.0, 0.0, -1.0, 1.0, 0.0, 0.0, 0.0, 1.0, 0.0];
        let network = Network::new(Symmetry::Directed, weights, vec![0.0; 3]).unwrap();
        let start = Patterns::from_signs(2, 3, &[1, 1, 1, 1, -1, 1]).unwrap();
        let options = RecallOptions {
            max_steps: 20,
            ..RecallOptions::default()
        };
        let recalled = recall(&network, &Cues::from(&start), &options).unwrap();
        assert_eq!(recalled.ends, [End::StepLimit, End::TwoCycle]);
        let found = endings(&network, &recalled, None, &options).unwrap();
        assert_eq!(found, [Ending::Cycle(6), Ending::Cycle(2)]);
    }

    #[test]
    fn fixed_points_are_told_apart() {
        let weights = vec![0.0, 1.0, 1.0, 0.0];
        let network = Network::new(Symmetry::Symmetric, weights, vec![0.0; 2]).unwrap();
        let cues = Patterns::from_signs(2, 2, &[1, 1, -1, -1]).unwrap();
        let options = RecallOptions::default();
        let recalled = recall(&network, &Cues::from(&cues), &options).unwrap();
        let of = |signs: &[i8]| {
            let stored = Patterns::from_signs(1, 2, signs).unwrap();
            endings(&network, &recalled, Some(&stored), &options).unwrap()
        };
        assert_eq!(of(&[1, 1]), [Ending::Stored, Ending::Negative]);
        assert_eq!(of(&[1, -1]), [Ending::Other, Ending::Other]);
        let unknown = endings(&network, &recalled, None, &options).unwrap();
        assert_eq!(unknown, [Ending::FixedPoint, Ending::FixedPoint]);
        let found = nearest(
            &recalled.states,
            &Patterns::from_signs(2, 2, &[1, -1, 1, 1]).unwrap(),
        );
        assert_eq!((found[0].pattern, found[0].overlap), (1, 1.0));
        assert_eq!((found[1].pattern, found[1].overlap), (0, 0.0));
    }
}
