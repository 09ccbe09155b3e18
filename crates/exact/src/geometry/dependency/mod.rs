//! Exact dependencies: the integer multipliers that prove an infeasible subsystem.
//!
//! Floating point proposes the rows; here their multipliers become whole numbers with `Σ λ_r a_r = 0` to the last digit.
//! With `E = e eᵀ + A Aᵀ` over the proposed rows, the multipliers solve `E λ = e`. Each round of refinement by one
//! floating-point Cholesky factor, residuals kept exactly, fixes some two dozen binary digits more of this rational
//! vector (numeric-symbolic lifting, Wan 2006); then continued fractions give its common denominator. The multipliers count
//! only after the sum was checked in integers.

mod fractions;
mod lifting;
mod packed;
#[cfg(test)]
mod tests;

pub(crate) use crate::instance::SignRows;
pub use packed::Packed;

use attractor::Control;
use num_bigint::{BigInt, BigUint, Sign};
use num_traits::Zero;

/// From this many rows on, finding a dependency takes milliseconds, and the control is asked on the way.
const LONG: usize = 64;

/// Rows that cannot all hold, and the proof: positive multipliers `λ_r` with `Σ λ_r a_r = 0`, at least one row strict.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dependency {
    /// The rows, by their numbers in the system of rows.
    pub rows: Vec<usize>,
    /// Their multipliers, all positive, without a common divisor.
    pub multipliers: Vec<BigUint>,
}

impl Dependency {
    /// A dependency among `rows` or some of them; `None` if the lifting finds none before `control` says stop.
    pub(crate) fn among(
        system: &impl SignRows,
        rows: &[usize],
        control: &Control<'_>,
    ) -> Option<Self> {
        Some(Packed::among(system, rows, control)?.unpack())
    }

    /// `multipliers` as a dependency if they are one.
    fn checked(system: &impl SignRows, rows: &[usize], multipliers: Vec<BigInt>) -> Option<Self> {
        let mut kept = (Vec::new(), Vec::new());
        for (&r, multiplier) in rows.iter().zip(multipliers) {
            match multiplier.sign() {
                Sign::Minus => return None,
                Sign::NoSign => {}
                Sign::Plus => {
                    kept.0.push(r);
                    kept.1.push(multiplier.into_parts().1);
                }
            }
        }
        let dependency = Self {
            rows: kept.0,
            multipliers: kept.1,
        };
        dependency.holds(system).then_some(dependency)
    }

    /// The multipliers, base 2^32, least significant digits first, and how many digits the longest has.
    fn limbs(&self) -> (Vec<Vec<u32>>, usize) {
        let digits = self.multipliers.iter().map(BigUint::to_u32_digits);
        let limbs: Vec<Vec<u32>> = digits.collect();
        let longest = limbs.iter().map(Vec::len).max().unwrap_or(0);
        (limbs, longest)
    }

    /// Whether this is a contradiction of `system`, in exact arithmetic.
    pub(crate) fn holds(&self, system: &impl SignRows) -> bool {
        let (limbs, longest) = self.limbs();
        // One sum per limb: fewer than 2^31 rows cannot overflow it.
        let mut sums = vec![0_i64; longest];
        let strict = self.rows.iter().any(|&r| system.is_strict(r));
        strict
            && self.multipliers.iter().all(|m| !m.is_zero())
            && self.rows.len() == self.multipliers.len()
            && (0..system.columns()).all(|j| {
                sums.fill(0);
                for (&r, limbs) in self.rows.iter().zip(&limbs) {
                    let sign = system.sign(r, j);
                    for (sum, &limb) in sums.iter_mut().zip(limbs) {
                        *sum += sign * i64::from(limb);
                    }
                }
                vanishes(&sums)
            })
    }
}

/// Whether `Σ_k sums_k 2^(32k) = 0`.
fn vanishes(sums: &[i64]) -> bool {
    let mut carry = 0;
    for sum in sums {
        let value = sum + carry;
        if value & 0xffff_ffff != 0 {
            return false;
        }
        carry = value >> 32;
    }
    carry == 0
}
