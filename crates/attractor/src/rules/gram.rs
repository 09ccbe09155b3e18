//! The Gram matrix of patterns, factored: which patterns are independent, and linear systems in them.

use crate::kernels::linear::subtract_products;
use crate::kernels::signed_sums::{LANES, Lanes};
use crate::patterns::Patterns;
use crate::tolerances::dependence;

/// G = L Lᵀ for the Gram matrix G_μν = ξ^μ·ξ^ν + c of a largest independent subset of the patterns, taken in order; or for
/// that of all patterns, scaled, with a ridge on its diagonal.
pub(crate) struct GramFactor {
    entries: Entries,
    /// The independent patterns, ascending.
    pub(crate) chosen: Vec<usize>,
    /// Row k of L: entries 0 … k.
    lower: Vec<Vec<f64>>,
    /// Column k of L from the diagonal down: row k of Lᵀ.
    upper: Vec<Vec<f64>>,
}

/// What is factored: scale · (ξ^μ·ξ^ν + constant), with the ridge where μ = ν.
#[derive(Clone, Copy)]
struct Entries {
    constant: f64,
    ridge: f64,
    scale: f64,
}

impl Entries {
    fn at(self, patterns: &Patterns, mu: usize, nu: usize) -> f64 {
        let diagonal = if mu == nu { self.ridge } else { 0.0 };
        self.scale * (patterns.overlap(mu, nu) as f64 + self.constant) + diagonal
    }
}

impl GramFactor {
    /// Factors the Gram matrix with `constant` added to every entry: 1 for patterns with a constant input +1, else 0.
    /// Takes P³/6 multiplications.
    pub(crate) fn new(patterns: &Patterns, constant: f64) -> Self {
        Self::ridge(patterns, constant, 0.0, 1.0)
    }

    /// Factors scale · (G + constant) + ridge · 1. A ridge above rounding leaves no pattern out.
    pub(crate) fn ridge(patterns: &Patterns, constant: f64, ridge: f64, scale: f64) -> Self {
        let mut factor = Self {
            entries: Entries {
                constant,
                ridge,
                scale,
            },
            chosen: Vec::new(),
            lower: Vec::new(),
            upper: Vec::new(),
        };
        for first in (0..patterns.count()).step_by(LANES) {
            let block = first..(first + LANES).min(patterns.count());
            factor.add_block(patterns, block);
        }
        factor.upper = (0..factor.rank())
            .map(|k| factor.lower[k..].iter().map(|row| row[k]).collect())
            .collect();
        factor
    }

    /// Number of independent patterns.
    pub(crate) fn rank(&self) -> usize {
        self.chosen.len()
    }

    /// Adds the independent ones among up to 64 patterns.
    fn add_block(&mut self, patterns: &Patterns, block: std::ops::Range<usize>) {
        let entries = self.entries;
        let gram = |mu, nu| entries.at(patterns, mu, nu);
        let gram_lanes = |mu: usize| {
            let mut lanes = Lanes::ZERO;
            for (lane, nu) in block.clone().enumerate() {
                lanes.0[lane] = gram(mu, nu);
            }
            lanes
        };
        // The candidates' rows of L, lane c being candidate c's.
        let mut rows: Vec<Lanes<f64>> = self.chosen.iter().map(|&mu| gram_lanes(mu)).collect();
        self.forward(&mut rows);
        let threshold = dependence(patterns.count()) * gram(0, 0);
        for (c, mu) in block.clone().enumerate() {
            let mut remainder = gram_lanes(mu);
            subtract_products(&mut remainder, rows.iter().map(|row| row.0[c]), &rows);
            let squared_distance = remainder.0[c];
            if squared_distance <= threshold {
                continue;
            }
            let length = squared_distance.sqrt();
            let mut row: Vec<f64> = rows.iter().map(|row| row.0[c]).collect();
            row.push(length);
            self.chosen.push(mu);
            self.lower.push(row);
            remainder.0.iter_mut().for_each(|entry| *entry /= length);
            rows.push(remainder);
        }
    }

    /// x ← L⁻¹ x for 64 right-hand sides.
    fn forward(&self, x: &mut [Lanes<f64>]) {
        for (k, row) in self.lower.iter().enumerate() {
            let (solved, rest) = x.split_at_mut(k);
            subtract_products(&mut rest[0], row[..k].iter().copied(), solved);
            rest[0].0.iter_mut().for_each(|entry| *entry /= row[k]);
        }
    }

    /// x ← G⁻¹ x for 64 right-hand sides. Takes r² · 64 multiplications.
    pub(crate) fn solve(&self, x: &mut [Lanes<f64>]) {
        self.forward(x);
        for (k, column) in self.upper.iter().enumerate().rev() {
            let (rest, solved) = x.split_at_mut(k + 1);
            subtract_products(&mut rest[k], column[1..].iter().copied(), solved);
            rest[k].0.iter_mut().for_each(|entry| *entry /= column[0]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dependent_patterns_are_left_out_and_systems_solved() {
        let random = Patterns::random(70, 100, 3).unwrap();
        let negated = |mu: usize| mu == 5;
        let copies: Vec<usize> = (0..70).chain([5, 6, 69]).collect();
        let patterns = random.select(&copies).unwrap();
        let patterns = Patterns::from_fn(73, 100, |mu, i| {
            patterns.is_plus(mu, i) ^ (mu >= 70 && negated(copies[mu]))
        })
        .unwrap();
        let factor = GramFactor::new(&patterns, 0.0);
        assert_eq!(factor.chosen, (0..70).collect::<Vec<_>>());
        // A negated pattern is independent once there is a constant input.
        let with_bias = GramFactor::new(&patterns, 1.0);
        assert_eq!(with_bias.chosen, (0..71).collect::<Vec<_>>());
        let mut x: Vec<Lanes<f64>> = (0..70)
            .map(|k| Lanes(std::array::from_fn(|lane| f64::from(u8::from(k == lane)))))
            .collect();
        factor.solve(&mut x);
        for mu in 0..70 {
            for lane in 0..LANES {
                let product: f64 = (0..70)
                    .map(|nu| patterns.overlap(mu, nu) as f64 * x[nu].0[lane])
                    .sum();
                let identity = f64::from(u8::from(mu == lane));
                assert!((product - identity).abs() < 1e-10, "{mu} {lane} {product}");
            }
        }
    }
}
