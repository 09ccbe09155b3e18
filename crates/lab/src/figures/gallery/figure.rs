//! The experiment: its settings, its cells, and the damage that patterns suffer in it.

use crate::config::{ConfigError, Gallery, Grid};
use crate::figures::measure::{CellError, patterns_of};
use crate::ledger::Cell;
use crate::pattern_memory::PatternMemory;
use crate::plot::Look;
use crate::seeds;
use crate::trainer::Trainer;
use attractor::{Cues, Order, Patterns, Shape, Update};

/// How recall goes on: the paper's matrix product, all neurons at once, may end in a cycle of two states; Hopfield's own
/// one after another does not.
pub(super) const UPDATES: [Update; 2] = [Update::Synchronous, Update::Asynchronous(Order::Fixed)];

pub(super) fn update_name(update: Update) -> &'static str {
    match update {
        Update::Asynchronous(_) => "asynchronous",
        _ => "synchronous",
    }
}

/// What is compared: a network that a method trains, or a memory that keeps the patterns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Contender<'a> {
    Network(&'a Trainer),
    Patterns(PatternMemory),
}

impl Contender<'_> {
    pub(super) fn name(self) -> String {
        match self {
            Self::Network(trainer) => trainer.to_string(),
            Self::Patterns(memory) => memory.name().to_owned(),
        }
    }

    pub(super) fn label(self) -> String {
        match self {
            Self::Network(trainer) => trainer.label(),
            Self::Patterns(memory) => memory.label().to_owned(),
        }
    }

    pub(super) fn look(self) -> Look {
        match self {
            Self::Network(trainer) => trainer.look(),
            Self::Patterns(memory) => memory.look(),
        }
    }
}

/// An experiment on one set of images, checked and ready to run.
#[derive(Debug, Clone)]
pub(crate) struct GalleryFigure {
    pub(super) name: String,
    pub(super) title: String,
    pub(super) config: Gallery,
    pub(super) shape: Shape,
}

impl GalleryFigure {
    /// A figure from its configuration.
    ///
    /// # Errors
    /// Settings that make no sense.
    pub(crate) fn new(name: &str, title: String, config: Gallery) -> Result<Self, ConfigError> {
        config.check()?;
        let shape = config.size()?;
        Ok(Self {
            name: name.to_owned(),
            title,
            config,
            shape,
        })
    }

    /// The trainings, then the recalls.
    pub(crate) fn stages(&self) -> Vec<Vec<Cell>> {
        let cell = |figure: String, method: &str, percent: usize, repeat: usize| Cell {
            figure,
            method: method.to_owned(),
            data: self.config.data.name(),
            neurons: self.shape.neurons(),
            patterns: self.config.patterns,
            level: percent as f64 / 100.0,
            repeat,
            seed: seeds::of_repeat(self.config.seed, repeat),
        };
        let networks = self.config.methods.iter();
        let trainings = networks.map(|trainer| cell(self.name.clone(), &trainer.to_string(), 0, 0));
        let mut recalls = Vec::new();
        for update in UPDATES
            .iter()
            .copied()
            .filter(|_| self.config.noise_percent.is_some())
        {
            for contender in self.contenders() {
                let is_trained = matches!(contender, Contender::Network(_));
                let cell =
                    |percent, repeat| cell(self.panel(update), &contender.name(), percent, repeat);
                if update != Update::Synchronous || !is_trained {
                    recalls.push(cell(0, 0));
                }
                for percent in self.levels() {
                    let repeats = 0..self.config.repeats;
                    recalls.extend(repeats.map(|repeat| cell(percent, repeat)));
                }
            }
        }
        let contenders = self.contenders().filter(|c| self.is_certain(*c));
        for contender in contenders {
            let levels = self.levels();
            let name = contender.name();
            recalls.extend(levels.map(|percent| cell(self.certain_panel(), &name, percent, 0)));
        }
        vec![trainings.collect(), recalls]
    }

    /// Networks, then the memories beside them.
    pub(super) fn contenders(&self) -> impl Iterator<Item = Contender<'_>> {
        let networks = self.config.methods.iter().map(Contender::Network);
        networks.chain(
            self.config
                .controls
                .iter()
                .copied()
                .map(Contender::Patterns),
        )
    }

    /// Whether it is asked which patterns this one recalls for certain, and known.
    pub(super) fn is_certain(&self, contender: Contender<'_>) -> bool {
        self.config.certain && contender != Contender::Patterns(PatternMemory::Dense)
    }

    /// What the cells are filed under that count what is certain.
    pub(super) fn certain_panel(&self) -> String {
        format!("{}-certain", self.name)
    }

    /// What the cells with these updates are filed under; trainings are filed with the synchronous ones.
    pub(super) fn panel(&self, update: Update) -> String {
        match update {
            Update::Asynchronous(_) => format!("{}-{}", self.name, update_name(update)),
            _ => self.name.clone(),
        }
    }

    /// Of patterns, methods, and the damage that is drawn.
    pub(super) fn seed(&self) -> u64 {
        seeds::of_repeat(self.config.seed, 0)
    }

    /// Noise levels in percent, without 0.
    pub(super) fn levels(&self) -> impl Iterator<Item = usize> + '_ {
        self.config.noise_percent.iter().flat_map(Grid::values)
    }

    /// Noise levels in percent, from 0, one of those that flip equally many bits.
    pub(super) fn distinct_levels(&self) -> Vec<usize> {
        let mut levels: Vec<usize> = std::iter::once(0).chain(self.levels()).collect();
        levels.dedup_by_key(|percent| flips(*percent as f64 / 100.0, self.shape.neurons()));
        levels
    }

    pub(super) fn patterns(&self) -> Result<Patterns, CellError> {
        let seed = self.seed();
        patterns_of(&self.config.data, self.shape, 0, self.config.patterns, seed)
    }
}

/// The number of bits that a share `level` of them is.
pub(super) fn flips(level: f64, neurons: usize) -> usize {
    (level * neurons as f64).round() as usize
}

/// Every pattern with the same share of bits flipped, other bits in each.
pub(super) fn damaged(patterns: &Patterns, level: f64, seed: u64) -> Cues {
    Cues::from(patterns).flip(flips(level, patterns.neurons()), seed)
}
