//! Refuting that some neurons are within their budgets side by side.
//!
//! Each neuron of a group has a budget of wrong bits, mostly its own least number; the other neurons ask for nothing. A row
//! that no hitting set within the budget contains must hold; infeasible subsystems of the coupled rows ("cuts") branch on their
//! remaining rows. At a budget of the least number few rows are left, those of some lightest hitting set, and one cut
//! mostly closes the node. A cut is worth what it closes elsewhere, in this group and in others: rows that nothing may
//! remove at the root enter it first, those that may be removed here last (ten times fewer cuts at N = 12, P = 24). What
//! the neurons may still remove is weighed against the cuts that are left (`cover`).
//!
//! The refutation uses nothing but the pools: *no set of rows of the group, each neuron's within its budget, hits all
//! members*, neither the neurons' nor the coupled ones. Every member has exact integer multipliers. A checker needs only
//! the members and its own search for a hitting set.

use super::super::coupled::Coupled;
use super::super::incumbents::best_network::BestNetwork;
use super::super::row_subset::RowSubset;
use super::known::{Known, Node};
use super::node::{Examined, NodeVerdict};
use super::pool::{NODES_PER_LOOK, NeuronPool};
use crate::geometry::dependency::Dependency;
use crate::geometry::min_norm::{Gram, MinNorm};
use attractor::kernels::bits::put;
use attractor::{Control, Paced};
use rayon::prelude::*;
use std::sync::Arc;

/// Multiplications of examining a node, and of a dependency's exact multipliers, in order of size, for [`Refuter::work`].
/// Larger: refutations get fewer nodes in a turn; smaller: a turn takes longer than the incumbents' beside it.
const EXAMINING: u64 = 1 << 17;
const EXACT: u64 = 1 << 20;
/// Nodes that are examined side by side, whatever the number of threads. More: they miss each other's cuts (eight took 1.7
/// times the calls of one); one: a second thread has nothing to do.
const BATCH: usize = 2;

/// The refutation; resumable and deterministic. What it learns of one group serves the others.
pub(crate) struct Refuter<'a> {
    known: Known<'a>,
    /// One for each node of a batch, warm from batch to batch.
    solvers: Vec<MinNorm<'a>>,
    stack: Vec<Frame>,
    /// Nodes to be examined: the root, and those of a neuron whose pool has grown.
    again: Vec<Node>,
    nodes: u64,
    calls: u64,
    /// By neuron the wrong bits of the weights that were within a group's budgets last, as floats count.
    witness_wrong_bits: Vec<u32>,
}

/// How a refutation ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ended {
    /// Some neuron of the group has more wrong bits than its budget.
    Refuted,
    /// Some weights are within the budgets, as far as floats can tell.
    Holds,
    /// Numbers failed it, or the control said stop.
    Undecided,
}

/// A node whose children are being searched.
struct Frame {
    node: Node,
    /// Rows (neuron, pattern) of the cut that is branched on, the last one next.
    rows: Vec<(usize, usize)>,
}

impl<'a> Refuter<'a> {
    /// The Gram matrix is that of the coupled rows beside it.
    pub(crate) fn new(
        coupled: &'a Coupled,
        (gram, rows): (&'a Gram, &'a [usize]),
        pools: Vec<NeuronPool>,
        control: &'a Control<'a>,
    ) -> Self {
        let strict: Vec<bool> = rows.iter().map(|&r| coupled.is_strict(r)).collect();
        let subset = Arc::new(RowSubset::new(coupled, rows));
        let solver = MinNorm::new(gram, &strict, coupled.columns())
            .with_fields(subset)
            .with_control(control);
        Self {
            known: Known::new(coupled, (gram, rows), pools),
            solvers: vec![solver; BATCH],
            stack: Vec::new(),
            again: Vec::new(),
            nodes: 0,
            calls: 0,
            witness_wrong_bits: Vec::new(),
        }
    }

    /// By neuron the wrong bits of the weights that were within a group's budgets last, as floats count.
    pub(crate) fn witness_wrong_bits(&self) -> &[u32] {
        &self.witness_wrong_bits
    }

    pub(crate) fn pools(&self) -> &[NeuronPool] {
        &self.known.pools
    }

    pub(crate) fn cuts(&self) -> impl ExactSizeIterator<Item = &Dependency> {
        self.known.cuts.proofs()
    }

    /// Nodes so far.
    pub(crate) fn nodes(&self) -> u64 {
        self.nodes
    }

    /// Searches for a new subsystem so far.
    pub(crate) fn calls(&self) -> u64 {
        self.calls
    }

    /// Multiplications so far, in order of size: what a turn is measured by.
    pub(crate) fn work(&self) -> u64 {
        let coupled = self.known.coupled;
        let most = coupled.columns() as u64 + 1;
        let cycles: u64 = self.solvers.iter().map(MinNorm::cycles).sum();
        cycles * 2 * most * (most + coupled.neurons() as u64)
            + self.nodes * EXAMINING
            + self.calls * EXACT
    }

    /// Begins with a group of neurons and the wrong bits that each may have; false if the control says stop.
    pub(crate) fn begin(&mut self, group: &[(usize, u32)], control: &Control<'_>) -> bool {
        let watch = control.every(NODES_PER_LOOK);
        self.stack.clear();
        self.again.clear();
        // Without a root some neuron is never within its budget, and nothing is left to be searched.
        self.again.extend(self.known.begin(group, &watch).cloned());
        !watch.has_stopped()
    }

    /// Searches on until all [work](Self::work) is `last`; `None` if there is more to be done. Weights that it meets are
    /// offered to the best.
    pub(crate) fn run(
        &mut self,
        last: u64,
        incumbent: &mut BestNetwork<'_>,
        control: &Control<'_>,
    ) -> Option<Ended> {
        while self.work() < last && !(self.stack.is_empty() && self.again.is_empty()) {
            let watch = control.every(NODES_PER_LOOK);
            let batch = self.next_batch(&watch);
            if watch.has_stopped() || control.should_stop() {
                return Some(Ended::Undecided);
            }
            let mut solvers = std::mem::take(&mut self.solvers);
            let known = &self.known;
            let examined: Vec<Examined> = batch
                .into_par_iter()
                .zip(&mut solvers)
                .map(|(node, solver)| known.examine(node, solver, control))
                .collect();
            self.solvers = solvers;
            // In reverse, so that the first node's children are searched first.
            let ended: Vec<Ended> = examined
                .into_iter()
                .rev()
                .filter_map(|found| self.take(found, incumbent, control))
                .collect();
            if let Some(&ended) = ended.last() {
                return Some(ended);
            }
        }
        let is_done = self.stack.is_empty() && self.again.is_empty();
        is_done.then_some(Ended::Refuted)
    }

    /// Children of the frames on top.
    fn next_batch(&mut self, watch: &Paced<'_>) -> Vec<Node> {
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
            batch.extend(
                self.known
                    .with(&frame.node, i, removed, own.kept.clone(), watch),
            );
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
            if let Some(node) = self
                .known
                .with(&frame.node, i, own.removed.clone(), kept, watch)
            {
                frame.node = node;
                self.stack.push(frame);
            }
        }
        batch
    }

    /// Keeps what was found; how the refutation ended, if it did.
    fn take(
        &mut self,
        found: Examined,
        incumbent: &mut BestNetwork<'_>,
        control: &Control<'_>,
    ) -> Option<Ended> {
        self.known.cuts.extend(found.cuts);
        self.calls += found.calls;
        let node = found.node;
        match found.verdict {
            NodeVerdict::Closed => {}
            NodeVerdict::Branch(rows) => self.stack.push(Frame { node, rows }),
            NodeVerdict::Holds(weights) => {
                incumbent.offer_on_grid(self.known.coupled, &weights);
                self.witness_wrong_bits = self.known.coupled.wrong_by_neuron(&weights);
                return Some(Ended::Holds);
            }
            NodeVerdict::Member(i, member, proof) => {
                self.known.push(i, member, proof);
                let watch = control.every(NODES_PER_LOOK);
                let node = self.known.anew(&node, i, &watch);
                self.again.extend(node);
                if watch.has_stopped() {
                    return Some(Ended::Undecided);
                }
            }
            NodeVerdict::Stuck => return Some(Ended::Undecided),
        }
        None
    }
}
