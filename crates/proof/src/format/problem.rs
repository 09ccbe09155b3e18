//! Problem: which patterns a certificate is about, and which networks it compares.

use crate::format::hash::patterns_sha256;
use crate::format::strict::{self, Object};
use attractor::kernels::by_text;
use attractor::{Couplings, Patterns, Symmetry, Ties};
use serde::{Deserialize, Deserializer, Serialize};
use std::fmt;
use std::str::FromStr;

/// The patterns and the class of networks.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CertifiedProblem {
    /// The patterns.
    #[serde(deserialize_with = "strict::object")]
    pub patterns: PatternSet,
    /// Which weights exist.
    #[serde(deserialize_with = "strict::object")]
    pub couplings: CouplingSet,
    /// Whether neurons have biases; without them all biases are 0.
    pub bias: bool,
    /// Whether a zero field is right for a −1 bit.
    #[serde(with = "by_text")]
    pub ties: Ties,
    /// Which values weights take.
    #[serde(with = "by_text")]
    pub weights: Domain,
    /// The ε of the model with margin: |w| ≤ 1, |b| ≤ 1, and where the scale-free model asks for `> 0`, this one asks
    /// for `≥ ε`. A decimal fraction such as `0.001`. Absent: scale-free.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub epsilon: Option<String>,
}

impl CertifiedProblem {
    /// The scale-free problem of storing `patterns` with these couplings.
    pub fn new(
        patterns: &Patterns,
        couplings: &Couplings,
        bias: bool,
        ties: Ties,
        weights: Domain,
    ) -> Self {
        Self {
            patterns: PatternSet {
                count: patterns.count(),
                neurons: patterns.neurons(),
                sha256: patterns_sha256(patterns),
            },
            couplings: CouplingSet::of(couplings),
            bias,
            ties,
            weights,
            epsilon: None,
        }
    }
}

/// A set of patterns by size and content.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PatternSet {
    /// P.
    pub count: usize,
    /// N.
    pub neurons: usize,
    /// [`crate::patterns_sha256`] in lower-case hexadecimal digits.
    pub sha256: String,
}

/// Which weights exist.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CouplingSet {
    /// Whether w_ij and w_ji are one weight.
    #[serde(with = "by_text")]
    pub symmetry: Symmetry,
    /// Which pairs are coupled.
    pub field: Field,
}

/// Which pairs are coupled; never a neuron with itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Field {
    /// Every pair.
    Full,
    /// Pixels, row by row, at a squared Euclidean distance of at most `squared_radius`.
    Receptive {
        /// Rows of pixels.
        height: usize,
        /// Columns of pixels.
        width: usize,
        /// The largest squared distance that is coupled.
        squared_radius: u64,
    },
    /// Entry i names the inputs of neuron i: hexadecimal digits, the k-th of which holds inputs 4k to 4k+3, lowest
    /// input in the lowest bit.
    Mask(Vec<String>),
}

/// A field as it stands in the file, if it is not the word `full`.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
enum FieldForm {
    Receptive(Object<ReceptiveFields>),
    Mask(Vec<String>),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ReceptiveFields {
    height: usize,
    width: usize,
    squared_radius: u64,
}

impl From<FieldForm> for Field {
    fn from(form: FieldForm) -> Self {
        match form {
            FieldForm::Receptive(Object(receptive)) => Self::Receptive {
                height: receptive.height,
                width: receptive.width,
                squared_radius: receptive.squared_radius,
            },
            FieldForm::Mask(rows) => Self::Mask(rows),
        }
    }
}

impl<'de> Deserialize<'de> for Field {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        strict::word_or_form::<D, Self, FieldForm>(deserializer, ("full", Self::Full))
    }
}

/// Which values weights (and biases) take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Domain {
    /// Any real number.
    Real,
    /// −1 or +1 where a weight exists.
    Binary,
    /// A whole number from −K to K; K = 1 is ternary.
    Integer(u32),
}

impl CouplingSet {
    /// The couplings of the core library as the certificate names them.
    pub fn of(couplings: &Couplings) -> Self {
        let field = if couplings.is_full() {
            Field::Full
        } else if let Some((shape, radius)) = couplings.receptive() {
            // Squared distances are whole numbers, so the floor couples the same pairs.
            Field::Receptive {
                height: shape.height,
                width: shape.width,
                squared_radius: (radius * radius) as u64,
            }
        } else {
            let neurons = couplings.neurons();
            Field::Mask((0..neurons).map(|i| mask_row(couplings, i)).collect())
        };
        Self {
            symmetry: couplings.symmetry(),
            field,
        }
    }
}

fn mask_row(couplings: &Couplings, i: usize) -> String {
    let neurons = couplings.neurons();
    let digit = |k: usize| {
        let inputs = (4 * k..neurons.min(4 * k + 4)).filter(|&j| couplings.allows(i, j));
        let bits = inputs.fold(0, |bits, j| bits | 1 << (j - 4 * k));
        char::from_digit(bits, 16).unwrap_or('0')
    };
    (0..neurons.div_ceil(4)).map(digit).collect()
}

impl fmt::Display for Domain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Real => f.write_str("real"),
            Self::Binary => f.write_str("binary"),
            Self::Integer(1) => f.write_str("ternary"),
            Self::Integer(k) => write!(f, "integer:{k}"),
        }
    }
}

/// A text that names no domain of weights.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is none of real, ternary, binary, integer:K with K from 1 to 1000000")]
pub struct ParseDomainError(String);

impl FromStr for Domain {
    type Err = ParseDomainError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let plain = |digits: &&str| digits.starts_with(|c: char| ('1'..='9').contains(&c));
        let integer = || text.strip_prefix("integer:").filter(plain)?.parse().ok();
        match text {
            "real" => Ok(Self::Real),
            "ternary" => Ok(Self::Integer(1)),
            "binary" => Ok(Self::Binary),
            _ => match integer() {
                Some(k @ 1..=1_000_000) => Ok(Self::Integer(k)),
                _ => Err(ParseDomainError(text.to_owned())),
            },
        }
    }
}
