//! Storage: wrong bits against the number of patterns.

use super::checks::{
    ConfigError, MAX_PATTERNS, check_axis, check_cells, check_counts, check_distinct, check_name,
    check_sizes, one_or_more, sizes,
};
use super::grid::Grid;
use super::source::Source;
use crate::method::Settings;
use crate::trainer::{Trainer, check_trainers, trainers};
use attractor::Shape;
use serde::{Deserialize, Serialize};

/// A storage experiment: wrong bits against the number of patterns (Figs. 3 to 6).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Storage {
    /// Where patterns come from.
    pub data: Vec<Source>,
    /// `HxW`; N = H·W.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub shapes: Vec<String>,
    /// N, one or several, instead of shapes where patterns are no images.
    #[serde(
        default,
        deserialize_with = "one_or_more",
        skip_serializing_if = "Vec::is_empty"
    )]
    pub neurons: Vec<usize>,
    /// P.
    pub patterns: Grid,
    /// Independent instances for each P.
    pub repeats: usize,
    /// Instance r has the r-th seed of it: seed·1000 + r while r < 1000.
    pub seed: u64,
    /// What is compared.
    #[serde(deserialize_with = "trainers")]
    pub methods: Vec<Trainer>,
    /// What the methods are told.
    #[serde(flatten)]
    pub settings: Settings,
    /// Where the vertical axis ends; as high as the highest line if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub y_max: Option<f64>,
    /// Where the vertical axis ends in a second chart of the same lines, `NAME-detail`; no such chart if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<f64>,
    /// The name of the figure that shows the share of zero weights of the same networks, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zero_share: Option<String>,
}

impl Storage {
    /// Checks what types cannot.
    ///
    /// # Errors
    /// [`ConfigError::Invalid`].
    pub fn check(&self) -> Result<(), ConfigError> {
        self.patterns.check("patterns", MAX_PATTERNS)?;
        let sizes = self.sizes()?;
        check_sizes("shapes", &sizes)?;
        check_axis("y-max", self.y_max)?;
        check_axis("detail", self.detail)?;
        check_name("zero-share", self.zero_share.as_deref())?;
        self.settings.check()?;
        check_trainers(&self.methods, &self.settings)?;
        check_counts(&[
            ("repeats", self.repeats),
            ("methods", self.methods.len()),
            ("data", self.data.len()),
        ])?;
        let names: Vec<String> = self.data.iter().map(Source::name).collect();
        check_distinct("data", &names)?;
        check_distinct("shapes", &self.shapes)?;
        check_distinct("neurons", &self.neurons)?;
        check_cells(&[
            self.repeats,
            self.methods.len(),
            self.data.len(),
            sizes.len(),
            self.patterns.count(),
        ])
    }

    /// The sizes of the networks.
    ///
    /// # Errors
    /// No size, or one that is none.
    pub fn sizes(&self) -> Result<Vec<Shape>, ConfigError> {
        sizes("shapes", &self.shapes, &self.neurons)
    }

    /// Patterns of all instances together.
    pub(super) fn needed(&self) -> usize {
        self.repeats.saturating_mul(self.patterns.last())
    }
}
