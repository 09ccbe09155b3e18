//! Neuron: the lightest removals of one neuron after some decisions.

use super::Bits;
use crate::effort::Effort;
use crate::family::Family;
use crate::limits::{MAX_NEURON_DEPTH, MAX_SEARCH_WORDS};
use crate::refusal::Reason;
use attractor::bits::{self, meets, ones, put};
use std::collections::HashMap;
use std::ops::Range;
use std::rc::Rc;

/// One neuron's part.
pub(super) struct Group {
    /// Its first element.
    pub(super) first: usize,
    pub(super) classes: usize,
    /// Its own dependencies, short ones first, as sets of its classes.
    pub(super) members: Vec<Bits>,
    /// A lemma's bound on it.
    pub(super) floor: u64,
}

impl Group {
    pub(super) fn new(range: &Range<usize>) -> Self {
        Self {
            first: range.start,
            classes: range.len(),
            members: Vec::new(),
            floor: 0,
        }
    }

    /// All its classes, in word `w` of a set.
    pub(super) fn word(&self, w: usize) -> u64 {
        bits::low(self.classes.saturating_sub(64 * w))
    }
}

/// A neuron after some decisions.
#[derive(Clone)]
pub(super) struct Decided {
    pub(super) removed: Bits,
    pub(super) kept: Bits,
    /// Weight of what is removed.
    pub(super) spent: u64,
    /// Least weight of a removal that agrees with the decisions and breaks the neuron's dependencies.
    pub(super) bare: u64,
    /// The same, at least the lemma's bound.
    pub(super) least: u64,
    /// Undecided classes that some removal of the least weight has.
    pub(super) free: Bits,
    /// One of those that break the neuron's dependencies.
    pub(super) lightest: Bits,
}

/// Ways to break a neuron's dependencies.
#[derive(Default)]
struct Found {
    first: Option<Bits>,
    /// The classes of all of them.
    any: Bits,
}

impl Found {
    fn add(&mut self, way: &Bits) {
        if self.first.is_none() {
            self.first = Some(way.clone());
            self.any.clone_from(way);
        } else {
            self.any.iter_mut().zip(way).for_each(|(any, w)| *any |= w);
        }
    }
}

/// What is known of a neuron's decisions.
enum Known {
    Is(Rc<Decided>),
    /// The least weight is above this.
    Above(u64),
}

/// What is known of the neurons, each by itself.
pub(super) struct Neurons<'f, 'e> {
    family: &'f Family,
    pub(super) groups: Rc<[Group]>,
    /// Words of one neuron's set.
    pub(super) wide: usize,
    known: HashMap<(usize, Bits), Known>,
    /// Steps so far.
    pub(super) work: u64,
    effort: &'e Effort<'e>,
}

impl<'f, 'e> Neurons<'f, 'e> {
    /// Nothing known yet, of no neuron; a neuron's sets will be `wide` words.
    pub(super) fn new(family: &'f Family, wide: usize, effort: &'e Effort<'e>) -> Self {
        Self {
            family,
            groups: Rc::new([]),
            wide,
            known: HashMap::new(),
            work: 0,
            effort,
        }
    }

    pub(super) fn spend(&mut self, steps: usize) -> Result<(), Reason> {
        self.work += steps as u64;
        self.effort.check(self.work, "the search for a removal")
    }

    fn weight(&self, g: usize, class: usize) -> u64 {
        self.family.weights[self.groups[g].first + class]
    }

    /// The neuron after these decisions; none if its least weight, at least `from`, is above `most`.
    pub(super) fn decide(
        &mut self,
        g: usize,
        removed: Bits,
        kept: Bits,
        from: u64,
        most: u64,
    ) -> Result<Option<Rc<Decided>>, Reason> {
        let groups = self.groups.clone();
        let group = &groups[g];
        if group.floor > most {
            return Ok(None);
        }
        let key = (g, [&removed[..], &kept[..]].concat());
        let spent: u64 = ones(&removed).map(|c| self.weight(g, c)).sum();
        let mut from = from.max(spent);
        match self.known.get(&key) {
            Some(Known::Is(decided)) => return Ok((decided.least <= most).then(|| decided.clone())),
            Some(&Known::Above(least)) => from = from.max(least + 1),
            None => {}
        }
        if self.known.len() * (4 * self.wide + 16) > MAX_SEARCH_WORDS / 4 {
            self.known.clear();
        }
        let (mut chosen, mut out) = (removed.clone(), kept.clone());
        for bare in from..=most {
            let mut found = Found::default();
            self.removals(group, &mut chosen, &mut out, bare - spent, 0, &mut found)?;
            let Some(lightest) = found.first else {
                continue;
            };
            let least = bare.max(group.floor);
            let free = (0..self.wide).map(|w| {
                // Below the lemma's bound there is room for any other class.
                (if bare < group.floor {
                    group.word(w) & !kept[w]
                } else {
                    found.any[w]
                }) & !removed[w]
            });
            let free = free.collect();
            let decided = Decided {
                removed,
                kept,
                spent,
                bare,
                least,
                free,
                lightest,
            };
            let decided = Rc::new(decided);
            self.known.insert(key, Known::Is(decided.clone()));
            return Ok((least <= most).then_some(decided));
        }
        self.known
            .insert(key, Known::Above(most.max(from.saturating_sub(1))));
        Ok(None)
    }

    /// All ways to break the neuron's dependencies by `chosen` and lightest additions, if none is lighter than `budget`.
    fn removals(
        &mut self,
        group: &Group,
        chosen: &mut Bits,
        kept: &mut Bits,
        budget: u64,
        depth: usize,
        found: &mut Found,
    ) -> Result<(), Reason> {
        let members = &group.members;
        let mut fewest: Option<(u32, usize)> = None;
        let mut steps = self.wide;
        for (k, member) in members.iter().enumerate() {
            steps += self.wide;
            if meets(member, chosen) {
                continue;
            }
            let choices = member
                .iter()
                .zip(kept.iter())
                .map(|(m, k)| (m & !k).count_ones())
                .sum();
            if fewest.is_none_or(|(least, _)| choices < least) {
                fewest = Some((choices, k));
                if choices <= 1 {
                    break;
                }
            }
        }
        let Some((choices, k)) = fewest else {
            self.spend(steps)?;
            found.add(chosen);
            return Ok(());
        };
        let mut options: Bits = members[k]
            .iter()
            .zip(kept.iter())
            .map(|(m, k)| m & !k)
            .collect();
        if budget <= 1 && choices > 0 {
            // With weights of at least 1, a second class is out of reach.
            for member in members.iter().filter(|member| !meets(member, chosen)) {
                steps += self.wide;
                options.iter_mut().zip(member).for_each(|(o, m)| *o &= m);
            }
        }
        self.spend(steps)?;
        if budget == 0 || choices == 0 {
            return Ok(());
        }
        if depth >= MAX_NEURON_DEPTH {
            return Err(Reason::TooLarge("the wrong bits of one neuron"));
        }
        let before = kept.clone();
        for class in ones(&options) {
            let weight = self.family.weights[group.first + class];
            if weight <= budget {
                put(chosen, class);
                self.removals(group, chosen, kept, budget - weight, depth + 1, found)?;
                bits::clear(chosen, class);
            }
            put(kept, class);
        }
        *kept = before;
        Ok(())
    }
}
