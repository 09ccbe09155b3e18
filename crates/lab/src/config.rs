//! Configuration of the experiments: one commented TOML file a figure, with a full and a quick setting.

use crate::method::{Method, Settings};
use attractor::{Shape, Ties};
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
    /// The name of the figure that shows the share of zero weights of the same networks, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zero_share: Option<String>,
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

/// Networks on one set of images: their weights as pictures (Fig. 2), and recall under growing noise (Fig. 7).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Gallery {
    /// Where patterns come from.
    pub data: Source,
    /// `HxW`; N = H·W.
    pub shape: String,
    /// P.
    pub patterns: usize,
    /// What is compared.
    pub methods: Vec<Method>,
    /// Whether the weight matrices are drawn.
    #[serde(default)]
    pub weights: bool,
    /// Flipped share of bits in percent, besides 0; no recall if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub noise_percent: Option<Range>,
    /// Damaged copies of each pattern for each noise level; at least 1.
    #[serde(default = "default_repeats")]
    pub repeats: usize,
    /// Patterns whose recall is drawn, one picture each.
    #[serde(default)]
    pub shown: Vec<usize>,
    /// Of random patterns, of methods, and of damage r: seed·1000 + r.
    pub seed: u64,
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
}

fn default_repeats() -> usize {
    1
}

impl Gallery {
    /// Checks what types cannot.
    ///
    /// # Errors
    /// [`ConfigError::Invalid`].
    pub fn check(&self) -> Result<(), ConfigError> {
        shapes_of(std::slice::from_ref(&self.shape))?;
        self.settings()?;
        let invalid = |message: &str| Err(ConfigError::Invalid(message.to_owned()));
        if let Some(noise) = self.noise_percent {
            noise.check("noise-percent")?;
            if noise.to > 50 {
                return invalid("noise-percent: more than 50 turns patterns into their negatives");
            }
        }
        if self.patterns == 0 || self.repeats == 0 || self.methods.is_empty() {
            return invalid("patterns, repeats and methods must not be empty");
        }
        if self.shown.iter().any(|&mu| mu >= self.patterns) {
            return invalid("shown: patterns are numbered from 0 to patterns − 1");
        }
        Ok(())
    }

    /// Settings for the methods.
    ///
    /// # Errors
    /// [`ConfigError::Invalid`].
    pub fn settings(&self) -> Result<Settings, ConfigError> {
        settings_of(&self.ties, self.time_limit, self.balance, self.radius)
    }
}

/// The settings of one experiment, by kind.
#[derive(Debug, Clone, PartialEq)]
pub enum Experiment {
    /// Wrong bits against the number of patterns.
    Storage(Storage),
    /// Accuracy against examples and against missing data.
    Classify(Classify),
    /// Weights and recall on one set of images.
    Gallery(Gallery),
}

/// What is needed to know how to read the rest of a file.
#[derive(Deserialize)]
struct Head {
    kind: Kind,
}

#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Kind {
    Storage,
    Classify,
    Gallery,
}

/// A figure's file: its kind, its title, and its settings twice.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File<T> {
    #[serde(rename = "kind")]
    _kind: Kind,
    title: String,
    full: T,
    quick: T,
}

/// What stands beside results: a figure's file with the chosen settings alone.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Kept<T> {
    kind: Kind,
    title: String,
    settings: T,
}

/// The title and the chosen settings of a figure's file.
///
/// # Errors
/// [`ConfigError::Toml`].
pub fn parse(text: &str, quick: bool) -> Result<(String, Experiment), ConfigError> {
    fn choose<T>(file: File<T>, quick: bool) -> (String, T) {
        (file.title, if quick { file.quick } else { file.full })
    }
    let head: Head = toml::from_str(text)?;
    Ok(match head.kind {
        Kind::Storage => {
            let (title, settings) = choose(toml::from_str(text)?, quick);
            (title, Experiment::Storage(settings))
        }
        Kind::Classify => {
            let (title, settings) = choose(toml::from_str(text)?, quick);
            (title, Experiment::Classify(settings))
        }
        Kind::Gallery => {
            let (title, settings) = choose(toml::from_str(text)?, quick);
            (title, Experiment::Gallery(settings))
        }
    })
}

/// Title and settings from what [`kept_text`] wrote beside results.
///
/// # Errors
/// [`ConfigError::Toml`].
pub fn parse_kept(text: &str) -> Result<(String, Experiment), ConfigError> {
    let head: Head = toml::from_str(text)?;
    Ok(match head.kind {
        Kind::Storage => {
            let kept: Kept<Storage> = toml::from_str(text)?;
            (kept.title, Experiment::Storage(kept.settings))
        }
        Kind::Classify => {
            let kept: Kept<Classify> = toml::from_str(text)?;
            (kept.title, Experiment::Classify(kept.settings))
        }
        Kind::Gallery => {
            let kept: Kept<Gallery> = toml::from_str(text)?;
            (kept.title, Experiment::Gallery(kept.settings))
        }
    })
}

/// The text that stands beside results and guards them: equal settings are equal texts.
///
/// # Errors
/// [`ConfigError::Invalid`] for numbers that TOML cannot hold.
pub fn kept_text(title: &str, experiment: &Experiment) -> Result<String, ConfigError> {
    fn text<T: Serialize>(kind: Kind, title: &str, settings: &T) -> Result<String, ConfigError> {
        let kept = Kept {
            kind,
            title: title.to_owned(),
            settings,
        };
        toml::to_string(&kept).map_err(|error| ConfigError::Invalid(error.to_string()))
    }
    match experiment {
        Experiment::Storage(settings) => text(Kind::Storage, title, settings),
        Experiment::Classify(settings) => text(Kind::Classify, title, settings),
        Experiment::Gallery(settings) => text(Kind::Gallery, title, settings),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::figures::{COMMITTED, Figure};

    #[test]
    fn the_committed_files_are_valid_and_kept_texts_come_back() {
        for (name, text) in COMMITTED {
            for quick in [false, true] {
                let figure = Figure::parse(name, text, quick).unwrap();
                let again = Figure::parse_kept(name, figure.kept()).unwrap();
                assert_eq!(again.kept(), figure.kept());
            }
        }
    }

    #[test]
    fn mistakes_are_named() {
        let text = include_str!("../figures/fig3.toml");
        let error = |text: &str| parse(text, true).unwrap_err().to_string();
        assert!(error(&text.replace("repeats", "repeat")).contains("repeat"));
        assert!(error(&text.replace("hebbian", "hebian")).contains("hebian"));
        assert!(error(&text.replace("storage", "sorting")).contains("sorting"));
        let wrong = text.replace("9x9", "9");
        let error = Figure::parse("fig3", &wrong, false).unwrap_err();
        assert!(error.to_string().contains("`9`"));
    }
}
