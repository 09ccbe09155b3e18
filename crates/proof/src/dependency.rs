//! Dependencies: that rows with positive multipliers add up to zero, so that they cannot all hold.
//!
//! If Σ_r λ_r a_r = 0 with λ > 0 and every row held, 0 = Σ λ_r a_r·w > 0 as soon as one row is strict. Couplings that
//! exist in one direction only are columns of their own; symmetric ones share the column of their pair, where the
//! sums of both neurons meet. In the model with margin ε and |w|, |b| ≤ 1, ε Σ_strict λ_r ≤ Σ λ_r a_r·w ≤ ‖Σ λ_r a_r‖₁,
//! so a larger left side is a contradiction.

use crate::certificate::Dependency;
use crate::natural::Natural;
use crate::refusal::{Reason, Refusal};
use crate::system::System;
use num_bigint::BigInt;
use std::collections::BTreeSet;
use std::ops::{AddAssign, SubAssign};

/// Elementary steps that [`check`] takes, at most.
pub(crate) fn work(system: &System<'_>, dependency: &Dependency) -> u64 {
    let words: u64 = dependency
        .multipliers
        .iter()
        .map(|m| 1 + m.bits() / 64)
        .sum();
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
    let refuse = |field: &str, reason| Err(Refusal::at(format_args!("{location}{field}"), reason));
    let rows = dependency.patterns.len();
    if dependency.multipliers.len() != rows {
        return refuse(
            ".multipliers",
            Reason::Length {
                found: dependency.multipliers.len(),
                expected: rows,
            },
        );
    }
    let (neurons, patterns) = (system.neurons(), system.patterns.count());
    if rows > neurons.saturating_mul(patterns) {
        return refuse(".patterns", Reason::TooLarge("more rows than there are"));
    }
    if dependency.neurons.len() != 1 && dependency.neurons.len() != rows {
        return refuse(
            ".neurons",
            Reason::Length {
                found: dependency.neurons.len(),
                expected: rows,
            },
        );
    }
    if let Some(&i) = dependency.neurons.iter().find(|&&i| i as usize >= neurons) {
        return refuse(
            ".neurons",
            Reason::Index {
                index: i as usize,
                limit: neurons,
            },
        );
    }
    if let Some(&mu) = dependency
        .patterns
        .iter()
        .find(|&&mu| mu as usize >= patterns)
    {
        return refuse(
            ".patterns",
            Reason::Index {
                index: mu as usize,
                limit: patterns,
            },
        );
    }
    if let Some(r) = dependency.multipliers.iter().position(Natural::is_zero) {
        return refuse(&format!(".multipliers[{r}]"), Reason::Zero);
    }
    let mut sorted: Vec<(u32, u32)> = dependency.rows().collect();
    sorted.sort_unstable();
    if let Some(pair) = sorted.windows(2).find(|pair| pair[0] == pair[1]) {
        return refuse(".patterns", Reason::Repeated(pair[0].1 as usize));
    }
    if !dependency
        .rows()
        .any(|(i, mu)| system.is_strict(mu as usize, i as usize))
    {
        return refuse("", Reason::NoStrictRow);
    }
    let contradiction = if let Some(small) = small_multipliers(&dependency.multipliers) {
        contradiction(system, dependency, &small)
    } else {
        let big: Vec<BigInt> = dependency.multipliers.iter().map(Natural::to_big).collect();
        contradiction(system, dependency, &big)
    };
    contradiction.or_else(|reason| refuse("", reason))
}

/// The multipliers as `i128` if no sum of them with any signs can overflow.
fn small_multipliers(multipliers: &[Natural]) -> Option<Vec<i128>> {
    let small: Option<Vec<i128>> = multipliers.iter().map(Natural::to_i128).collect();
    // Two neurons' sums meet in a column: together they stay below the sum of all multipliers.
    small.filter(|small| {
        small
            .iter()
            .try_fold(0i128, |sum, &m| sum.checked_add(m))
            .is_some()
    })
}

fn contradiction<T>(
    system: &System<'_>,
    dependency: &Dependency,
    multipliers: &[T],
) -> Result<(), Reason>
where
    T: Clone
        + Default
        + PartialEq
        + Into<BigInt>
        + for<'t> AddAssign<&'t T>
        + for<'t> SubAssign<&'t T>,
{
    let zero = T::default();
    let mut magnitude = BigInt::ZERO;
    let neurons: BTreeSet<usize> = dependency.rows().map(|(i, _)| i as usize).collect();
    for &i in &neurons {
        let sums = column_sums(system, dependency, multipliers, i);
        let inputs = (0..system.neurons()).filter(|&j| system.allows(i, j));
        for j in inputs.chain(system.bias.then_some(i)) {
            if sums[j] == zero || (system.symmetric && j < i && neurons.contains(&j)) {
                continue; // in a shared column that was met at neuron j
            }
            if system.epsilon.is_none() {
                return Err(Reason::NotZero {
                    neuron: i,
                    input: j,
                });
            }
            let total: BigInt = sums[j].clone().into();
            magnitude += BigInt::from(total.magnitude().clone());
        }
    }
    let Some(epsilon) = &system.epsilon else {
        return Ok(());
    };
    let strict: BigInt = dependency
        .rows()
        .zip(multipliers)
        .filter(|((i, mu), _)| system.is_strict(*mu as usize, *i as usize))
        .map(|(_, m)| -> BigInt { m.clone().into() })
        .sum();
    if strict * &epsilon.numerator > magnitude * &epsilon.denominator {
        Ok(())
    } else {
        Err(Reason::NotExceeded)
    }
}

/// What the columns of neuron i's weights add up to: Σ_μ λ_μi ξ_i^μ ξ_j^μ in place j, and λ_μj ξ_i^μ ξ_j^μ of the rows of
/// other neurons where the column is theirs, too; in place i, for the bias, Σ_μ λ_μi ξ_i^μ. One neuron at a time, so
/// that large multipliers do not take N² places.
fn column_sums<T>(
    system: &System<'_>,
    dependency: &Dependency,
    multipliers: &[T],
    i: usize,
) -> Vec<T>
where
    T: Clone + Default + for<'t> AddAssign<&'t T> + for<'t> SubAssign<&'t T>,
{
    let mut sums = vec![T::default(); system.neurons()];
    let mut add = |j: usize, plus: bool, multiplier: &T| {
        if plus {
            sums[j] += multiplier;
        } else {
            sums[j] -= multiplier;
        }
    };
    for ((k, mu), multiplier) in dependency.rows().zip(multipliers) {
        let (k, mu) = (k as usize, mu as usize);
        let plus = system.patterns.is_plus(mu, i);
        if k == i {
            let bits = system.patterns.bits(mu);
            for j in 0..system.neurons() {
                let same = j == i || (bits[j / 64] >> (j % 64) & 1 == 1);
                add(j, same == plus, multiplier);
            }
        } else if system.symmetric && system.allows(i, k) {
            add(k, system.patterns.is_plus(mu, k) == plus, multiplier);
        }
    }
    sums
}
