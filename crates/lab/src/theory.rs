//! Theory: what is known about storage without training anything, to hold figures against.

/// Probability that P random ±1 patterns are learnt without error by one neuron with `inputs` inputs: 2^(1−P)
/// Σ_{k<inputs} C(P−1, k) (Cover 1965; exact for points in general position).
pub fn cover(patterns: usize, inputs: usize) -> f64 {
    if patterns == 0 || patterns <= inputs {
        return 1.0;
    }
    // Terms C(P−1,k)/2^(P−1), by their logarithms: the first ones underflow long before the sum does.
    let m = patterns - 1;
    let mut log_term = -(m as f64) * std::f64::consts::LN_2;
    let mut sum = 0.0;
    for k in 0..inputs.min(patterns) {
        sum += log_term.exp();
        log_term += (((m - k) as f64) / ((k + 1) as f64)).ln();
    }
    sum.min(1.0)
}

/// The load P at which half of random instances of N neurons are storable without error by a directed network, i.e.
/// cover(P, N−1)^N = ½, linear between whole P.
pub fn half_storable(neurons: usize) -> f64 {
    let storable = |p: usize| cover(p, neurons - 1).powi(neurons as i32);
    let mut p = neurons;
    while storable(p + 1) > 0.5 {
        p += 1;
    }
    p as f64 + (storable(p) - 0.5) / (storable(p) - storable(p + 1))
}

/// A lower bound on the mean fewest wrong bits of one neuron with `inputs` inputs over P random patterns: at most
/// Σ_{j≤k} C(P, j) labellings differ in at most k bits, and each is learnt with probability cover(P, inputs), so that
/// P(fewest ≤ k) is at most their product, and the mean is Σ_k P(fewest > k).
pub fn fewest_wrong_bits_bound(patterns: usize, inputs: usize) -> f64 {
    let learnt = cover(patterns, inputs);
    let (mut log_choose, mut labellings, mut mean) = (0.0_f64, 0.0, 0.0);
    for k in 0..patterns {
        labellings += log_choose.exp();
        let left = 1.0 - labellings * learnt;
        if left <= 0.0 {
            break;
        }
        mean += left;
        log_choose += ((patterns - k) as f64 / (k + 1) as f64).ln();
    }
    mean
}

/// Largest load α_c(κ) = 1/∫_{−κ}^∞ Dz (z+κ)² of a neuron with margin κ (in units of the row norm over √N) for random
/// patterns, N → ∞ (Gardner 1988). α_c(0) = 2.
pub fn gardner_capacity(kappa: f64) -> f64 {
    // The integral is (1 + κ²)·Φ(κ) + κ·φ(κ).
    let density = (-0.5 * kappa * kappa).exp() / (2.0 * std::f64::consts::PI).sqrt();
    let steps = 2_000;
    let (low, high) = (-10.0_f64, kappa);
    let width = (high - low) / f64::from(steps);
    let gauss = |z: f64| (-0.5 * z * z).exp();
    // Simpson's rule for Φ(κ); what lies below −10 is 1e-23.
    let sum: f64 = (0..=steps)
        .map(|k| {
            let weight = if k == 0 || k == steps {
                1.0
            } else if k % 2 == 1 {
                4.0
            } else {
                2.0
            };
            weight * gauss(low + width * f64::from(k))
        })
        .sum();
    let distribution = sum * width / 3.0 / (2.0 * std::f64::consts::PI).sqrt();
    1.0 / ((1.0 + kappa * kappa) * distribution + kappa * density)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(a: f64, b: f64, within: f64) {
        assert!((a - b).abs() < within, "{a} is not {b}");
    }

    #[test]
    fn cover_counts_dichotomies() {
        assert_eq!(cover(5, 7), 1.0);
        // 3 points in the plane: 6 of 8 dichotomies through the origin; 4 points: 8 of 16.
        near(cover(3, 2), 0.75, 1e-12);
        near(cover(4, 2), 0.5, 1e-12);
        near(cover(2 * 300, 300), 0.5, 1e-9);
    }

    #[test]
    fn known_loads_and_capacities() {
        for (neurons, load) in [(20, 28.5), (40, 61.6), (60, 95.9)] {
            near(half_storable(neurons), load, 0.1);
        }
        for (kappa, load) in [
            (0.0, 2.0),
            (0.5, 0.961),
            (1.0, 0.520),
            (1.5, 0.310),
            (2.0, 0.200),
        ] {
            near(gardner_capacity(kappa), load, 5e-4);
        }
    }

    #[test]
    fn the_bound_is_below_measured_means() {
        // Mean fewest wrong bits per pattern, N = 20 directed, measured exactly over many instances.
        for (patterns, measured) in [
            (25, 0.003),
            (30, 0.058),
            (35, 0.174),
            (40, 0.379),
            (50, 0.809),
        ] {
            let bound = 20.0 * fewest_wrong_bits_bound(patterns, 19) / patterns as f64;
            assert!(
                bound <= measured * 1.15 + 0.002,
                "P={patterns}: {bound} > {measured}"
            );
        }
        let high = 20.0 * fewest_wrong_bits_bound(50, 19) / 50.0;
        assert!(high > 0.2, "{high}");
    }
}
