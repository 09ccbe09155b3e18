//! Certificate: what is claimed about a network and the evidence for it, as data.
//!
//! These types mirror the file of `docs/certificate-format.md` field by field. Reading one checks its syntax alone;
//! [`crate::verify`] checks what it says.

use crate::format::natural::Natural;
use crate::format::problem::CertifiedProblem;
use crate::format::strict::{self, Object};
use crate::format::survive::Survive;
use serde::ser::SerializeStruct;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// What stands in [`Certificate::format`].
pub const FORMAT: &str = "attractor-certificate";

/// The latest version of the format. Certificates without [`Certificate::survive`] are written as [`OLDEST_VERSION`], so that
/// earlier readers take them.
pub const VERSION: u32 = 3;

/// The oldest version that is read.
pub const OLDEST_VERSION: u32 = 2;

/// Claims about a network, with their evidence.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Certificate {
    /// Always [`FORMAT`].
    pub format: String,
    /// [`OLDEST_VERSION`] to [`VERSION`].
    pub version: u32,
    /// Which patterns, and which networks are compared.
    #[serde(deserialize_with = "strict::object")]
    pub problem: CertifiedProblem,
    /// What one network stores of them.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "strict::optional_object"
    )]
    pub stored: Option<Stored>,
    /// What no network of the problem undercuts.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "strict::optional_object"
    )]
    pub bound: Option<Bound>,
    /// That no network of the problem makes more patterns survive damage. Since version 3.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "strict::optional_object"
    )]
    pub survive: Option<Survive>,
    /// Wrong bits stored minus the bound: the network is optimal within this many; 0 is optimal. Needs both claims.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gap: Option<u64>,
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
    #[serde(deserialize_with = "strict::list_of_objects")]
    pub dependencies: Vec<Dependency>,
    /// What is known of groups of neurons, each from dependencies and from lemmas before it.
    #[serde(deserialize_with = "strict::list_of_objects")]
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

/// A claim about the wrong bits of some neurons, and its proof.
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
    /// In sum at least this number; `bound` in the file.
    Sum(u64),
    /// One number a neuron: at least one neuron has more wrong bits than its number; `most` in the file.
    Most(Vec<u64>),
}

impl Claim {
    /// The least sum of wrong bits that is claimed; 0 for a claim of the other kind.
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
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
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

/// A refutation as it stands in the file, if it is not the word `exhaustive`.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
enum RefutationForm {
    Search(Object<SearchFields>),
    Tree(Vec<Node>),
    Payments(Object<PaymentsFields>),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SearchFields {
    dependencies: Vec<u32>,
    lemmas: Vec<u32>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PaymentsFields {
    lemmas: Vec<u32>,
}

impl From<RefutationForm> for Refutation {
    fn from(form: RefutationForm) -> Self {
        match form {
            RefutationForm::Search(Object(search)) => Self::Search {
                dependencies: search.dependencies,
                lemmas: search.lemmas,
            },
            RefutationForm::Tree(nodes) => Self::Tree(nodes),
            RefutationForm::Payments(Object(payments)) => Self::Payments {
                lemmas: payments.lemmas,
            },
        }
    }
}

impl<'de> Deserialize<'de> for Refutation {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let word = ("exhaustive", Self::Exhaustive);
        strict::word_or_form::<D, Self, RefutationForm>(deserializer, word)
    }
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
