//! What is known about the damage that stored patterns survive.

use super::distances::distance;
use crate::evidence::SurvivalCore;
use crate::instance::Instance;
use crate::problem::{Survive, SurviveGoal};
use attractor::{Control, Radius};
use std::fmt;

/// What the patterns of a network survive, and what no network of its class that holds the same bits can.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Survival {
    /// What was asked for.
    pub asked: Survive,
    /// Stored patterns: those without a wrong bit.
    pub stored: usize,
    /// What every stored pattern survives, recounted on the weights; `None` if no pattern is stored.
    pub guaranteed: Option<Radius>,
    /// Stored patterns that survive what was asked for; of the largest radius, what is guaranteed.
    pub patterns_guaranteed: usize,
    /// No network of the class that holds the same bits makes every stored pattern survive more flips (beside the erasures
    /// asked for). `None` where that was not asked or is not known.
    pub upper_bound: Option<usize>,
    /// No such network makes more patterns survive what was asked for. `None` where that was not asked or is not known.
    pub patterns_upper_bound: Option<usize>,
    /// Why no more is possible, or not what was asked for.
    pub forbidden_by: Option<Forbidden>,
    /// Whether `upper_bound` rests on trying all networks of whole symmetric weights, which no certificate states.
    pub exhausted: bool,
    /// Why it is not known whether the next larger radius can be had.
    pub unproven: Option<Unproven>,
}

/// Why a search for a radius ended without weights and without a proof.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Unproven {
    /// Trying all whole weights takes more work than a search may.
    Work,
    /// A time limit or an interrupt ended it.
    Stopped,
    /// Every neuron could by itself, but no symmetric network was found.
    Coupled,
    /// The answer is within the error of rounding.
    Rounding,
}

impl Unproven {
    /// Why a search that had no other limits ended.
    pub(super) fn of_search(control: &Control<'_>) -> Self {
        if control.should_stop() {
            Self::Stopped
        } else {
            Self::Work
        }
    }
}

impl fmt::Display for Unproven {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Work => "trying all whole weights takes more work than a search may",
            Self::Stopped => "a time limit or an interrupt ended the search",
            Self::Coupled => {
                "every neuron could by itself, but no symmetric network was found that does"
            }
            Self::Rounding => "the answer is within the error of rounding",
        })
    }
}

/// Which bits cannot all survive.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Forbidden {
    /// Two patterns are too near to each other.
    Pair {
        /// The patterns, ascending.
        patterns: (usize, usize),
        /// In how many bits they differ.
        distance: usize,
        /// A neuron that would have to answer a common cue of both.
        neuron: usize,
    },
    /// One pattern's bit has too few inputs.
    Alone {
        /// The pattern.
        pattern: usize,
        /// The neuron.
        neuron: usize,
        /// Its inputs.
        inputs: usize,
    },
    /// More than two patterns at one neuron.
    Neuron {
        /// The neuron.
        neuron: usize,
        /// The patterns, ascending.
        patterns: Vec<usize>,
    },
}

impl Survival {
    /// Nothing is known yet.
    pub(super) fn new(asked: Survive, stored: usize) -> Self {
        Self {
            asked,
            stored,
            guaranteed: None,
            patterns_guaranteed: 0,
            upper_bound: None,
            patterns_upper_bound: None,
            forbidden_by: None,
            exhausted: false,
            unproven: None,
        }
    }

    /// With what the final weights survive, pattern by pattern.
    pub(super) fn counted(self, radii: &[Option<Radius>]) -> Self {
        let stored = || radii.iter().copied().flatten();
        let least = |part: fn(Radius) -> usize| stored().map(part).min();
        let flips = least(|radius| radius.flips);
        let erasures = least(|radius| radius.erasures);
        let guaranteed = flips.zip(erasures);
        let asked = match self.asked.goal {
            SurviveGoal::All(flips) | SurviveGoal::Most(flips) => flips,
            SurviveGoal::Largest => flips.unwrap_or(0),
        };
        let is_met = |r: &Radius| r.flips >= asked && r.erasures >= self.asked.erasures;
        Self {
            guaranteed: guaranteed.map(|(flips, erasures)| Radius { flips, erasures }),
            patterns_guaranteed: stored().filter(is_met).count(),
            ..self
        }
    }

    /// Whether it is proven that no network of the class that holds the same bits does more of what was asked for.
    pub fn is_proven(&self) -> bool {
        match self.asked.goal {
            SurviveGoal::Most(_) => self.patterns_upper_bound == Some(self.patterns_guaranteed),
            SurviveGoal::All(_) if self.is_met() => true,
            _ => self.upper_bound.is_some() && self.upper_bound == self.guaranteed.map(|r| r.flips),
        }
    }

    /// Whether every stored pattern survives what was asked for.
    pub fn is_met(&self) -> bool {
        self.patterns_guaranteed == self.stored
    }
}

impl Forbidden {
    /// What a core says.
    pub(super) fn of(core: &SurvivalCore, instance: &Instance<'_>) -> Self {
        let mut patterns: Vec<usize> = core.bits().map(|bit| bit.pattern).collect();
        patterns.sort_unstable();
        patterns.dedup();
        let neuron = core.neuron;
        match patterns[..] {
            [pattern] => Self::Alone {
                pattern,
                neuron,
                inputs: instance.couplings.inputs(neuron).len(),
            },
            [first, second] => Self::Pair {
                patterns: (first, second),
                distance: distance(&instance.patterns, first, second),
                neuron,
            },
            _ => Self::Neuron { neuron, patterns },
        }
    }
}

impl fmt::Display for Forbidden {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Pair {
                patterns: (first, second),
                distance,
                neuron,
            } => write!(
                f,
                "patterns {first} and {second} differ in {distance} bits and have a common cue at neuron {neuron}: two \
                 patterns at distance d survive at most d - 2 flips in sum, d - 2 erasures each"
            ),
            Self::Alone {
                pattern,
                neuron,
                inputs,
            } => write!(
                f,
                "neuron {neuron} has {inputs} inputs: fewer than half of them may be flipped, and not all erased \
                 (pattern {pattern})"
            ),
            Self::Neuron { neuron, patterns } => {
                write!(
                    f,
                    "neuron {neuron} cannot make these {} patterns survive:",
                    patterns.len()
                )?;
                for pattern in patterns.iter().take(12) {
                    write!(f, " {pattern}")?;
                }
                f.write_str(if patterns.len() > 12 { " ..." } else { "" })
            }
        }
    }
}
