//! Fitted: classifiers that several cells of a figure ask for, each fitted once.

use crate::validate::Choice;
use attractor_tables::Classifier;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// What a classifier of one figure depends on: a split of the rows, and how its memory is trained.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Split {
    pub(super) data: String,
    /// Learnt rows of each class.
    pub(super) examples: usize,
    pub(super) seed: u64,
    /// None: the memory that validation chooses.
    pub(super) trainer: Option<String>,
}

/// A classifier with what was chosen for it, if that was left to validation.
pub(super) type Chosen = (Arc<Classifier>, Option<Choice>);

/// The classifiers fitted so far; clones share them.
#[derive(Debug, Clone, Default)]
pub(super) struct Fitted(Arc<Mutex<HashMap<Split, Chosen>>>);

impl Fitted {
    pub(super) fn get(&self, split: &Split) -> Option<Chosen> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(split)
            .cloned()
    }

    pub(super) fn keep(&self, split: Split, chosen: Chosen) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.insert(split, chosen);
    }
}
