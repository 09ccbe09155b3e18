//! Search: what a search for a removal works on, and what it has found out so far.

use crate::check::effort::Effort;
use crate::check::family::Family;
use crate::format::refusal::Reason;
use attractor::kernels::bits;

/// Budgets up to this get a pool of their own. With a larger number the pools' nodes multiply; with a smaller one pools are
/// made for too few nodes.
pub(super) const SMALL_BUDGET: u64 = 4;

/// A node: what is unbroken, what may still be removed, and the choices not yet tried.
#[derive(Clone)]
pub(super) struct Level {
    pub(super) unbroken: Vec<u64>,
    pub(super) open: Vec<u64>,
    pub(super) choices: Vec<u64>,
    pub(super) budget: u64,
}

/// The way through the removals.
pub(super) struct RemovalSearch<'f, 'e> {
    family: &'f Family,
    pub(super) effort: &'e Effort<'e>,
    /// Elements that stand in a dependency, those in most dependencies first.
    pub(super) elements: Vec<u32>,
    pub(super) weights: Vec<u64>,
    pub(super) heaviest: u64,
    /// The elements of weight at most `b`, for small budgets `b`.
    pub(super) affordable: Vec<Vec<u64>>,
    /// What is removed, by places in `elements`.
    pub(super) removed: Vec<usize>,
    /// By local index of the dependency: whether the search rests on it.
    pub(super) used: Vec<bool>,
    pub(super) work: u64,
}

impl<'f, 'e> RemovalSearch<'f, 'e> {
    pub(super) fn new(family: &'f Family, effort: &'e Effort<'e>) -> Self {
        let mut degree = vec![0usize; family.weights.len()];
        for asked in &family.dependencies {
            asked.elements.iter().for_each(|&e| degree[e as usize] += 1);
        }
        let mut elements: Vec<u32> = (0..degree.len() as u32)
            .filter(|&e| degree[e as usize] > 0)
            .collect();
        elements.sort_by_key(|&e| (std::cmp::Reverse(degree[e as usize]), e));
        let weight = |&e: &u32| family.weights[e as usize];
        let weights: Vec<u64> = elements.iter().map(weight).collect();
        let mut search = Self {
            family,
            effort,
            heaviest: weights.iter().copied().max().unwrap_or(0),
            affordable: Vec::new(),
            elements,
            weights,
            removed: Vec::new(),
            used: vec![false; family.dependencies.len()],
            work: 0,
        };
        let within = |budget| {
            let mut set = search.all();
            search.drop_heavier(&mut set, budget);
            set
        };
        search.affordable = (0..=SMALL_BUDGET).map(within).collect();
        search
    }

    /// Takes away the elements that weigh more than `budget`.
    pub(super) fn drop_heavier(&self, set: &mut [u64], budget: u64) {
        for (k, word) in set.iter_mut().enumerate() {
            for e in bits::ones_of(*word) {
                if self.weights[64 * k + e] > budget {
                    *word &= !(1 << e);
                }
            }
        }
    }

    /// All elements as a set, of at least one word.
    pub(super) fn all(&self) -> Vec<u64> {
        let count = self.elements.len();
        let words = count.div_ceil(64).max(1);
        (0..words).map(|w| bits::low(count - 64 * w)).collect()
    }

    /// The dependencies as sets of places in `elements`, one after the other.
    pub(super) fn sets(&self) -> Vec<u64> {
        let mut place = vec![0usize; self.family.weights.len()];
        for (k, &e) in self.elements.iter().enumerate() {
            place[e as usize] = k;
        }
        let wide = self.all().len();
        let mut sets = vec![0; self.family.dependencies.len() * wide];
        for (set, asked) in sets.chunks_mut(wide).zip(&self.family.dependencies) {
            for &e in &asked.elements {
                bits::put(set, place[e as usize]);
            }
        }
        sets
    }

    pub(super) fn escape(&self, last: Option<usize>) -> Reason {
        let row = |&e: &usize| self.family.rows[self.elements[e] as usize];
        Reason::Escapes(self.removed.iter().chain(&last).map(row).collect())
    }
}
