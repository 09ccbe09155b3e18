//! Hitting: whether a removal within a budget breaks every dependency, by trying them all, many dependencies a word.
//!
//! The checker's way for lemmas whose proof is a search. A node takes an unbroken dependency with few open rows and
//! removes them in turn, each kept from then on; with a budget for one more class only, the classes common to all
//! unbroken dependencies are left. Nearly all nodes have small budgets, and few dependencies suffice there: those with the
//! fewest open rows are put into a pool of their own, more only where these few can all be broken.

mod few;
mod pool;
mod search;

use crate::check::effort::{Effort, Searched};
use crate::check::family::Family;
use crate::format::limits::MAX_SEARCH_WORDS;
use crate::format::refusal::Reason;
use attractor::kernels::bits;
use attractor::kernels::vectors::with_vectors;
use pool::DependencyPool;
use search::{Level, RemovalSearch, SMALL_BUDGET};

/// Unbroken dependencies looked at for one with few open rows, where budgets are small. Fewer give nodes with more choices;
/// more cost every node.
const LOOKED_AT: usize = 24;

/// Unbroken dependencies in a pool for small budgets at first, and by what factor more where these can all be broken. Smaller
/// pools are made again more often; larger ones cost every node.
const FEW: usize = 64;
const MORE: usize = 4;

/// Shows within `effort` that no removal within `budget` breaks all dependencies of the family, which has
/// no lemmas.
///
/// # Errors
/// [`Reason::Escapes`] with such a removal, [`Reason::TooLarge`] at the limit.
pub(crate) fn refute(
    family: &Family,
    budget: u64,
    effort: &Effort<'_>,
) -> Result<Searched, Reason> {
    let (elements, count) = (family.weights.len(), family.dependencies.len());
    let words = elements.saturating_mul(count) / 64 + elements + count;
    if words > MAX_SEARCH_WORDS {
        return Err(Reason::TooLarge("the dependencies as sets"));
    }
    effort.check(words as u64, "the dependencies as sets")?;
    let mut search = RemovalSearch::new(family, effort);
    let (sets, open) = (search.sets(), search.all());
    let mut order: Vec<(usize, &[u64])> = sets.chunks(open.len()).enumerate().collect();
    order.sort_by_key(|(_, set)| bits::common(set, &open));
    search.begin(&order, open, budget)?;
    Ok(Searched {
        work: search.work,
        dependencies: (0..count).filter(|&d| search.used[d]).collect(),
        lemmas: Vec::new(),
    })
}

impl RemovalSearch<'_, '_> {
    /// Tries all removals within `budget`.
    ///
    /// # Errors
    /// As [`refute`].
    fn begin(
        &mut self,
        order: &[(usize, &[u64])],
        open: Vec<u64>,
        budget: u64,
    ) -> Result<(), Reason> {
        let root = Level {
            unbroken: Vec::new(),
            choices: Vec::new(),
            open,
            budget,
        };
        if (1..=SMALL_BUDGET).contains(&budget)
            && let Some(ended) = few::run(self, order, &root)
        {
            return ended;
        }
        let pool = DependencyPool::of(order, &root.open, self.elements.len());
        self.run(&pool, &root.open, budget)
    }

    /// Tries all removals within `budget` from the `open` elements, none of which breaks all of the pool.
    ///
    /// # Errors
    /// As [`refute`].
    fn run(&mut self, pool: &DependencyPool, open: &[u64], budget: u64) -> Result<(), Reason> {
        with_vectors(
            #[inline(always)]
            || self.run_with_vectors(pool, open, budget),
        )
    }

    #[inline(always)]
    fn run_with_vectors(
        &mut self,
        pool: &DependencyPool,
        open: &[u64],
        budget: u64,
    ) -> Result<(), Reason> {
        self.work += pool.work();
        let divides = budget > SMALL_BUDGET;
        let mut levels = vec![Level {
            unbroken: (0..pool.deep)
                .map(|w| bits::low(pool.count - 64 * w))
                .collect(),
            choices: vec![0; pool.wide],
            open: open.to_vec(),
            budget,
        }];
        let mut depth = 0;
        if self.enter(pool, &mut levels[0])? {
            return Ok(());
        }
        loop {
            self.effort.check(self.work, "the search for a removal")?;
            if levels.len() == depth + 1 {
                if levels.len() * (pool.deep + 2 * pool.wide) > MAX_SEARCH_WORDS {
                    return Err(Reason::TooLarge("the depth of the search"));
                }
                levels.push(levels[depth].clone());
            }
            let (upper, lower) = levels.split_at_mut(depth + 1);
            let (node, child) = (&mut upper[depth], &mut lower[0]);
            let Some(e) = bits::first(&node.choices) else {
                if depth == 0 {
                    return Ok(());
                }
                self.removed.pop();
                depth -= 1;
                continue;
            };
            bits::clear(&mut node.choices, e);
            bits::clear(&mut node.open, e);
            child.budget = node.budget - self.weights[e];
            copy(&node.open, &mut child.open);
            let sets = child.unbroken.iter_mut().zip(&node.unbroken);
            for ((after, before), broken) in sets.zip(pool.containing(e)) {
                *after = before & !broken;
            }
            self.removed.push(e);
            let closed = if divides && (2..=SMALL_BUDGET).contains(&child.budget) {
                self.run_small(pool, child)?;
                true
            } else {
                self.enter(pool, child)?
            };
            if closed {
                self.removed.pop();
            } else {
                depth += 1;
            }
        }
    }

    /// Tries all removals of a node with a small budget, in a pool as small as will do.
    ///
    /// # Errors
    /// As [`refute`].
    fn run_small(&mut self, pool: &DependencyPool, node: &Level) -> Result<(), Reason> {
        let mut order = open_elements(pool, node);
        self.work += (pool.deep + order.len() * pool.wide) as u64;
        let removed = self.removed.len();
        let mut count = FEW;
        loop {
            if count < order.len() {
                order.select_nth_unstable(count);
            }
            let end = count.min(order.len());
            let few = &mut order[..end];
            few.sort_unstable();
            let few = few.iter().map(|&key| key as u32 as usize);
            let few: Vec<(usize, &[u64])> = few.map(|k| (pool.origin[k], pool.member(k))).collect();
            let ended = few::run(self, &few, node).unwrap_or_else(|| {
                let small = DependencyPool::of(&few, &node.open, self.elements.len());
                self.run(&small, &node.open, node.budget)
            });
            match ended {
                Err(Reason::Escapes(_)) if count < order.len() => {
                    self.removed.truncate(removed);
                    count *= MORE;
                }
                ended => return ended,
            }
        }
    }

    /// Fills the node's choices; true if nothing is left to try there.
    ///
    /// # Errors
    /// [`Reason::Escapes`] if what is removed, with one element more at most, breaks the whole pool.
    #[inline(always)]
    fn enter(&mut self, pool: &DependencyPool, node: &mut Level) -> Result<bool, Reason> {
        self.work += (pool.wide + pool.deep) as u64;
        let mut unbroken = bits::ones(&node.unbroken).peekable();
        if unbroken.peek().is_none() {
            return Err(self.escape(None));
        }
        if node.budget < self.heaviest {
            match self.affordable.get(node.budget as usize) {
                Some(set) => node.open.iter_mut().zip(set).for_each(|(o, s)| *o &= s),
                None => self.drop_heavier(&mut node.open, node.budget),
            }
        }
        // With weights of at least 1, a second class is out of reach.
        if node.budget <= 1 {
            copy(&node.open, &mut node.choices);
            for k in unbroken {
                self.work += pool.wide as u64;
                let (mut any, mut fewer) = (0, 0);
                for (choice, member) in node.choices.iter_mut().zip(pool.member(k)) {
                    fewer |= *choice & !member;
                    *choice &= member;
                    any |= *choice;
                }
                self.used[pool.origin[k]] |= fewer != 0 || any == 0;
                if any == 0 {
                    return Ok(true);
                }
            }
            return Err(self.escape(bits::first(&node.choices)));
        }
        let looked_at = if node.budget > SMALL_BUDGET {
            usize::MAX
        } else {
            LOOKED_AT
        };
        let mut fewest = (u32::MAX, 0);
        for k in unbroken.take(looked_at) {
            self.work += pool.wide as u64;
            let options = bits::common(pool.member(k), &node.open);
            if options < fewest.0 {
                fewest = (options, k);
            }
            if options == 0 {
                break;
            }
        }
        self.used[pool.origin[fewest.1]] = true;
        if fewest.0 == 0 {
            return Ok(true);
        }
        let member = pool.member(fewest.1).iter().zip(&node.open);
        for (choice, (member, open)) in node.choices.iter_mut().zip(member) {
            *choice = member & open;
        }
        Ok(false)
    }
}

/// The unbroken dependencies of a node, each as one number that sorts quickly: how many open elements it has, then its place
/// in the pool.
fn open_elements(pool: &DependencyPool, node: &Level) -> Vec<u64> {
    with_vectors(
        #[inline(always)]
        || {
            let mut keys = Vec::with_capacity(bits::count(&node.unbroken) as usize);
            for k in bits::ones(&node.unbroken) {
                let options = bits::common(pool.member(k), &node.open);
                keys.push(u64::from(options) << 32 | k as u64);
            }
            keys
        },
    )
}

/// For a few words, where a call would take longer.
#[inline(always)]
fn copy(from: &[u64], to: &mut [u64]) {
    from.iter().zip(to).for_each(|(from, to)| *to = *from);
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(300))]

        #[test]
        fn it_refutes_what_no_removal_breaks(
            weights in prop::collection::vec(1_u64..4, 16),
            sets in prop::collection::vec((any::<u16>(), any::<u16>()), 1..80),
            dense in any::<bool>(),
            budget in 0_u64..12,
        ) {
            let sets: Vec<u16> = sets
                .iter()
                .map(|(a, b)| if dense { a | b } else { a & b })
                .filter(|&set| set != 0)
                .collect();
            let weigh = |set: u16| (0..16).filter(|k| set >> k & 1 == 1).map(|k| weights[k]).sum::<u64>();
            let breaks = |removal: u16| sets.iter().all(|set| set & removal != 0);
            let possible = (0..=u16::MAX).any(|r| weigh(r) <= budget && breaks(r));
            let family = Family::artificial(&weights, std::slice::from_ref(&(0..16)), &sets, &[]);
            match refute(&family, budget, &Effort::steps(1 << 30)) {
                Ok(searched) => {
                    prop_assert!(!possible);
                    let used: Vec<u16> = searched.dependencies.iter().map(|&d| sets[d]).collect();
                    let breaks = |removal: u16| used.iter().all(|set| set & removal != 0);
                    prop_assert!((0..=u16::MAX).all(|r| weigh(r) > budget || !breaks(r)));
                }
                Err(Reason::Escapes(rows)) => {
                    let removal = rows.iter().fold(0, |set, &(_, mu)| set | 1 << mu);
                    prop_assert!(weigh(removal) <= budget && breaks(removal));
                }
                Err(other) => prop_assert!(false, "{}", other),
            }
        }

        #[test]
        fn many_elements_and_dependencies_are_searched_as_few_are(
            weights in prop::collection::vec(1_u64..3, 200),
            sets in prop::collection::vec(prop::collection::vec(0_u32..200, 1..9), 1..300),
            elements in prop::sample::select(vec![12_u32, 60, 100, 150, 200]),
            budget in 0_u64..6,
        ) {
            let within = |set: &Vec<u32>| set.iter().map(|e| e % elements).collect();
            let sets: Vec<Vec<u32>> = sets.iter().map(within).collect();
            let left: Vec<&[u32]> = sets.iter().map(Vec::as_slice).collect();
            let family = Family::of_elements(&weights, std::slice::from_ref(&(0..200)), &sets, &[]);
            match refute(&family, budget, &Effort::steps(1 << 30)) {
                Ok(searched) => {
                    prop_assert!(!can_break(&weights, &left, budget));
                    let used: Vec<&[u32]> = searched.dependencies.iter().map(|&d| left[d]).collect();
                    prop_assert!(!can_break(&weights, &used, budget));
                }
                Err(Reason::Escapes(rows)) => {
                    let removed: Vec<u32> = rows.into_iter().map(|(_, e)| e).collect();
                    prop_assert!(removed.iter().map(|&e| weights[e as usize]).sum::<u64>() <= budget);
                    prop_assert!(sets.iter().all(|set| set.iter().any(|e| removed.contains(e))));
                }
                Err(other) => prop_assert!(false, "{}", other),
            }
        }
    }

    /// Whether elements of weight at most `budget` break all of these sets.
    fn can_break(weights: &[u64], sets: &[&[u32]], budget: u64) -> bool {
        let Some(set) = sets.iter().min_by_key(|set| set.len()) else {
            return true;
        };
        set.iter().any(|e| {
            let weight = weights[*e as usize];
            let unbroken = sets.iter().filter(|set| !set.contains(e)).copied();
            weight <= budget && can_break(weights, &unbroken.collect::<Vec<_>>(), budget - weight)
        })
    }
}
