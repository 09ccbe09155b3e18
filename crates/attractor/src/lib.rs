//! Discrete Hopfield networks (binary associative memories): patterns, couplings, networks, recall, classical learning
//! rules and file formats. Knows no solver; exact training is the crate `attractor-exact`.

pub mod binarise;
pub mod bits;
pub mod by_text;
pub mod couplings;
pub mod cue;
mod fields;
pub mod images;
pub mod io;
pub mod linear;
pub mod network;
pub mod overlap;
pub mod patterns;
pub mod picture;
pub mod radius;
pub mod recall;
mod resample;
pub mod rules;
pub mod select;
pub mod signed_sums;
pub mod stability;
mod tolerances;
pub mod vectors;

pub use binarise::{Binarisation, Threshold};
pub use couplings::{Couplings, CouplingsError, Shape, Symmetry};
pub use cue::{Cues, CuesError};
pub use images::{Image, Images};
pub use network::{Network, NetworkError};
pub use overlap::{Nearest, nearest, overlap};
pub use patterns::{Patterns, PatternsError};
pub use radius::{Radius, certified_radii};
pub use recall::{End, Order, RecallError, RecallOptions, Recalled, Update, energy_trace, recall};
pub use rules::{Bounds, Rule, Status, TrainError, Trained};
pub use select::{SelectError, Selection};
pub use stability::{SizeMismatch, Stability, Ties};
