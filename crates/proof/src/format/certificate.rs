//! Certificate: what is claimed about a network and the evidence for it, as data.
//!
//! These types mirror the file of `docs/certificate-format.md` field by field. Reading one checks its syntax alone;
//! [`crate::verify`] checks what it says.

use crate::format::hash::patterns_sha256;
use crate::format::natural::Natural;
use attractor::{Couplings, Patterns, Symmetry, Ties, by_text};
use serde::ser::SerializeStruct;
use serde::{Deserialize, Serialize, Serializer};
use std::fmt;
use std::str::FromStr;

/// What stands in [`Certificate::format`].
pub const FORMAT: &str = "attractor-certificate";

/// The version of the format that is written and read.
pub const VERSION: u32 = 2;

/// Claims about a network, with their evidence.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Certificate {
    /// Always [`FORMAT`].
    pub format: String,
    /// Always [`VERSION`].
    pub version: u32,
    /// Which patterns, and which networks are compared.
    pub problem: Problem,
    /// What one network stores of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stored: Option<Stored>,
    /// What no network of the problem undercuts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bound: Option<Bound>,
    /// Wrong bits stored minus the bound: the network is optimal within this many; 0 is optimal. Needs both claims.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gap: Option<u64>,
}

/// The patterns and the class of networks.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Problem {
    /// The patterns.
    pub patterns: PatternSet,
    /// Which weights exist.
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

impl Problem {
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
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
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

/// What a network stores.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stored {
    /// [`crate::network_sha256`] in lower-case hexadecimal digits.
    pub network_sha256: String,
    /// Bits that are not right, over all patterns and neurons.
    pub wrong_bits: u64,
    /// The same neuron by neuron.
    pub wrong_bits_per_neuron: Vec<u64>,
    /// A lower bound, as a decimal fraction, of the margin: the least aligned field over the Euclidean norm of the
    /// neuron's weights, over the right bits of neurons with a weight that is not 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub margin: Option<String>,
    /// Pattern by pattern a radius r: every bit survives every set of at most r flipped inputs. `null`: nothing claimed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub radii: Option<Vec<Option<u32>>>,
}

/// That no network of the problem has fewer wrong bits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bound {
    /// The least number of wrong bits, or something below it.
    pub wrong_bits_at_least: u64,
    /// Sets of rows that cannot all hold.
    pub dependencies: Vec<Dependency>,
    /// What is known of groups of neurons, each from dependencies and from lemmas before it.
    pub lemmas: Vec<Lemma>,
    /// Lemmas on groups without a common neuron, whose bounds add up to the claim.
    pub sum: Vec<u32>,
}

/// Rows (μ, i) that cannot all hold: with the multipliers they add up to zero.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Dependency {
    /// The neurons i of the rows, one a row; or a single one, which is that of all rows.
    pub neurons: Vec<u32>,
    /// The patterns μ of the rows.
    pub patterns: Vec<u32>,
    /// λ ≥ 1 of the rows.
    pub multipliers: Vec<Natural>,
}

impl Dependency {
    /// The rows as (neuron, pattern).
    pub fn rows(&self) -> impl Iterator<Item = (u32, u32)> + '_ {
        let neuron = |r: usize| {
            self.neurons
                .get(r)
                .or(self.neurons.first())
                .copied()
                .unwrap_or(0)
        };
        self.patterns
            .iter()
            .enumerate()
            .map(move |(r, &mu)| (neuron(r), mu))
    }
}

/// That some neurons have wrong bits, so many or in one way or another.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "LemmaFields")]
pub struct Lemma {
    /// The neurons, ascending.
    pub neurons: Vec<u32>,
    /// What no network undercuts.
    pub claim: Claim,
    /// Why.
    pub proof: Refutation,
}

/// What a lemma claims about the wrong bits of its neurons.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Claim {
    /// At least so many in sum; `bound` in the file.
    Sum(u64),
    /// Not in every neuron at most as many as stand here, one number a neuron; `most` in the file.
    Most(Vec<u64>),
}

impl Claim {
    /// The least sum of wrong bits, 0 where the claim is none about a sum.
    pub fn sum(&self) -> u64 {
        match self {
            Self::Sum(bound) => *bound,
            Self::Most(_) => 0,
        }
    }
}

impl Serialize for Lemma {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_struct("Lemma", 3)?;
        fields.serialize_field("neurons", &self.neurons)?;
        match &self.claim {
            Claim::Sum(bound) => fields.serialize_field("bound", bound)?,
            Claim::Most(most) => fields.serialize_field("most", most)?,
        }
        fields.serialize_field("proof", &self.proof)?;
        fields.end()
    }
}

/// A lemma as it stands in the file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LemmaFields {
    neurons: Vec<u32>,
    #[serde(default)]
    bound: Option<u64>,
    #[serde(default)]
    most: Option<Vec<u64>>,
    proof: Refutation,
}

impl TryFrom<LemmaFields> for Lemma {
    type Error = &'static str;

    fn try_from(fields: LemmaFields) -> Result<Self, Self::Error> {
        let claim = match (fields.bound, fields.most) {
            (Some(bound), None) => Claim::Sum(bound),
            (None, Some(most)) => Claim::Most(most),
            _ => return Err("a lemma claims either `bound` or `most`"),
        };
        Ok(Self {
            neurons: fields.neurons,
            claim,
            proof: fields.proof,
        })
    }
}

/// Why a lemma holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Refutation {
    /// No removal within the claim breaks these dependencies and satisfies these earlier lemmas; the checker searches.
    Search {
        /// Indices of dependencies.
        dependencies: Vec<u32>,
        /// Indices of earlier lemmas on some of the neurons.
        lemmas: Vec<u32>,
    },
    /// A tree over the removals of fewer than `bound` rows, nodes in preorder.
    Tree(Vec<Node>),
    /// No wrong bits of the neurons, fewer than `bound` in sum, satisfy these earlier lemmas; the checker searches.
    Payments {
        /// Indices of earlier lemmas on some of the neurons.
        lemmas: Vec<u32>,
    },
    /// Discrete weights of a single neuron: the checker tries them all.
    Exhaustive,
}

/// A node of a refutation tree.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Node {
    /// Index of a dependency, then positions of rows in it. Child k removes the k-th of these rows and keeps those
    /// before it; the children follow in this order. Positions left out must be kept already or too heavy.
    Split(Vec<u32>),
    /// A row (neuron, pattern). The first child removes it, the second keeps it.
    Branch(u32, u32),
    /// Pairs (dependency, weight) and pairs (lemma, weight), whose weighted sum no removal within the budget satisfies.
    Close(Vec<(u32, u64)>, Vec<(u32, u64)>),
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
