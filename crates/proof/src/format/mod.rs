//! Format: what a certificate file holds, as data, and what both its writer and its checker know of it.
//!
//! Imports nothing of `check` or `build`.

pub(crate) mod certificate;
pub(crate) mod file;
pub(crate) mod fraction;
pub(crate) mod hash;
pub mod limits;
pub(crate) mod natural;
pub(crate) mod problem;
pub(crate) mod refusal;
mod strict;
pub(crate) mod survive;
