//! Configuration of the experiments: one commented TOML file a figure, with a full and a quick setting.

mod classify;
mod gallery;
mod grid;
mod storage;

pub use classify::Classify;
pub use gallery::Gallery;
pub use grid::Grid;
pub use storage::Storage;

use crate::method::Settings;
use attractor::Shape;
use serde::{Deserialize, Serialize};

/// Why a configuration cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// Not TOML, an unknown key, a missing one, a value of another type, an unknown method: with line and column.
    #[error(transparent)]
    Toml(#[from] toml::de::Error),
    /// Values that make no sense together.
    #[error("{0}")]
    Invalid(String),
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
    /// In titles.
    pub fn label(self) -> &'static str {
        match self {
            Self::Random => "random patterns",
            Self::Mnist => "MNIST digits",
        }
    }

    /// The name in tables.
    pub fn name(self) -> &'static str {
        match self {
            Self::Random => "random",
            Self::Mnist => "mnist",
        }
    }
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

/// Refuses counts of 0 and empty lists, given with the keys they stand under.
fn check_counts(counts: &[(&str, usize)]) -> Result<(), ConfigError> {
    match counts.iter().find(|(_, count)| *count == 0) {
        Some((key, _)) => Err(ConfigError::Invalid(format!(
            "{key}: must be neither 0 nor empty"
        ))),
        None => Ok(()),
    }
}

impl Settings {
    /// Checks what types cannot.
    fn check(&self) -> Result<(), ConfigError> {
        let Self {
            ties: _,
            time_limit,
            balance,
            radius,
        } = *self;
        let invalid = |text: String| Err(ConfigError::Invalid(text));
        if !(time_limit.is_finite() && time_limit > 0.0) {
            return invalid(format!(
                "time-limit: {time_limit} is no number of seconds above 0"
            ));
        }
        if !(0.0..=1.0).contains(&balance) {
            return invalid(format!("balance: {balance} is not between 0 and 1"));
        }
        if !(radius.is_finite() && radius >= 0.0) {
            return invalid(format!("radius: {radius} is no number of pixels"));
        }
        Ok(())
    }
}

/// What a figure's file need not say.
mod defaults {
    use attractor::Ties;

    pub(super) fn time_limit() -> f64 {
        10.0
    }

    pub(super) fn balance() -> f64 {
        0.5
    }

    pub(super) fn radius() -> f64 {
        3.0
    }

    pub(super) fn ties() -> Ties {
        Ties::Negative
    }

    pub(super) fn repeats() -> usize {
        1
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
        let text = include_str!("../../figures/fig3.toml");
        let error = |text: &str| parse(text, true).unwrap_err().to_string();
        assert!(error(&text.replace("repeats", "repeat")).contains("repeat"));
        assert!(error(&text.replace("hebbian", "hebian")).contains("hebian"));
        assert!(error(&text.replace("storage", "sorting")).contains("sorting"));
        let empty = [
            ("repeats = ", "repeats = 0 # "),
            ("methods = [", "methods = [] # ["),
        ];
        for (found, instead) in empty {
            let name = found.split(' ').next().unwrap();
            let text = text.replace(found, instead);
            let error = Figure::parse("fig3", &text, true).unwrap_err().to_string();
            assert!(error.starts_with(name), "{error}");
        }
        let wrong = text.replace("9x9", "9");
        let error = Figure::parse("fig3", &wrong, false).unwrap_err();
        assert!(error.to_string().contains("`9`"));
    }
}
