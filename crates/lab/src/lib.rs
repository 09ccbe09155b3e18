//! The laboratory: experiments that survive a crash, baselines, plots and reports.
//!
//! - *Experiments*: a [`Figure`](figures::Figure) is made of cells, each one training or recall with its seed; [`reproduce`]
//!   runs them and keeps each result at once in a [`ledger`]; charts, [`claims`] and the report are drawn from what is kept.
//! - *Classification*: the accuracy of a memory (`attractor-tables`) beside [`baselines`] on the same codes.
//! - *Controls*: memories that keep the patterns themselves ([`pattern_memory`]), the limit for networks.
//! - *Novelty*: whether a network tells what it knows from what it does not ([`novelty`]).
//! - *Data*: digits and tables that come with the program ([`bundled`]).
//! - *Radii*: how much damage stored patterns are certain to survive ([`radii`]).
//! - *Theory*: what is known without training anything ([`theory`]), to hold figures against.
//!
//! ```
//! use attractor_lab::theory;
//! // Half of the random sets of P = 28.5 patterns can be stored in 20 neurons without error, directed (Cover 1965).
//! assert!((theory::half_storable(20) - 28.5).abs() < 0.1);
//! ```

pub mod baselines;
pub mod basins;
pub mod bundled;
pub mod capacity;
pub mod claims;
pub mod compare;
pub mod config;
pub mod curve;
pub mod figures;
pub mod ledger;
mod markup;
pub mod method;
pub mod novelty;
mod parallel;
pub mod pattern_memory;
pub mod plot;
pub mod radii;
pub mod report;
pub mod reproduce;
pub mod run;
mod seeds;
mod student;
pub mod theory;
pub mod trainer;
pub mod validate;
