//! A memory and its recall: synchronous or asynchronous, by steps or to the end.

use crate::error::Error;
use crate::kind::{self, Input, Weights};
use crate::layout::{are_planes_disjoint, check, mask, own, words};

/// A network whose weights are of the kind `W` and may lie in flash.
#[derive(Debug, Clone, Copy)]
pub struct Memory<'a, W> {
    neurons: usize,
    kind: W,
    planes: &'a [u32],
    biases: &'a [i32],
}

/// A network of weights −1 and +1.
pub type Binary<'a> = Memory<'a, kind::Binary>;

/// A network of weights −1, 0 and +1.
pub type Ternary<'a> = Memory<'a, kind::Ternary>;

/// A network of small whole weights.
pub type Integer<'a> = Memory<'a, kind::Integer>;

/// Where a synchronous recall ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// A state that follows itself, after so many steps.
    Fixed(u32),
    /// The first of two states that follow each other, reached after so many steps. Symmetric networks end here or in a
    /// fixed state.
    TwoCycle(u32),
    /// Neither within the steps that were allowed. Directed networks may go round in longer cycles for ever.
    Unsettled,
}

impl<'a> Memory<'a, kind::Ternary> {
    /// `planes` holds, neuron by neuron, `words(neurons)` words of its +1 weights, then as many of its −1 weights: bit j of
    /// neuron i is the weight from j to i. `biases` is empty or holds a whole number for each neuron.
    ///
    /// # Errors
    /// [`Error::Empty`], [`Error::Planes`], [`Error::Biases`], [`Error::Weights`].
    pub const fn new(neurons: usize, planes: &'a [u32], biases: &'a [i32]) -> Result<Self, Error> {
        if let Err(error) = check(neurons, 2, planes, biases) {
            return Err(error);
        }
        if !are_planes_disjoint(neurons, planes) {
            return Err(Error::Weights);
        }
        Ok(Self {
            neurons,
            kind: kind::Ternary,
            planes,
            biases,
        })
    }
}

impl<'a> Memory<'a, kind::Binary> {
    /// `planes` holds, neuron by neuron, `words(neurons)` words of its +1 weights: bit j of neuron i is the weight from j
    /// to i. Every other weight is −1 but that of a neuron onto itself, which is 0. `biases` is empty or holds a whole
    /// number for each neuron.
    ///
    /// # Errors
    /// [`Error::Empty`], [`Error::Planes`], [`Error::Biases`], [`Error::Weights`].
    pub const fn new(neurons: usize, planes: &'a [u32], biases: &'a [i32]) -> Result<Self, Error> {
        if let Err(error) = check(neurons, 1, planes, biases) {
            return Err(error);
        }
        Ok(Self {
            neurons,
            kind: kind::Binary,
            planes,
            biases,
        })
    }
}

impl<'a> Memory<'a, kind::Integer> {
    /// `planes` holds, neuron by neuron, `bits` times `words(neurons)` words: first the lowest bits of its weights, last
    /// their signs, in two's complement. `biases` is empty or holds a whole number for each neuron.
    ///
    /// # Errors
    /// [`Error::Empty`], [`Error::Planes`], [`Error::Biases`], [`Error::Weights`], [`Error::Bits`].
    pub const fn new(
        neurons: usize,
        bits: u8,
        planes: &'a [u32],
        biases: &'a [i32],
    ) -> Result<Self, Error> {
        if bits < 2 || bits > 8 {
            return Err(Error::Bits);
        }
        if let Err(error) = check(neurons, bits as usize, planes, biases) {
            return Err(error);
        }
        Ok(Self {
            neurons,
            kind: kind::Integer { bits },
            planes,
            biases,
        })
    }
}

impl<'a, W: Copy> Memory<'a, W> {
    /// The same network, whose kind is known when the program runs: the one that `of` makes of this one.
    pub(crate) fn any(self, of: impl Fn(W) -> kind::Any) -> Memory<'a, kind::Any> {
        Memory {
            neurons: self.neurons,
            kind: of(self.kind),
            planes: self.planes,
            biases: self.biases,
        }
    }

    /// N.
    #[must_use]
    pub const fn neurons(&self) -> usize {
        self.neurons
    }
}

impl<W: Weights> Memory<'_, W> {
    /// h_i = Σ_j w_ij s_j + b_i over the known neurons j; 0 of a neuron that does not exist. Sums beyond 32 bits end at the
    /// largest number, whose sign is the sum's.
    ///
    /// # Errors
    /// [`Error::State`].
    pub fn field(&self, i: usize, state: &[u32], known: &[u32]) -> Result<i32, Error> {
        self.check(state)?;
        self.check(known)?;
        Ok(self.field_of(i, state, known))
    }

    /// One synchronous step: all neurons at once. `scratch` is overwritten. Afterwards every neuron is known. Answers
    /// whether a neuron changed or became known.
    ///
    /// # Errors
    /// [`Error::State`]; nothing is changed.
    pub fn step(
        &self,
        state: &mut [u32],
        known: &mut [u32],
        scratch: &mut [u32],
    ) -> Result<bool, Error> {
        self.check(state)?;
        self.check(known)?;
        self.check(scratch)?;
        self.next(state, known, scratch);
        Ok(self.take(state, known, scratch))
    }

    /// Synchronous steps until a state follows itself, or two follow each other, or `most` were taken. `before` and
    /// `scratch` are overwritten. The state is then that of the last step, and of two that follow each other the one that
    /// came first.
    ///
    /// # Errors
    /// [`Error::State`]; nothing is changed.
    pub fn run(
        &self,
        state: &mut [u32],
        known: &mut [u32],
        before: &mut [u32],
        scratch: &mut [u32],
        most: u32,
    ) -> Result<End, Error> {
        for slice in [&*state, known, before, scratch] {
            self.check(slice)?;
        }
        // Steps after which the state before was a whole one: the start may have unknown neurons.
        let is_whole = known
            .iter()
            .enumerate()
            .all(|(w, word)| !word & mask(self.neurons, w) == 0);
        let first = if is_whole { 1 } else { 2 };
        let mut steps = 0;
        loop {
            self.next(state, known, scratch);
            if steps >= first && scratch == before {
                copy(before, state);
                return Ok(End::TwoCycle(steps - 1));
            }
            if steps == most {
                let fixed = self.is_next(state, known, scratch);
                self.clear_rest(state, known);
                return Ok(if fixed {
                    End::Fixed(steps)
                } else {
                    End::Unsettled
                });
            }
            copy(state, before);
            self.clear_rest(before, &mut []);
            if !self.take(state, known, scratch) {
                return Ok(End::Fixed(steps));
            }
            steps += 1;
        }
    }

    /// One asynchronous sweep: neuron 0, 1, …, N−1, each with what those before have become. Answers whether a neuron
    /// changed or became known.
    ///
    /// # Errors
    /// [`Error::State`]; nothing is changed.
    pub fn sweep(&self, state: &mut [u32], known: &mut [u32]) -> Result<bool, Error> {
        self.check(state)?;
        self.check(known)?;
        self.clear_rest(state, known);
        let mut changed = false;
        for i in 0..self.neurons {
            let bit = own(i, i / 32);
            let is_plus = self.field_of(i, state, known) > 0;
            let (Some(now), Some(is_known)) = (state.get_mut(i / 32), known.get_mut(i / 32)) else {
                return Err(Error::State);
            };
            changed |= (*now & bit != 0) != is_plus || *is_known & bit == 0;
            *now = if is_plus { *now | bit } else { *now & !bit };
            *is_known |= bit;
        }
        Ok(changed)
    }

    /// Asynchronous sweeps until one changes nothing, at most `most`: how many were taken with the last one, or `None` if
    /// it has not settled by then. Symmetric networks always settle.
    ///
    /// # Errors
    /// [`Error::State`]; nothing is changed.
    pub fn settle(
        &self,
        state: &mut [u32],
        known: &mut [u32],
        most: u32,
    ) -> Result<Option<u32>, Error> {
        for sweeps in 1..=most {
            if !self.sweep(state, known)? {
                return Ok(Some(sweeps));
            }
        }
        Ok(None)
    }

    #[inline]
    fn field_of(&self, i: usize, state: &[u32], known: &[u32]) -> i32 {
        let width = words(self.neurons).saturating_mul(self.kind.planes());
        let start = i.saturating_mul(width);
        let Some(planes) = self.planes.get(start..start.saturating_add(width)) else {
            return 0;
        };
        let input = Input {
            neurons: self.neurons,
            neuron: i,
            state,
            known,
        };
        let sum = self.kind.sum(planes, input);
        sum.saturating_add(self.biases.get(i).copied().unwrap_or(0))
    }

    /// The state that follows, into `next`.
    fn next(&self, state: &[u32], known: &[u32], next: &mut [u32]) {
        for (w, word) in next.iter_mut().enumerate() {
            let first = 32 * w;
            let count = (self.neurons - first.min(self.neurons)).min(32);
            *word = (0..count).fold(0, |bits, k| {
                let is_plus = self.field_of(first + k, state, known) > 0;
                bits | u32::from(is_plus) << k
            });
        }
    }

    /// Takes the state that follows; whether a neuron changed or became known.
    fn take(&self, state: &mut [u32], known: &mut [u32], next: &[u32]) -> bool {
        let changed = !self.is_next(state, known, next);
        for (w, ((now, is_known), next)) in state.iter_mut().zip(known).zip(next).enumerate() {
            *now = *next;
            *is_known = mask(self.neurons, w);
        }
        changed
    }

    /// Whether the state follows itself: every neuron is known and stays.
    fn is_next(&self, state: &[u32], known: &[u32], next: &[u32]) -> bool {
        let words = state.iter().zip(known).zip(next).enumerate();
        words
            .map(|(w, words)| (mask(self.neurons, w), words))
            .all(|(all, ((now, is_known), next))| now & all == *next && is_known & all == all)
    }

    /// Bits beyond the last neuron are 0.
    fn clear_rest(&self, state: &mut [u32], known: &mut [u32]) {
        for slice in [state, known] {
            for (w, word) in slice.iter_mut().enumerate() {
                *word &= mask(self.neurons, w);
            }
        }
    }

    fn check(&self, slice: &[u32]) -> Result<(), Error> {
        if slice.len() == words(self.neurons) {
            Ok(())
        } else {
            Err(Error::State)
        }
    }
}

/// A copy without a panic in the object: `copy_from_slice` has one for other lengths, which were checked before.
pub(crate) fn copy(from: &[u32], to: &mut [u32]) {
    for (word, other) in to.iter_mut().zip(from) {
        *word = *other;
    }
}
