//! Weights as planes of bits in words of 32.

use crate::network::{Network, SizeMismatch};
use std::fmt;

/// The largest absolute value of a bias that is packed: with it no sum of a field leaves 32 bits.
pub const MAX_BIAS: i32 = 1 << 30;

/// The kinds of packed weights.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Kind {
    /// −1 and +1, one bit a weight: the +1 weights.
    Binary,
    /// −1, 0 and +1, two bits a weight: the +1 weights and the −1 weights.
    Ternary,
    /// Whole numbers in two's complement of so many bits, from 2 to 8.
    Integer(u8),
}

impl Kind {
    /// Bits a weight, and planes of a neuron.
    pub fn bits(self) -> usize {
        match self {
            Self::Binary => 1,
            Self::Ternary => 2,
            Self::Integer(bits) => usize::from(bits),
        }
    }

    /// The largest absolute value that a weight's bits can stand for, whatever becomes of them.
    pub fn largest(self) -> i64 {
        match self {
            Self::Binary | Self::Ternary => 1,
            Self::Integer(bits) => 1 << (bits - 1),
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Binary => f.write_str("binary"),
            Self::Ternary => f.write_str("ternary"),
            Self::Integer(bits) => write!(f, "{bits}-bit whole"),
        }
    }
}

/// Why a network cannot be packed.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum PackError {
    /// A weight that is no whole number from −128 to 127.
    #[error(
        "the weight {value} from neuron {j} into neuron {i} is no whole number from -128 to 127: train with --weights ternary, binary or integer:K, K up to 127"
    )]
    Weight {
        /// Into this neuron.
        i: usize,
        /// From this one.
        j: usize,
        /// The weight.
        value: f64,
    },
    /// A bias that is no whole number or too large.
    #[error("the bias {value} of neuron {i} is no whole number from -2^30 to 2^30")]
    Bias {
        /// The neuron.
        i: usize,
        /// The bias.
        value: f64,
    },
    /// A weight of a neuron onto itself.
    #[error("neuron {0} has a weight onto itself; packed networks have none")]
    SelfCoupling(usize),
    /// Patterns of another size.
    #[error(transparent)]
    Size(#[from] SizeMismatch),
}

/// A packed network.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Packed {
    pub(super) neurons: usize,
    pub(super) kind: Kind,
    /// Neuron by neuron, plane by plane, `words()` words each.
    pub(super) planes: Vec<u32>,
    /// Empty if all are 0.
    pub(super) biases: Vec<i32>,
}

impl Packed {
    pub(super) fn new(network: &Network) -> Result<Self, PackError> {
        let neurons = network.neurons();
        let kind = kind(network)?;
        let biases = network.has_biases().then(|| biases(network)).transpose()?;
        let mut planes = Vec::with_capacity(neurons * kind.bits() * neurons.div_ceil(32));
        for i in 0..neurons {
            for plane in 0..kind.bits() {
                let of_weight = |&weight: &f64| kind.has(plane, weight as i32);
                planes.extend(words(network.row(i).iter().map(of_weight)));
            }
        }
        Ok(Self {
            neurons,
            kind,
            planes,
            biases: biases.unwrap_or_default(),
        })
    }

    /// Words of a state.
    pub(super) fn words(&self) -> usize {
        self.neurons.div_ceil(32)
    }
}

impl Kind {
    /// Whether a weight has a bit in this plane.
    fn has(self, plane: usize, weight: i32) -> bool {
        match (self, plane) {
            (Self::Binary, _) | (Self::Ternary, 0) => weight > 0,
            (Self::Ternary, _) => weight < 0,
            (Self::Integer(_), plane) => weight >> plane & 1 == 1,
        }
    }
}

/// The kind that takes the fewest bits.
fn kind(network: &Network) -> Result<Kind, PackError> {
    let n = network.neurons();
    let (mut least, mut greatest, mut has_zero) = (0, 0, false);
    for i in 0..n {
        for (j, &value) in network.row(i).iter().enumerate() {
            if value.fract() != 0.0 || !(-128.0..=127.0).contains(&value) {
                return Err(PackError::Weight { i, j, value });
            }
            if i == j && value != 0.0 {
                return Err(PackError::SelfCoupling(i));
            }
            let weight = value as i32;
            (least, greatest) = (least.min(weight), greatest.max(weight));
            has_zero |= i != j && weight == 0;
        }
    }
    let fits = |bits: &u8| least >= -(1 << (bits - 1)) && greatest < 1 << (bits - 1);
    Ok(match (least, greatest) {
        (-1..=0, 0..=1) if has_zero || n == 1 => Kind::Ternary,
        (-1..=0, 0..=1) => Kind::Binary,
        _ => Kind::Integer((2..8).find(fits).unwrap_or(8)),
    })
}

fn biases(network: &Network) -> Result<Vec<i32>, PackError> {
    let limit = f64::from(MAX_BIAS);
    let whole = |(i, &value): (usize, &f64)| {
        if value.fract() == 0.0 && value.abs() <= limit {
            Ok(value as i32)
        } else {
            Err(PackError::Bias { i, value })
        }
    };
    network.biases().iter().enumerate().map(whole).collect()
}

/// Bits in words of 32, the lowest first.
pub(super) fn words(bits: impl Iterator<Item = bool>) -> Vec<u32> {
    let mut words = Vec::new();
    for (i, bit) in bits.enumerate() {
        if i % 32 == 0 {
            words.push(0);
        }
        if let (true, Some(word)) = (bit, words.last_mut()) {
            *word |= 1 << (i % 32);
        }
    }
    words
}
