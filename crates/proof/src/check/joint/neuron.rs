//! Neuron: what one neuron can remove within its budget after some decisions.

use crate::check::effort::Effort;
use crate::check::family::Family;
use crate::format::limits::{MAX_NEURON_DEPTH, MAX_SEARCH_WORDS};
use crate::format::refusal::Reason;
use attractor::kernels::bits::{self, meets, ones, put};
use std::collections::HashMap;
use std::ops::Range;
use std::rc::Rc;

/// A set of one neuron's classes, or of all neurons' classes one after the other.
pub(super) type Bits = Vec<u64>;

/// A dependency of one neuron.
pub(super) struct Member {
    /// Its local index.
    pub(super) dependency: usize,
    pub(super) classes: Bits,
}

/// One neuron's part.
pub(super) struct Group {
    /// Its first element.
    pub(super) first: usize,
    classes: usize,
    /// The weight that it may remove, at most that of all its classes.
    budget: u64,
    /// Its own dependencies, short ones first.
    pub(super) members: Vec<Member>,
}

impl Group {
    pub(super) fn new(range: &Range<usize>, weights: &[u64], most: u64) -> Self {
        Self {
            first: range.start,
            classes: range.len(),
            budget: weights[range.clone()].iter().sum::<u64>().min(most),
            members: Vec::new(),
        }
    }
}

/// A neuron after some decisions.
#[derive(Clone)]
pub(super) struct Decided {
    pub(super) removed: Bits,
    pub(super) kept: Bits,
    /// Least weight of a removal that agrees with the decisions and breaks the neuron's dependencies.
    pub(super) least: u64,
    /// Undecided classes that stand in such a removal within the budget.
    pub(super) allowed: Bits,
    /// One of the least weight.
    pub(super) lightest: Bits,
}

/// Ways to break a neuron's dependencies.
#[derive(Default)]
struct WaysFound {
    first: Option<Bits>,
    /// The classes of all of them.
    any: Bits,
}

impl WaysFound {
    fn add(&mut self, way: &Bits) {
        if self.first.is_none() {
            self.first = Some(way.clone());
            self.any.clone_from(way);
        } else {
            self.any.iter_mut().zip(way).for_each(|(any, w)| *any |= w);
        }
    }
}

/// A neuron's decisions: removed, then kept classes.
type Key = (usize, Bits);

/// What is known of the neurons, each by itself.
pub(super) struct Neurons<'f, 'e> {
    family: &'f Family,
    pub(super) groups: Rc<[Group]>,
    /// Words of one neuron's set.
    pub(super) wide: usize,
    /// None: nothing affordable is left.
    known: HashMap<Key, Option<Rc<Decided>>>,
    /// Dependencies that the search rested on so far.
    pub(super) used: Vec<bool>,
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
            used: vec![false; family.dependencies.len()],
            work: 0,
            effort,
        }
    }

    pub(super) fn spend(&mut self, steps: usize) -> Result<(), Reason> {
        self.work += steps as u64;
        self.effort.check(self.work, "the search for a removal")
    }

    /// The neuron after these decisions, whose least weight is at least `from`; none if nothing affordable is left.
    pub(super) fn decide(
        &mut self,
        g: usize,
        removed: Bits,
        kept: Bits,
        from: u64,
    ) -> Result<Option<Rc<Decided>>, Reason> {
        let key = (g, [&removed[..], &kept[..]].concat());
        if let Some(known) = self.known.get(&key) {
            return Ok(known.clone());
        }
        if self.known.len() * (6 * self.wide + 16) > MAX_SEARCH_WORDS / 4 {
            self.known.clear();
        }
        let decided = self.search(g, removed, kept, from)?.map(Rc::new);
        self.known.insert(key, decided.clone());
        Ok(decided)
    }

    fn search(
        &mut self,
        g: usize,
        removed: Bits,
        kept: Bits,
        from: u64,
    ) -> Result<Option<Decided>, Reason> {
        let groups = self.groups.clone();
        let group = &groups[g];
        let weights = &self.family.weights[group.first..][..group.classes];
        let spent: u64 = ones(&removed).map(|c| weights[c]).sum();
        let (mut chosen, mut out) = (removed.clone(), kept.clone());
        for least in from.max(spent)..=group.budget {
            let mut found = WaysFound::default();
            self.removals(group, &mut chosen, &mut out, least - spent, 0, &mut found)?;
            let Some(lightest) = found.first.take() else {
                continue;
            };
            // What is lighter than this goes with the lightest removal; other classes only in its place.
            let slack = group.budget - least;
            if slack > 0 && weights.iter().any(|&w| w > slack) {
                let budget = group.budget - spent;
                self.removals(group, &mut chosen, &mut out, budget, 0, &mut found)?;
            }
            let mut allowed = found.any;
            for (c, &weight) in weights.iter().enumerate() {
                if weight <= slack {
                    put(&mut allowed, c);
                }
            }
            for (allowed, (removed, kept)) in allowed.iter_mut().zip(removed.iter().zip(&kept)) {
                *allowed &= !(removed | kept);
            }
            return Ok(Some(Decided {
                removed,
                kept,
                least,
                allowed,
                lightest,
            }));
        }
        Ok(None)
    }

    /// The unbroken dependency with the fewest open classes: how many these are, and its place; and the steps taken.
    fn narrowest(
        &self,
        group: &Group,
        chosen: &Bits,
        kept: &Bits,
    ) -> (Option<(u32, usize)>, usize) {
        let mut fewest: Option<(u32, usize)> = None;
        let mut steps = self.wide;
        for (k, member) in group.members.iter().enumerate() {
            steps += self.wide;
            if meets(&member.classes, chosen) {
                continue;
            }
            let open = member.classes.iter().zip(kept.iter());
            let choices = open.map(|(m, k)| (m & !k).count_ones()).sum();
            if fewest.is_none_or(|(least, _)| choices < least) {
                fewest = Some((choices, k));
                if choices <= 1 {
                    break;
                }
            }
        }
        (fewest, steps)
    }

    /// Leaves the options that stand in every unbroken dependency, where one class more is all that may be removed: with
    /// weights of at least 1, a second is out of reach. Returns the steps taken.
    fn keep_common(&mut self, group: &Group, chosen: &Bits, options: &mut Bits) -> usize {
        let mut steps = 0;
        for member in group.members.iter().filter(|m| !meets(&m.classes, chosen)) {
            steps += self.wide;
            let narrows = |(o, m): (&u64, &u64)| o & !m != 0;
            if options.iter().zip(&member.classes).any(narrows) {
                self.used[member.dependency] = true;
                let narrow = options.iter_mut().zip(&member.classes);
                narrow.for_each(|(o, m)| *o &= m);
            }
        }
        steps
    }

    /// Ways to break the neuron's dependencies by `chosen` and additions of a weight within `budget`: all that have no
    /// class too many.
    fn removals(
        &mut self,
        group: &Group,
        chosen: &mut Bits,
        kept: &mut Bits,
        budget: u64,
        depth: usize,
        found: &mut WaysFound,
    ) -> Result<(), Reason> {
        let (narrowest, mut steps) = self.narrowest(group, chosen, kept);
        let Some((choices, k)) = narrowest else {
            self.spend(steps)?;
            found.add(chosen);
            return Ok(());
        };
        let members = &group.members;
        self.used[members[k].dependency] = true;
        let open = members[k].classes.iter().zip(kept.iter());
        let mut options: Bits = open.map(|(m, k)| m & !k).collect();
        if budget == 1 && choices > 0 {
            steps += self.keep_common(group, chosen, &mut options);
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
