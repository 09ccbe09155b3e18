//! The lower bound beyond the sum of the neurons' optima.
//!
//! To refute a total of T wrong bits, the neurons share what T leaves above their own least numbers, the *slack*. A row
//! that no hitting set within the slack contains must hold; infeasible subsystems of the coupled rows ("cuts") branch on
//! their remaining rows. Removing a row that some lightest hitting set of its neuron contains is free, any other eats
//! into the slack, so with a slack of 0 few rows are left and one cut mostly closes the node. When everything is closed
//! the bound is T + 1.
//!
//! The refutation uses nothing but the pools: *no set of rows of total weight at most T hits all members*, neither the
//! neurons' nor the coupled ones. Every member has exact integer multipliers. A checker needs only the members and its
//! own search for a hitting set.

use super::neurons::{Bits, Decided, FIXED, Pool, Watch, common, has, meets, ones, put};
use super::pocket::Pocket;
use super::system::Coupled;
use crate::control::Control;
use crate::dependency::Dependency;
use crate::min_norm::{Gram, MinNorm, Verdict};
use std::sync::Arc;

/// Nodes that one call of the min-norm primitive counts for, so that equal budgets take similar times.
const PRIMITIVE: u64 = 200;

/// The refutation; resumable and deterministic.
pub(super) struct Raise<'a> {
    coupled: &'a Coupled,
    solver: MinNorm<'a>,
    /// The row of the Gram matrix's k-th line.
    rows: &'a [usize],
    pools: Vec<Pool>,
    cuts: Vec<Cut>,
    stack: Vec<Frame>,
    bound: u32,
    /// Where the refutation cannot go on: numbers failed it.
    stuck: bool,
    pub(super) nodes: u64,
    pub(super) calls: u64,
}

/// Coupled rows that cannot all hold: one bit a row, neuron after neuron.
struct Cut {
    bits: Bits,
    proof: Dependency,
}

/// A node whose children are being searched.
struct Frame {
    neurons: Vec<Arc<Decided>>,
    slack: u32,
    /// Rows (neuron, pattern) of the cut that is branched on, the last one next.
    rows: Vec<(usize, usize)>,
}

enum Verdicts {
    Closed,
    Branch(Vec<(usize, usize)>),
    /// A network with at most T wrong bits was found.
    Reached,
    Stuck,
}

impl<'a> Raise<'a> {
    /// `bound` is the sum of the neurons' optima, which their `pools` prove.
    pub(super) fn new(
        coupled: &'a Coupled,
        gram: &'a Gram,
        rows: &'a [usize],
        pools: Vec<Pool>,
        bound: u32,
    ) -> Self {
        let strict: Vec<bool> = rows.iter().map(|&r| coupled.is_strict(r)).collect();
        Self {
            coupled,
            solver: MinNorm::new(gram, &strict, coupled.columns()),
            rows,
            pools,
            cuts: Vec::new(),
            stack: Vec::new(),
            bound,
            stuck: false,
            nodes: 0,
            calls: 0,
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
        &self.pools
    }

    pub(super) fn cuts(&self) -> impl ExactSizeIterator<Item = &Dependency> {
        self.cuts.iter().map(|cut| &cut.proof)
    }

    fn words(&self) -> usize {
        self.coupled.patterns().div_ceil(64)
    }

    /// Searches on for about `nodes` nodes, or until the bound meets the pocket.
    pub(super) fn run(&mut self, nodes: u64, pocket: &mut Pocket<'_>, control: &Control<'_>) {
        let last = self.nodes + nodes;
        let watch = Watch::new(control);
        while self.nodes < last && !self.stuck && pocket.wrong().is_none_or(|w| w > self.bound()) {
            if self.nodes.is_multiple_of(64) && control.should_stop() {
                return;
            }
            if self.stack.is_empty() {
                self.open(pocket, &watch);
            } else {
                self.step(pocket, &watch);
            }
        }
    }

    /// The root for T = the bound.
    fn open(&mut self, pocket: &mut Pocket<'_>, watch: &Watch<'_>) {
        let none = || vec![0; self.words()];
        let decide = |pool: &Pool| pool.decide(none(), none(), u32::MAX, watch).map(Arc::new);
        let Some(neurons) = self.pools.iter().map(decide).collect::<Option<Vec<_>>>() else {
            self.stuck = true;
            return;
        };
        let sum: u32 = neurons.iter().map(|n| n.least).sum();
        self.bound = self.bound.max(sum);
        let slack = self.bound - sum;
        self.visit(neurons, slack, pocket, watch);
        self.close_if_done(pocket, watch);
    }

    /// The next child of the frame on top.
    fn step(&mut self, pocket: &mut Pocket<'_>, watch: &Watch<'_>) {
        let Some(mut frame) = self.stack.pop() else {
            return;
        };
        let Some((i, mu)) = frame.rows.pop() else {
            self.close_if_done(pocket, watch);
            return;
        };
        self.nodes += 1;
        let (own, slack) = (frame.neurons[i].clone(), frame.slack);
        let child = (own.extra[mu] <= slack).then(|| {
            let mut removed = own.removed.clone();
            put(&mut removed, mu);
            self.with(&frame.neurons, slack, i, removed, own.kept.clone(), watch)
        });
        // From now on the row holds.
        let mut kept = own.kept.clone();
        put(&mut kept, mu);
        let rest = if frame.rows.is_empty() {
            None
        } else {
            self.with(&frame.neurons, slack, i, own.removed.clone(), kept, watch)
        };
        if let Some((neurons, slack)) = rest {
            frame.neurons = neurons;
            frame.slack = slack;
            self.stack.push(frame);
        }
        if let Some(Some((neurons, slack))) = child {
            self.visit(neurons, slack, pocket, watch);
        }
        self.close_if_done(pocket, watch);
    }

    /// Everything is closed: no total of T. Not if it was a network or a stop that emptied the stack.
    fn close_if_done(&mut self, pocket: &Pocket<'_>, watch: &Watch<'_>) {
        if watch.has_stopped() {
            self.stuck = true;
            self.stack.clear();
        }
        let reached = pocket.wrong().is_some_and(|wrong| wrong <= self.bound());
        if self.stack.is_empty() && !self.stuck && !reached {
            self.bound += 1;
        }
    }

    /// The neurons after neuron i's rows were decided so, and the slack then; `None` if there is none left.
    fn with(
        &self,
        neurons: &[Arc<Decided>],
        slack: u32,
        i: usize,
        removed: Bits,
        kept: Bits,
        watch: &Watch<'_>,
    ) -> Option<(Vec<Arc<Decided>>, u32)> {
        let before = neurons[i].least;
        let decided = self.pools[i].decide(removed, kept, before + slack, watch)?;
        // The pool may have grown since: the slack is what is left of T, never more than before.
        let slack = slack - decided.least.saturating_sub(before);
        let mut neurons = neurons.to_vec();
        neurons[i] = Arc::new(decided);
        Some((neurons, slack))
    }

    fn visit(
        &mut self,
        mut neurons: Vec<Arc<Decided>>,
        mut slack: u32,
        pocket: &mut Pocket<'_>,
        watch: &Watch<'_>,
    ) {
        match self.examine(&mut neurons, &mut slack, pocket, watch) {
            Verdicts::Closed => {}
            Verdicts::Branch(rows) => self.stack.push(Frame {
                neurons,
                slack,
                rows,
            }),
            Verdicts::Reached => self.stack.clear(),
            Verdicts::Stuck => {
                self.stuck = true;
                self.stack.clear();
            }
        }
    }

    fn examine(
        &mut self,
        neurons: &mut Vec<Arc<Decided>>,
        slack: &mut u32,
        pocket: &mut Pocket<'_>,
        watch: &Watch<'_>,
    ) -> Verdicts {
        loop {
            if watch.has_stopped() {
                return Verdicts::Stuck;
            }
            if let Some(verdict) = self.consult_cuts(neurons, *slack) {
                return verdict;
            }
            match self.complete(neurons, pocket, watch) {
                Completed::Network => return Verdicts::Reached,
                Completed::Failed => return Verdicts::Stuck,
                Completed::Cut => {}
                Completed::Neuron(i) => {
                    let (removed, kept) = (neurons[i].removed.clone(), neurons[i].kept.clone());
                    match self.with(neurons, *slack, i, removed, kept, watch) {
                        None => return Verdicts::Closed,
                        Some((after, left)) => (*neurons, *slack) = (after, left),
                    }
                }
            }
        }
    }

    /// Closed or branched on by the cuts at hand; `None` if they are all hit.
    fn consult_cuts(&self, neurons: &[Arc<Decided>], slack: u32) -> Option<Verdicts> {
        let words = self.words();
        let (mut removed, mut free, mut allowed) = (Vec::new(), Vec::new(), Vec::new());
        for neuron in neurons {
            removed.extend_from_slice(&neuron.removed);
            let (mut own_free, mut own_allowed) = (vec![0; words], vec![0; words]);
            for (mu, &extra) in neuron
                .extra
                .iter()
                .enumerate()
                .filter(|&(_, &e)| e != FIXED)
            {
                if extra <= slack {
                    put(&mut own_allowed, mu);
                }
                if extra == 0 {
                    put(&mut own_free, mu);
                }
            }
            free.extend(own_free);
            allowed.extend(own_allowed);
        }
        let mut chosen: Option<(u32, &Cut)> = None;
        let mut dear: Vec<&Cut> = Vec::new();
        for cut in self.cuts.iter().filter(|cut| !meets(&cut.bits, &removed)) {
            let choices = common(&cut.bits, &allowed);
            if choices == 0 {
                return Some(Verdicts::Closed);
            }
            let free = common(&cut.bits, &free);
            if free == 0 {
                dear.push(cut);
            }
            // A free row keeps the slack, and with it a whole subtree.
            let score = choices + 8 * free * slack;
            if chosen.is_none_or(|(best, _)| score < best) {
                chosen = Some((score, cut));
            }
        }
        let (_, cut) = chosen?;
        let row = |k: usize| (k / (64 * words), k % (64 * words));
        let mut rows: Vec<(usize, usize)> = if slack == 0 || dear.is_empty() {
            ones(&cut.bits)
                .filter(|&k| has(&allowed, k))
                .map(row)
                .collect()
        } else {
            let reach = self.reach(neurons, &dear, &allowed);
            let needed = dear.len() as u32;
            if reach.most * slack < needed {
                return Some(Verdicts::Closed);
            }
            ones(&cut.bits)
                .filter(|&k| has(&allowed, k))
                .filter(|&k| {
                    let with = reach.cover[k] + reach.company[row(k).0] + reach.most * (slack - 1);
                    has(&free, k) || with >= needed
                })
                .map(row)
                .collect()
        };
        // Taken from the end: dear rows first, so that they all hold when the free ones come.
        rows.sort_by_key(|&(i, mu)| (neurons[i].extra[mu], i, mu));
        Some(if rows.is_empty() {
            Verdicts::Closed
        } else {
            Verdicts::Branch(rows)
        })
    }

    /// How many of the `dear` cuts one unit of slack can hit. Whoever pays a unit in a neuron may rearrange all that the
    /// neuron still owes: as many rows as its least weight exceeds what is removed, and one more.
    fn reach(&self, neurons: &[Arc<Decided>], dear: &[&Cut], allowed: &[u64]) -> Reach {
        let mut cover = vec![0_u32; allowed.len() * 64];
        for cut in dear {
            for (block, (word, allowed)) in cut.bits.iter().zip(allowed).enumerate() {
                let mut rest = word & allowed;
                while rest != 0 {
                    cover[block * 64 + rest.trailing_zeros() as usize] += 1;
                    rest &= rest - 1;
                }
            }
        }
        let mut most = 0;
        let mut company = Vec::with_capacity(neurons.len());
        let mut own: Vec<u32> = Vec::new();
        for ((neuron, pool), cover) in neurons
            .iter()
            .zip(&self.pools)
            .zip(cover.chunks(self.words() * 64))
        {
            let removed: u32 = ones(&neuron.removed).map(|mu| pool.weights()[mu]).sum();
            let owed = (neuron.least - removed) as usize;
            own.clear();
            own.extend(cover.iter().filter(|&&c| c > 0));
            own.sort_unstable_by(|a, b| b.cmp(a));
            company.push(own.iter().take(owed).sum());
            most = most.max(own.iter().take(owed + 1).sum());
        }
        Reach {
            cover,
            company,
            most,
        }
    }

    /// A lightest completion of the decisions: can all other rows hold?
    fn complete(
        &mut self,
        neurons: &[Arc<Decided>],
        pocket: &mut Pocket<'_>,
        watch: &Watch<'_>,
    ) -> Completed {
        let mut removed = Vec::with_capacity(neurons.len());
        for (pool, neuron) in self.pools.iter().zip(neurons) {
            match pool.lightest(&neuron.removed, &neuron.kept, neuron.least, watch) {
                Some((_, set)) => removed.push(set),
                // The pool has grown since: the neuron is decided anew.
                None => return Completed::Neuron(removed.len()),
            }
        }
        let n = self.coupled.neurons();
        let (mut firm, mut loose) = (Vec::new(), Vec::new());
        for (k, &r) in self.rows.iter().enumerate() {
            let (mu, i) = (r / n, r % n);
            if !has(&removed[i], mu) {
                if neurons[i].extra[mu] == 0 {
                    loose.push(k);
                } else {
                    firm.push(k);
                }
            }
        }
        self.calls += 1;
        self.nodes += PRIMITIVE;
        // The last corral, less what is given up now, is a good start.
        self.solver
            .retain(|k| firm.binary_search(&k).is_ok() || loose.binary_search(&k).is_ok());
        if self.solver.solve(&[&firm, &loose]) == Verdict::Dependent {
            let rows: Vec<usize> = self.solver.corral().iter().map(|&k| self.rows[k]).collect();
            return self.add(&rows);
        }
        let mut w = vec![0.0; self.coupled.columns()];
        for (&k, &multiplier) in self.solver.corral().iter().zip(self.solver.multipliers()) {
            for (j, sign) in self.coupled.row(self.rows[k]) {
                w[j] += multiplier * sign;
            }
        }
        pocket.offer(self.coupled, &w);
        if pocket.wrong().is_some_and(|wrong| wrong <= self.bound()) {
            Completed::Network
        } else {
            Completed::Failed
        }
    }

    /// The rows as a member of the pool that they belong to, if the exact multipliers are found.
    fn add(&mut self, rows: &[usize]) -> Completed {
        let Some(proof) = Dependency::among(self.coupled, rows) else {
            return Completed::Failed;
        };
        let (n, words) = (self.coupled.neurons(), self.words());
        let mut bits = vec![0; n * words];
        for &r in &proof.rows {
            put(&mut bits, (r % n) * words * 64 + r / n);
        }
        let first = proof.rows[0] % n;
        if proof.rows.iter().all(|&r| r % n == first) {
            self.pools[first].push(bits[first * words..(first + 1) * words].to_vec(), proof);
            return Completed::Neuron(first);
        }
        self.cuts.push(Cut { bits, proof });
        Completed::Cut
    }
}

/// How much of the dear cuts can be hit.
struct Reach {
    /// By each row.
    cover: Vec<u32>,
    /// By the rows that a neuron owes anyway.
    company: Vec<u32>,
    /// By one unit of slack.
    most: u32,
}

/// What a completion led to.
enum Completed {
    /// All other rows hold: a network within T.
    Network,
    /// A new coupled cut.
    Cut,
    /// A new member of this neuron's pool, or the neuron's pool had grown.
    Neuron(usize),
    Failed,
}
