//! Payments: the least sum of wrong bits that several lemmas together ask for.
//!
//! The unknowns are whole numbers y_i ≥ 0, the wrong bits of each neuron. A lemma on a sum asks for Σ y_i ≥ b over its
//! neurons, one that its neurons are not all within m asks for some y_i ≥ m_i + 1. A node raises one y_i for a lemma
//! that is not satisfied yet; in the later siblings that y_i stays below what it was raised to.

use crate::check::effort::Effort;
use crate::format::certificate::{Claim, Lemma};
use crate::format::limits::{MAX_PAYMENTS_DEPTH, MAX_SEARCH_WORDS};
use crate::format::refusal::Reason;

/// What one lemma asks for.
struct Demand {
    /// The lemma.
    index: u32,
    /// Positions of its neurons; with each the number from which on it satisfies the lemma alone, 0 for a sum.
    parts: Vec<(usize, u64)>,
    /// Asked for of a sum.
    sum: Option<u64>,
}

/// What a lemma that is not satisfied still asks for.
struct Open {
    demand: usize,
    /// Neurons that may still pay for it.
    payers: usize,
    /// What they pay together, at least.
    least: u64,
}

/// A lemma, the neurons that may still pay for it, and the payment of each that satisfies it.
type Branching = (usize, Vec<(usize, u64)>);

/// The search's place: what is paid, and how far each neuron may go.
pub(crate) struct Payments<'e> {
    demands: Vec<Demand>,
    paid: Vec<u64>,
    cap: Vec<u64>,
    /// What may still be paid.
    left: u64,
    used: Vec<bool>,
    /// The single-neuron lemmas that give the neurons' first payments.
    first: Vec<Option<u32>>,
    work: u64,
    effort: &'e Effort<'e>,
}

/// What a search took.
pub(crate) struct Settled {
    /// Elementary steps.
    pub(crate) work: u64,
    /// Lemmas that suffice.
    pub(crate) lemmas: Vec<u32>,
}

/// Shows within `effort` that no wrong bits of `neurons` (ascending), at most `budget` in sum, satisfy all of these lemmas.
///
/// # Errors
/// [`Reason::Paid`] with the sum of such wrong bits, [`Reason::TooLarge`] at the limit, [`Reason::OutsideLemma`].
pub(crate) fn refute<'l>(
    neurons: &[u32],
    lemmas: impl Iterator<Item = (u32, &'l Lemma)>,
    budget: u64,
    effort: &Effort<'_>,
) -> Result<Settled, Reason> {
    let mut payments = Payments {
        demands: Vec::new(),
        paid: vec![0; neurons.len()],
        cap: vec![u64::MAX; neurons.len()],
        left: budget,
        used: Vec::new(),
        first: vec![None; neurons.len()],
        work: neurons.len() as u64,
        effort,
    };
    let mut size = 0;
    for (index, lemma) in lemmas {
        size += lemma.neurons.len();
        if size > MAX_SEARCH_WORDS / 2 {
            return Err(Reason::TooLarge("the lemmas that a lemma names"));
        }
        payments.add(neurons, index, lemma)?;
    }
    payments.used = vec![false; payments.demands.len()];
    let first = payments
        .paid
        .iter()
        .fold(0u64, |sum, &y| sum.saturating_add(y));
    if let Some(left) = budget.checked_sub(first) {
        payments.left = left;
        payments.node(0)?;
    }
    let demands = payments.demands.iter().zip(&payments.used);
    let used = demands.filter(|(_, used)| **used).map(|(d, _)| d.index);
    let mut lemmas: Vec<u32> = payments.first.into_iter().flatten().chain(used).collect();
    lemmas.sort_unstable();
    Ok(Settled {
        work: payments.work,
        lemmas,
    })
}

impl Payments<'_> {
    fn add(&mut self, neurons: &[u32], index: u32, lemma: &Lemma) -> Result<(), Reason> {
        self.work += lemma.neurons.len() as u64;
        self.check()?;
        let outside = Reason::OutsideLemma {
            what: "lemma",
            index: index as usize,
        };
        let positions = lemma.neurons.iter().map(|i| neurons.binary_search(i).ok());
        let positions: Vec<usize> = positions.collect::<Option<_>>().ok_or(outside)?;
        // No payment reaches u64::MAX, because the budget is below it.
        let (needs, sum) = match &lemma.claim {
            Claim::Sum(bound) => (vec![0; positions.len()], Some(*bound)),
            Claim::Most(most) => (most.iter().map(|m| m.saturating_add(1)).collect(), None),
        };
        if let [position] = positions[..] {
            let least = sum.unwrap_or(needs[0]);
            if least > self.paid[position] {
                self.paid[position] = least;
                self.first[position] = Some(index);
            }
            return Ok(());
        }
        self.demands.push(Demand {
            index,
            parts: positions.into_iter().zip(needs).collect(),
            sum,
        });
        Ok(())
    }

    fn check(&self) -> Result<(), Reason> {
        self.effort.check(self.work, "the search for payments")
    }

    /// Refutes all payments from here on.
    fn node(&mut self, depth: usize) -> Result<(), Reason> {
        if depth > MAX_PAYMENTS_DEPTH {
            return Err(Reason::TooLarge("the depth of a search for payments"));
        }
        let Some((chosen, payers)) = self.branching()? else {
            return Ok(());
        };
        let sum = self.demands[chosen].sum.is_some();
        let caps: Vec<u64> = payers.iter().map(|&(i, _)| self.cap[i]).collect();
        for &(i, need) in &payers {
            let before = self.paid[i];
            let after = if sum { before + 1 } else { need };
            self.paid[i] = after;
            self.left -= after - before;
            self.node(depth + 1)?;
            self.left += after - before;
            self.paid[i] = before;
            self.cap[i] = after - 1;
        }
        for ((i, _), cap) in payers.into_iter().zip(caps) {
            self.cap[i] = cap;
        }
        Ok(())
    }

    /// The lemma to branch on and its payers, those of most lemmas first; none if the node is closed.
    fn branching(&mut self) -> Result<Option<Branching>, Reason> {
        let mut open: Vec<Open> = Vec::new();
        let mut asked_of = vec![0u32; self.paid.len()];
        for demand in 0..self.demands.len() {
            self.work += self.demands[demand].parts.len() as u64;
            let Some(least) = self.least(demand) else {
                continue;
            };
            let mut payers = 0;
            for i in self.payers(demand).map(|(i, _)| i) {
                asked_of[i] += 1;
                payers += 1;
            }
            if payers == 0 || least > self.left {
                self.used[demand] = true;
                self.check()?;
                return Ok(None);
            }
            open.push(Open {
                demand,
                payers,
                least,
            });
        }
        self.work += self.paid.len() as u64;
        self.check()?;
        open.sort_by_key(|o| (o.payers, o.demand));
        let Some(chosen) = open.first() else {
            let total = self.paid.iter().fold(0u64, |sum, &y| sum.saturating_add(y));
            return Err(Reason::Paid(total));
        };
        if let Some(packed) = self.packing(&open) {
            for demand in packed {
                self.used[demand] = true;
            }
            return Ok(None);
        }
        self.used[chosen.demand] = true;
        let mut payers: Vec<(usize, u64)> = self.payers(chosen.demand).collect();
        payers.sort_by_key(|&(i, _)| (std::cmp::Reverse(asked_of[i]), i));
        Ok(Some((chosen.demand, payers)))
    }

    /// Lemmas without a common payer that together ask for more than what is left, if such are found.
    fn packing(&mut self, open: &[Open]) -> Option<Vec<usize>> {
        let mut taken = vec![false; self.paid.len()];
        let (mut sum, mut packed) = (0, Vec::new());
        for o in open {
            self.work += self.demands[o.demand].parts.len() as u64;
            if self.payers(o.demand).any(|(i, _)| taken[i]) {
                continue;
            }
            self.payers(o.demand).for_each(|(i, _)| taken[i] = true);
            packed.push(o.demand);
            sum += o.least;
            if sum > self.left {
                return Some(packed);
            }
        }
        None
    }

    /// The least that must still be paid for a lemma by the neurons that may; `None` if it is satisfied.
    fn least(&self, demand: usize) -> Option<u64> {
        let Demand { parts, sum, .. } = &self.demands[demand];
        if let Some(sum) = sum {
            let paid = parts
                .iter()
                .fold(0u64, |paid, &(i, _)| paid.saturating_add(self.paid[i]));
            return sum.checked_sub(paid).filter(|&missing| missing > 0);
        }
        if parts.iter().any(|&(i, need)| self.paid[i] >= need) {
            return None;
        }
        let missing = |(i, need): (usize, u64)| need - self.paid[i];
        Some(self.payers(demand).map(missing).min().unwrap_or(0))
    }

    /// The neurons that may still pay for a lemma that is not satisfied, and up to where.
    fn payers(&self, demand: usize) -> impl Iterator<Item = (usize, u64)> + '_ {
        let Demand { parts, sum, .. } = &self.demands[demand];
        let of_sum = sum.is_some();
        parts.iter().copied().filter(move |&(i, need)| {
            let (paid, cap) = (self.paid[i], self.cap[i]);
            if of_sum {
                paid < cap && self.left > 0
            } else {
                need <= cap && need - paid <= self.left
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::certificate::Refutation;
    use proptest::prelude::*;

    /// A lemma on those of four neurons whose bit is set.
    fn lemma(set: u32, numbers: &[u64], sum: bool) -> Lemma {
        let neurons: Vec<u32> = (0..4).filter(|i| set >> i & 1 == 1).collect();
        let claim = if sum {
            Claim::Sum(numbers.iter().sum::<u64>() / 2)
        } else {
            Claim::Most(neurons.iter().map(|&i| numbers[i as usize]).collect())
        };
        Lemma {
            neurons,
            claim,
            proof: Refutation::Exhaustive,
        }
    }

    fn satisfies(paid: &[u64], lemma: &Lemma) -> bool {
        let of_lemma = lemma.neurons.iter().map(|&i| paid[i as usize]);
        match &lemma.claim {
            Claim::Sum(bound) => of_lemma.sum::<u64>() >= *bound,
            Claim::Most(most) => of_lemma.zip(most).any(|(y, m)| y > *m),
        }
    }

    /// The least sum that satisfies all lemmas, by trying all payments that could be of use.
    fn least(lemmas: &[Lemma]) -> u64 {
        let digit = |k: u64, i: u32| k / 9_u64.pow(i) % 9;
        let payments = (0..9_u64.pow(4)).map(|k| (0..4).map(|i| digit(k, i)).collect::<Vec<_>>());
        let good = payments.filter(|paid| lemmas.iter().all(|l| satisfies(paid, l)));
        good.map(|paid| paid.iter().sum()).min().unwrap()
    }

    fn ask(lemmas: &[Lemma], budget: u64) -> Result<Settled, Reason> {
        let indexed = lemmas.iter().enumerate().map(|(k, l)| (k as u32, l));
        refute(&[0, 1, 2, 3], indexed, budget, &Effort::steps(1 << 30))
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(600))]

        #[test]
        fn the_least_sum_is_that_of_trying_all(
            chosen in prop::collection::vec((1_u32..16, prop::collection::vec(0_u64..4, 4), prop::bool::weighted(0.3)), 1..12),
        ) {
            let lemmas: Vec<Lemma> = chosen.iter().map(|(set, numbers, sum)| lemma(*set, numbers, *sum)).collect();
            let least = least(&lemmas);
            for budget in least..least + 3 {
                let answer = ask(&lemmas, budget);
                prop_assert!(matches!(answer, Err(Reason::Paid(sum)) if (least..=budget).contains(&sum)));
            }
            for budget in 0..least {
                let settled = ask(&lemmas, budget).unwrap();
                let used: Vec<Lemma> = settled.lemmas.iter().map(|&l| lemmas[l as usize].clone()).collect();
                prop_assert!(ask(&used, budget).is_ok());
            }
        }
    }

    #[test]
    fn numbers_without_measure_are_no_payments() {
        let most = |numbers: [u64; 2]| Lemma {
            neurons: vec![0, 1],
            claim: Claim::Most(numbers.to_vec()),
            proof: Refutation::Exhaustive,
        };
        let budget = u64::MAX - 1;
        assert!(ask(&[most([u64::MAX; 2])], budget).is_ok());
        assert!(matches!(
            ask(&[most([u64::MAX, 7])], budget),
            Err(Reason::Paid(8))
        ));
        assert!(ask(&[most([u64::MAX - 1; 2]), lemma(4, &[9; 4], true)], budget).is_ok());
    }
}
