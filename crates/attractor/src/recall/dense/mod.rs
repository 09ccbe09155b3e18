//! Dense associative memories: storing is keeping the patterns, recall descends a steeper energy than any weights give. A
//! control beside the learning rules: what a memory could repair that is not bound to N² numbers.

mod decision;

use super::course::Course;
use super::options::{Arrival, RecallError, RecallOptions, Recalled, Update, check};
use super::sweeper::Orders;
use crate::cue::Cues;
use crate::kernels::bits;
use crate::patterns::Patterns;
use decision::Decision;
use rayon::prelude::*;

/// F in the energy E(s) = −Σ_μ F(ξ^μ·s).
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum Separation {
    /// F(x) = xⁿ, n ≥ 2 (Krotov and Hopfield 2016). n = 2 is Hebb's rule; some N^(n−1) random patterns are stored.
    Polynomial {
        /// n.
        degree: u32,
    },
    /// F(x) = exp(βx), β > 0 (Demircigil et al. 2017, with β = 1). Exponentially many random patterns are stored.
    Exponential {
        /// β.
        beta: f64,
    },
    /// s_i ← the sign of Σ_μ ξ_i^μ softmax_μ(β ξ^μ·s), β > 0: the update of Ramsauer et al. (2020), its answer cut to ±1. It
    /// differs from the exponential in that a neuron sees its own state.
    Softmax {
        /// β.
        beta: f64,
    },
}

/// Why there is no such memory.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum DenseError {
    /// A degree below 2.
    #[error("a polynomial of degree {0} separates nothing; take a degree of at least 2")]
    Degree(u32),
    /// A degree whose sums no 128-bit integer holds.
    #[error(
        "sums of {patterns} powers {degree} of numbers up to {neurons} do not fit 128 bits; take a lower degree or \
         `Separation::Exponential`"
    )]
    TooSteep {
        /// n.
        degree: u32,
        /// N.
        neurons: usize,
        /// P.
        patterns: usize,
    },
    /// A β that is no finite number above 0.
    #[error("beta must be a finite number above 0, not {0}")]
    Beta(f64),
}

/// Patterns with an energy.
///
/// ```
/// use attractor::{Cues, DenseMemory, Patterns, RecallOptions, Separation};
/// // Ten times as many patterns as neurons.
/// let stored = Patterns::random(400, 40, 1)?;
/// let memory = DenseMemory::new(stored.clone(), Separation::Exponential { beta: 1.0 })?;
/// let cues = Cues::from(&stored).flip(2, 2);
/// let recalled = memory.recall(&cues, &RecallOptions::default())?;
/// let right = (0..400).filter(|&c| recalled.states.bits(c) == stored.bits(c)).count();
/// assert!(right > 390);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct DenseMemory {
    patterns: Patterns,
    separation: Separation,
    decision: Decision,
}

impl DenseMemory {
    /// A memory of these patterns.
    ///
    /// # Errors
    /// See [`DenseError`].
    pub fn new(patterns: Patterns, separation: Separation) -> Result<Self, DenseError> {
        let decision = Decision::new(separation, patterns.neurons(), patterns.count())?;
        Ok(Self {
            patterns,
            separation,
            decision,
        })
    }

    /// The patterns kept.
    pub fn patterns(&self) -> &Patterns {
        &self.patterns
    }

    /// F.
    pub fn separation(&self) -> Separation {
        self.separation
    }

    /// Recalls every cue as [`recall`](crate::recall()) does with a network: s_i ← +1 if that lowers the energy, else −1.
    /// Unknown entries take part in no overlap until their first update sets them. P·N operations for each neuron's
    /// update of a sweep or step.
    ///
    /// Of polynomials every decision is exact. Of the others it is the exact sign of a sum of doubles, F's values rounded.
    ///
    /// # Errors
    /// [`RecallError`].
    pub fn recall(&self, cues: &Cues, options: &RecallOptions) -> Result<Recalled, RecallError> {
        check(self.patterns.neurons(), cues, options)?;
        if matches!(options.update, Update::Glauber { .. }) {
            return Err(RecallError::DenseTemperature);
        }
        let neurons = cues.neurons();
        let clamped = options.mask(neurons);
        let repeats = options.update.repeats();
        let arrivals: Vec<Arrival> = (0..cues.count())
            .into_par_iter()
            .map(|c| {
                let is_partial = cues.has_unknowns(c);
                let walk = Walk {
                    memory: self,
                    clamped: &clamped,
                    state: cues.state_bits(c).to_vec(),
                    before: None,
                    known: is_partial.then(|| cues.known_bits(c).to_vec()),
                    overlaps: Vec::new(),
                    course: Course::new(options.max_steps, is_partial, repeats),
                };
                let at_once = options.update == Update::Synchronous;
                walk.run((!at_once).then(|| Orders::new(options.update, neurons, c)))
            })
            .collect();
        Ok(Recalled::of(cues, arrivals))
    }
}

/// One cue on its way.
struct Walk<'a> {
    memory: &'a DenseMemory,
    /// The neurons that are not updated.
    clamped: &'a [u64],
    state: Vec<u64>,
    /// The state before it, where all neurons move at once.
    before: Option<Vec<u64>>,
    /// Which entries are known; None once all are.
    known: Option<Vec<u64>>,
    /// ξ^μ·s over the known entries.
    overlaps: Vec<i64>,
    course: Course,
}

impl Walk<'_> {
    /// Goes on to the end: all neurons at once, or in these orders.
    fn run(mut self, mut orders: Option<Orders>) -> Arrival {
        loop {
            self.measure();
            let next = self.step();
            if self.course.is_whole(0) && next == self.state {
                return self.course.settled(&self.state);
            }
            let back = self.before.as_ref().filter(|&before| *before == next);
            if let Some(before) = back.filter(|_| self.course.is_whole(1)) {
                return self.course.alternates(before);
            }
            if let Some(arrival) = self.course.visit(&self.state) {
                return arrival;
            }
            match &mut orders {
                None => self.before = Some(std::mem::replace(&mut self.state, next)),
                Some(orders) => {
                    for block in orders.next() {
                        self.update(block);
                    }
                }
            }
            self.known = None;
        }
    }

    /// The overlaps of the present state.
    fn measure(&mut self) {
        let patterns = &self.memory.patterns;
        let overlap = |mu: usize| match &self.known {
            None => {
                let differing: u32 = patterns
                    .bits(mu)
                    .iter()
                    .zip(&self.state)
                    .map(|(a, b)| (a ^ b).count_ones())
                    .sum();
                patterns.neurons() as i64 - 2 * i64::from(differing)
            }
            Some(known) => {
                let words = patterns.bits(mu).iter().zip(&self.state).zip(known);
                let differing: u32 = words.map(|((a, b), k)| ((a ^ b) & k).count_ones()).sum();
                i64::from(bits::count(known)) - 2 * i64::from(differing)
            }
        };
        self.overlaps = (0..patterns.count()).map(overlap).collect();
    }

    /// Where all neurons go at once.
    fn step(&self) -> Vec<u64> {
        let mut next = vec![0; self.state.len()];
        for i in 0..self.memory.patterns.neurons() {
            let plus = if bits::has(self.clamped, i) {
                bits::has(&self.state, i)
            } else {
                self.is_plus(i)
            };
            if plus {
                bits::put(&mut next, i);
            }
        }
        next
    }

    /// s_i in the overlaps: −1, +1, or 0 if unknown.
    fn own(&self, i: usize) -> i64 {
        match &self.known {
            Some(known) if !bits::has(known, i) => 0,
            _ if bits::has(&self.state, i) => 1,
            _ => -1,
        }
    }

    fn is_plus(&self, i: usize) -> bool {
        let own = self.own(i);
        let rows = self.overlaps.iter().enumerate().map(|(mu, &overlap)| {
            let sign = self.memory.patterns.sign(mu, i);
            (sign, overlap - i64::from(sign) * own)
        });
        self.memory.decision.is_plus(rows, own)
    }

    /// Updates a block of neurons at once, and the overlaps after it.
    fn update(&mut self, block: &[usize]) {
        let free = block.iter().filter(|&&i| !bits::has(self.clamped, i));
        let decided: Vec<(usize, bool)> = free.map(|&i| (i, self.is_plus(i))).collect();
        for (i, plus) in decided {
            self.set(i, plus);
        }
    }

    fn set(&mut self, i: usize, plus: bool) {
        let change = if plus { 1 } else { -1 } - self.own(i);
        if let Some(known) = &mut self.known {
            bits::put(known, i);
        }
        if plus {
            bits::put(&mut self.state, i);
        } else {
            bits::clear(&mut self.state, i);
        }
        if change != 0 {
            for (mu, overlap) in self.overlaps.iter_mut().enumerate() {
                *overlap += change * i64::from(self.memory.patterns.sign(mu, i));
            }
        }
    }
}
