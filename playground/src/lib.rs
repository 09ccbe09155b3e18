//! The engine of the playground: what the page in the browser asks, answered by attractor itself.
//!
//! A request is JSON with bytes behind it, and so is the reply ([`Engine::answer`]). In the browser
//! `boundary.rs` carries both over the border of the WebAssembly module; `attractor serve` carries them over HTTP.

mod asked;
#[cfg(target_family = "wasm")]
mod boundary;
mod course;
mod engine;
mod held;
mod listener;
#[cfg(feature = "exact")]
mod objective;
#[cfg(feature = "page")]
pub mod page;
mod rules;
mod samples;
mod task;
#[cfg(all(test, feature = "exact"))]
mod tests;
mod training;

pub use engine::Engine;
pub use listener::Listener;
