//! What is known of a network's certificate.

use crate::commands::verify::check;
use anyhow::Result;
use attractor::Patterns;
use attractor::io::NetworkFile;
use serde::Serialize;
use std::fmt;
use std::path::Path;

/// What is known of a certificate.
#[derive(Debug, Serialize)]
#[serde(rename_all = "snake_case", tag = "state")]
pub(super) enum Certificate {
    /// None was written with the network, and none was given.
    Unknown,
    /// One was written with the network; it was not checked now.
    Recorded {
        sha256: String,
        wrong_bits_at_least: usize,
        /// Whether training proved more than it certified.
        #[serde(skip)]
        short: bool,
    },
    /// The one given proves what it claims.
    Proven {
        wrong_bits_at_least: Option<u64>,
        optimal: bool,
        #[serde(skip)]
        text: String,
    },
    /// The one given does not.
    Refused { reason: String },
}

impl Certificate {
    pub(super) fn recorded(file: &NetworkFile) -> Self {
        let metadata = file.metadata();
        match (&metadata.certificate_sha256, metadata.certified_bound) {
            (Some(sha256), Some(wrong_bits_at_least)) => Self::Recorded {
                sha256: sha256.clone(),
                wrong_bits_at_least,
                short: metadata.lower_bound.unwrap_or(0) > wrong_bits_at_least,
            },
            _ => Self::Unknown,
        }
    }

    pub(super) fn checked(file: &NetworkFile, patterns: &Patterns, path: &Path) -> Result<Self> {
        Ok(match check(file, patterns, path)? {
            Ok((proven, note)) => Self::Proven {
                wrong_bits_at_least: proven.wrong_bits_at_least,
                optimal: proven.is_optimal(),
                text: format!("{proven}{note}"),
            },
            Err(refusal) => Self::Refused {
                reason: refusal.to_string(),
            },
        })
    }
}

impl fmt::Display for Certificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown => f.write_str("not certified: no certificate is known"),
            Self::Recorded {
                sha256,
                wrong_bits_at_least,
                short,
            } => {
                let claim = match (wrong_bits_at_least, short) {
                    (0, true) => "what is stored, but not the bound".to_owned(),
                    (bound, true) => {
                        format!("at least {bound} wrong bits, not the whole of what is proven")
                    }
                    (bound, false) => format!("at least {bound} wrong bits"),
                };
                write!(
                    f,
                    "certified when trained: {claim} (certificate with SHA-256 {sha256}; --proof checks it)"
                )
            }
            Self::Proven { text, .. } => {
                write!(
                    f,
                    "certified, checked now:\n  {}",
                    text.replace('\n', "\n  ")
                )
            }
            Self::Refused { reason } => {
                write!(f, "not certified: the certificate is refused: {reason}")
            }
        }
    }
}
