//! How much is read. Larger limits let an endless input fill more memory before it is refused; smaller ones refuse files
//! that people have.

/// The most bytes of an array (`.npy`, IDX) that is not compressed: 4 GiB. Its entries take a byte each in memory.
pub const MAX_BYTES: u64 = 1 << 32;
/// The most bytes that a compressed input may unpack to: 1 GiB. A gzip file of 1 MB can hold this, and thousands more.
pub const MAX_UNPACKED: u64 = 1 << 30;
/// The most bytes of a text with a row a line, such as a table or a ledger: 1 GiB. It is read as a whole.
pub const MAX_TEXT: u64 = 1 << 30;
/// The most bytes of a text that people write, such as a configuration: 16 MiB.
pub const MAX_CONFIGURATION: u64 = 1 << 24;
/// The most bytes of one packed image: 256 MiB. It is read as a whole.
pub(super) const MAX_IMAGE: u64 = 1 << 28;
/// The most pixels of an image that is read: 2^28, a gigabyte of grey values.
pub(super) const MAX_PIXELS: usize = 1 << 28;
