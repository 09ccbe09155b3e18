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
use std::collections::BTreeMap;
use std::ops::{AddAssign, SubAssign};

/// Sums of a neuron's rows: N columns of weights, then the bias.
type Sums<T> = BTreeMap<usize, Vec<T>>;

/// Elementary steps that [`check`] takes, at most.
pub(crate) fn work(system: &System<'_>, dependency: &Dependency) -> u64 {
    let words: u64 = dependency
        .multipliers
        .iter()
        .map(|m| 1 + m.bits() / 64)
        .sum();
    words * (system.neurons() as u64 + 1)
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
    if dependency.neurons.len() != 1 && dependency.neurons.len() != rows {
        return refuse(
            ".neurons",
            Reason::Length {
                found: dependency.neurons.len(),
                expected: rows,
            },
        );
    }
    let (neurons, patterns) = (system.neurons(), system.patterns.count());
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
    let sums = column_sums(system, dependency, multipliers);
    let zero = T::default();
    let mut magnitude = BigInt::ZERO;
    for (&i, own) in &sums {
        let inputs = (0..system.neurons()).filter(|&j| system.allows(i, j));
        for j in inputs.chain(system.bias.then_some(i)) {
            let mut total = own[j].clone();
            if system.symmetric
                && j != i
                && let Some(other) = sums.get(&j)
            {
                if j < i {
                    continue; // this pair was met at neuron j
                }
                total += &other[i];
            }
            if total == zero {
                continue;
            }
            if system.epsilon.is_none() {
                return Err(Reason::NotZero {
                    neuron: i,
                    input: j,
                });
            }
            let total: BigInt = total.into();
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

/// Σ_μ λ_μi ξ_i^μ ξ_j^μ for the neurons i of the dependency and all j ≠ i; in place i, Σ_μ λ_μi ξ_i^μ.
fn column_sums<T>(system: &System<'_>, dependency: &Dependency, multipliers: &[T]) -> Sums<T>
where
    T: Clone + Default + for<'t> AddAssign<&'t T> + for<'t> SubAssign<&'t T>,
{
    let mut sums = Sums::new();
    for ((i, mu), multiplier) in dependency.rows().zip(multipliers) {
        let (i, mu) = (i as usize, mu as usize);
        let own = sums
            .entry(i)
            .or_insert_with(|| vec![T::default(); system.neurons()]);
        let plus = system.patterns.is_plus(mu, i);
        let bits = system.patterns.bits(mu);
        for (j, sum) in own.iter_mut().enumerate() {
            let same = j == i || (bits[j / 64] >> (j % 64) & 1 == 1);
            if same == plus {
                *sum += multiplier;
            } else {
                *sum -= multiplier;
            }
        }
    }
    sums
}
