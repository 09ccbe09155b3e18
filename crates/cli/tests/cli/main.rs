//! The real binary, from outside: what works, what the README shows, and every way to misuse it.

mod bad_input;
mod certificates;
mod commands;
mod experiments;
mod folder;
mod interrupt;
mod readme;
