//! Discrete Hopfield networks (binary associative memories): patterns, couplings, networks, recall, classical learning
//! rules and file formats. Knows no solver; exact training is the crate `attractor-exact`.

pub mod couplings;
pub mod cue;
mod fields;
pub mod network;
pub mod patterns;
pub mod recall;
pub mod rules;
mod signed_sums;
pub mod stability;

pub use couplings::{Couplings, CouplingsError, Shape, Symmetry};
pub use cue::{Cues, CuesError};
pub use network::{Network, NetworkError};
pub use patterns::{Patterns, PatternsError};
pub use recall::{End, Order, RecallError, RecallOptions, Recalled, Update, energy_trace, recall};
pub use rules::{Bounds, Rule, Status, TrainError, Trained};
pub use stability::{Stability, Ties};
