//! The upper tree: nodes that scan the whole pool.

use super::nodes::{Buffers, Flow, Node, Search, Tree};
use super::query::{Answer, Ending, HittingSets, Query, Separate};
use super::row_set::{self, RowSet};
use attractor::Control;

/// Budgets up to this go to the bit-parallel search. Larger: its pool is full before the node is done. Smaller: more nodes
/// scan the whole pool.
const KERNEL_BUDGET: u32 = 5;

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
        self.push(conflict);
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

impl<const W: usize> Search<'_, W> {
    /// Divides `node`, of whose unhit members of the pool `unhit` are known.
    fn divide(&mut self, mut node: Node<W>, mut unhit: Vec<u32>) -> Flow {
        if let Some(flow) = self.spend(1 + unhit.len() as u64 / 4) {
            return flow;
        }
        let mut known = self.tree.pool.len();
        let mut kernel = true;
        loop {
            self.follow(&mut known, &node, &mut unhit);
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
            let left = unhit.iter().copied();
            let left = left
                .filter(|&t| !row_set::contains(self.pool(t), r))
                .collect();
            match self.divide(child, left) {
                Flow::Closed => {}
                flow => return flow,
            }
            row_set::remove(&mut node.optional, r);
        }
    }

    /// Adds to `unhit` what joined the pool since it had `known` members: what was found below `node` avoids its removed
    /// rows.
    fn follow(&self, known: &mut usize, node: &Node<W>, unhit: &mut Vec<u32>) {
        let pool = &self.tree.pool;
        let new = (*known..pool.len()).filter(|&t| row_set::disjoint(&pool[t], &node.removed));
        unhit.extend(new.map(|t| t as u32));
        *known = pool.len();
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
}
