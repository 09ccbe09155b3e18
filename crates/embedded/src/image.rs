//! A packed memory as one piece of words: what `attractor export --format bin` writes.
//!
//! All words have 32 bits, in the file the lowest byte first:
//!
//! | word | what |
//! | --- | --- |
//! | 0 | the bytes `ATTM` |
//! | 1 | version of this layout, 1 |
//! | 2 | kind of weights: 1 binary, 2 ternary, 3 whole numbers |
//! | 3 | planes of a neuron: 1, 2, or as many as a weight has bits |
//! | 4 | N, the neurons; W is ceil(N/32) |
//! | 5 | bit 0: there are biases; bit 1: the weights are symmetric, so that recall is asynchronous |
//! | 6 | V, the test vectors |
//! | 7 | sweeps or steps that recall takes at most |
//! | 8 | guaranteed radius: flipped entries from which every stored pattern is recalled; 2^32 − 1 if none is known |
//! | 9 | the same for unknown entries |
//! | 10 to 17 | SHA-256 of the network, its bytes in order |
//! | 18 to 25 | SHA-256 of the certificate, zeros without one |
//! | then N · planes · W | weights, as `new` of the kind takes them |
//! | then N, if there are any | biases |
//! | then V · 5 · W | test vectors: cue, its known neurons, the states after one step, after one sweep, and after recall |

use crate::error::Error;
use crate::kind::{self, Any};
use crate::layout::words;
use crate::memory::{End, Memory, copy};

/// The bytes `ATTM`, the lowest first.
const MAGIC: u32 = u32::from_le_bytes(*b"ATTM");
const VERSION: u32 = 1;
const HEADER: usize = 26;

/// A packed memory.
#[derive(Debug, Clone, Copy)]
pub struct Image<'a> {
    header: &'a [u32],
    memory: Memory<'a, Any>,
    vectors: &'a [u32],
}

/// A test vector: a cue and what becomes of it.
#[derive(Debug, Clone, Copy)]
pub struct Vector<'a> {
    /// Its state.
    pub cue: &'a [u32],
    /// Its known neurons.
    pub known: &'a [u32],
    /// The state after one synchronous step.
    pub stepped: &'a [u32],
    /// The state after one asynchronous sweep.
    pub swept: &'a [u32],
    /// The state after recall.
    pub recalled: &'a [u32],
}

impl<'a> Image<'a> {
    /// # Errors
    /// [`Error::Image`], and what `new` of the kind of weights refuses.
    ///
    /// Biases stand in the words as their two's complements, and lie in an `i32` slice of the caller's, `biases`, which
    /// holds at least N numbers if there are any.
    pub fn new(image: &'a [u32], biases: &'a mut [i32]) -> Result<Self, Error> {
        let (header, rest) = image.split_at_checked(HEADER).ok_or(Error::Image)?;
        let word = |at: usize| header.get(at).copied().unwrap_or(0);
        if word(0) != MAGIC || word(1) != VERSION {
            return Err(Error::Image);
        }
        let neurons = word(4) as usize;
        let width = words(neurons);
        let weights = width
            .checked_mul(neurons)
            .and_then(|all| all.checked_mul(word(3) as usize))
            .ok_or(Error::Image)?;
        let (planes, rest) = rest.split_at_checked(weights).ok_or(Error::Image)?;
        let count = if word(5) & 1 == 1 { neurons } else { 0 };
        let (packed, rest) = rest.split_at_checked(count).ok_or(Error::Image)?;
        let biases = biases.get_mut(..count).ok_or(Error::Biases)?;
        for (bias, packed) in biases.iter_mut().zip(packed) {
            *bias = packed.cast_signed();
        }
        let vectors = (word(6) as usize)
            .checked_mul(5)
            .and_then(|rows| rows.checked_mul(width));
        if vectors != Some(rest.len()) {
            return Err(Error::Image);
        }
        let biases = &*biases;
        let memory = match (word(2), word(3)) {
            (1, 1) => Memory::<kind::Binary>::new(neurons, planes, biases)?.any(|_| Any::Binary),
            (2, 2) => Memory::<kind::Ternary>::new(neurons, planes, biases)?.any(|_| Any::Ternary),
            (3, bits @ 2..=8) => {
                let memory = Memory::<kind::Integer>::new(neurons, bits as u8, planes, biases)?;
                memory.any(Any::Integer)
            }
            _ => return Err(Error::Image),
        };
        Ok(Self {
            header,
            memory,
            vectors: rest,
        })
    }

    /// The network.
    #[must_use]
    pub fn memory(&self) -> Memory<'a, Any> {
        self.memory
    }

    /// How many flipped entries every stored pattern survives for certain, wherever they are, if that is known.
    #[must_use]
    pub fn radius(&self) -> Option<u32> {
        self.word(8)
    }

    /// The same for unknown entries.
    #[must_use]
    pub fn erasures(&self) -> Option<u32> {
        self.word(9)
    }

    /// Recall as the exporting program's default does it: sweeps of symmetric networks, synchronous steps of directed
    /// ones. `before` and `scratch` are overwritten.
    ///
    /// # Errors
    /// [`Error::State`]; nothing is changed.
    pub fn recall(
        &self,
        state: &mut [u32],
        known: &mut [u32],
        before: &mut [u32],
        scratch: &mut [u32],
    ) -> Result<(), Error> {
        let most = self.word(7).unwrap_or(0);
        if self.word(5).unwrap_or(0) & 2 == 0 {
            let _: End = self.memory.run(state, known, before, scratch, most)?;
        } else {
            self.memory.settle(state, known, most)?;
        }
        Ok(())
    }

    /// The test vectors.
    pub fn vectors(&self) -> impl Iterator<Item = Vector<'a>> {
        let (width, mut rest) = (words(self.memory.neurons()), self.vectors);
        core::iter::from_fn(move || {
            let mut next = || {
                let (part, after) = rest.split_at_checked(width)?;
                rest = after;
                Some(part)
            };
            Some(Vector {
                cue: next()?,
                known: next()?,
                stepped: next()?,
                swept: next()?,
                recalled: next()?,
            })
        })
    }

    /// Whether every test vector comes out as it must. The four slices hold a state each and are overwritten.
    ///
    /// # Errors
    /// [`Error::State`].
    pub fn self_test(
        &self,
        state: &mut [u32],
        known: &mut [u32],
        before: &mut [u32],
        scratch: &mut [u32],
    ) -> Result<bool, Error> {
        let mut fine = true;
        for vector in self.vectors() {
            copy(vector.cue, state);
            copy(vector.known, known);
            self.memory.step(state, known, scratch)?;
            fine &= *state == *vector.stepped;
            copy(vector.cue, state);
            copy(vector.known, known);
            self.memory.sweep(state, known)?;
            fine &= *state == *vector.swept;
            copy(vector.cue, state);
            copy(vector.known, known);
            self.recall(state, known, before, scratch)?;
            fine &= *state == *vector.recalled;
        }
        Ok(fine)
    }

    /// A word of the header; `None` if all its bits are set.
    fn word(&self, at: usize) -> Option<u32> {
        self.header
            .get(at)
            .copied()
            .filter(|&word| word != u32::MAX)
    }
}
