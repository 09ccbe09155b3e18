//! How far one cue's recall is, and whether its states repeat.

use super::options::{Arrival, End};

/// The steps of one recall. Where the next state depends on the present one alone, the state after `max_steps` is on a
/// cycle if it comes back, for which it has as many steps again.
///
/// Brent (1980) shortens the way there: each state is compared with one that is kept, and the kept one is renewed after
/// 1, 2, 4, … steps. Once it has come back after L steps, the state after `max_steps` is at most L steps away.
#[derive(Debug, Clone)]
pub(super) struct Course {
    /// Steps so far. Beyond `max_steps` only the search goes on.
    steps: usize,
    max_steps: usize,
    search: Option<Search>,
    /// Of the cycle that was found.
    length: Option<usize>,
    /// The state after `max_steps`, once it is reached.
    last: Option<Vec<u64>>,
    /// Whether the start has unknown entries, so that no later state equals it.
    partial_start: bool,
}

/// A search for a state that comes back.
#[derive(Debug, Clone)]
struct Search {
    kept: Option<Vec<u64>>,
    /// Steps since the kept state.
    age: usize,
    /// The age at which it is renewed.
    renewal: usize,
}

impl Search {
    /// Whether some state comes back.
    fn for_any() -> Self {
        Self {
            kept: None,
            age: 0,
            renewal: 1,
        }
    }

    /// Whether this one does.
    fn only_for(state: &[u64]) -> Self {
        Self {
            kept: Some(state.to_vec()),
            age: 0,
            renewal: usize::MAX,
        }
    }

    /// Compares the state after one more step; the length of the cycle if the kept state has come back.
    fn repeats(&mut self, now: &[u64]) -> Option<usize> {
        let Some(kept) = &mut self.kept else {
            self.kept = Some(now.to_vec());
            return None;
        };
        self.age += 1;
        if kept == now {
            return Some(self.age);
        }
        if self.age == self.renewal {
            kept.copy_from_slice(now);
            self.renewal = self.renewal.saturating_mul(2);
            self.age = 0;
        }
        None
    }
}

impl Course {
    /// A recall that begins. `repeats`: whether the next state depends on the present one alone.
    pub(super) fn new(max_steps: usize, partial_start: bool, repeats: bool) -> Self {
        Self {
            steps: 0,
            max_steps,
            search: repeats.then(Search::for_any),
            length: None,
            last: None,
            partial_start,
        }
    }

    /// Whether the present state, and the one `back` steps before it, are without unknown entries.
    pub(super) fn is_whole(&self, back: usize) -> bool {
        self.steps >= back + usize::from(self.partial_start)
    }

    /// The end of a recall whose present state reproduces itself.
    pub(super) fn settled(&mut self, now: &[u64]) -> Arrival {
        // A fixed point beyond the limit was not reached within it.
        match self.last.take() {
            Some(last) => (last, End::StepLimit, self.max_steps),
            None => (now.to_vec(), End::FixedPoint, self.steps),
        }
    }

    /// The end of a recall that goes on with the state before the present one.
    pub(super) fn alternates(&mut self, before: &[u64]) -> Arrival {
        let end = End::Cycle { length: 2 };
        match self.last.take() {
            Some(last) if last == before => (last, end, self.max_steps),
            Some(last) => (last, End::StepLimit, self.max_steps),
            None => (before.to_vec(), end, self.steps - 1),
        }
    }

    /// Takes note of the present state before one more step. If the recall is over: where it arrived.
    pub(super) fn visit(&mut self, now: &[u64]) -> Option<Arrival> {
        if self.is_whole(0)
            && let Some(length) = self.search.as_mut().and_then(|search| search.repeats(now))
        {
            if let Some(last) = self.last.take() {
                return Some((last, End::Cycle { length }, self.max_steps));
            }
            self.search = None;
            self.length = Some(length);
            // Whole rounds lead back to this state.
            self.steps = self.max_steps - (self.max_steps - self.steps) % length;
        }
        if self.steps == self.max_steps {
            let end = match self.length {
                Some(length) => End::Cycle { length },
                None => End::StepLimit,
            };
            if self.search.is_none() {
                return Some((now.to_vec(), end, self.max_steps));
            }
            self.last = Some(now.to_vec());
            self.search = Some(Search::only_for(now));
        } else if self.steps == self.max_steps.saturating_mul(2)
            && let Some(last) = self.last.take()
        {
            return Some((last, End::StepLimit, self.max_steps));
        }
        self.steps += 1;
        None
    }
}
