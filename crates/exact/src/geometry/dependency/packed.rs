//! Dependencies in little memory: searches keep thousands of them.

use super::lifting::Lifting;
use super::{Dependency, LONG, SignRows};
use attractor::Control;
use num_bigint::BigUint;

/// A dependency in a fraction of the memory of [`Dependency`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Packed {
    rows: Box<[u32]>,
    /// The multipliers, equally long, least significant digits first.
    digits: Box<[u32]>,
}

impl From<&Dependency> for Packed {
    fn from(dependency: &Dependency) -> Self {
        let (digits, longest) = dependency.limbs();
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
    pub(crate) fn among(
        system: &impl SignRows,
        rows: &[usize],
        control: &Control<'_>,
    ) -> Option<Self> {
        [24, 14, 6].into_iter().find_map(|digit| {
            if rows.len() >= LONG && control.should_stop() {
                return None;
            }
            let mut lifting = Lifting::new(system, rows, digit)?;
            let limit = lifting.most_digits();
            let mut wanted = lifting.likely_digits().min(limit);
            loop {
                lifting.lift(wanted, control)?;
                let found = match lifting.short_whole() {
                    Some(multipliers) => Self::checked(system, rows, &multipliers),
                    None => lifting
                        .whole(control)
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

    /// `multipliers` of at most 64 bits as a dependency, if `Σ λ_r a_r = 0`.
    pub(crate) fn checked(
        system: &impl SignRows,
        rows: &[usize],
        multipliers: &[i64],
    ) -> Option<Self> {
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

    /// The same dependency with its rows renumbered.
    #[must_use]
    pub fn renamed(&self, name: impl Fn(u32) -> u32) -> Self {
        Self {
            rows: self.rows.iter().map(|&r| name(r)).collect(),
            digits: self.digits.clone(),
        }
    }

    /// The rows.
    pub fn rows(&self) -> impl Iterator<Item = usize> + '_ {
        self.rows.iter().map(|&r| r as usize)
    }

    /// The multipliers, base 2^32, least significant digits first.
    pub fn multipliers(&self) -> impl Iterator<Item = &[u32]> + '_ {
        let length = (self.digits.len() / self.rows.len().max(1)).max(1);
        self.digits.chunks(length)
    }

    /// The dependency.
    pub fn unpack(&self) -> Dependency {
        Dependency {
            rows: self.rows().collect(),
            multipliers: self.multipliers().map(BigUint::from_slice).collect(),
        }
    }
}
