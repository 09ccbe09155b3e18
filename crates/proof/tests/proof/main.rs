//! The tests of the crate from outside, in one binary because each takes long to link.

mod conformance;
mod folder;
mod layers;
mod lies;
mod solver;
mod truth;
