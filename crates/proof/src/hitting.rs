//! Hitting: whether a removal within a budget breaks every dependency, by trying them all, many dependencies a word.
//!
//! The checker's way for lemmas whose proof is a search. A node takes an unbroken dependency with few open rows and
//! removes them in turn, each kept from then on; with a budget for one more class only, the classes common to all
//! unbroken dependencies are left.

use crate::effort::Effort;
use crate::family::Family;
use crate::limits::MAX_SEARCH_WORDS;
use crate::refusal::Reason;
use attractor::bits;

/// Unbroken dependencies looked at for one with few open rows.
const LOOKED_AT: usize = 24;

/// The dependencies as sets of elements, and the elements as sets of dependencies.
struct Pool<'f> {
    family: &'f Family,
    /// Elements that stand in a dependency, those in most dependencies first.
    elements: Vec<u32>,
    weights: Vec<u64>,
    heaviest: u64,
    /// Words of a set of elements.
    wide: usize,
    /// Words of a set of dependencies.
    deep: usize,
    /// Short dependencies first.
    members: Vec<u64>,
    containing: Vec<u64>,
}

/// A node: what is unbroken, what may still be removed, and the choices not yet tried.
#[derive(Clone)]
struct Level {
    unbroken: Vec<u64>,
    open: Vec<u64>,
    choices: Vec<u64>,
    budget: u64,
}

/// Shows within `effort` that no removal within `budget` breaks all dependencies of the family, which has
/// no lemmas; returns the steps taken.
///
/// # Errors
/// [`Reason::Escapes`] with such a removal, [`Reason::TooLarge`] at the limit.
pub(crate) fn refute(family: &Family, budget: u64, effort: &Effort<'_>) -> Result<u64, Reason> {
    let (elements, count) = (family.weights.len(), family.dependencies.len());
    let words = elements.saturating_mul(count) / 64 + elements + count;
    if words > MAX_SEARCH_WORDS {
        return Err(Reason::TooLarge("the dependencies as sets"));
    }
    effort.check(words as u64, "the dependencies as sets")?;
    let pool = Pool::new(family);
    let level_words = pool.deep + 2 * pool.wide;
    let mut levels = vec![Level {
        unbroken: (0..pool.deep).map(|w| bits::low(count - 64 * w)).collect(),
        open: (0..pool.wide)
            .map(|w| bits::low(pool.elements.len() - 64 * w))
            .collect(),
        choices: vec![0; pool.wide],
        budget,
    }];
    let mut removed: Vec<usize> = Vec::new();
    let mut work = (pool.members.len() + pool.containing.len()) as u64;
    let mut depth = 0;
    if pool
        .enter(&mut levels[0], &mut work)
        .map_err(|last| pool.escape(&removed, last))?
    {
        return Ok(work);
    }
    loop {
        effort.check(work, "the search for a removal")?;
        if levels.len() == depth + 1 {
            if levels.len() * level_words > MAX_SEARCH_WORDS {
                return Err(Reason::TooLarge("the depth of the search"));
            }
            levels.push(levels[depth].clone());
        }
        let (upper, lower) = levels.split_at_mut(depth + 1);
        let (node, child) = (&mut upper[depth], &mut lower[0]);
        let Some(e) = bits::first(&node.choices) else {
            if removed.pop().is_none() {
                return Ok(work);
            }
            depth -= 1;
            continue;
        };
        bits::clear(&mut node.choices, e);
        bits::clear(&mut node.open, e);
        child.budget = node.budget - pool.weights[e];
        child.open.copy_from_slice(&node.open);
        let containing = &pool.containing[e * pool.deep..][..pool.deep];
        for ((after, before), broken) in child
            .unbroken
            .iter_mut()
            .zip(&node.unbroken)
            .zip(containing)
        {
            *after = before & !broken;
        }
        removed.push(e);
        if pool
            .enter(child, &mut work)
            .map_err(|last| pool.escape(&removed, last))?
        {
            removed.pop();
        } else {
            depth += 1;
        }
    }
}

impl<'f> Pool<'f> {
    fn new(family: &'f Family) -> Self {
        let mut degree = vec![0usize; family.weights.len()];
        for asked in &family.dependencies {
            asked.elements.iter().for_each(|&e| degree[e as usize] += 1);
        }
        let mut elements: Vec<u32> = (0..degree.len() as u32)
            .filter(|&e| degree[e as usize] > 0)
            .collect();
        elements.sort_by_key(|&e| (std::cmp::Reverse(degree[e as usize]), e));
        let mut place = vec![0usize; degree.len()];
        for (k, &e) in elements.iter().enumerate() {
            place[e as usize] = k;
        }
        let mut order: Vec<usize> = (0..family.dependencies.len()).collect();
        order.sort_by_key(|&d| (family.dependencies[d].elements.len(), d));
        let (wide, deep) = (elements.len().div_ceil(64), order.len().div_ceil(64));
        let mut members = vec![0; order.len() * wide];
        let mut containing = vec![0; elements.len() * deep];
        for (k, &d) in order.iter().enumerate() {
            for &e in &family.dependencies[d].elements {
                let e = place[e as usize];
                bits::put(&mut members[k * wide..], e);
                bits::put(&mut containing[e * deep..], k);
            }
        }
        let weights: Vec<u64> = elements
            .iter()
            .map(|&e| family.weights[e as usize])
            .collect();
        Self {
            family,
            elements,
            heaviest: weights.iter().copied().max().unwrap_or(0),
            weights,
            wide,
            deep,
            members,
            containing,
        }
    }

    fn member(&self, k: usize) -> &[u64] {
        &self.members[k * self.wide..][..self.wide]
    }

    /// Fills the node's choices; true if nothing is left to try there.
    ///
    /// # Errors
    /// The element, if any is needed, that breaks all that is unbroken.
    fn enter(&self, node: &mut Level, work: &mut u64) -> Result<bool, Option<usize>> {
        *work += (self.wide + self.deep) as u64;
        let mut unbroken = bits::ones(&node.unbroken).peekable();
        if unbroken.peek().is_none() {
            return Err(None);
        }
        if node.budget < self.heaviest {
            for (k, word) in node.open.iter_mut().enumerate() {
                for e in bits::ones_of(*word) {
                    if self.weights[64 * k + e] > node.budget {
                        *word &= !(1 << e);
                    }
                }
            }
        }
        // With weights of at least 1, a second class is out of reach.
        if node.budget <= 1 {
            node.choices.copy_from_slice(&node.open);
            for k in unbroken {
                *work += self.wide as u64;
                let mut any = 0;
                for (choice, member) in node.choices.iter_mut().zip(self.member(k)) {
                    *choice &= member;
                    any |= *choice;
                }
                if any == 0 {
                    return Ok(true);
                }
            }
            return Err(bits::first(&node.choices));
        }
        let mut fewest = (u32::MAX, 0);
        for k in unbroken.take(LOOKED_AT) {
            *work += self.wide as u64;
            let options = self
                .member(k)
                .iter()
                .zip(&node.open)
                .map(|(m, o)| (m & o).count_ones())
                .sum();
            if options < fewest.0 {
                fewest = (options, k);
            }
            if options == 0 {
                return Ok(true);
            }
        }
        for ((choice, member), open) in node
            .choices
            .iter_mut()
            .zip(self.member(fewest.1))
            .zip(&node.open)
        {
            *choice = member & open;
        }
        Ok(false)
    }

    fn escape(&self, removed: &[usize], last: Option<usize>) -> Reason {
        let row = |&e: &usize| self.family.rows[self.elements[e] as usize];
        Reason::Escapes(removed.iter().chain(&last).map(row).collect())
    }
}
