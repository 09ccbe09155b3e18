//! Configuration of the experiments: one commented TOML file a figure, with a full and a quick setting.

use crate::method::{Method, Settings};
use attractor::{Shape, Ties};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// Why a configuration cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// Not TOML, an unknown key, a missing one, a value of another type, an unknown method: with line and column.
    #[error("{0}")]
    Toml(#[from] toml::de::Error),
    /// Values that make no sense together.
    #[error("{0}")]
    Invalid(String),
}

/// A range of whole numbers, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Range {
    /// First.
    pub from: usize,
    /// Last, if a step hits it.
    pub to: usize,
    /// At least 1.
    pub step: usize,
}

impl Range {
    /// The numbers.
    pub fn values(self) -> impl Iterator<Item = usize> {
        (self.from..=self.to).step_by(self.step.max(1))
    }

    fn check(self, what: &str) -> Result<(), ConfigError> {
        if self.from >= 1 && self.from <= self.to && self.step >= 1 {
            return Ok(());
        }
        Err(ConfigError::Invalid(format!(
            "{what}: from {} to {} step {} is no range of numbers from 1",
            self.from, self.to, self.step
        )))
    }
}

/// Where patterns come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Source {
    /// Fair coin flips.
    Random,
    /// The bundled MNIST test digits, resized with antialiased bicubic and thresholded at half intensity.
    Mnist,
}

impl Source {
    /// The name in tables.
    pub fn name(self) -> &'static str {
        match self {
            Self::Random => "random",
            Self::Mnist => "mnist",
        }
    }
}

/// A storage experiment: wrong bits against the number of patterns (Figs. 3 to 6).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Storage {
    /// Where patterns come from.
    pub data: Vec<Source>,
    /// `HxW`; N = H·W.
    pub shapes: Vec<String>,
    /// P.
    pub patterns: Range,
    /// Independent instances for each P.
    pub repeats: usize,
    /// Of instance r: seed·1000 + r.
    pub seed: u64,
    /// What is compared.
    pub methods: Vec<Method>,
    /// See [`Settings::time_limit`].
    #[serde(default = "default_time_limit")]
    pub time_limit: f64,
    /// See [`Settings::balance`].
    #[serde(default = "default_balance")]
    pub balance: f64,
    /// See [`Settings::radius`].
    #[serde(default = "default_radius")]
    pub radius: f64,
    /// `negative` (the paper's) or `strict`.
    #[serde(default = "default_ties")]
    pub ties: String,
    /// Where the vertical axis ends; as high as the highest line if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub y_max: Option<f64>,
}

fn default_time_limit() -> f64 {
    10.0
}

fn default_balance() -> f64 {
    0.5
}

fn default_radius() -> f64 {
    3.0
}

fn default_ties() -> String {
    Ties::Negative.to_string()
}

/// Parses shapes such as `9x9`.
///
/// # Errors
/// [`ConfigError::Invalid`].
pub fn shapes_of(texts: &[String]) -> Result<Vec<Shape>, ConfigError> {
    texts
        .iter()
        .map(|text| {
            text.parse()
                .map_err(|e: attractor::CouplingsError| ConfigError::Invalid(e.to_string()))
        })
        .collect()
}

/// Settings for the exact methods from their parts, checked.
///
/// # Errors
/// [`ConfigError::Invalid`].
pub fn settings_of(
    ties: &str,
    time_limit: f64,
    balance: f64,
    radius: f64,
) -> Result<Settings, ConfigError> {
    let ties = ties
        .parse()
        .map_err(|e: attractor::stability::ParseTiesError| ConfigError::Invalid(e.to_string()))?;
    if !(time_limit.is_finite() && time_limit > 0.0) {
        return Err(ConfigError::Invalid(format!(
            "time-limit: {time_limit} is no number of seconds above 0"
        )));
    }
    if !(0.0..=1.0).contains(&balance) {
        return Err(ConfigError::Invalid(format!(
            "balance: {balance} is not between 0 and 1"
        )));
    }
    if !(radius.is_finite() && radius >= 0.0) {
        return Err(ConfigError::Invalid(format!(
            "radius: {radius} is no number of pixels"
        )));
    }
    Ok(Settings {
        ties,
        time_limit,
        balance,
        radius,
    })
}

impl Storage {
    /// Checks what types cannot.
    ///
    /// # Errors
    /// [`ConfigError::Invalid`].
    pub fn check(&self) -> Result<(), ConfigError> {
        self.patterns.check("patterns")?;
        shapes_of(&self.shapes)?;
        self.settings()?;
        if self.repeats == 0
            || self.methods.is_empty()
            || self.data.is_empty()
            || self.shapes.is_empty()
        {
            return Err(ConfigError::Invalid(
                "repeats, methods, data and shapes must not be empty".to_owned(),
            ));
        }
        Ok(())
    }

    /// Settings for the exact methods.
    ///
    /// # Errors
    /// [`ConfigError::Invalid`].
    pub fn settings(&self) -> Result<Settings, ConfigError> {
        settings_of(&self.ties, self.time_limit, self.balance, self.radius)
    }
}

/// A classification experiment (Fig. 8).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Classify {
    /// Bundled tables.
    pub data: Vec<String>,
    /// Training examples a class.
    pub examples: Range,
    /// Missing data in percent, besides 0.
    pub missing_percent: Range,
    /// Training examples a class where the missing data vary.
    pub missing_examples: usize,
    /// Independent splits for each point.
    pub repeats: usize,
    /// Of split r: seed·1000 + r.
    pub seed: u64,
    /// Memories that are compared; the controls are always there.
    pub methods: Vec<Method>,
    /// See [`Settings::time_limit`].
    #[serde(default = "default_time_limit")]
    pub time_limit: f64,
    /// See [`Settings::balance`].
    #[serde(default = "default_balance")]
    pub balance: f64,
    /// `negative` (the paper's) or `strict`.
    #[serde(default = "default_ties")]
    pub ties: String,
}

impl Classify {
    /// Checks what types cannot.
    ///
    /// # Errors
    /// [`ConfigError::Invalid`].
    pub fn check(&self) -> Result<(), ConfigError> {
        self.examples.check("examples")?;
        self.missing_percent.check("missing-percent")?;
        self.settings()?;
        if self.missing_percent.to > 100 {
            return Err(ConfigError::Invalid(
                "missing-percent: more than 100".to_owned(),
            ));
        }
        if self.repeats == 0
            || self.missing_examples == 0
            || self.methods.is_empty()
            || self.data.is_empty()
        {
            return Err(ConfigError::Invalid(
                "repeats, missing-examples, methods and data must not be empty".to_owned(),
            ));
        }
        if self.methods.contains(&Method::ExactReceptive) {
            return Err(ConfigError::Invalid(
                "methods: exact-receptive needs images".to_owned(),
            ));
        }
        Ok(())
    }

    /// Settings for the exact methods.
    ///
    /// # Errors
    /// [`ConfigError::Invalid`].
    pub fn settings(&self) -> Result<Settings, ConfigError> {
        settings_of(&self.ties, self.time_limit, self.balance, default_radius())
    }
}

/// A figure's file: its kind, its title, and the same settings twice.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
struct File<T> {
    #[serde(rename = "kind")]
    _kind: String,
    title: String,
    full: T,
    quick: T,
}

/// The title and the chosen settings of a figure's file.
///
/// # Errors
/// [`ConfigError::Toml`].
pub fn parse<T: DeserializeOwned>(text: &str, quick: bool) -> Result<(String, T), ConfigError> {
    let file: File<T> = toml::from_str(text)?;
    Ok((file.title, if quick { file.quick } else { file.full }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_committed_files_are_valid() {
        for text in [
            include_str!("../figures/fig3.toml"),
            include_str!("../figures/fig4.toml"),
            include_str!("../figures/fig5.toml"),
        ] {
            for quick in [false, true] {
                parse::<Storage>(text, quick).unwrap().1.check().unwrap();
            }
        }
    }

    #[test]
    fn the_classification_file_is_valid() {
        for quick in [false, true] {
            let text = include_str!("../figures/fig8.toml");
            parse::<Classify>(text, quick).unwrap().1.check().unwrap();
        }
    }

    #[test]
    fn mistakes_are_named() {
        let text = include_str!("../figures/fig3.toml");
        let error = |text: &str| parse::<Storage>(text, true).unwrap_err().to_string();
        assert!(error(&text.replace("repeats", "repeat")).contains("repeat"));
        assert!(error(&text.replace("hebbian", "hebian")).contains("hebian"));
        let (_, mut storage) = parse::<Storage>(text, false).unwrap();
        storage.shapes.push("9".to_owned());
        assert!(storage.check().unwrap_err().to_string().contains("`9`"));
    }
}
