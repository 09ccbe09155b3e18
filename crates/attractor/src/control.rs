//! Control: what a long computation obeys (time limit, interrupt) and whom it tells how far it is. The one way in which
//! rules, exact training, the building of certificates and experiments are stopped.

use crate::clock::Instant;
use crate::network::Network;
use std::cell::Cell;
use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

/// Additions between two questions whether to stop. More, and an answer comes late; fewer, and reading the clock costs more
/// than the additions.
pub(crate) const ADDITIONS_BETWEEN_QUESTIONS: usize = 1 << 16;

/// How far a computation is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Progress {
    /// Fewest wrong bits found, once there is a network.
    pub incumbent: Option<usize>,
    /// Proven: no network has fewer wrong bits. Of the big-M model by its solver's word.
    pub bound: usize,
    /// Nodes of the search so far; of a rule, its passes through the patterns or its steps.
    pub nodes: u64,
    /// Since [`Control`] was made.
    pub elapsed: Duration,
    /// What is being done.
    pub phase: Phase,
    /// While a network is chosen for damage: the share of its own damaged patterns that the best so far recalls.
    pub recalled: Option<f64>,
}

/// A part of a computation, for progress and for times in reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Phase {
    /// All neurons, each on its own.
    Neurons,
    /// One neuron.
    Neuron,
    /// Nodes of one neuron's search.
    Nodes,
    /// A neuron's incumbent: greedy deletion and local search.
    Incumbent,
    /// The min-norm primitive within a neuron's search.
    MinNorm,
    /// The tree of a neuron's search without the min-norm primitive.
    Tree,
    /// Exact dependencies of a neuron.
    Exact,
    /// Symmetric networks: whether every bit can be right.
    Storing,
    /// What the neurons' optima hold is asked of one symmetric network.
    Together,
    /// Symmetric networks: incumbents and bound.
    Symmetric,
    /// A general solver on the big-M model.
    BigM,
    /// A classical rule.
    Rule,
    /// Networks for several damages are compared by what they recall.
    Damage,
    /// Rounds on the states that recall passes through.
    Passes,
}

impl Phase {
    /// The name in reports and on the progress line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Neurons => "neurons",
            Self::Neuron => "neuron",
            Self::Nodes => "nodes",
            Self::Incumbent => "incumbent",
            Self::MinNorm => "min-norm",
            Self::Tree => "tree",
            Self::Exact => "exact",
            Self::Storing => "storing",
            Self::Together => "together",
            Self::Symmetric => "symmetric",
            Self::BigM => "big-M branch and bound",
            Self::Rule => "rule",
            Self::Damage => "choosing the damage",
            Self::Passes => "passed states",
        }
    }
}

impl fmt::Display for Phase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Who is handed networks with their wrong bits: see [`Control::with_keeper`].
pub type Keeper<'a> = dyn Fn(&Network, usize) + Sync + 'a;

/// A deadline, an interrupt flag, a listener and a keeper, all optional. Shared by all threads of one computation.
///
/// Two questions tell when to end: [`Control::should_stop`], the soft stop, at which searches end, and
/// [`Control::must_stop`], until which work that takes little may still be finished ([`Control::with_grace`]).
#[derive(Clone)]
pub struct Control<'a> {
    started: Instant,
    deadline: Option<Instant>,
    interrupt: Option<&'a AtomicBool>,
    condition: Option<&'a (dyn Fn() -> bool + Sync)>,
    listener: Option<&'a (dyn Fn(&Progress) + Sync)>,
    keeper: Option<&'a Keeper<'a>>,
    grace: Duration,
    /// Whether [`Control::should_stop`] waits for the end of the grace.
    through_grace: bool,
    /// When [`Control::must_stop`] first saw the soft stop.
    noticed: Arc<OnceLock<Instant>>,
}

impl Default for Control<'_> {
    fn default() -> Self {
        Self::new()
    }
}

impl<'a> Control<'a> {
    /// No limit, no interrupt, no listener. The clock starts.
    pub fn new() -> Self {
        Self {
            started: Instant::now(),
            deadline: None,
            interrupt: None,
            condition: None,
            listener: None,
            keeper: None,
            grace: Duration::ZERO,
            through_grace: false,
            noticed: Arc::default(),
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

    /// Stops as soon as `condition` is true. It is asked often and from any thread: it must be quick, and stay true once it
    /// is.
    #[must_use]
    pub fn with_condition(mut self, condition: &'a (dyn Fn() -> bool + Sync)) -> Self {
        self.condition = Some(condition);
        self
    }

    /// Lets work that takes little go on for `grace` after the soft stop: see [`Control::must_stop`].
    #[must_use]
    pub fn with_grace(mut self, grace: Duration) -> Self {
        self.grace = grace;
        self.noticed = Arc::default();
        self
    }

    /// Calls `listener` with each [`Progress`]; it is called often and from any thread, so it must be quick.
    #[must_use]
    pub fn with_listener(mut self, listener: &'a (dyn Fn(&Progress) + Sync)) -> Self {
        self.listener = Some(listener);
        self
    }

    /// Hands networks, each with its wrong bits, to `keeper` while the computation goes on: for whoever may end it without
    /// hearing its answer. They come in any order, from any thread, and the same ones again; rules and discrete searches have
    /// none before their end.
    #[must_use]
    pub fn with_keeper(mut self, keeper: &'a Keeper<'a>) -> Self {
        self.keeper = Some(keeper);
        self
    }

    /// Whether there is a keeper, for whom a network would have to be made.
    pub fn keeps(&self) -> bool {
        self.keeper.is_some()
    }

    /// Hands a network with so many wrong bits to the keeper, if there is one.
    pub fn keep(&self, network: &Network, wrong_bits: usize) {
        if let Some(keeper) = self.keeper {
            keeper(network, wrong_bits);
        }
    }

    /// Whether to stop now, with the best answer so far. Costs a clock reading: ask every millisecond, not every node, or
    /// through [`Control::every`].
    pub fn should_stop(&self) -> bool {
        if self.through_grace {
            self.must_stop()
        } else {
            self.soft_stop()
        }
    }

    fn soft_stop(&self) -> bool {
        self.interrupted()
            || self.condition.is_some_and(|condition| condition())
            || self
                .deadline
                .is_some_and(|deadline| Instant::now() >= deadline)
    }

    /// Whether the grace after the soft stop is over, too. It begins when this is first asked after the soft stop; without
    /// [`Control::with_grace`] there is none.
    pub fn must_stop(&self) -> bool {
        self.soft_stop() && self.noticed.get_or_init(Instant::now).elapsed() >= self.grace
    }

    /// The same control, whose [`Control::should_stop`] is [`Control::must_stop`]: for work that takes little.
    #[must_use]
    pub fn through_grace(&self) -> Control<'a> {
        Control {
            through_grace: true,
            ..self.clone()
        }
    }

    /// Asks [`Control::should_stop`] once in so many steps of one thread.
    pub fn every(&self, steps: u32) -> Paced<'_> {
        Paced {
            control: self,
            every: steps,
            steps: Cell::new(0),
            stopped: Cell::new(false),
        }
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
    pub fn report(&self, incumbent: Option<usize>, bound: usize, nodes: u64, phase: Phase) {
        if let Some(listener) = self.listener {
            listener(&Progress {
                incumbent,
                bound,
                nodes,
                elapsed: self.elapsed(),
                phase,
                recalled: None,
            });
        }
    }

    /// Tells the listener of a network that is chosen for damage: the share of its own damaged patterns that the best so far
    /// recalls, and how many candidates or rounds were tried, with its wrong bits and their bound.
    pub fn report_recalled(
        &self,
        wrong_bits: usize,
        bound: usize,
        recalled: f64,
        nodes: u64,
        phase: Phase,
    ) {
        if let Some(listener) = self.listener {
            listener(&Progress {
                incumbent: Some(wrong_bits),
                bound,
                nodes,
                elapsed: self.elapsed(),
                phase,
                recalled: Some(recalled),
            });
        }
    }
}

/// A [`Control`] that is asked at each of many small steps and reads the clock at a few of them ([`Control::every`]).
pub struct Paced<'c> {
    control: &'c Control<'c>,
    every: u32,
    steps: Cell<u32>,
    stopped: Cell<bool>,
}

impl Paced<'_> {
    /// Counts a step; true from the first stop that was seen on.
    pub fn should_stop(&self) -> bool {
        let steps = self.steps.get().wrapping_add(1);
        self.steps.set(steps);
        if steps.is_multiple_of(self.every) && self.control.should_stop() {
            self.stopped.set(true);
        }
        self.stopped.get()
    }

    /// Whether a stop was seen. What was computed since is then unfinished.
    pub fn has_stopped(&self) -> bool {
        self.stopped.get()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grace_begins_with_the_soft_stop() {
        let stopped = AtomicBool::new(false);
        let control = Control::new().with_interrupt(&stopped);
        let (patient, strict) = (control.clone().with_grace(Duration::MAX), control);
        assert!(!patient.should_stop() && !patient.must_stop() && !strict.must_stop());
        stopped.store(true, Ordering::Relaxed);
        assert!(patient.should_stop() && !patient.must_stop() && strict.must_stop());
        let brief = patient.with_grace(Duration::from_millis(1));
        assert!(!brief.must_stop());
        std::thread::sleep(Duration::from_millis(2));
        assert!(brief.must_stop());
    }

    #[test]
    fn through_the_grace_the_soft_stop_is_not_seen() {
        let stopped = AtomicBool::new(true);
        let control = Control::new().with_interrupt(&stopped);
        let patient = control.clone().with_grace(Duration::MAX);
        assert!(patient.should_stop() && !patient.through_grace().should_stop());
        assert!(control.through_grace().should_stop());
    }

    #[test]
    fn a_paced_control_sees_a_stop_at_its_next_question_and_keeps_it() {
        let stopped = AtomicBool::new(true);
        let control = Control::new().with_interrupt(&stopped);
        let paced = control.every(3);
        let seen: Vec<bool> = (0..5).map(|_| paced.should_stop()).collect();
        assert_eq!(seen, [false, false, true, true, true]);
        assert!(paced.has_stopped());
    }

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
