//! Learning rules: the one trait that every way of training implements, and the classical rules.
//!
//! A rule is a value that holds its own options and turns patterns into a network with exactly the couplings asked for,
//! or refuses them. None of the rules here knows a solver; the exact rule lives in the crate `attractor-exact`.

mod adatron;
mod bit_counts;
mod byte_sums;
mod card;
mod daydreaming;
mod diederich_opper;
mod dreaming;
mod dreams;
mod dual_ascent;
mod error;
mod gradient;
mod gram;
mod hebbian;
mod logistic;
mod minimum_probability_flow;
mod minover;
mod perceptron;
mod pseudo_inverse;
mod registry;
mod rule;
mod settings;
mod smooth_loss;
mod storkey;
mod storkey_second_order;
mod trained;
mod unlearning;

pub use adatron::AdaTron;
pub use card::{Card, Taken};
pub use daydreaming::Daydreaming;
pub use diederich_opper::DiederichOpper;
pub use dreaming::Dreaming;
pub use error::{OtherRefusal, Refusal, TrainError};
pub use gradient::{Gradient, Schedule};
pub use hebbian::Hebbian;
pub use logistic::Logistic;
pub use minimum_probability_flow::MinimumProbabilityFlow;
pub use minover::Minover;
pub use perceptron::Perceptron;
pub use pseudo_inverse::PseudoInverse;
pub use registry::{Classical, RuleError, RuleOptions, classical};
pub use rule::{Rule, check_sizes};
pub use settings::{Assignment, Range, Setting, SettingCard, SettingError};
pub use storkey::Storkey;
pub use storkey_second_order::StorkeySecondOrder;
pub use trained::{Bounds, Status, Trained};
pub use unlearning::Unlearning;
