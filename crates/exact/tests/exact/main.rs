//! All integration tests of the crate in one binary: each binary more costs seconds of linking.

mod classical;
mod discrete;
mod examples;
mod grown;
mod milp;
mod milp_backends;
mod milp_outside;
mod steps;
