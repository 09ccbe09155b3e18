//! A threshold that is kept as a file.

use super::{NoveltyError, Separation, Statistic, scores};
use attractor::io::{MAX_CONFIGURATION, read_text_bounded};
use attractor::{Cues, Network};
use attractor_proof::network_sha256;
use serde::{Deserialize, Serialize};
use std::io;
use std::path::Path;

/// The name of the file format.
const FORMAT: &str = "attractor-novelty";
/// Its version.
const VERSION: u32 = 1;

/// When a cue is called unknown by one network.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Detector {
    format: String,
    format_version: u32,
    /// What is measured; never the control, which needs the stored patterns.
    pub statistic: Statistic,
    /// Scores above it are unknown ones. Finite.
    pub threshold: f64,
    /// SHA-256 of the network that it is for.
    pub network_sha256: String,
}

/// Why there is no detector.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DetectorError {
    /// The file system refuses.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// No such file.
    #[error("is no file that `attractor novelty --save` wrote: {0}")]
    Format(String),
    /// The control.
    #[error("`nearest` needs the stored patterns and no network; choose another statistic to save")]
    Control,
    /// For another network.
    #[error("was made for another network; make one for this with `attractor novelty --save`")]
    OtherNetwork,
}

impl Detector {
    /// Keys by which a file of this kind is known.
    pub const KEYS: &'static [&'static str] = &["format", "statistic", "threshold"];

    /// The threshold that tells these scores apart best.
    ///
    /// # Errors
    /// [`DetectorError::Control`].
    ///
    /// # Panics
    /// If a set of scores is empty.
    pub fn choose(
        statistic: Statistic,
        network: &Network,
        known: &[f64],
        unknown: &[f64],
    ) -> Result<Self, DetectorError> {
        if statistic == Statistic::Nearest {
            return Err(DetectorError::Control);
        }
        Ok(Self {
            format: FORMAT.to_owned(),
            format_version: VERSION,
            statistic,
            threshold: Separation::of(known, unknown).best_threshold(),
            network_sha256: network_sha256(network),
        })
    }

    /// Reads a file for this network.
    ///
    /// # Errors
    /// [`DetectorError`].
    pub fn read(path: &Path, network: &Network) -> Result<Self, DetectorError> {
        let text = read_text_bounded(path, MAX_CONFIGURATION)?;
        let read: Self = serde_json::from_str(&text)
            .map_err(|error| DetectorError::Format(error.to_string()))?;
        if read.format != FORMAT || read.format_version != VERSION {
            let found = format!("format `{}`, version {}", read.format, read.format_version);
            return Err(DetectorError::Format(found));
        }
        if read.statistic == Statistic::Nearest {
            return Err(DetectorError::Control);
        }
        if read.network_sha256 != network_sha256(network) {
            return Err(DetectorError::OtherNetwork);
        }
        Ok(read)
    }

    /// The text of the file.
    ///
    /// # Errors
    /// Never for these types; the serializer could refuse.
    pub fn to_json(&self) -> Result<String, serde_json::Error> {
        Ok(serde_json::to_string_pretty(self)? + "\n")
    }

    /// For each cue, whether it is unknown to the network.
    ///
    /// # Errors
    /// Cues of another size.
    pub fn unknown(&self, network: &Network, cues: &Cues) -> Result<Vec<bool>, NoveltyError> {
        let scores = scores(self.statistic, network, None, cues)?;
        Ok(scores
            .into_iter()
            .map(|score| score > self.threshold)
            .collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use attractor::{Patterns, Symmetry};

    #[test]
    fn a_file_is_for_its_network_alone() {
        let network =
            |w: f64| Network::new(Symmetry::Symmetric, vec![0.0, w, w, 0.0], vec![0.0; 2]).unwrap();
        let (one, other) = (network(1.0), network(2.0));
        let statistic = Statistic::Energy;
        let detector = Detector::choose(statistic, &one, &[-0.5], &[0.5]).unwrap();
        assert_eq!(detector.threshold, 0.0);
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("d.json");
        std::fs::write(&path, detector.to_json().unwrap()).unwrap();
        assert_eq!(Detector::read(&path, &one).unwrap(), detector);
        let refused = |network| Detector::read(&path, network).unwrap_err();
        assert!(matches!(refused(&other), DetectorError::OtherNetwork));
        std::fs::write(&path, "{}").unwrap();
        assert!(matches!(refused(&one), DetectorError::Format(_)));
        let control = Detector::choose(Statistic::Nearest, &one, &[0.0], &[1.0]);
        assert!(matches!(control, Err(DetectorError::Control)));

        let cues = Cues::from(&Patterns::from_signs(2, 2, &[1, 1, 1, -1]).unwrap());
        assert_eq!(detector.unknown(&one, &cues).unwrap(), [false, true]);
    }
}
