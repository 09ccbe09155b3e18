//! The lower bound beyond the sum of the neurons' optima, by cores.
//!
//! The cores that are known ask for some payments above the neurons' least numbers (`cores`), in sum the bound. If some
//! network pays just that, it is optimal. Else the neurons cannot all be within their least numbers and payments
//! (`refute`), and mostly few of them cannot, at that: they are the next core, which rules these payments out. Small cores
//! rule out many; at N = 20, P = 50 some have three neurons. A core is mostly the work of a tenth of a second, where
//! refuting a total for all neurons at once takes 5 to 10 times as long for each wrong bit more.

use super::cores::{Core, Payments, payments};
use super::neurons::Pool;
use super::pocket::Pocket;
use super::refute::{Ended, Refuter};
use crate::control::Control;
use crate::dependency::Dependency;

/// Work for refuting those that pay nothing before all are asked.
const FREE: u64 = 1 << 33;
/// Work for seeing whether a core can do without some of its neurons: some milliseconds.
const SHRINKING: u64 = 1 << 24;
/// Nodes of the searches for cores that are superfluous: some tenths of a second.
const MOST_PRUNING: u64 = 1 << 19;
/// Neurons in a row without which a core could not be refuted so fast: no more are tried.
const PATIENCE: usize = 2;

/// What raises the bound; resumable and deterministic.
pub(super) struct Raise<'a> {
    refuter: Refuter<'a>,
    /// The neurons' least numbers.
    least: Vec<u32>,
    /// No network has fewer wrong bits.
    bound: u32,
    cores: Vec<Core>,
    task: Option<Task>,
    /// Where it cannot go on.
    stuck: bool,
    /// Work of finding payments.
    paying: u64,
}

/// What is being refuted.
enum Aim {
    /// These payments, by the neurons alone that pay nothing.
    Free(Vec<u32>),
    /// These payments.
    Whole(Vec<u32>),
    Shrink(Shrink),
}

/// A group that is being refuted, until all work is `last`.
struct Task {
    aim: Aim,
    last: u64,
}

/// A core, and what may not be needed of it.
struct Shrink {
    core: Core,
    /// Neurons, those last that are likely not to be needed.
    untried: Vec<usize>,
    /// How many are left out at once.
    chunk: usize,
    failures: usize,
}

impl Shrink {
    /// Neurons left out in this attempt.
    fn tried(&self) -> &[usize] {
        &self.untried[self.untried.len() - self.chunk..]
    }

    fn smaller(&self) -> Core {
        let needed = |(i, _): &(usize, u32)| !self.tried().contains(i);
        Core {
            caps: self.core.caps.iter().copied().filter(needed).collect(),
        }
    }

    fn is_done(&self) -> bool {
        self.untried.is_empty() || self.failures >= PATIENCE
    }

    /// Some neurons fewer if that was `refuted`, else fewer at once.
    fn learn(&mut self, refuted: bool) {
        if refuted {
            self.core = self.smaller();
            self.failures = 0;
        } else if self.chunk > 1 {
            self.chunk /= 2;
            return;
        } else {
            self.failures += 1;
        }
        self.untried.truncate(self.untried.len() - self.chunk);
        self.chunk = self.chunk.min(self.untried.len().div_ceil(2)).max(1);
    }
}

impl<'a> Raise<'a> {
    /// `least` are the neurons' optima, which the refuter's pools prove.
    pub(super) fn new(refuter: Refuter<'a>, least: Vec<u32>) -> Self {
        Self {
            refuter,
            bound: least.iter().sum(),
            least,
            cores: Vec::new(),
            task: None,
            stuck: false,
            paying: 0,
        }
    }

    /// No network has fewer wrong bits.
    pub(super) fn bound(&self) -> usize {
        self.bound as usize
    }

    pub(super) fn is_stuck(&self) -> bool {
        self.stuck
    }

    pub(super) fn pools(&self) -> &[Pool] {
        self.refuter.pools()
    }

    pub(super) fn cuts(&self) -> impl ExactSizeIterator<Item = &Dependency> {
        self.refuter.cuts()
    }

    pub(super) fn nodes(&self) -> u64 {
        self.refuter.nodes()
    }

    pub(super) fn calls(&self) -> u64 {
        self.refuter.calls()
    }

    fn work(&self) -> u64 {
        self.refuter.work() + self.paying
    }

    /// The cores that the bound needs, none that is superfluous beside the others: the wrong bits that their neurons cannot
    /// all be within.
    pub(super) fn cores(&self) -> Vec<Vec<(usize, u32)>> {
        let needed = self.needed();
        needed.iter().map(|core| self.within(core)).collect()
    }

    /// A core's neurons with the wrong bits that they cannot all be within.
    fn within(&self, core: &Core) -> Vec<(usize, u32)> {
        let most = |&(i, cap): &(usize, u32)| (i, self.least[i] + cap);
        core.caps.iter().map(most).collect()
    }

    fn needed(&self) -> Vec<Core> {
        let Some(below) = (self.bound - self.sum()).checked_sub(1) else {
            return Vec::new();
        };
        let mut needed = self.cores.clone();
        let mut largest = self.cores.clone();
        largest.sort_by_key(|core| std::cmp::Reverse(core.caps.len()));
        let mut nodes = 0;
        for core in largest {
            if nodes > MOST_PRUNING {
                break;
            }
            let without: Vec<Core> = needed.iter().filter(|c| **c != core).cloned().collect();
            if payments(&without, self.pools().len(), below, &mut nodes) == Payments::None {
                needed = without;
            }
        }
        needed
    }

    fn sum(&self) -> u32 {
        self.least.iter().sum()
    }

    /// Searches on for about `work` more, or until the bound meets the pocket.
    pub(super) fn run(&mut self, work: u64, pocket: &mut Pocket<'_>, control: &Control<'_>) {
        let last = self.work() + work;
        while self.work() < last && !self.stuck && pocket.wrong() > self.bound() {
            if control.should_stop() {
                return;
            }
            let Some(task) = &self.task else {
                self.next(control);
                continue;
            };
            let until = task.last;
            let pause = until.min(last - self.paying);
            match self.refuter.run(pause, pocket, control) {
                Some(ended) => self.conclude(ended, control),
                None if self.refuter.work() >= until => {
                    self.conclude(Ended::Undecided, control);
                }
                None => {}
            }
        }
    }

    /// Payments that the cores allow within the bound, and the task that rules them out; else the bound rises.
    fn next(&mut self, control: &Control<'_>) {
        let n = self.pools().len();
        let mut nodes = 0;
        let found = payments(&self.cores, n, self.bound - self.sum(), &mut nodes);
        self.paying += nodes * (n * self.cores.len()) as u64;
        match found {
            Payments::None => self.bound += 1,
            Payments::TooMany => self.stuck = true,
            Payments::Some(paid) => {
                self.begin(&free(&paid), Aim::Free(paid), FREE, control);
            }
        }
    }

    fn begin(&mut self, core: &Core, aim: Aim, work: u64, control: &Control<'_>) {
        self.stuck |= !self.refuter.begin(&self.within(core), control);
        let last = self.refuter.work().saturating_add(work);
        self.task = Some(Task { aim, last });
    }

    fn conclude(&mut self, ended: Ended, control: &Control<'_>) {
        let refuted = ended == Ended::Refuted;
        let Some(task) = self.task.take() else {
            return;
        };
        if ended == Ended::Undecided && control.should_stop() {
            self.stuck = true;
            return;
        }
        match task.aim {
            Aim::Free(paid) if !refuted => {
                let core = paying(&paid);
                self.begin(&core, Aim::Whole(paid), u64::MAX, control);
            }
            // Weights that count more wrong bits than floats said, or numbers that failed: nothing is left to be tried.
            Aim::Whole(_) if !refuted => self.stuck = true,
            Aim::Free(paid) => self.shrink_from(free(&paid), control),
            Aim::Whole(paid) => self.shrink_from(paying(&paid), control),
            Aim::Shrink(mut shrink) => {
                shrink.learn(refuted);
                self.shrink(shrink, control);
            }
        }
    }

    fn shrink_from(&mut self, core: Core, control: &Control<'_>) {
        let untried = self.likeliest_first(&core);
        let chunk = untried.len().div_ceil(2);
        let shrink = Shrink {
            core,
            untried,
            chunk,
            failures: 0,
        };
        self.shrink(shrink, control);
    }

    fn shrink(&mut self, shrink: Shrink, control: &Control<'_>) {
        if shrink.is_done() {
            self.cores.push(shrink.core);
        } else {
            let smaller = shrink.smaller();
            self.begin(&smaller, Aim::Shrink(shrink), SHRINKING, control);
        }
    }

    /// The core's neurons, those last that no small core has: they are likely not to be needed.
    fn likeliest_first(&self, core: &Core) -> Vec<usize> {
        let mut needed = vec![0.0; self.pools().len()];
        for core in &self.cores {
            for &(i, _) in &core.caps {
                needed[i] += 1.0 / core.caps.len() as f64;
            }
        }
        let mut order: Vec<usize> = core.caps.iter().map(|&(i, _)| i).collect();
        order.sort_by(|&i, &j| needed[j].total_cmp(&needed[i]));
        order
    }
}

/// All neurons with these payments.
fn paying(paid: &[u32]) -> Core {
    Core {
        caps: paid.iter().copied().enumerate().collect(),
    }
}

/// The neurons that pay nothing of these payments.
fn free(paid: &[u32]) -> Core {
    let mut core = paying(paid);
    core.caps.retain(|&(_, cap)| cap == 0);
    core
}
