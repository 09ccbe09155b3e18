//! Source: where the patterns of an experiment come from.

use serde::{Deserialize, Serialize};

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
