//! Limits of what is read.

/// The most bytes that are read from a table, packed or unpacked. Larger: an endless input fills more memory before it is
/// refused. Smaller: large tables are refused.
pub const MAX_BYTES: u64 = 1 << 29;
