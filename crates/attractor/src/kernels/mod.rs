//! Inner loops that the crates of this workspace share: sets of bits, sums of ±1 states, small linear algebra.
//!
//! **Internal.** Nothing here is part of this crate's public interface. It changes without notice and without a new
//! version number.

pub mod bits;
pub mod by_text;
pub mod exact_sum;
pub mod lbfgs;
pub mod linear;
pub mod signed_sums;
pub mod vectors;
