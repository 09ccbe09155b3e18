//! Synchronous recall: all neurons at once.
//!
//! While many neurons change, every step computes all fields of all cues anew, 64 neurons × all cues at a time; once
//! few do, each cue walks on alone and updates its fields by the neurons that changed.

use super::course::Course;
use super::options::Arrival;
use super::run::Run;
use super::sums::{BATCH, Errors, Sums};
use crate::cue::Cues;
use crate::fields::Fields;
use crate::kernels::bits::{has, ones_of};
use crate::kernels::signed_sums::{Lanes, WordMajor};
use crate::kernels::vectors::with_vectors;
use rayon::prelude::*;
use std::cmp::Ordering;

/// Whether `changes` in `cues` cues are few enough that updating fields is cheaper than computing them. Measured at N = 4096: one
/// cue's share of computing all fields costs as much as 16 updates, which wait for memory; tabulating the weights' sums
/// as much as 32 cues' shares.
pub(super) fn are_few(changes: usize, cues: usize) -> bool {
    changes <= 16 * (cues + 32)
}

/// A cue on its way.
pub(super) struct Walk {
    now: Vec<u64>,
    /// The state before, none at the start.
    before: Option<Vec<u64>>,
    course: Course,
}

impl Walk {
    pub(super) fn start(cues: &Cues, c: usize, course: Course) -> Self {
        Self {
            now: cues.state_bits(c).to_vec(),
            before: None,
            course,
        }
    }

    /// Takes the state that follows `now`. At the end of the recall: where it arrived.
    fn advance(&mut self, mut next: Vec<u64>, clamped: &[u64]) -> Option<Arrival> {
        for ((next, now), held) in next.iter_mut().zip(&self.now).zip(clamped) {
            *next = (*next & !held) | (now & held);
        }
        if self.course.is_whole(0) && next == self.now {
            return Some(self.course.settled(&self.now));
        }
        if let Some(before) = &self.before
            && self.course.is_whole(1)
            && next == *before
        {
            return Some(self.course.alternates(before));
        }
        let arrival = self.course.visit(&self.now);
        if arrival.is_none() {
            self.before = Some(std::mem::replace(&mut self.now, next));
        }
        arrival
    }

    /// Neurons that the last step changed.
    fn changed(&self) -> impl Iterator<Item = usize> + '_ {
        let before = self.before.iter().flatten();
        let words = self
            .now
            .iter()
            .zip(before)
            .map(|(now, before)| now ^ before);
        words
            .enumerate()
            .flat_map(|(w, word)| ones_of(word).map(move |bit| w * 64 + bit))
    }
}

/// Recalls every cue.
pub(super) fn recall(run: &Run<'_>, cues: &Cues) -> Vec<Arrival> {
    (0..cues.count())
        .step_by(BATCH)
        .flat_map(|first| {
            let batch: Vec<usize> = (first..(first + BATCH).min(cues.count())).collect();
            recall_batch(run, cues, &batch)
        })
        .collect()
}

fn recall_batch(run: &Run<'_>, cues: &Cues, batch: &[usize]) -> Vec<Arrival> {
    let fields = &run.fields;
    let has_unknowns = batch.iter().any(|&c| cues.has_unknowns(c));
    let mut arrivals: Vec<Option<Arrival>> = vec![None; batch.len()];
    let mut walks: Vec<(usize, Walk)> = batch
        .iter()
        .enumerate()
        .map(|(slot, &c)| (slot, Walk::start(cues, c, run.course(cues, c))))
        .collect();
    let mut sums = Sums::new(fields);
    while !walks.is_empty() {
        let known = (has_unknowns && walks[0].1.before.is_none()).then(|| {
            WordMajor::new(walks.len(), cues.neurons(), |k| {
                cues.known_bits(batch[walks[k].0])
            })
        });
        let next = step(fields, &walks, known.as_ref(), &mut sums);
        let mut rest = Vec::new();
        for (k, (slot, mut walk)) in walks.into_iter().enumerate() {
            let state = next.iter().map(|words| words[k]).collect();
            match walk.advance(state, &run.clamped) {
                Some(arrival) => arrivals[slot] = Some(arrival),
                None => rest.push((k, slot, walk)),
            }
        }
        let changes: usize = rest.iter().map(|(_, _, walk)| walk.changed().count()).sum();
        // Fields of a state with unknown entries are no start for updates.
        if known.is_none() && are_few(changes, rest.len()) {
            let finish = |(k, slot, walk)| {
                let last = sums.of_cue(k);
                (slot, walk_on(run, walk, last, |_| ()))
            };
            let finished: Vec<(usize, Arrival)> = rest.into_par_iter().map(finish).collect();
            for (slot, arrival) in finished {
                arrivals[slot] = Some(arrival);
            }
            break;
        }
        walks = rest
            .into_iter()
            .map(|(_, slot, walk)| (slot, walk))
            .collect();
    }
    arrivals.into_iter().flatten().collect()
}

/// The state of every cue after one step.
pub(super) fn step_once(run: &Run<'_>, cues: &Cues) -> Vec<Vec<u64>> {
    let all: Vec<usize> = (0..cues.count()).collect();
    let of_batch = |batch: &[usize]| -> Vec<Vec<u64>> {
        let start = |&c: &usize| (c, Walk::start(cues, c, run.whole_course(cues, c)));
        let walks: Vec<(usize, Walk)> = batch.iter().map(start).collect();
        let known = WordMajor::new(batch.len(), cues.neurons(), |k| cues.known_bits(batch[k]));
        let fields = &run.fields;
        let next = step(fields, &walks, Some(&known), &mut Sums::new(fields));
        (0..batch.len())
            .map(|k| next.iter().map(|words| words[k]).collect())
            .collect()
    };
    all.chunks(BATCH).flat_map(of_batch).collect()
}

/// Shows every new state of one cue's recall to `observe`.
pub(super) fn trace_states(run: &Run<'_>, cues: &Cues, c: usize, mut observe: impl FnMut(&[u64])) {
    let fields = &run.fields;
    let known = WordMajor::new(1, cues.neurons(), |_| cues.known_bits(c));
    let mut sums = Sums::new(fields);
    let mut walks = [(0, Walk::start(cues, c, run.whole_course(cues, c)))];
    for known in [Some(&known), None] {
        let next = step(fields, &walks, known, &mut sums).into_iter().flatten();
        if walks[0].1.advance(next.collect(), &run.clamped).is_some() {
            return;
        }
        observe(&walks[0].1.now);
    }
    let [(_, walk)] = walks;
    walk_on(run, walk, sums.of_cue(0), observe);
}

/// The next state of every walk: word b of each, for every b. Leaves the fields in `sums`.
fn step(
    fields: &Fields<'_>,
    walks: &[(usize, Walk)],
    known: Option<&WordMajor>,
    sums: &mut Sums,
) -> Vec<Vec<u64>> {
    let neurons = fields.network().neurons();
    let states = WordMajor::new(walks.len(), neurons, |k| &walks[k].1.now);
    sums.compute(fields, &states, known, |block, sums| {
        let errors = Errors::new(fields, block, 0);
        let settle = |k: usize, bit: usize| {
            let known = known.map(|known| known.state(k));
            fields.sign(block * 64 + bit, &walks[k].1.now, known.as_deref())
        };
        decide(&errors, sums, settle)
    })
}

/// The states of a block's neurons after a step, cue by cue. `settle(k, lane)` is asked for signs too near to zero.
fn decide(
    errors: &Errors,
    sums: &[Lanes<f32>],
    settle: impl Fn(usize, usize) -> Ordering,
) -> Vec<u64> {
    let mut words = vec![0; sums.len()];
    with_vectors(
        #[inline(always)]
        || {
            for (k, (word, sum)) in words.iter_mut().zip(sums).enumerate() {
                let (plus, doubtful) = errors.signs(sum);
                *word = plus;
                for lane in ones_of(doubtful) {
                    *word |= u64::from(settle(k, lane) == Ordering::Greater) << lane;
                }
            }
        },
    );
    words
}

/// Walks one cue to its end from the fields that [`Sums`] holds of the state before the present one. `observe` sees every
/// new state.
pub(super) fn walk_on(
    run: &Run<'_>,
    mut walk: Walk,
    mut local: Vec<f64>,
    mut observe: impl FnMut(&[u64]),
) -> Arrival {
    let fields = &run.fields;
    let mut updates = 0;
    loop {
        for j in walk.changed() {
            let change = if has(&walk.now, j) { 2.0 } else { -2.0 };
            add_scaled(&mut local, change, fields.outgoing(j));
            updates += 1;
        }
        let next = next_state(fields, &walk.now, &local, updates);
        if let Some(arrival) = walk.advance(next, &run.clamped) {
            return arrival;
        }
        observe(&walk.now);
    }
}

fn next_state(fields: &Fields<'_>, now: &[u64], local: &[f64], updates: usize) -> Vec<u64> {
    local
        .chunks(64)
        .enumerate()
        .map(|(w, chunk)| {
            let mut word = 0;
            for (bit, &field) in chunk.iter().enumerate() {
                let i = w * 64 + bit;
                let plus = is_plus(fields, i, field, updates, || fields.sign(i, now, None));
                word |= u64::from(plus) << bit;
            }
            word
        })
        .collect()
}

/// Whether a field is positive that was summed in f32 and then updated in f64; `exactly` is asked when it is too small to
/// tell.
#[inline]
pub(super) fn is_plus(
    fields: &Fields<'_>,
    i: usize,
    field: f64,
    updates: usize,
    exactly: impl FnOnce() -> Ordering,
) -> bool {
    let error = fields.error(i, updates);
    if field.abs() > error || error == 0.0 {
        field > 0.0
    } else {
        exactly() == Ordering::Greater
    }
}

/// h ← h + a·w.
pub(super) fn add_scaled(h: &mut [f64], a: f64, w: &[f64]) {
    with_vectors(
        #[inline(always)]
        || {
            for (h, w) in h.iter_mut().zip(w) {
                *h += a * w;
            }
        },
    );
}
