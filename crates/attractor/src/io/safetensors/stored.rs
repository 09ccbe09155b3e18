//! How a tensor's numbers are stored: as doubles, or, where weights are discrete, as the smallest whole numbers that hold
//! them all.

use super::file::NetworkFile;
use safetensors::Dtype;
use serde_json::Value;

/// The type of a tensor's numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Stored {
    I8,
    I16,
    I32,
    F64,
}

/// How a file's weights and biases are stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Layout {
    pub(super) weights: Stored,
    pub(super) biases: Stored,
}

impl Layout {
    /// Doubles, unless the weights were asked to be discrete and are whole numbers: the options say so, not the numbers
    /// alone, so that a real network whose numbers happen to be whole is stored as any other.
    pub(super) fn of(file: &NetworkFile) -> Self {
        let network = file.network();
        let reals = Self {
            weights: Stored::F64,
            biases: Stored::F64,
        };
        if !is_discrete(file.metadata().options.get("weights")) {
            return reals;
        }
        match Stored::smallest(network.weights()) {
            Stored::F64 => reals,
            weights => Self {
                weights,
                biases: Stored::smallest(network.biases()),
            },
        }
    }

    /// Whether this is the layout of version 1, which knows doubles alone.
    pub(super) fn is_of_doubles(self) -> bool {
        self.weights == Stored::F64
    }
}

/// Whether the option `weights` of exact training names a discrete set.
fn is_discrete(option: Option<&Value>) -> bool {
    option
        .and_then(Value::as_str)
        .is_some_and(|text| matches!(text, "ternary" | "binary") || text.starts_with("integer:"))
}

impl Stored {
    /// The smallest type that holds all these numbers.
    fn smallest(numbers: &[f64]) -> Self {
        let of = |number: f64| match number {
            _ if number.fract() != 0.0 => Self::F64,
            -128.0..=127.0 => Self::I8,
            -32_768.0..=32_767.0 => Self::I16,
            -2_147_483_648.0..=2_147_483_647.0 => Self::I32,
            _ => Self::F64,
        };
        numbers
            .iter()
            .map(|&number| of(number))
            .max()
            .unwrap_or(Self::I8)
    }

    /// Its name in a header, if version 2 knows it.
    pub(super) fn from_dtype(dtype: Dtype) -> Option<Self> {
        match dtype {
            Dtype::I8 => Some(Self::I8),
            Dtype::I16 => Some(Self::I16),
            Dtype::I32 => Some(Self::I32),
            Dtype::F64 => Some(Self::F64),
            _ => None,
        }
    }

    /// Its name in a header.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::I8 => "I8",
            Self::I16 => "I16",
            Self::I32 => "I32",
            Self::F64 => "F64",
        }
    }

    /// Bytes of a number.
    pub(super) fn size(self) -> usize {
        match self {
            Self::I8 => 1,
            Self::I16 => 2,
            Self::I32 => 4,
            Self::F64 => 8,
        }
    }

    /// Appends numbers that this type holds, in little-endian order.
    pub(super) fn append(self, numbers: &[f64], bytes: &mut Vec<u8>) {
        let numbers = numbers.iter().copied();
        match self {
            Self::I8 => bytes.extend(numbers.flat_map(|w| (w as i8).to_le_bytes())),
            Self::I16 => bytes.extend(numbers.flat_map(|w| (w as i16).to_le_bytes())),
            Self::I32 => bytes.extend(numbers.flat_map(|w| (w as i32).to_le_bytes())),
            Self::F64 => bytes.extend(numbers.flat_map(f64::to_le_bytes)),
        }
    }

    /// The numbers in these bytes.
    pub(super) fn numbers(self, bytes: &[u8]) -> Vec<f64> {
        match self {
            Self::I8 => each(bytes, |b| f64::from(i8::from_le_bytes(b))),
            Self::I16 => each(bytes, |b| f64::from(i16::from_le_bytes(b))),
            Self::I32 => each(bytes, |b| f64::from(i32::from_le_bytes(b))),
            Self::F64 => each(bytes, f64::from_le_bytes),
        }
    }
}

/// Every B bytes as a number.
pub(super) fn each<const B: usize>(bytes: &[u8], value: impl Fn([u8; B]) -> f64) -> Vec<f64> {
    bytes.as_chunks::<B>().0.iter().map(|&b| value(b)).collect()
}
