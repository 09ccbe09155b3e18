//! How much is read.

/// The most bytes read from one input that is not compressed: 4 GiB.
pub const MAX_BYTES: u64 = 1 << 32;
/// The most bytes that a gzipped input may unpack to: 1 GiB. A gzip file of 1 MB can hold this, and thousands more.
pub const MAX_UNPACKED: u64 = 1 << 30;
