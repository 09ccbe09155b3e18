//! Kept bits: those that hold by a positive field, and go on holding.

use super::objective::{Law, Unit};
use crate::instance::Instance;
use attractor::kernels::linear::norm;
use attractor::{Network, SizeMismatch, Stability, Ties};

/// The kept rows of every neuron.
pub(crate) struct Kept {
    rows: Vec<Vec<usize>>,
    signs: Vec<Vec<f64>>,
    margins: Vec<Option<f64>>,
    count: usize,
}

impl Kept {
    /// The bits that `network` holds by a positive aligned field.
    pub(crate) fn of(instance: &Instance<'_>, network: &Network) -> Result<Self, SizeMismatch> {
        let patterns = &instance.patterns;
        let stability = Stability::of(network, patterns, Ties::Strict)?;
        let held = |i| {
            let all = 0..patterns.count();
            all.filter(|&mu| stability.is_right(mu, i)).collect()
        };
        let rows: Vec<Vec<usize>> = (0..patterns.neurons()).map(held).collect();
        let sign = |i, mu| f64::from(patterns.sign(mu, i));
        let signs = rows.iter().enumerate();
        let signs = signs.map(|(i, rows)| rows.iter().map(|&mu| sign(i, mu)).collect());
        Ok(Self {
            signs: signs.collect(),
            margins: (0..rows.len())
                .map(|i| stability.neuron_margin(i))
                .collect(),
            count: rows.iter().map(Vec::len).sum(),
            rows,
        })
    }

    /// Neuron by neuron the patterns whose bits are kept.
    pub(crate) fn rows(&self) -> &[Vec<usize>] {
        &self.rows
    }

    /// ξ_i^μ of neuron i's kept patterns.
    pub(super) fn signs(&self, i: usize) -> &[f64] {
        &self.signs[i]
    }

    /// The least κ of neuron i's kept bits in the network that they were taken from; none without weights or kept bits.
    pub(super) fn margin(&self, i: usize) -> Option<f64> {
        self.margins[i]
    }

    /// Whether `network` holds every one of them by a positive field, exactly.
    pub(super) fn all_hold(
        &self,
        instance: &Instance<'_>,
        network: &Network,
    ) -> Result<bool, SizeMismatch> {
        let stability = Stability::of(network, &instance.patterns, Ties::Strict)?;
        let mut rows = self.rows.iter().enumerate();
        Ok(rows.all(|(i, rows)| rows.iter().all(|&mu| stability.is_right(mu, i))))
    }

    /// −Σ ln Φ(cκ) of `network`; neurons without weights see no damage and lose nothing.
    pub(super) fn loss(
        &self,
        instance: &Instance<'_>,
        law: Law,
        network: &Network,
    ) -> Result<f64, SizeMismatch> {
        let stability = Stability::of(network, &instance.patterns, Ties::Strict)?;
        let neuron = |(i, rows): (usize, &Vec<usize>)| {
            let norm = norm(network.row(i));
            if norm == 0.0 {
                return 0.0;
            }
            let bias = network.biases()[i];
            let field =
                |(&mu, sign): (&usize, &f64)| (stability.aligned_field(mu, i) - sign * bias) / norm;
            let fields: Vec<f64> = rows.iter().zip(&self.signs[i]).map(field).collect();
            law.loss(&Unit {
                fields: &fields,
                signs: &self.signs[i],
                bias: bias / norm,
                scored: fields.len(),
            })
        };
        Ok(self.rows.iter().enumerate().map(neuron).sum())
    }

    /// Number of kept bits.
    pub(super) fn count(&self) -> usize {
        self.count
    }
}
