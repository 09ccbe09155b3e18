//! Pace: how long the open cells may take, judged by the cells of the same method that are done.

use super::entry::{Cell, Entry};
use std::collections::HashMap;
use std::time::Duration;

/// How far a run is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tally {
    /// Cells with a result.
    pub done: usize,
    /// All cells.
    pub all: usize,
    /// What the open cells may still take; None while a method has no cell done that could tell.
    pub left: Option<Duration>,
}

/// Seconds of the cells that are done, and numbers of those that are open.
pub(super) struct Pace {
    done: usize,
    workers: usize,
    of_method: HashMap<String, OfMethod>,
}

#[derive(Default)]
struct OfMethod {
    done: usize,
    seconds: f64,
    open: usize,
}

impl Pace {
    pub(super) fn new(done: &[&Entry], open: &[&Cell], workers: usize) -> Self {
        let mut pace = Self {
            done: 0,
            workers: workers.max(1),
            of_method: HashMap::new(),
        };
        for cell in open {
            pace.of(&cell.method).open += 1;
        }
        for entry in done {
            pace.of(&entry.cell.method).open += 1;
            pace.count(entry);
        }
        pace
    }

    fn of(&mut self, method: &str) -> &mut OfMethod {
        self.of_method.entry(method.to_owned()).or_default()
    }

    /// One more open cell is done.
    pub(super) fn count(&mut self, entry: &Entry) {
        self.done += 1;
        let own = self.of(&entry.cell.method);
        own.open = own.open.saturating_sub(1);
        own.done += 1;
        own.seconds += entry.seconds;
    }

    pub(super) fn tally(&self) -> Tally {
        let open: usize = self.of_method.values().map(|m| m.open).sum();
        let of = |m: &OfMethod| match (m.open, m.done) {
            (0, _) => Some(0.0),
            (_, 0) => None,
            (open, done) => Some(m.seconds / done as f64 * open as f64),
        };
        let seconds: Option<f64> = self.of_method.values().map(of).sum();
        let left = seconds.map(|s| s / self.workers as f64);
        Tally {
            done: self.done,
            all: self.done + open,
            left: left.and_then(|left| Duration::try_from_secs_f64(left).ok()),
        }
    }
}
