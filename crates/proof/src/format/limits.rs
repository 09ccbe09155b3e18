//! Limits: the most that a certificate may ask of its reader, so that a hostile file cannot take more than a stated
//! memory or time. What exceeds one is refused as too large, whether true or not.

/// Bytes of a certificate file as stored. No honest file is longer packed than unpacked.
pub const MAX_FILE_BYTES: u64 = MAX_TEXT_BYTES;

/// Bytes of JSON after unpacking: 64 MiB. Parsed lists take at most 16 bytes an entry that takes two bytes of text,
/// and twice that while a list grows, so reading stays below 1.5 GiB.
pub const MAX_TEXT_BYTES: u64 = 1 << 26;

/// Members of a packed file: each takes some microseconds, though nothing is in it. Files written here have one a MiB.
pub const MAX_MEMBERS: usize = 1 << 10;

/// Decimal digits of one integer. The multipliers of an infeasible subsystem of rank r are minors of a ±1 matrix, at
/// most r^(r/2) (Hadamard): 10,000 digits are enough for every rank up to 5,500.
pub const MAX_DIGITS: usize = 10_000;

/// Rows of one dependency: 32-bit limbs of fewer than 2^31 cannot overflow a 64-bit sum.
pub const MAX_ROWS: usize = (1 << 31) - 1;

/// Dependencies of one certificate.
pub const MAX_DEPENDENCIES: usize = 1 << 20;

/// Lemmas of one certificate: one a neuron for the largest network, and as many joint ones.
pub const MAX_LEMMAS: usize = 1 << 17;

/// Depth of a refutation tree. Each level removes a row, so a tree is never deeper than the bound that it proves.
pub const MAX_DEPTH: usize = 1 << 16;

/// Wrong bits of one neuron in a search over several: how deep it recurs.
pub const MAX_NEURON_DEPTH: usize = 1 << 10;

/// Payments of a search that lead on from one another: how deep it recurs.
pub const MAX_PAYMENTS_DEPTH: usize = 1 << 10;

/// Rows, with repetition, that one lemma's dependencies and earlier lemmas name: 256 MiB of indices.
pub const MAX_ELEMENTS: u64 = 1 << 26;

/// 64-bit words of each table that a search keeps: 256 MiB.
pub const MAX_SEARCH_WORDS: usize = 1 << 25;

/// Weight of one inequality where a branch is closed.
pub const MAX_WEIGHT: u64 = 1 << 32;

/// Elementary steps (additions of a word) that checking one certificate may take: about a minute or two of one core.
pub const MAX_WORK: u64 = 1 << 36;

/// P·N² times the words of the exact numbers that weights are scaled to: the recount's share, counted apart from
/// [`MAX_WORK`] because it does not depend on the certificate but on the network and the patterns.
pub const MAX_RECOUNT: u64 = 1 << 40;

/// Decimal digits of a claimed margin or epsilon.
pub const MAX_FRACTION_DIGITS: usize = 60;
