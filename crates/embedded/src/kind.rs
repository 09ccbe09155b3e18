//! The kinds of weights: how a row of planes and a state make a field.

use crate::layout::{mask, own};

mod sealed {
    pub trait Sealed {}
}

/// A kind of weights. It is implemented here alone.
pub trait Weights: Copy + sealed::Sealed {
    /// Planes of bits that a neuron's weights take.
    fn planes(self) -> usize;

    /// Σ_j w_ij s_j over the known neurons j; `planes` are those of neuron i of `neurons`.
    #[doc(hidden)]
    fn sum(self, planes: &[u32], input: Input<'_>) -> i32;
}

/// What a neuron sees.
#[doc(hidden)]
#[derive(Debug, Clone, Copy)]
pub struct Input<'a> {
    pub(crate) neurons: usize,
    /// Which neuron sees it.
    pub(crate) neuron: usize,
    pub(crate) state: &'a [u32],
    pub(crate) known: &'a [u32],
}

/// −1 or +1: one plane, the +1 weights.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Binary;

/// −1, 0 or +1: two planes, the +1 weights and the −1 weights.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ternary;

/// Whole numbers of so many bits in two's complement: as many planes, the lowest bit first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Integer {
    pub(crate) bits: u8,
}

/// One of the others, known when the program runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Any {
    /// One plane.
    Binary,
    /// Two planes.
    Ternary,
    /// As many planes as bits.
    Integer(Integer),
}

impl sealed::Sealed for Binary {}
impl sealed::Sealed for Ternary {}
impl sealed::Sealed for Integer {}
impl sealed::Sealed for Any {}

/// The sum with `all` terms of ±1 more, of which `up` are +1. It never leaves 32 bits: the weights of a neuron whose sum did
/// would fill more memory than there is.
#[inline]
fn plus_terms(sum: i32, up: u32, all: u32) -> i32 {
    sum.wrapping_add_unsigned(up.wrapping_mul(2))
        .wrapping_sub_unsigned(all)
}

impl Weights for Binary {
    #[inline]
    fn planes(self) -> usize {
        1
    }

    #[inline]
    fn sum(self, planes: &[u32], input: Input<'_>) -> i32 {
        let words = planes.iter().zip(input.state).zip(input.known).enumerate();
        words.fold(0, |sum, (w, ((plus, state), known))| {
            let inputs = known & mask(input.neurons, w) & !own(input.neuron, w);
            // A product is +1 where weight and state agree.
            let agreeing = !(plus ^ state) & inputs;
            plus_terms(sum, agreeing.count_ones(), inputs.count_ones())
        })
    }
}

impl Weights for Ternary {
    #[inline]
    fn planes(self) -> usize {
        2
    }

    #[inline]
    fn sum(self, planes: &[u32], input: Input<'_>) -> i32 {
        let (plus, minus) = planes.split_at(planes.len() / 2);
        let words = plus.iter().zip(minus).zip(input.state).zip(input.known);
        words.fold(0, |sum, (((plus, minus), state), known)| {
            let (agreeing, all) = ((plus & state) | (minus & !state), plus | minus);
            let up = (agreeing & known).count_ones();
            plus_terms(sum, up, (all & known).count_ones())
        })
    }
}

impl Weights for Integer {
    #[inline]
    fn planes(self) -> usize {
        usize::from(self.bits)
    }

    #[inline]
    fn sum(self, planes: &[u32], input: Input<'_>) -> i32 {
        // Not `chunks_exact`, which divides: small processors take a hundred instructions for that.
        let (mut sum, mut rest) = (0_i32, planes);
        for bit in 0..self.bits {
            let Some((plane, after)) = rest.split_at_checked(input.state.len()) else {
                return sum;
            };
            rest = after;
            let words = plane.iter().zip(input.state).zip(input.known);
            let of_plane = words.fold(0, |sum, ((weights, state), known)| {
                let all = weights & known;
                plus_terms(sum, (all & state).count_ones(), all.count_ones())
            });
            let worth = of_plane.wrapping_mul(1 << (bit % 8));
            // The highest bit of a number in two's complement counts negatively.
            sum = if bit + 1 == self.bits {
                sum.wrapping_sub(worth)
            } else {
                sum.wrapping_add(worth)
            };
        }
        sum
    }
}

impl Weights for Any {
    #[inline]
    fn planes(self) -> usize {
        match self {
            Self::Binary => Binary.planes(),
            Self::Ternary => Ternary.planes(),
            Self::Integer(kind) => kind.planes(),
        }
    }

    #[inline]
    fn sum(self, planes: &[u32], input: Input<'_>) -> i32 {
        match self {
            Self::Binary => Binary.sum(planes, input),
            Self::Ternary => Ternary.sum(planes, input),
            Self::Integer(kind) => kind.sum(planes, input),
        }
    }
}
