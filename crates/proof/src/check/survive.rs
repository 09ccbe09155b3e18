//! Survive: that bits of one neuron cannot all survive their damage, and that too few patterns are given up for all cores.
//!
//! With a_k the row of bit k, a cue with f_kj of input j flipped (0 ≤ f ≤ 1, Σ_j f ≤ r: an average of cues) has the field
//! Σ_j a_kj (1 − 2 f_kj) w_j + ξ_k b > 0 if the bit survives. With v = 2λf (of erasures: v = λf and the factor 1) the λ-fold
//! sum over the bits of a core is Σ_j w_j c_j + b c_b with c_j = Σ_k a_kj (λ_k − v_kj), c_b = Σ_k λ_k ξ_k. Of real weights
//! every c is zero, though every term is positive. Whole weights within ranges (`ranges`) reach Σ_j max(c_j l_j, c_j u_j) at
//! most, though every term is λ_k times a whole number above zero.

mod ranges;

use crate::check::effort::Effort;
use crate::check::stored::RightBits;
use crate::check::system::System;
use crate::format::limits::{MAX_LEMMAS, MAX_NEURON_DEPTH, MAX_WORK};
use crate::format::problem::Domain;
use crate::format::refusal::{Reason, Refusal};
use crate::format::survive::{
    Holding, Survive, SurviveBit, SurviveCore, SurviveDamage, SurviveNode,
};
use attractor::Network;
use attractor::kernels::bits::{clear, count, has, meets, ones, put};
use ranges::Ranges;
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
        let neuron = NeuronCheck {
            core: self,
            i,
            inputs: &inputs,
            right: right.as_ref(),
        };
        let mut set = vec![0; self.claim.patterns.len().div_ceil(64)];
        if let [SurviveNode::Bits(bits)] = &core.tree[..] {
            let whole = Ranges::all(self.system.weights, inputs.len(), self.system.bias);
            neuron.leaf(bits, &whole, "", &mut set)?;
        } else {
            neuron.tree(&core.tree, &mut set)?;
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

/// The check of one core's tree.
struct NeuronCheck<'a> {
    core: &'a CoreCheck<'a>,
    i: usize,
    inputs: &'a [usize],
    right: Option<&'a RightBits>,
}

impl NeuronCheck<'_> {
    /// Every leaf, with the ranges that the splits above leave it.
    fn tree(&self, tree: &[SurviveNode], set: &mut [u64]) -> Result<(), Refusal> {
        let (system, inputs) = (self.core.system, self.inputs);
        let mut ranges = Ranges::all(system.weights, inputs.len(), system.bias);
        let refuse = |at: &str, why| Err(self.core.refuse(at, Reason::TreeShape(why)));
        for (k, node) in tree.iter().enumerate() {
            let at = format!(".tree[{k}]");
            if ranges.are_covered() {
                return refuse(&at, "the ranges are covered already");
            }
            match node {
                SurviveNode::Bits(bits) => {
                    self.leaf(bits, &ranges, &at, set)?;
                    ranges.close();
                }
                &SurviveNode::Split(input, count) => {
                    let input = input as usize;
                    let column = match inputs.binary_search(&input) {
                        Ok(column) => Some(column),
                        Err(_) => (input == self.i && system.bias).then_some(inputs.len()),
                    };
                    if !column.is_some_and(|column| ranges.split(column, count)) {
                        return refuse(&at, "no weight has values on both sides here");
                    }
                }
            }
        }
        if ranges.are_covered() {
            return Ok(());
        }
        refuse(".tree", "some ranges are not covered")
    }

    /// That these bits cannot all survive with weights of these ranges; notes the patterns that are asked to survive.
    fn leaf(
        &self,
        bits: &[SurviveBit],
        ranges: &Ranges,
        at: &str,
        set: &mut [u64],
    ) -> Result<(), Refusal> {
        let (core, system, i) = (self.core, self.core.system, self.i);
        let mut sums = vec![0_i128; self.inputs.len() + 1];
        let (mut strict, mut asked) = (false, 0_i128);
        for (k, bit) in bits.iter().enumerate() {
            let place = core
                .place(bit, self.right)
                .and_then(|place| core.add(i, bit, self.inputs, &mut sums).map(|()| place))
                .map_err(|(field, r)| core.refuse(&format!("{at}.bits[{k}]{field}"), r))?;
            if let Some(place) = place {
                put(set, place);
            }
            strict |= system.is_strict(bit.pattern as usize, i);
            asked += i128::from(bit.multiplier) * self.need(bit);
        }
        if system.weights == Domain::Real {
            return self.cancels(&sums, strict);
        }
        let reached = ranges.most(&sums);
        if reached < asked {
            return Ok(());
        }
        Err(core.refuse(at, Reason::Reached { reached, asked }))
    }

    /// What the field of a damaged bit must reach with whole weights. Of binary ones it is odd as the number of columns is,
    /// unless some are erased.
    fn need(&self, bit: &SurviveBit) -> i128 {
        let system = self.core.system;
        let least = i128::from(system.is_strict(bit.pattern as usize, self.i));
        let columns = self.inputs.len() + usize::from(system.bias);
        let odd = (least + columns as i128) % 2 != 0;
        let flipped = matches!(bit.damage, SurviveDamage::Flips(_));
        least + i128::from(system.weights == Domain::Binary && flipped && odd)
    }

    /// That the rows of a core of real weights add up to zero, though one is above it.
    fn cancels(&self, sums: &[i128], strict: bool) -> Result<(), Refusal> {
        let neuron = self.i;
        if let Some(at) = sums.iter().position(|&sum| sum != 0) {
            let input = self.inputs.get(at).copied().unwrap_or(neuron);
            return Err(self.core.refuse("", Reason::NotZero { neuron, input }));
        }
        if strict {
            return Ok(());
        }
        Err(self.core.refuse("", Reason::NoStrictRow))
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
