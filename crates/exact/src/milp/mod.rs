//! The mixed integer linear program of Rosenhahn, *Mixed Integer Linear Programming for Optimizing a Hopfield Network*
//! (2022), Eqs. 14–27: build it, write it to a file, solve it.
//!
//! | equation | here |
//! | --- | --- |
//! | (14), (23) min −Σ_μ E_μ | objective; E_μ = N − 2·(wrong bits of μ), so this minimises the wrong bits |
//! | (15) Σ_j w_ij ξ_j^μ + b_i − sp_μi = 0 | rows `c15_μ_i` |
//! | (16) ε − M(1 − st_μi) − sp_μi ≤ 0 | rows `c16_μ_i` |
//! | (17) sp_μi − M st_μi ≤ 0 | rows `c17_μ_i` |
//! | (18) 2 st_μi − δ_μi = 1 | rows `c18_μ_i` |
//! | (19) Σ_j δ_μj ξ_j^μ − E_μ = 0 | rows `c19_μ` |
//! | (20) w_jj = 0, (27) w_ij = 0 outside the receptive field | no such columns (the paper: "can also be removed") |
//! | (21) w_ij − w_ji = 0 | rows `c21_i_j` |
//! | (22) st_μi ∈ {0,1} | columns `st_μ_i` |
//! | (24), (25) ±w_ij − B_ij ≤ 0 | rows `c24_i_j`, `c25_i_j` |
//! | (26) 0.001·Σ B_ij in the objective | columns `abs_i_j` |
//!
//! Columns: `w_i_j`, `b_i`, `sp_μ_i`, `st_μ_i`, `delta_μ_i`, `loss_μ` (E_μ), `abs_i_j` (B_ij). Binary weights are
//! w = 2z − 1 with `z_i_j` ∈ {0,1} in rows `pm_i_j`. Indices count from 0. [`Form::Compact`] substitutes (15), (18),
//! (19), (21) and w = 2z − 1 into the others: the same optimum from far fewer columns and rows.
//!
//! Three things to know. *The optimum depends on ε*: a field inside (0, ε) is excluded, and weights are in a box;
//! "optimal" means for this ε and M, not the scale-free optimum of the rest of this crate. For discrete weights fields
//! are integers, and any ε ≤ 1 gives the true one. And it is the word of a solver that computes in floating point: it
//! is reported as such, and what the crate itself claims is only what it counts on the patterns. *Ties*: (16) and (17)
//! make a field of 0 right for a −1 bit and wrong for a +1 bit ([`Ties::Negative`](attractor::Ties)). For strict ties
//! both thresholds of a −1 bit are lowered by ε, so that a field of 0 is wrong there too.

mod backend;
mod build;
mod lp;
pub mod model;
mod mps;
mod options;
mod solve;

pub use backend::Backend;
pub use build::BigM;
pub use model::Model;
pub use options::{DEFAULT_EPSILON, DEFAULT_SPARSITY, Form, MAX_TERMS, ModelOptions};
pub use solve::{Solution, SolverStatus, solve, solve_with};

use crate::problem::{MAX_INTEGER, Weights};
use attractor::NetworkError;
use attractor::SizeMismatch;
use std::fmt;
use std::io;
use std::str::FromStr;

/// Why a model cannot be built or solved. Running out of time is no error but a [`SolverStatus`].
#[derive(Debug, thiserror::Error)]
pub enum MilpError {
    /// Couplings and patterns of different sizes.
    #[error("the couplings are for {couplings} neurons, the patterns have {patterns}")]
    Size {
        /// The couplings' N.
        couplings: usize,
        /// The patterns' N.
        patterns: usize,
    },
    /// Integer weights with K = 0 or K above [`MAX_INTEGER`].
    #[error("there are no weights `{0}`; K is from 1 to {MAX_INTEGER}")]
    Weights(Weights),
    /// ε is no positive number.
    #[error("epsilon must be a finite number above 0, not {0}")]
    Epsilon(f64),
    /// ε > 1 would exclude the fields ±1 of integral weights.
    #[error("with integral weights epsilon must be at most 1, not {0}")]
    EpsilonAboveOne(f64),
    /// M < ε excludes even a zero field.
    #[error("M must be a finite number of at least epsilon ({epsilon}), not {big_m}")]
    BigM {
        /// M.
        big_m: f64,
        /// ε.
        epsilon: f64,
    },
    /// The factor of the sparsity term is negative or not finite.
    #[error("the sparsity factor must be a finite number of at least 0, not {0}")]
    Sparsity(f64),
    /// More than [`MAX_TERMS`] terms.
    #[error("the model would have {0} terms; at most {MAX_TERMS} are built")]
    TooLarge(u128),
    /// No weights satisfy the model: M is too small.
    #[error("no weights satisfy the model: M is too small")]
    Infeasible,
    /// The weights came out unusable.
    #[error(transparent)]
    Network(#[from] NetworkError),
    /// The sizes of network and patterns differ.
    #[error(transparent)]
    Stability(#[from] SizeMismatch),
    /// The solver failed.
    #[error("the solver failed: {0}")]
    Solver(String),
}

/// A file format for models.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Free-format MPS.
    Mps,
    /// CPLEX LP.
    Lp,
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Mps => "mps",
            Self::Lp => "lp",
        })
    }
}

/// A text that names no format.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is neither `mps` nor `lp`")]
pub struct ParseFormatError(String);

impl FromStr for Format {
    type Err = ParseFormatError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "mps" => Ok(Self::Mps),
            "lp" => Ok(Self::Lp),
            _ => Err(ParseFormatError(text.to_owned())),
        }
    }
}

/// Writes the model to `out` in `format`; wrap files in a [`std::io::BufWriter`].
///
/// ```
/// use attractor::{Couplings, Patterns, Symmetry};
/// use attractor_exact::milp::{BigM, Format, ModelOptions, export};
/// let model = BigM::new(
///     &Patterns::random(2, 3, 0)?,
///     &Couplings::full(3, Symmetry::Symmetric)?,
///     &ModelOptions::default(),
/// )?;
/// let mut text = Vec::new();
/// export(&model, Format::Lp, &mut text)?;
/// assert!(String::from_utf8(text)?.contains(" c21_0_1: + 1 w_0_1 - 1 w_1_0 = 0"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// Those of `out`.
pub fn export(model: &BigM, format: Format, out: &mut dyn io::Write) -> io::Result<()> {
    match format {
        Format::Mps => mps::write(model.model(), out),
        Format::Lp => lp::write(model.model(), out),
    }
}
