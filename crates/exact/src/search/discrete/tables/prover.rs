//! The proof by tables, in slices: prices climb as far as they go, then a tree at these prices.

use super::climb::Climb;
use super::tree::TableTree;
use super::{Objective, Tables};
use crate::search::discrete::slice_end::SliceEnd;
use attractor::Control;

/// States that the climb looks at in a slice: some ms.
const STATES_PER_SLICE: usize = 1 << 23;

/// Nodes of the tree in a slice: some ms.
const NODES_PER_SLICE: u64 = 5_000;

/// A climb and the tree that follows it, for one objective.
#[derive(Debug)]
pub(in crate::search::discrete) struct TableProver<'t> {
    tables: &'t Tables,
    objective: Objective,
    climb: Climb<'t>,
    tree: Option<TableTree<'t>>,
}

impl<'t> TableProver<'t> {
    /// Prices start fair, or as they ended in `before` if that is given.
    pub(in crate::search::discrete) fn new(
        tables: &'t Tables,
        objective: Objective,
        before: Option<&Self>,
    ) -> Self {
        let climbed = before.map(|prover| (prover.climb.climbed(), prover.objective));
        Self {
            tables,
            objective,
            climb: Climb::new(tables, objective, climbed),
            tree: None,
        }
    }

    /// The neurons' tables.
    pub(in crate::search::discrete) fn tables(&self) -> &'t Tables {
        self.tables
    }

    /// What the charges are.
    pub(in crate::search::discrete) fn objective(&self) -> Objective {
        self.objective
    }

    /// No weights are charged less, in units.
    pub(in crate::search::discrete) fn bound(&self) -> i64 {
        self.climb.bound()
    }

    /// Weights that the neurons nearly agree on, as long as the prices climb.
    pub(in crate::search::discrete) fn proposal(&self) -> Option<Vec<i32>> {
        self.climb.proposal().filter(|_| !self.climb.is_over())
    }

    /// Nodes of the tree so far.
    pub(in crate::search::discrete) fn nodes(&self) -> u64 {
        self.tree.as_ref().map_or(0, TableTree::nodes)
    }

    /// One slice of the search for weights charged at most `limit`, while `goal` would be a bound good enough; None if
    /// the climb is over and a tree would be too large.
    pub(in crate::search::discrete) fn run(
        &mut self,
        limit: i64,
        goal: i64,
        control: &Control<'_>,
    ) -> Option<SliceEnd> {
        if self.climb.bound() > limit {
            return Some(SliceEnd::Exhausted);
        }
        if !self.climb.is_over() {
            let steps = (STATES_PER_SLICE / self.tables.states()).max(1);
            let agreed = self.climb.run(goal, steps, control);
            // Weights that agree are charged just the bound.
            let agreed = agreed.filter(|_| self.climb.bound() <= limit);
            return Some(agreed.map_or(SliceEnd::Paused, SliceEnd::Found));
        }
        if self.tree.is_none() {
            self.tree = TableTree::new(self.tables, self.objective, self.climb.climbed());
        }
        let tree = self.tree.as_mut()?;
        if tree.limit() != limit {
            tree.restart(limit);
        }
        Some(tree.run(NODES_PER_SLICE))
    }
}
