//! Outcome: the network, what is proven about it, and what the search did.

use crate::damage::Damage;
use crate::evidence::Evidence;
use crate::survive::Survival;
use attractor::{Phase, Trained};
use std::fmt;
use std::time::Duration;

/// What a search did, for reports.
#[derive(Debug, Clone, PartialEq, Default)]
#[non_exhaustive]
pub struct Statistics {
    /// Nodes of the branch and bound; of a symmetric network, those of refuting cores.
    pub nodes: u64,
    /// Calls of the min-norm primitive.
    pub min_norm_calls: u64,
    /// Infeasible subsystems in the pools at the end.
    pub pool: usize,
    /// Time by phase, in the order in which the phases ran; of a directed network summed over neurons.
    pub phases: PhaseTimes,
    /// Wall time from the control's start until the fewest wrong bits were found and proven; the rest went to the margin
    /// or to sparse weights. None if they were not.
    pub proven_after: Option<Duration>,
}

/// Time by phase, in the order in which the phases ran.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PhaseTimes(Vec<(Phase, Duration)>);

impl PhaseTimes {
    /// These phases, so far without time.
    pub(crate) fn of(phases: &[Phase]) -> Self {
        Self(
            phases
                .iter()
                .map(|&phase| (phase, Duration::ZERO))
                .collect(),
        )
    }

    /// Adds `time` to what `phase` took.
    pub(crate) fn spend(&mut self, phase: Phase, time: Duration) {
        match self.0.iter_mut().find(|(known, _)| *known == phase) {
            Some((_, spent)) => *spent += time,
            None => self.0.push((phase, time)),
        }
    }

    /// The phases with their times.
    pub fn iter(&self) -> impl Iterator<Item = (Phase, Duration)> + '_ {
        self.0.iter().copied()
    }
}

/// What every search answers with: directed, symmetric and discrete.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// The network and its bounds.
    pub trained: Trained,
    /// What the lower bound rests on.
    pub evidence: Evidence,
    /// What the search did.
    pub statistics: Statistics,
}

/// What a search found, where nothing is said of its margin.
impl From<Found> for Outcome {
    fn from(found: Found) -> Self {
        Self {
            trained: found.trained,
            statistics: found.statistics,
            margin_gap: None,
            repair: None,
            network_margin: None,
            evidence: found.evidence,
            survival: None,
        }
    }
}

/// How well the first step undoes random damage, by the normal law of a damaged cue's fields, or by exact count where all
/// neurons have few inputs (16; 10 with erasures); floating-point numbers.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Repair {
    /// Bits that hold by a positive field, and were to go on holding.
    pub kept: usize,
    /// The mean over these bits of the logarithm of the probability that the bit is right, ln Φ(cκ), in nats: at most 0,
    /// where no damage is felt.
    pub value: f64,
    /// By how much, in nats a kept bit, other weights that hold the same bits above the same floors may exceed `value`. Of
    /// symmetric networks against directed ones, which may do better than any symmetric network. `None` where neurons have so
    /// few inputs that `value` is an exact count and no law.
    pub gap: Option<f64>,
    /// How the network was chosen by what it recalls: `None` unless [`Preference::Usual`](crate::Preference::Usual) or
    /// [`Preference::Recall`](crate::Preference::Recall) asked for it.
    pub choice: Option<Choice>,
}

/// A network that was chosen by how many damaged patterns it recalls. The cues are the training's own, of fixed seeds; the
/// shares are of cues that no choice was made on.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Choice {
    /// What it was trained for before any round.
    pub origin: Origin,
    /// Rounds on passed states that were kept; 0 if none gained.
    pub rounds: usize,
    /// Own cues: of every pattern, at each of some numbers of flips, as many.
    pub cues: usize,
    /// The share of these that the network of widest margin recalls, exactly and asynchronously in the fixed order.
    pub recalled_by_widest: f64,
    /// The share that the chosen network recalls.
    pub recalled: f64,
}

/// What a network that was chosen by what it recalls was trained for first.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Origin {
    /// The widest margin.
    WidestMargin,
    /// The best first step under this damage.
    Noise(Damage),
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::WidestMargin => f.write_str("widest margin"),
            Self::Noise(damage) if damage.erased() == 0.0 => {
                write!(f, "noise {}", damage.flipped())
            }
            Self::Noise(damage) => {
                write!(f, "noise {}, {} erased", damage.flipped(), damage.erased())
            }
        }
    }
}

/// A trained network with what was learned on the way.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Outcome {
    /// The network and its bounds.
    pub trained: Trained,
    /// What the search did.
    pub statistics: Statistics,
    /// By how much [`network_margin`](Self::network_margin) may fall short of the widest among all networks with the fewest
    /// wrong bits, relative to the latter: 1e-3 or less where its search converged, a floating-point number. `None` where the
    /// search ended before it was known or weights were made sparse, and where of networks with wrong bits only those with
    /// the same wrong bits were compared: all are on small systems under strict ties. Discrete weights: 0 where the margin by
    /// rows, [`Trained::margin`], is proven to be the widest.
    pub margin_gap: Option<f64>,
    /// How well the first step undoes damage; `None` unless [`Preference::Repair`](crate::Preference::Repair) or
    /// [`Preference::Recall`](crate::Preference::Recall) asked for it.
    pub repair: Option<Repair>,
    /// Of symmetric real weights whose margin was widened: the least aligned field of a right bit over the norm of all free
    /// weights and biases, each coupling counted once. It is what training widens; [`Trained::margin`], by the norm of each
    /// row, need not be the widest of its kind.
    pub network_margin: Option<f64>,
    /// What the lower bound rests on, for [`certify`](crate::certify()).
    pub evidence: Evidence,
    /// What the network's patterns survive and what none of its class can, if that was asked for.
    pub survival: Option<Survival>,
}
