//! Where neurons and weights stand in words, and what planes must hold. All of it runs while a program is compiled, too,
//! and none of it contains a panic.

use crate::error::Error;

/// Words of 32 bits that hold a state of so many neurons.
#[must_use]
#[inline]
pub const fn words(neurons: usize) -> usize {
    neurons.div_ceil(32)
}

/// The bits of word w that are neurons.
#[inline]
pub(crate) const fn mask(neurons: usize, w: usize) -> u32 {
    match neurons.saturating_sub(w.saturating_mul(32)) {
        0 => 0,
        left @ 1..=31 => (1 << left) - 1,
        _ => u32::MAX,
    }
}

/// The bit of neuron i in word w, none if it stands in another word.
#[inline]
pub(crate) const fn own(i: usize, w: usize) -> u32 {
    if i / 32 == w { 1 << (i % 32) } else { 0 }
}

/// Whether N neurons have these planes and biases: their numbers, and no bit where no weight is.
///
/// # Errors
/// [`Error`], each of a memory's.
pub(crate) const fn check(
    neurons: usize,
    planes_per_row: usize,
    planes: &[u32],
    biases: &[i32],
) -> Result<(), Error> {
    if neurons == 0 {
        return Err(Error::Empty);
    }
    let Some(row) = words(neurons).checked_mul(planes_per_row) else {
        return Err(Error::Planes);
    };
    match row.checked_mul(neurons) {
        Some(all) if all == planes.len() => {}
        _ => return Err(Error::Planes),
    }
    if !biases.is_empty() && biases.len() != neurons {
        return Err(Error::Biases);
    }
    if are_bits_weights(neurons, planes_per_row, planes) {
        Ok(())
    } else {
        Err(Error::Weights)
    }
}

/// Whether no plane has a bit beyond the last neuron or of a neuron's weight onto itself.
const fn are_bits_weights(neurons: usize, planes_per_row: usize, planes: &[u32]) -> bool {
    let (mut i, mut plane, mut w, mut rest) = (0, 0, 0, planes);
    while let Some((&word, after)) = rest.split_first() {
        if word & !(mask(neurons, w) & !own(i, w)) != 0 {
            return false;
        }
        rest = after;
        w += 1;
        if w == words(neurons) {
            (w, plane) = (0, plane + 1);
        }
        if plane == planes_per_row {
            (plane, i) = (0, i + 1);
        }
    }
    true
}

/// Whether no weight stands in both planes of its neuron.
pub(crate) const fn are_planes_disjoint(neurons: usize, planes: &[u32]) -> bool {
    let mut rest = planes;
    while let Some((mut plus, after)) = rest.split_at_checked(words(neurons)) {
        let Some((mut minus, after)) = after.split_at_checked(words(neurons)) else {
            return true;
        };
        while let (Some((&one, more)), Some((&other, others))) =
            (plus.split_first(), minus.split_first())
        {
            if one & other != 0 {
                return false;
            }
            (plus, minus) = (more, others);
        }
        rest = after;
        if rest.is_empty() {
            return true;
        }
    }
    true
}
