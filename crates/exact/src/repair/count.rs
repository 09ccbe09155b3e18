//! Few inputs: the exact probability that a bit is right after one step, where the normal law is wrong.
//!
//! Every damage of n inputs is followed, with what is left of the field bounded from both sides: a branch whose sign is
//! settled is not followed further.

use super::kept::Kept;
use crate::damage::Damage;
use crate::instance::Instance;
use attractor::Network;
use rayon::prelude::*;

/// Inputs of a neuron up to which flips are followed one by one. More: seconds for every network that is judged; fewer: local
/// receptive fields of radius 2 are judged by a law that they do not follow.
const MOST_INPUTS: usize = 16;

/// The same where inputs may be erased, too: three ways for each.
const MOST_INPUTS_ERASED: usize = 10;

/// Whether all neurons have so few inputs that damage is followed exactly.
pub(super) fn is_exact(instance: &Instance<'_>, damage: Damage) -> bool {
    let most = if damage.erased() > 0.0 {
        MOST_INPUTS_ERASED
    } else {
        MOST_INPUTS
    };
    (0..instance.patterns.neurons()).all(|i| instance.couplings.inputs(i).len() <= most)
}

/// Neuron by neuron −Σ ln of the probability that a kept bit is right after one step.
pub(super) fn losses(
    instance: &Instance<'_>,
    kept: &Kept,
    network: &Network,
    damage: Damage,
) -> Vec<f64> {
    let patterns = &instance.patterns;
    let loss = |i: usize| {
        let inputs = instance.couplings.inputs(i);
        let row = |&mu: &usize| {
            let own = f64::from(patterns.sign(mu, i));
            let term = |&j: &usize| own * f64::from(patterns.sign(mu, j)) * network.weight(i, j);
            let terms = inputs.iter().map(term).collect();
            let bias = own * network.biases()[i];
            -right(terms, bias, patterns.is_plus(mu, i), damage).ln()
        };
        kept.rows()[i].iter().map(row).sum()
    };
    (0..patterns.neurons()).into_par_iter().map(loss).collect()
}

/// One bit under damage.
#[derive(Debug, Clone, Copy)]
struct Bit<'a> {
    /// ξ_i ξ_j w_ij, the largest in size first.
    terms: &'a [f64],
    /// Σ_{j ≥ k} of their sizes, at k.
    rest: &'a [f64],
    /// Whether a zero field is right: that of a −1 bit.
    tie: bool,
    damage: Damage,
}

/// The probability that a bit with these aligned terms and aligned bias is right in one step. Sums are exact for weights on
/// the grid.
fn right(mut terms: Vec<f64>, bias: f64, is_plus: bool, damage: Damage) -> f64 {
    terms.sort_by(|a, b| b.abs().total_cmp(&a.abs()));
    let mut rest = vec![0.0; terms.len() + 1];
    for k in (0..terms.len()).rev() {
        rest[k] = rest[k + 1] + terms[k].abs();
    }
    let bit = Bit {
        terms: &terms,
        rest: &rest,
        tie: !is_plus,
        damage,
    };
    bit.follow(0, bias)
}

impl Bit<'_> {
    fn holds(&self, field: f64) -> bool {
        field > 0.0 || field == 0.0 && self.tie
    }

    /// From a field to which the terms before k have contributed.
    fn follow(&self, k: usize, field: f64) -> f64 {
        if self.holds(field - self.rest[k]) {
            return 1.0;
        }
        if !self.holds(field + self.rest[k]) {
            return 0.0;
        }
        let (p, q) = (self.damage.flipped(), self.damage.erased());
        let mut right = (1.0 - q) * (1.0 - p) * self.follow(k + 1, field + self.terms[k]);
        if p > 0.0 {
            right += (1.0 - q) * p * self.follow(k + 1, field - self.terms[k]);
        }
        if q > 0.0 {
            right += q * self.follow(k + 1, field);
        }
        right
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// All damages one by one.
    #[test]
    fn every_damage_is_counted() {
        let terms = [1.0, -0.5, 0.75, 0.5, 0.25];
        for (p, q, bias, is_plus) in [
            (0.1, 0.0, 0.0, true),
            (0.2, 0.3, -0.25, false),
            (0.0, 0.4, -0.5, false),
        ] {
            let damage = Damage::new(p, q).unwrap();
            let mut expected = 0.0;
            for code in 0..3_usize.pow(5) {
                let (mut field, mut probability) = (bias, 1.0);
                for (k, term) in terms.iter().enumerate() {
                    let (factor, share) = match code / 3_usize.pow(k as u32) % 3 {
                        0 => (1.0, (1.0 - q) * (1.0 - p)),
                        1 => (-1.0, (1.0 - q) * p),
                        _ => (0.0, q),
                    };
                    field += factor * term;
                    probability *= share;
                }
                if field > 0.0 || field == 0.0 && !is_plus {
                    expected += probability;
                }
            }
            let found = right(terms.to_vec(), bias, is_plus, damage);
            assert!((found - expected).abs() < 1e-14, "{found} {expected}");
        }
    }
}
