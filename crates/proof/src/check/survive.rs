//! Survive: that bits of one neuron cannot all survive their damage, and that too few patterns are given up for all cores.
//!
//! With a_k the row of bit k, a cue with f_kj of input j flipped (0 ≤ f ≤ 1, Σ_j f ≤ r: an average of cues) has the field
//! Σ_j a_kj (1 − 2 f_kj) w_j + ξ_k b > 0 if the bit survives. With v = 2λf (of erasures: v = λf and the factor 1) the λ-fold
//! sum over the bits of a core is Σ_j w_j Σ_k a_kj (λ_k − v_kj) + b Σ_k λ_k ξ_k: zero, though every term is positive.

use crate::check::effort::Effort;
use crate::check::stored::RightBits;
use crate::check::system::System;
use crate::format::limits::{MAX_LEMMAS, MAX_NEURON_DEPTH, MAX_WORK};
use crate::format::refusal::{Reason, Refusal};
use crate::format::survive::{Holding, Survive, SurviveBit, SurviveCore, SurviveDamage};
use attractor::Network;
use attractor::kernels::bits::{clear, count, has, meets, ones, put};
use rayon::prelude::*;

/// Checks the claim; `network` is that of `stored`, whose claim holds.
pub(crate) fn check(
    system: &System<'_>,
    claim: &Survive,
    network: Option<&Network>,
) -> Result<(), Refusal> {
    check_head(system, claim, network)?;
    let network = network.filter(|_| claim.holding == Holding::StoredBits);
    let sets: Vec<Result<Vec<u64>, Refusal>> = (claim.cores.par_iter().enumerate())
        .map(|(k, core)| {
            let location = format!("survive.cores[{k}]");
            CoreCheck {
                system,
                claim,
                network,
                location,
            }
            .patterns(core)
        })
        .collect();
    let sets = sets.into_iter().collect::<Result<Vec<_>, _>>()?;
    let given_up = claim.patterns.len() as u64 - claim.at_most - 1;
    let search = Search {
        sets: &sets,
        effort: Effort::steps(MAX_WORK),
    };
    search
        .refute(given_up)
        .map_err(|reason| Refusal::at("survive.cores", reason))
}

/// What is claimed, apart from the cores.
fn check_head(
    system: &System<'_>,
    claim: &Survive,
    network: Option<&Network>,
) -> Result<(), Refusal> {
    let refuse = |field: &str, reason| Err(Refusal::at(format_args!("survive{field}"), reason));
    if system.epsilon.is_some() {
        let reason = Reason::NotDefined("what survives is defined without margin");
        return refuse("", reason);
    }
    if claim.steps != 1 {
        let reason = Reason::Unsuitable("only claims about one step are known");
        return refuse(".steps", reason);
    }
    if claim.holding == Holding::StoredBits && network.is_none() {
        let reason = Reason::Unsuitable("the bits that are held need a stored claim");
        return refuse(".holding", reason);
    }
    let patterns = &claim.patterns;
    if let Some(pair) = patterns.windows(2).find(|pair| pair[0] >= pair[1]) {
        return refuse(".patterns", Reason::Repeated(pair[1] as usize));
    }
    let limit = system.patterns.count();
    if let Some(&last) = patterns.last().filter(|&&last| last as usize >= limit) {
        let index = last as usize;
        return refuse(".patterns", Reason::Index { index, limit });
    }
    if claim.at_most >= patterns.len() as u64 {
        let reason = Reason::Unsuitable("as many as there are patterns is no claim");
        return refuse(".at_most", reason);
    }
    if claim.cores.len() > MAX_LEMMAS {
        return refuse(".cores", Reason::TooLarge("more than 131072 cores"));
    }
    Ok(())
}

/// One core's check.
struct CoreCheck<'a> {
    system: &'a System<'a>,
    claim: &'a Survive,
    /// Whose right bits are held, if bits are.
    network: Option<&'a Network>,
    location: String,
}

impl CoreCheck<'_> {
    fn refuse(&self, field: &str, reason: Reason) -> Refusal {
        Refusal::at(format_args!("{}{field}", self.location), reason)
    }

    /// The patterns that cannot all survive, as places in the claim's list, once the core is found to be true.
    fn patterns(&self, core: &SurviveCore) -> Result<Vec<u64>, Refusal> {
        let i = core.neuron as usize;
        let limit = self.system.neurons();
        if i >= limit {
            let reason = Reason::Index { index: i, limit };
            return Err(self.refuse(".neuron", reason));
        }
        let inputs: Vec<usize> = ones(self.system.inputs(i)).collect();
        let right = self
            .network
            .map(|network| RightBits::of(self.system, network, i));
        let mut set = vec![0; self.claim.patterns.len().div_ceil(64)];
        let mut sums = vec![0_i128; inputs.len() + 1];
        let mut strict = false;
        for (k, bit) in core.bits.iter().enumerate() {
            let place = self
                .place(bit, right.as_ref())
                .and_then(|place| self.add(i, bit, &inputs, &mut sums).map(|()| place))
                .map_err(|(field, reason)| self.refuse(&format!(".bits[{k}]{field}"), reason))?;
            if let Some(place) = place {
                put(&mut set, place);
            }
            strict |= self.system.is_strict(bit.pattern as usize, i);
        }
        if let Some(at) = sums.iter().position(|&sum| sum != 0) {
            let input = inputs.get(at).copied().unwrap_or(i);
            return Err(self.refuse("", Reason::NotZero { neuron: i, input }));
        }
        if !strict {
            return Err(self.refuse("", Reason::NoStrictRow));
        }
        if count(&set) == 0 {
            let reason = Reason::Unsuitable("a core asks no pattern to survive");
            return Err(self.refuse("", reason));
        }
        Ok(set)
    }

    /// Which pattern of the claim must be given up unless the bit survives; `None` if the bit is held anyway.
    fn place(
        &self,
        bit: &SurviveBit,
        right: Option<&RightBits>,
    ) -> Result<Option<usize>, (&'static str, Reason)> {
        let (mu, limit) = (bit.pattern as usize, self.system.patterns.count());
        if mu >= limit {
            return Err((".pattern", Reason::Index { index: mu, limit }));
        }
        let within = match bit.damage {
            SurviveDamage::Flips(r) => r <= self.claim.flips,
            SurviveDamage::Erasures(r) => r <= self.claim.erasures,
        };
        if !within {
            let reason = Reason::Unsuitable("more damage than the claim is about");
            return Err((".damage", reason));
        }
        match (right, self.claim.patterns.binary_search(&bit.pattern)) {
            (Some(right), _) if bit.damage.is_none() && right.has(mu) => Ok(None),
            (_, Ok(place)) => Ok(Some(place)),
            (_, Err(_)) => {
                let reason = Reason::Unsuitable("a bit that is neither counted nor held");
                Err((".pattern", reason))
            }
        }
    }

    /// Adds the bit's part to the sums of all columns, the bias last.
    fn add(
        &self,
        i: usize,
        bit: &SurviveBit,
        inputs: &[usize],
        sums: &mut [i128],
    ) -> Result<(), (&'static str, Reason)> {
        let multiplier = i128::from(bit.multiplier);
        if multiplier == 0 {
            return Err((".multiplier", Reason::Zero));
        }
        let (one, all) = match bit.damage {
            SurviveDamage::Flips(r) => (2 * multiplier, 2 * multiplier * i128::from(r)),
            SurviveDamage::Erasures(r) => (multiplier, multiplier * i128::from(r)),
        };
        let zeros = vec![0; inputs.len()];
        let flow = bit.flow.as_ref().unwrap_or(&zeros);
        let (found, expected) = (flow.len(), inputs.len());
        if found != expected {
            return Err((".flow", Reason::Length { found, expected }));
        }
        let total: i128 = flow.iter().map(|&v| i128::from(v)).sum();
        if total > all || flow.iter().any(|&v| i128::from(v) > one) {
            let reason = Reason::Unsuitable("the flow exceeds what so much damage allows");
            return Err((".flow", reason));
        }
        let bits = self.system.patterns.bits(bit.pattern as usize);
        let own = has(bits, i);
        for ((sum, &j), &v) in sums.iter_mut().zip(inputs).zip(flow) {
            let part = multiplier - i128::from(v);
            *sum += if has(bits, j) == own { part } else { -part };
        }
        if let Some(bias) = sums.last_mut().filter(|_| self.system.bias) {
            *bias += if own { multiplier } else { -multiplier };
        }
        Ok(())
    }
}

/// A search for few patterns that meet every set.
struct Search<'a> {
    sets: &'a [Vec<u64>],
    effort: Effort<'a>,
}

impl Search<'_> {
    /// That no `most` patterns meet every set.
    fn refute(&self, most: u64) -> Result<(), Reason> {
        if most > MAX_NEURON_DEPTH as u64 {
            return Err(Reason::TooLarge("more than 1024 patterns given up"));
        }
        let unmet: Vec<usize> = (0..self.sets.len()).collect();
        let words = self.sets.first().map_or(0, Vec::len);
        self.node(&unmet, &vec![u64::MAX; words], (most, most), &mut 0)
    }

    /// The same with some patterns chosen, so that these sets are unmet, and some not `allowed`; `left` of `most` may still be
    /// chosen.
    fn node(
        &self,
        unmet: &[usize],
        allowed: &[u64],
        (left, most): (u64, u64),
        work: &mut u64,
    ) -> Result<(), Reason> {
        *work += 1 + (unmet.len() * allowed.len()) as u64;
        self.effort
            .check(*work, "the search for patterns to give up")?;
        let mut options: Vec<(u32, usize, Vec<u64>)> = unmet
            .iter()
            .map(|&k| {
                let words = self.sets[k].iter().zip(allowed).map(|(s, a)| s & a);
                let set: Vec<u64> = words.collect();
                (count(&set), k, set)
            })
            .collect();
        options.sort_unstable();
        let Some((_, _, fewest)) = options.first() else {
            return Err(Reason::GivenUp(most - left));
        };
        if packed(&options) > left {
            return Ok(());
        }
        let mut allowed = allowed.to_vec();
        for place in ones(fewest) {
            clear(&mut allowed, place);
            let still = |&&k: &&usize| !has(&self.sets[k], place);
            let unmet: Vec<usize> = unmet.iter().filter(still).copied().collect();
            self.node(&unmet, &allowed, (left - 1, most), work)?;
        }
        Ok(())
    }
}

/// How many of the sets have no pattern in common, the smallest taken first; an empty one cannot be met at all.
fn packed(options: &[(u32, usize, Vec<u64>)]) -> u64 {
    let mut used = vec![0; options.first().map_or(0, |(_, _, set)| set.len())];
    let mut packed = 0;
    for (size, _, set) in options {
        if *size == 0 {
            return u64::MAX;
        }
        if !meets(set, &used) {
            packed += 1;
            used.iter_mut().zip(set).for_each(|(u, s)| *u |= s);
        }
    }
    packed
}
