//! The upper tree: nodes that scan the whole pool, and the pool itself.

use super::kernel::Local;
use super::row_set::{self, RowSet};
use super::{Answer, Ending, HittingSets, Query, Separate, Separation};
use attractor::{Control, Phase};

/// Budgets up to this go to the bit-parallel search.
const KERNEL_BUDGET: u32 = 5;

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
    weights: Vec<u32>,
    /// Rows of weight at most `b`, for `b` from 0 to the greatest weight.
    affordable: Vec<RowSet<W>>,
    pool: Vec<RowSet<W>>,
    used: Vec<bool>,
    local: Local<W>,
    nodes: u64,
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
            local: Local::new(weights.len()),
            nodes: 0,
        }
    }
}

impl<const W: usize> HittingSets for Tree<W> {
    fn search(
        &mut self,
        rows: &mut dyn Separate,
        query: &Query<'_>,
        control: &Control<'_>,
    ) -> (Answer, u64) {
        self.used.fill(false);
        let given = row_set::from_rows(query.removed.iter().copied());
        let fixed = row_set::from_rows(query.removed.iter().chain(query.kept).copied());
        let all = row_set::from_rows(0..self.weights.len());
        let root = Node {
            removed: given,
            optional: row_set::difference(&all, &fixed),
            budget: query.budget,
        };
        let unhit = (0..self.pool.len()).filter(|&t| row_set::disjoint(&self.pool[t], &given));
        let unhit = unhit.map(|t| t as u32).collect();
        let mut search = Search {
            tree: self,
            rows,
            control,
            most: query.most,
            effort: query.effort,
            given,
            removals: Vec::new(),
            undecided: false,
            buffers: Buffers::default(),
        };
        let flow = search.divide(root, unhit);
        let (removals, undecided) = (search.removals, search.undecided);
        let spent = query.effort - search.effort;
        let answer = Answer {
            ending: match flow {
                Flow::Ended(ending) => ending,
                Flow::Closed | Flow::Overflow => Ending::Exhausted,
            },
            undecided,
            removals,
        };
        (answer, spent)
    }

    fn add(&mut self, conflict: &[usize]) {
        self.pool.push(row_set::from_rows(conflict.iter().copied()));
        self.used.push(false);
    }

    fn used(&self) -> Vec<usize> {
        (0..self.pool.len()).filter(|&t| self.used[t]).collect()
    }

    fn conflict(&self, member: usize) -> Vec<usize> {
        row_set::iter(&self.pool[member]).collect()
    }

    fn pool(&self) -> usize {
        self.pool.len()
    }

    fn truncate(&mut self, pool: usize) {
        self.pool.truncate(pool);
        self.used.truncate(pool);
    }

    fn nodes(&self) -> u64 {
        self.nodes
    }
}

#[derive(Default)]
struct Buffers {
    kept: Vec<usize>,
    optional: Vec<usize>,
    conflict: Vec<usize>,
}

/// One run over a [`Tree`].
pub(super) struct Search<'s, const W: usize> {
    pub(super) tree: &'s mut Tree<W>,
    rows: &'s mut dyn Separate,
    control: &'s Control<'s>,
    most: usize,
    effort: u64,
    given: RowSet<W>,
    removals: Vec<Vec<usize>>,
    undecided: bool,
    buffers: Buffers,
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
                self.tree.add(conflict);
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

    /// Divides `node`, of whose unhit members of the pool `unhit` are known.
    fn divide(&mut self, mut node: Node<W>, mut unhit: Vec<u32>) -> Flow {
        if let Some(flow) = self.spend(1 + unhit.len() as u64 / 4) {
            return flow;
        }
        let mut known = self.tree.pool.len();
        let mut kernel = true;
        loop {
            // What was found below this node avoids its removed rows.
            for t in known..self.tree.pool.len() {
                if row_set::disjoint(&self.tree.pool[t], &node.removed) {
                    unhit.push(t as u32);
                }
            }
            known = self.tree.pool.len();
            if unhit.is_empty() {
                match self.ask(&node) {
                    Ok(Some(_)) => continue,
                    Ok(None) => return Flow::Closed,
                    Err(flow) => return flow,
                }
            }
            let choices = self.choices(&node);
            let (member, optional) = self.tightest(&unhit, &choices);
            let options = row_set::len(&optional);
            if options <= 1 {
                self.mark(member);
            }
            match options {
                0 => return Flow::Closed,
                1 => {
                    let r = row_set::iter(&optional).sum();
                    node = self.child(&node, r);
                    unhit.retain(|&t| !row_set::contains(&self.tree.pool[t as usize], r));
                    continue;
                }
                _ => {}
            }
            if kernel && node.budget <= KERNEL_BUDGET {
                match self.run_kernel(node, &unhit) {
                    Flow::Overflow => {
                        kernel = false;
                        continue;
                    }
                    flow => return flow,
                }
            }
            self.mark(member);
            let r = self.strongest(&unhit, &choices, &optional);
            let child = self.child(&node, r);
            let pool = &self.tree.pool;
            let left = unhit
                .iter()
                .copied()
                .filter(|&t| !row_set::contains(&pool[t as usize], r));
            let left = left.collect();
            match self.divide(child, left) {
                Flow::Closed => {}
                flow => return flow,
            }
            row_set::remove(&mut node.optional, r);
        }
    }

    /// The unhit member with the fewest choices, and those.
    fn tightest(&self, unhit: &[u32], choices: &RowSet<W>) -> (u32, RowSet<W>) {
        let mut fewest = u32::MAX;
        let mut tightest = (unhit[0], [0; W]);
        for &t in unhit {
            let optional = row_set::intersection(&self.tree.pool[t as usize], choices);
            let options = row_set::len(&optional);
            if options < fewest {
                fewest = options;
                tightest = (t, optional);
                if options <= 1 {
                    break;
                }
            }
        }
        tightest
    }

    /// The row of `optional`, a non-empty part of `choices`, that hits most, members with few choices counting most.
    fn strongest(&self, unhit: &[u32], choices: &RowSet<W>, optional: &RowSet<W>) -> usize {
        let mut coverage = vec![0.0; self.tree.weights.len()];
        for &t in unhit {
            let options = row_set::intersection(&self.tree.pool[t as usize], choices);
            let count = f64::from(row_set::len(&options));
            for r in row_set::iter(&row_set::intersection(&options, optional)) {
                coverage[r] += 1.0 / (count * count);
            }
        }
        let rows = row_set::iter(optional);
        let by_coverage =
            |a: &usize, b: &usize| coverage[*a].total_cmp(&coverage[*b]).then(b.cmp(a));
        rows.max_by(by_coverage).unwrap_or(0)
    }

    pub(super) fn pool(&self, member: u32) -> &RowSet<W> {
        &self.tree.pool[member as usize]
    }

    pub(super) fn local(&mut self) -> &mut Local<W> {
        &mut self.tree.local
    }

    pub(super) fn local_ref(&self) -> &Local<W> {
        &self.tree.local
    }
}
