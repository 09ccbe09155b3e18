//! What a refutation knows: each neuron's pool and budget, the cuts, and what follows from a neuron's decisions.

use super::super::coupled::Coupled;
use super::cuts::Cuts;
use super::pool::{Bits, Decided, NeuronPool};
use crate::geometry::dependency::Dependency;
use crate::geometry::min_norm::Gram;
use attractor::Paced;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// Decisions of a neuron that are remembered. Larger: memory grows, to some hundred megabytes where each has many lightest
/// sets. Smaller: decisions that come again in another branch are searched again.
const MOST_MEMOS: usize = 1 << 12;

/// What is decided about every neuron.
pub(crate) type Node = Vec<Arc<Decided>>;

/// What follows from a neuron's decisions.
enum Memo {
    Decided(Arc<Decided>),
    /// The least weight is above this budget.
    OverBudget(u32),
}

/// The facts that nodes are examined with; they grow from batch to batch.
pub(crate) struct Known<'a> {
    pub(crate) coupled: &'a Coupled,
    pub(crate) gram: &'a Gram,
    /// The row of the Gram matrix's k-th line.
    pub(crate) rows: &'a [usize],
    pub(crate) pools: Vec<NeuronPool>,
    pub(crate) cuts: Cuts,
    /// The neurons before any decision.
    pub(crate) root: Node,
    /// By neuron the wrong bits that it may have.
    budget: Vec<u32>,
    /// By neuron what follows from its decisions: few of them differ.
    memos: Vec<Mutex<HashMap<Bits, Memo>>>,
}

impl<'a> Known<'a> {
    pub(crate) fn new(
        coupled: &'a Coupled,
        (gram, rows): (&'a Gram, &'a [usize]),
        pools: Vec<NeuronPool>,
    ) -> Self {
        Self {
            coupled,
            gram,
            rows,
            memos: pools.iter().map(|_| Mutex::default()).collect(),
            pools,
            cuts: Cuts::default(),
            root: Vec::new(),
            budget: Vec::new(),
        }
    }

    /// Words of a neuron's set of patterns.
    pub(crate) fn words(&self) -> usize {
        self.coupled.patterns().div_ceil(64)
    }

    /// The root for a group of neurons and the wrong bits that each may have; `None` if one is never within that, or if the
    /// watch has stopped.
    pub(crate) fn begin(&mut self, group: &[(usize, u32)], watch: &Paced<'_>) -> Option<&Node> {
        let none = vec![0; self.words()];
        let mut node: Node = self.pools.iter().map(|p| Arc::new(p.absent())).collect();
        self.budget = node.iter().map(|own| own.least).collect();
        for &(i, most) in group {
            node[i] = self.decide(i, none.clone(), none.clone(), most, watch)?;
            self.budget[i] = most;
        }
        self.root = node;
        Some(&self.root)
    }

    /// A neuron's pool grows; what followed from its decisions is forgotten.
    pub(crate) fn push(&mut self, i: usize, member: Bits, proof: Dependency) {
        self.pools[i].push(member, proof);
        self.memos[i] = Mutex::default();
    }

    /// The node after neuron i's rows were decided so; `None` if that exceeds its budget.
    pub(crate) fn with(
        &self,
        node: &Node,
        i: usize,
        removed: Bits,
        kept: Bits,
        watch: &Paced<'_>,
    ) -> Option<Node> {
        let decided = self.decide(i, removed, kept, self.budget[i], watch)?;
        let mut node = node.clone();
        node[i] = decided;
        Some(node)
    }

    /// The node with neuron i decided anew, since its pool has grown.
    pub(crate) fn anew(&self, node: &Node, i: usize, watch: &Paced<'_>) -> Option<Node> {
        let (removed, kept) = (node[i].removed.clone(), node[i].kept.clone());
        self.with(node, i, removed, kept, watch)
    }

    /// What neuron i may still pay.
    pub(crate) fn slack(&self, i: usize, own: &Decided) -> u32 {
        self.budget[i] - own.least
    }

    /// [`NeuronPool::decide`], remembered.
    fn decide(
        &self,
        i: usize,
        removed: Bits,
        kept: Bits,
        most: u32,
        watch: &Paced<'_>,
    ) -> Option<Arc<Decided>> {
        let memos = || self.memos[i].lock().unwrap_or_else(PoisonError::into_inner);
        let key = [removed.as_slice(), &kept].concat();
        match memos().get(&key) {
            Some(Memo::Decided(decided)) => {
                return (decided.least <= most).then(|| Arc::clone(decided));
            }
            Some(&Memo::OverBudget(least)) if least >= most => return None,
            _ => {}
        }
        let decided = self.pools[i]
            .decide(removed, kept, most, watch)
            .map(Arc::new);
        if !watch.has_stopped() {
            let mut memos = memos();
            if memos.len() >= MOST_MEMOS {
                memos.clear();
            }
            memos.insert(
                key,
                decided
                    .clone()
                    .map_or(Memo::OverBudget(most), Memo::Decided),
            );
        }
        decided
    }
}
