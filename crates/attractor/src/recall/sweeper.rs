//! One cue that is swept: its state and the fields of that state, updated after every change.

use super::course::Course;
use super::options::{Arrival, Order, Update};
use super::run::Run;
use super::sums::Sums;
use super::synchronous::{add_scaled, is_plus};
use crate::cue::Cues;
use crate::fields::Fields;
use crate::kernels::bits::has;
use crate::kernels::signed_sums::WordMajor;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;

/// All fields of each of these cues.
pub(super) fn start_fields(fields: &Fields<'_>, cues: &Cues, batch: &[usize]) -> Sums {
    let neurons = cues.neurons();
    let states = WordMajor::new(batch.len(), neurons, |k| cues.state_bits(batch[k]));
    let known = batch
        .iter()
        .any(|&c| cues.has_unknowns(c))
        .then(|| WordMajor::new(batch.len(), neurons, |k| cues.known_bits(batch[k])));
    Sums::of(fields, &states, known.as_ref())
}

/// The orders of one cue's sweeps, in blocks of neurons that are updated at once.
pub(super) struct Orders {
    order: Vec<usize>,
    rng: Option<ChaCha8Rng>,
    block: usize,
}

impl Orders {
    /// Those of cue c.
    pub(super) fn of(run: &Run<'_>, c: usize) -> Self {
        Self::new(run.update, run.fields.network().neurons(), c)
    }

    /// Those of cue c of N neurons.
    pub(super) fn new(update: Update, neurons: usize, c: usize) -> Self {
        let (order, block) = match update {
            Update::Asynchronous(order) => (order, 1),
            Update::Block { size, order } => (order, size),
            // Neither is swept.
            Update::Synchronous | Update::Glauber { .. } => (Order::Fixed, 1),
        };
        let rng = match order {
            Order::Fixed => None,
            Order::Random { seed } => {
                let mut rng = ChaCha8Rng::seed_from_u64(seed);
                rng.set_stream(c as u64);
                Some(rng)
            }
        };
        Self {
            order: (0..neurons).collect(),
            rng,
            block,
        }
    }

    /// The blocks of the next sweep.
    pub(super) fn next(&mut self) -> impl Iterator<Item = &[usize]> {
        if let Some(rng) = &mut self.rng {
            self.order.shuffle(rng);
        }
        self.order.chunks(self.block)
    }
}

/// One cue on its way, with the fields of its present state.
pub(super) struct Sweeper<'a> {
    fields: &'a Fields<'a>,
    /// The neurons that are not updated.
    clamped: &'a [u64],
    state: Vec<u64>,
    /// Which entries are known; None once all are.
    known: Option<Vec<u64>>,
    local: Vec<f64>,
    /// How often each field was updated at most.
    updates: usize,
    course: Course,
}

impl<'a> Sweeper<'a> {
    pub(super) fn new(
        run: &'a Run<'a>,
        cues: &Cues,
        c: usize,
        local: Vec<f64>,
        course: Course,
    ) -> Self {
        Self {
            fields: &run.fields,
            clamped: &run.clamped,
            state: cues.state_bits(c).to_vec(),
            known: cues.has_unknowns(c).then(|| cues.known_bits(c).to_vec()),
            updates: 0,
            course,
            local,
        }
    }

    /// A state without unknown entries, on its way.
    pub(super) fn resume(
        run: &'a Run<'a>,
        state: Vec<u64>,
        course: Course,
        local: Vec<f64>,
    ) -> Self {
        Self {
            fields: &run.fields,
            clamped: &run.clamped,
            state,
            known: None,
            updates: 0,
            course,
            local,
        }
    }

    /// A cue and its fields, ready to sweep.
    pub(super) fn of_cue(run: &'a Run<'a>, cues: &Cues, c: usize, course: Course) -> Self {
        let local = start_fields(&run.fields, cues, &[c]).of_cue(0);
        Self::new(run, cues, c, local, course)
    }

    /// Sweeps to the end. `observe` sees the state after every sweep that changed it.
    pub(super) fn run(mut self, orders: &mut Orders, mut observe: impl FnMut(&[u64])) -> Arrival {
        loop {
            if self.is_fixed_point() {
                return self.course.settled(&self.state);
            }
            if let Some(arrival) = self.course.visit(&self.state) {
                return arrival;
            }
            for block in orders.next() {
                self.update(block);
            }
            self.known = None;
            observe(&self.state);
        }
    }

    fn is_fixed_point(&self) -> bool {
        let keeps = |i: usize| has(self.clamped, i) || self.next(i) == self.is_set(i);
        self.known.is_none() && (0..self.local.len()).all(keeps)
    }

    fn is_set(&self, i: usize) -> bool {
        has(&self.state, i)
    }

    /// Whether neuron i's update gives +1.
    #[inline]
    fn next(&self, i: usize) -> bool {
        is_plus(self.fields, i, self.local[i], self.updates, || {
            self.fields.sign(i, &self.state, self.known.as_deref())
        })
    }

    /// Updates a block of neurons at once.
    #[inline]
    fn update(&mut self, block: &[usize]) {
        if let &[i] = block {
            if !has(self.clamped, i) {
                self.set(i, self.next(i));
            }
            return;
        }
        let free = block.iter().filter(|&&i| !has(self.clamped, i));
        let next: Vec<(usize, bool)> = free.map(|&i| (i, self.next(i))).collect();
        for (i, plus) in next {
            self.set(i, plus);
        }
    }

    /// s_i ← +1 or −1, and every field after it.
    #[inline]
    fn set(&mut self, i: usize, plus: bool) {
        let bit = 1 << (i % 64);
        let was_known = self
            .known
            .as_ref()
            .is_none_or(|known| known[i / 64] & bit != 0);
        if let Some(known) = &mut self.known {
            known[i / 64] |= bit;
        }
        let difference = match (was_known, plus == self.is_set(i)) {
            (true, true) => return,
            (true, false) => 2.0,
            (false, _) => 1.0,
        };
        if plus {
            self.state[i / 64] |= bit;
        } else {
            self.state[i / 64] &= !bit;
        }
        let change = if plus { difference } else { -difference };
        add_scaled(&mut self.local, change, self.fields.outgoing(i));
        self.updates += 1;
    }
}
