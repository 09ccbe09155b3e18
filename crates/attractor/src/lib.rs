//! Discrete Hopfield networks (binary associative memories): patterns, couplings, networks, recall, classical learning
//! rules and file formats. Knows no solver; exact training is the crate `attractor-exact`.
//!
//! [`Patterns`] are what is to be stored, P states of N neurons over ±1; [`io`] reads them from files, [`Binarisation`]
//! makes them from [`Images`]. [`Couplings`] say which weights exist. A [`Rule`] (all of them in [`rules`]) makes of both a
//! [`Trained`]: the [`Network`], and what is known of it. [`Cues`] are damaged or incomplete states, and [`recall()`] takes
//! them to the attractors of the network:
//!
//! ```
//! use attractor::rules::PseudoInverse;
//! use attractor::{Couplings, Cues, Patterns, RecallOptions, Rule, Symmetry, recall};
//! let patterns = Patterns::random(10, 100, 1)?;
//! let couplings = Couplings::full(100, Symmetry::Symmetric)?;
//! let trained = PseudoInverse::default().train(&patterns, &couplings)?;
//! assert_eq!(trained.total.wrong_bits, 0);
//!
//! let damaged = Cues::from(&patterns).flip(10, 2);
//! let recalled = recall(&trained.network, &damaged, &RecallOptions::default())?;
//! assert_eq!(recalled.states, patterns);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! What a network is worth: [`Stability`] counts its wrong bits and measures its margin, [`certified_radii`] says how much
//! damage each pattern survives wherever it falls, [`outcomes`] what recalls came to, [`states`] which attractors a small
//! network has; [`overlap()`] and [`nearest`] compare states, [`picture`] draws them.
//! A network is kept as an [`io::NetworkFile`].
//!
//! Data enter by constructors that validate; behind them nothing is checked again. The signs of fields are exact, so that
//! recall depends neither on the number of threads nor on the machine.

pub mod binarise;
pub mod chip;
mod cliques;
pub mod clock;
pub mod control;
pub mod couplings;
pub mod cue;
mod fields;
pub mod halves;
pub mod images;
pub mod io;
#[doc(hidden)]
pub mod kernels;
pub mod network;
pub mod overlap;
pub mod patterns;
pub mod picture;
pub mod radius;
pub mod radius_steps;
pub mod recall;
mod resample;
pub mod rules;
pub mod select;
pub mod stability;
pub mod states;
pub mod ties;
mod tolerances;

pub use binarise::{Binarisation, Threshold};
pub use cliques::{CliquesError, cliques};
pub use control::{Control, Keeper, Paced, Phase, Progress};
pub use couplings::{Couplings, CouplingsError, Shape, Symmetry};
pub use cue::{Cues, CuesError};
pub use images::{Image, Images, ImagesError};
pub use network::{Network, NetworkError, SizeMismatch};
pub use overlap::{Nearest, nearest, overlap};
pub use patterns::{Patterns, PatternsError};
pub use radius::{Radius, certified_radii};
pub use radius_steps::{
    DEFAULT_RADIUS_NODES, Lost, SearchedRadii, StepRadii, certified_step_radii, search_step_radii,
};
pub use recall::{
    DenseError, DenseMemory, End, Order, Outcome, RecallError, RecallOptions, Recalled, Separation,
    Update, energy_trace, follow, mean_overlaps, outcomes, overlap_trace, recall,
};
pub use rules::{Bounds, Refusal, Rule, Status, TrainError, Trained};
pub use select::{SelectError, Selection};
pub use stability::Stability;
pub use ties::{ParseTiesError, Ties};
