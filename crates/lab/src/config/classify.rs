//! Classification: accuracy against examples and against missing data.

use super::checks::{ConfigError, MAX_PATTERNS, check_cells, check_counts, check_distinct};
use super::defaults;
use super::grid::Grid;
use super::source::name_of;
use crate::figures::Variant;
use crate::method::{Method, Settings};
use crate::trainer::{Trainer, check_trainers, trainers};
use attractor::Ties;
use serde::{Deserialize, Serialize};

/// A classification experiment (Fig. 8).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Classify {
    /// Bundled tables, and files with tables of one's own, found from the folder in which the program runs.
    pub data: Vec<String>,
    /// The column of own tables that holds the class.
    #[serde(
        default = "defaults::class",
        skip_serializing_if = "defaults::is_class"
    )]
    pub class: String,
    /// Training examples a class.
    pub examples: Grid,
    /// Missing data in percent, besides 0.
    pub missing_percent: Grid,
    /// Training examples a class where the missing data vary.
    pub missing_examples: usize,
    /// Independent splits for each point.
    pub repeats: usize,
    /// Split r has the r-th seed of it: seed·1000 + r while r < 1000.
    pub seed: u64,
    /// Memories that are compared; the controls are always there.
    #[serde(deserialize_with = "trainers")]
    pub methods: Vec<Trainer>,
    /// Other ways to choose a memory and to read it out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub variants: Vec<Variant>,
    /// See [`Settings::time_limit`].
    #[serde(default = "defaults::time_limit")]
    pub time_limit: f64,
    /// See [`Settings::balance`].
    #[serde(default = "defaults::balance")]
    pub balance: f64,
    /// `negative` (the paper's) or `strict`.
    #[serde(default = "defaults::ties", with = "attractor::kernels::by_text")]
    pub ties: Ties,
}

impl Classify {
    /// Checks what types cannot.
    ///
    /// # Errors
    /// [`ConfigError::Invalid`].
    pub fn check(&self) -> Result<(), ConfigError> {
        self.examples.check("examples", MAX_PATTERNS)?;
        self.missing_percent.check("missing-percent", 100)?;
        self.settings().check()?;
        check_trainers(&self.methods, &self.settings())?;
        check_counts(&[
            ("repeats", self.repeats),
            ("missing-examples", self.missing_examples),
            ("methods", self.methods.len()),
            ("data", self.data.len()),
        ])?;
        check_distinct("variants", &self.variants)?;
        let names: Vec<String> = self
            .data
            .iter()
            .map(|data| name_of(data.as_ref()))
            .collect();
        check_distinct("data", &names)?;
        let points = self
            .examples
            .count()
            .saturating_add(2 * self.missing_percent.count());
        // Besides its own methods, each figure has four to compare with.
        check_cells(&[
            self.repeats,
            self.methods.len() + self.variants.len() + 4,
            self.data.len(),
            points.saturating_add(2),
        ])?;
        if self
            .methods
            .iter()
            .any(|m| m.method() == Method::ExactReceptive)
        {
            return Err(ConfigError::Invalid(
                "methods: exact-receptive needs images".to_owned(),
            ));
        }
        Ok(())
    }

    /// Settings for the methods.
    pub fn settings(&self) -> Settings {
        Settings {
            ties: self.ties,
            time_limit: self.time_limit,
            balance: self.balance,
            ..Settings::default()
        }
    }
}
