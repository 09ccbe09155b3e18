//! Joint: whether a removal within a budget breaks every dependency of several neurons, by the slack that the neurons
//! share.
//!
//! What each neuron must remove by its own dependencies (and lemmas) is known first: its *least*. A budget leaves a
//! slack above the sum of these. A class in some lightest own removal is *free*; removing any other costs at least one
//! of the slack. The dependencies across neurons ("cuts") branch on their classes: with no slack left only free ones
//! count, so one cut mostly closes a node. A neuron's answers are kept, because few of them differ.

mod neuron;

use crate::effort::Effort;
use crate::family::Family;
use crate::lemma::Searched;
use crate::limits::MAX_SEARCH_WORDS;
use crate::refusal::Reason;
use attractor::bits::{common, has, ones, put};
use neuron::{Decided, Group, Neurons};
use std::rc::Rc;

/// A set of one neuron's classes, or of all neurons' classes one after the other.
type Bits = Vec<u64>;

/// A node whose children are being searched.
struct Frame {
    /// Classes (group, class) of the cut branched on, the last one next.
    ways: Vec<(usize, usize)>,
    /// The class removed in the child that is searched now; it is kept afterwards.
    taken: Option<(usize, usize)>,
    /// Length of the log when the node was entered, and before the child.
    start: usize,
    mark: usize,
}

struct Walk<'f, 'e> {
    family: &'f Family,
    neurons: Neurons<'f, 'e>,
    /// Dependencies across neurons, with their local indices.
    cuts: Vec<(usize, Bits)>,
    used: Vec<bool>,
    now: Vec<Rc<Decided>>,
    slack: u64,
    /// What `now` was before each change.
    log: Vec<(usize, Rc<Decided>)>,
}

/// Shows within `effort` that no removal within `budget` breaks all dependencies of the family and
/// satisfies its lemmas, each of which is on a single neuron. What it used suffices for taking the same way again.
///
/// # Errors
/// [`Reason::Escapes`] with a removal that breaks every dependency, [`Reason::TooLarge`] at the limit.
pub(crate) fn refute(
    family: &Family,
    budget: u64,
    effort: &Effort<'_>,
) -> Result<Searched, Reason> {
    let mut walk = Walk::new(family, effort)?;
    if walk.open(budget)? {
        walk.run()?;
    }
    let own = (0..family.dependencies.len()).filter(|&d| walk.is_own(d));
    let cuts = walk.cuts.iter().zip(&walk.used);
    let mut used: Vec<usize> = own
        .chain(cuts.filter(|(_, used)| **used).map(|((d, _), _)| *d))
        .collect();
    used.sort_unstable();
    Ok(Searched {
        work: walk.neurons.work,
        used,
    })
}

impl<'f, 'e> Walk<'f, 'e> {
    fn new(family: &'f Family, effort: &'e Effort<'e>) -> Result<Self, Reason> {
        let groups = &family.groups;
        let most = groups.iter().map(ExactSizeIterator::len).max().unwrap_or(0);
        let wide = most.div_ceil(64);
        let mut parts: Vec<Group> = groups.iter().map(Group::new).collect();
        let mut neurons = Neurons::new(family, wide, effort);
        let mut cuts = Vec::new();
        let place = |e: u32| {
            let g = groups.partition_point(|range| range.end <= e as usize);
            (g, e as usize - groups[g].start)
        };
        let words = wide * groups.len();
        let mut size = 0;
        for (d, asked) in family.dependencies.iter().enumerate() {
            let places = asked.elements.iter().map(|&e| place(e));
            let first = asked.elements.first().map_or(0, |&e| place(e).0);
            let own = places.clone().all(|(g, _)| g == first);
            size += if own { wide } else { words };
            if size > MAX_SEARCH_WORDS {
                return Err(Reason::TooLarge("the dependencies as sets"));
            }
            neurons.spend(asked.elements.len() + words)?;
            if own {
                let mut member = vec![0; wide];
                places.for_each(|(_, c)| put(&mut member, c));
                parts[first].members.push(member);
            } else {
                let mut cut = vec![0; words];
                places.for_each(|(g, c)| put(&mut cut, 64 * g * wide + c));
                cuts.push((d, cut));
            }
        }
        for lemma in &family.lemmas {
            let Some(&e) = lemma.elements.first() else {
                continue;
            };
            let floor = &mut parts[place(e).0].floor;
            *floor = lemma.bound.max(*floor);
        }
        for group in &mut parts {
            let size = |m: &Bits| m.iter().map(|w| w.count_ones()).sum::<u32>();
            group.members.sort_by_key(size);
        }
        neurons.groups = parts.into();
        Ok(Self {
            family,
            neurons,
            used: vec![false; cuts.len()],
            cuts,
            now: Vec::new(),
            slack: 0,
            log: Vec::new(),
        })
    }

    fn is_own(&self, dependency: usize) -> bool {
        self.cuts
            .binary_search_by_key(&dependency, |c| c.0)
            .is_err()
    }

    /// Nothing decided; false if the neurons alone exceed the budget.
    fn open(&mut self, budget: u64) -> Result<bool, Reason> {
        self.slack = budget;
        for g in 0..self.neurons.groups.len() {
            let none = vec![0; self.neurons.wide];
            let Some(decided) = self.neurons.decide(g, none.clone(), none, 0, self.slack)? else {
                return Ok(false);
            };
            self.slack -= decided.least;
            self.now.push(decided);
        }
        Ok(true)
    }

    fn run(&mut self) -> Result<(), Reason> {
        let mut stack: Vec<Frame> = Vec::new();
        loop {
            let ways = self.ways()?;
            if !ways.is_empty() {
                let at = self.log.len();
                stack.push(Frame {
                    ways,
                    taken: None,
                    start: at,
                    mark: at,
                });
            }
            loop {
                let Some(frame) = stack.last_mut() else {
                    return Ok(());
                };
                self.rewind(frame.mark);
                let kept = match frame.taken.take() {
                    Some(way) => self.change(way, false)?,
                    None => true,
                };
                frame.mark = self.log.len();
                let Some(way) = frame.ways.pop().filter(|_| kept) else {
                    self.rewind(frame.start);
                    stack.pop();
                    continue;
                };
                frame.taken = Some(way);
                if self.change(way, true)? {
                    break;
                }
            }
        }
    }

    /// Removes or keeps a class; false, and nothing changed, if that exceeds the slack.
    fn change(&mut self, (g, class): (usize, usize), remove: bool) -> Result<bool, Reason> {
        let old = self.now[g].clone();
        let (mut removed, mut kept) = (old.removed.clone(), old.kept.clone());
        put(if remove { &mut removed } else { &mut kept }, class);
        let new = if !remove && !has(&old.free, class) {
            // No lightest removal had it: all of them stand.
            Some(Rc::new(Decided {
                kept,
                ..Decided::clone(&old)
            }))
        } else {
            let from = old.bare + u64::from(!has(&old.free, class));
            let most = old.least + self.slack;
            self.neurons.decide(g, removed, kept, from, most)?
        };
        let Some(new) = new else {
            return Ok(false);
        };
        if self.log.len() * (4 * self.neurons.wide + 16) > MAX_SEARCH_WORDS {
            return Err(Reason::TooLarge("the depth of the search"));
        }
        self.slack -= new.least - old.least;
        self.log.push((g, old));
        self.now[g] = new;
        Ok(true)
    }

    fn rewind(&mut self, length: usize) {
        while self.log.len() > length {
            if let Some((g, old)) = self.log.pop() {
                self.slack += self.now[g].least - old.least;
                self.now[g] = old;
            }
        }
    }

    /// The classes of an unbroken cut that may still be removed; none if the node is closed.
    fn ways(&mut self) -> Result<Vec<(usize, usize)>, Reason> {
        let words = self.neurons.wide * self.neurons.groups.len();
        self.neurons.spend(words * (self.cuts.len() + 3))?;
        let (mut removed, mut free, mut open) = (Vec::new(), Vec::new(), Vec::new());
        for (decided, group) in self.now.iter().zip(self.neurons.groups.iter()) {
            removed.extend_from_slice(&decided.removed);
            free.extend_from_slice(&decided.free);
            if self.slack == 0 {
                open.extend_from_slice(&decided.free);
                continue;
            }
            for w in 0..self.neurons.wide {
                open.push(group.word(w) & !decided.removed[w] & !decided.kept[w]);
            }
        }
        let mut chosen: Option<(u64, usize)> = None;
        let mut dear: Vec<usize> = Vec::new();
        for (k, (_, cut)) in self.cuts.iter().enumerate() {
            if common(cut, &removed) > 0 {
                continue;
            }
            let choices = u64::from(common(cut, &open));
            if choices == 0 {
                self.used[k] = true;
                return Ok(Vec::new());
            }
            let costless = u64::from(common(cut, &free));
            if costless == 0 {
                dear.push(k);
            }
            // A free class leaves the slack, and with it a whole subtree.
            let score = choices + 8 * costless * self.slack;
            if chosen.is_none_or(|(best, _)| score < best) {
                chosen = Some((score, k));
            }
        }
        let Some((_, chosen)) = chosen else {
            return Err(self.escape());
        };
        self.used[chosen] = true;
        let cut = &self.cuts[chosen].1;
        let mut ways: Vec<usize> = ones(cut).filter(|&k| has(&open, k)).collect();
        if self.slack > 0 && !dear.is_empty() {
            for &k in &dear {
                self.used[k] = true;
            }
            ways = self.affordable(ways, &dear, &free);
        }
        // Taken from the end: dear classes first, so that they are all kept when the free ones come.
        ways.sort_by_key(|&k| (!has(&free, k), k));
        let width = 64 * self.neurons.wide;
        Ok(ways.into_iter().map(|k| (k / width, k % width)).collect())
    }

    /// The ways that may still lead to all dear cuts, those without a free class. A neuron that pays nothing breaks none
    /// of them; one that pays s ≥ 1 removes at most what it owes and s classes, in all at most s times what it owes and
    /// one.
    fn affordable(&mut self, mut ways: Vec<usize>, dear: &[usize], free: &[u64]) -> Vec<usize> {
        let width = 64 * self.neurons.wide;
        let mut cover = vec![0_u64; width * self.neurons.groups.len()];
        for &k in dear {
            ones(&self.cuts[k].1).for_each(|e| cover[e] += 1);
        }
        self.neurons.work += (cover.len() + dear.len() * self.neurons.wide) as u64;
        let needed = dear.len() as u64;
        let (mut company, mut most) = (Vec::with_capacity(self.neurons.groups.len()), 0);
        for (decided, cover) in self.now.iter().zip(cover.chunks(width)) {
            let undecided = |c: &usize| !has(&decided.removed, *c) && !has(&decided.kept, *c);
            let own = (0..width).filter(undecided).map(|c| cover[c]);
            let mut own: Vec<u64> = own.filter(|&c| c > 0).collect();
            own.sort_unstable_by(|a, b| b.cmp(a));
            let owed = (decided.least - decided.spent) as usize;
            company.push(own.iter().take(owed).sum::<u64>());
            most = own.iter().take(owed + 1).sum::<u64>().max(most);
        }
        if most * self.slack < needed {
            return Vec::new();
        }
        ways.retain(|&k| {
            has(free, k) || cover[k] + company[k / width] + most * (self.slack - 1) >= needed
        });
        ways
    }

    /// A removal that breaks everything: all cuts are broken, and each neuron removes as little as it can.
    fn escape(&self) -> Reason {
        let of_neuron = |(decided, group): (&Rc<Decided>, &Group)| -> Vec<(u32, u32)> {
            let row = |c: usize| self.family.rows[group.first + c];
            ones(&decided.lightest).map(row).collect()
        };
        let neurons = self.now.iter().zip(self.neurons.groups.iter());
        Reason::Escapes(neurons.flat_map(of_neuron).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Three neurons of four classes each: whether a removal within `budget` breaks all dependencies and meets the
    /// floors, by trying them all.
    fn possible(weights: &[u64], sets: &[u16], floors: &[u64], budget: u64) -> bool {
        let weigh = |set: u16| {
            (0..12)
                .filter(|k| set >> k & 1 == 1)
                .map(|k| weights[k])
                .sum::<u64>()
        };
        (0u16..1 << 12).any(|removal| {
            let of_neuron = |g: usize| removal & (15 << (4 * g));
            weigh(removal) <= budget
                && sets.iter().all(|set| set & removal != 0)
                && (0..3).all(|g| weigh(of_neuron(g)) >= floors[g])
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        #[test]
        fn it_refutes_what_is_impossible(
            weights in prop::collection::vec(1_u64..3, 12),
            own in prop::collection::vec((0_usize..3, 1_u16..16), 0..8),
            across in prop::collection::vec(1_u16..1 << 12, 1..8),
            floors in prop::collection::vec(0_u64..3, 3),
            budget in 0_u64..8,
        ) {
            let own = own.iter().map(|&(g, set)| set << (4 * g));
            let sets: Vec<u16> = own.chain(across).collect();
            let family = Family::artificial(&weights, &[0..4, 4..8, 8..12], &sets, &floors);
            let answer = refute(&family, budget, &Effort::steps(1 << 30));
            if possible(&weights, &sets, &floors, budget) {
                prop_assert!(matches!(answer, Err(Reason::Escapes(_))));
            } else if let Ok(searched) = answer {
                // The same again with nothing but what was used.
                let used: Vec<u16> = searched.used.iter().map(|&d| sets[d]).collect();
                let family = Family::artificial(&weights, &[0..4, 4..8, 8..12], &used, &floors);
                prop_assert_eq!(refute(&family, budget, &Effort::steps(1 << 30)).unwrap().used.len(), used.len());
            } else {
                // Only with floors may it miss a refutation, never without.
                prop_assert!(floors.iter().any(|&f| f > 0));
            }
        }
    }
}
