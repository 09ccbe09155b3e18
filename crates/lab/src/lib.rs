//! The laboratory: tables and classification, experiments that survive a crash, baselines, plots and reports.

pub mod baselines;
pub mod encode;
pub mod ledger;
pub mod plot;
pub mod table;
pub mod theory;
