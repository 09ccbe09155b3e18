//! Making a refuted group of neurons smaller: a core rules out the more payments the fewer neurons it has.
//!
//! Neurons are left out, some at once at first, and what is left is to be refuted with limited work. Much of that is
//! answered by what is known: weights that were found elsewhere may keep the smaller group within its numbers, and a group
//! that withstood makes it unlikely that one that asks for less is refuted.

use super::cores::Core;
use super::refute::Ended;

/// Failures in a row after which no more neurons are left out. More: time for cores that are small already; fewer: cores stay
/// large.
const PATIENCE: usize = 3;

/// A core, and what may not be needed of it.
pub(crate) struct Shrink {
    pub(crate) core: Core,
    /// Neurons, those last that are likely not to be needed.
    untried: Vec<usize>,
    /// How many are left out at once.
    chunk: usize,
    failures: usize,
}

impl Shrink {
    /// `untried` are the core's neurons, those last that are to be left out first.
    pub(crate) fn new(core: Core, untried: Vec<usize>) -> Self {
        Self {
            core,
            chunk: untried.len().div_ceil(2),
            untried,
            failures: 0,
        }
    }

    /// The core without some neurons; `None` if no more are tried.
    pub(crate) fn smaller(&self) -> Option<Core> {
        if self.untried.is_empty() || self.failures >= PATIENCE {
            return None;
        }
        let tried = &self.untried[self.untried.len() - self.chunk..];
        let mut caps = self.core.caps.clone();
        caps.retain(|(i, _)| !tried.contains(i));
        Some(Core { caps })
    }

    /// Some neurons fewer if that was refuted, else fewer at once.
    pub(crate) fn learn(&mut self, found: Ended) {
        match found {
            Ended::Refuted => {
                self.failures = 0;
                let tried = self.untried.split_off(self.untried.len() - self.chunk);
                self.core.caps.retain(|(i, _)| !tried.contains(i));
            }
            _ if self.chunk > 1 => {
                self.chunk /= 2;
                return;
            }
            Ended::Holds => {
                self.untried.pop();
            }
            Ended::Undecided => {
                self.failures += 1;
                self.untried.pop();
            }
        }
        self.chunk = self.chunk.min(self.untried.len().div_ceil(2)).max(1);
    }
}

/// Groups that were not refuted.
#[derive(Default)]
pub(crate) struct Memory {
    /// What the neurons pay with weights that were met.
    met: Vec<Vec<u32>>,
    withstood: Vec<Core>,
}

impl Memory {
    /// Weights were met with which the neurons pay this.
    pub(crate) fn meet(&mut self, paid: Vec<u32>) {
        self.met.push(paid);
    }

    /// The group withstood.
    pub(crate) fn withstand(&mut self, group: Core) {
        self.withstood.push(group);
    }

    /// What withstood may give way to subsystems that were found since.
    pub(crate) fn try_again(&mut self) {
        self.withstood.clear();
    }

    /// What is to be expected of refuting a group; `None` if nothing is known.
    pub(crate) fn recall(&self, group: &Core) -> Option<Ended> {
        let within = |paid: &Vec<u32>| !group.is_satisfied(paid);
        let asks_more = |core: &Core| {
            let asked = |pay: &(usize, u32)| core.caps.iter().any(|c| c.0 == pay.0 && c.1 <= pay.1);
            group.caps.iter().all(asked)
        };
        if self.met.iter().any(within) {
            Some(Ended::Holds)
        } else if self.withstood.iter().any(asks_more) {
            Some(Ended::Undecided)
        } else {
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn core(neurons: &[usize]) -> Core {
        Core {
            caps: neurons.iter().map(|&i| (i, 0)).collect(),
        }
    }

    /// Against any answers that never refute a group without the neurons that are needed: these are left in the end.
    #[test]
    fn what_is_needed_is_left() {
        for needed in 0..1_usize << 7 {
            let all: Vec<usize> = (0..7).collect();
            let mut shrink = Shrink::new(core(&all), all);
            while let Some(smaller) = shrink.smaller() {
                let left = smaller.caps.iter().fold(0, |set, &(i, _)| set | 1 << i);
                shrink.learn(if left & needed == needed {
                    Ended::Refuted
                } else {
                    Ended::Holds
                });
            }
            let left = shrink.core.caps.iter().fold(0, |set, &(i, _)| set | 1 << i);
            assert_eq!(left, needed);
        }
    }

    #[test]
    fn what_is_known_answers_for_groups_that_ask_for_less() {
        let mut memory = Memory::default();
        memory.meet(vec![0, 1, 0, 2]);
        memory.withstand(core(&[0, 1, 3]));
        assert_eq!(memory.recall(&core(&[0, 2])), Some(Ended::Holds));
        assert_eq!(memory.recall(&core(&[1, 2])), None);
        assert_eq!(memory.recall(&core(&[1, 3])), Some(Ended::Undecided));
        let paying = Core {
            caps: vec![(1, 1), (2, 0), (3, 2)],
        };
        assert_eq!(memory.recall(&paying), Some(Ended::Holds));
        memory.try_again();
        assert_eq!(memory.recall(&core(&[1, 3])), None);
    }
}
