//! Smallest removal sets: branch and bound over the hitting sets of all infeasible subsystems.
//!
//! Removing a set of rows makes the others hold together iff it *hits* every IIS. There are far too many of them to list;
//! so a pool grows while the search runs (implicit hitting set), and to refute "some removal of weight ≤ b suffices", one
//! or two thousand well-chosen members are enough where 10^10 removals are to be refuted. A node fixes some rows as
//! removed and some as kept; it takes an unhit IIS with the fewest rows that are still optional and removes one of them
//! after the other, each kept in all later branches. Only where the pool is hit to the last member are the rows
//! themselves asked, through [`Separate`]; the answer is a removal that suffices or a new member, preferably with few
//! optional rows.
//!
//! Nodes of the upper tree (`tree`) scan the pool; once few removals are left, the most useful members move to a small
//! bit-parallel pool (`small_pool`) in which a node costs tens of nanoseconds (`kernel`).

mod kernel;
mod nodes;
mod query;
mod row_set;
mod small_pool;
mod tree;

pub(crate) use query::{Answer, Ending, HittingSets, Query, Separate, Separation};

use nodes::Tree;

/// Most distinct rows that a search can handle.
pub(crate) const MAX_ROWS: usize = 64 * 64;

/// A search over rows of the given weights, all positive; `None` if they are more than [`MAX_ROWS`].
pub(crate) fn hitting_sets(weights: &[u32]) -> Option<Box<dyn HittingSets>> {
    Some(match weights.len() {
        0..=64 => Box::new(Tree::<1>::new(weights)),
        65..=128 => Box::new(Tree::<2>::new(weights)),
        129..=192 => Box::new(Tree::<3>::new(weights)),
        193..=256 => Box::new(Tree::<4>::new(weights)),
        257..=512 => Box::new(Tree::<8>::new(weights)),
        513..=1024 => Box::new(Tree::<16>::new(weights)),
        1025..=MAX_ROWS => Box::new(Tree::<64>::new(weights)),
        _ => return None,
    })
}
