//! The laboratory: tables and classification, experiments that survive a crash, baselines, plots and reports.

pub mod encode;
pub mod table;
