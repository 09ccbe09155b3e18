//! Refusal: why a certificate does not prove what it claims, and where.

use std::fmt;

/// The first thing that is wrong with a certificate.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{location}: {reason}")]
#[non_exhaustive]
pub struct Refusal {
    /// Path to the field, for example `bound.dependencies[3].multipliers[2]`.
    pub location: String,
    /// What is wrong with it.
    pub reason: Reason,
}

impl Refusal {
    pub(crate) fn at(location: impl fmt::Display, reason: Reason) -> Self {
        Self {
            location: location.to_string(),
            reason,
        }
    }
}

/// What can be wrong with a certificate.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Reason {
    /// Another format or version.
    #[error("`{found}` is not `{expected}`")]
    Format {
        /// What stands there.
        found: String,
        /// What should.
        expected: String,
    },
    /// The patterns, the network or the couplings are of another size.
    #[error("{found} where {expected} are expected")]
    Size {
        /// What stands there.
        found: usize,
        /// What should.
        expected: usize,
    },
    /// The hash is that of something else.
    #[error(
        "the certificate is about other data: SHA-256 {claimed} is claimed, {actual} is that of the data given"
    )]
    Hash {
        /// In the certificate.
        claimed: String,
        /// Of the data.
        actual: String,
    },
    /// Couplings that cannot be.
    #[error("no couplings: {0}")]
    Couplings(String),
    /// The network is outside the class that the problem names.
    #[error("the network is outside the class of the claim: {0}")]
    OutsideClass(String),
    /// A number that is not the true one.
    #[error("{claimed} is claimed, {actual} is true")]
    Count {
        /// In the certificate.
        claimed: u64,
        /// Recounted.
        actual: u64,
    },
    /// Not a decimal fraction ≥ 0.
    #[error("`{0}` is no decimal fraction of at least 0 with at most 60 digits")]
    Fraction(String),
    /// The margin of a neuron is smaller than claimed.
    #[error("the margin of neuron {neuron} is smaller than claimed (pattern {pattern})")]
    Margin {
        /// The neuron.
        neuron: usize,
        /// A pattern in which its aligned field is too small.
        pattern: usize,
    },
    /// A margin or radius is claimed where there is none.
    #[error("{0}")]
    NotDefined(&'static str),
    /// A bit does not survive the flips that are claimed.
    #[error("bit {neuron} of pattern {pattern} does not survive {radius} flipped inputs")]
    Radius {
        /// The pattern.
        pattern: usize,
        /// The neuron.
        neuron: usize,
        /// The radius claimed.
        radius: u32,
    },
    /// An index of something that does not exist, or not yet.
    #[error("{index}: only indices below {limit} exist here")]
    Index {
        /// The index.
        index: usize,
        /// One above the largest possible.
        limit: usize,
    },
    /// Lists of different lengths that belong together.
    #[error("{found} entries where {expected} belong")]
    Length {
        /// Entries found.
        found: usize,
        /// Entries expected.
        expected: usize,
    },
    /// The same thing twice, or lists that are not ascending.
    #[error("{0} stands here twice or out of order")]
    Repeated(usize),
    /// A multiplier or weight of zero.
    #[error("a zero has no place here")]
    Zero,
    /// The rows do not add up to zero.
    #[error(
        "the rows do not add up to zero: weight ({neuron},{input}) is left (input = neuron: the bias)"
    )]
    NotZero {
        /// The neuron.
        neuron: usize,
        /// The input; the neuron itself for its bias.
        input: usize,
    },
    /// Whole weights of these ranges may have all the fields that the bits ask for.
    #[error(
        "weights of these ranges reach {reached} where the bits ask for {asked}: no contradiction"
    )]
    Reached {
        /// The most that the weighted fields can be.
        reached: i128,
        /// What they must be if all bits survive.
        asked: i128,
    },
    /// The rows add up to more than the margin allows (model with ε).
    #[error("ε times the multipliers does not exceed the sum of the columns' magnitudes")]
    NotExceeded,
    /// Every row of the dependency may be zero: no contradiction.
    #[error("no row here asks for a field different from zero, so all can hold at once")]
    NoStrictRow,
    /// A dependency or lemma speaks of a neuron that the lemma does not.
    #[error("{what} {index} speaks of neurons outside this lemma")]
    OutsideLemma {
        /// "dependency" or "lemma".
        what: &'static str,
        /// Its index.
        index: usize,
    },
    /// The tree uses a dependency that is broken already.
    #[error("dependency {0} is broken already at this node")]
    Broken(usize),
    /// The children of a node do not cover every way to break its dependency.
    #[error("row {position} of dependency {dependency} could be removed here, and no child does")]
    Uncovered {
        /// The dependency.
        dependency: usize,
        /// The position of the row in it.
        position: usize,
    },
    /// A row that cannot be removed at a node.
    #[error(
        "row {position} of dependency {dependency} cannot be removed here (kept, too heavy, or listed twice)"
    )]
    NotFree {
        /// The dependency.
        dependency: usize,
        /// The position of the row in it.
        position: usize,
    },
    /// A branch on a row that is decided already, or too heavy.
    #[error(
        "row (pattern {pattern}, neuron {neuron}) is not open here (kept, removed, or too heavy)"
    )]
    Decided {
        /// The neuron.
        neuron: u32,
        /// A pattern of the row's class.
        pattern: u32,
    },
    /// A branch on a row of a neuron outside the lemma.
    #[error("the lemma has no row (pattern {pattern}, neuron {neuron})")]
    NotInLemma {
        /// The neuron.
        neuron: u32,
        /// The pattern.
        pattern: u32,
    },
    /// A branch whose inequalities leave a removal within the budget.
    #[error(
        "these inequalities do not close the branch: their sum asks for {asked}, removals can give more"
    )]
    NotClosed {
        /// The weighted sum of what is asked for.
        asked: u128,
    },
    /// A tree that ends before all branches are closed, or goes on after.
    #[error("{0}")]
    TreeShape(&'static str),
    /// The search found a removal that breaks every dependency.
    #[error("removing {} breaks every dependency and is too few for the bound", Rows(.0))]
    Escapes(Vec<(u32, u32)>),
    /// The search found wrong bits that satisfy every lemma.
    #[error("{0} wrong bits satisfy every one of these lemmas and are too few for the bound")]
    Paid(u64),
    /// The search found few patterns whose loss lets all others survive, as far as the cores tell.
    #[error("giving up {0} patterns meets every core: more may survive than is claimed")]
    GivenUp(u64),
    /// The bounds do not add up.
    #[error("the lemmas add up to {sum}, not to {claimed}")]
    Sum {
        /// What they add up to.
        sum: u64,
        /// What is claimed.
        claimed: u64,
    },
    /// Something is drawn from the sum of a lemma that claims none.
    #[error("a `most` claim has no sum")]
    NoSum,
    /// A claim that has no sense for this problem.
    #[error("{0}")]
    Unsuitable(&'static str),
    /// Discrete weights that have fewer wrong bits than claimed exist.
    #[error("discrete weights with only {0} wrong bits exist")]
    Undercut(u64),
    /// More than a limit allows; it may be true or not.
    #[error("too large: {0}")]
    TooLarge(&'static str),
}

struct Rows<'a>(&'a [(u32, u32)]);

impl fmt::Display for Rows<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return f.write_str("no row");
        }
        for (k, (neuron, pattern)) in self.0.iter().take(10).enumerate() {
            let comma = if k == 0 { "" } else { ", " };
            write!(f, "{comma}(pattern {pattern}, neuron {neuron})")?;
        }
        if self.0.len() > 10 {
            write!(f, " and {} more", self.0.len() - 10)?;
        }
        Ok(())
    }
}
