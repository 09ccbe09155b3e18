//! Student's t distribution: how far a mean of few values may be from the truth.

use std::f64::consts::FRAC_2_PI;

/// The t that |T| exceeds with probability `outside`, at so many degrees of freedom; infinite without any.
///
/// A mean of n values ± this many standard errors, n − 1 degrees of freedom, holds the truth with probability 1 − `outside`
/// if the values are normal.
pub(crate) fn two_sided(outside: f64, freedom: usize) -> f64 {
    if freedom == 0 {
        return f64::INFINITY;
    }
    // |T| = √ν tan θ grows with θ, and the probability of staying below it is a finite sum in θ.
    let (mut low, mut high) = (0.0, std::f64::consts::FRAC_PI_2);
    for _ in 0..100 {
        let middle = f64::midpoint(low, high);
        if within(middle, freedom) < 1.0 - outside {
            low = middle;
        } else {
            high = middle;
        }
    }
    (freedom as f64).sqrt() * f64::midpoint(low, high).tan()
}

/// P(|T| ≤ √ν tan θ), by equations 26.7.3 and 26.7.4 of Abramowitz & Stegun (1964).
fn within(theta: f64, freedom: usize) -> f64 {
    let (sine, cosine) = theta.sin_cos();
    let is_odd = freedom % 2 == 1;
    let mut term = if is_odd { cosine } else { 1.0 };
    let mut sum = 0.0;
    // Odd ν: the powers 1, 3, …, ν − 2 of the cosine; even ν: 0, 2, …, ν − 2.
    let mut power = usize::from(is_odd);
    while power + 2 <= freedom {
        sum += term;
        term *= cosine * cosine * (power + 1) as f64 / (power + 2) as f64;
        power += 2;
    }
    if is_odd {
        FRAC_2_PI * (theta + sine * sum)
    } else {
        sine * sum
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_those_of_printed_tables() {
        let printed = [
            (0.05, 1, 12.706),
            (0.05, 2, 4.303),
            (0.05, 3, 3.182),
            (0.05, 9, 2.262),
            (0.05, 19, 2.093),
            (0.05, 120, 1.980),
            (0.01, 4, 4.604),
            (0.01, 5, 4.032),
            (0.001, 3, 12.924),
        ];
        for (outside, freedom, t) in printed {
            let found = two_sided(outside, freedom);
            assert!((found - t).abs() < 6e-4, "{outside}, {freedom}: {found}");
        }
        assert!(two_sided(0.05, 0).is_infinite());
    }
}
