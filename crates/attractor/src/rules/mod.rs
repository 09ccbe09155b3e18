//! Learning rules: the one trait that every way of training implements, and the classical rules.
//!
//! A rule is a value that holds its own options and turns patterns into a network with exactly the couplings asked for,
//! or refuses them. None of the rules here knows a solver; the exact rule lives in the crate `attractor-exact`.

mod adatron;
mod bit_counts;
mod byte_sums;
mod card;
mod diederich_opper;
mod dreaming;
mod dual_ascent;
mod error;
mod gradient;
mod gram;
mod hebbian;
mod minover;
mod perceptron;
mod pseudo_inverse;
mod registry;
mod rule;
mod settings;
mod storkey;
mod trained;

pub use adatron::AdaTron;
pub use card::{Card, Taken};
pub use diederich_opper::DiederichOpper;
pub use dreaming::Dreaming;
pub use error::{OtherRefusal, Refusal, TrainError};
pub use gradient::{Gradient, Schedule};
pub use hebbian::Hebbian;
pub use minover::Minover;
pub use perceptron::Perceptron;
pub use pseudo_inverse::PseudoInverse;
pub use registry::{Classical, RuleError, RuleOptions, classical};
pub use rule::{Rule, check_sizes};
pub use settings::{Assignment, Range, Setting, SettingCard, SettingError};
pub use storkey::Storkey;
pub use trained::{Bounds, Status, Trained};
