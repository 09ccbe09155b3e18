//! Margin: the least aligned field over the norm of a neuron's weights, compared and written exactly.

use super::recount::NeuronRecount;
use crate::format::fraction::Fraction;
use crate::format::refusal::Reason;
use num_bigint::BigInt;

/// Decimal digits after the point of the margins that are written. More would make longer files; fewer would claim
/// visibly less than what is true.
const MARGIN_DIGITS: u32 = 12;

/// That every neuron's least field² ≥ margin²·norm². Neurons without weights, or without right bits, have no margin.
pub(super) fn check_margin(claimed: &str, neurons: &[NeuronRecount]) -> Result<(), Reason> {
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
pub(super) fn neuron_margin(neuron: &NeuronRecount) -> Option<BigInt> {
    let (least, _) = neuron
        .least
        .as_ref()
        .filter(|_| neuron.squared_norm != BigInt::ZERO)?;
    let scaled = least * BigInt::from(10).pow(MARGIN_DIGITS);
    Some((&scaled * &scaled / &neuron.squared_norm).sqrt())
}

pub(super) fn decimal(margin: &BigInt) -> String {
    let digits = format!("{margin:0>width$}", width = MARGIN_DIGITS as usize + 1);
    let (whole, part) = digits.split_at(digits.len() - MARGIN_DIGITS as usize);
    format!("{whole}.{part}")
}
