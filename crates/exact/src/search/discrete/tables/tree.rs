//! Branch and bound over shared weights by tables of what each neuron costs at least, whatever weights are still open.
//!
//! At the climbed prices, a neuron's least cost over all choices of its open weights is tabulated for every set of fixed
//! ones: a value more per weight, "open". Fixing a weight moves two neurons to another entry, so a child's bound costs
//! two look-ups, and every value of every open weight is tried before a branch: values beyond the limit are out, a
//! weight with one value left takes it, a weight with none ends the node.

use super::{Objective, Prices, Table, Tables};
use crate::search::discrete::slice_end::SliceEnd;
use rayon::prelude::*;

/// Entries of all tables together, at most: 256 MiB.
const MOST_ENTRIES: usize = 1 << 26;

/// A value of a weight at one of the neurons that it serves.
#[derive(Debug, Clone, Copy)]
struct Place {
    table: usize,
    /// What one digit more adds to the entry.
    stride: usize,
}

/// A branching: the weight, and its values that are still to be tried, the last first.
#[derive(Debug, Clone)]
struct Branch {
    column: usize,
    values: Vec<usize>,
    /// Fixed weights before it.
    fixed: usize,
}

/// A depth-first search for weights that are charged at most a limit.
#[derive(Debug, Clone)]
pub(super) struct TableTree<'t> {
    tables: &'t Tables,
    /// By table: [`least_costs`].
    least: Vec<Vec<i32>>,
    /// By column.
    places: Vec<Vec<Place>>,
    /// The most that may be charged, in units.
    limit: i64,
    /// By table: the entry of the weights fixed so far.
    entries: Vec<usize>,
    /// The entries' costs together.
    bound: i64,
    /// By column: the value fixed, or none.
    value: Vec<Option<usize>>,
    /// Columns in the order in which they were fixed.
    trail: Vec<usize>,
    branches: Vec<Branch>,
    nodes: u64,
}

impl<'t> TableTree<'t> {
    /// A search at `prices`, to be started with a limit; None if its tables would be too large.
    pub(super) fn new(tables: &'t Tables, objective: Objective, prices: &Prices) -> Option<Self> {
        let base = tables.values.len() + 1;
        let mut all = 0_usize;
        for table in &tables.neurons {
            let entries = base.checked_pow(table.columns.len().try_into().ok()?)?;
            all = all.checked_add(entries)?;
        }
        if all > MOST_ENTRIES {
            return None;
        }
        let pairs = tables.neurons.par_iter().zip(prices);
        let least: Vec<Vec<i32>> = pairs
            .map(|(table, prices)| least_costs(table, objective, prices, base - 1))
            .collect();
        let place = |&(table, digit): &(usize, usize)| Place {
            table,
            stride: base.pow(digit as u32),
        };
        let entries: Vec<usize> = least.iter().map(|least| least.len() - 1).collect();
        Some(Self {
            tables,
            places: tables
                .owners
                .iter()
                .map(|owners| owners.iter().map(place).collect())
                .collect(),
            value: vec![None; tables.owners.len()],
            least,
            limit: i64::MIN,
            entries,
            bound: 0,
            trail: Vec::new(),
            branches: Vec::new(),
            nodes: 0,
        })
    }

    /// Begins anew, for weights charged at most `limit` units.
    pub(super) fn restart(&mut self, limit: i64) {
        self.limit = limit;
        self.branches.clear();
        self.release(0);
    }

    /// The most that may be charged, in units.
    pub(super) fn limit(&self) -> i64 {
        self.limit
    }

    /// Nodes so far.
    pub(super) fn nodes(&self) -> u64 {
        self.nodes
    }

    /// Searches on for at most `nodes` nodes.
    pub(super) fn run(&mut self, nodes: u64) -> SliceEnd {
        let end = self.nodes.saturating_add(nodes);
        loop {
            let alive = self.bound <= self.limit && self.propagate();
            if alive && self.trail.len() == self.value.len() {
                let weight = |v: &Option<usize>| v.map_or(0, |v| self.tables.values[v]);
                return SliceEnd::Found(self.value.iter().map(weight).collect());
            }
            if alive {
                let branch = self.branching();
                self.branches.push(branch);
            }
            if !self.advance() {
                return SliceEnd::Exhausted;
            }
            self.nodes += 1;
            if self.nodes >= end {
                return SliceEnd::Paused;
            }
        }
    }

    /// The next value of the last branch that has one.
    fn advance(&mut self) -> bool {
        while let Some(mut branch) = self.branches.pop() {
            self.release(branch.fixed);
            if let Some(value) = branch.values.pop() {
                let column = branch.column;
                self.branches.push(branch);
                self.fix(column, value);
                return true;
            }
        }
        false
    }

    /// Fixes the weights that have one value left; false if one has none.
    fn propagate(&mut self) -> bool {
        let mut quiet = 0;
        let mut column = 0;
        let columns = self.value.len();
        while quiet < columns {
            if self.value[column].is_none() {
                let mut within = self.within(column);
                let (first, second) = (within.next(), within.next());
                drop(within);
                match (first, second) {
                    (None, _) => return false,
                    (Some(value), None) => {
                        self.fix(column, value);
                        quiet = 0;
                    }
                    _ => {}
                }
            }
            quiet += 1;
            column = (column + 1) % columns;
        }
        true
    }

    /// The values of an open weight that keep the bound within the limit.
    fn within(&self, column: usize) -> impl Iterator<Item = usize> {
        let values = 0..self.tables.values.len();
        values.filter(move |&value| self.bound_with(column, value) <= self.limit)
    }

    /// The bound if the open weight took the value.
    fn bound_with(&self, column: usize, value: usize) -> i64 {
        let open = self.tables.values.len();
        let mut bound = self.bound;
        for place in &self.places[column] {
            let costs = &self.least[place.table];
            let entry = self.entries[place.table];
            let with = entry - (open - value) * place.stride;
            bound += i64::from(costs[with]) - i64::from(costs[entry]);
        }
        bound
    }

    /// The open weight with the fewest values, then the one whose values raise the bound most; cheap values last.
    fn branching(&self) -> Branch {
        let rank = |column: usize| {
            let bounds: Vec<i64> = (0..self.tables.values.len())
                .map(|value| self.bound_with(column, value))
                .filter(|&bound| bound <= self.limit)
                .collect();
            let raised: i64 = bounds.iter().map(|bound| bound - self.bound).sum();
            (bounds.len(), std::cmp::Reverse(raised))
        };
        let open = (0..self.value.len()).filter(|&column| self.value[column].is_none());
        let column = open.min_by_key(|&column| rank(column)).unwrap_or(0);
        let mut values: Vec<usize> = self.within(column).collect();
        values.sort_by_key(|&value| std::cmp::Reverse(self.bound_with(column, value)));
        Branch {
            column,
            values,
            fixed: self.trail.len(),
        }
    }

    fn fix(&mut self, column: usize, value: usize) {
        self.bound = self.bound_with(column, value);
        let open = self.tables.values.len();
        for place in &self.places[column] {
            self.entries[place.table] -= (open - value) * place.stride;
        }
        self.value[column] = Some(value);
        self.trail.push(column);
    }

    /// Opens the weights fixed last, until `fixed` are left.
    fn release(&mut self, fixed: usize) {
        let open = self.tables.values.len();
        for column in self.trail.drain(fixed..) {
            let value = self.value[column].take().unwrap_or(open);
            for place in &self.places[column] {
                self.entries[place.table] += (open - value) * place.stride;
            }
        }
        let pairs = self.least.iter().zip(&self.entries);
        self.bound = pairs.map(|(least, &e)| i64::from(least[e])).sum();
    }
}

/// A neuron's least cost, by state with digits 0 … V, V for an open weight.
fn least_costs(
    table: &Table,
    objective: Objective,
    prices: &[Vec<i32>],
    values: usize,
) -> Vec<i32> {
    let digits = table.columns.len();
    let base = values + 1;
    let mut costs = vec![i32::MAX; base.pow(digits as u32)];
    let mut state = vec![0; digits];
    let mut entry = 0;
    for cost in table.costs(objective, prices) {
        costs[entry] = cost;
        // The next state and its entry.
        let mut stride = 1;
        for digit in &mut state {
            *digit += 1;
            entry += stride;
            if *digit < values {
                break;
            }
            *digit = 0;
            entry -= values * stride;
            stride *= base;
        }
    }
    // Digit by digit: open is the least of the values. What a later digit leaves open is set in its turn.
    let mut stride = 1;
    for _ in 0..digits {
        for block in costs.chunks_exact_mut(base * stride) {
            let (fixed, open) = block.split_at_mut(values * stride);
            open.copy_from_slice(&fixed[..stride]);
            for other in fixed.chunks_exact(stride).skip(1) {
                let pairs = open.iter_mut().zip(other);
                pairs.for_each(|(open, &other)| *open = (*open).min(other));
            }
        }
        stride *= base;
    }
    costs
}
