//! The laboratory: tables and classification, experiments that survive a crash, baselines, plots and reports.

pub mod baselines;
pub mod bundled;
pub mod capacity;
pub mod claims;
pub mod classifier;
pub mod config;
pub mod curve;
pub mod encode;
pub mod figures;
pub mod ledger;
pub mod method;
mod parallel;
pub mod plot;
mod report;
pub mod reproduce;
mod seeds;
pub mod table;
pub mod theory;
