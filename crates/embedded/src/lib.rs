//! Recall of Hopfield networks of ternary, binary or small whole weights on microcontrollers: without the standard library,
//! allocation or floating point.
//!
//! A row of weights is one or more planes of bits; a field is counted by word operations, 32 weights at a time. A neuron
//! becomes +1 if its field is above 0, else −1 (Rosenhahn 2022, Eq. 6), so that zero fields recall as −1 whatever the rule
//! for ties was in training.
//!
//! | type | weights | bits a weight | planes of a neuron |
//! | --- | --- | --- | --- |
//! | [`Binary`] | −1, +1 | 1 | the +1 weights |
//! | [`Ternary`] | −1, 0, +1 | 2 | the +1 weights, the −1 weights |
//! | [`Integer`] | B bits in two's complement, B from 2 to 8 | B | bit 0 to bit B − 1 |
//!
//! Neuron i is bit i mod 32 of word i / 32, 1 for +1. Bits beyond the last neuron are ignored in cues and 0 in answers; so is
//! the state of an unknown neuron. A memory lies where its slices lie, in flash as well: `new` is `const` and checks while the
//! program is compiled.
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

mod error;
mod image;
pub mod kind;
mod layout;
mod memory;

pub use error::Error;
pub use image::{Image, Vector};
pub use layout::words;
pub use memory::{Binary, End, Integer, Memory, Ternary};
