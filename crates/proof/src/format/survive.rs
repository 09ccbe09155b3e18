//! Survive: how many patterns can survive damage, as data. Since version 3.

use crate::format::strict::{self, Object};
use serde::ser::SerializeStruct;
use serde::{Deserialize, Serialize, Serializer};

/// That no network of the problem makes more than `at_most` of these patterns survive so much damage.
///
/// A pattern survives if each of its bits is right whichever `flips` inputs have the wrong sign, and whichever `erasures`
/// inputs have the value 0.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Survive {
    /// Inputs of the wrong sign.
    pub flips: u32,
    /// Inputs of value 0.
    pub erasures: u32,
    /// Always 1: each bit is looked at by itself. Reserved for claims about several steps of recall.
    pub steps: u32,
    /// Of which networks of the class this is said.
    pub holding: Holding,
    /// The patterns that are counted, ascending.
    pub patterns: Vec<u32>,
    /// The claim.
    pub at_most: u64,
    /// Bits that cannot all survive.
    #[serde(deserialize_with = "strict::list_of_objects")]
    pub cores: Vec<SurviveCore>,
}

/// Which networks of the class a claim is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Holding {
    /// All of them.
    Nothing,
    /// Those that hold every bit that the network of `stored` holds.
    StoredBits,
}

/// Bits of one neuron that cannot all survive their damage.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "CoreFields")]
pub struct SurviveCore {
    /// The neuron.
    pub neuron: u32,
    /// Ranges of the neuron's weights that hold all of them, each node before its two children. A single leaf, the only tree of
    /// real weights, stands as `bits` in the file.
    pub tree: Vec<SurviveNode>,
}

impl SurviveCore {
    /// The bits of all leaves.
    pub fn bits(&self) -> impl Iterator<Item = &SurviveBit> {
        self.tree.iter().flat_map(|node| match node {
            SurviveNode::Bits(bits) => &bits[..],
            SurviveNode::Split(..) => &[],
        })
    }
}

/// A node of a [`SurviveCore`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", from = "NodeForm")]
pub enum SurviveNode {
    /// An input (the neuron itself: its bias) and a number: in the first child its weight is among so many least values of all
    /// that weights of the domain have, in the second it is not.
    Split(u32, u32),
    /// Bits that cannot all survive with weights of these ranges.
    Bits(Vec<SurviveBit>),
}

/// A core as it stands in the file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CoreFields {
    neuron: u32,
    #[serde(default)]
    bits: Option<Vec<Object<SurviveBit>>>,
    #[serde(default)]
    tree: Option<Vec<SurviveNode>>,
}

/// A node as it stands in the file.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
enum NodeForm {
    Split(u32, u32),
    Bits(Vec<Object<SurviveBit>>),
}

impl From<NodeForm> for SurviveNode {
    fn from(form: NodeForm) -> Self {
        match form {
            NodeForm::Split(input, count) => Self::Split(input, count),
            NodeForm::Bits(bits) => Self::Bits(bits.into_iter().map(|Object(bit)| bit).collect()),
        }
    }
}

impl TryFrom<CoreFields> for SurviveCore {
    type Error = &'static str;

    fn try_from(fields: CoreFields) -> Result<Self, Self::Error> {
        let tree = match (fields.bits, fields.tree) {
            (Some(bits), None) => vec![NodeForm::Bits(bits).into()],
            (None, Some(tree)) => tree,
            _ => return Err("a core has either `bits` or `tree`"),
        };
        let neuron = fields.neuron;
        Ok(Self { neuron, tree })
    }
}

impl Serialize for SurviveCore {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_struct("SurviveCore", 2)?;
        fields.serialize_field("neuron", &self.neuron)?;
        match &self.tree[..] {
            [SurviveNode::Bits(bits)] => fields.serialize_field("bits", bits)?,
            tree => fields.serialize_field("tree", tree)?,
        }
        fields.end()
    }
}

/// A bit of a [`SurviveCore`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SurviveBit {
    /// Its pattern.
    pub pattern: u32,
    /// What it is to survive; nothing at all: that it is right.
    pub damage: SurviveDamage,
    /// λ ≥ 1.
    pub multiplier: u64,
    /// v of every input, ascending; left out: all 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub flow: Option<Vec<u64>>,
}

/// Damage of one kind, wherever it falls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SurviveDamage {
    /// So many inputs of the wrong sign.
    Flips(u32),
    /// So many inputs of value 0.
    Erasures(u32),
}

impl SurviveDamage {
    /// Whether nothing is damaged.
    pub fn is_none(self) -> bool {
        matches!(self, Self::Flips(0) | Self::Erasures(0))
    }
}
