//! Novelty: how well networks tell known patterns from unknown ones.

use super::checks::{
    ConfigError, MAX_PATTERNS, check_cells, check_counts, check_distinct, check_sizes, sizes,
};
use super::defaults;
use super::grid::Grid;
use super::source::Source;
use crate::method::{Method, Settings};
use attractor::{Shape, Ties};
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
    #[serde(default = "exact_flips")]
    pub flips: Vec<Flips>,
    /// Independent instances for each P.
    pub repeats: usize,
    /// Instance r has the r-th seed of it: seed·1000 + r while r < 1000.
    pub seed: u64,
    /// Networks that are asked.
    pub methods: Vec<Method>,
    /// See [`Settings::time_limit`].
    #[serde(default = "defaults::time_limit")]
    pub time_limit: f64,
    /// See [`Settings::balance`].
    #[serde(default = "defaults::balance")]
    pub balance: f64,
    /// See [`Settings::radius`].
    #[serde(default = "defaults::radius")]
    pub radius: f64,
    /// `negative` (the paper's) or `strict`.
    #[serde(default = "defaults::ties", with = "attractor::kernels::by_text")]
    pub ties: Ties,
}

fn exact_flips() -> Vec<Flips> {
    vec![Flips::Exact]
}

impl Novelty {
    /// Checks what types cannot.
    ///
    /// # Errors
    /// [`ConfigError::Invalid`].
    pub fn check(&self) -> Result<(), ConfigError> {
        check_sizes("shape", &[self.size()?])?;
        self.patterns.check("patterns", MAX_PATTERNS)?;
        self.settings().check()?;
        check_counts(&[
            ("repeats", self.repeats),
            ("methods", self.methods.len()),
            ("flips", self.flips.len()),
        ])?;
        check_distinct("methods", &self.methods)?;
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

    /// Settings for the methods.
    pub fn settings(&self) -> Settings {
        Settings {
            ties: self.ties,
            time_limit: self.time_limit,
            balance: self.balance,
            radius: self.radius,
        }
    }
}
