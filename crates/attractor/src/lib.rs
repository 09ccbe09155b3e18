//! Discrete Hopfield networks (binary associative memories): patterns, couplings, networks, recall, classical learning
//! rules and file formats. Knows no solver; exact training is the crate `attractor-exact`.

pub mod couplings;
pub mod cue;
mod fields;
pub mod network;
pub mod overlap;
pub mod patterns;
pub mod radius;
pub mod recall;
pub mod rules;
mod signed_sums;
pub mod stability;

pub use couplings::{Couplings, CouplingsError, Shape, Symmetry};
pub use cue::{Cues, CuesError};
pub use network::{Network, NetworkError};
pub use overlap::{Nearest, nearest, overlap};
pub use patterns::{Patterns, PatternsError};
pub use radius::{Radius, certified_radii};
pub use recall::{End, Order, RecallError, RecallOptions, Recalled, Update, energy_trace, recall};
pub use rules::{Bounds, Rule, Status, TrainError, Trained};
pub use stability::{SizeMismatch, Stability, Ties};
