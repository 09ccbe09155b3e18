//! Nodes of the search, the pool, and the questions that both levels of the search share.

use super::query::{Ending, Separate, Separation};
use super::row_set::{self, RowSet};
use super::small_pool::SmallPool;
use attractor::{Control, Phase};

/// Nodes from one report to the next.
const REPORT: u64 = 1 << 16;

/// A subproblem: these rows are removed, those may be, all others stay.
#[derive(Debug, Clone, Copy)]
pub(super) struct Node<const W: usize> {
    pub(super) removed: RowSet<W>,
    pub(super) optional: RowSet<W>,
    pub(super) budget: u32,
}

/// What became of a subproblem.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Flow {
    /// Every removal in it is refuted or recorded.
    Closed,
    /// The search ends here.
    Ended(Ending),
    /// The small pool is full: the node must be divided by the upper tree.
    Overflow,
}

/// Pool and statistics of one system of rows.
pub(super) struct Tree<const W: usize> {
    pub(super) weights: Vec<u32>,
    /// Rows of weight at most `b`, for `b` from 0 to the greatest weight.
    affordable: Vec<RowSet<W>>,
    pub(super) pool: Vec<RowSet<W>>,
    pub(super) used: Vec<bool>,
    small_pool: SmallPool<W>,
    pub(super) nodes: u64,
}

impl<const W: usize> Tree<W> {
    pub(super) fn new(weights: &[u32]) -> Self {
        let greatest = weights.iter().copied().max().unwrap_or(0);
        let of_weight = |b| (0..weights.len()).filter(move |&r| weights[r] <= b);
        let affordable = (0..=greatest)
            .map(|b| row_set::from_rows(of_weight(b)))
            .collect();
        Self {
            weights: weights.to_vec(),
            affordable,
            pool: Vec::new(),
            used: Vec::new(),
            small_pool: SmallPool::new(weights.len()),
            nodes: 0,
        }
    }

    /// Adds rows that cannot all hold.
    pub(super) fn push(&mut self, conflict: &[usize]) {
        self.pool.push(row_set::from_rows(conflict.iter().copied()));
        self.used.push(false);
    }
}

/// Rows for the questions that [`Search::ask`] asks.
#[derive(Default)]
pub(super) struct Buffers {
    kept: Vec<usize>,
    optional: Vec<usize>,
    conflict: Vec<usize>,
}

/// One run over a [`Tree`].
pub(super) struct Search<'s, const W: usize> {
    pub(super) tree: &'s mut Tree<W>,
    pub(super) rows: &'s mut dyn Separate,
    pub(super) control: &'s Control<'s>,
    pub(super) most: usize,
    pub(super) effort: u64,
    pub(super) given: RowSet<W>,
    pub(super) removals: Vec<Vec<usize>>,
    pub(super) undecided: bool,
    pub(super) buffers: Buffers,
}

impl<const W: usize> Search<'_, W> {
    /// The optional rows that the node can still afford to remove.
    pub(super) fn choices(&self, node: &Node<W>) -> RowSet<W> {
        let affordable = &self.tree.affordable;
        let budget = (node.budget as usize).min(affordable.len() - 1);
        row_set::intersection(&node.optional, &affordable[budget])
    }

    /// `node` with row `r` removed.
    pub(super) fn child(&self, node: &Node<W>, r: usize) -> Node<W> {
        let mut child = *node;
        row_set::insert(&mut child.removed, r);
        row_set::remove(&mut child.optional, r);
        child.budget -= self.tree.weights[r];
        child
    }

    /// Counts work; ends the search when it is spent or the control says so.
    pub(super) fn spend(&mut self, effort: u64) -> Option<Flow> {
        self.tree.nodes += 1;
        if self.tree.nodes.is_multiple_of(REPORT) {
            self.control.report(None, 0, self.tree.nodes, Phase::Nodes);
        }
        if self.effort < effort {
            self.effort = 0;
            return Some(Flow::Ended(Ending::Spent));
        }
        self.effort -= effort;
        let stop =
            (effort > 1 || self.tree.nodes.is_multiple_of(4096)) && self.control.should_stop();
        stop.then_some(Flow::Ended(Ending::Stopped))
    }

    pub(super) fn mark(&mut self, member: u32) {
        self.tree.used[member as usize] = true;
    }

    /// The pool is hit: asks the rows themselves. `Ok` with a new member that the node does not hit, or with none where
    /// the node is closed because its removal suffices (or nothing can be told).
    pub(super) fn ask(&mut self, node: &Node<W>) -> Result<Option<u32>, Flow> {
        if let Some(flow) = self.spend(self.rows.effort()) {
            return Err(flow);
        }
        let choices = self.choices(node);
        self.buffers.kept.clear();
        self.buffers.optional.clear();
        for r in 0..self.tree.weights.len() {
            if row_set::contains(&choices, r) {
                self.buffers.optional.push(r);
            } else if !row_set::contains(&node.removed, r) {
                self.buffers.kept.push(r);
            }
        }
        let Buffers {
            kept,
            optional,
            conflict,
        } = &mut self.buffers;
        match self.rows.separate(kept, optional, conflict) {
            Separation::Conflict => {
                self.tree.push(conflict);
                Ok(Some(self.tree.pool.len() as u32 - 1))
            }
            Separation::Holds => {
                let removal = row_set::difference(&node.removed, &self.given);
                self.removals.push(row_set::iter(&removal).collect());
                if self.removals.len() >= self.most {
                    return Err(Flow::Ended(Ending::Full));
                }
                Ok(None)
            }
            Separation::Undecided => {
                self.undecided = true;
                Ok(None)
            }
        }
    }

    pub(super) fn pool(&self, member: u32) -> &RowSet<W> {
        &self.tree.pool[member as usize]
    }

    pub(super) fn small_pool(&self) -> &SmallPool<W> {
        &self.tree.small_pool
    }

    pub(super) fn small_pool_mut(&mut self) -> &mut SmallPool<W> {
        &mut self.tree.small_pool
    }
}
