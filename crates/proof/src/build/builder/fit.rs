//! Fit: keeps a certificate within what a reader takes, and within what can be written before a stop, by claiming less.

use super::Builder;
use crate::build::cost::{self, Cost};
use crate::build::prove::prove_weaker_lemma;
use crate::build::prune::reached;
use crate::check::dependency;
use crate::format::certificate::Lemma;
use crate::format::refusal::Refusal;
use rayon::prelude::*;
use std::cmp::Reverse;

/// Elementary steps for a weaker lemma in place of one that costs too much. It takes fewer than that one took; a smaller limit
/// would lose claims, a larger one time.
const WEAKER_STEPS: u64 = 1 << 32;

impl Builder<'_> {
    /// What the evidence may ask of a reader by now.
    pub(super) fn limit(&self) -> Cost {
        let mut limit = self.limit;
        if self.control.should_stop() {
            limit.bytes = limit.bytes.min(self.soft_stop_bytes);
        }
        limit
    }

    /// Whether a certificate may rest on these lemmas: a reader takes it, and it is not longer than allowed.
    pub fn fits(&self, sum: &[u32]) -> bool {
        self.cost(sum).is_within(self.limit())
    }

    pub(super) fn cost(&self, sum: &[u32]) -> Cost {
        cost::of_lemmas(&self.system, &self.bound, &self.steps, sum)
    }

    /// Of these lemmas as much as fits together. While they do not fit, the lemmas with the largest costs, enough of them to
    /// make up the excess, give way to weaker ones, whose costs are several times smaller.
    pub(super) fn affordable(&mut self, sum: &[u32]) -> Result<Vec<u32>, Refusal> {
        let limit = self.limit();
        if self.cost(sum).is_within(limit) {
            return Ok(sum.to_vec());
        }
        let mut lemmas: Vec<(u32, Cost)> = sum.iter().map(|&l| (l, self.cost(&[l]))).collect();
        loop {
            // Summed as if nothing were shared: never less than what they ask for together.
            let costs = lemmas.iter().map(|&(_, cost)| cost);
            let total = costs.fold(Cost::default(), Cost::plus);
            if total.is_within(limit) {
                return Ok(lemmas.into_iter().map(|(l, _)| l).collect());
            }
            let asked = |cost: Cost| cost.where_over(total, limit);
            lemmas.sort_by_key(|&(l, cost)| (Reverse(asked(cost)), l));
            let mut excess = asked(total) - asked(limit);
            let dearest = lemmas.iter().take_while(|&&(_, cost)| {
                let more = excess > 0;
                excess = excess.saturating_sub(asked(cost));
                more
            });
            let cheap = lemmas.split_off(dearest.count());
            let weaker = self.weaker_lemmas(&lemmas)?;
            lemmas = cheap;
            lemmas.extend(weaker.into_iter().map(|l| (l, self.cost(&[l]))));
        }
    }

    /// The largest smaller claims in place of these lemmas, where one is known or proven before a stop.
    fn weaker_lemmas(&mut self, lemmas: &[(u32, Cost)]) -> Result<Vec<u32>, Refusal> {
        let known = lemmas
            .iter()
            .filter_map(|(l, _)| self.weaker_lemma.get(l).copied());
        let mut weaker: Vec<u32> = known.collect();
        let (system, bound) = (&self.system, &self.bound);
        let control = self.control.through_grace();
        let others = lemmas.par_iter().map(|&(l, _)| l);
        let proven = others
            .filter(|l| !self.weaker_lemma.contains_key(l))
            .map(|l| prove_weaker_lemma(system, bound, l, WEAKER_STEPS, &control));
        let proven: Vec<Option<(Lemma, u64)>> = proven.collect::<Result<_, Refusal>>()?;
        for (lemma, steps) in proven.into_iter().flatten() {
            weaker.push(self.push(lemma, steps));
        }
        Ok(weaker)
    }

    /// Checks the dependencies that the certificate will rest on and that were not checked before. False if a soft
    /// stop came meanwhile: its smaller limit may be exceeded now.
    pub(super) fn check_used(&self) -> Result<bool, Refusal> {
        let soft_stopped = self.control.should_stop();
        let (_, dependencies) = reached(&self.bound, &self.bound.sum);
        let unchecked = dependencies.into_par_iter().map(|d| d as usize);
        let unchecked = unchecked.filter(|&d| !self.checked[d]);
        let ended = unchecked.try_for_each(|d| {
            if !soft_stopped && self.control.should_stop() {
                return Err(None);
            }
            let dependency = &self.bound.dependencies[d];
            dependency::check(&self.system, dependency, "dependency").map_err(Some)
        });
        match ended {
            Ok(()) => Ok(true),
            Err(None) => Ok(false),
            Err(Some(refusal)) => Err(refusal),
        }
    }
}
