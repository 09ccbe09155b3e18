//! Evidence: what lower bounds rest on, as plain data. Searches fill it in; [`certify`](crate::certify()) turns it into a
//! certificate.

use crate::geometry::dependency::{Dependency, Packed};

/// What lower bounds rest on.
///
/// The claim is: a neuron's wrong bits meet every dependency of the neuron, so they are at least its bound (equal rows
/// count together); the neurons of a core cannot all be within the core's numbers, because no such wrong bits meet every
/// dependency among these neurons; and wrong bits that fit these bounds and cores add up to at least `total`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Evidence {
    /// What is known about single neurons, each at most once.
    pub neurons: Vec<NeuronBound>,
    /// Dependencies over several neurons of a symmetric network; row μ·N+i is bit (μ,i).
    pub coupled: Vec<Dependency>,
    /// Groups of neurons, each neuron with a number of wrong bits: not all of them can be within their numbers at once.
    pub cores: Vec<Vec<(usize, u32)>>,
    /// The bound on the whole network, where it exceeds the sum of the neurons'.
    pub total: u64,
    /// Neurons with discrete weights, with their bound, where it exceeds what their dependencies carry: it was found by
    /// trying all weights.
    pub tried: Vec<(usize, u64)>,
    /// How many patterns cannot survive what was asked for, as far as that is known: the strongest bound first, then those that
    /// are easier to check.
    pub survival: Vec<SurvivalBound>,
}

/// What is known about one neuron. The dependencies stay packed until a certificate is written.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct NeuronBound {
    /// The neuron.
    pub neuron: usize,
    /// The lower bound on its wrong bits.
    pub bound: u64,
    /// The dependencies that carry it; rows are patterns.
    pub dependencies: Vec<Packed>,
}

impl Evidence {
    /// Adds a neuron's dependencies, whose rows are patterns, and the bound that they carry.
    pub fn add_neuron(&mut self, neuron: usize, bound: usize, dependencies: Vec<Packed>) {
        self.neurons.push(NeuronBound {
            neuron,
            bound: bound as u64,
            dependencies,
        });
    }
}

/// A set of inputs that may be damaged, whichever they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum DamagedInputs {
    /// At most so many have the wrong sign.
    Flips(usize),
    /// At most so many have the value 0.
    Erasures(usize),
}

/// Bits of one neuron that cannot all survive their damage: a proof in whole numbers that no weights of the neuron make them.
///
/// With a_k the row of bit k over the inputs, λ_k its multiplier and v_k its flow, c_j is the sum of a_kj (λ_k − v_kj) over the
/// bits of a leaf, for the bias that of λ_k ξ_k. For r flips 0 ≤ v ≤ 2λ and Σ_j v_j ≤ 2rλ; for r erasures 0 ≤ v ≤ λ and
/// Σ_j v_j ≤ rλ. Of real weights every c_j is 0. Of whole weights within l_j and u_j, Σ_j max(c_j l_j, c_j u_j) is below the sum
/// of λ over the strict bits (of binary weights: over what their fields must reach).
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct SurvivalCore {
    /// The neuron.
    pub neuron: usize,
    /// Boxes that cover all weights of the neuron, each node before its two children; of real weights one leaf.
    pub tree: Vec<SurvivalNode>,
}

/// A node of a [`SurvivalCore`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SurvivalNode {
    /// First the weights with w_j ≤ `at`, then the others.
    Split {
        /// j; the neuron itself stands for its bias.
        input: usize,
        /// The largest value of the first child.
        at: i64,
    },
    /// Bits that cannot all survive with weights of this box.
    Leaf(Vec<SurvivalBit>),
}

/// A bit of a [`SurvivalCore`].
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct SurvivalBit {
    /// The pattern.
    pub pattern: usize,
    /// What the bit is to survive.
    pub damage: DamagedInputs,
    /// λ ≥ 1.
    pub multiplier: u64,
    /// v of every input, ascending.
    pub flow: Vec<u64>,
}

impl SurvivalCore {
    /// With one leaf.
    pub(crate) fn leaf(neuron: usize, bits: Vec<SurvivalBit>) -> Self {
        Self {
            neuron,
            tree: vec![SurvivalNode::Leaf(bits)],
        }
    }

    /// The bits of all leaves.
    pub fn bits(&self) -> impl Iterator<Item = &SurvivalBit> {
        self.tree.iter().flat_map(|node| match node {
            SurvivalNode::Leaf(bits) => &bits[..],
            SurvivalNode::Split { .. } => &[],
        })
    }

    /// The patterns of which something is to survive.
    pub fn damaged(&self) -> impl Iterator<Item = usize> + '_ {
        let asked = |bit: &&SurvivalBit| {
            !matches!(
                bit.damage,
                DamagedInputs::Flips(0) | DamagedInputs::Erasures(0)
            )
        };
        self.bits().filter(asked).map(|bit| bit.pattern)
    }
}

/// That no network of the class that holds the same bits makes more than `at_most` of its stored patterns survive so much.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct SurvivalBound {
    /// Flipped entries that were asked for.
    pub flips: usize,
    /// Erased entries that were asked for.
    pub erasures: usize,
    /// The stored patterns, ascending.
    pub patterns: Vec<usize>,
    /// Patterns.
    pub at_most: usize,
    /// Bits that cannot all survive; what is given up meets every core.
    pub cores: Vec<SurvivalCore>,
}
