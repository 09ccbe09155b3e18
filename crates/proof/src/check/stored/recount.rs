//! Recount: what one neuron stores, its weights taken as the exact numbers that they are.

use crate::check::dyadic::{Exact, Scaled};
use crate::check::radius::{AlignedBit, Flips, largest};
use crate::check::system::System;
use crate::format::limits::MAX_RECOUNT;
use crate::format::refusal::{Reason, Refusal};
use attractor::Network;
use num_bigint::BigInt;

/// What a recount does about the radii.
pub(super) enum RadiiTask<'a> {
    /// Nothing.
    Skip,
    /// Refuse what is claimed too large.
    Check(&'a [Option<u32>]),
    /// Lower these until they hold.
    Find(&'a mut [Option<u32>]),
}

/// What one neuron stores.
pub(super) struct NeuronRecount {
    /// Its wrong bits.
    pub(super) wrong: u64,
    /// The least aligned field among its right bits, as an integer, and the pattern where it stands.
    pub(super) least: Option<(BigInt, usize)>,
    /// Σ_j w_ij², on the square of the same scale.
    pub(super) squared_norm: BigInt,
}

/// Refuses, before the recount starts, one that takes more than [`MAX_RECOUNT`] steps.
pub(super) fn check_recount_cost(system: &System<'_>, network: &Network) -> Result<(), Refusal> {
    let words: u64 = (0..system.neurons())
        .map(|i| 1 + u64::from(Scaled::new(network.row(i), network.biases()[i]).sum_bits) / 64)
        .sum();
    let work = words
        .saturating_mul(system.neurons() as u64)
        .saturating_mul(system.patterns.count() as u64);
    if work > MAX_RECOUNT {
        return Err(Refusal::at(
            "stored",
            Reason::TooLarge("the exact recount of these weights"),
        ));
    }
    Ok(())
}

/// Recounts neuron `i` in the narrowest integers that hold every sum of its weights.
///
/// # Errors
/// [`Reason::Radius`] where [`RadiiTask::Check`] finds a bit that does not survive its radius.
pub(super) fn recount(
    system: &System<'_>,
    network: &Network,
    i: usize,
    radii: RadiiTask<'_>,
) -> Result<NeuronRecount, Reason> {
    let scaled = Scaled::new(network.row(i), network.biases()[i]);
    match scaled.sum_bits {
        0..=62 => recount_as::<i64>(system, i, &scaled, radii),
        63..=126 => recount_as::<i128>(system, i, &scaled, radii),
        _ => recount_as::<BigInt>(system, i, &scaled, radii),
    }
}

fn recount_as<T: Exact>(
    system: &System<'_>,
    i: usize,
    scaled: &Scaled,
    mut radii: RadiiTask<'_>,
) -> Result<NeuronRecount, Reason> {
    let neuron = ExactNeuron::<T>::new(system, i, scaled);
    let flips = Flips::new(&neuron.weights);
    let mut scratch = Vec::new();
    let (mut wrong, mut least) = (0, None::<(T, usize)>);
    for mu in 0..system.patterns.count() {
        let bit = neuron.bit(mu);
        if !bit.is_right() {
            wrong += 1;
        } else if least.as_ref().is_none_or(|(l, _)| bit.aligned < *l) {
            least = Some((bit.aligned.clone(), mu));
        }
        let mut survives = |r: u32| bit.is_right() && flips.survives(&bit, r, &mut scratch);
        match &mut radii {
            RadiiTask::Skip => {}
            RadiiTask::Check(claimed) => {
                if let Some(radius) = claimed[mu].filter(|&r| !survives(r)) {
                    return Err(Reason::Radius {
                        pattern: mu,
                        neuron: i,
                        radius,
                    });
                }
            }
            RadiiTask::Find(found) => found[mu] = found[mu].and_then(|r| largest(r, survives)),
        }
    }
    Ok(NeuronRecount {
        wrong,
        least: least.map(|(field, mu)| (field.into(), mu)),
        squared_norm: neuron.squared_norm(),
    })
}

/// Which bits of a neuron are right.
pub(crate) struct RightBits(Vec<bool>);

impl RightBits {
    /// Those of neuron `i` of `network`.
    pub(crate) fn of(system: &System<'_>, network: &Network, i: usize) -> Self {
        let scaled = Scaled::new(network.row(i), network.biases()[i]);
        match scaled.sum_bits {
            0..=62 => Self::in_integers::<i64>(system, i, &scaled),
            63..=126 => Self::in_integers::<i128>(system, i, &scaled),
            _ => Self::in_integers::<BigInt>(system, i, &scaled),
        }
    }

    fn in_integers<T: Exact>(system: &System<'_>, i: usize, scaled: &Scaled) -> Self {
        let neuron = ExactNeuron::<T>::new(system, i, scaled);
        let patterns = 0..system.patterns.count();
        Self(patterns.map(|mu| neuron.bit(mu).is_right()).collect())
    }

    /// Whether the bit of pattern μ is.
    pub(crate) fn has(&self, mu: usize) -> bool {
        self.0[mu]
    }
}

/// A neuron's weights and bias as integers on a common scale, and what its bits must reach on that scale.
struct ExactNeuron<'s, T> {
    system: &'s System<'s>,
    neuron: usize,
    weights: Vec<T>,
    bias: T,
    /// The least aligned field of a right bit in a strict row; `None` if it is wider than `T`, so that no field reaches it.
    least_strict: Option<T>,
    /// The same in other rows.
    least_other: Option<T>,
}

impl<'s, T: Exact> ExactNeuron<'s, T> {
    fn new(system: &'s System<'_>, neuron: usize, scaled: &Scaled) -> Self {
        let mut weights: Vec<T> = scaled.integers();
        let bias = weights.pop().unwrap_or_default();
        Self {
            system,
            neuron,
            weights,
            bias,
            least_strict: T::try_from(least_strict_field(system, scaled.exponent)).ok(),
            least_other: Some(T::default()),
        }
    }

    fn bit(&self, mu: usize) -> AlignedBit<'_, T> {
        let inputs = self.system.patterns.bits(mu);
        let plus = self.system.patterns.is_plus(mu, self.neuron);
        let mut aligned = T::signed_sum(&self.weights, inputs);
        aligned += &self.bias;
        if !plus {
            aligned = -aligned;
        }
        let needed = if self.system.is_strict(mu, self.neuron) {
            &self.least_strict
        } else {
            &self.least_other
        };
        AlignedBit {
            inputs,
            plus,
            aligned,
            needed: needed.as_ref(),
        }
    }

    fn squared_norm(self) -> BigInt {
        let weights = self.weights.into_iter().map(|w| -> BigInt { w.into() });
        weights.map(|w| &w * &w).sum()
    }
}

/// The least integer aligned field that a strict row accepts: 1, or with a margin ⌈ε/2^e⌉.
fn least_strict_field(system: &System<'_>, exponent: i32) -> BigInt {
    let Some(epsilon) = &system.epsilon else {
        return BigInt::from(1);
    };
    let shift = exponent.unsigned_abs();
    let (mut numerator, mut denominator) = (epsilon.numerator.clone(), epsilon.denominator.clone());
    if exponent < 0 {
        numerator <<= shift;
    } else {
        denominator <<= shift;
    }
    (numerator + &denominator - 1) / denominator
}
