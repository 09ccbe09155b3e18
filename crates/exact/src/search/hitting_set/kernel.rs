//! The bit-parallel search for small budgets.
//!
//! Nearly all nodes of a refutation lie in its last levels, and there a few dozen members with few choices do all the
//! pruning. They are copied to a small pool, members with few choices first; the rest of the pool is consulted only when
//! they are all hit.

use super::nodes::{Flow, Node, Search};
use super::row_set;
use super::small_pool::Members;

/// Members the small pool starts with; the rest of its room is for those found on the way. Larger: it is full sooner.
/// Smaller: more nodes look through the whole pool.
const FIRST: usize = 128;
/// Unhit members looked at to find one with few choices. Larger: nodes take longer. Smaller: there are more of them.
const LOOKED_AT: u32 = 24;

impl<const W: usize> Search<'_, W> {
    /// Searches below `root` in a small pool made of its unhit members.
    pub(super) fn run_kernel(&mut self, root: Node<W>, unhit: &[u32]) -> Flow {
        let choices = self.choices(&root);
        let options = |&t: &u32| {
            (
                row_set::len(&row_set::intersection(self.pool(t), &choices)),
                t,
            )
        };
        let mut order: Vec<(u32, u32)> = unhit.iter().map(options).collect();
        let first = FIRST.min(order.len());
        if first < order.len() {
            order.select_nth_unstable(first);
        }
        order[..first].sort_unstable();
        self.small_pool_mut().clear();
        for &(_, t) in &order[..first] {
            let rows = *self.pool(t);
            self.small_pool_mut().push(t, &rows);
        }
        self.small_pool_mut()
            .rest
            .extend(order[first..].iter().map(|&(_, t)| t));
        let unhit = row_set::from_rows(0..first);
        let flow = self.descend(root, unhit);
        for k in row_set::iter(&self.small_pool().used) {
            let member = self.small_pool().origin[k];
            self.mark(member);
        }
        flow
    }

    fn descend(&mut self, mut node: Node<W>, mut unhit: Members) -> Flow {
        if let Some(flow) = self.spend(1) {
            return flow;
        }
        if row_set::is_empty(&unhit) {
            match self.complete(&node) {
                Ok(Some(k)) => row_set::insert(&mut unhit, k),
                Ok(None) => return Flow::Closed,
                Err(flow) => return flow,
            }
        }
        // Every row weighs at least 1: with a budget of 1 at most one more is removed.
        if node.budget <= 1 {
            return self.last_row(&node, &unhit);
        }
        let k = self.few_choices(&node, &unhit);
        row_set::insert(&mut self.small_pool_mut().used, k);
        let mut rows = row_set::intersection(&self.small_pool().members[k], &self.choices(&node));
        while let Some(r) = row_set::first(&rows) {
            row_set::remove(&mut rows, r);
            let child = self.child(&node, r);
            let known = self.small_pool().members.len();
            let left = row_set::difference(&unhit, &self.small_pool().of_row[r]);
            match self.descend(child, left) {
                Flow::Closed => {}
                flow => return flow,
            }
            for k in known..self.small_pool().members.len() {
                row_set::insert(&mut unhit, k);
            }
            row_set::remove(&mut node.optional, r);
        }
        Flow::Closed
    }

    /// At most one more row: it must lie in all unhit members.
    fn last_row(&mut self, node: &Node<W>, unhit: &Members) -> Flow {
        let mut common = self.choices(node);
        let small = self.small_pool_mut();
        for k in row_set::iter(unhit) {
            common = row_set::intersection(&common, &small.members[k]);
            row_set::insert(&mut small.used, k);
            if row_set::is_empty(&common) {
                return Flow::Closed;
            }
        }
        while let Some(r) = row_set::first(&common) {
            row_set::remove(&mut common, r);
            match self.complete(&self.child(node, r)) {
                Ok(Some(k)) => {
                    let small = self.small_pool_mut();
                    row_set::insert(&mut small.used, k);
                    common = row_set::intersection(&common, &small.members[k]);
                }
                Ok(None) => {}
                Err(flow) => return flow,
            }
        }
        Flow::Closed
    }

    /// The node hits the small pool. `Ok` with a member that joined it and is not hit, or with none if the node is
    /// closed.
    fn complete(&mut self, node: &Node<W>) -> Result<Option<usize>, Flow> {
        let small = self.small_pool();
        let unhit = |&t: &u32| row_set::disjoint(self.pool(t), &node.removed);
        let member = match small.rest.iter().position(unhit) {
            Some(place) => self.small_pool_mut().rest.swap_remove(place),
            None => match self.ask(node)? {
                Some(member) => member,
                None => return Ok(None),
            },
        };
        let rows = *self.pool(member);
        let small = self.small_pool_mut();
        if small.push(member, &rows) {
            Ok(Some(small.members.len() - 1))
        } else {
            Err(Flow::Overflow)
        }
    }

    /// The unhit member with the fewest choices among the first few.
    fn few_choices(&self, node: &Node<W>, unhit: &Members) -> usize {
        let choices = self.choices(node);
        let members = &self.small_pool().members;
        let looked_at = row_set::iter(unhit).take(if node.budget > 2 {
            LOOKED_AT as usize
        } else {
            1
        });
        let options = |&k: &usize| row_set::len(&row_set::intersection(&members[k], &choices));
        looked_at.min_by_key(options).unwrap_or(0)
    }
}
