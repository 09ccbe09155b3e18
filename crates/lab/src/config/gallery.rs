//! Gallery: networks on one set of images.

use super::checks::{
    ConfigError, MAX_PATTERNS, check_cells, check_counts, check_distinct, check_sizes, sizes,
};
use super::defaults;
use super::grid::Grid;
use super::source::Source;
use crate::method::Settings;
use crate::pattern_memory::PatternMemory;
use crate::trainer::{Trainer, check_trainers, trainers};
use attractor::Shape;
use serde::{Deserialize, Serialize};

/// Networks on one set of images: their weights as pictures (Fig. 2), and recall under growing noise (Fig. 7).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Gallery {
    /// Where patterns come from.
    pub data: Source,
    /// `HxW`; N = H·W.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub shape: String,
    /// N instead of a shape where patterns are no images.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub neurons: Option<usize>,
    /// P.
    pub patterns: usize,
    /// What is compared.
    #[serde(deserialize_with = "trainers")]
    pub methods: Vec<Trainer>,
    /// Memories without pairwise weights that stand beside them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub controls: Vec<PatternMemory>,
    /// Whether it is also counted which patterns are recalled for certain, wherever the flipped bits are.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub certain: bool,
    /// Whether the weight matrices are drawn.
    #[serde(default)]
    pub weights: bool,
    /// Flipped share of bits in percent, besides 0; no recall if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub noise_percent: Option<Grid>,
    /// Damaged copies of each pattern for each noise level; at least 1.
    #[serde(default = "defaults::repeats")]
    pub repeats: usize,
    /// Patterns whose recall is drawn, one picture each.
    #[serde(default)]
    pub shown: Vec<usize>,
    /// Of random patterns and of methods; damage r has the r-th seed of it: seed·1000 + r while r < 1000.
    pub seed: u64,
    /// What the methods are told.
    #[serde(flatten)]
    pub settings: Settings,
}

impl Gallery {
    /// Checks what types cannot.
    ///
    /// # Errors
    /// [`ConfigError::Invalid`].
    pub fn check(&self) -> Result<(), ConfigError> {
        check_sizes("shape", &[self.size()?])?;
        self.settings.check()?;
        check_trainers(&self.methods, &self.settings)?;
        if let Some(noise) = &self.noise_percent {
            // More than half turns patterns into their negatives.
            noise.check("noise-percent", 50)?;
        }
        check_counts(&[
            ("patterns", self.patterns),
            ("repeats", self.repeats),
            ("methods", self.methods.len()),
        ])?;
        if self.patterns > MAX_PATTERNS {
            return Err(ConfigError::Invalid(format!(
                "patterns: {} is more than {MAX_PATTERNS}",
                self.patterns
            )));
        }
        check_distinct("controls", &self.controls)?;
        let levels = self.noise_percent.as_ref().map_or(0, Grid::count);
        // A network, and for each noise level both kinds of updates and what is certain.
        check_cells(&[
            self.repeats,
            self.methods.len() + self.controls.len(),
            3 * levels.saturating_add(1),
        ])?;
        if self.shown.iter().any(|&mu| mu >= self.patterns) {
            return Err(ConfigError::Invalid(
                "shown: patterns are numbered from 0 to patterns − 1".to_owned(),
            ));
        }
        Ok(())
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
}
