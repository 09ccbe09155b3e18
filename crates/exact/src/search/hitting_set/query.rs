//! What the search asks and answers: rows that can hold together or not, removals that suffice.

use attractor::Control;

/// What [`Separate::separate`] found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Separation {
    /// Some weights hold all the rows.
    Holds,
    /// The rows written to the buffer cannot all hold.
    Conflict,
    /// Rounding left it undecided.
    Undecided,
}

/// Tells whether rows can hold together.
pub(crate) trait Separate {
    /// Whether the rows `kept` and `optional` can all hold; else an IIS of theirs goes to `conflict`, with as few
    /// optional rows as come easily.
    fn separate(
        &mut self,
        kept: &[usize],
        optional: &[usize],
        conflict: &mut Vec<usize>,
    ) -> Separation;

    /// What one call costs, in units of a node of the bit-parallel search.
    fn effort(&self) -> u64;
}

/// Which removals to look for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Query<'q> {
    /// Rows removed from the start; they do not count towards the budget.
    pub removed: &'q [usize],
    /// Rows that must be kept.
    pub kept: &'q [usize],
    /// Greatest total weight of the rows to remove.
    pub budget: u32,
    /// How many removals to find before stopping.
    pub most: usize,
    /// Effort, in units of a node of the bit-parallel search, after which to give up.
    pub effort: u64,
}

/// How a search ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// Every removal within the budget contains one of those found; none found: there is none.
    Exhausted,
    /// As many were found as were asked for.
    Full,
    /// The effort was spent.
    Spent,
    /// The control said stop.
    Stopped,
}

/// What a query found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// How it ended.
    pub ending: Ending,
    /// Whether rounding left some node undecided: then exhausted proves nothing.
    pub undecided: bool,
    /// Removals that suffice, each sorted, without the rows that the query removed.
    pub removals: Vec<Vec<usize>>,
}

/// The search with its pool, which serves all queries on the same rows.
pub(crate) trait HittingSets: Send {
    /// Looks for removals that make the other rows hold; with the effort that it took.
    fn search(
        &mut self,
        rows: &mut dyn Separate,
        query: &Query<'_>,
        control: &Control<'_>,
    ) -> (Answer, u64);

    /// Adds rows that cannot all hold to the pool.
    fn add(&mut self, conflict: &[usize]);

    /// The pool's members, ascending row numbers, that the last search used: alone they refute what it refuted.
    fn used(&self) -> Vec<usize>;

    /// Member `member` of the pool.
    fn conflict(&self, member: usize) -> Vec<usize>;

    /// Size of the pool.
    fn pool(&self) -> usize;

    /// Forgets the members from number `pool` on.
    fn truncate(&mut self, pool: usize);

    /// Nodes of all searches.
    fn nodes(&self) -> u64;
}
