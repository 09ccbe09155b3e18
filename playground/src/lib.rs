//! The engine of the playground: what the page in the browser asks, answered by attractor itself.
//!
//! A request is JSON with bytes behind it, and so is the reply ([`engine::Engine::answer`]). `boundary.rs` carries both over the border of the
//! WebAssembly module; it exists there alone, so that all else is tested as an ordinary crate.

#[cfg(target_family = "wasm")]
mod boundary;
pub mod engine;
mod held;
mod samples;
mod training;
