//! Whether a neuron goes to +1: the sign of the energy's difference, without rounding.

use super::{DenseError, Separation};
use crate::kernels::exact_sum::exact_sign;
use std::cmp::Ordering;
use std::collections::BTreeMap;

/// How the sign of Σ_μ ξ_i^μ g(m_μ) is found, m_μ the overlap over the other neurons.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Decision {
    /// g(m) = (m+1)ⁿ − (m−1)ⁿ at m + N, whole numbers.
    Whole(Vec<i128>),
    /// g(m) = exp(βm); entry d is exp(−βd).
    Falling {
        powers: Vec<f64>,
        /// Whether a neuron's own state counts in its overlaps.
        sees_itself: bool,
    },
}

impl Decision {
    pub(super) fn new(
        separation: Separation,
        neurons: usize,
        patterns: usize,
    ) -> Result<Self, DenseError> {
        let (beta, sees_itself) = match separation {
            Separation::Polynomial { degree } => return powers(degree, neurons, patterns),
            Separation::Exponential { beta } => (beta, false),
            Separation::Softmax { beta } => (beta, true),
        };
        if !(beta.is_finite() && beta > 0.0) {
            return Err(DenseError::Beta(beta));
        }
        Ok(Self::Falling {
            powers: (0..=2 * neurons)
                .map(|d| (-beta * d as f64).exp())
                .collect(),
            sees_itself,
        })
    }

    /// `rows` are ξ_i^μ and the overlap of pattern μ over the other neurons; `own` is s_i, 0 if unknown.
    pub(super) fn is_plus(&self, rows: impl Iterator<Item = (i8, i64)> + Clone, own: i64) -> bool {
        match self {
            Self::Whole(table) => {
                let half = table.len() as i64 / 2;
                let term = |(sign, m): (i8, i64)| i128::from(sign) * table[(m + half) as usize];
                rows.map(term).sum::<i128>() > 0
            }
            Self::Falling {
                powers,
                sees_itself: true,
            } => falls_to_plus(
                powers,
                rows.map(|(sign, m)| (sign, m + i64::from(sign) * own)),
            ),
            Self::Falling { powers, .. } => falls_to_plus(powers, rows),
        }
    }
}

fn powers(degree: u32, neurons: usize, patterns: usize) -> Result<Decision, DenseError> {
    if degree < 2 {
        return Err(DenseError::Degree(degree));
    }
    let steep = DenseError::TooSteep {
        degree,
        neurons,
        patterns,
    };
    // Room for P differences of two powers.
    let largest = (neurons as i128 + 1).checked_pow(degree);
    let total = largest.and_then(|power| power.checked_mul(2 * patterns as i128));
    if total.is_none() {
        return Err(steep);
    }
    let all = -(neurons as i128)..=neurons as i128;
    let difference = |m: i128| (m + 1).pow(degree) - (m - 1).pow(degree);
    Ok(Decision::Whole(all.map(difference).collect()))
}

/// Whether Σ ξ exp(βm) > 0: equal overlaps are counted against one another in whole numbers, and the doubles that are left
/// are summed in units of the largest, exactly where rounding could tell.
fn falls_to_plus(powers: &[f64], rows: impl Iterator<Item = (i8, i64)> + Clone) -> bool {
    let Some(top) = rows.clone().map(|(_, m)| m).max() else {
        return false;
    };
    let (mut sum, mut size) = (0.0, 0.0);
    let mut count = 0.0;
    for (sign, m) in rows.clone() {
        let power = powers[(top - m) as usize];
        sum += f64::from(sign) * power;
        size += power;
        count += 1.0;
    }
    // Each addition rounds by half a unit of a partial sum, none of which exceeds `size`.
    if f64::abs(sum) > count * f64::EPSILON * size {
        return sum > 0.0;
    }
    let mut counts: BTreeMap<i64, i64> = BTreeMap::new();
    for (sign, m) in rows {
        *counts.entry(m).or_default() += i64::from(sign);
    }
    counts.retain(|_, count| *count != 0);
    let Some((&top, _)) = counts.last_key_value() else {
        return false;
    };
    let terms = counts.iter().flat_map(|(&m, &count)| {
        let (count, power) = (count as f64, powers[(top - m) as usize]);
        let product = count * power;
        // The product and what its rounding left: together exact.
        [product, count.mul_add(power, -product)]
    });
    exact_sign(terms) == Ordering::Greater
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ties_and_near_ties_are_told_apart() {
        let powers: Vec<f64> = (0..80).map(|d| (-f64::from(d)).exp()).collect();
        let plus = |rows: &[(i8, i64)]| falls_to_plus(&powers, rows.iter().copied());
        assert!(!plus(&[(1, 20), (-1, 20)]));
        assert!(plus(&[(1, 20), (1, -40), (-1, 20)]));
        assert!(!plus(&[(1, 20), (-1, -40), (-1, 20)]));
        assert!(plus(&[(1, 20), (-1, 19), (-1, 19)]));
        assert!(!plus(&[(1, 20), (-1, 19), (-1, 19), (-1, 19)]));
    }
}
