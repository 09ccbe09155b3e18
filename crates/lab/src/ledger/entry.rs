//! Entry: one line of a results table, the cell and what it measured.

use serde::{Deserialize, Serialize};

/// What identifies a cell.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Cell {
    /// For example `fig4`.
    pub figure: String,
    /// For example `hebbian`, `exact-symmetric`.
    pub method: String,
    /// For example `random`, `mnist`, `wine`.
    pub data: String,
    /// N; 0 where the data decide it.
    pub neurons: usize,
    /// P, or training examples a class.
    pub patterns: usize,
    /// The varied quantity besides: noise, missing share; 0 where there is none.
    pub level: f64,
    /// Number of the repeat, from 0.
    pub repeat: usize,
    /// Seed of the data of this cell, and of the method.
    pub seed: u64,
}

impl Cell {
    /// Equal for equal cells alone.
    pub(super) fn key(&self) -> String {
        format!(
            "{},{},{},{},{},{},{},{}",
            self.figure,
            self.method,
            self.data,
            self.neurons,
            self.patterns,
            self.level,
            self.repeat,
            self.seed
        )
    }
}

/// What a cell measured; what does not apply stays None.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Measured {
    /// Wrong bits one step from the stored patterns, h = 0 right for −1 bits (the paper's Eq. 6).
    pub wrong_bits: Option<usize>,
    /// The same with h = 0 never right.
    pub wrong_bits_strict: Option<usize>,
    /// Bits that differ from the stored patterns where recall from them ends.
    pub wrong_bits_fixed_point: Option<usize>,
    /// Proven: no weights with these couplings have fewer wrong bits, under the method's own tie rule.
    pub lower_bound: Option<usize>,
    /// Share of the N(N−1) weights that are zero.
    pub zero_share: Option<f64>,
    /// Least aligned field over Euclidean row norm among right bits.
    pub margin: Option<f64>,
    /// Share of damaged patterns recalled exactly.
    pub exact_recall: Option<f64>,
    /// Mean overlap of recalled and stored patterns.
    pub overlap: Option<f64>,
    /// Share of test rows classified right.
    pub accuracy: Option<f64>,
    /// `optimal`, `feasible`, `interrupted`, or `none` where a solver found no network at all; empty for methods that
    /// claim nothing.
    pub status: String,
    /// Whether a certificate of that bound was made and verified; empty for methods that claim nothing.
    pub certified: Option<bool>,
    /// The method's options, as `key=value` words.
    pub options: String,
}

/// One line of the table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// Which cell.
    #[serde(flatten)]
    pub cell: Cell,
    /// Its result.
    #[serde(flatten)]
    pub measured: Measured,
    /// Wall seconds of this cell.
    pub seconds: f64,
    /// The version of attractor that ran it.
    pub version: String,
}
