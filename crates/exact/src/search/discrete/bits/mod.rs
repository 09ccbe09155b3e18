//! Branch and bound on bit planes: 64 rows a word, and the last weights' choices all at once.

mod branching;
mod leaf;
mod masks;

pub(super) use branching::Branching;
#[cfg(test)]
pub(super) use leaf::Leaf;
pub(super) use masks::Masks;
