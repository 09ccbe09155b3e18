//! Choosing patterns: by class, by number in all or of each class, without duplicates.

use crate::patterns::Patterns;
use std::collections::{BTreeMap, HashSet};

/// Which patterns of a set to take. The default takes all.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Selection {
    /// Only patterns with one of these labels; needs labels.
    pub classes: Option<Vec<u8>>,
    /// The most of each class; needs labels.
    pub per_class: Option<usize>,
    /// The exact number in all.
    pub count: Option<usize>,
    /// Leave out every pattern equal to an earlier one that was taken.
    pub distinct: bool,
}

/// Why patterns cannot be chosen so.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SelectError {
    /// Classes are asked for, but there are no labels.
    #[error("choosing by class needs labels; give the file of the labels too")]
    NoLabels,
    /// Labels for another number of patterns.
    #[error("there are {labels} labels for {patterns} patterns; the files do not belong together")]
    LabelCount {
        /// Number of labels.
        labels: usize,
        /// Number of patterns.
        patterns: usize,
    },
    /// Fewer patterns fit than are asked for.
    #[error(
        "{found} patterns fit what was asked for, {wanted} are wanted; ask for at most {found}"
    )]
    TooFew {
        /// Patterns that fit.
        found: usize,
        /// Patterns asked for.
        wanted: usize,
    },
    /// No pattern fits.
    #[error("no pattern fits what was asked for")]
    None,
}

impl Selection {
    /// Indices of the patterns chosen, ascending: the first ones that fit.
    ///
    /// # Errors
    /// Missing labels, a wrong number of labels, fewer patterns than [`Selection::count`], or none at all.
    pub fn choose(
        &self,
        patterns: &Patterns,
        labels: Option<&[u8]>,
    ) -> Result<Vec<usize>, SelectError> {
        let by_class = self.classes.is_some() || self.per_class.is_some();
        if by_class && labels.is_none() {
            return Err(SelectError::NoLabels);
        }
        if let Some(labels) = labels
            && labels.len() != patterns.count()
        {
            return Err(SelectError::LabelCount {
                labels: labels.len(),
                patterns: patterns.count(),
            });
        }
        let mut taken_of = BTreeMap::<u8, usize>::new();
        let mut seen = HashSet::<&[u64]>::new();
        let mut chosen = Vec::new();
        for mu in 0..patterns.count() {
            if self.count == Some(chosen.len()) {
                break;
            }
            let label = labels.map(|labels| labels[mu]);
            if let (Some(classes), Some(label)) = (&self.classes, label)
                && !classes.contains(&label)
            {
                continue;
            }
            if let (Some(most), Some(label)) = (self.per_class, label)
                && taken_of.get(&label).is_some_and(|&taken| taken >= most)
            {
                continue;
            }
            if self.distinct && !seen.insert(patterns.bits(mu)) {
                continue;
            }
            if let Some(label) = label {
                *taken_of.entry(label).or_default() += 1;
            }
            chosen.push(mu);
        }
        match self.count {
            Some(wanted) if wanted > chosen.len() => Err(SelectError::TooFew {
                found: chosen.len(),
                wanted,
            }),
            _ if chosen.is_empty() => Err(SelectError::None),
            _ => Ok(chosen),
        }
    }
}
