//! Minover: Hebb's step for the weakest bit.

use super::card::{Card, Taken, admit};
use super::error::TrainError;
use super::rule::Rule;
use super::settings::{Range, Setting};
use super::trained::Trained;
use crate::control::{ADDITIONS_BETWEEN_QUESTIONS, Control, Phase};
use crate::couplings::Couplings;
use crate::kernels::bits;
use crate::network::Network;
use crate::patterns::Patterns;
use crate::ties::Ties;
use rayon::prelude::*;

pub(super) const CARD: Card = Card {
    best_at: "the widest margin in whole weights; AdaTron is faster",
    cost: "P N a step and neuron; symmetric P N² for each neuron's step",
    source: "Krauth, Mézard, J. Phys. A 20, L745 (1987)",
    couplings: Taken::Any,
    biases: true,
    iterative: true,
};

/// w_ij ← w_ij + ξ_i ξ_j for the bit of least aligned field, again and again (Krauth and Mézard 1987). Where everything can be
/// stored it converges to the widest margin: of each neuron where couplings are directed; of the whole, in units of the norm
/// of all weights, where they are symmetric. Weights are whole numbers. After M steps ‖w‖/M is a bound on the margin
/// (w/M is a mean of rows), so that the rule knows how near it is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Minover {
    /// Train biases too, as weights of a constant input +1, part of the norm.
    pub bias: bool,
    /// The most steps a neuron.
    pub steps: usize,
    /// It ends with a margin within this share of the widest, > 0.
    pub gap: f64,
    /// How zero fields count.
    pub ties: Ties,
}

impl Default for Minover {
    /// At most 10,000 steps a neuron, gap 0.01.
    fn default() -> Self {
        Self {
            bias: false,
            steps: 10_000,
            gap: 0.01,
            ties: Ties::Strict,
        }
    }
}

impl Minover {
    /// The network alone, without counting its wrong bits.
    ///
    /// # Errors
    /// [`TrainError::Size`]; [`TrainError::Unsupported`] for settings out of range.
    pub fn fit(&self, patterns: &Patterns, couplings: &Couplings) -> Result<Network, TrainError> {
        self.fit_until(patterns, couplings, &Control::new())
    }

    fn fit_until(
        &self,
        patterns: &Patterns,
        couplings: &Couplings,
        control: &Control<'_>,
    ) -> Result<Network, TrainError> {
        admit(self, &CARD, self.bias, patterns, couplings)?;
        let neurons = patterns.neurons();
        let by_neuron = patterns.transposed();
        let together = if couplings.is_symmetric() { neurons } else { 1 };
        let steps: Vec<Vec<f64>> = (0..neurons)
            .into_par_iter()
            .step_by(together)
            .map(|first| {
                let members = first..first + together;
                let mut unit = Unit::new(self, (patterns, &by_neuron), couplings, members);
                unit.repeat(control);
                unit.steps
            })
            .collect();
        Ok(self.network(patterns, couplings, &steps.concat()))
    }

    /// w_ij = Σ_μ c_iμ ξ_i ξ_j for c_iμ steps on bit (μ,i), and those of neuron j too where couplings are symmetric.
    fn network(&self, patterns: &Patterns, couplings: &Couplings, steps: &[f64]) -> Network {
        let (neurons, count) = (patterns.neurons(), patterns.count());
        let mut weights = vec![0.0; neurons * neurons];
        let own = |i: usize| &steps[i * count..][..count];
        let rows = weights.par_chunks_exact_mut(neurons).enumerate();
        rows.for_each(|(i, row)| {
            for (j, w) in row.iter_mut().enumerate() {
                if couplings.allows(i, j) {
                    let taken = |mu: usize| {
                        own(i)[mu]
                            + if couplings.is_symmetric() {
                                own(j)[mu]
                            } else {
                                0.0
                            }
                    };
                    let product = |mu| f64::from(patterns.sign(mu, i) * patterns.sign(mu, j));
                    *w = (0..count).map(|mu| taken(mu) * product(mu)).sum();
                }
            }
        });
        let mut biases = vec![0.0; neurons];
        if self.bias {
            for (i, bias) in biases.iter_mut().enumerate() {
                let term = |mu| own(i)[mu] * f64::from(patterns.sign(mu, i));
                *bias = (0..count).map(term).sum();
            }
        }
        Network::trusted(couplings.symmetry(), weights, biases)
    }
}

/// What is trained together: one neuron of a directed network, or a whole symmetric one. Bits stand neuron by neuron.
struct Unit<'a> {
    rule: &'a Minover,
    patterns: &'a Patterns,
    by_neuron: &'a Patterns,
    symmetric: bool,
    members: Vec<Member>,
    /// Steps taken on each bit.
    steps: Vec<f64>,
    /// Each bit's aligned field, a whole number.
    aligned: Vec<f64>,
}

/// One neuron.
struct Member {
    i: usize,
    inputs: Vec<usize>,
    /// The inputs as a set.
    mask: Vec<u64>,
    /// Pattern of the least aligned field, and that field.
    weakest: (usize, f64),
}

impl<'a> Unit<'a> {
    fn new(
        rule: &'a Minover,
        (patterns, by_neuron): (&'a Patterns, &'a Patterns),
        couplings: &Couplings,
        members: std::ops::Range<usize>,
    ) -> Self {
        let member = |i: usize| {
            let inputs = couplings.inputs(i);
            let mut mask = vec![0; patterns.bits(0).len()];
            for &j in &inputs {
                bits::put(&mut mask, j);
            }
            Member {
                i,
                inputs,
                mask,
                weakest: (0, 0.0),
            }
        };
        let all = patterns.count() * members.len();
        Self {
            rule,
            patterns,
            by_neuron,
            symmetric: couplings.is_symmetric(),
            members: members.map(member).collect(),
            steps: vec![0.0; all],
            aligned: vec![0.0; all],
        }
    }

    /// Steps on the weakest bit until the margin is wide enough.
    fn repeat(&mut self, control: &Control<'_>) {
        let count = self.patterns.count();
        let between = (ADDITIONS_BETWEEN_QUESTIONS / self.aligned.len()).max(1);
        let most = self.rule.steps.saturating_mul(self.members.len());
        let mut squared_norm = 0.0;
        for taken in 0..most {
            let weakest = |k: &usize| self.members[*k].weakest.1;
            let connected = (0..self.members.len()).filter(|&k| self.size(k) > 0);
            let Some(k) = connected.min_by(|a, b| weakest(a).total_cmp(&weakest(b))) else {
                return;
            };
            let (mu, least) = self.members[k].weakest;
            let wide = taken as f64 * least >= (1.0 - self.rule.gap) * squared_norm;
            if taken > 0 && wide || taken % between == 0 && control.should_stop() {
                return;
            }
            if taken % between == 0 {
                control.report(None, 0, taken as u64, Phase::Rule);
            }
            self.steps[k * count + mu] += 1.0;
            squared_norm += 2.0 * least + self.size(k) as f64;
            self.step(mu, k);
        }
    }

    /// Entries of neuron k's rows.
    fn size(&self, k: usize) -> usize {
        self.members[k].inputs.len() + usize::from(self.rule.bias)
    }

    /// What a step on bit (μ, k) changes in all aligned fields.
    fn step(&mut self, mu: usize, k: usize) {
        let count = self.patterns.count();
        let size = self.size(k) as i64;
        let (i, mask) = (self.members[k].i, &self.members[k].mask);
        let (own, stepped) = (self.by_neuron.bits(i), self.patterns.bits(mu));
        let sign = |differ: bool| if differ { -1 } else { 1 };
        for (nu, aligned) in self.aligned[k * count..][..count].iter_mut().enumerate() {
            let words = stepped.iter().zip(self.patterns.bits(nu)).zip(mask);
            let differing: u32 = words.map(|((a, b), m)| ((a ^ b) & m).count_ones()).sum();
            let targets = sign(bits::has(own, mu) != bits::has(own, nu));
            *aligned += (targets * (size - 2 * i64::from(differing))) as f64;
        }
        self.refresh(k);
        if !self.symmetric {
            return;
        }
        for j in self.members[k].inputs.clone() {
            let other = self.by_neuron.bits(j);
            // ξ_i ξ_j in pattern μ times the same in pattern ν.
            let turned = bits::has(own, mu) != bits::has(other, mu);
            let row = &mut self.aligned[j * count..][..count];
            for (nu, aligned) in row.iter_mut().enumerate() {
                let differ = (own[nu / 64] ^ other[nu / 64]) >> (nu % 64) & 1 == 1;
                *aligned += f64::from(sign(differ != turned) as i8);
            }
            self.refresh(j);
        }
    }

    /// Finds neuron k's weakest bit again, the first of equals.
    fn refresh(&mut self, k: usize) {
        let count = self.patterns.count();
        let mut weakest = (0, f64::INFINITY);
        for (nu, &aligned) in self.aligned[k * count..][..count].iter().enumerate() {
            if aligned < weakest.1 {
                weakest = (nu, aligned);
            }
        }
        self.members[k].weakest = weakest;
    }
}

impl Rule for Minover {
    fn name(&self) -> &'static str {
        "minover"
    }

    fn summary(&self) -> &'static str {
        "Hebb's step for the weakest bit, towards the widest margin (Krauth and Mézard 1987)"
    }

    fn settings(&mut self) -> Vec<Setting<'_>> {
        vec![
            Setting::count("steps", "the most steps a neuron", 0, &mut self.steps),
            Setting::number(
                "gap",
                "ends within this share of the widest margin",
                Range::Above(0.0),
                &mut self.gap,
            ),
        ]
    }

    fn train(&self, patterns: &Patterns, couplings: &Couplings) -> Result<Trained, TrainError> {
        self.train_until(patterns, couplings, &Control::new())
    }

    fn train_until(
        &self,
        patterns: &Patterns,
        couplings: &Couplings,
        control: &Control<'_>,
    ) -> Result<Trained, TrainError> {
        let network = self.fit_until(patterns, couplings, control)?;
        Ok(Trained::so_far(network, patterns, self.ties, control)?)
    }
}
