//! `attractor serve`, from outside, by whoever means well or ill.

mod attacks;
mod host;
mod trainings;
