//! What all cues of one recall share.

use super::course::Course;
use super::options::{RecallOptions, Update};
use crate::cue::Cues;
use crate::fields::Fields;
use crate::network::Network;

/// The network and how it is run.
pub(super) struct Run<'a> {
    pub(super) fields: Fields<'a>,
    pub(super) update: Update,
    pub(super) max_steps: usize,
    /// The neurons that keep their state, as a set.
    pub(super) clamped: Vec<u64>,
}

impl<'a> Run<'a> {
    pub(super) fn new(network: &'a Network, options: &RecallOptions) -> Self {
        Self {
            fields: Fields::new(network),
            update: options.update,
            max_steps: options.max_steps,
            clamped: options.mask(network.neurons()),
        }
    }

    /// The course of cue c.
    pub(super) fn course(&self, cues: &Cues, c: usize) -> Course {
        Course::new(self.max_steps, cues.has_unknowns(c), self.update.repeats())
    }

    /// The course of cue c with every step: no cycle is cut short.
    pub(super) fn whole_course(&self, cues: &Cues, c: usize) -> Course {
        Course::new(self.max_steps, cues.has_unknowns(c), false)
    }
}
