//! The normal law: ln Φ and its derivative, accurate in both tails.

use std::f64::consts::{FRAC_1_SQRT_2, PI};

/// Below this z the continued fraction takes over, long before Φ leaves the range of floating point.
const TAIL: f64 = -8.0;

/// Levels of the continued fraction. At z = −8 twelve reach the last digit; further out fewer do.
const LEVELS: u32 = 24;

/// ln Φ(z) and its derivative φ(z)/Φ(z), relative error below 1e-13.
pub(super) fn log_phi(z: f64) -> (f64, f64) {
    let log_density = -0.5 * z * z - 0.5 * (2.0 * PI).ln();
    if z < TAIL {
        // φ/Φ at −x is x + 1/(x + 2/(x + 3/(x + …))).
        let mut fraction = -z;
        for k in (1..=LEVELS).rev() {
            fraction = -z + f64::from(k) / fraction;
        }
        return (log_density - fraction.ln(), fraction);
    }
    let beyond = 0.5 * libm::erfc(z.abs() * FRAC_1_SQRT_2);
    let (log, phi) = if z > 0.0 {
        ((-beyond).ln_1p(), 1.0 - beyond)
    } else {
        (beyond.ln(), beyond)
    };
    (log, log_density.exp() / phi)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// z, ln Φ(z) and φ(z)/Φ(z), computed with 60 digits (mpmath).
    const NUMBERS: [(f64, f64, f64); 13] = [
        (-40.0, -804.608_442_013_753_8, 40.024_968_847_207_26),
        (-12.5, -81.575_967_870_743_88, 12.579_007_304_406_977),
        (-8.5, -39.197_396_428_217_67, 8.614_595_320_165_173),
        (-7.5, -31.075_890_902_890_003, 7.628_966_391_103_766),
        (-3.0, -6.607_726_221_510_35, 3.283_098_654_930_436_5),
        (-0.5, -1.175_911_761_593_618_6, 1.141_077_770_368_064_5),
        (0.0, -std::f64::consts::LN_2, 0.797_884_560_802_865_4),
        (0.25, -0.512_984_075_409_430_4, 0.645_839_371_016_817_3),
        (1.0, -0.172_753_779_023_449_9, 0.287_599_970_939_178_35),
        (3.0, -0.001_350_809_964_748_193_8, 0.004_437_839_042_125_664),
        (6.0, -9.865_876_455_243_757e-10, 6.075_882_855_817_676e-9),
        (
            12.0,
            -1.776_482_112_077_679e-33,
            2.146_383_735_663_060_4e-32,
        ),
        (
            30.0,
            -4.906_713_927_148_187e-198,
            1.473_646_134_878_547_5e-196,
        ),
    ];

    #[test]
    fn logarithms_and_slopes_are_those_of_another_program() {
        for (z, log, slope) in NUMBERS {
            let (found, derivative) = log_phi(z);
            assert!((found / log - 1.0).abs() < 1e-13, "{z}: {found} {log}");
            assert!(
                (derivative / slope - 1.0).abs() < 1e-12,
                "{z}: {derivative} {slope}"
            );
        }
    }

    #[test]
    fn both_ways_agree_where_they_meet() {
        let below = log_phi(TAIL - 1e-12);
        let above = log_phi(TAIL);
        assert!((below.0 / above.0 - 1.0).abs() < 1e-11);
        assert!((below.1 / above.1 - 1.0).abs() < 1e-11);
    }
}
