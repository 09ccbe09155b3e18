//! Why a memory or a state is refused.

/// Why a memory or a state is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Error {
    /// A memory has no neuron.
    Empty,
    /// The planes have another number of words than N neurons need.
    Planes,
    /// `biases` holds neither 0 nor N numbers.
    Biases,
    /// A bit beyond the last neuron, a weight that is +1 and −1, or a self-coupling.
    Weights,
    /// Whole weights of fewer than 2 or more than 8 bits.
    Bits,
    /// A state, known or scratch slice does not hold `words(N)` words.
    State,
    /// The words are no packed memory of a version that is known here, or not all of one.
    Image,
}

impl core::fmt::Display for Error {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(match self {
            Self::Empty => "a memory needs at least one neuron",
            Self::Planes => "the planes must hold N times (bits a weight) times ceil(N/32) words",
            Self::Biases => "biases must be empty or hold N numbers",
            Self::Weights => {
                "a weight is +1 and -1, couples a neuron with itself or is beyond the last neuron"
            }
            Self::Bits => "whole weights have from 2 to 8 bits",
            Self::State => "a state must hold ceil(N/32) words",
            Self::Image => "these words are no whole packed memory of version 1",
        })
    }
}

impl core::error::Error for Error {}
