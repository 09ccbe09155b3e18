//! Whole weights to proof: whether weights of the domain make bits survive, decided by branch and bound.
//!
//! A node is a box of weights. Multipliers λ and damage v of its bits refute it if Σ_j max(c_j l_j, c_j u_j) < Σ_k need_k λ_k
//! with c_j = Σ_k a_kj (λ_k − v_kj) (`leaf`): the left side is the most that the λ-fold sum of damaged fields can be in the box,
//! and each field must reach its need, a whole number. Real weights have no box, so that their refutations ask for c = 0; here
//! less is enough. A linear program (`lp`) proposes λ, and the point to branch at. Nothing rests on its rounding: refutations
//! are counted in whole numbers, and weights that are found are counted on their worst cues.

mod leaf;
mod lp;
mod system;
#[cfg(test)]
mod tests;

use crate::evidence::{SurvivalBit, SurvivalCore, SurvivalNode};
use attractor::Control;
use leaf::LeafBit;
use lp::{Optimum, Row, maximise};
use system::Cue;
pub(super) use system::System;

/// Entries of tableaus that one search changes, at most: about a second. Larger: what cannot be decided takes longer. Smaller:
/// less is proven.
const WORK: u64 = 1 << 29;

/// Rounds of new cues in one node, at most.
const ROUNDS: usize = 40;

/// Cues for each bit that are kept, about. Larger: slower programs. Smaller: cues are made again.
const CUES: usize = 12;

/// What counts as whole, or as not short of a need.
const NEARLY: f64 = 1e-6;

/// A node of the tree, before its children; of these the lower one comes first.
#[derive(Debug, Clone)]
enum Node {
    /// Weight `column` is at most `at`, or more.
    Split { column: usize, at: i64 },
    /// These bits refute the box.
    Leaf(Vec<LeafBit>),
}

/// Boxes that cover all weights, each refuted.
pub(super) struct Tree {
    nodes: Vec<Node>,
    system: System,
}

impl Tree {
    /// The tree as evidence, if the system is that of one neuron.
    pub(super) fn core(&self) -> Option<SurvivalCore> {
        let [part] = &self.system.parts[..] else {
            return None;
        };
        let bit = |bit: &LeafBit| SurvivalBit {
            pattern: part.cues.patterns[bit.k],
            damage: bit.damage,
            multiplier: bit.multiplier as u64,
            flow: bit.flow.iter().map(|&v| v as u64).collect(),
        };
        let node = |node: &Node| match node {
            Node::Leaf(bits) => SurvivalNode::Leaf(bits.iter().map(bit).collect()),
            &Node::Split { column, at } => SurvivalNode::Split {
                input: part.cues.inputs.get(column).copied().unwrap_or(part.neuron),
                at,
            },
        };
        Some(SurvivalCore {
            neuron: part.neuron,
            tree: self.nodes.iter().map(node).collect(),
        })
    }
}

/// What is known of a system.
pub(super) enum Verdict {
    /// These weights meet all demands.
    Met(Vec<i64>),
    /// None do, because of this tree.
    Refuted(Tree),
    /// The work is used up, or a stop was asked for.
    Open,
}

/// Decides whether weights of the domain meet the demands.
pub(super) fn decide(system: System, control: &Control<'_>) -> Verdict {
    if system.bits().next().is_none() {
        let zero = system.nearest(0.0, system.limits());
        return Verdict::Met(vec![zero; system.columns]);
    }
    let limits = vec![system.limits(); system.columns];
    let mut search = Search {
        pool: system.first_cues(),
        system,
        work: 0,
        control,
    };
    match search.node(&limits) {
        Ok(nodes) => Verdict::Refuted(Tree {
            nodes,
            system: search.system,
        }),
        Err(Ended::Met(values)) => Verdict::Met(values),
        Err(Ended::Stopped) => Verdict::Open,
    }
}

/// What ends a search before its tree is whole.
enum Ended {
    Met(Vec<i64>),
    Stopped,
}

struct Search<'c> {
    system: System,
    pool: Vec<Cue>,
    work: u64,
    control: &'c Control<'c>,
}

impl Search<'_> {
    /// The tree that refutes a box.
    fn node(&mut self, limits: &[(i64, i64)]) -> Result<Vec<Node>, Ended> {
        let optimum = self.relaxed(limits);
        if self.is_over(0) {
            return Err(Ended::Stopped);
        }
        if optimum.slack < -NEARLY
            && let Some(bits) = self.refuted(limits, &optimum.multipliers)
        {
            return Ok(vec![Node::Leaf(bits)]);
        }
        let pairs = optimum.point.iter().zip(limits);
        let values: Vec<i64> = pairs.map(|(&w, &l)| self.system.nearest(w, l)).collect();
        let rounded: Vec<f64> = values.iter().map(|&v| v as f64).collect();
        let short = self.system.short(&rounded, 0.0);
        let Some(first) = short.first() else {
            return Err(Ended::Met(values));
        };
        let Some((column, at)) = self.branch(limits, &optimum.point) else {
            return Ok(vec![Node::Leaf(vec![leaf::one(&self.system, first)])]);
        };
        self.split(limits, column, at, optimum.point[column] <= at as f64 + 0.5)
    }

    /// Whether the search ends with so much work more.
    fn is_over(&self, work: u64) -> bool {
        self.work + work > WORK || self.control.should_stop()
    }

    /// Both halves of a box, the lower one first if that is the nearer one.
    fn split(
        &mut self,
        limits: &[(i64, i64)],
        column: usize,
        at: i64,
        lower: bool,
    ) -> Result<Vec<Node>, Ended> {
        let (mut below, mut above) = (limits.to_vec(), limits.to_vec());
        below[column].1 = at;
        above[column].0 = self.system.next(at);
        let (first, second);
        if lower {
            first = self.node(&below)?;
            second = self.node(&above)?;
        } else {
            second = self.node(&above)?;
            first = self.node(&below)?;
        }
        let mut tree = vec![Node::Split { column, at }];
        tree.extend(first);
        tree.extend(second);
        Ok(tree)
    }

    /// The optimum of the program over the box, with as many worst cues as it asks for.
    fn relaxed(&mut self, limits: &[(i64, i64)]) -> Optimum {
        let real: Vec<(f64, f64)> = limits.iter().map(|&(l, u)| (l as f64, u as f64)).collect();
        let first = self.system.bits().count();
        for round in 0.. {
            let rows: Vec<&Row> = self.pool.iter().map(|cue| &cue.row).collect();
            let optimum = maximise(&rows, &real, &|work| self.is_over(work));
            self.work += optimum.work;
            let is_last = self.system.is_of_units() || round == ROUNDS || self.is_over(0);
            if is_last || optimum.slack < -NEARLY {
                return optimum;
            }
            let short = self.system.short(&optimum.point, NEARLY);
            if short.is_empty() {
                return optimum;
            }
            if self.pool.len() > CUES * first {
                let tight = |row: &Row| row.slack(&optimum.point) < optimum.slack + NEARLY;
                let mut place = 0..;
                self.pool
                    .retain(|cue| place.next() < Some(first) || tight(&cue.row));
            }
            self.pool.extend(short);
        }
        unreachable!("the last round returns")
    }

    /// The bits that refute the box, from the program's multipliers.
    fn refuted(&mut self, limits: &[(i64, i64)], multipliers: &[f64]) -> Option<Vec<LeafBit>> {
        let named = self.pool.iter().zip(multipliers);
        let named: Vec<(&Cue, f64)> = named
            .filter(|(_, l)| **l > 0.0)
            .map(|(c, &l)| (c, l))
            .collect();
        self.work += (named.len() * self.system.columns) as u64;
        leaf::proven(&self.system, &named, limits)
    }

    /// Where to branch: at the weight that is farthest from whole, or at any that is not fixed; `None` if all are.
    fn branch(&self, limits: &[(i64, i64)], point: &[f64]) -> Option<(usize, i64)> {
        let distance =
            |&c: &usize| (point[c] - self.system.nearest(point[c], limits[c]) as f64).abs();
        let column = (0..limits.len())
            .filter(|&c| limits[c].0 < limits[c].1)
            .max_by(|a, b| distance(a).total_cmp(&distance(b)).then(b.cmp(a)))?;
        let (low, high) = limits[column];
        if self.system.is_binary() {
            return Some((column, low));
        }
        let at = if distance(&column) > NEARLY {
            point[column].floor() as i64
        } else {
            self.system.nearest(point[column], (low, high - 1))
        };
        Some((column, at.clamp(low, high - 1)))
    }
}
