//! Fit: that the certificate is none that no reader takes, or that takes longer to write than somebody waits.

use super::Builder;
use crate::build::cost::{self, Cost};
use crate::build::prove::prove_less;
use crate::build::prune::reached;
use crate::check::dependency;
use crate::format::certificate::Lemma;
use crate::format::refusal::Refusal;
use rayon::prelude::*;
use std::cmp::Reverse;

/// Elementary steps for a smaller claim where the larger one is too dear: it takes less than that did.
const LESS_STEPS: u64 = 1 << 32;

impl Builder<'_> {
    /// What the evidence may ask of a reader by now.
    pub(super) fn limit(&self) -> Cost {
        let mut limit = self.limit;
        if self.control.should_stop() {
            limit.bytes = limit.bytes.min(self.hurried_bytes);
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

    /// Of these lemmas as much as fits together: as long as they do not, those that ask for the most, as many as ask for
    /// what is too much, give way to smaller claims, which ask for several times less.
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
            let less = self.less(&lemmas)?;
            lemmas = cheap;
            lemmas.extend(less.into_iter().map(|l| (l, self.cost(&[l]))));
        }
    }

    /// The largest smaller claims in place of these lemmas, as far as there are some before a stop.
    fn less(&mut self, lemmas: &[(u32, Cost)]) -> Result<Vec<u32>, Refusal> {
        let known = lemmas.iter().filter_map(|(l, _)| self.less.get(l).copied());
        let mut less: Vec<u32> = known.collect();
        let (system, bound, control) = (&self.system, &self.bound, &self.control);
        let others = lemmas.par_iter().map(|&(l, _)| l);
        let proven = others
            .filter(|l| !self.less.contains_key(l))
            .map(|l| prove_less(system, bound, l, LESS_STEPS, &|| control.must_stop()));
        let proven: Vec<Option<(Lemma, u64)>> = proven.collect::<Result<_, Refusal>>()?;
        for (lemma, steps) in proven.into_iter().flatten() {
            less.push(self.push(lemma, steps));
        }
        Ok(less)
    }

    /// Checks what the certificate will rest on, if it was not checked before. False if a hurry came meanwhile: it may be
    /// more by now than is allowed.
    pub(super) fn check_used(&self) -> Result<bool, Refusal> {
        let hurried = self.control.should_stop();
        let (_, dependencies) = reached(&self.bound, &self.bound.sum);
        let unchecked = dependencies.into_par_iter().map(|d| d as usize);
        let unchecked = unchecked.filter(|&d| !self.checked[d]);
        let ended = unchecked.try_for_each(|d| {
            if !hurried && self.control.should_stop() {
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
