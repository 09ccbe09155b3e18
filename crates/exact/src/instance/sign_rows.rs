//! Rows as exact arithmetic needs them.

/// Rows with entries −1, 0 or +1, each asked to be positive (strict) or not negative.
pub(crate) trait SignRows {
    /// Number of columns.
    fn columns(&self) -> usize;
    /// Whether row `r` asks for `> 0`, not `≥ 0`.
    fn is_strict(&self, r: usize) -> bool;
    /// `a_rj`: −1, 0 or +1.
    fn sign(&self, r: usize, j: usize) -> i64;
    /// `a_r·a_s`.
    fn product(&self, r: usize, s: usize) -> i64;
}
