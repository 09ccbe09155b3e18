//! Survive: how many patterns can survive damage, as data. Since version 3.

use crate::format::strict;
use serde::{Deserialize, Serialize};

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
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SurviveCore {
    /// The neuron.
    pub neuron: u32,
    /// Its bits.
    #[serde(deserialize_with = "strict::list_of_objects")]
    pub bits: Vec<SurviveBit>,
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
