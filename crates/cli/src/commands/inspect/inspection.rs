//! Everything that `attractor inspect` says, as JSON and as text.

use super::certificate::Certificate;
use super::histogram::histogram;
use super::stored::Stored;
use crate::number::number;
use anyhow::Result;
use attractor::Couplings;
use attractor::io::{Metadata, NetworkFile};
use serde::Serialize;
use std::fmt::Write as _;

/// What `--report` writes. Keys are never renamed or removed.
#[derive(Debug, Serialize)]
pub(super) struct Inspection {
    neurons: usize,
    couplings: String,
    self_coupling: bool,
    rule: String,
    ties: String,
    version: String,
    /// Weights that exist: w_ij and w_ji counted each.
    weights: usize,
    nonzeros: usize,
    least_weight: f64,
    greatest_weight: f64,
    biases: usize,
    certificate: Certificate,
    #[serde(flatten)]
    stored: Option<Stored>,
}

impl Inspection {
    pub(super) fn new(
        file: &NetworkFile,
        certificate: Certificate,
        stored: Option<Stored>,
    ) -> Self {
        let network = file.network();
        let existing = file.couplings().weights();
        let extreme = |better: fn(f64, f64) -> f64| {
            let weights = network.weights().iter().copied();
            weights.reduce(better).unwrap_or(0.0)
        };
        Self {
            neurons: network.neurons(),
            couplings: file.couplings().symmetry().to_string(),
            self_coupling: network.has_self_coupling(),
            rule: file.metadata().rule.clone(),
            ties: file.metadata().ties.to_string(),
            version: file.metadata().version.clone(),
            weights: if file.couplings().is_symmetric() {
                2 * existing
            } else {
                existing
            },
            nonzeros: network.nonzeros(),
            least_weight: extreme(f64::min),
            greatest_weight: extreme(f64::max),
            biases: network.biases().iter().filter(|&&b| b != 0.0).count(),
            certificate,
            stored,
        }
    }

    pub(super) fn text(&self, file: &NetworkFile) -> Result<String> {
        let mut text = String::new();
        writeln!(
            text,
            "{} neurons, {} couplings{}{}",
            self.neurons,
            self.couplings,
            which_exist(file.couplings()),
            if self.self_coupling {
                ", with self-couplings"
            } else {
                ""
            },
        )?;
        writeln!(
            text,
            "rule {}, {} ties{}; by attractor {}",
            self.rule,
            self.ties,
            options(file.metadata()),
            self.version
        )?;
        if let (Some(status), Some(wrong)) = (file.metadata().status, file.metadata().wrong_bits) {
            let bound = file.metadata().lower_bound.unwrap_or(0);
            writeln!(
                text,
                "trained: {status}, {wrong} wrong bits, at least {bound} proven"
            )?;
        }
        writeln!(text, "{}", self.certificate)?;
        writeln!(
            text,
            "{} weights, {} not zero, from {} to {}; {} biases not zero",
            self.weights,
            self.nonzeros,
            number(self.least_weight),
            number(self.greatest_weight),
            self.biases
        )?;
        text.push_str(&histogram(file.network())?);
        if let Some(stored) = &self.stored {
            text.push_str(&stored.text()?);
        }
        Ok(text)
    }
}

/// Which couplings there are, if not all.
fn which_exist(couplings: &Couplings) -> String {
    match couplings.receptive() {
        Some((shape, radius)) => format!(" within {radius} pixels of {shape}"),
        None if couplings.is_full() => String::new(),
        None => " under a mask".to_owned(),
    }
}

/// The rule's options in a line. Nested ones, such as the encoder of a classifier, are left out.
fn options(metadata: &Metadata) -> String {
    let plain = metadata.options.iter().filter(|(_, v)| !v.is_object());
    plain
        .map(|(key, value)| match value.as_str() {
            Some(value) => format!(", {key} {value}"),
            None => format!(", {key} {value}"),
        })
        .collect()
}
