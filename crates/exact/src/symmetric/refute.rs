//! Refuting that some neurons are within their budgets side by side.
//!
//! Each neuron of a group may have so many wrong bits, mostly its own least number; the others ask for nothing. A row that
//! no hitting set within the budget contains must hold; infeasible subsystems of the coupled rows ("cuts") branch on their
//! remaining rows. At a budget of the least number few rows are left, those of some lightest hitting set, and one cut
//! mostly closes the node. A cut is worth what it closes elsewhere, in this group and in others: rows that nothing may
//! remove at the root enter it first, those that may be removed here last (ten times fewer cuts at N = 12, P = 24). What
//! the neurons may still remove is weighed against the cuts that are left (`cover`).
//!
//! The refutation uses nothing but the pools: *no set of rows of the group, each neuron's within its budget, hits all
//! members*, neither the neurons' nor the coupled ones. Every member has exact integer multipliers. A checker needs only
//! the members and its own search for a hitting set.

use super::cover::out_of_reach;
use super::cuts::{Cut, Cuts};
use super::neurons::{Bits, Decided, FIXED, Pool, Watch};
use super::pocket::Pocket;
use super::system::{Coupled, Listed};
use crate::dependency::Dependency;
use crate::grid;
use crate::min_norm::{Gram, MinNorm, Verdict as Solution};
use attractor::Control;
use attractor::bits::{common, has, meets, ones, put};
use rayon::prelude::*;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// Multiplications of examining a node, and of a dependency's exact multipliers: orders of size, for [`Refuter::work`].
const EXAMINING: u64 = 1 << 17;
const EXACT: u64 = 1 << 20;
/// Decisions of a neuron that are remembered: some tens of megabytes in all, where each has many lightest sets some
/// hundreds.
const MOST_KNOWN: usize = 1 << 12;
/// Tiers of rows: those that must hold here and cannot be removed anywhere, that are removed beyond the least number
/// elsewhere, that are free elsewhere; those that cost something here; those that are free here.
const TIERS: usize = 5;
/// The tier of rows that are removed.
const GIVEN_UP: usize = usize::MAX;
/// Nodes that are examined side by side, whatever the number of threads: more of them miss each other's cuts (eight took
/// 1.7 times the calls of one).
const BATCH: usize = 2;

/// The refutation; resumable and deterministic. What it learns of one group serves the others.
pub(super) struct Refuter<'a> {
    coupled: &'a Coupled,
    /// One for each node of a batch, warm from batch to batch.
    solvers: Vec<MinNorm<'a>>,
    gram: &'a Gram,
    /// The row of the Gram matrix's k-th line.
    rows: &'a [usize],
    pools: Vec<Pool>,
    /// The neurons before any decision.
    root: Vec<Arc<Decided>>,
    /// By neuron the wrong bits that it may have.
    budget: Vec<u32>,
    /// By neuron what follows from its decisions: few of them differ.
    known: Vec<Mutex<HashMap<Bits, Known>>>,
    cuts: Cuts,
    stack: Vec<Frame>,
    /// Nodes to be examined: the root, and those of a neuron whose pool has grown.
    again: Vec<Node>,
    nodes: u64,
    calls: u64,
    /// Wrong bits by neuron of the weights that were met last.
    met: Vec<u32>,
}

/// How a refutation ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ended {
    /// Some neuron of the group has more wrong bits than its budget.
    Refuted,
    /// Some weights are within the budgets, as far as floats can tell.
    Holds,
    /// Numbers failed it, or the control said stop.
    Undecided,
}

/// What is decided about every neuron.
type Node = Vec<Arc<Decided>>;

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
    /// These weights, on the grid, hold all rows that the node does not remove.
    Holds(Vec<f64>),
    /// This neuron alone has a subsystem that its pool did not know.
    Member(usize, Bits, Dependency),
    Stuck,
}

impl<'a> Refuter<'a> {
    /// `gram` is that of the coupled `rows`.
    pub(super) fn new(
        coupled: &'a Coupled,
        gram: &'a Gram,
        rows: &'a [usize],
        pools: Vec<Pool>,
        control: &'a Control<'a>,
    ) -> Self {
        let strict: Vec<bool> = rows.iter().map(|&r| coupled.is_strict(r)).collect();
        let listed = Arc::new(Listed::new(coupled, rows));
        let solver = MinNorm::new(gram, &strict, coupled.columns())
            .with_fields(listed)
            .with_control(control);
        Self {
            coupled,
            solvers: vec![solver; BATCH],
            gram,
            rows,
            known: pools.iter().map(|_| Mutex::default()).collect(),
            pools,
            root: Vec::new(),
            budget: Vec::new(),
            cuts: Cuts::default(),
            stack: Vec::new(),
            again: Vec::new(),
            nodes: 0,
            calls: 0,
            met: Vec::new(),
        }
    }

    /// Wrong bits by neuron, as floats count, of the weights that were within a group's budgets last.
    pub(super) fn met(&self) -> &[u32] {
        &self.met
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

    pub(super) fn nodes(&self) -> u64 {
        self.nodes
    }

    /// New subsystems that were sought.
    pub(super) fn calls(&self) -> u64 {
        self.calls
    }

    /// Multiplications done so far, in order of size: what a round is measured by.
    pub(super) fn work(&self) -> u64 {
        let most = self.coupled.columns() as u64 + 1;
        let cycles: u64 = self.solvers.iter().map(MinNorm::cycles).sum();
        cycles * 2 * most * (most + self.coupled.neurons() as u64)
            + self.nodes * EXAMINING
            + self.calls * EXACT
    }

    /// Begins with a group of neurons and the wrong bits that each may have; false if the control says stop.
    pub(super) fn begin(&mut self, group: &[(usize, u32)], control: &Control<'_>) -> bool {
        let watch = Watch::new(control);
        self.stack.clear();
        self.again.clear();
        let none = vec![0; self.words()];
        let mut node: Node = self.pools.iter().map(|p| Arc::new(p.absent())).collect();
        self.budget = node.iter().map(|own| own.least).collect();
        for &(i, most) in group {
            let Some(own) = self.decide(i, none.clone(), none.clone(), most, &watch) else {
                // It is never within that, and nothing is left to be searched.
                return !watch.has_stopped();
            };
            self.budget[i] = most;
            node[i] = own;
        }
        self.root.clone_from(&node);
        self.again.push(node);
        !watch.has_stopped()
    }

    /// Searches on until all [work](Self::work) is `last`; `None` if there is more to be done. Weights that it meets are
    /// offered to the pocket.
    pub(super) fn run(
        &mut self,
        last: u64,
        pocket: &mut Pocket<'_>,
        control: &Control<'_>,
    ) -> Option<Ended> {
        while self.work() < last && !(self.stack.is_empty() && self.again.is_empty()) {
            let watch = Watch::new(control);
            let batch = self.next_batch(&watch);
            if watch.has_stopped() || control.should_stop() {
                return Some(Ended::Undecided);
            }
            let mut solvers = std::mem::take(&mut self.solvers);
            let this = &*self;
            let examined: Vec<Examined> = batch
                .into_par_iter()
                .zip(&mut solvers)
                .map(|(node, solver)| this.examine(node, solver, control))
                .collect();
            self.solvers = solvers;
            // In reverse, so that the first node's children are searched first.
            let ended: Vec<Ended> = examined
                .into_iter()
                .rev()
                .filter_map(|found| self.take(found, pocket, control))
                .collect();
            if let Some(&ended) = ended.last() {
                return Some(ended);
            }
        }
        let is_done = self.stack.is_empty() && self.again.is_empty();
        is_done.then_some(Ended::Refuted)
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
            let own = frame.node[i].clone();
            let mut removed = own.removed.clone();
            put(&mut removed, mu);
            batch.extend(self.with(&frame.node, i, removed, own.kept.clone(), watch));
            // From now on the row holds.
            if frame.rows.is_empty() {
                continue;
            }
            if own.extra[mu] > 0 {
                frame.node[i] = Arc::new(own.keeping(mu));
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

    /// The node after neuron i's rows were decided so; `None` if that exceeds its budget.
    fn with(
        &self,
        node: &Node,
        i: usize,
        removed: Bits,
        kept: Bits,
        watch: &Watch<'_>,
    ) -> Option<Node> {
        let decided = self.decide(i, removed, kept, self.budget[i], watch)?;
        let mut node = node.clone();
        node[i] = decided;
        Some(node)
    }

    /// The node with neuron i decided anew, since its pool has grown.
    fn anew(&self, node: &Node, i: usize, watch: &Watch<'_>) -> Option<Node> {
        let (removed, kept) = (node[i].removed.clone(), node[i].kept.clone());
        self.with(node, i, removed, kept, watch)
    }

    /// What neuron i may still pay.
    fn slack(&self, i: usize, own: &Decided) -> u32 {
        self.budget[i] - own.least
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

    /// Keeps what was found; how the refutation ended, if it did.
    fn take(
        &mut self,
        found: Examined,
        pocket: &mut Pocket<'_>,
        control: &Control<'_>,
    ) -> Option<Ended> {
        self.cuts.extend(found.cuts);
        self.calls += found.calls;
        let node = found.node;
        match found.verdict {
            Verdict::Closed => {}
            Verdict::Branch(rows) => self.stack.push(Frame { node, rows }),
            Verdict::Holds(weights) => {
                pocket.offer_on_grid(self.coupled, &weights);
                self.met = self.coupled.wrong_by_neuron(&weights);
                return Some(Ended::Holds);
            }
            Verdict::Member(i, member, proof) => {
                self.pools[i].push(member, proof);
                self.known[i] = Mutex::default();
                let watch = Watch::new(control);
                let node = self.anew(&node, i, &watch);
                self.again.extend(node);
                if watch.has_stopped() {
                    return Some(Ended::Undecided);
                }
            }
            Verdict::Stuck => return Some(Ended::Undecided),
        }
        None
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
                    match self.anew(&node, i, &watch) {
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
        let words = self.words();
        let slack = |(i, own): (usize, &Arc<Decided>)| self.slack(i, own);
        let slacks: Vec<u32> = node.iter().enumerate().map(slack).collect();
        let (mut removed, mut allowed) = (Vec::new(), vec![0; words * node.len()]);
        for (i, (own, &slack)) in node.iter().zip(&slacks).enumerate() {
            removed.extend_from_slice(&own.removed);
            let extra = own.extra.iter().enumerate();
            extra
                .filter(|&(_, &extra)| extra != FIXED && extra <= slack)
                .for_each(|(mu, _)| put(&mut allowed, 64 * words * i + mu));
        }
        let new = new.iter().filter(|cut| !meets(&cut.bits, &removed));
        let mut unhit: Vec<(u32, &Cut)> = Vec::new();
        for cut in self.cuts.without(&removed).chain(new) {
            let choices = common(&cut.bits, &allowed);
            if choices == 0 {
                return Some(Verdict::Closed);
            }
            unhit.push((choices, cut));
        }
        let &(_, cut) = unhit.iter().min_by_key(|(choices, _)| *choices)?;
        if out_of_reach(unhit, node, &slacks, &allowed) {
            return Some(Verdict::Closed);
        }
        let mut rows: Vec<(usize, usize)> = ones(&cut.bits)
            .filter(|&k| has(&allowed, k))
            .map(|k| (k / (64 * words), k % (64 * words)))
            .collect();
        // Taken from the end: dear rows first, so that they all hold when the free ones come.
        rows.sort_by_key(|&(i, mu)| (node[i].extra[mu], i, mu));
        Some(Verdict::Branch(rows))
    }

    /// A lightest completion of the decisions: what each neuron gives up. The error is a neuron whose pool has grown so
    /// that it has none of that weight.
    fn complete(&self, node: &Node, watch: &Watch<'_>) -> Result<Vec<Bits>, usize> {
        let neurons = self.pools.iter().zip(node).enumerate();
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
                let (here, root) = (node[i].extra[mu], self.root[i].extra[mu]);
                tier_of[k] = match (here, root) {
                    (0, _) => 4,
                    (extra, _) if extra != FIXED && extra <= self.slack(i, &node[i]) => 3,
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
        let solution = solver.solve(&tiers);
        if solution == Solution::Unresolved {
            let exact = self.vanishing(&tier_of, control);
            return Err(exact.map_or(Verdict::Stuck, Verdict::Holds));
        }
        if solution == Solution::Dependent {
            let whole = solver.corral().to_vec();
            let least = irreducible(solver, [tiers[0], tiers[1]], &tier_of, control);
            // Where rounding has spoilt the smaller one, the first stands.
            return match self.cut(&least, control) {
                Err(Verdict::Stuck) => self.cut(&whole, control),
                found => found,
            };
        }
        if let Some(weights) = self.vanishing(&tier_of, control) {
            return Err(Verdict::Holds(weights));
        }
        let mut weights = vec![0.0; self.coupled.columns()];
        for (&k, &multiplier) in solver.corral().iter().zip(solver.multipliers()) {
            for (j, sign) in self.coupled.row(self.rows[k]) {
                weights[j] += multiplier * sign;
            }
        }
        grid::snap(&mut weights, n);
        Err(Verdict::Holds(weights))
    }

    /// Where fields of zero may be right, weights for all rows that are not given up, zero exactly where they must be.
    fn vanishing(&self, tier_of: &[usize], control: &Control<'_>) -> Option<Vec<f64>> {
        if !self.coupled.has_weak() {
            return None;
        }
        let kept: Vec<usize> = (0..tier_of.len())
            .filter(|&k| tier_of[k] != GIVEN_UP)
            .collect();
        Listed::new(self.coupled, self.rows).widest(self.gram, &kept, control)
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
/// without, of those that the node may still remove: every such row is a branch. Free rows first.
fn irreducible(
    solver: &mut MinNorm<'_>,
    hold: [&[usize]; 2],
    tier_of: &[usize],
    control: &Control<'_>,
) -> Vec<usize> {
    let mut corral = solver.corral().to_vec();
    let mut untried: Vec<usize> = corral
        .iter()
        .copied()
        .filter(|&k| tier_of[k] >= 3)
        .collect();
    untried.sort_unstable_by_key(|&k| (tier_of[k], k));
    let mut needed: Vec<usize> = Vec::new();
    while let Some(row) = untried.pop() {
        if control.should_stop() {
            break;
        }
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
