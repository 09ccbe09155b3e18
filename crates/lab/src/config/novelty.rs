//! Novelty: how well networks tell known patterns from unknown ones.

use super::checks::{
    ConfigError, MAX_PATTERNS, check_cells, check_counts, check_distinct, check_sizes, sizes,
};
use super::grid::Grid;
use super::source::Source;
use crate::method::Settings;
use crate::trainer::{Trainer, check_trainers, trainers};
use attractor::Shape;
use serde::{Deserialize, Serialize};

/// How the flipped bits of a cue are chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Flips {
    /// In every cue the same number of them, the share rounded to whole bits.
    Exact,
    /// Each bit by itself, with the share as its probability.
    Drawn,
}

/// Known against unknown: P stored patterns and as many others, damaged alike, told apart before recall.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Novelty {
    /// Where both kinds of patterns come from.
    pub data: Source,
    /// `HxW`; N = H·W.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub shape: String,
    /// N instead of a shape where patterns are no images.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub neurons: Option<usize>,
    /// P, of either kind.
    pub patterns: Grid,
    /// Flipped share of the bits of every cue in percent, up to 50.
    pub noise_percent: usize,
    /// How they are chosen: every network is asked with each of these.
    #[serde(default = "exact_flips", skip_serializing_if = "is_exact")]
    pub flips: Vec<Flips>,
    /// Independent instances for each P.
    pub repeats: usize,
    /// Instance r has the r-th seed of it: seed·1000 + r while r < 1000.
    pub seed: u64,
    /// Networks that are asked.
    #[serde(deserialize_with = "trainers")]
    pub methods: Vec<Trainer>,
    /// What the methods are told.
    #[serde(flatten)]
    pub settings: Settings,
}

fn exact_flips() -> Vec<Flips> {
    vec![Flips::Exact]
}

/// Files that were written before there was a choice do not name it.
fn is_exact(flips: &[Flips]) -> bool {
    flips == [Flips::Exact]
}

impl Novelty {
    /// Checks what types cannot.
    ///
    /// # Errors
    /// [`ConfigError::Invalid`].
    pub fn check(&self) -> Result<(), ConfigError> {
        check_sizes("shape", &[self.size()?])?;
        self.patterns.check("patterns", MAX_PATTERNS)?;
        self.settings.check()?;
        check_trainers(&self.methods, &self.settings)?;
        check_counts(&[
            ("repeats", self.repeats),
            ("methods", self.methods.len()),
            ("flips", self.flips.len()),
        ])?;
        check_distinct("flips", &self.flips)?;
        if self.noise_percent > 50 {
            // More than half turns patterns into their negatives.
            return Err(ConfigError::Invalid(format!(
                "noise-percent: {} is more than 50",
                self.noise_percent
            )));
        }
        // Each network by every statistic, and the control.
        let judges = 3_usize.saturating_mul(self.methods.len()) + 1;
        check_cells(&[
            self.repeats,
            judges,
            self.flips.len(),
            self.patterns.count(),
        ])
    }

    /// The size of the networks.
    ///
    /// # Errors
    /// No size, or one that is none.
    pub fn size(&self) -> Result<Shape, ConfigError> {
        let said = (!self.shape.is_empty()).then(|| self.shape.clone());
        let (texts, neurons) = (said.as_slice(), self.neurons.as_slice());
        Ok(sizes("shape", texts, neurons)?[0])
    }

    /// Patterns of all instances together, stored and unseen ones.
    pub(super) fn needed(&self) -> usize {
        let instances = self.repeats.saturating_mul(2);
        instances.saturating_mul(self.patterns.last())
    }
}
