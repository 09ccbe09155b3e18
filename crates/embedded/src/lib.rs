//! Recall of ternary Hopfield networks on microcontrollers: without the standard library, allocation or floating point.
//!
//! A row of weights is two planes of bits, the +1 weights and the −1 weights; a field is counted by word operations, 32
//! weights at a time. A neuron becomes +1 if its field is above 0, else −1 (Rosenhahn 2022, Eq. 6), so that zero fields
//! recall as −1 whatever the rule for ties was in training.
//!
//! Neuron i is bit i mod 32 of word i / 32, 1 for +1. Bits beyond the last neuron are ignored in cues and 0 in answers.
//!
//! ```
//! use attractor_embedded::{Ternary, words};
//! // Three neurons that take each other's side: all +1 and all −1 are stored.
//! let planes = [0b110, 0, 0b101, 0, 0b011, 0];
//! let memory = Ternary::new(3, &planes, &[]).unwrap();
//! // The third is unknown.
//! let (mut state, mut known) = ([0b011; words(3)], [0b011; words(3)]);
//! assert_eq!(memory.settle(&mut state, &mut known, 10), Ok(Some(2)));
//! assert_eq!(state, [0b111]);
//! ```
#![no_std]
#![forbid(unsafe_code)]

/// Words of 32 bits that hold a state of so many neurons.
#[must_use]
pub const fn words(neurons: usize) -> usize {
    neurons.div_ceil(32)
}

/// Why a memory or a state is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Error {
    /// A memory has no neuron.
    Empty,
    /// `planes` does not hold 2 N `words(N)` words.
    Planes,
    /// `biases` holds neither 0 nor N numbers.
    Biases,
    /// A bit beyond the last neuron, a weight that is +1 and −1, or a self-coupling.
    Weights,
    /// A state, known or scratch slice does not hold `words(N)` words.
    State,
}

impl core::fmt::Display for Error {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(match self {
            Self::Empty => "a memory needs at least one neuron",
            Self::Planes => "planes must hold two times N times ceil(N/32) words",
            Self::Biases => "biases must be empty or hold N numbers",
            Self::Weights => {
                "a weight is +1 and -1, couples a neuron with itself or is beyond the last neuron"
            }
            Self::State => "a state must hold ceil(N/32) words",
        })
    }
}

impl core::error::Error for Error {}

/// A network of ternary weights, which may lie in flash.
#[derive(Debug, Clone, Copy)]
pub struct Ternary<'a> {
    neurons: usize,
    planes: &'a [u32],
    biases: &'a [i32],
}

impl<'a> Ternary<'a> {
    /// `planes` holds, neuron by neuron, `words(neurons)` words of its +1 weights, then as many of its −1 weights: bit j of
    /// neuron i is the weight from j to i. `biases` is empty or holds a whole number for each neuron.
    ///
    /// # Errors
    /// [`Error`], each but [`Error::State`].
    pub fn new(neurons: usize, planes: &'a [u32], biases: &'a [i32]) -> Result<Self, Error> {
        if neurons == 0 {
            return Err(Error::Empty);
        }
        let expected = words(neurons)
            .checked_mul(2)
            .and_then(|w| w.checked_mul(neurons));
        if expected != Some(planes.len()) {
            return Err(Error::Planes);
        }
        if !biases.is_empty() && biases.len() != neurons {
            return Err(Error::Biases);
        }
        let memory = Self {
            neurons,
            planes,
            biases,
        };
        let fine = (0..neurons).all(|i| memory.is_row_fine(i));
        if fine {
            Ok(memory)
        } else {
            Err(Error::Weights)
        }
    }

    /// N.
    #[must_use]
    pub fn neurons(&self) -> usize {
        self.neurons
    }

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
        for (w, word) in scratch.iter_mut().enumerate() {
            let first = 32 * w;
            let count = (self.neurons - first.min(self.neurons)).min(32);
            *word = (0..count).fold(0, |bits, k| {
                let is_plus = self.field_of(first + k, state, known) > 0;
                bits | u32::from(is_plus) << k
            });
        }
        let mut changed = false;
        for (w, ((now, is_known), next)) in
            state.iter_mut().zip(known).zip(scratch.iter()).enumerate()
        {
            let all = self.mask(w);
            changed |= (*now & all) != *next || (*is_known & all) != all;
            *now = *next;
            *is_known = all;
        }
        Ok(changed)
    }

    /// One asynchronous sweep: neuron 0, 1, …, N−1, each with what those before have become. Answers whether a neuron
    /// changed or became known.
    ///
    /// # Errors
    /// [`Error::State`]; nothing is changed.
    pub fn sweep(&self, state: &mut [u32], known: &mut [u32]) -> Result<bool, Error> {
        self.check(state)?;
        self.check(known)?;
        let mut changed = false;
        for (w, word) in state.iter_mut().enumerate() {
            *word &= self.mask(w);
        }
        for (w, word) in known.iter_mut().enumerate() {
            *word &= self.mask(w);
        }
        for i in 0..self.neurons {
            let bit = 1 << (i % 32);
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

    /// The +1 and the −1 weights of neuron i; empty if there is none.
    fn row(&self, i: usize) -> (&'a [u32], &'a [u32]) {
        // Of a checked memory it is at least 1 anyway; this way no code for a panic is made.
        let width = words(self.neurons).max(1);
        let mut halves = self.planes.chunks_exact(width).skip(i.saturating_mul(2));
        (
            halves.next().unwrap_or_default(),
            halves.next().unwrap_or_default(),
        )
    }

    fn field_of(&self, i: usize, state: &[u32], known: &[u32]) -> i32 {
        let (plus, minus) = self.row(i);
        let mut sum = 0_i32;
        for (((plus, minus), state), known) in plus.iter().zip(minus).zip(state).zip(known) {
            // A product is +1 where weight and state agree.
            let (agreeing, all) = ((plus & state) | (minus & !state), plus | minus);
            let up = (agreeing & known).count_ones();
            let down = (all & known).count_ones() - up;
            sum = sum
                .saturating_add_unsigned(up)
                .saturating_sub_unsigned(down);
        }
        sum.saturating_add(self.biases.get(i).copied().unwrap_or(0))
    }

    fn is_row_fine(&self, i: usize) -> bool {
        let (plus, minus) = self.row(i);
        plus.iter()
            .zip(minus)
            .enumerate()
            .all(|(w, (plus, minus))| {
                let own = if i / 32 == w { 1_u32 << (i % 32) } else { 0 };
                plus & minus == 0 && (plus | minus) & !(self.mask(w) & !own) == 0
            })
    }

    /// The bits of word w that are neurons.
    fn mask(&self, w: usize) -> u32 {
        match self.neurons.saturating_sub(w.saturating_mul(32)) {
            0 => 0,
            left @ 1..=31 => (1 << left) - 1,
            _ => u32::MAX,
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
