//! Binarising: which pixels of a grey image are +1. Always those *above* the threshold.

use crate::couplings::Shape;
use std::fmt;
use std::str::FromStr;

/// Where the line between −1 and +1 lies.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub enum Threshold {
    /// Half the intensity of white: 127.5 for 0..255 (the paper's images).
    #[default]
    Half,
    /// A level, in the image's own units.
    Level(f32),
    /// Otsu's, image by image: the cut that maximises the variance between the two classes, over all cuts between
    /// distinct grey values (Otsu, IEEE Trans. SMC 9, 1979). An image of one grey value has no +1.
    Otsu,
    /// The image's mean. An image of one grey value has no +1.
    Mean,
}

/// A text that is no threshold.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("`{0}` is no threshold: write half, otsu, mean or a grey level such as 64")]
pub struct ParseThresholdError(String);

impl FromStr for Threshold {
    type Err = ParseThresholdError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "half" => Ok(Self::Half),
            "otsu" => Ok(Self::Otsu),
            "mean" => Ok(Self::Mean),
            _ => match text.parse::<f32>() {
                Ok(level) if level.is_finite() => Ok(Self::Level(level)),
                _ => Err(ParseThresholdError(text.to_owned())),
            },
        }
    }
}

impl fmt::Display for Threshold {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Half => f.write_str("half"),
            Self::Level(level) => write!(f, "{level}"),
            Self::Otsu => f.write_str("otsu"),
            Self::Mean => f.write_str("mean"),
        }
    }
}

impl Threshold {
    /// The level for one image, in its own units; `white` is the intensity of white.
    pub fn level(self, pixels: &[f32], white: f32) -> f32 {
        match self {
            Self::Half => white / 2.0,
            Self::Level(level) => level,
            Self::Otsu => otsu(pixels),
            Self::Mean => {
                let sum: f64 = pixels.iter().copied().map(f64::from).sum();
                (sum / pixels.len() as f64) as f32
            }
        }
    }
}

/// The brightest grey value of the darker class, of the cut that maximises n₀ n₁ (m₀ − m₁)²; the lowest such cut.
fn otsu(pixels: &[f32]) -> f32 {
    let mut sorted = pixels.to_vec();
    sorted.sort_by(f32::total_cmp);
    let n = sorted.len();
    let total: f64 = sorted.iter().copied().map(f64::from).sum();
    let mut best = (0.0, sorted.last().copied().unwrap_or(0.0));
    let mut below = 0.0;
    for k in 1..n {
        below += f64::from(sorted[k - 1]);
        if sorted[k - 1] == sorted[k] {
            continue;
        }
        let (n0, n1) = (k as f64, (n - k) as f64);
        let distance = below / n0 - (total - below) / n1;
        let variance = n0 * n1 * distance * distance;
        if variance > best.0 {
            best = (variance, sorted[k - 1]);
        }
    }
    best.1
}

/// How grey images become patterns: first resized, then thresholded.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Binarisation {
    /// Resize to this shape, whole, with antialiased bicubic; `None` leaves the images as they are.
    pub shape: Option<Shape>,
    /// The threshold, applied after resizing.
    pub threshold: Threshold,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_of_small_images() {
        let level = |threshold: Threshold, pixels: &[f32]| threshold.level(pixels, 255.0);
        assert_eq!(level(Threshold::Half, &[1.0]), 127.5);
        assert_eq!(level(Threshold::Level(3.0), &[1.0]), 3.0);
        assert_eq!(level(Threshold::Mean, &[0.0, 3.0]), 1.5);
        assert_eq!(level(Threshold::Otsu, &[12.0, 1.0, 0.0, 11.0, 10.0]), 1.0);
        for threshold in [Threshold::Otsu, Threshold::Mean] {
            assert_eq!(
                level(threshold, &[0.1; 7]),
                0.1,
                "nothing lies above one grey value"
            );
        }
    }

    #[test]
    fn thresholds_have_names() {
        for text in ["half", "otsu", "mean", "64.5"] {
            assert_eq!(text.parse::<Threshold>().unwrap().to_string(), text);
        }
        assert!("NaN".parse::<Threshold>().is_err() && "white".parse::<Threshold>().is_err());
    }
}
