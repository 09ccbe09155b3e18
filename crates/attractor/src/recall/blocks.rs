//! Asynchronous recall of many cues in fixed order, 64 neurons at a time.
//!
//! The fields of 64 neurons in all cues are computed together; within the 64, each change then updates the fields of
//! the others. So the weights are read once a sweep and not once a change.

use super::course::Course;
use super::options::Arrival;
use super::run::Run;
use super::sums::{Errors, Sums, known_fields};
use super::sweeper::{Orders, Sweeper};
use super::synchronous::are_few;
use crate::cue::Cues;
use crate::kernels::bits::ones_of;
use crate::kernels::signed_sums::{LANES, Lanes, WordMajor};
use crate::kernels::vectors::with_vectors;
use rayon::prelude::*;
use std::cmp::Ordering;

/// Fewer cues are swept one by one.
pub(super) const FEWEST_CUES: usize = 64;

/// Cues that are swept together at most: their sums for 64 neurons stay in the second-level cache.
const BATCH: usize = 512;

/// Recalls every cue, one batch a thread.
pub(super) fn recall(run: &Run<'_>, cues: &Cues) -> Vec<Arrival> {
    let share = cues.count().div_ceil(rayon::current_num_threads());
    let size = share.clamp(FEWEST_CUES, BATCH);
    let batches: Vec<Vec<usize>> = (0..cues.count())
        .step_by(size)
        .map(|first| (first..(first + size).min(cues.count())).collect())
        .collect();
    batches
        .into_par_iter()
        .flat_map_iter(|batch| Batch::new(run, cues, &batch).run())
        .collect()
}

/// Cues on their way together.
struct Batch<'a> {
    run: &'a Run<'a>,
    /// Where the result of each active cue goes, and how far it is.
    active: Vec<(usize, Course)>,
    states: WordMajor,
    /// Which entries are known; None once all are.
    known: Option<WordMajor>,
    arrivals: Vec<Option<Arrival>>,
}

impl<'a> Batch<'a> {
    fn new(run: &'a Run<'a>, cues: &Cues, batch: &[usize]) -> Self {
        let neurons = cues.neurons();
        let course = |&c: &usize| run.course(cues, c);
        let has_unknowns = batch.iter().any(|&c| cues.has_unknowns(c));
        Self {
            run,
            active: batch.iter().map(course).enumerate().collect(),
            states: WordMajor::new(batch.len(), neurons, |k| cues.state_bits(batch[k])),
            known: has_unknowns
                .then(|| WordMajor::new(batch.len(), neurons, |k| cues.known_bits(batch[k]))),
            arrivals: vec![None; batch.len()],
        }
    }

    fn run(mut self) -> Vec<Arrival> {
        let neurons = self.run.fields.network().neurons();
        while !self.active.is_empty() {
            let before = self.states.clone();
            let known_before = self.known.clone();
            for block in 0..neurons.div_ceil(LANES) {
                self.sweep_block(block);
            }
            let mut changes = differences(&before, &self.states);
            // An unknown entry changes by becoming known.
            if let (Some(known), Some(all)) = (&known_before, &self.known) {
                for (changes, set) in changes.iter_mut().zip(differences(known, all)) {
                    *changes += set;
                }
            }
            self.known = None;
            self.arrive(&before, &changes);
            if are_few(changes.iter().sum(), changes.len()) {
                self.finish_one_by_one();
            }
        }
        self.arrivals.into_iter().flatten().collect()
    }

    /// Updates the neurons of a block in every cue.
    fn sweep_block(&mut self, block: usize) {
        let neurons = self.run.fields.network().neurons();
        let outputs = block * LANES..((block + 1) * LANES).min(neurons);
        let mut sums = Vec::new();
        known_fields(
            &self.run.fields,
            block,
            &self.states,
            self.known.as_ref(),
            &mut sums,
        );
        let errors = Errors::new(&self.run.fields, block, LANES);
        let within: Vec<Lanes<f32>> = outputs
            .clone()
            .map(|j| Lanes::from_slice(&self.run.fields.outgoing(j)[outputs.clone()]))
            .collect();
        with_vectors(
            #[inline(always)]
            || {
                for (k, sum) in sums.iter_mut().enumerate() {
                    self.update_cue(k, block, sum, &errors, &within);
                }
            },
        );
    }

    /// Updates the neurons of a block in cue k, in order, from their fields.
    #[inline(always)]
    fn update_cue(
        &mut self,
        k: usize,
        block: usize,
        sum: &mut Lanes<f32>,
        errors: &Errors,
        within: &[Lanes<f32>],
    ) {
        // Neurons whose turn is still to come.
        let mut ahead = (u64::MAX >> (LANES - within.len())) & !self.run.clamped[block];
        loop {
            let state = self.states.column(block)[k];
            let known = self
                .known
                .as_ref()
                .map_or(u64::MAX, |known| known.column(block)[k]);
            let (plus, doubtful) = errors.signs(sum);
            let Some(lane) = ones_of(((plus ^ state) | doubtful | !known) & ahead).next() else {
                return;
            };
            let bit = 1 << lane;
            ahead &= u64::MAX.checked_shl(lane as u32 + 1).unwrap_or(0);
            let is_plus = if doubtful & bit == 0 {
                plus & bit != 0
            } else {
                let known = self.known.as_ref().map(|known| known.state(k));
                let i = block * LANES + lane;
                let sign = self
                    .run
                    .fields
                    .sign(i, &self.states.state(k), known.as_deref());
                sign == Ordering::Greater
            };
            let difference = match (known & bit != 0, is_plus == (state & bit != 0)) {
                (true, true) => continue,
                (true, false) => 2.0,
                (false, _) => 1.0,
            };
            let word = &mut self.states.column_mut(block)[k];
            *word = if is_plus { *word | bit } else { *word & !bit };
            if let Some(known) = &mut self.known {
                known.column_mut(block)[k] |= bit;
            }
            let change = if is_plus { difference } else { -difference };
            for (h, w) in sum.0.iter_mut().zip(&within[lane].0) {
                *h += change * w;
            }
        }
    }

    /// Takes out the cues that a sweep did not change, and those for which it was one too many.
    fn arrive(&mut self, before: &WordMajor, changes: &[usize]) {
        let mut staying = Vec::new();
        let mut active = Vec::new();
        let cues = std::mem::take(&mut self.active).into_iter();
        for ((k, (slot, mut course)), &changes) in cues.enumerate().zip(changes) {
            let state = before.state(k);
            let arrival = match changes {
                0 => Some(course.settled(&state)),
                _ => course.visit(&state),
            };
            if arrival.is_none() {
                staying.push(k);
                active.push((slot, course));
            }
            self.arrivals[slot] = arrival;
        }
        self.active = active;
        self.states = self.states.select(&staying);
    }

    /// Sweeps the rest cue by cue, which is cheaper once few neurons change.
    fn finish_one_by_one(&mut self) {
        if self.active.is_empty() {
            return;
        }
        let sums = Sums::of(&self.run.fields, &self.states, None);
        for (k, (slot, course)) in std::mem::take(&mut self.active).into_iter().enumerate() {
            let local = sums.of_cue(k);
            let sweeper = Sweeper::resume(self.run, self.states.state(k), course, local);
            let mut orders = Orders::of(self.run, slot);
            self.arrivals[slot] = Some(sweeper.run(&mut orders, |_| ()));
        }
    }
}

/// Number of entries that differ, state by state.
fn differences(before: &WordMajor, after: &WordMajor) -> Vec<usize> {
    let mut differences = vec![0; before.count()];
    for w in 0..before.words() {
        for (k, (a, b)) in before.column(w).iter().zip(after.column(w)).enumerate() {
            differences[k] += (a ^ b).count_ones() as usize;
        }
    }
    differences
}
