//! Trials: how many damaged patterns of its own, never those of a benchmark, a network recalls.

use crate::damage::Damage;
use crate::instance::Instance;
use attractor::{
    Bounds, Control, Cues, Network, Order, Phase, RecallOptions, TrainError, Update, recall,
};

/// The most flips of a cue in units of the damage that was asked for: the tail matters most.
const SPREAD: f64 = 4.0;

/// The most flips of any cue as a share of the neurons: beyond, next to nothing is recalled.
const MOST_FLIPPED: f64 = 0.3;

/// Numbers of flips, from few to the most, at which every pattern is damaged.
pub(super) const LEVELS: usize = 12;

/// Cues of a trial, about. More: networks are told apart that differ by less than a point, and trials take longer.
const CUES: usize = 2000;

/// Sweeps after which a recall is given up.
const SWEEPS: usize = 100;

/// Which cues: those that candidates and rounds are compared on, or fresh ones, which judge what was chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Which {
    Compare,
    Judge,
}

/// The most entries of a cue that are flipped and made unknown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Most {
    pub(super) flips: usize,
    pub(super) erased: usize,
}

impl Most {
    /// Where nothing is known of the cues.
    pub(super) fn usual(neurons: usize) -> Self {
        Self {
            flips: share(MOST_FLIPPED, neurons).max(1),
            erased: 0,
        }
    }

    /// Where `damage` is expected.
    pub(super) fn of(damage: Damage, neurons: usize) -> Self {
        Self {
            flips: share((SPREAD * damage.flipped()).min(MOST_FLIPPED), neurons),
            erased: share((2.0 * damage.erased()).min(0.9), neurons),
        }
    }

    /// So much of them at a level from 1 to [`LEVELS`].
    pub(super) fn at(self, level: usize) -> Self {
        Self {
            flips: (self.flips * level).div_ceil(LEVELS),
            erased: (self.erased * level).div_ceil(LEVELS),
        }
    }
}

fn share(of: f64, neurons: usize) -> usize {
    (of * neurons as f64).round() as usize
}

/// Damaged patterns, the same for every network.
pub(super) struct Trials<'a> {
    pub(super) instance: &'a Instance<'a>,
    pub(super) most: Most,
    /// Wrong bits of all that is tried, and their bound, for who watches.
    pub(super) known: Bounds,
}

impl Trials<'_> {
    /// Cues of a trial.
    pub(super) fn count(&self) -> usize {
        LEVELS * self.repeats() * self.instance.patterns.count()
    }

    /// Tells who watches that so many cues are recalled by the best network so far.
    pub(super) fn tell(&self, recalled: usize, tried: usize, phase: Phase, control: &Control<'_>) {
        let share = recalled as f64 / self.count() as f64;
        let Bounds {
            wrong_bits,
            lower_bound,
        } = self.known;
        control.report_recalled(wrong_bits, lower_bound, share, tried as u64, phase);
    }

    fn repeats(&self) -> usize {
        CUES.div_ceil(LEVELS * self.instance.patterns.count())
    }

    /// How many cues `network` recalls exactly, asynchronously in the fixed order; None if `control` stopped the trial.
    pub(super) fn recalled(
        &self,
        network: &Network,
        which: Which,
        control: &Control<'_>,
    ) -> Result<Option<usize>, TrainError> {
        let patterns = &self.instance.patterns;
        let options = RecallOptions::new(Update::Asynchronous(Order::Fixed)).with_max_steps(SWEEPS);
        let mut recalled = 0;
        for trial in 0..LEVELS * self.repeats() {
            if control.should_stop() {
                return Ok(None);
            }
            let most = self.most.at(trial % LEVELS + 1);
            let seed = which.seed() + trial as u64;
            let cues = Cues::from(patterns)
                .flip(most.flips, seed)
                .erase_random(most.erased, seed);
            let states = recall(network, &cues, &options)
                .map_err(|_| self.size())?
                .states;
            let right = |&mu: &usize| states.bits(mu) == patterns.bits(mu);
            recalled += (0..patterns.count()).filter(right).count();
        }
        Ok(Some(recalled))
    }

    /// Cues made from the patterns fit the network.
    fn size(&self) -> TrainError {
        TrainError::Size {
            couplings: self.instance.couplings.neurons(),
            patterns: self.instance.patterns.neurons(),
        }
    }
}

impl Which {
    /// The first of its seeds, one a level and repeat.
    pub(super) fn seed(self) -> u64 {
        match self {
            Self::Compare => 0x7472_6961 << 32,
            Self::Judge => 0x6c61_7374 << 32,
        }
    }
}
