//! Branch and bound over the weights, on all rows at once in bit planes.
//!
//! The slack of a row is the field it would reach if every weight still open took its best value for it, less what it
//! needs: s_r = f_r + K·(open entries) − need_r. It starts at K·degree − need and only falls, by K − v·a_rc when weight
//! c becomes v; below zero the row is lost. The slacks of 64 rows are kept as bit planes, so that one subtraction with
//! borrow serves them all.
//!
//! Lost rows are a lower bound of the wrong bits. More of them follow from sets S of rows that are not lost: all rows of
//! a subset T can be right only if Σ_T s_r ≥ 2K·Σ_c min(plus_c(T), minus_c(T)) over the open columns c, because a
//! weight cannot please both signs. If this fails for all T that leave out k rows of S, more than k rows of S are lost.
//!
//! The last weights are not branched on: a leaf counts all their choices at once.

use super::leaf::Leaf;
use super::masks::Masks;
use crate::search::discrete::program::IntegerProgram;
use crate::search::discrete::slice_end::SliceEnd;
use attractor::kernels::bits::{common, count};
use std::cmp::Reverse;

/// Bit planes of every row's slack, and the rows that are lost.
#[derive(Debug, Clone)]
struct Slacks {
    /// Plane-major: `planes[b * words + w]`.
    planes: Vec<u64>,
    lost: Vec<u64>,
}

/// A depth-first search for weights with limited numbers of wrong rows and of non-zeros.
#[derive(Debug, Clone)]
pub(in crate::search::discrete) struct Branching<'s> {
    program: &'s IntegerProgram,
    masks: &'s Masks,
    most_wrong: usize,
    most_nonzeros: usize,
    /// Columns in the order of branching.
    order: Vec<usize>,
    /// By depth: the values in the order of trial.
    trials: Vec<Vec<i32>>,
    depth_planes: usize,
    /// Position of each column in `order`.
    position: Vec<usize>,
    /// By depth.
    slacks: Vec<Slacks>,
    /// By depth, then group: lower bound of the rows that will be lost.
    bounds: Vec<usize>,
    /// By depth: what the rows could reach with the non-zeros that are left; None without a limit on non-zeros.
    sparse: Option<Vec<Slacks>>,
    /// By depth: the next trial.
    next: Vec<usize>,
    values: Vec<i32>,
    nonzeros: usize,
    /// The last columns of the order.
    leaf: Leaf,
    /// Whether the bounds at depth 0 are known.
    begun: bool,
    nodes: u64,
    /// Nodes, and what leaves cost in terms of them.
    work: u64,
    /// Scratch: the set S, and min(plus, minus) of the open columns over it.
    set: Vec<u64>,
    minima: Vec<usize>,
}

impl<'s> Branching<'s> {
    /// A search that tries the values of `guide` first.
    pub(in crate::search::discrete) fn new(
        program: &'s IntegerProgram,
        masks: &'s Masks,
        guide: &[i32],
        most_wrong: usize,
        most_nonzeros: Option<usize>,
    ) -> Self {
        let columns = program.columns();
        let mut order: Vec<usize> = (0..columns).collect();
        order.sort_by_cached_key(|&c| Reverse(program.sum(c).unsigned_abs()));
        let trials = order
            .iter()
            .map(|&c| program.values_near(guide[c]))
            .collect();
        let budget = most_nonzeros.unwrap_or(columns);
        let mut starts = Vec::with_capacity(program.rows());
        for block in 0..program.blocks() {
            let best = i64::from(program.level) * program.columns_of(block).len() as i64;
            starts.extend(program.rows_of(block).map(|_| best));
        }
        let budget_starts = budget_starts(program, budget);
        let largest = starts.iter().chain(&budget_starts).copied().max();
        let largest = largest.unwrap_or(0).max(2 * i64::from(program.level));
        let depth_planes = (64 - largest.leading_zeros()) as usize;
        let first = |starts: &[i64]| Slacks::new(program, masks.words, starts, depth_planes);
        let mut position = vec![0; columns];
        for (at, &column) in order.iter().enumerate() {
            position[column] = at;
        }
        Self {
            leaf: Leaf::new(program, &order),
            position,
            bounds: vec![0; (columns + 1) * program.blocks()],
            slacks: vec![first(&starts); columns + 1],
            sparse: most_nonzeros.map(|_| vec![first(&budget_starts); columns + 1]),
            program,
            masks,
            most_wrong,
            most_nonzeros: budget,
            order,
            trials,
            depth_planes,
            next: vec![0; columns + 1],
            values: Vec::with_capacity(columns),
            nonzeros: 0,
            begun: false,
            nodes: 0,
            work: 0,
            set: Vec::with_capacity(masks.words),
            minima: Vec::with_capacity(columns),
        }
    }

    /// What a search and its masks take, in bytes, without a limit on non-zeros: with one, up to twice as much.
    pub(in crate::search::discrete) fn bytes(program: &IntegerProgram) -> usize {
        let words = program.rows().div_ceil(64).max(1);
        let most = (0..program.blocks()).map(|block| program.columns_of(block).len());
        let largest = program.level as usize * most.max().unwrap_or(0).max(2);
        let planes = (usize::BITS - largest.leading_zeros()) as usize;
        let by_depth = (planes + 1) * words + program.blocks();
        8 * (program.columns() + 1) * (by_depth + 2 * words)
    }

    /// Begins anew, with another limit on wrong rows.
    pub(in crate::search::discrete) fn restart(&mut self, most_wrong: usize) {
        self.most_wrong = most_wrong;
        self.values.clear();
        self.nonzeros = 0;
        self.next.fill(0);
        self.begun = false;
    }

    /// Nodes so far.
    pub(in crate::search::discrete) fn nodes(&self) -> u64 {
        self.nodes
    }

    /// Time so far, in nodes: what leaves cost included.
    pub(in crate::search::discrete) fn work(&self) -> u64 {
        self.work
    }

    /// Searches on with a lower limit on non-zeros: what was tried holds no such weights either.
    pub(in crate::search::discrete) fn tighten(&mut self, most_nonzeros: usize) {
        self.most_nonzeros = most_nonzeros;
        if let Some(sparse) = &mut self.sparse {
            sparse[0] = Slacks::new(
                self.program,
                self.masks.words,
                &budget_starts(self.program, most_nonzeros),
                self.depth_planes,
            );
        }
        for depth in 0..self.values.len() {
            self.descend(depth, self.values[depth]);
        }
    }

    /// Searches on for as long as at most `nodes` nodes take.
    pub(in crate::search::discrete) fn run(&mut self, nodes: u64) -> SliceEnd {
        attractor::kernels::vectors::with_vectors(
            #[inline(always)]
            || self.search(nodes),
        )
    }

    #[inline(always)]
    fn search(&mut self, nodes: u64) -> SliceEnd {
        let end = self.work.saturating_add(nodes);
        if !self.begun && self.is_hopeless(0) {
            return SliceEnd::Exhausted;
        }
        self.begun = true;
        loop {
            let depth = self.values.len();
            if depth + self.leaf.depth() == self.order.len() {
                self.work += self.leaf.work() / WORDS_PER_NODE;
                let found = self.finish();
                self.retreat();
                match found {
                    Some(weights) => return SliceEnd::Found(weights),
                    None if depth == 0 => return SliceEnd::Exhausted,
                    None => continue,
                }
            }
            if self.work >= end {
                return SliceEnd::Paused;
            }
            let Some(&value) = self.trials[depth].get(self.next[depth]) else {
                if depth == 0 {
                    return SliceEnd::Exhausted;
                }
                self.next[depth] = 0;
                self.retreat();
                continue;
            };
            self.next[depth] += 1;
            if value != 0 && self.nonzeros == self.most_nonzeros {
                continue;
            }
            self.nodes += 1;
            self.work += 1;
            self.descend(depth, value);
            if !self.is_hopeless(depth + 1) {
                self.values.push(value);
                self.nonzeros += usize::from(value != 0);
            }
        }
    }

    /// Weights within the limits that begin with the values so far.
    #[inline(always)]
    fn finish(&mut self) -> Option<Vec<i32>> {
        let depth = self.values.len();
        let slacks = &self.slacks[depth];
        let sparse = self.sparse.as_ref().map(|sparse| &sparse[depth]);
        let lost = |w: usize| slacks.lost[w] | sparse.map_or(0, |sparse| sparse.lost[w]);
        let wrong: u32 = (0..slacks.lost.len()).map(|w| lost(w).count_ones()).sum();
        let budget = self.most_wrong.checked_sub(wrong as usize)?;
        let rest = self.leaf.find(
            &slacks.planes,
            lost,
            &self.masks.all,
            budget,
            self.most_nonzeros - self.nonzeros,
        )?;
        let mut weights = vec![0; self.order.len()];
        for (&column, &value) in self.order.iter().zip(self.values.iter().chain(&rest)) {
            weights[column] = value;
        }
        Some(weights)
    }

    #[inline(always)]
    fn retreat(&mut self) {
        if let Some(value) = self.values.pop() {
            self.nonzeros -= usize::from(value != 0);
        }
    }

    /// The slacks at `depth + 1` if the column at `depth` takes `value`.
    #[inline(always)]
    fn descend(&mut self, depth: usize, value: i32) {
        let (program, masks) = (self.program, self.masks);
        let column = self.order[depth];
        let (plus, minus) = (&masks.plus[column], &masks.minus[column]);
        let (with_plus, with_minus) = (program.level - value, program.level + value);
        let (above, below) = self.slacks.split_at_mut(depth + 1);
        for w in 0..masks.words {
            let falls = |b: usize| select(with_plus, b, plus[w]) | select(with_minus, b, minus[w]);
            subtract(
                &above[depth],
                &mut below[0],
                w,
                masks.words,
                self.depth_planes,
                falls,
            );
        }
        let Some(sparse) = &mut self.sparse else {
            return;
        };
        let (above, below) = sparse.split_at_mut(depth + 1);
        for w in 0..masks.words {
            let absent = masks.all[w] & !(plus[w] | minus[w]);
            let falls = |b: usize| {
                if value == 0 {
                    return 0;
                }
                select(with_plus, b, plus[w])
                    | select(with_minus, b, minus[w])
                    | select(program.level, b, absent)
            };
            subtract(
                &above[depth],
                &mut below[0],
                w,
                masks.words,
                self.depth_planes,
                falls,
            );
        }
    }

    /// Whether more rows than allowed are lost at `depth`; brings the groups' bounds up to date.
    #[inline(always)]
    fn is_hopeless(&mut self, depth: usize) -> bool {
        let slacks = &self.slacks[depth];
        let lost: usize = match &self.sparse {
            None => count(&slacks.lost) as usize,
            Some(sparse) => {
                let both = slacks.lost.iter().zip(&sparse[depth].lost);
                both.map(|(a, b)| (a | b).count_ones() as usize).sum()
            }
        };
        if lost > self.most_wrong {
            return true;
        }
        let groups = self.program.blocks();
        if depth == 0 {
            (0..groups).for_each(|g| self.bound_group(depth, g));
        } else {
            self.bounds
                .copy_within((depth - 1) * groups..depth * groups, depth * groups);
            for g in self.program.blocks_of(self.order[depth - 1]) {
                self.bound_group(depth, g);
            }
        }
        let bounds = &self.bounds[depth * groups..][..groups];
        bounds.iter().sum::<usize>() > self.most_wrong
    }

    /// A lower bound, at most `most_wrong` + 1, of the rows of group g that are lost or will be.
    #[inline(always)]
    fn bound_group(&mut self, depth: usize, g: usize) {
        let (program, masks) = (self.program, self.masks);
        let (group, columns) = (&masks.groups[g], program.columns_of(g));
        let slacks = &self.slacks[depth];
        let words = group.first..group.first + group.mask.len();
        let both = |a: &[u64], b: &[u64]| common(a, b) as usize;
        let lost = both(&slacks.lost[words.clone()], &group.mask);
        let left = self.most_wrong + 1 - lost.min(self.most_wrong + 1);
        let plane = |b: usize| &slacks.planes[b * masks.words..][words.clone()];
        let open = |column: &usize| self.position[*column] >= depth;
        let mut more = 0;
        // A leaf counts all its choices in about the time that this takes.
        let above_leaf = depth + self.leaf.depth() < self.order.len();
        let enough = left > 0
            && above_leaf
            && columns.iter().map(|&c| c as usize).filter(open).count() >= LEAST_OPEN;
        for limit in 1..=if enough { self.depth_planes } else { 0 } {
            // S: the rows of the group that are not lost and whose slack is below 2^limit.
            self.set.clear();
            let alive = group.mask.iter().zip(&slacks.lost[words.clone()]);
            self.set.extend(alive.map(|(mask, lost)| mask & !lost));
            for b in limit..self.depth_planes {
                let pairs = self.set.iter_mut().zip(plane(b));
                pairs.for_each(|(set, high)| *set &= !high);
            }
            if (count(&self.set) as usize) < LEAST_SET {
                continue;
            }
            let slack: usize = (0..limit).map(|b| both(plane(b), &self.set) << b).sum();
            self.minima.clear();
            for column in columns.iter().map(|&c| c as usize).filter(open) {
                let plus = both(&masks.plus[column][words.clone()], &self.set);
                let minus = both(&masks.minus[column][words.clone()], &self.set);
                self.minima.push(plus.min(minus));
            }
            // The fewest rows that must leave S: each that leaves lowers a minimum by at most one.
            let conflict = |k| -> usize { self.minima.iter().map(|m| m.saturating_sub(k)).sum() };
            let double = 2 * program.level as usize;
            let fewest = (more..left).find(|&k| slack >= double * conflict(k));
            more = fewest.unwrap_or(left);
            if more == left {
                break;
            }
        }
        self.bounds[depth * program.blocks() + g] = lost + more;
    }
}

/// Words of a leaf that are counted while one node is made.
const WORDS_PER_NODE: u64 = 1000;

/// With fewer open columns the slacks alone decide about as much.
const LEAST_OPEN: usize = 4;

/// Smaller sets of rows contradict each other too rarely to be worth counting.
const LEAST_SET: usize = 3;

impl Slacks {
    fn new(program: &IntegerProgram, words: usize, starts: &[i64], planes: usize) -> Self {
        let mut slacks = Self {
            planes: vec![0; planes * words],
            lost: vec![0; words],
        };
        for (r, start) in starts.iter().enumerate() {
            let slack = start - i64::from(program.need[r]);
            let bit = 1 << (r % 64);
            if slack < 0 {
                slacks.lost[r / 64] |= bit;
                continue;
            }
            for b in (0..planes).filter(|b| slack >> b & 1 == 1) {
                slacks.planes[b * words + r / 64] |= bit;
            }
        }
        slacks
    }
}

/// By row: the field with `nonzeros` non-zeros, all for it.
fn budget_starts(program: &IntegerProgram, nonzeros: usize) -> Vec<i64> {
    vec![i64::from(program.level) * nonzeros as i64; program.rows()]
}

/// `mask` if bit b of `amount` is set.
#[inline(always)]
fn select(amount: i32, b: usize, mask: u64) -> u64 {
    // All ones if the bit is set.
    let all = ((amount >> b & 1) as u64).wrapping_neg();
    mask & all
}

/// `to = from − falls` for the rows of word w; rows that fall below zero are lost.
#[inline(always)]
fn subtract(
    from: &Slacks,
    to: &mut Slacks,
    w: usize,
    words: usize,
    planes: usize,
    falls: impl Fn(usize) -> u64,
) {
    let mut borrow = 0;
    for b in 0..planes {
        let p = from.planes[b * words + w];
        let x = falls(b);
        to.planes[b * words + w] = p ^ x ^ borrow;
        borrow = (!p & (x | borrow)) | (x & borrow);
    }
    to.lost[w] = from.lost[w] | borrow;
}
