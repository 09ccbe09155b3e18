//! The lower bound beyond the sum of the neurons' optima, by cores.
//!
//! The cores that are known ask for some payments above the neurons' least numbers (`cores`), in sum the bound. If some
//! network pays just that, it is optimal. Else the neurons cannot all be within their least numbers and payments
//! (`refute`), and mostly few of them cannot, at that: they are the next core, which rules these payments out. Small cores
//! rule out many, and are worth several times the work of refuting a group (`shrink`): at N = 20, P = 50 some have three
//! neurons, at N = 20, P = 40 seven to nine instead of 15 to 17, and the bound is one higher. Refuting a total for all
//! neurons at once takes 5 to 10 times as long for each wrong bit more.
//!
//! Payments that withstand are set aside: other payments are sought as if these were ruled out, until none are left, and
//! then their turn comes again, with more work. The bound rises by refuted cores only.

mod cores;
mod cover;
mod cuts;
mod known;
mod node;
pub(crate) mod optima;
pub(crate) mod pool;
mod refute;
mod shrink;

use self::cores::{Core, MOST_LOOKS, Payments, payments};
use self::pool::NeuronPool;
use self::refute::{Ended, Refuter};
use self::shrink::{Memory, Shrink};
use super::coupled::Coupled;
use super::incumbents::best_network::BestNetwork;
use crate::geometry::dependency::Dependency;
use crate::geometry::min_norm::Gram;
use attractor::Control;

/// Work for refuting payments the first time: a second; each later time four times as much. More: one hard group blocks the
/// others; less: hard groups are begun again too often.
const FIRST: u64 = 1 << 31;
/// Failures after which the neurons that pay are asked, too. More: groups too small to be refuted are tried again; fewer:
/// groups are larger than needed.
const IN_VAIN: u32 = 3;
/// Work for refuting a core without some of its neurons: some hundredths of a second. More: shrinking takes longer than it
/// saves; less: cores stay large and rule out little.
const SHRINKING: u64 = 1 << 27;
/// Cores that the searches for superfluous ones look at in all: some tenths of a second, which a stop does not cut short.
/// More: the answer comes late; fewer: certificates carry cores that they do not need.
const PRUNING_LOOKS: u64 = 1 << 22;

/// Most weights for refutations. An irreducible subsystem has one row more, and its multipliers take a dense factor. Larger:
/// a stop waits longer than the tenth of a second that this takes; smaller: fewer networks get a bound beyond their neurons'.
const MOST_COLUMNS: usize = 1_000;

/// Whether groups of neurons can be refuted at this number of weights.
pub(super) fn refutes(coupled: &Coupled) -> bool {
    coupled.columns() <= MOST_COLUMNS
}

/// What raises the bound; resumable and deterministic.
pub(crate) struct CoreBound<'a> {
    refuter: Refuter<'a>,
    /// The neurons' least numbers.
    least: Vec<u32>,
    /// No network has fewer wrong bits.
    bound: u32,
    cores: Vec<Core>,
    withstood: Vec<Attempt>,
    memory: Memory,
    task: Option<Task>,
    /// Where it cannot go on.
    stuck: bool,
    /// Work of finding payments.
    paying: u64,
}

/// Payments to be ruled out.
struct Attempt {
    paid: Vec<u32>,
    /// Those that pay and are asked nevertheless: weights were met with which they pay more.
    asked: Vec<usize>,
    /// Whether all are asked.
    asks_all: bool,
    /// How often that was tried in vain.
    failures: u32,
}

impl Attempt {
    fn new(paid: Vec<u32>) -> Self {
        Self {
            paid,
            asked: Vec::new(),
            asks_all: false,
            failures: 0,
        }
    }

    /// The group that is to be refuted: those that pay nothing, and some that pay.
    fn group(&self) -> Core {
        let mut core = Core {
            caps: self.paid.iter().copied().enumerate().collect(),
        };
        if !self.asks_all {
            core.caps
                .retain(|(i, cap)| *cap == 0 || self.asked.contains(i));
        }
        core
    }

    fn work(&self) -> u64 {
        FIRST.saturating_mul(4_u64.saturating_pow(self.failures))
    }

    /// The neuron that is to be asked, too: it pays most above what it should with the weights that were met. `None` if
    /// no other does.
    fn too_dear(&self, met: &[u32]) -> Option<usize> {
        let above = |i: usize| met[i].saturating_sub(self.paid[i]);
        (0..met.len())
            .filter(|&i| self.paid[i] > 0 && above(i) > 0 && !self.asked.contains(&i))
            .max_by_key(|&i| (above(i), std::cmp::Reverse(i)))
    }
}

/// What is being refuted.
enum Aim {
    Pay(Attempt),
    /// What is left without some neurons.
    Shrink(Shrink),
}

/// A group that is being refuted, until all work is `last`.
struct Task {
    aim: Aim,
    last: u64,
}

impl<'a> CoreBound<'a> {
    /// `least` are the neurons' optima, which the pools prove. The Gram matrix is that of the rows beside it.
    pub(crate) fn new(
        coupled: &'a Coupled,
        rows: (&'a Gram, &'a [usize]),
        pools: Vec<NeuronPool>,
        least: Vec<u32>,
        control: &'a Control<'a>,
    ) -> Self {
        Self {
            refuter: Refuter::new(coupled, rows, pools, control),
            bound: least.iter().sum(),
            least,
            cores: Vec::new(),
            withstood: Vec::new(),
            memory: Memory::default(),
            task: None,
            stuck: false,
            paying: 0,
        }
    }

    /// No network has fewer wrong bits.
    pub(crate) fn bound(&self) -> usize {
        self.bound as usize
    }

    pub(crate) fn is_stuck(&self) -> bool {
        self.stuck
    }

    pub(crate) fn pools(&self) -> &[NeuronPool] {
        self.refuter.pools()
    }

    pub(crate) fn cuts(&self) -> impl ExactSizeIterator<Item = &Dependency> {
        self.refuter.cuts()
    }

    pub(crate) fn nodes(&self) -> u64 {
        self.refuter.nodes()
    }

    pub(crate) fn calls(&self) -> u64 {
        self.refuter.calls()
    }

    /// Multiplications done so far, in order of size.
    pub(crate) fn work(&self) -> u64 {
        self.refuter.work() + self.paying
    }

    /// Cores that carry the bound together, as few as are found: neurons with the wrong bits that they cannot all be within.
    pub(crate) fn cores(&self) -> Vec<Vec<(usize, u32)>> {
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
        let (n, mut looks, unstopped) = (self.pools().len(), PRUNING_LOOKS, Control::new());
        for core in largest {
            let without: Vec<Core> = needed.iter().filter(|c| **c != core).cloned().collect();
            if payments(&without, n, below, &mut looks, &unstopped) == Payments::None {
                needed = without;
            }
        }
        needed
    }

    fn sum(&self) -> u32 {
        self.least.iter().sum()
    }

    /// Searches on for about `work` more, or until the bound meets the best.
    pub(crate) fn run(
        &mut self,
        work: u64,
        incumbent: &mut BestNetwork<'_>,
        control: &Control<'_>,
    ) {
        let last = self.work() + work;
        while self.work() < last && !self.stuck && incumbent.wrong() > self.bound() {
            if control.should_stop() {
                return;
            }
            let Some(task) = &self.task else {
                self.next(control);
                incumbent.prove(self.bound());
                continue;
            };
            let until = task.last;
            let pause = until.min(last - self.paying);
            let ended = self.refuter.run(pause, incumbent, control);
            if ended.is_some() || self.refuter.work() >= until {
                self.conclude(ended, control);
            }
        }
    }

    /// Payments that the cores allow within the bound, those that withstood last, and the task that rules them out; else
    /// the bound rises.
    fn next(&mut self, control: &Control<'_>) {
        let groups = self.withstood.iter().map(Attempt::group);
        let beside: Vec<Core> = self.cores.iter().cloned().chain(groups).collect();
        let mut found = self.payments(&beside, control);
        if found == Payments::None && !self.withstood.is_empty() {
            found = self.payments(&self.cores.clone(), control);
            if found != Payments::None {
                let attempt = self.withstood.remove(0);
                return self.attempt(attempt, control);
            }
        }
        match found {
            Payments::None => {
                self.bound += 1;
                self.memory.try_again();
            }
            Payments::Undecided => self.stuck = true,
            Payments::Some(paid) => self.attempt(Attempt::new(paid), control),
        }
    }

    /// Payments within the bound that these cores allow.
    fn payments(&mut self, cores: &[Core], control: &Control<'_>) -> Payments {
        let (n, mut looks) = (self.pools().len(), MOST_LOOKS);
        let found = payments(cores, n, self.bound - self.sum(), &mut looks, control);
        self.paying += (MOST_LOOKS - looks) * n as u64;
        found
    }

    fn attempt(&mut self, attempt: Attempt, control: &Control<'_>) {
        let (group, work) = (attempt.group(), attempt.work());
        self.begin(&group, Aim::Pay(attempt), work, control);
    }

    fn begin(&mut self, core: &Core, aim: Aim, work: u64, control: &Control<'_>) {
        self.stuck |= !self.refuter.begin(&self.within(core), control);
        let last = self.refuter.work().saturating_add(work);
        self.task = Some(Task { aim, last });
    }

    /// What follows from how the task ended; `None`: its work is used up.
    fn conclude(&mut self, ended: Option<Ended>, control: &Control<'_>) {
        let Some(task) = self.task.take() else {
            return;
        };
        if ended == Some(Ended::Undecided) && control.should_stop() {
            self.stuck = true;
            return;
        }
        let met = (ended == Some(Ended::Holds)).then(|| self.met());
        match task.aim {
            Aim::Pay(attempt) => self.conclude_attempt(attempt, ended, met, control),
            Aim::Shrink(mut shrink) => {
                let ended = ended.unwrap_or(Ended::Undecided);
                if ended == Ended::Undecided
                    && let Some(smaller) = shrink.smaller()
                {
                    self.memory.withstand(smaller);
                }
                shrink.learn(ended);
                self.shrink(shrink, control);
            }
        }
    }

    fn conclude_attempt(
        &mut self,
        mut attempt: Attempt,
        ended: Option<Ended>,
        met: Option<Vec<u32>>,
        control: &Control<'_>,
    ) {
        match ended {
            Some(Ended::Refuted) => {
                let core = attempt.group();
                let untried = self.most_needed_first(&core);
                self.shrink(Shrink::new(core, untried), control);
            }
            // Weights that count more wrong bits than floats said, or numbers that failed: nothing is left to be tried.
            Some(_) if attempt.asks_all => self.stuck = true,
            Some(_) => {
                let dear = met.and_then(|met| attempt.too_dear(&met));
                match dear {
                    Some(dear) => attempt.asked.push(dear),
                    None => attempt.asks_all = true,
                }
                self.attempt(attempt, control);
            }
            None => {
                attempt.failures += 1;
                attempt.asks_all |= attempt.failures >= IN_VAIN;
                self.withstood.push(attempt);
            }
        }
    }

    /// What the neurons pay with the weights that were just met; remembered.
    fn met(&mut self) -> Vec<u32> {
        let wrong = self.refuter.witness_wrong_bits().iter().zip(&self.least);
        let paid: Vec<u32> = wrong.map(|(w, least)| w.saturating_sub(*least)).collect();
        self.memory.meet(paid.clone());
        paid
    }

    /// The next attempt at a smaller core whose end is not known, or the core.
    fn shrink(&mut self, mut shrink: Shrink, control: &Control<'_>) {
        while let Some(smaller) = shrink.smaller() {
            if let Some(known) = self.memory.recall(&smaller) {
                shrink.learn(known);
                continue;
            }
            return self.begin(&smaller, Aim::Shrink(shrink), SHRINKING, control);
        }
        let core = shrink.core;
        self.withstood
            .retain(|other| core.is_satisfied(&other.paid));
        self.cores.push(core);
    }

    /// The core's neurons, those last that no small core has: they are likely not to be needed.
    fn most_needed_first(&self, core: &Core) -> Vec<usize> {
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
