//! Source: where the patterns of an experiment come from.

use super::checks::ConfigError;
use attractor::io::Data;
use attractor::{Binarisation, Patterns, Shape};
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

/// Where patterns come from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(from = "Text", into = "Text")]
pub enum Source {
    /// Fair coin flips.
    Random,
    /// The bundled MNIST test digits, resized with antialiased bicubic and thresholded at half intensity.
    Mnist,
    /// Patterns of one's own.
    File(OwnPatterns),
}

/// A file of patterns, found from the folder in which the program runs.
#[derive(Debug, Clone, PartialEq)]
pub struct OwnPatterns {
    path: PathBuf,
    /// Of the patterns when the experiment began: results of others would stand in the same table.
    sha256: Option<String>,
    read: Arc<OnceLock<Patterns>>,
}

/// A source as a file of settings has it.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Text {
    Name(String),
    Pinned { file: PathBuf, sha256: String },
}

impl From<Text> for Source {
    fn from(text: Text) -> Self {
        let (path, sha256) = match text {
            Text::Name(name) if name == "random" => return Self::Random,
            Text::Name(name) if name == "mnist" => return Self::Mnist,
            Text::Name(name) => (name.into(), None),
            Text::Pinned { file, sha256 } => (file, Some(sha256)),
        };
        Self::File(OwnPatterns {
            path,
            sha256,
            read: Arc::default(),
        })
    }
}

impl From<Source> for Text {
    fn from(source: Source) -> Self {
        match source {
            Source::Random => Self::Name("random".to_owned()),
            Source::Mnist => Self::Name("mnist".to_owned()),
            Source::File(OwnPatterns { path, sha256, .. }) => match sha256 {
                None => Self::Name(path.display().to_string()),
                Some(sha256) => Self::Pinned { file: path, sha256 },
            },
        }
    }
}

impl Source {
    /// In titles.
    pub fn label(&self) -> String {
        match self {
            Self::Random => "random patterns".to_owned(),
            Self::Mnist => "MNIST digits".to_owned(),
            Self::File(_) => self.name(),
        }
    }

    /// The name in tables and files: a file's own, without its ending.
    pub fn name(&self) -> String {
        match self {
            Self::Random => "random".to_owned(),
            Self::Mnist => "mnist".to_owned(),
            Self::File(own) => name_of(&own.path),
        }
    }

    /// Ties an own file to the patterns that it holds now, and makes sure that there are as many as are `needed`, of each of
    /// these shapes; digits must be images.
    pub(super) fn pin(&mut self, shapes: &[Shape], needed: usize) -> Result<(), ConfigError> {
        let invalid = |text| Err(ConfigError::Invalid(format!("data: {text}")));
        match self {
            Self::Mnist if shapes.iter().any(|shape| shape.height == 1) => invalid(
                "mnist: digits are images; say their size by `shape` and not by `neurons`"
                    .to_owned(),
            ),
            Self::Random | Self::Mnist => Ok(()),
            Self::File(own) => {
                let patterns = own.patterns().map_err(ConfigError::Invalid)?;
                let shown = own.path.display();
                if let Some(shape) = shapes.iter().find(|s| s.neurons() != patterns.neurons()) {
                    return invalid(format!(
                        "`{shown}` has patterns of {} neurons, not of {}; say `neurons = {0}`, or the shape of its images",
                        patterns.neurons(),
                        shape.neurons()
                    ));
                }
                if needed > patterns.count() {
                    return invalid(format!(
                        "`{shown}` has {} patterns, {needed} are needed; lower `patterns` or `repeats`",
                        patterns.count()
                    ));
                }
                own.sha256 = Some(patterns.sha256());
                Ok(())
            }
        }
    }
}

impl OwnPatterns {
    /// What the file holds, read once; what is wrong with it otherwise.
    pub(crate) fn patterns(&self) -> Result<&Patterns, String> {
        if let Some(patterns) = self.read.get() {
            return Ok(patterns);
        }
        let shown = self.path.display();
        let read = |path: &Path| {
            let data = Data::read(path).map_err(|error| error.to_string())?;
            let patterns = data.patterns(&Binarisation::default());
            patterns.map_err(|error| format!("`{shown}`: {error}"))
        };
        let patterns = if self.path.exists() {
            read(&self.path)?
        } else {
            return Err(format!(
                "data: `{shown}` is neither `random`, `mnist` nor a file of patterns"
            ));
        };
        if self
            .sha256
            .as_ref()
            .is_some_and(|own| *own != patterns.sha256())
        {
            return Err(format!(
                "`{shown}` no longer holds the patterns that the results in this folder were measured on; choose another folder"
            ));
        }
        Ok(self.read.get_or_init(|| patterns))
    }
}

/// The name of a file's data in tables.
pub(crate) fn name_of(path: &Path) -> String {
    plain(&path.file_stem().unwrap_or_default().to_string_lossy())
}

/// A text as part of a file's name: letters, digits, `-` and `_`.
pub(crate) fn plain(text: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    let plain = |c| if is_plain(c) { c } else { '_' };
    text.chars().map(plain).collect()
}
