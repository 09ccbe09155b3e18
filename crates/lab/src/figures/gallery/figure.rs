//! The experiment: its settings, its cells, and the damage that patterns suffer in it.

use crate::config::{ConfigError, Gallery, Grid, shapes_of};
use crate::figures::measure::{CellError, patterns_of};
use crate::ledger::Cell;
use crate::method::{Method, Settings};
use crate::seeds;
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

/// An experiment on one set of images, checked and ready to run.
#[derive(Debug, Clone)]
pub(crate) struct GalleryFigure {
    pub(super) name: String,
    pub(super) title: String,
    pub(super) config: Gallery,
    pub(super) shape: Shape,
    pub(super) settings: Settings,
}

impl GalleryFigure {
    /// A figure from its configuration.
    ///
    /// # Errors
    /// Settings that make no sense.
    pub(crate) fn new(name: &str, title: String, config: Gallery) -> Result<Self, ConfigError> {
        config.check()?;
        let shape = shapes_of(std::slice::from_ref(&config.shape))?[0];
        let settings = config.settings();
        Ok(Self {
            name: name.to_owned(),
            title,
            config,
            shape,
            settings,
        })
    }

    /// The trainings, then the recalls.
    pub(crate) fn stages(&self) -> Vec<Vec<Cell>> {
        let cell = |update: Update, method: Method, percent: usize, repeat: usize| Cell {
            figure: self.panel(update),
            method: method.to_string(),
            data: self.config.data.name().to_owned(),
            neurons: self.shape.neurons(),
            patterns: self.config.patterns,
            level: percent as f64 / 100.0,
            repeat,
            seed: seeds::of_repeat(self.config.seed, repeat),
        };
        let methods = || self.config.methods.iter().copied();
        let trainings = methods().map(|method| cell(Update::Synchronous, method, 0, 0));
        let mut recalls = Vec::new();
        for update in UPDATES
            .iter()
            .copied()
            .filter(|_| self.config.noise_percent.is_some())
        {
            for method in methods() {
                if update != Update::Synchronous {
                    recalls.push(cell(update, method, 0, 0));
                }
                for percent in self.levels() {
                    let repeats = 0..self.config.repeats;
                    recalls.extend(repeats.map(|repeat| cell(update, method, percent, repeat)));
                }
            }
        }
        vec![trainings.collect(), recalls]
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
        patterns_of(self.config.data, self.shape, 0, self.config.patterns, seed)
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
