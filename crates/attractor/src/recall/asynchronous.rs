//! Asynchronous recall: one neuron, or one block of neurons, after another, each seeing the changes before it.

use super::blocks;
use super::options::{Arrival, Order, Update};
use super::run::Run;
use super::sums::BATCH;
use super::sweeper::{Orders, Sweeper, start_fields};
use crate::cue::Cues;
use rayon::prelude::*;

/// Recalls every cue.
pub(super) fn recall(run: &Run<'_>, cues: &Cues) -> Vec<Arrival> {
    if run.update == Update::Asynchronous(Order::Fixed) && cues.count() >= blocks::FEWEST_CUES {
        return blocks::recall(run, cues);
    }
    (0..cues.count())
        .step_by(BATCH)
        .flat_map(|first| {
            let batch: Vec<usize> = (first..(first + BATCH).min(cues.count())).collect();
            recall_batch(run, cues, &batch)
        })
        .collect()
}

fn recall_batch(run: &Run<'_>, cues: &Cues, batch: &[usize]) -> Vec<Arrival> {
    let sums = start_fields(&run.fields, cues, batch);
    batch
        .par_iter()
        .enumerate()
        .map(|(k, &c)| {
            let sweeper = Sweeper::new(run, cues, c, sums.of_cue(k), run.course(cues, c));
            sweeper.run(&mut Orders::of(run, c), |_| ())
        })
        .collect()
}
