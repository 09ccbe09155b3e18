//! What distances alone forbid: one pattern damaged beyond half of a neuron's inputs, or two patterns whose cues meet.
//!
//! Two patterns that differ in bit i and in d_i of its inputs have a common cue at neuron i if r_μ + r_ν ≥ d_i flips, or
//! min(r_μ, r_ν) ≥ d_i erasures, reach it: it would have to answer both. Without a bias one pattern's cue with r ≥ n_i/2 of n_i
//! inputs flipped says the opposite of it.

use super::core::core;
use super::cues::{Cues, Demand};
use crate::evidence::SurvivalCore;
use crate::instance::Instance;
use attractor::kernels::bits::{common, count, put};
use attractor::{Patterns, Stability};

/// Inputs of every neuron, as words.
pub(super) struct Distances<'a> {
    instance: &'a Instance<'a>,
    /// None if all couplings exist: then d_i is the distance less one.
    inputs: Option<Vec<Vec<u64>>>,
}

impl<'a> Distances<'a> {
    pub(super) fn new(instance: &'a Instance<'a>) -> Self {
        let (couplings, neurons) = (&instance.couplings, instance.patterns.neurons());
        let words = |i: usize| {
            let mut words = vec![0; neurons.div_ceil(64)];
            for j in couplings.inputs(i) {
                put(&mut words, j);
            }
            words
        };
        let inputs = (!couplings.is_full()).then(|| (0..neurons).map(words).collect());
        Self { instance, inputs }
    }

    /// The core of one or two bits that these demands run into, if there is one.
    pub(super) fn refute(&self, demands: &[Demand], held: &Stability) -> Option<SurvivalCore> {
        let patterns = &self.instance.patterns;
        for mu in 0..patterns.count() {
            let alone = self.alone(demands[mu], mu, held);
            if let Some(core) = alone.and_then(|i| self.core(i, demands, &[mu])) {
                return Some(core);
            }
            for nu in 0..mu {
                let pair = self.pair(demands, (mu, nu), held);
                if let Some(core) = pair.and_then(|i| self.core(i, demands, &[nu, mu])) {
                    return Some(core);
                }
            }
        }
        None
    }

    /// A neuron whose bit of pattern μ cannot survive so much, whatever else is stored.
    fn alone(&self, demand: Demand, mu: usize, held: &Stability) -> Option<usize> {
        if self.instance.bias {
            return None;
        }
        let neurons = self.instance.patterns.neurons();
        let is_too_much = |&i: &usize| {
            let inputs = match &self.inputs {
                None => neurons - 1,
                Some(words) => count(&words[i]) as usize,
            };
            held.is_right(mu, i) && (2 * demand.flips >= inputs || demand.erasures >= inputs)
        };
        (0..neurons).find(is_too_much)
    }

    /// A neuron that would have to answer a common cue of both patterns.
    fn pair(
        &self,
        demands: &[Demand],
        (mu, nu): (usize, usize),
        held: &Stability,
    ) -> Option<usize> {
        let patterns = &self.instance.patterns;
        let flips = demands[mu].flips + demands[nu].flips;
        let reach = flips.max(demands[mu].erasures.min(demands[nu].erasures));
        let differ = unlike(patterns, mu, nu);
        if self.inputs.is_none() && count(&differ) as usize > reach + 1 {
            return None;
        }
        let meets = |&i: &usize| {
            let inputs = match &self.inputs {
                None => count(&differ) - 1,
                Some(words) => common(&differ, &words[i]),
            };
            inputs as usize <= reach && held.is_right(mu, i) && held.is_right(nu, i)
        };
        let differs = |&i: &usize| patterns.is_plus(mu, i) != patterns.is_plus(nu, i);
        (0..patterns.neurons()).filter(differs).find(meets)
    }

    /// The proof that these bits of neuron `i` cannot survive together.
    fn core(&self, i: usize, demands: &[Demand], bits: &[usize]) -> Option<SurvivalCore> {
        let asked = |mu: usize| bits.contains(&mu).then(|| demands[mu]);
        let cues = Cues::new(self.instance, i, asked);
        let by = |kind: usize| -> Vec<(usize, f64)> {
            (0..bits.len()).map(|k| (2 * k + kind, 1.0)).collect()
        };
        core(&cues, i, &by(0)).or_else(|| core(&cues, i, &by(1)))
    }
}

/// Where two patterns differ.
fn unlike(patterns: &Patterns, mu: usize, nu: usize) -> Vec<u64> {
    let pairs = patterns.bits(mu).iter().zip(patterns.bits(nu));
    pairs.map(|(a, b)| a ^ b).collect()
}

/// In how many bits two patterns differ.
pub(super) fn distance(patterns: &Patterns, mu: usize, nu: usize) -> usize {
    count(&unlike(patterns, mu, nu)) as usize
}
