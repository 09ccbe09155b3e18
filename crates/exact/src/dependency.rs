//! Exact dependencies: the integer multipliers that prove an infeasible subsystem.
//!
//! Floating point proposes the rows; here their multipliers become whole numbers with `Σ λ_r a_r = 0` to the last digit.
//! With `E = e eᵀ + A Aᵀ` over the proposed rows, the multipliers solve `E λ = e`. Each round of refinement by one
//! floating-point Cholesky factor, residuals kept exactly, fixes some two dozen binary digits more of this rational
//! vector (numeric-symbolic lifting, Wan 2006); then continued fractions tell its common denominator. However they were
//! found, the multipliers count only after the sum was checked in integers.

use crate::control::Control;
use crate::neuron::System;
use attractor::vectors::with_vectors;
use num_bigint::{BigInt, BigUint, Sign};
use num_traits::{One, Signed, Zero};

/// Rows with entries −1, 0 or +1, each asked to be positive (strict) or not negative.
pub trait SignRows {
    /// Number of columns.
    fn columns(&self) -> usize;
    /// Whether row `r` asks for `> 0`, not `≥ 0`.
    fn is_strict(&self, r: usize) -> bool;
    /// `a_rj`: −1, 0 or +1.
    fn sign(&self, r: usize, j: usize) -> i64;
    /// `a_r·a_s`.
    fn product(&self, r: usize, s: usize) -> i64;
}

impl SignRows for System {
    fn columns(&self) -> usize {
        self.columns()
    }

    fn is_strict(&self, r: usize) -> bool {
        self.strict()[r]
    }

    fn sign(&self, r: usize, j: usize) -> i64 {
        self.sign(r, j)
    }

    fn product(&self, r: usize, s: usize) -> i64 {
        self.product(r, s)
    }
}

/// Rows that cannot all hold, with the proof: positive multipliers, `Σ λ_r a_r = 0`, at least one row strict.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dependency {
    /// The rows, by their numbers in the [`SignRows`].
    pub rows: Vec<usize>,
    /// Their multipliers, all positive, without a common divisor.
    pub multipliers: Vec<BigUint>,
}

impl Dependency {
    /// The dependency among exactly those `rows` or fewer of them, if there is one that the lifting finds before
    /// `control` says stop.
    pub fn among(system: &impl SignRows, rows: &[usize], control: &Control<'_>) -> Option<Self> {
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

    /// Whether this is a contradiction of `system`, in exact arithmetic.
    pub fn holds(&self, system: &impl SignRows) -> bool {
        let limbs: Vec<Vec<u32>> = self
            .multipliers
            .iter()
            .map(BigUint::to_u32_digits)
            .collect();
        let longest = limbs.iter().map(Vec::len).max().unwrap_or(0);
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

/// A dependency in a fraction of the memory, for searches that keep thousands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Packed {
    rows: Box<[u32]>,
    /// The multipliers, equally long, least significant digits first.
    digits: Box<[u32]>,
}

impl From<&Dependency> for Packed {
    fn from(dependency: &Dependency) -> Self {
        let digits: Vec<Vec<u32>> = dependency
            .multipliers
            .iter()
            .map(BigUint::to_u32_digits)
            .collect();
        let longest = digits.iter().map(Vec::len).max().unwrap_or(0);
        let padded = digits
            .iter()
            .flat_map(|d| (0..longest).map(|k| d.get(k).copied().unwrap_or(0)));
        Self {
            rows: dependency.rows.iter().map(|&r| r as u32).collect(),
            digits: padded.collect(),
        }
    }
}

impl Packed {
    /// [`Dependency::among`].
    pub fn among(system: &impl SignRows, rows: &[usize], control: &Control<'_>) -> Option<Self> {
        [24, 14, 6].into_iter().find_map(|digit| {
            let mut lifting = Lifting::new(system, rows, digit)?;
            let limit = lifting.most_digits();
            let mut wanted = lifting.likely_digits().min(limit);
            loop {
                lifting.lift(wanted, control)?;
                let found = match lifting.reconstruct_short() {
                    Some(multipliers) => Self::checked(system, rows, &multipliers),
                    None => lifting
                        .reconstruct(control)
                        .and_then(|m| Dependency::checked(system, rows, m))
                        .map(|dependency| Self::from(&dependency)),
                };
                if found.is_some() || wanted >= limit {
                    return found;
                }
                wanted = (wanted + wanted / 2 + 64).min(limit);
            }
        })
    }

    /// Short `multipliers` as a dependency if they are one.
    fn checked(system: &impl SignRows, rows: &[usize], multipliers: &[i64]) -> Option<Self> {
        let pairs = || rows.iter().zip(multipliers).filter(|&(_, &m)| m != 0);
        let mut sums = vec![0_i128; system.columns()];
        let mut strict = false;
        for (&r, &multiplier) in pairs() {
            if multiplier < 0 {
                return None;
            }
            strict |= system.is_strict(r);
            for (j, sum) in sums.iter_mut().enumerate() {
                *sum += i128::from(system.sign(r, j) * multiplier);
            }
        }
        if !strict || sums.iter().any(|&sum| sum != 0) {
            return None;
        }
        let digits = |m: i64| [m as u32, (m >> 32) as u32];
        let length = if multipliers.iter().all(|&m| digits(m)[1] == 0) {
            1
        } else {
            2
        };
        Some(Self {
            rows: pairs().map(|(&r, _)| r as u32).collect(),
            digits: pairs()
                .flat_map(|(_, &m)| digits(m).into_iter().take(length))
                .collect(),
        })
    }

    /// The same dependency, its rows called otherwise.
    #[must_use]
    pub fn renamed(&self, name: impl Fn(u32) -> u32) -> Self {
        Self {
            rows: self.rows.iter().map(|&r| name(r)).collect(),
            digits: self.digits.clone(),
        }
    }

    /// The dependency.
    pub fn unpack(&self) -> Dependency {
        let length = (self.digits.len() / self.rows.len().max(1)).max(1);
        Dependency {
            rows: self.rows.iter().map(|&r| r as usize).collect(),
            multipliers: self
                .digits
                .chunks(length)
                .map(BigUint::from_slice)
                .collect(),
        }
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

/// Rows from which on a dependency takes so long that the control is asked on the way.
const LONG: usize = 64;

/// Binary digits by which the half of them that tells fractions from rounding is exceeded.
const SLACK: usize = 16;

/// Digits that are kept in machine integers, and the denominators up to which a float times one, rounded, is the
/// numerator.
const SHORT: usize = 120;
const SHORT_DENOMINATOR: u64 = 1 << 46;

/// The solution of `E λ = e`, ever more binary digits of it.
struct Lifting {
    order: usize,
    /// `E`, row-major; whole numbers.
    matrix: Vec<f64>,
    /// Its Cholesky factor, below the diagonal and, transposed, above it.
    factor: Vec<f64>,
    residual: Vec<f64>,
    /// `⌊λ 2^digits⌉`, a few units off, but for its last digits.
    solution: Vec<BigInt>,
    /// The last `pending` digits.
    last: Vec<i128>,
    pending: usize,
    /// Most digits that may be pending.
    short: usize,
    digits: usize,
    step: usize,
    columns: usize,
}

impl Lifting {
    fn new(system: &impl SignRows, rows: &[usize], step: usize) -> Option<Self> {
        let order = rows.len();
        let mut matrix = vec![0.0; order * order];
        for (k, &r) in rows.iter().enumerate() {
            for (l, &s) in rows[..=k].iter().enumerate() {
                let both = i64::from(system.is_strict(r) && system.is_strict(s));
                let entry = (system.product(r, s) + both) as f64;
                (matrix[k * order + l], matrix[l * order + k]) = (entry, entry);
            }
        }
        let factor = with_vectors(
            #[inline(always)]
            || cholesky(&matrix, order),
        )?;
        let residual = rows
            .iter()
            .map(|&r| f64::from(u8::from(system.is_strict(r))))
            .collect();
        Some(Self {
            order,
            matrix,
            factor,
            residual,
            solution: vec![BigInt::zero(); order],
            last: vec![0; order],
            pending: 0,
            short: SHORT,
            digits: 0,
            step,
            columns: system.columns(),
        })
    }

    /// Enough by Cramer's rule: the denominators divide `det E`, and a fraction is told by twice its digits.
    fn most_digits(&self) -> usize {
        2 * self.determinant_digits() + 2 * SLACK
    }

    /// Enough where `n + 1` strict rows depend, nearly always: the common denominator then divides the determinant of a
    /// ±1 matrix of order n + 1, the root of `det E`, and that is a multiple of 2^n.
    fn likely_digits(&self) -> usize {
        self.determinant_digits().saturating_sub(2 * self.columns) + 2 * SLACK
    }

    fn determinant_digits(&self) -> usize {
        let diagonal = (0..self.order).map(|t| self.factor[t * self.order + t]);
        (2.0 * diagonal.map(f64::log2).sum::<f64>()).max(0.0) as usize + 1
    }

    /// Refines until `digits` binary digits stand; `None` if the factor is too inexact to make progress.
    fn lift(&mut self, digits: usize, control: &Control<'_>) -> Option<()> {
        with_vectors(
            #[inline(always)]
            || self.lift_with_vectors(digits, control),
        )
    }

    #[inline(always)]
    fn lift_with_vectors(&mut self, digits: usize, control: &Control<'_>) -> Option<()> {
        let scale = (1_u64 << self.step) as f64;
        while self.digits < digits {
            if self.order >= LONG && control.should_stop() {
                return None;
            }
            let mut correction = self.solve();
            for value in &mut correction {
                *value = (*value * scale).round_ties_even();
            }
            // Digits stay within a few units of the step when refinement converges.
            if correction.iter().any(|c| c.abs() > 8.0 * scale) {
                if self.digits > 0 {
                    return None;
                }
                // Multipliers of weak rows may be of any size.
                self.short = 0;
            }
            for rest in &mut self.residual {
                *rest *= scale;
            }
            for (row, &c) in self.matrix.chunks(self.order).zip(&correction) {
                subtract(c, row, &mut self.residual);
            }
            if self.pending + self.step > self.short {
                self.settle();
            }
            for (last, &c) in self.last.iter_mut().zip(&correction) {
                *last = (*last << self.step) + c as i128;
            }
            self.pending += self.step;
            self.digits += self.step;
        }
        Some(())
    }

    /// Adds the last digits to the others.
    fn settle(&mut self) {
        for (solution, last) in self.solution.iter_mut().zip(&mut self.last) {
            *solution <<= self.pending;
            *solution += std::mem::take(last);
        }
        self.pending = 0;
    }

    #[inline(always)]
    fn solve(&self) -> Vec<f64> {
        let mut x = self.residual.clone();
        for k in 0..self.order {
            let row = &self.factor[k * self.order..(k + 1) * self.order];
            let value = x[k] / row[k];
            x[k] = value;
            subtract(value, &row[k + 1..], &mut x[k + 1..]);
        }
        for k in (0..self.order).rev() {
            let row = &self.factor[k * self.order..(k + 1) * self.order];
            let value = x[k] / row[k];
            x[k] = value;
            subtract(value, &row[..k], &mut x[..k]);
        }
        x
    }

    /// The solution times its common denominator, if continued fractions tell one from the digits that stand.
    fn reconstruct(&mut self, control: &Control<'_>) -> Option<Vec<BigInt>> {
        self.settle();
        let unit = BigInt::one() << self.digits;
        let half = &unit >> 1;
        // Denominators have SLACK / 2 digits fewer than half: a remainder this small is no fraction but rounding.
        let negligible = BigInt::one() << (self.digits / 2);
        let mut denominator = BigInt::one();
        let mut multipliers = Vec::with_capacity(self.order);
        for value in &self.solution {
            if self.order >= LONG && control.should_stop() {
                return None;
            }
            let scaled = value * &denominator;
            let whole: BigInt = (&scaled + &half) >> self.digits;
            let rest = &scaled - (&whole << self.digits);
            if rest.magnitude() > negligible.magnitude() {
                let factor = denominator_of(&rest, &unit);
                for multiplier in &mut multipliers {
                    *multiplier *= &factor;
                }
                denominator *= &factor;
                if denominator.bits() as usize + SLACK / 2 > self.digits / 2 {
                    return None;
                }
                multipliers.push((value * &denominator + &half) >> self.digits);
            } else {
                multipliers.push(whole);
            }
        }
        Some(multipliers)
    }

    /// The same in machine integers, where denominators are small and all digits pending.
    fn reconstruct_short(&self) -> Option<Vec<i64>> {
        if self.pending < self.digits {
            return None;
        }
        let unit = 1_i128 << self.digits;
        let negligible = 1_u128 << (self.digits / 2);
        let mut denominator = 1_u64;
        for &value in &self.last {
            // The digits above those of a unit are of no concern and may overflow.
            let wrapped = value.wrapping_mul(i128::from(denominator)) & (unit - 1);
            let rest = wrapped.min(unit - wrapped).unsigned_abs();
            if rest > negligible {
                let factor = short_denominator_of(rest, unit.unsigned_abs());
                denominator = denominator.checked_mul(u64::try_from(factor).ok()?)?;
                let digits = denominator.ilog2() as usize + 1;
                if denominator > SHORT_DENOMINATOR || digits + SLACK / 2 > self.digits / 2 {
                    return None;
                }
            }
        }
        let whole = |&value: &i128| {
            let multiplier = (value as f64 / unit as f64 * denominator as f64).round();
            (multiplier.abs() < 4.0 * SHORT_DENOMINATOR as f64).then_some(multiplier as i64)
        };
        self.last.iter().map(whole).collect()
    }
}

/// [`denominator_of`] in machine integers.
fn short_denominator_of(rest: u128, unit: u128) -> u128 {
    let bound = 1_u128 << (unit.ilog2().div_ceil(2));
    let (mut above, mut below) = (unit, rest);
    let (mut q_above, mut q_below) = (0_u128, 1_u128);
    while below > bound {
        let quotient = above / below;
        (above, below) = (below, above - quotient * below);
        (q_above, q_below) = (q_below, q_above + quotient * q_below);
    }
    q_below
}

/// `y -= factor · x`.
#[inline(always)]
fn subtract(factor: f64, x: &[f64], y: &mut [f64]) {
    for (y, x) in y.iter_mut().zip(x) {
        *y -= factor * x;
    }
}

/// The denominator `q` of the simplest fraction near `rest/unit`: Euclid's algorithm, stopped half-way.
fn denominator_of(rest: &BigInt, unit: &BigInt) -> BigInt {
    let bound = BigInt::one() << (unit.bits() as usize / 2);
    let (mut above, mut below) = (unit.clone(), rest.abs());
    let (mut q_above, mut q_below) = (BigInt::zero(), BigInt::one());
    while below > bound {
        let quotient = &above / &below;
        let next = &above - &quotient * &below;
        (above, below) = (below, next);
        let next = &q_above + &quotient * &q_below;
        (q_above, q_below) = (q_below, next);
    }
    q_below
}

#[inline(always)]
fn cholesky(matrix: &[f64], order: usize) -> Option<Vec<f64>> {
    let mut factor = matrix.to_vec();
    for k in 0..order {
        let (above, below) = factor.split_at_mut((k + 1) * order);
        let row = &mut above[k * order + k..];
        if row[0] <= 0.0 {
            return None;
        }
        let root = row[0].sqrt();
        for x in row.iter_mut() {
            *x /= root;
        }
        for (l, other) in (1..).zip(below.chunks_mut(order)) {
            subtract(row[l], &row[l..], &mut other[k + l..]);
            other[k] = row[l];
        }
    }
    Some(factor)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::min_norm::{Gram, MinNorm, Verdict};
    use rand::{RngExt, SeedableRng};
    use rand_chacha::ChaCha8Rng;

    fn random_system(rows: usize, columns: usize, weak: bool, seed: u64) -> System {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let rows: Vec<_> = (0..rows)
            .map(|_| {
                let signs = (0..columns).map(|_| rng.random::<bool>()).collect();
                (signs, !weak || rng.random::<bool>())
            })
            .collect();
        System::from_rows(columns, rows)
    }

    #[test]
    fn corrals_of_many_sizes_become_exact() {
        for (columns, weak) in [
            (1, false),
            (2, true),
            (5, false),
            (5, true),
            (19, true),
            (40, false),
            (80, false),
        ] {
            for seed in 0..20 {
                let system = random_system(3 * columns + 2, columns, weak, seed);
                let gram = Gram::from_fn(system.len(), |r, s| system.product(r, s) as f64);
                let mut solver = MinNorm::new(&gram, system.strict(), columns);
                let all: Vec<usize> = (0..system.len()).collect();
                if solver.solve(&[&all]) == Verdict::Dependent {
                    let dependency = Dependency::among(&system, solver.corral(), &Control::new());
                    let dependency = dependency
                        .unwrap_or_else(|| panic!("{columns} columns, weak {weak}, seed {seed}"));
                    assert!(dependency.holds(&system));
                    assert_eq!(dependency.rows, solver.corral());
                    assert_eq!(Packed::from(&dependency).unpack(), dependency);
                }
            }
        }
    }

    #[test]
    fn machine_integers_and_long_ones_agree() {
        let mut short = 0;
        for (columns, seed) in (2..30).zip(0..) {
            let system = random_system(3 * columns, columns, seed % 2 == 0, seed);
            let gram = Gram::from_fn(system.len(), |r, s| system.product(r, s) as f64);
            let mut solver = MinNorm::new(&gram, system.strict(), columns);
            let all: Vec<usize> = (0..system.len()).collect();
            if solver.solve(&[&all]) != Verdict::Dependent {
                continue;
            }
            let mut lifting = Lifting::new(&system, solver.corral(), 24).unwrap();
            lifting.lift(SHORT / 24 * 24, &Control::new()).unwrap();
            let Some(multipliers) = lifting.reconstruct_short() else {
                continue;
            };
            lifting.settle();
            let long = lifting.reconstruct(&Control::new()).unwrap();
            assert!(
                long.into_iter()
                    .eq(multipliers.into_iter().map(BigInt::from))
            );
            short += 1;
        }
        assert!(short > 15);
    }

    #[test]
    fn what_is_no_dependency_is_refused() {
        let system = random_system(30, 12, false, 7);
        assert_eq!(
            Dependency::among(&system, &[0, 1, 2, 3], &Control::new()),
            None
        );
        let opposite = System::from_rows(2, [(vec![true, false], true), (vec![false, true], true)]);
        let mut dependency = Dependency::among(&opposite, &[0, 1], &Control::new()).unwrap();
        assert_eq!(dependency.multipliers, vec![BigUint::one(); 2]);
        dependency.multipliers[0] += 1_u32;
        assert!(!dependency.holds(&opposite));
        let weak = System::from_rows(2, [(vec![true, false], false), (vec![false, true], false)]);
        assert_eq!(Dependency::among(&weak, &[0, 1], &Control::new()), None);
    }

    #[test]
    fn a_row_without_columns_contradicts_itself() {
        let system = System::from_rows(0, [(vec![], true)]);
        assert!(Dependency::among(&system, &[0], &Control::new()).is_some());
    }
}
