//! Examining one node of a refutation: it is closed, or branched on, by the cuts at hand or by new ones.

use super::super::row_subset::RowSubset;
use super::cover::out_of_reach;
use super::cuts::Cut;
use super::known::{Known, Node};
use super::pool::{Bits, Decided, FIXED, NODES_PER_LOOK, NeuronPool};
use crate::geometry::dependency::Dependency;
use crate::geometry::grid;
use crate::geometry::min_norm::{MinNorm, Verdict as Solution};
use attractor::kernels::bits::{common, has, meets, ones, put};
use attractor::{Control, Paced};
use std::sync::Arc;

/// Tiers of rows: those that must hold here and cannot be removed anywhere, that are removed beyond the least number
/// elsewhere, that are free elsewhere; those that cost something here; those that are free here.
const TIERS: usize = 5;
/// The tier of rows that are removed.
const GIVEN_UP: usize = usize::MAX;

/// What examining a node found.
pub(crate) struct Examined {
    pub(crate) node: Node,
    pub(crate) verdict: NodeVerdict,
    /// New subsystems, in the order in which they were found.
    pub(crate) cuts: Vec<Cut>,
    pub(crate) calls: u64,
}

pub(crate) enum NodeVerdict {
    Closed,
    Branch(Vec<(usize, usize)>),
    /// These weights, on the grid, hold all rows that the node does not remove.
    Holds(Vec<f64>),
    /// This neuron alone has a subsystem that its pool did not know.
    Member(usize, Bits, Dependency),
    Stuck,
}

impl<'a> Known<'a> {
    /// Closed or branched on by the cuts, new ones where all known ones are hit.
    pub(crate) fn examine(
        &self,
        mut node: Node,
        solver: &mut MinNorm<'a>,
        control: &Control<'_>,
    ) -> Examined {
        let watch = control.every(NODES_PER_LOOK);
        let (mut cuts, mut calls) = (Vec::new(), 0);
        let verdict = loop {
            if let Some(verdict) = self.consult(&node, &cuts) {
                break verdict;
            }
            let removed = match self.complete(&node, &watch) {
                Ok(removed) => removed,
                Err(i) => {
                    match self.anew(&node, i, &watch) {
                        None => break NodeVerdict::Closed,
                        Some(after) => node = after,
                    }
                    if watch.has_stopped() {
                        break NodeVerdict::Stuck;
                    }
                    continue;
                }
            };
            calls += 1;
            match self.separate(&node, &removed, solver, control) {
                Ok(cut) => cuts.push(cut),
                Err(verdict) => break verdict,
            }
        };
        let verdict = if watch.has_stopped() {
            NodeVerdict::Stuck
        } else {
            verdict
        };
        Examined {
            node,
            verdict,
            cuts,
            calls,
        }
    }

    /// Closed or branched on by the cuts at hand, `new` ones included; `None` if they are all hit.
    fn consult(&self, node: &Node, new: &[Cut]) -> Option<NodeVerdict> {
        let words = self.words();
        let slack = |(i, own): (usize, &Arc<Decided>)| self.slack(i, own);
        let slacks: Vec<u32> = node.iter().enumerate().map(slack).collect();
        let (mut removed, mut allowed) = (Vec::new(), vec![0; words * node.len()]);
        for (i, (own, &slack)) in node.iter().zip(&slacks).enumerate() {
            removed.extend_from_slice(&own.removed);
            let extra = own.extra.iter().enumerate();
            extra
                .filter(|&(_, &extra)| extra != FIXED && extra <= slack)
                .for_each(|(mu, _)| put(&mut allowed, 64 * words * i + mu));
        }
        let new = new.iter().filter(|cut| !meets(&cut.bits, &removed));
        let mut unhit: Vec<(u32, &Cut)> = Vec::new();
        for cut in self.cuts.without(&removed).chain(new) {
            let choices = common(&cut.bits, &allowed);
            if choices == 0 {
                return Some(NodeVerdict::Closed);
            }
            unhit.push((choices, cut));
        }
        let &(_, cut) = unhit.iter().min_by_key(|(choices, _)| *choices)?;
        if out_of_reach(unhit, node, &slacks, &allowed) {
            return Some(NodeVerdict::Closed);
        }
        let mut rows: Vec<(usize, usize)> = ones(&cut.bits)
            .filter(|&k| has(&allowed, k))
            .map(|k| (k / (64 * words), k % (64 * words)))
            .collect();
        // Taken from the end: dear rows first, so that they all hold when the free ones come.
        rows.sort_by_key(|&(i, mu)| (node[i].extra[mu], i, mu));
        Some(NodeVerdict::Branch(rows))
    }

    /// A lightest completion of the decisions: what each neuron gives up. The error is a neuron whose pool has grown so
    /// that it has none of that weight.
    fn complete(&self, node: &Node, watch: &Paced<'_>) -> Result<Vec<Bits>, usize> {
        let neurons = self.pools.iter().zip(node).enumerate();
        let lightest = |(i, (pool, neuron)): (usize, (&NeuronPool, &Arc<Decided>))| {
            let found = pool.lightest(&neuron.removed, &neuron.kept, neuron.least, watch);
            found.map(|(_, set)| set).ok_or(i)
        };
        neurons.map(lightest).collect()
    }

    /// Can all rows but the `removed` ones hold? A cut if not, preferably one with few rows that the node may still
    /// remove.
    fn separate(
        &self,
        node: &Node,
        removed: &[Bits],
        solver: &mut MinNorm<'a>,
        control: &Control<'_>,
    ) -> Result<Cut, NodeVerdict> {
        let n = self.coupled.neurons();
        let mut tiers: [Vec<usize>; TIERS] = Default::default();
        let mut tier_of = vec![GIVEN_UP; self.rows.len()];
        for (k, &r) in self.rows.iter().enumerate() {
            let (mu, i) = (r / n, r % n);
            if !has(&removed[i], mu) {
                let (here, root) = (node[i].extra[mu], self.root[i].extra[mu]);
                tier_of[k] = match (here, root) {
                    (0, _) => 4,
                    (extra, _) if extra != FIXED && extra <= self.slack(i, &node[i]) => 3,
                    (_, 0) => 2,
                    (_, FIXED) => 0,
                    _ => 1,
                };
                tiers[tier_of[k]].push(k);
            }
        }
        // The last corral, less what is given up now, is a good start.
        solver.retain(|k| tier_of[k] != GIVEN_UP);
        let tiers = tiers.each_ref().map(Vec::as_slice);
        let solution = solver.solve(&tiers);
        if solution == Solution::Unresolved {
            let exact = self.vanishing(&tier_of, control);
            return Err(exact.map_or(NodeVerdict::Stuck, NodeVerdict::Holds));
        }
        if solution == Solution::Dependent {
            let whole = solver.corral().to_vec();
            let least = irreducible(solver, [tiers[0], tiers[1]], &tier_of, control);
            // Where rounding has spoilt the smaller one, the first stands.
            return match self.cut(&least, control) {
                Err(NodeVerdict::Stuck) => self.cut(&whole, control),
                found => found,
            };
        }
        if let Some(weights) = self.vanishing(&tier_of, control) {
            return Err(NodeVerdict::Holds(weights));
        }
        let mut weights = vec![0.0; self.coupled.columns()];
        for (&k, &multiplier) in solver.corral().iter().zip(solver.multipliers()) {
            for (j, sign) in self.coupled.row(self.rows[k]) {
                weights[j] += multiplier * sign;
            }
        }
        grid::snap(&mut weights, n);
        Err(NodeVerdict::Holds(weights))
    }

    /// Where fields of zero may be right, weights for all rows that are not given up, zero exactly where they must be.
    fn vanishing(&self, tier_of: &[usize], control: &Control<'_>) -> Option<Vec<f64>> {
        if !self.coupled.has_weak() {
            return None;
        }
        let kept: Vec<usize> = (0..tier_of.len())
            .filter(|&k| tier_of[k] != GIVEN_UP)
            .collect();
        RowSubset::new(self.coupled, self.rows).widest(self.gram, &kept, control)
    }

    /// The rows as a cut or a member of the pool that they belong to, if the exact multipliers are found.
    fn cut(&self, corral: &[usize], control: &Control<'_>) -> Result<Cut, NodeVerdict> {
        let rows: Vec<usize> = corral.iter().map(|&k| self.rows[k]).collect();
        let Some(proof) = Dependency::among(self.coupled, &rows, control) else {
            return Err(NodeVerdict::Stuck);
        };
        let (n, words) = (self.coupled.neurons(), self.words());
        let mut bits = vec![0; n * words];
        for &r in &proof.rows {
            put(&mut bits, (r % n) * words * 64 + r / n);
        }
        let first = proof.rows[0] % n;
        if proof.rows.iter().all(|&r| r % n == first) {
            let member = bits[first * words..(first + 1) * words].to_vec();
            return Err(NodeVerdict::Member(first, member, proof));
        }
        Ok(Cut { bits, proof })
    }
}

/// From the corral of an infeasible subsystem one without a row that the others and the rows that must `hold` can do
/// without, of those that the node may still remove: every such row is a branch. Free rows first.
fn irreducible(
    solver: &mut MinNorm<'_>,
    hold: [&[usize]; 2],
    tier_of: &[usize],
    control: &Control<'_>,
) -> Vec<usize> {
    let mut corral = solver.corral().to_vec();
    let mut untried: Vec<usize> = corral
        .iter()
        .copied()
        .filter(|&k| tier_of[k] >= 3)
        .collect();
    untried.sort_unstable_by_key(|&k| (tier_of[k], k));
    let mut needed: Vec<usize> = Vec::new();
    while let Some(row) = untried.pop() {
        if control.should_stop() {
            break;
        }
        if solver.solve(&[hold[0], hold[1], &needed, &untried]) == Solution::Dependent {
            corral = solver.corral().to_vec();
            let kept = |k: &usize| corral.contains(k);
            untried.retain(kept);
            needed.retain(kept);
        } else {
            needed.push(row);
        }
    }
    corral
}
