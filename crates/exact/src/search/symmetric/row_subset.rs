//! Some rows of a coupled system, for the min-norm primitive and for exact dependencies.

use super::coupled::Coupled;
use crate::geometry::grid;
use crate::geometry::min_norm::{Fields, Gram};
use crate::geometry::vanishing;
use crate::instance::SignRows;
use attractor::Control;

/// Most rows whose Gram matrix is held: 200 MB. More of it does not fit beside the other searches; less of it leaves more
/// networks without a bound beyond their neurons' own.
pub(super) const GRAM_ROWS: usize = 5_000;

/// Some of the coupled rows, numbered from 0.
pub(super) struct RowSubset<'a> {
    coupled: &'a Coupled,
    rows: &'a [usize],
}

impl<'a> RowSubset<'a> {
    pub(super) fn new(coupled: &'a Coupled, rows: &'a [usize]) -> Self {
        Self { coupled, rows }
    }

    /// Weights on the grid, of widest margin, that hold the rows `kept`; where fields must vanish they do so exactly.
    /// `gram` is that of the subset. `None` where floating point does not resolve them.
    pub(super) fn widest(
        &self,
        gram: &Gram,
        kept: &[usize],
        control: &Control<'_>,
    ) -> Option<Vec<f64>> {
        let one = grid::spacing(self.coupled.neurons()).recip();
        let (steps, _) = vanishing::widest(self, gram, kept, one, control)?;
        Some(steps.iter().map(|&step| step as f64 / one).collect())
    }
}

impl Fields for RowSubset<'_> {
    fn scratch(&self) -> usize {
        self.coupled.combination_scratch()
    }

    fn fields(&self, rows: &[usize], multipliers: &[f64], scratch: &mut [f64], fields: &mut [f64]) {
        let terms = rows.iter().zip(multipliers);
        let terms = terms.map(|(&k, &multiplier)| (self.rows[k], multiplier));
        let all = self.coupled.fields_of_combination(terms, scratch);
        for (field, &r) in fields.iter_mut().zip(self.rows) {
            *field = all[r];
        }
    }
}

impl SignRows for RowSubset<'_> {
    fn columns(&self) -> usize {
        self.coupled.columns()
    }

    fn is_strict(&self, k: usize) -> bool {
        self.coupled.is_strict(self.rows[k])
    }

    fn sign(&self, k: usize, column: usize) -> i64 {
        self.coupled.entry(self.rows[k], column)
    }

    fn product(&self, k: usize, l: usize) -> i64 {
        self.coupled.inner(self.rows[k], self.rows[l])
    }
}

impl SignRows for Coupled {
    fn columns(&self) -> usize {
        self.columns()
    }

    fn is_strict(&self, r: usize) -> bool {
        self.is_strict(r)
    }

    fn sign(&self, r: usize, column: usize) -> i64 {
        self.entry(r, column)
    }

    fn product(&self, r: usize, s: usize) -> i64 {
        self.inner(r, s)
    }
}
