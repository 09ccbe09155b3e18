//! Asynchronous recall: one neuron after another, each seeing the changes before it.

use super::blocks;
use super::course::Course;
use super::options::{Arrival, Order};
use super::sums::BATCH;
use super::sweeper::{Orders, Sweeper, start_fields};
use crate::cue::Cues;
use crate::fields::Fields;
use rayon::prelude::*;

/// Recalls every cue.
pub(super) fn recall(
    fields: &Fields<'_>,
    cues: &Cues,
    order: Order,
    max_sweeps: usize,
) -> Vec<Arrival> {
    if order == Order::Fixed && cues.count() >= blocks::FEWEST_CUES {
        return blocks::recall(fields, cues, max_sweeps);
    }
    (0..cues.count())
        .step_by(BATCH)
        .flat_map(|first| {
            let batch: Vec<usize> = (first..(first + BATCH).min(cues.count())).collect();
            recall_batch(fields, cues, &batch, order, max_sweeps)
        })
        .collect()
}

fn recall_batch(
    fields: &Fields<'_>,
    cues: &Cues,
    batch: &[usize],
    order: Order,
    max_sweeps: usize,
) -> Vec<Arrival> {
    let sums = start_fields(fields, cues, batch);
    batch
        .par_iter()
        .enumerate()
        .map(|(k, &c)| {
            // A random order makes each sweep another one, so that no state has to come back.
            let course = Course::new(max_sweeps, cues.has_unknowns(c), order == Order::Fixed);
            let sweeper = Sweeper::new(fields, cues, c, sums.of_cue(k), course);
            sweeper.run(&mut Orders::new(order, c, cues.neurons()), |_| ())
        })
        .collect()
}
