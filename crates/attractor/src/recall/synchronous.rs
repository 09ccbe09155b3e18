//! Synchronous recall: all neurons at once.
//!
//! While many neurons change, every step computes all fields of all cues anew, 64 neurons × all cues at a time; once
//! few do, each cue walks on alone and updates its fields by the neurons that changed.

use super::{Arrival, End};
use crate::cue::Cues;
use crate::fields::Fields;
use crate::signed_sums::{LANES, Lanes, Real, WordMajor, additions};
use rayon::prelude::*;
use std::cmp::Ordering;

/// Cues that step together: their sums for 64 neurons stay in the second-level cache.
const BATCH: usize = 1024;

/// Whether so many changes in so many cues make updating fields cheaper than computing them. Measured at N = 4096: one
/// cue's share of computing all fields costs as much as 16 updates, which wait for memory; tabulating the weights' sums
/// as much as 32 cues' shares.
pub(super) fn are_few(changes: usize, cues: usize) -> bool {
    changes <= 16 * (cues + 32)
}

/// Cues whose fields of all neurons are held at a time.
pub(super) const FIELD_BATCH: usize = 256;

/// A cue on its way.
pub(super) struct Walk {
    now: Vec<u64>,
    /// The state before, none at the start.
    before: Option<Vec<u64>>,
    steps: usize,
    /// Whether the start has unknown entries, so that no later state equals it.
    partial_start: bool,
}

impl Walk {
    pub(super) fn start(cues: &Cues, c: usize) -> Self {
        Self {
            now: cues.state_bits(c).to_vec(),
            before: None,
            steps: 0,
            partial_start: cues.has_unknowns(c),
        }
    }

    /// Takes the state that follows `now`. At the end of the recall: where it arrived.
    fn advance(&mut self, next: Vec<u64>, max_steps: usize) -> Option<Arrival> {
        let arrived = |state: &[u64], end, steps| Some((state.to_vec(), end, steps));
        let first_whole = usize::from(self.partial_start);
        if self.steps >= first_whole && next == self.now {
            return arrived(&self.now, End::FixedPoint, self.steps);
        }
        if let Some(before) = &self.before
            && self.steps > first_whole
            && next == *before
        {
            return arrived(before, End::TwoCycle, self.steps - 1);
        }
        if self.steps == max_steps {
            return arrived(&self.now, End::StepLimit, self.steps);
        }
        self.before = Some(std::mem::replace(&mut self.now, next));
        self.steps += 1;
        None
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
            .flat_map(|(w, word)| set_bits(word).map(move |bit| w * 64 + bit))
    }
}

/// The places of the set bits of a word, ascending.
pub(super) fn set_bits(mut word: u64) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        (word != 0).then(|| {
            let bit = word.trailing_zeros() as usize;
            word &= word - 1;
            bit
        })
    })
}

/// Recalls every cue.
pub(super) fn recall(fields: &Fields<'_>, cues: &Cues, max_steps: usize) -> Vec<Arrival> {
    (0..cues.count())
        .step_by(BATCH)
        .flat_map(|first| {
            let batch: Vec<usize> = (first..(first + BATCH).min(cues.count())).collect();
            recall_batch(fields, cues, &batch, max_steps)
        })
        .collect()
}

fn recall_batch(
    fields: &Fields<'_>,
    cues: &Cues,
    batch: &[usize],
    max_steps: usize,
) -> Vec<Arrival> {
    let has_unknowns = batch.iter().any(|&c| cues.has_unknowns(c));
    let mut arrivals: Vec<Option<Arrival>> = vec![None; batch.len()];
    let mut walks: Vec<(usize, Walk)> = batch
        .iter()
        .enumerate()
        .map(|(slot, &c)| (slot, Walk::start(cues, c)))
        .collect();
    let neurons = fields.network().neurons();
    while !walks.is_empty() {
        let at_start = walks[0].1.before.is_none();
        let changes: usize = walks.iter().map(|(_, walk)| walk.changed().count()).sum();
        if !at_start && are_few(changes, walks.len()) {
            break;
        }
        let known = (at_start && has_unknowns)
            .then(|| WordMajor::new(walks.len(), neurons, |k| cues.known_bits(batch[walks[k].0])));
        let next = step(fields, &walks, known.as_ref());
        let mut k = 0;
        walks.retain_mut(|(slot, walk)| {
            let state = next.iter().map(|words| words[k]).collect();
            k += 1;
            arrivals[*slot] = walk.advance(state, max_steps);
            arrivals[*slot].is_none()
        });
    }
    while !walks.is_empty() {
        let rest = walks.split_off(walks.len().saturating_sub(FIELD_BATCH));
        let states = WordMajor::new(rest.len(), neurons, |k| &rest[k].1.now);
        let all_fields = all_fields(fields, &states, None);
        let finished: Vec<(usize, Arrival)> = rest
            .into_par_iter()
            .zip(all_fields)
            .map(|((slot, walk), start)| (slot, walk_on(fields, walk, start, max_steps, |_| ())))
            .collect();
        for (slot, arrival) in finished {
            arrivals[slot] = Some(arrival);
        }
    }
    arrivals.into_iter().flatten().collect()
}

/// Shows every new state of one cue's recall to `observe`.
pub(super) fn trace_states(
    fields: &Fields<'_>,
    cues: &Cues,
    c: usize,
    max_steps: usize,
    mut observe: impl FnMut(&[u64]),
) {
    let neurons = cues.neurons();
    let known = WordMajor::new(1, neurons, |_| cues.known_bits(c));
    let mut walks = [(0, Walk::start(cues, c))];
    let next = step(fields, &walks, Some(&known)).into_iter().flatten();
    if walks[0].1.advance(next.collect(), max_steps).is_some() {
        return;
    }
    let [(_, walk)] = walks;
    observe(&walk.now);
    let states = WordMajor::new(1, neurons, |_| &walk.now);
    let start = all_fields(fields, &states, None).swap_remove(0);
    walk_on(fields, walk, start, max_steps, observe);
}

/// The next state of every walk: word b of each, for every b.
fn step(fields: &Fields<'_>, walks: &[(usize, Walk)], known: Option<&WordMajor>) -> Vec<Vec<u64>> {
    let neurons = fields.network().neurons();
    let states = WordMajor::new(walks.len(), neurons, |k| &walks[k].1.now);
    (0..neurons.div_ceil(64))
        .into_par_iter()
        .map(|block| {
            let sums = known_fields::<f32>(fields, block, &states, known);
            let errors: Vec<f32> = (block * 64..((block + 1) * 64).min(neurons))
                .map(|i| fields.f32_error(i, 0))
                .collect();
            let decide = |(k, sum): (usize, &Lanes<f32>)| {
                let (mut plus, doubtful) = signs(&sum.0, &errors);
                for bit in set_bits(doubtful) {
                    let known = known.map(|known| known.state(k));
                    let sign = fields.sign(block * 64 + bit, &walks[k].1.now, known.as_deref());
                    plus |= u64::from(sign == Ordering::Greater) << bit;
                }
                plus
            };
            sums.iter().enumerate().map(decide).collect()
        })
        .collect()
}

/// Which of at most 64 fields are positive, and which are too small to tell.
pub(super) fn signs(sums: &[f32], errors: &[f32]) -> (u64, u64) {
    let (mut plus, mut minus, mut exact) = (0, 0, 0);
    for (lane, (&sum, &error)) in sums.iter().zip(errors).enumerate() {
        plus |= u64::from(sum > error) << lane;
        minus |= u64::from(sum < -error) << lane;
        exact |= u64::from(error == 0.0) << lane;
    }
    let all = u64::MAX >> (64 - errors.len());
    (plus, all & !(plus | minus | exact))
}

/// The fields of a block of neurons; unknown entries contribute nothing. The mean of the fields with the unknown
/// entries at −1 and at +1.
pub(super) fn known_fields<T: Real>(
    fields: &Fields<'_>,
    block: usize,
    states: &WordMajor,
    known: Option<&WordMajor>,
) -> Vec<Lanes<T>> {
    let mut low: Vec<Lanes<T>> = fields.block(block, states);
    if let Some(known) = known {
        let high: Vec<Lanes<T>> = fields.block(block, &states.filled(known));
        for (low, high) in low.iter_mut().zip(&high) {
            for (a, &b) in low.0.iter_mut().zip(&high.0) {
                *a = (*a + b) * T::round(0.5);
            }
        }
    }
    low
}

/// All N fields of each state.
pub(super) fn all_fields(
    fields: &Fields<'_>,
    states: &WordMajor,
    known: Option<&WordMajor>,
) -> Vec<Vec<f64>> {
    let neurons = fields.network().neurons();
    let blocks: Vec<Vec<Lanes<f64>>> = (0..neurons.div_ceil(64))
        .into_par_iter()
        .map(|block| known_fields(fields, block, states, known))
        .collect();
    (0..states.count())
        .into_par_iter()
        .map(|c| {
            let mut all = Vec::with_capacity(blocks.len() * LANES);
            for block in &blocks {
                all.extend_from_slice(&block[c].0);
            }
            all.truncate(neurons);
            all
        })
        .collect()
}

/// Walks one cue to its end from the fields of its present state, which has no unknown entries. `observe` sees every new state.
pub(super) fn walk_on(
    fields: &Fields<'_>,
    mut walk: Walk,
    mut local: Vec<f64>,
    max_steps: usize,
    mut observe: impl FnMut(&[u64]),
) -> Arrival {
    let mut roundings = additions::<f64>(local.len()) + 2;
    loop {
        let next = next_state(fields, &walk.now, &local, roundings);
        if let Some(arrival) = walk.advance(next, max_steps) {
            return arrival;
        }
        observe(&walk.now);
        for j in walk.changed() {
            let change = if walk.now[j / 64] >> (j % 64) & 1 == 1 {
                2.0
            } else {
                -2.0
            };
            add_scaled(&mut local, change, fields.outgoing(j));
            roundings += 1;
        }
    }
}

fn next_state(fields: &Fields<'_>, now: &[u64], local: &[f64], roundings: usize) -> Vec<u64> {
    local
        .chunks(64)
        .enumerate()
        .map(|(w, chunk)| {
            let mut word = 0;
            for (bit, &field) in chunk.iter().enumerate() {
                let i = w * 64 + bit;
                let plus = is_plus(fields, i, field, roundings, || fields.sign(i, now, None));
                word |= u64::from(plus) << bit;
            }
            word
        })
        .collect()
}

/// Whether a field that was rounded `roundings` times is positive; `exactly` is asked when it is too small to tell.
#[inline]
pub(super) fn is_plus(
    fields: &Fields<'_>,
    i: usize,
    field: f64,
    roundings: usize,
    exactly: impl FnOnce() -> Ordering,
) -> bool {
    if field.abs() > fields.f64_error(i, roundings) || fields.is_exact() {
        field > 0.0
    } else {
        exactly() == Ordering::Greater
    }
}

/// h ← h + a·w.
pub(super) fn add_scaled(h: &mut [f64], a: f64, w: &[f64]) {
    pulp::Arch::new().dispatch(
        #[inline(always)]
        || {
            for (h, w) in h.iter_mut().zip(w) {
                *h += a * w;
            }
        },
    );
}
