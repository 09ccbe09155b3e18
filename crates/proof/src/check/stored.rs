//! Stored: wrong bits, margins and certified radii, recounted with the weights as the exact numbers that they are.

use crate::check::dyadic::{Exact, Scaled};
use crate::check::exhaustive;
use crate::check::radius::{Flips, largest};
use crate::check::system::System;
use crate::format::certificate::{Domain, Problem, Stored};
use crate::format::fraction::Fraction;
use crate::format::hash::network_sha256;
use crate::format::limits::MAX_RECOUNT;
use crate::format::refusal::{Reason, Refusal};
use attractor::Network;
use num_bigint::BigInt;
use rayon::prelude::*;

/// Decimal digits of the margins that are written.
const MARGIN_DIGITS: u32 = 12;

/// Neurons that share a search for radii: what one has lowered spares the next the work.
const CHUNK: usize = 32;

/// What is wanted of the radii.
enum Radii<'a> {
    Skip,
    /// Refuse what is claimed too large.
    Check(&'a [Option<u32>]),
    /// Lower these until they hold.
    Find(&'a mut [Option<u32>]),
}

/// What a neuron holds.
struct Neuron {
    wrong: u64,
    /// The least aligned field among its right bits, as an integer, and the pattern where it stands.
    least: Option<(BigInt, usize)>,
    /// Σ_j w_ij², on the square of the same scale.
    squared_norm: BigInt,
}

/// Checks the claim about `network`.
pub(crate) fn check(
    problem: &Problem,
    system: &System<'_>,
    stored: &Stored,
    network: &Network,
) -> Result<(), Refusal> {
    let neurons = system.neurons();
    let actual = network_sha256(network);
    if stored.network_sha256 != actual {
        let reason = Reason::Hash {
            claimed: stored.network_sha256.chars().take(64).collect(),
            actual,
        };
        return Err(Refusal::at("stored.network_sha256", reason));
    }
    in_class(problem, system, network).map_err(|reason| Refusal::at("stored", reason))?;
    let length = |field: &str, found, expected| {
        if found == expected {
            Ok(())
        } else {
            Err(Refusal::at(field, Reason::Length { found, expected }))
        }
    };
    length(
        "stored.wrong_bits_per_neuron",
        stored.wrong_bits_per_neuron.len(),
        neurons,
    )?;
    if let Some(radii) = &stored.radii {
        length("stored.radii", radii.len(), system.patterns.count())?;
        if system.epsilon.is_some() {
            let reason = Reason::NotDefined("radii are defined without margin");
            return Err(Refusal::at("stored.radii", reason));
        }
    }
    affordable(system, network)?;
    let examined: Vec<Result<Neuron, Reason>> = (0..neurons)
        .into_par_iter()
        .map(|i| {
            let radii = stored.radii.as_deref().map_or(Radii::Skip, Radii::Check);
            examine(system, network, i, radii)
        })
        .collect();
    let mut total = 0;
    let mut all = Vec::with_capacity(neurons);
    for (i, neuron) in examined.into_iter().enumerate() {
        let neuron = neuron.map_err(|reason| Refusal::at("stored.radii", reason))?;
        let claimed = stored.wrong_bits_per_neuron[i];
        if neuron.wrong != claimed {
            let reason = Reason::Count {
                claimed,
                actual: neuron.wrong,
            };
            return Err(Refusal::at(
                format_args!("stored.wrong_bits_per_neuron[{i}]"),
                reason,
            ));
        }
        total += neuron.wrong;
        all.push(neuron);
    }
    if total != stored.wrong_bits {
        let reason = Reason::Count {
            claimed: stored.wrong_bits,
            actual: total,
        };
        return Err(Refusal::at("stored.wrong_bits", reason));
    }
    let margin = stored
        .margin
        .as_deref()
        .map(|claimed| check_margin(claimed, &all));
    margin
        .unwrap_or(Ok(()))
        .map_err(|reason| Refusal::at("stored.margin", reason))
}

/// The true claim about `network`, with the radii if these are wanted.
pub(crate) fn claim(
    problem: &Problem,
    system: &System<'_>,
    network: &Network,
    with_radii: bool,
) -> Result<Stored, Refusal> {
    in_class(problem, system, network).map_err(|reason| Refusal::at("stored", reason))?;
    affordable(system, network)?;
    let with_radii = with_radii && system.epsilon.is_none();
    let unlimited = vec![Some(system.neurons() as u32); system.patterns.count()];
    let of_chunk = |chunk: &[usize]| -> Result<(Vec<Neuron>, Vec<Option<u32>>), Reason> {
        let mut radii = unlimited.clone();
        let mut all = Vec::with_capacity(chunk.len());
        for &i in chunk {
            let task = if with_radii {
                Radii::Find(&mut radii)
            } else {
                Radii::Skip
            };
            all.push(examine(system, network, i, task)?);
        }
        Ok((all, radii))
    };
    let order: Vec<usize> = (0..system.neurons()).collect();
    let chunks: Vec<_> = order.par_chunks(CHUNK).map(of_chunk).collect();
    let mut neurons = Vec::with_capacity(system.neurons());
    let mut radii = unlimited.clone();
    for chunk in chunks {
        let (some, found) = chunk.map_err(|reason| Refusal::at("stored", reason))?;
        neurons.extend(some);
        for (r, f) in radii.iter_mut().zip(found) {
            // None, where a bit is wrong, is less than every Some.
            *r = (*r).min(f);
        }
    }
    let wrong: Vec<u64> = neurons.iter().map(|n| n.wrong).collect();
    Ok(Stored {
        network_sha256: network_sha256(network),
        wrong_bits: wrong.iter().sum(),
        wrong_bits_per_neuron: wrong,
        margin: neurons
            .iter()
            .filter_map(neuron_margin)
            .min()
            .map(|m| decimal(&m)),
        radii: with_radii.then_some(radii),
    })
}

/// That the network is one of those of which the problem speaks.
fn in_class(problem: &Problem, system: &System<'_>, network: &Network) -> Result<(), Reason> {
    let outside = |text: String| Err(Reason::OutsideClass(text));
    let neurons = system.neurons();
    if network.neurons() != neurons {
        return Err(Reason::Size {
            found: network.neurons(),
            expected: neurons,
        });
    }
    let boxed = system.epsilon.is_some();
    let fits = |w: f64| {
        w.is_finite() && exhaustive::contains(problem.weights, w) && (!boxed || w.abs() <= 1.0)
    };
    for i in 0..neurons {
        for (j, &w) in network.row(i).iter().enumerate() {
            if !system.allows(i, j) {
                if w != 0.0 {
                    return outside(format!(
                        "weight ({i},{j}) is {w}, and the couplings have no such weight"
                    ));
                }
            } else if !fits(w) {
                return outside(format!(
                    "weight ({i},{j}) is {w}, not {}",
                    values(problem.weights, boxed)
                ));
            } else if system.symmetric && w != network.weight(j, i) {
                return outside(format!("the weights ({i},{j}) and ({j},{i}) differ"));
            }
        }
        let bias = network.biases()[i];
        if if problem.bias {
            !fits(bias)
        } else {
            bias != 0.0
        } {
            return outside(format!("the bias of neuron {i} is {bias}"));
        }
    }
    Ok(())
}

fn values(domain: Domain, boxed: bool) -> String {
    let range = if boxed { " from -1 to 1" } else { "" };
    format!("{domain}{range}")
}

/// Bounds the recount's time before it starts.
fn affordable(system: &System<'_>, network: &Network) -> Result<(), Refusal> {
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

fn examine(
    system: &System<'_>,
    network: &Network,
    i: usize,
    radii: Radii<'_>,
) -> Result<Neuron, Reason> {
    let scaled = Scaled::new(network.row(i), network.biases()[i]);
    match scaled.sum_bits {
        0..=62 => examine_as::<i64>(system, i, &scaled, radii),
        63..=126 => examine_as::<i128>(system, i, &scaled, radii),
        _ => examine_as::<BigInt>(system, i, &scaled, radii),
    }
}

fn examine_as<T: Exact>(
    system: &System<'_>,
    i: usize,
    scaled: &Scaled,
    mut radii: Radii<'_>,
) -> Result<Neuron, Reason> {
    let mut weights: Vec<T> = scaled.integers();
    let bias = weights.pop().unwrap_or_default();
    let least_strict: Option<T> = T::try_from(least_strict_field(system, scaled.exponent)).ok();
    let flips = Flips::new(&weights);
    let mut scratch = Vec::new();
    let (mut wrong, mut least) = (0, None::<(T, usize)>);
    for mu in 0..system.patterns.count() {
        let bits = system.patterns.bits(mu);
        let plus = system.patterns.is_plus(mu, i);
        let mut aligned = T::signed_sum(&weights, bits);
        aligned += &bias;
        if !plus {
            aligned = -aligned;
        }
        // What no field reaches is reached by none: the threshold is wider than T.
        let needed = if system.is_strict(mu, i) {
            least_strict.as_ref()
        } else {
            Some(&flips.zero)
        };
        let right = needed.is_some_and(|needed| aligned >= *needed);
        if !right {
            wrong += 1;
        } else if least.as_ref().is_none_or(|(l, _)| aligned < *l) {
            least = Some((aligned.clone(), mu));
        }
        let mut survives = |r: u32| {
            needed.is_some_and(|needed| {
                right && flips.survives(&weights, bits, plus, &aligned, needed, r, &mut scratch)
            })
        };
        match &mut radii {
            Radii::Skip => {}
            Radii::Check(claimed) => {
                if let Some(radius) = claimed[mu].filter(|&r| !survives(r)) {
                    return Err(Reason::Radius {
                        pattern: mu,
                        neuron: i,
                        radius,
                    });
                }
            }
            Radii::Find(found) => found[mu] = found[mu].and_then(|r| largest(r, survives)),
        }
    }
    let squared_norm = weights
        .into_iter()
        .map(|w| -> BigInt { w.into() })
        .map(|w| &w * &w)
        .sum();
    Ok(Neuron {
        wrong,
        least: least.map(|(field, mu)| (field.into(), mu)),
        squared_norm,
    })
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

/// That every neuron's least field² ≥ margin²·norm². Neurons without weights, or without right bits, have no margin.
fn check_margin(claimed: &str, neurons: &[Neuron]) -> Result<(), Reason> {
    let Fraction {
        numerator,
        denominator,
    } = Fraction::parse(claimed)?;
    let mut defined = false;
    for (i, neuron) in neurons.iter().enumerate() {
        let Some((least, pattern)) = neuron
            .least
            .as_ref()
            .filter(|_| neuron.squared_norm != BigInt::ZERO)
        else {
            continue;
        };
        defined = true;
        let have = least * &denominator;
        if &have * &have < &numerator * &numerator * &neuron.squared_norm {
            return Err(Reason::Margin {
                neuron: i,
                pattern: *pattern,
            });
        }
    }
    if defined {
        Ok(())
    } else {
        Err(Reason::NotDefined("no neuron has a margin"))
    }
}

/// ⌊10^12 κ⌋ of a neuron.
fn neuron_margin(neuron: &Neuron) -> Option<BigInt> {
    let (least, _) = neuron
        .least
        .as_ref()
        .filter(|_| neuron.squared_norm != BigInt::ZERO)?;
    let scaled = least * BigInt::from(10).pow(MARGIN_DIGITS);
    Some((&scaled * &scaled / &neuron.squared_norm).sqrt())
}

fn decimal(margin: &BigInt) -> String {
    let digits = format!("{margin:0>width$}", width = MARGIN_DIGITS as usize + 1);
    let (whole, part) = digits.split_at(digits.len() - MARGIN_DIGITS as usize);
    format!("{whole}.{part}")
}
