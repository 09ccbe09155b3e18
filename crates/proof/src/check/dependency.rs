//! Dependencies: that rows with positive multipliers add up to zero, so that they cannot all hold.
//!
//! If Σ_r λ_r a_r = 0 with λ > 0 and every row held, 0 = Σ λ_r a_r·w > 0 as soon as one row is strict. Couplings that
//! exist in one direction only are columns of their own; symmetric ones share the column of their pair, where the
//! sums of both neurons meet. In the model with margin ε and |w|, |b| ≤ 1, ε Σ_strict λ_r ≤ Σ λ_r a_r·w ≤ ‖Σ λ_r a_r‖₁,
//! so a larger left side is a contradiction.

use crate::check::system::System;
use crate::format::certificate::Dependency;
use crate::format::limits::MAX_ROWS;
use crate::format::natural::Natural;
use crate::format::refusal::{Reason, Refusal};
use attractor::kernels::bits::has;
use attractor::kernels::vectors::with_vectors;
use num_bigint::{BigInt, Sign};
use std::collections::BTreeSet;

/// Elementary steps that [`check`] takes, at most.
pub(crate) fn work(system: &System<'_>, dependency: &Dependency) -> u64 {
    let longest = dependency.multipliers.iter().map(Natural::bits).max();
    let words = (1 + longest.unwrap_or(0) / 64).saturating_mul(dependency.patterns.len() as u64);
    // Each row goes once into its neuron's columns, and once into each other neuron's where these are shared.
    let visits = if system.symmetric { 2 } else { 1 };
    words.saturating_mul(visits * system.neurons() as u64 + 1)
}

/// Checks one dependency; `location` is its path.
pub(crate) fn check(
    system: &System<'_>,
    dependency: &Dependency,
    location: &str,
) -> Result<(), Refusal> {
    let refused =
        |(field, reason): (String, Reason)| Refusal::at(format_args!("{location}{field}"), reason);
    check_indices(system, dependency).map_err(refused)?;
    check_rows(system, dependency).map_err(refused)?;
    contradiction(system, dependency).map_err(|reason| Refusal::at(location, reason))
}

/// Lists of the same length, whose entries exist; what is wrong, and in which field.
fn check_indices(system: &System<'_>, dependency: &Dependency) -> Result<(), (String, Reason)> {
    let refuse = |field: &str, reason| Err((field.to_owned(), reason));
    let expected = dependency.patterns.len();
    let found = dependency.multipliers.len();
    if found != expected {
        return refuse(".multipliers", Reason::Length { found, expected });
    }
    let (neurons, patterns) = (system.neurons(), system.patterns.count());
    if expected > neurons.saturating_mul(patterns) || expected > MAX_ROWS {
        return refuse(".patterns", Reason::TooLarge("more rows than there are"));
    }
    let found = dependency.neurons.len();
    if found != 1 && found != expected {
        return refuse(".neurons", Reason::Length { found, expected });
    }
    let beyond = |list: &[u32], limit: usize| {
        let index = list.iter().copied().find(|&k| k as usize >= limit)?;
        Some(Reason::Index {
            index: index as usize,
            limit,
        })
    };
    if let Some(reason) = beyond(&dependency.neurons, neurons) {
        return refuse(".neurons", reason);
    }
    if let Some(reason) = beyond(&dependency.patterns, patterns) {
        return refuse(".patterns", reason);
    }
    Ok(())
}

/// Multipliers above zero, no row twice, at least one strict row; what is wrong, and in which field.
fn check_rows(system: &System<'_>, dependency: &Dependency) -> Result<(), (String, Reason)> {
    if let Some(r) = dependency.multipliers.iter().position(Natural::is_zero) {
        return Err((format!(".multipliers[{r}]"), Reason::Zero));
    }
    let mut sorted: Vec<(u32, u32)> = dependency.rows().collect();
    sorted.sort_unstable();
    if let Some(pair) = sorted.windows(2).find(|pair| pair[0] == pair[1]) {
        let twice = Reason::Repeated(pair[0].1 as usize);
        return Err((".patterns".to_owned(), twice));
    }
    let is_strict = |(i, mu): (u32, u32)| system.is_strict(mu as usize, i as usize);
    if !dependency.rows().any(is_strict) {
        return Err((String::new(), Reason::NoStrictRow));
    }
    Ok(())
}

/// That the rows add up to zero, or with ε to less than it forbids.
fn contradiction(system: &System<'_>, dependency: &Dependency) -> Result<(), Reason> {
    let mut magnitude = BigInt::ZERO;
    let neurons: BTreeSet<usize> = dependency.rows().map(|(i, _)| i as usize).collect();
    let mut sums = ColumnSums::new(system.neurons(), dependency);
    for &i in &neurons {
        with_vectors(
            #[inline(always)]
            || sums.fill(system, dependency, i),
        );
        let inputs = (0..system.neurons()).filter(|&j| system.allows(i, j));
        for j in inputs.chain(system.bias.then_some(i)) {
            if sums.is_zero(j) || (system.symmetric && j < i && neurons.contains(&j)) {
                continue; // in a shared column that was met at neuron j
            }
            if system.epsilon.is_none() {
                return Err(Reason::NotZero {
                    neuron: i,
                    input: j,
                });
            }
            magnitude += BigInt::from(sums.total(j).into_parts().1);
        }
    }
    let Some(epsilon) = &system.epsilon else {
        return Ok(());
    };
    let strict: BigInt = dependency
        .rows()
        .zip(&dependency.multipliers)
        .filter(|((i, mu), _)| system.is_strict(*mu as usize, *i as usize))
        .map(|(_, multiplier)| BigInt::from_slice(Sign::Plus, &multiplier.limbs()))
        .sum();
    if strict * &epsilon.numerator > magnitude * &epsilon.denominator {
        Ok(())
    } else {
        Err(Reason::NotExceeded)
    }
}

/// What the columns of one neuron's weights add up to, one neuron at a time, so that large multipliers do not take N²
/// places. The 32-bit limbs of the multipliers are added apart, and their carries taken at the end: fewer than 2^31 rows
/// cannot overflow 64 bits.
struct ColumnSums {
    neurons: usize,
    /// The multipliers' limbs, one multiplier after the other, and where each ends.
    limbs: Vec<u32>,
    ends: Vec<usize>,
    /// Limb l of column j in place l N + j.
    sums: Vec<i64>,
}

impl ColumnSums {
    fn new(neurons: usize, dependency: &Dependency) -> Self {
        let (mut limbs, mut ends, mut most) = (Vec::new(), Vec::new(), 0);
        for multiplier in &dependency.multipliers {
            let start = limbs.len();
            multiplier.push_limbs(&mut limbs);
            ends.push(limbs.len());
            most = most.max(limbs.len() - start);
        }
        Self {
            neurons,
            limbs,
            ends,
            sums: vec![0; most * neurons],
        }
    }

    /// Σ_μ λ_μi ξ_i^μ ξ_j^μ in column j, and λ_μj ξ_i^μ ξ_j^μ of the rows of other neurons where the column is theirs,
    /// too; in column i, for the bias, Σ_μ λ_μi ξ_i^μ.
    #[inline(always)]
    fn fill(&mut self, system: &System<'_>, dependency: &Dependency, i: usize) {
        self.sums.fill(0);
        // -1 where a column is subtracted, else 0.
        let mut minus = vec![0i64; self.neurons];
        let mut start = 0;
        for ((k, mu), &end) in dependency.rows().zip(&self.ends) {
            let limbs = &self.limbs[start..end];
            start = end;
            let (k, mu) = (k as usize, mu as usize);
            let plus = system.patterns.is_plus(mu, i);
            let columns = self.sums.chunks_exact_mut(self.neurons).zip(limbs);
            if k == i {
                let bits = system.patterns.bits(mu);
                for (j, minus) in minus.iter_mut().enumerate() {
                    let same = has(bits, j) == plus;
                    *minus = i64::from(same) - 1;
                }
                minus[i] = i64::from(plus) - 1;
                for (sums, &limb) in columns {
                    for (sum, minus) in sums.iter_mut().zip(&minus) {
                        *sum += (i64::from(limb) ^ minus) - minus;
                    }
                }
            } else if system.symmetric && system.allows(i, k) {
                let sign = if system.patterns.is_plus(mu, k) == plus {
                    1
                } else {
                    -1
                };
                for (sums, &limb) in columns {
                    sums[k] += sign * i64::from(limb);
                }
            }
        }
    }

    fn column(&self, j: usize) -> impl DoubleEndedIterator<Item = i64> {
        self.sums[j..].iter().step_by(self.neurons).copied()
    }

    fn is_zero(&self, j: usize) -> bool {
        let carried = self.column(j).try_fold(0i64, |carry, limb| {
            let sum = i128::from(limb) + i128::from(carry);
            (sum as u32 == 0).then_some((sum >> 32) as i64)
        });
        carried == Some(0)
    }

    fn total(&self, j: usize) -> BigInt {
        self.column(j)
            .rev()
            .fold(BigInt::ZERO, |total, limb| (total << 32) + limb)
    }
}
