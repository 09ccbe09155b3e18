//! Groups of neurons that cannot all be within their budgets, and what they cost together.
//!
//! A neuron *pays* for wrong bits above its own least number. A core says: of these neurons at least one pays more than
//! its cap, mostly 0. Each is refuted with few neurons in view; together they ask for more than any one of them: if of 20
//! neurons no 9 can be at their least number side by side, at least 12 wrong bits come on top. What they ask for in all is
//! a small integer covering program over the neurons, solved here exactly by branching.

use attractor::Control;

/// At least one of these neurons pays more than its cap.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Core {
    /// Neurons, ascending, with their caps.
    pub(crate) caps: Vec<(usize, u32)>,
}

impl Core {
    pub(crate) fn is_satisfied(&self, paid: &[u32]) -> bool {
        self.caps.iter().any(|&(i, cap)| paid[i] > cap)
    }
}

/// What [`payments`] found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Payments {
    /// What each neuron pays above its least number.
    Some(Vec<u32>),
    /// The cores ask for more.
    None,
    /// The search was too long, or stopped.
    Undecided,
}

/// Cores that a search for payments may look at: some seconds for two dozen neurons. More: a search without end blocks the
/// turn; fewer: the bound is given up early.
pub(crate) const MOST_LOOKS: u64 = 1 << 26;
/// Nodes between two looks at the control. More: a stop waits; fewer: clock readings cost time.
const UNWATCHED: u64 = 64;

/// Payments of `neurons` neurons that satisfy all cores, of sum `most` at most. `looks` is how many cores the search may
/// still look at, in all its nodes.
pub(crate) fn payments(
    cores: &[Core],
    neurons: usize,
    most: u32,
    looks: &mut u64,
    control: &Control<'_>,
) -> Payments {
    let mut search = PaymentSearch {
        cores,
        paid: vec![0; neurons],
        limit: vec![u32::MAX; neurons],
        counted: vec![0; neurons],
        nodes: 0,
        looks: *looks,
        control,
    };
    let found = search.descend(most);
    *looks = search.looks;
    if found {
        Payments::Some(search.paid)
    } else if search.looks == 0 {
        Payments::Undecided
    } else {
        Payments::None
    }
}

struct PaymentSearch<'c> {
    control: &'c Control<'c>,
    cores: &'c [Core],
    paid: Vec<u32>,
    /// What each neuron pays at most.
    limit: Vec<u32>,
    /// The node in which a neuron was last counted.
    counted: Vec<u64>,
    nodes: u64,
    /// None are left after a stop.
    looks: u64,
}

impl PaymentSearch<'_> {
    /// Whether at most `left` more can satisfy all cores. Cores without a common neuron add up.
    fn descend(&mut self, left: u32) -> bool {
        self.nodes += 1;
        self.looks = self.looks.saturating_sub(self.cores.len().max(1) as u64);
        if self.nodes.is_multiple_of(UNWATCHED) && self.control.should_stop() {
            self.looks = 0;
        }
        if self.looks == 0 {
            return false;
        }
        let mut least = 0;
        let mut fewest: Option<(usize, &Core)> = None;
        for core in self.cores {
            if core.is_satisfied(&self.paid) {
                continue;
            }
            let more = |&(i, cap): &(usize, u32)| cap + 1 - self.paid[i];
            let open = core.caps.iter().filter(|&&(i, cap)| cap < self.limit[i]);
            let Some(cheapest) = open.clone().map(more).min() else {
                return false;
            };
            let choices = open.clone().filter(|&pay| more(pay) <= left).count();
            if open.clone().all(|&(i, _)| self.counted[i] != self.nodes) {
                open.for_each(|&(i, _)| self.counted[i] = self.nodes);
                least += cheapest;
            }
            if least > left || choices == 0 {
                return false;
            }
            if fewest.is_none_or(|(number, _)| choices < number) {
                fewest = Some((choices, core));
            }
        }
        let Some((_, core)) = fewest else {
            return true;
        };
        let mut found = false;
        let mut limited = Vec::new();
        for &(i, cap) in &core.caps {
            let before = self.paid[i];
            let more = cap + 1 - before;
            if self.limit[i] <= cap || more > left {
                continue;
            }
            self.paid[i] = cap + 1;
            found = self.descend(left - more);
            if found {
                break;
            }
            self.paid[i] = before;
            limited.push((i, self.limit[i]));
            self.limit[i] = cap;
        }
        for (i, limit) in limited {
            self.limit[i] = limit;
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const NEURONS: usize = 5;

    /// The least sum by trying all payments of up to 3 a neuron, more than any cap.
    fn brute(cores: &[Core]) -> u32 {
        let all = (0..4_u32.pow(NEURONS as u32)).map(|code| {
            let digit = |i: u32| code / 4_u32.pow(i) % 4;
            (0..NEURONS as u32).map(digit).collect::<Vec<u32>>()
        });
        let enough = |paid: &Vec<u32>| cores.iter().all(|core| core.is_satisfied(paid));
        let sums = all.filter(enough).map(|paid| paid.iter().sum());
        sums.min().unwrap_or(u32::MAX)
    }

    proptest! {
        #[test]
        fn payments_are_the_cheapest(
            cores in prop::collection::vec(prop::collection::vec(0_u32..6, NEURONS), 0..8),
        ) {
            // A cap above 2: the neuron is not in the core; the first one always is.
            let core = |caps: Vec<u32>| Core {
                caps: caps.into_iter().enumerate().map(|(i, c)| (i, if i == 0 { c % 3 } else { c })).filter(|c| c.1 < 3).collect(),
            };
            let cores: Vec<Core> = cores.into_iter().map(core).collect();
            let least = brute(&cores);
            let control = Control::new();
            let within = |most| payments(&cores, NEURONS, most, &mut u64::MAX.clone(), &control);
            if least > 0 {
                prop_assert_eq!(within(least - 1), Payments::None);
            }
            let Payments::Some(paid) = within(least) else {
                return Err(TestCaseError::fail("payments exist"));
            };
            prop_assert_eq!(paid.iter().sum::<u32>(), least);
            prop_assert!(cores.iter().all(|core| core.is_satisfied(&paid)));
        }
    }

    /// Whatever it may look at, it says what is so or that it does not know.
    #[test]
    fn what_was_cut_short_is_not_claimed() {
        let core = |caps: [usize; 3]| Core {
            caps: caps.map(|i| (i, 0)).to_vec(),
        };
        let cores = [[0, 1, 2], [0, 3, 4], [1, 3, 4], [2, 3, 4]].map(core);
        let control = Control::new();
        for looks in 0..400 {
            let found = payments(&cores, NEURONS, 1, &mut looks.clone(), &control);
            assert!(found == Payments::None || found == Payments::Undecided && looks < 300);
        }
        let stopped = Control::new().with_time_limit(std::time::Duration::ZERO);
        let mut looks = 1_u64 << 20;
        let many: Vec<Core> = (0..3).flat_map(|_| cores.clone()).collect();
        let found = payments(&many, NEURONS, 1, &mut looks, &stopped);
        assert!(found == Payments::None || found == Payments::Undecided);
    }
}
