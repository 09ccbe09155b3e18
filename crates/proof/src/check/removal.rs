//! Removal: the walk through a refutation tree, node by node. Everything that a lemma claims rests on this file.
//!
//! The walk stands at an open node: some elements are removed, some kept, the others free, and a budget says what
//! weight may still be removed. [`Removal::split`] opens the ways to break one dependency, [`Removal::close`] shows
//! that none of them is left. When no node is open, no removal within the first budget breaks every dependency.

use crate::check::family::Family;
use crate::format::limits::{MAX_DEPTH, MAX_WEIGHT};
use crate::format::refusal::Reason;

/// What is decided about an element.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    Free,
    Kept,
    Removed,
}

/// The ways on from a node: remove an element, those before it kept; the element before `next` is removed now.
struct Ways {
    order: Vec<u32>,
    next: usize,
    /// Whether keeping all of them is a way, the last one, too.
    keep_all: bool,
}

/// A walk through a tree.
pub(crate) struct Removal<'f> {
    family: &'f Family,
    fate: Vec<Fate>,
    budget: u64,
    stack: Vec<Ways>,
    done: bool,
    coverage: Vec<u128>,
    /// Elementary steps so far.
    pub(crate) work: u64,
}

impl<'f> Removal<'f> {
    /// At the root: nothing removed, nothing kept.
    pub(crate) fn new(family: &'f Family, budget: u64) -> Self {
        let elements = family.weights.len();
        Self {
            family,
            fate: vec![Fate::Free; elements],
            budget,
            stack: Vec::new(),
            done: false,
            coverage: vec![0; elements],
            work: 0,
        }
    }

    /// Whether every branch is closed.
    pub(crate) fn is_done(&self) -> bool {
        self.done
    }

    /// The weight that may still be removed.
    pub(crate) fn budget(&self) -> u64 {
        self.budget
    }

    pub(crate) fn fate(&self, element: u32) -> Fate {
        self.fate[element as usize]
    }

    /// Whether an element may still be removed.
    pub(crate) fn is_open(&self, element: u32) -> bool {
        self.fate(element) == Fate::Free && self.family.weights[element as usize] <= self.budget
    }

    /// The rows (neuron, pattern) removed, one of each class.
    pub(crate) fn removed_rows(&self) -> Vec<(u32, u32)> {
        let removed = (0..self.fate.len()).filter(|&e| self.fate[e] == Fate::Removed);
        removed.map(|e| self.family.rows[e]).collect()
    }

    fn is_broken(&self, dependency: usize) -> bool {
        let elements = &self.family.dependencies[dependency].elements;
        elements.iter().any(|&e| self.fate(e) == Fate::Removed)
    }

    /// Opens the removal of each of these rows (positions in the local dependency), those before it kept.
    pub(crate) fn split(&mut self, dependency: usize, positions: &[u32]) -> Result<(), Reason> {
        let asked = &self.family.dependencies[dependency];
        let index = asked.index as usize;
        self.work += (asked.elements.len() * (positions.len() + 1)) as u64;
        if self.is_broken(dependency) {
            return Err(Reason::Broken(index));
        }
        let mut order: Vec<u32> = Vec::with_capacity(positions.len());
        for &position in positions {
            let Some(&element) = asked.elements.get(position as usize) else {
                return Err(Reason::Index {
                    index: position as usize,
                    limit: asked.elements.len(),
                });
            };
            if !self.is_open(element) || order.contains(&element) {
                return Err(Reason::NotFree {
                    dependency: index,
                    position: position as usize,
                });
            }
            order.push(element);
        }
        let left_out = |&e: &u32| self.is_open(e) && !order.contains(&e);
        if let Some(position) = asked.elements.iter().position(left_out) {
            return Err(Reason::Uncovered {
                dependency: index,
                position,
            });
        }
        self.go(order, false)
    }

    /// Opens the removal of an element, then its keeping.
    pub(crate) fn branch(&mut self, element: u32) -> Result<(), Reason> {
        self.work += 1;
        if !self.is_open(element) {
            let (neuron, pattern) = self.family.rows[element as usize];
            return Err(Reason::Decided { neuron, pattern });
        }
        self.go(vec![element], true)
    }

    fn go(&mut self, order: Vec<u32>, keep_all: bool) -> Result<(), Reason> {
        if self.done {
            return Err(Reason::TreeShape(
                "nodes follow although every branch is closed",
            ));
        }
        if self.stack.len() >= MAX_DEPTH {
            return Err(Reason::TooLarge("a tree deeper than 65536"));
        }
        let next = 0;
        self.stack.push(Ways {
            order,
            next,
            keep_all,
        });
        self.advance();
        Ok(())
    }

    /// Closes the node: with these weights, what the inequalities ask for exceeds what any removal within the budget
    /// gives. With x ∈ {0,1} for the open elements, Σ_k u_k·(asked by k) ≤ Σ_e coverage_e x_e for every removal that
    /// satisfies them, and Σ_e weight_e x_e ≤ budget: the right side is at most the fractional knapsack.
    pub(crate) fn close(
        &mut self,
        dependencies: &[(usize, u64)],
        lemmas: &[(usize, u64)],
    ) -> Result<(), Reason> {
        if self.done {
            return Err(Reason::TreeShape(
                "nodes follow although every branch is closed",
            ));
        }
        // First, because the sums below hold for such weights alone.
        if dependencies
            .iter()
            .chain(lemmas)
            .any(|&(_, u)| u > MAX_WEIGHT)
        {
            return Err(Reason::TooLarge("a weight above 2^32"));
        }
        let family = self.family;
        let mut asked: u128 = 0;
        let mut touched: Vec<u32> = Vec::new();
        let mut broken = None;
        for &(k, u) in dependencies {
            if self.is_broken(k) {
                broken = Some(Reason::Broken(family.dependencies[k].index as usize));
            }
            asked += u128::from(u);
            self.cover(&family.dependencies[k].elements, u, |_| 1, &mut touched);
        }
        for &(k, u) in lemmas {
            let elements = &family.lemmas[k].elements;
            let weight = |e: u32| family.weights[e as usize];
            let removed = elements.iter().filter(|&&e| self.fate(e) == Fate::Removed);
            let removed: u64 = removed.map(|&e| weight(e)).sum();
            asked += u128::from(u) * u128::from(family.lemmas[k].bound.saturating_sub(removed));
            self.cover(elements, u, weight, &mut touched);
        }
        let closes = exceeds_knapsack(
            asked,
            self.budget,
            touched
                .iter()
                .map(|&e| (self.coverage[e as usize], family.weights[e as usize])),
        );
        for e in touched {
            self.coverage[e as usize] = 0;
        }
        if let Some(reason) = broken {
            return Err(reason);
        }
        if !closes {
            return Err(Reason::NotClosed { asked });
        }
        self.advance();
        Ok(())
    }

    /// Adds u times each coefficient to the coverage of the open elements. A row class that stands twice in a
    /// dependency counts twice: that only raises what removals may give.
    fn cover(
        &mut self,
        elements: &[u32],
        u: u64,
        coefficient: impl Fn(u32) -> u64,
        touched: &mut Vec<u32>,
    ) {
        self.work += elements.len() as u64;
        for &e in elements {
            if u > 0 && self.is_open(e) {
                let coverage = &mut self.coverage[e as usize];
                if *coverage == 0 {
                    touched.push(e);
                }
                *coverage += u128::from(u) * u128::from(coefficient(e));
            }
        }
    }

    /// Goes to the next open node: keeps what was removed last, removes the next in line.
    fn advance(&mut self) {
        while let Some(ways) = self.stack.last_mut() {
            if (1..=ways.order.len()).contains(&ways.next) {
                let last = ways.order[ways.next - 1] as usize;
                self.fate[last] = Fate::Kept;
                self.budget += self.family.weights[last];
            }
            ways.next += 1;
            if let Some(&element) = ways.order.get(ways.next - 1) {
                self.fate[element as usize] = Fate::Removed;
                self.budget -= self.family.weights[element as usize];
                return;
            }
            if std::mem::take(&mut ways.keep_all) {
                return;
            }
            for &element in &ways.order {
                self.fate[element as usize] = Fate::Free;
            }
            self.stack.pop();
        }
        self.done = true;
    }
}

/// Whether `asked` exceeds the most that items (value, weight) give, the last one fractionally, within `budget`.
fn exceeds_knapsack(asked: u128, budget: u64, items: impl Iterator<Item = (u128, u64)>) -> bool {
    let mut items: Vec<(u128, u64)> = items.collect();
    // value/weight descending
    items.sort_unstable_by(|a, b| (b.0 * u128::from(a.1)).cmp(&(a.0 * u128::from(b.1))));
    let (mut asked, mut budget) = (asked, budget);
    for (value, weight) in items {
        if weight > budget {
            return asked * u128::from(weight) > value * u128::from(budget);
        }
        if value > asked {
            return false;
        }
        asked -= value;
        budget -= weight;
    }
    asked > 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tree_too_deep_is_refused() {
        let elements = MAX_DEPTH + 2;
        let family = Family::of_elements(
            &vec![1; elements],
            std::slice::from_ref(&(0..elements)),
            &[],
            &[],
        );
        let mut removal = Removal::new(&family, elements as u64);
        for element in 0..MAX_DEPTH as u32 {
            removal.branch(element).unwrap();
        }
        let refused = removal.branch(MAX_DEPTH as u32);
        assert!(matches!(refused, Err(Reason::TooLarge(_))));
    }
}
