//! The lower bound beyond the sum of the neurons' optima.
//!
//! To refute a total of T wrong bits, the neurons share what T leaves above their own least numbers, the *slack*. A row
//! that no hitting set within the slack contains must hold; infeasible subsystems of the coupled rows ("cuts") branch on
//! their remaining rows. Removing a row that some lightest hitting set of its neuron contains is free, any other eats
//! into the slack, so with a slack of 0 few rows are left and one cut mostly closes the node. When everything is closed
//! the bound is T + 1. A cut is worth what it closes elsewhere: rows that nothing may remove at the root enter it first,
//! those that are free here last (ten times fewer cuts at N = 12, P = 24). What the neurons still owe is weighed against
//! the cuts that are left (`cover`).
//!
//! The refutation uses nothing but the pools: *no set of rows of total weight at most T hits all members*, neither the
//! neurons' nor the coupled ones. Every member has exact integer multipliers. A checker needs only the members and its
//! own search for a hitting set.

use super::cover::out_of_reach;
use super::cuts::{Cut, Cuts};
use super::neurons::{Bits, Decided, FIXED, Pool, Watch};
use super::pocket::Pocket;
use super::system::Coupled;
use crate::control::Control;
use crate::dependency::Dependency;
use crate::min_norm::{Gram, MinNorm, Verdict as Solution};
use attractor::bits::{common, has, meets, ones, ones_of, put};
use rayon::prelude::*;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// Multiplications of examining a node, and of a dependency's exact multipliers: orders of size, for [`Raise::work`].
const EXAMINING: u64 = 1 << 17;
const EXACT: u64 = 1 << 20;
/// Decisions of a neuron that are remembered: some tens of megabytes in all.
const MOST_KNOWN: usize = 1 << 13;
/// Tiers of rows: those that must hold here and cannot be removed anywhere, that cost slack elsewhere, that are free
/// elsewhere; those that cost slack here; those that are free here.
const TIERS: usize = 5;
/// The tier of rows that are removed.
const GIVEN_UP: usize = usize::MAX;
/// Nodes that are examined side by side, whatever the number of threads: more of them miss each other's cuts (eight took
/// 1.7 times the calls of one).
const BATCH: usize = 2;

/// The refutation; resumable and deterministic.
pub(super) struct Raise<'a> {
    coupled: &'a Coupled,
    /// One for each node of a batch, warm from batch to batch.
    solvers: Vec<MinNorm<'a>>,
    /// The row of the Gram matrix's k-th line.
    rows: &'a [usize],
    pools: Vec<Pool>,
    /// The neurons before any decision.
    root: Vec<Arc<Decided>>,
    /// By neuron what follows from its decisions: few of them differ.
    known: Vec<Mutex<HashMap<Bits, Known>>>,
    cuts: Cuts,
    stack: Vec<Frame>,
    /// Nodes to be examined again: a pool has grown.
    again: Vec<Node>,
    bound: u32,
    /// Where the refutation cannot go on: numbers failed it.
    stuck: bool,
    pub(super) nodes: u64,
    pub(super) calls: u64,
}

/// What is decided about every neuron, and what T leaves to be spent.
#[derive(Clone)]
struct Node {
    neurons: Vec<Arc<Decided>>,
    slack: u32,
}

/// What follows from a neuron's decisions.
enum Known {
    Is(Arc<Decided>),
    /// The least weight is above this.
    Above(u32),
}

/// A node whose children are being searched.
struct Frame {
    node: Node,
    /// Rows (neuron, pattern) of the cut that is branched on, the last one next.
    rows: Vec<(usize, usize)>,
}

/// What examining a node found.
struct Examined {
    node: Node,
    verdict: Verdict,
    /// New subsystems, in the order in which they were found.
    cuts: Vec<Cut>,
    calls: u64,
}

enum Verdict {
    Closed,
    Branch(Vec<(usize, usize)>),
    /// These weights hold all rows that the node does not remove.
    Holds(Vec<f64>),
    /// This neuron alone has a subsystem that its pool did not know.
    Member(usize, Bits, Dependency),
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
            solvers: vec![MinNorm::new(gram, &strict, coupled.columns()); BATCH],
            rows,
            known: pools.iter().map(|_| Mutex::default()).collect(),
            pools,
            root: Vec::new(),
            cuts: Cuts::default(),
            stack: Vec::new(),
            again: Vec::new(),
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
        self.cuts.proofs()
    }

    fn words(&self) -> usize {
        self.coupled.patterns().div_ceil(64)
    }

    /// Multiplications done so far, in order of size: what a round is measured by.
    pub(super) fn work(&self) -> u64 {
        let most = self.coupled.columns() as u64 + 1;
        let cycles: u64 = self.solvers.iter().map(MinNorm::cycles).sum();
        cycles * most * (most + self.rows.len() as u64)
            + self.nodes * EXAMINING
            + self.calls * EXACT
    }

    /// Searches on for about `work` more, or until the bound meets the pocket.
    pub(super) fn run(&mut self, work: u64, pocket: &mut Pocket<'_>, control: &Control<'_>) {
        let last = self.work() + work;
        while self.work() < last && !self.stuck && pocket.wrong() > self.bound() {
            if control.should_stop() {
                return;
            }
            let watch = Watch::new(control);
            let batch = if self.stack.is_empty() && self.again.is_empty() {
                self.root(&watch).into_iter().collect()
            } else {
                self.next_batch(&watch)
            };
            if watch.has_stopped() {
                self.stuck = true;
                return;
            }
            let mut solvers = std::mem::take(&mut self.solvers);
            let this = &*self;
            let examined: Vec<Examined> = batch
                .into_par_iter()
                .zip(&mut solvers)
                .map(|(node, solver)| this.examine(node, solver, control))
                .collect();
            self.solvers = solvers;
            let mut reached = false;
            // In reverse, so that the first node's children are searched first.
            for found in examined.into_iter().rev() {
                reached |= self.take(found, pocket, control);
            }
            if reached {
                self.stack.clear();
                self.again.clear();
            } else if self.stack.is_empty() && self.again.is_empty() && !self.stuck {
                self.bound += 1;
            }
        }
    }

    /// The root for T = the bound.
    fn root(&mut self, watch: &Watch<'_>) -> Option<Node> {
        let none = || vec![0; self.words()];
        let decide = |pool: &Pool| pool.decide(none(), none(), u32::MAX, watch).map(Arc::new);
        let Some(neurons) = self.pools.iter().map(decide).collect::<Option<Vec<_>>>() else {
            self.stuck = true;
            return None;
        };
        let sum: u32 = neurons.iter().map(|n| n.least).sum();
        self.bound = self.bound.max(sum);
        let slack = self.bound - sum;
        self.root.clone_from(&neurons);
        Some(Node { neurons, slack })
    }

    /// Children of the frames on top.
    fn next_batch(&mut self, watch: &Watch<'_>) -> Vec<Node> {
        let again = self.again.len().min(BATCH);
        let mut batch: Vec<Node> = self.again.drain(..again).collect();
        while batch.len() < BATCH
            && let Some(mut frame) = self.stack.pop()
        {
            let Some((i, mu)) = frame.rows.pop() else {
                continue;
            };
            self.nodes += 1;
            let own = frame.node.neurons[i].clone();
            if own.extra[mu] <= frame.node.slack {
                let mut removed = own.removed.clone();
                put(&mut removed, mu);
                batch.extend(self.with(&frame.node, i, removed, own.kept.clone(), watch));
            }
            // From now on the row holds.
            if frame.rows.is_empty() {
                continue;
            }
            if own.extra[mu] > 0 {
                frame.node.neurons[i] = Arc::new(own.keeping(mu));
                self.stack.push(frame);
                continue;
            }
            let mut kept = own.kept.clone();
            put(&mut kept, mu);
            if let Some(node) = self.with(&frame.node, i, own.removed.clone(), kept, watch) {
                frame.node = node;
                self.stack.push(frame);
            }
        }
        batch
    }

    /// The node after neuron i's rows were decided so; `None` if nothing is left of the slack.
    fn with(
        &self,
        node: &Node,
        i: usize,
        removed: Bits,
        kept: Bits,
        watch: &Watch<'_>,
    ) -> Option<Node> {
        let before = node.neurons[i].least;
        let decided = self.decide(i, removed, kept, before + node.slack, watch)?;
        let mut node = node.clone();
        // The pool may have grown since: the slack is what is left of T, never more than before.
        node.slack -= decided.least.saturating_sub(before);
        node.neurons[i] = decided;
        Some(node)
    }

    /// [`Pool::decide`], remembered.
    fn decide(
        &self,
        i: usize,
        removed: Bits,
        kept: Bits,
        most: u32,
        watch: &Watch<'_>,
    ) -> Option<Arc<Decided>> {
        let known = || self.known[i].lock().unwrap_or_else(PoisonError::into_inner);
        let key = [removed.as_slice(), &kept].concat();
        match known().get(&key) {
            Some(Known::Is(decided)) => {
                return (decided.least <= most).then(|| Arc::clone(decided));
            }
            Some(&Known::Above(least)) if least >= most => return None,
            _ => {}
        }
        let decided = self.pools[i]
            .decide(removed, kept, most, watch)
            .map(Arc::new);
        if !watch.has_stopped() {
            let mut known = known();
            if known.len() >= MOST_KNOWN {
                known.clear();
            }
            known.insert(key, decided.clone().map_or(Known::Above(most), Known::Is));
        }
        decided
    }

    /// Keeps what was found; true if it is a network within T.
    fn take(&mut self, found: Examined, pocket: &mut Pocket<'_>, control: &Control<'_>) -> bool {
        self.cuts.extend(found.cuts);
        self.calls += found.calls;
        let node = found.node;
        match found.verdict {
            Verdict::Closed => {}
            Verdict::Branch(rows) if rows.is_empty() => {}
            Verdict::Branch(rows) => self.stack.push(Frame { node, rows }),
            Verdict::Holds(weights) => {
                pocket.offer(self.coupled, &weights);
                let reached = pocket.wrong() <= self.bound();
                self.stuck |= !reached;
                return reached;
            }
            Verdict::Member(i, member, proof) => {
                self.pools[i].push(member, proof);
                self.known[i] = Mutex::default();
                let watch = Watch::new(control);
                let (removed, kept) = (
                    node.neurons[i].removed.clone(),
                    node.neurons[i].kept.clone(),
                );
                let node = self.with(&node, i, removed, kept, &watch);
                self.again.extend(node);
                self.stuck |= watch.has_stopped();
            }
            Verdict::Stuck => self.stuck = true,
        }
        false
    }

    /// Closed or branched on by the cuts, new ones where all known ones are hit.
    fn examine(&self, mut node: Node, solver: &mut MinNorm<'a>, control: &Control<'_>) -> Examined {
        let watch = Watch::new(control);
        let (mut cuts, mut calls) = (Vec::new(), 0);
        let verdict = loop {
            if let Some(verdict) = self.consult(&node, &cuts) {
                break verdict;
            }
            let removed = match self.complete(&node, &watch) {
                Ok(removed) => removed,
                Err(i) => {
                    // The pool has grown since: the neuron is decided anew.
                    let own = &node.neurons[i];
                    let (removed, kept) = (own.removed.clone(), own.kept.clone());
                    match self.with(&node, i, removed, kept, &watch) {
                        None => break Verdict::Closed,
                        Some(after) => node = after,
                    }
                    if watch.has_stopped() {
                        break Verdict::Stuck;
                    }
                    continue;
                }
            };
            calls += 1;
            match self.separate(&node, &removed, solver, control) {
                Ok(cut) => cuts.push(cut),
                Err(verdict) => break verdict,
            }
        };
        let verdict = if watch.has_stopped() {
            Verdict::Stuck
        } else {
            verdict
        };
        Examined {
            node,
            verdict,
            cuts,
            calls,
        }
    }

    /// Closed or branched on by the cuts at hand, `new` ones included; `None` if they are all hit.
    fn consult(&self, node: &Node, new: &[Cut]) -> Option<Verdict> {
        let (neurons, slack) = (node.neurons.as_slice(), node.slack);
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
        let mut unhit: Vec<(u32, &Cut)> = Vec::new();
        let new = new.iter().filter(|cut| !meets(&cut.bits, &removed));
        for cut in self.cuts.without(&removed).chain(new) {
            let choices = common(&cut.bits, &allowed);
            if choices == 0 {
                return Some(Verdict::Closed);
            }
            unhit.push((choices, cut));
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
        if out_of_reach(unhit, neurons, slack, &allowed) {
            return Some(Verdict::Closed);
        }
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
                return Some(Verdict::Closed);
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
            Verdict::Closed
        } else {
            Verdict::Branch(rows)
        })
    }

    /// How many of the `dear` cuts one unit of slack can hit. Whoever pays a unit in a neuron may rearrange all that the
    /// neuron still owes: as many rows as its least weight exceeds what is removed, and one more.
    fn reach(&self, neurons: &[Arc<Decided>], dear: &[&Cut], allowed: &[u64]) -> Reach {
        let mut cover = vec![0_u32; allowed.len() * 64];
        for cut in dear {
            for (block, (word, allowed)) in cut.bits.iter().zip(allowed).enumerate() {
                ones_of(word & allowed).for_each(|k| cover[64 * block + k] += 1);
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

    /// A lightest completion of the decisions: what each neuron gives up. The error is a neuron whose pool has grown so
    /// that it has none of that weight.
    fn complete(&self, node: &Node, watch: &Watch<'_>) -> Result<Vec<Bits>, usize> {
        let neurons = self.pools.iter().zip(&node.neurons).enumerate();
        let lightest = |(i, (pool, neuron)): (usize, (&Pool, &Arc<Decided>))| {
            let found = pool.lightest(&neuron.removed, &neuron.kept, neuron.least, watch);
            found.map(|(_, set)| set).ok_or(i)
        };
        neurons.map(lightest).collect()
    }

    /// Can all rows but the `removed` ones hold? A cut if not, preferably one with few rows that the node may still
    /// remove.
    fn separate(
        &self,
        node: &Node,
        removed: &[Bits],
        solver: &mut MinNorm<'a>,
        control: &Control<'_>,
    ) -> Result<Cut, Verdict> {
        let n = self.coupled.neurons();
        let mut tiers: [Vec<usize>; TIERS] = Default::default();
        let mut tier_of = vec![GIVEN_UP; self.rows.len()];
        for (k, &r) in self.rows.iter().enumerate() {
            let (mu, i) = (r / n, r % n);
            if !has(&removed[i], mu) {
                let (here, root) = (node.neurons[i].extra[mu], self.root[i].extra[mu]);
                tier_of[k] = match (here, root) {
                    (0, _) => 4,
                    (extra, _) if extra <= node.slack => 3,
                    (_, 0) => 2,
                    (_, FIXED) => 0,
                    _ => 1,
                };
                tiers[tier_of[k]].push(k);
            }
        }
        // The last corral, less what is given up now, is a good start.
        solver.retain(|k| tier_of[k] != GIVEN_UP);
        let tiers = tiers.each_ref().map(Vec::as_slice);
        if solver.solve(&tiers) == Solution::Dependent {
            let whole = solver.corral().to_vec();
            let least = irreducible(solver, [tiers[0], tiers[1]], &tier_of);
            // Where rounding has spoilt the smaller one, the first stands.
            return match self.cut(&least, control) {
                Err(Verdict::Stuck) => self.cut(&whole, control),
                found => found,
            };
        }
        let mut weights = vec![0.0; self.coupled.columns()];
        for (&k, &multiplier) in solver.corral().iter().zip(solver.multipliers()) {
            for (j, sign) in self.coupled.row(self.rows[k]) {
                weights[j] += multiplier * sign;
            }
        }
        Err(Verdict::Holds(weights))
    }

    /// The rows as a cut or a member of the pool that they belong to, if the exact multipliers are found.
    fn cut(&self, corral: &[usize], control: &Control<'_>) -> Result<Cut, Verdict> {
        let rows: Vec<usize> = corral.iter().map(|&k| self.rows[k]).collect();
        let Some(proof) = Dependency::among(self.coupled, &rows, control) else {
            return Err(Verdict::Stuck);
        };
        let (n, words) = (self.coupled.neurons(), self.words());
        let mut bits = vec![0; n * words];
        for &r in &proof.rows {
            put(&mut bits, (r % n) * words * 64 + r / n);
        }
        let first = proof.rows[0] % n;
        if proof.rows.iter().all(|&r| r % n == first) {
            let member = bits[first * words..(first + 1) * words].to_vec();
            return Err(Verdict::Member(first, member, proof));
        }
        Ok(Cut { bits, proof })
    }
}

/// From the corral of an infeasible subsystem one without a row that the others and the rows that must `hold` can do
/// without, of those that the node may still remove: every such row is a branch. Free rows first, they keep the slack.
fn irreducible(solver: &mut MinNorm<'_>, hold: [&[usize]; 2], tier_of: &[usize]) -> Vec<usize> {
    let mut corral = solver.corral().to_vec();
    let mut untried: Vec<usize> = corral
        .iter()
        .copied()
        .filter(|&k| tier_of[k] >= 3)
        .collect();
    untried.sort_unstable_by_key(|&k| (tier_of[k], k));
    let mut needed: Vec<usize> = Vec::new();
    while let Some(row) = untried.pop() {
        if solver.solve(&[hold[0], hold[1], &needed, &untried]) == Solution::Dependent {
            corral = solver.corral().to_vec();
            let kept = |k: &usize| corral.contains(k);
            untried.retain(kept);
            needed.retain(kept);
        } else {
            needed.push(row);
        }
    }
    corral
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
