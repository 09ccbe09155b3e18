//! Infeasible subsystems of the coupled rows, and for each row which of them have it.

use super::pool::Bits;
use crate::geometry::dependency::Dependency;
use attractor::kernels::bits::{has, ones, put};

/// Coupled rows that cannot all hold: one bit a row, neuron after neuron.
pub(crate) struct Cut {
    pub(crate) bits: Bits,
    pub(crate) proof: Dependency,
}

/// All that are known.
#[derive(Default)]
pub(crate) struct Cuts {
    cuts: Vec<Cut>,
    /// By row the cuts that have it, one bit each.
    of_row: Vec<Bits>,
}

impl Cuts {
    pub(crate) fn proofs(&self) -> impl ExactSizeIterator<Item = &Dependency> {
        self.cuts.iter().map(|cut| &cut.proof)
    }

    /// The cuts that have none of these rows.
    pub(crate) fn without(&self, rows: &[u64]) -> impl Iterator<Item = &Cut> {
        let mut hit: Bits = vec![0; self.cuts.len().div_ceil(64)];
        for k in ones(rows) {
            if let Some(of_row) = self.of_row.get(k) {
                hit.iter_mut().zip(of_row).for_each(|(hit, of)| *hit |= of);
            }
        }
        let cuts = self.cuts.iter().enumerate();
        cuts.filter(move |&(c, _)| !has(&hit, c))
            .map(|(_, cut)| cut)
    }
}

impl Extend<Cut> for Cuts {
    fn extend<T: IntoIterator<Item = Cut>>(&mut self, cuts: T) {
        for cut in cuts {
            let c = self.cuts.len();
            self.of_row.resize(64 * cut.bits.len(), Vec::new());
            for k in ones(&cut.bits) {
                self.of_row[k].resize(c / 64 + 1, 0);
                put(&mut self.of_row[k], c);
            }
            self.cuts.push(cut);
        }
    }
}
