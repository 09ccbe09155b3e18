//! Tree search: finds a refutation tree for a family of inequalities. Nothing rests on it: each node it proposes goes
//! through [`Removal`], which checks it.
//!
//! A node is closed by the weights u ≥ 0 of a packing: first greedily (disjoint dependencies), then by multiplicative
//! weights on the covering problem's dual, where inequalities that a soft best removal misses gain weight and those it
//! satisfies more than once lose some. What cannot be closed is split on the dependency with the fewest open rows.

use crate::check::effort::Effort;
use crate::check::family::{Asked, Family};
use crate::check::removal::{Fate, Removal};
use crate::check::tolerances::{NOTHING, PACKED, WEIGHTS};
use crate::format::certificate::Node;
use crate::format::refusal::Reason;

/// Rounds of multiplicative weights at a node that looks closable. More close some nodes that would be split, and cost
/// every node that is split anyway.
const ROUNDS: usize = 60;
/// Rounds after which a node whose packing is far from the budget is split. Fewer split nodes that can be closed.
const FIRST_ROUNDS: usize = 12;
/// The share of the needed packing that must be reached by then to go on. Larger shares split nodes that can be closed;
/// smaller ones spend all rounds where the node is split in the end.
const PROMISING: f64 = 0.85;
/// Weights are rounded to whole numbers up to this one. Smaller numbers round away what closes a node; larger ones make
/// longer files.
const SCALE: f64 = 1000.0;

/// The way through one tree.
pub(crate) struct TreeSearch<'f> {
    family: &'f Family,
    removal: Removal<'f>,
    /// Dependencies, then lemmas: current dual weights, kept from node to node.
    dual: Vec<f64>,
    coverage: Vec<f64>,
    share: Vec<f64>,
}

/// An inequality that still asks for something at this node.
struct Active {
    /// Index among dependencies, or (past their number) lemmas.
    item: usize,
    /// What it asks for.
    asked: f64,
    /// Its open elements.
    open: Vec<u32>,
}

impl<'f> TreeSearch<'f> {
    /// A search for removals within `budget`.
    pub(crate) fn new(family: &'f Family, budget: u64) -> Self {
        let elements = family.weights.len();
        Self {
            family,
            removal: Removal::new(family, budget),
            dual: vec![1.0; family.dependencies.len() + family.lemmas.len()],
            coverage: vec![0.0; elements],
            share: vec![0.0; elements],
        }
    }

    /// Closes every branch, telling `record` each node, within `effort`; returns the steps taken.
    ///
    /// # Errors
    /// [`Reason::Escapes`] with a removal that the family admits, [`Reason::TooLarge`] at the limit.
    pub(crate) fn run(
        mut self,
        effort: &Effort<'_>,
        mut record: impl FnMut(Node),
    ) -> Result<u64, Reason> {
        while !self.removal.is_done() {
            effort.check(self.removal.work, "the search for a refutation")?;
            let active = self.active();
            let node = self
                .closing(&active)
                .map_or_else(|| self.splitting(&active), Ok)?;
            record(node);
        }
        Ok(self.removal.work)
    }

    /// What is still asked for.
    fn active(&mut self) -> Vec<Active> {
        let family = self.family;
        let mut active = Vec::new();
        let all = family.dependencies.iter().chain(&family.lemmas);
        for (item, asked) in all.enumerate() {
            self.removal.work += asked.elements.len() as u64;
            let removed = asked
                .elements
                .iter()
                .filter(|&&e| self.removal.fate(e) == Fate::Removed);
            let removed: u64 = removed.map(|&e| self.coefficient(item, e)).sum();
            if removed >= asked.bound {
                continue;
            }
            let mut open: Vec<u32> = asked
                .elements
                .iter()
                .copied()
                .filter(|&e| self.removal.is_open(e))
                .collect();
            open.sort_unstable();
            open.dedup();
            active.push(Active {
                item,
                asked: (asked.bound - removed) as f64,
                open,
            });
        }
        active.sort_by_key(|a| (a.item < family.dependencies.len(), a.open.len(), a.item));
        active
    }

    /// 1 in a dependency, the element's weight in a lemma.
    fn coefficient(&self, item: usize, element: u32) -> u64 {
        if item < self.family.dependencies.len() {
            1
        } else {
            self.family.weights[element as usize]
        }
    }

    /// Closes the node if a packing is found.
    fn closing(&mut self, active: &[Active]) -> Option<Node> {
        if let Some(empty) = active.iter().find(|a| a.open.is_empty()) {
            return self.close(&[(empty.item, 1)]);
        }
        let greedy = self.greedy_packing(active);
        if let Some(node) = self.close(&greedy) {
            return Some(node);
        }
        for round in 0..ROUNDS {
            let ratio = self.improve(active);
            if ratio > 1.0 + PACKED {
                let weights = self.rounded(active);
                if let Some(node) = self.close(&weights) {
                    return Some(node);
                }
            }
            if round >= FIRST_ROUNDS && ratio < PROMISING {
                return None;
            }
        }
        None
    }

    /// Weights one after the other, each as large as the elements' unused weight allows.
    fn greedy_packing(&mut self, active: &[Active]) -> Vec<(usize, u64)> {
        let family = self.family;
        for a in active {
            for &e in &a.open {
                self.share[e as usize] = family.weights[e as usize] as f64;
            }
        }
        let mut packing = Vec::new();
        for a in active {
            let room = a
                .open
                .iter()
                .map(|&e| self.share[e as usize] as u64 / self.coefficient(a.item, e))
                .min();
            let Some(u @ 1..) = room else { continue };
            for &e in &a.open {
                self.share[e as usize] -= (u * self.coefficient(a.item, e)) as f64;
            }
            packing.push((a.item, u));
        }
        packing
    }

    /// One round of multiplicative weights; returns the packing's value over what the budget can give.
    fn improve(&mut self, active: &[Active]) -> f64 {
        let budget = self.removal.budget() as f64;
        let mut touched: Vec<u32> = Vec::new();
        let mut value = 0.0;
        for a in active {
            let u = self.dual[a.item];
            value += u * a.asked;
            self.removal.work += 2 * a.open.len() as u64;
            for &e in &a.open {
                let coverage = &mut self.coverage[e as usize];
                if *coverage == 0.0 {
                    touched.push(e);
                }
                *coverage += u * if a.item < self.family.dependencies.len() {
                    1.0
                } else {
                    self.family.weights[e as usize] as f64
                };
            }
        }
        let best = self.soft_removal(&touched, budget);
        for a in active {
            let given: f64 = a
                .open
                .iter()
                .map(|&e| self.share[e as usize] * self.coefficient(a.item, e) as f64)
                .sum();
            let step = (0.5 * (a.asked - given) / a.asked).clamp(-0.7, 0.7);
            self.dual[a.item] = (self.dual[a.item] * step.exp()).clamp(WEIGHTS.0, WEIGHTS.1);
        }
        for e in touched {
            self.coverage[e as usize] = 0.0;
        }
        value / best.max(NOTHING)
    }

    /// Fills `share` with a removal of the budget's weight that favours what is covered most; returns the most that
    /// the budget can give (fractional knapsack).
    fn soft_removal(&mut self, touched: &[u32], budget: f64) -> f64 {
        let weight = |e: u32| self.family.weights[e as usize] as f64;
        let density = |e: u32| self.coverage[e as usize] / weight(e);
        let mut order: Vec<u32> = touched.to_vec();
        order.sort_unstable_by(|&a, &b| density(b).total_cmp(&density(a)).then(a.cmp(&b)));
        let (mut left, mut best) = (budget, 0.0);
        let mut pivot = 0.0;
        for &e in &order {
            let part = (left / weight(e)).min(1.0);
            best += part * self.coverage[e as usize];
            left -= part * weight(e);
            pivot = density(e);
            if left <= 0.0 {
                break;
            }
        }
        // x_e = min(1, c·(density/pivot)^8) with c such that the budget is used up, nearly.
        let shares: Vec<f64> = order
            .iter()
            .map(|&e| (density(e) / pivot.max(NOTHING)).powi(8))
            .collect();
        let mut scale = 1.0;
        for _ in 0..3 {
            let used: f64 = order
                .iter()
                .zip(&shares)
                .map(|(&e, s)| weight(e) * (scale * s).min(1.0))
                .sum();
            scale *= budget / used.max(NOTHING);
        }
        for (&e, s) in order.iter().zip(&shares) {
            self.share[e as usize] = (scale * s).min(1.0);
        }
        best
    }

    /// The dual weights as whole numbers, the smallest left out.
    fn rounded(&self, active: &[Active]) -> Vec<(usize, u64)> {
        let largest = active.iter().map(|a| self.dual[a.item]).fold(0.0, f64::max);
        let whole = |a: &Active| (a.item, (self.dual[a.item] / largest * SCALE).round() as u64);
        active.iter().map(whole).filter(|&(_, u)| u > 0).collect()
    }

    fn close(&mut self, weights: &[(usize, u64)]) -> Option<Node> {
        let count = self.family.dependencies.len();
        let (dependencies, lemmas): (Vec<_>, Vec<_>) =
            weights.iter().partition(|&&(item, _)| item < count);
        let lemmas: Vec<(usize, u64)> = lemmas
            .into_iter()
            .map(|(item, u)| (item - count, u))
            .collect();
        self.removal.close(&dependencies, &lemmas).ok()?;
        let named = |asked: &[Asked], list: &[(usize, u64)]| {
            list.iter().map(|&(k, u)| (asked[k].index, u)).collect()
        };
        Some(Node::Close(
            named(&self.family.dependencies, &dependencies),
            named(&self.family.lemmas, &lemmas),
        ))
    }

    /// Splits on the dependency with the fewest open rows, the most covered row first.
    fn splitting(&mut self, active: &[Active]) -> Result<Node, Reason> {
        let count = self.family.dependencies.len();
        let Some(chosen) = active
            .iter()
            .filter(|a| a.item < count)
            .min_by_key(|a| (a.open.len(), a.item))
        else {
            return Err(Reason::Escapes(self.removal.removed_rows()));
        };
        for a in active {
            for &e in &a.open {
                self.coverage[e as usize] += self.dual[a.item];
            }
        }
        let mut order = chosen.open.clone();
        order.sort_by(|&a, &b| {
            self.coverage[b as usize]
                .total_cmp(&self.coverage[a as usize])
                .then(a.cmp(&b))
        });
        for e in active.iter().flat_map(|a| &a.open) {
            self.coverage[*e as usize] = 0.0;
        }
        let asked = &self.family.dependencies[chosen.item];
        let position = |e: &u32| asked.elements.iter().position(|x| x == e).map(|p| p as u32);
        let positions: Vec<u32> = order.iter().filter_map(position).collect();
        self.removal.split(chosen.item, &positions)?;
        Ok(Node::Split([&[asked.index], &positions[..]].concat()))
    }
}
