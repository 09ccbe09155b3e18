//! Stability: which bits of which patterns a network holds, judged exactly.
//!
//! The aligned field of bit (μ,i) is ξ_i^μ h_i^μ with h the local field in state ξ^μ. A float never decides whether it
//! is positive: a sum within its rounding error bound is summed again without rounding.

use crate::fields::Fields;
use crate::kernels::linear::norm;
use crate::kernels::signed_sums::{LANES, Lanes, WordMajor};
use crate::network::{Network, SizeMismatch};
use crate::patterns::Patterns;
use crate::ties::Ties;
use rayon::prelude::*;

/// What a network holds of a pattern set.
///
/// ```
/// use attractor::{Network, Patterns, Stability, Symmetry, Ties};
/// let patterns = Patterns::from_signs(1, 2, &[1, 1])?;
/// let network = Network::new(Symmetry::Symmetric, vec![0.0, 1.0, 1.0, 0.0], vec![0.0; 2])?;
/// assert_eq!(Stability::of(&network, &patterns, Ties::Strict)?.wrong_bits(), 0);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Stability {
    patterns: usize,
    neurons: usize,
    /// Pattern-major: entry μ·N+i.
    right: Vec<bool>,
    aligned: Vec<f64>,
    norms: Vec<f64>,
    ties: Ties,
}

impl Stability {
    /// Judges every bit of every pattern. Takes P·N²/4 additions, in parallel over neurons.
    ///
    /// # Errors
    /// [`SizeMismatch`].
    pub fn of(network: &Network, patterns: &Patterns, ties: Ties) -> Result<Self, SizeMismatch> {
        let (count, neurons) = (patterns.count(), network.neurons());
        if patterns.neurons() != neurons {
            return Err(SizeMismatch {
                network: neurons,
                patterns: patterns.neurons(),
            });
        }
        let fields = Fields::new(network);
        let states = WordMajor::from_patterns(patterns);
        let blocks: Vec<Vec<Lanes<f64>>> = (0..neurons.div_ceil(LANES))
            .into_par_iter()
            .map(|block| fields.block(block, &states))
            .collect();
        let mut right = vec![false; count * neurons];
        let mut aligned = vec![0.0; count * neurons];
        right
            .par_chunks_exact_mut(neurons)
            .zip(aligned.par_chunks_exact_mut(neurons))
            .enumerate()
            .for_each(|(mu, (right, aligned))| {
                let of_pattern = blocks.iter().flat_map(|block| &block[mu].0);
                let bits = right.iter_mut().zip(aligned).zip(of_pattern);
                for (i, ((right, aligned), &field)) in bits.enumerate() {
                    let is_plus = patterns.is_plus(mu, i);
                    let sign = fields.rounded_sign(i, field, patterns.bits(mu));
                    let order = if is_plus { sign } else { sign.reverse() };
                    // The sum turns −0 into 0.
                    *aligned = if is_plus { field } else { -field } + 0.0;
                    *right = ties.holds(order, is_plus);
                }
            });
        let norms = (0..neurons)
            .into_par_iter()
            .map(|i| norm(network.row(i)))
            .collect();
        Ok(Self {
            patterns: count,
            neurons,
            right,
            aligned,
            norms,
            ties,
        })
    }

    /// The tie rule by which bits were judged.
    pub fn ties(&self) -> Ties {
        self.ties
    }

    /// Number of bits (μ,i) that are not right.
    pub fn wrong_bits(&self) -> usize {
        self.right.iter().filter(|&&right| !right).count()
    }

    /// Whether bit (μ,i) is right.
    pub fn is_right(&self, mu: usize, i: usize) -> bool {
        self.right[mu * self.neurons + i]
    }

    /// Wrong bits of pattern μ.
    pub fn wrong_in_pattern(&self, mu: usize) -> usize {
        let row = &self.right[mu * self.neurons..][..self.neurons];
        row.iter().filter(|&&right| !right).count()
    }

    /// Wrong bits of neuron i over all patterns.
    pub fn wrong_in_neuron(&self, i: usize) -> usize {
        (0..self.patterns)
            .filter(|&mu| !self.is_right(mu, i))
            .count()
    }

    /// [`Stability::wrong_in_neuron`] of every neuron, in one pass over the patterns.
    pub fn wrong_by_neuron(&self) -> Vec<usize> {
        let mut wrong = vec![0; self.neurons];
        for row in self.right.chunks_exact(self.neurons) {
            for (wrong, &right) in wrong.iter_mut().zip(row) {
                *wrong += usize::from(!right);
            }
        }
        wrong
    }

    /// The aligned field ξ_i^μ h_i^μ, rounded to f64.
    pub fn aligned_field(&self, mu: usize, i: usize) -> f64 {
        self.aligned[mu * self.neurons + i]
    }

    /// κ of neuron i: the least aligned field among its right bits over the Euclidean norm of its weights (bias left
    /// out). None if no bit is right or all weights are zero.
    pub fn neuron_margin(&self, i: usize) -> Option<f64> {
        let least = (0..self.patterns)
            .filter(|&mu| self.is_right(mu, i))
            .map(|mu| self.aligned_field(mu, i))
            .min_by(f64::total_cmp)?;
        // A right bit's field is not negative; only its rounded value can be.
        (self.norms[i] > 0.0).then(|| least.max(0.0) / self.norms[i])
    }

    /// The least [`Stability::neuron_margin`] over the neurons that have one.
    pub fn margin(&self) -> Option<f64> {
        // Pattern by pattern, as the fields stand; a neuron after the other takes twenty times as long.
        let mut least = vec![f64::INFINITY; self.neurons];
        let rows = self.right.chunks_exact(self.neurons);
        for (right, aligned) in rows.zip(self.aligned.chunks_exact(self.neurons)) {
            for ((least, &right), &field) in least.iter_mut().zip(right).zip(aligned) {
                let field = if right { field.max(0.0) } else { f64::INFINITY };
                *least = least.min(field);
            }
        }
        let neurons = least.iter().zip(&self.norms);
        neurons
            .filter(|&(&least, &norm)| least < f64::INFINITY && norm > 0.0)
            .map(|(least, norm)| least / norm)
            .min_by(f64::total_cmp)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::couplings::Symmetry;
    use proptest::prelude::*;

    #[test]
    fn ties_follow_the_paper() {
        let patterns = Patterns::from_signs(2, 2, &[1, 1, -1, -1]).unwrap();
        let silent = Network::new(Symmetry::Symmetric, vec![0.0; 4], vec![0.0; 2]).unwrap();
        assert_eq!(
            Stability::of(&silent, &patterns, Ties::Strict)
                .unwrap()
                .wrong_bits(),
            4
        );
        assert_eq!(
            Stability::of(&silent, &patterns, Ties::Negative)
                .unwrap()
                .wrong_bits(),
            2
        );
    }

    #[test]
    fn a_tie_has_margin_zero_and_no_sign() {
        // Field 1 − 1 = 0 of a −1 bit, right by the paper's rule.
        let patterns = Patterns::from_signs(1, 3, &[-1, 1, 1]).unwrap();
        let weights = vec![0.0, 1.0, -1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0];
        let network = Network::new(Symmetry::Directed, weights, vec![0.0; 3]).unwrap();
        let stability = Stability::of(&network, &patterns, Ties::Negative).unwrap();
        assert!(stability.is_right(0, 0));
        assert_eq!(stability.margin().map(f64::to_bits), Some(0));
    }

    proptest! {
        #[test]
        fn verdicts_match_integer_arithmetic(
            neurons in 1usize..70,
            seed in any::<u64>(),
            picks in prop::collection::vec(-3i32..4, 70),
        ) {
            let patterns = Patterns::random(3, neurons, seed).unwrap();
            let mut weights = vec![0.0; neurons * neurons];
            for i in 0..neurons {
                for j in 0..neurons {
                    if i != j { weights[i * neurons + j] = 0.1 * f64::from(picks[(i + j) % 70]); }
                }
            }
            let network = Network::new(Symmetry::Directed, weights, vec![0.0; neurons]).unwrap();
            let stability = Stability::of(&network, &patterns, Ties::Strict).unwrap();
            for mu in 0..3 {
                for i in 0..neurons {
                    // 0.1·k is the same f64 multiple of fl(0.1)-like terms only per k; compare in scaled 2^60 integers.
                    let exact: i128 = (0..neurons).map(|j| {
                        let w = network.weight(i, j);
                        i128::from(patterns.sign(mu, j)) * ((w * 2f64.powi(60)) as i128)
                    }).sum();
                    prop_assert_eq!(stability.is_right(mu, i), exact * i128::from(patterns.sign(mu, i)) > 0);
                }
            }
        }
    }
}
