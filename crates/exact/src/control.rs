//! Control: what a long computation obeys (time limit, interrupt) and whom it tells how far it is.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// How far a computation is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Progress {
    /// Fewest wrong bits found, once there is a network.
    pub incumbent: Option<usize>,
    /// Proven: no network has fewer wrong bits. Of the big-M model by its solver's word.
    pub bound: usize,
    /// Nodes of the search so far.
    pub nodes: u64,
    /// Since [`Control`] was made.
    pub elapsed: Duration,
    /// What is being done, in a word or two.
    pub phase: &'static str,
}

/// A deadline, an interrupt flag and a listener, all optional. Shared by all threads of one computation.
#[derive(Clone)]
pub struct Control<'a> {
    started: Instant,
    deadline: Option<Instant>,
    interrupt: Option<&'a AtomicBool>,
    listener: Option<&'a (dyn Fn(&Progress) + Sync)>,
}

impl Default for Control<'_> {
    fn default() -> Self {
        Self::new()
    }
}

impl<'a> Control<'a> {
    /// No limit, no interrupt, nobody listens. The clock starts.
    pub fn new() -> Self {
        Self {
            started: Instant::now(),
            deadline: None,
            interrupt: None,
            listener: None,
        }
    }

    /// Stops `limit` after the clock started; a limit too long to be represented is none.
    #[must_use]
    pub fn with_time_limit(mut self, limit: Duration) -> Self {
        self.deadline = self.started.checked_add(limit);
        self
    }

    /// Stops as soon as the flag is set, for example by Ctrl-C.
    #[must_use]
    pub fn with_interrupt(mut self, flag: &'a AtomicBool) -> Self {
        self.interrupt = Some(flag);
        self
    }

    /// Calls `listener` with each [`Progress`]; it is called often and from any thread, so it must be quick.
    #[must_use]
    pub fn with_listener(mut self, listener: &'a (dyn Fn(&Progress) + Sync)) -> Self {
        self.listener = Some(listener);
        self
    }

    /// Whether to stop now, with the best answer so far. Costs a clock reading: ask every millisecond, not every node.
    pub fn should_stop(&self) -> bool {
        self.interrupted()
            || self
                .deadline
                .is_some_and(|deadline| Instant::now() >= deadline)
    }

    /// Whether the user asked to stop.
    pub fn interrupted(&self) -> bool {
        self.interrupt
            .is_some_and(|flag| flag.load(Ordering::Relaxed))
    }

    /// What is left until the time limit, if there is one.
    pub fn remaining(&self) -> Option<Duration> {
        self.deadline
            .map(|deadline| deadline.saturating_duration_since(Instant::now()))
    }

    /// Since the clock started.
    pub fn elapsed(&self) -> Duration {
        self.started.elapsed()
    }

    /// The same interrupt and listener, and a deadline `limit` from now unless the own one is earlier.
    #[must_use]
    pub fn within(&self, limit: Duration) -> Control<'a> {
        let own = Instant::now().checked_add(limit);
        let deadline = match (own, self.deadline) {
            (Some(own), Some(outer)) => Some(own.min(outer)),
            (own, outer) => own.or(outer),
        };
        Control {
            deadline,
            ..self.clone()
        }
    }

    /// The same interrupt and listener, no deadline: for what follows when the time for searching is over.
    #[must_use]
    pub fn untimed(&self) -> Control<'a> {
        Control {
            deadline: None,
            ..self.clone()
        }
    }

    /// The same control, for a share (0 to 1) of what is left of the time limit, if there is one: what comes after keeps
    /// the rest.
    #[must_use]
    pub fn share(&self, share: f64) -> Control<'a> {
        match self.remaining() {
            Some(left) => self.within(left.mul_f64(share)),
            None => self.clone(),
        }
    }

    /// The same control with `reserve` kept back from what is left of the time limit, if there is one, but never more than
    /// the share `most` (0 to 1) of it.
    #[must_use]
    pub fn keeping(&self, reserve: Duration, most: f64) -> Control<'a> {
        match self.remaining() {
            Some(left) => {
                let kept = reserve.min(left.mul_f64(most));
                self.within(left.saturating_sub(kept))
            }
            None => self.clone(),
        }
    }

    /// [`Control::within`] without listener: for one phase, whose numbers are not those of the whole.
    #[must_use]
    pub fn phase(&self, limit: Duration) -> Control<'a> {
        Control {
            listener: None,
            ..self.within(limit)
        }
    }

    /// Tells the listener.
    pub fn report(&self, incumbent: Option<usize>, bound: usize, nodes: u64, phase: &'static str) {
        if let Some(listener) = self.listener {
            listener(&Progress {
                incumbent,
                bound,
                nodes,
                elapsed: self.elapsed(),
                phase,
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_back_is_at_most_a_share() {
        let (second, minute) = (Duration::from_secs(1), Duration::from_secs(60));
        let control = Control::new().with_time_limit(minute);
        let left = |reserve| control.keeping(reserve, 0.5).remaining().unwrap();
        assert!(left(second) <= Duration::from_secs(59) && left(second) > minute / 2);
        // Half of what is left, which is a little less than the limit.
        assert!(left(minute) <= minute / 2 && left(minute) > Duration::ZERO);
        assert_eq!(Control::new().keeping(second, 0.5).remaining(), None);
    }
}
