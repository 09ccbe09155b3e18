//! Joint: whether several neurons together break every dependency, each within a budget of its own.
//!
//! What a neuron removes is *affordable* if it is within the neuron's budget and breaks the dependencies of this neuron
//! alone; a class that stands in something affordable is *allowed*. The dependencies across neurons ("cuts") branch on
//! their allowed classes, and a cut without any closes the node. Where a neuron's budget is the least it can do with,
//! few classes are allowed. A neuron's answers are kept, because few of them differ.

mod neuron;

use crate::check::effort::{Effort, Searched};
use crate::check::family::{Asked, Family};
use crate::format::limits::MAX_SEARCH_WORDS;
use crate::format::refusal::Reason;
use attractor::kernels::bits::{common, has, meets, ones, put};
use neuron::{Bits, Decided, Group, Member, Neurons};
use std::rc::Rc;

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

struct JointWalk<'f, 'e> {
    family: &'f Family,
    neurons: Neurons<'f, 'e>,
    /// Dependencies across neurons, with their local indices.
    cuts: Vec<(usize, Bits)>,
    now: Vec<Rc<Decided>>,
    /// What `now` was before each change.
    log: Vec<(usize, Rc<Decided>)>,
}

/// Shows within `effort` that no removal, of weight at most `most` in each neuron, breaks all dependencies of the family
/// and satisfies its lemmas, each of which is on a single neuron.
///
/// # Errors
/// [`Reason::Escapes`] with a removal that breaks every dependency, [`Reason::TooLarge`] at the limit.
pub(crate) fn refute(
    family: &Family,
    most: &[u64],
    effort: &Effort<'_>,
) -> Result<Searched, Reason> {
    if let Some(lemma) = decisive_lemma(family, most) {
        return Ok(Searched {
            work: family.lemmas.len() as u64,
            dependencies: Vec::new(),
            lemmas: vec![lemma],
        });
    }
    let mut walk = JointWalk::new(family, most, effort)?;
    if walk.open()? {
        walk.run()?;
    }
    let used = walk.neurons.used.iter().enumerate();
    Ok(Searched {
        work: walk.neurons.work,
        dependencies: used.filter(|(_, used)| **used).map(|(d, _)| d).collect(),
        lemmas: Vec::new(),
    })
}

/// A lemma that asks for more of its neuron than the budget. Others are satisfied by removing more than breaks the
/// dependencies.
fn decisive_lemma(family: &Family, most: &[u64]) -> Option<usize> {
    let budget = |e: u32| {
        most[family
            .groups
            .partition_point(|range| range.end <= e as usize)]
    };
    let is_above = |lemma: &Asked| {
        let first = lemma.elements.first();
        first.is_some_and(|&e| lemma.bound > budget(e))
    };
    family.lemmas.iter().position(is_above)
}

impl<'f, 'e> JointWalk<'f, 'e> {
    fn new(family: &'f Family, most: &[u64], effort: &'e Effort<'e>) -> Result<Self, Reason> {
        let groups = &family.groups;
        let largest = groups.iter().map(ExactSizeIterator::len).max();
        let wide = largest.unwrap_or(0).div_ceil(64);
        let budgets = groups.iter().zip(most);
        let mut parts: Vec<Group> = budgets
            .map(|(range, &most)| Group::new(range, &family.weights, most))
            .collect();
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
                let mut classes = vec![0; wide];
                places.for_each(|(_, c)| put(&mut classes, c));
                parts[first].members.push(Member {
                    dependency: d,
                    classes,
                });
            } else {
                let mut cut = vec![0; words];
                places.for_each(|(g, c)| put(&mut cut, 64 * g * wide + c));
                cuts.push((d, cut));
            }
        }
        for group in &mut parts {
            let size = |m: &Member| m.classes.iter().map(|w| w.count_ones()).sum::<u32>();
            group.members.sort_by_key(size);
        }
        neurons.groups = parts.into();
        Ok(Self {
            family,
            neurons,
            cuts,
            now: Vec::new(),
            log: Vec::new(),
        })
    }

    /// Nothing decided; false if a neuron alone exceeds its budget.
    fn open(&mut self) -> Result<bool, Reason> {
        for g in 0..self.neurons.groups.len() {
            let none = vec![0; self.neurons.wide];
            let Some(decided) = self.neurons.decide(g, none.clone(), none, 0)? else {
                return Ok(false);
            };
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

    /// Removes or keeps a class; false, and nothing changed, if nothing affordable is left.
    fn change(&mut self, (g, class): (usize, usize), remove: bool) -> Result<bool, Reason> {
        let old = self.now[g].clone();
        let (mut removed, mut kept) = (old.removed.clone(), old.kept.clone());
        put(if remove { &mut removed } else { &mut kept }, class);
        let new = if remove || has(&old.allowed, class) {
            self.neurons.decide(g, removed, kept, old.least)?
        } else {
            // Nothing affordable had it: all of that stands.
            Some(Rc::new(Decided {
                kept,
                ..Decided::clone(&old)
            }))
        };
        let Some(new) = new else {
            return Ok(false);
        };
        if self.log.len() * (4 * self.neurons.wide + 16) > MAX_SEARCH_WORDS {
            return Err(Reason::TooLarge("the depth of the search"));
        }
        self.log.push((g, old));
        self.now[g] = new;
        Ok(true)
    }

    fn rewind(&mut self, length: usize) {
        while self.log.len() > length {
            if let Some((g, old)) = self.log.pop() {
                self.now[g] = old;
            }
        }
    }

    /// The allowed classes of the unbroken cut that has the fewest; none if the node is closed.
    fn ways(&mut self) -> Result<Vec<(usize, usize)>, Reason> {
        let words = self.neurons.wide * self.neurons.groups.len();
        self.neurons.spend(words * 2)?;
        let (mut removed, mut allowed) = (Vec::with_capacity(words), Vec::with_capacity(words));
        for decided in &self.now {
            removed.extend_from_slice(&decided.removed);
            allowed.extend_from_slice(&decided.allowed);
        }
        let mut chosen: Option<(u32, usize)> = None;
        let mut steps = 0;
        for (k, (_, cut)) in self.cuts.iter().enumerate() {
            steps += words;
            if meets(cut, &removed) {
                continue;
            }
            let choices = common(cut, &allowed);
            if chosen.is_none_or(|(fewest, _)| choices < fewest) {
                chosen = Some((choices, k));
            }
            if choices == 0 {
                break;
            }
        }
        self.neurons.spend(steps)?;
        let Some((_, chosen)) = chosen else {
            return Err(self.escape());
        };
        let (dependency, cut) = &self.cuts[chosen];
        self.neurons.used[*dependency] = true;
        let width = 64 * self.neurons.wide;
        let ways = ones(cut).filter(|&k| has(&allowed, k));
        Ok(ways.map(|k| (k / width, k % width)).collect())
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

    /// Three neurons of four classes each: whether a removal within the budgets breaks all dependencies and meets the
    /// floors, by trying them all.
    fn possible(weights: &[u64], sets: &[u16], floors: &[u64], most: &[u64]) -> bool {
        let weigh = |set: u16| {
            (0..12)
                .filter(|k| set >> k & 1 == 1)
                .map(|k| weights[k])
                .sum::<u64>()
        };
        (0u16..1 << 12).any(|removal| {
            let of_neuron = |g: usize| weigh(removal & (15 << (4 * g)));
            sets.iter().all(|set| set & removal != 0)
                && (0..3).all(|g| (floors[g]..=most[g]).contains(&of_neuron(g)))
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4000))]

        #[test]
        fn it_refutes_what_is_impossible(
            weights in prop::collection::vec(1_u64..4, 12),
            own in prop::collection::vec((0_usize..3, 1_u16..16), 0..8),
            across in prop::collection::vec(1_u16..1 << 12, 1..12),
            floors in prop::collection::vec(0_u64..3, 3),
            most in prop::collection::vec(0_u64..6, 3),
        ) {
            let own = own.iter().map(|&(g, set)| set << (4 * g));
            let sets: Vec<u16> = own.chain(across).collect();
            let groups = [0..4, 4..8, 8..12];
            let family = Family::artificial(&weights, &groups, &sets, &floors);
            let answer = refute(&family, &most, &Effort::steps(1 << 30));
            if possible(&weights, &sets, &floors, &most) {
                prop_assert!(matches!(answer, Err(Reason::Escapes(_))));
            } else if let Ok(searched) = answer {
                // The same again with nothing but what was used.
                let used: Vec<u16> = searched.dependencies.iter().map(|&d| sets[d]).collect();
                let left: Vec<u64> = (0..3)
                    .map(|g| if searched.lemmas.contains(&g) { floors[g] } else { 0 })
                    .collect();
                let family = Family::artificial(&weights, &groups, &used, &left);
                let again = refute(&family, &most, &Effort::steps(1 << 30)).unwrap();
                prop_assert_eq!(again.dependencies.len(), used.len());
                prop_assert!(again.work <= searched.work);
            } else {
                // Only with floors may it miss a refutation, never without.
                prop_assert!(possible(&weights, &sets, &[0; 3], &most));
                prop_assert!(floors.iter().any(|&f| f > 0));
            }
        }
    }
}
