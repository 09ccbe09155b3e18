//! The pseudo-inverse rule: the projection onto the span of the patterns.

use super::card::{Card, Taken, admit};
use super::error::TrainError;
use super::gram::GramFactor;
use super::rule::Rule;
use super::trained::Trained;
use crate::couplings::Couplings;
use crate::kernels::signed_sums::{LANES, Lanes, WordMajor, add_signed_sums};
use crate::network::Network;
use crate::patterns::Patterns;
use crate::ties::Ties;
use crate::tolerances::FROZEN;
use rayon::prelude::*;
use std::ops::Range;

/// Neurons whose weights from 64 others are summed together: their sums stay in the second-level cache.
const BATCH: usize = 256;

pub(super) const CARD: Card = Card {
    best_at: "storing up to N − 1 random patterns at once, with even fields",
    cost: "r³ + r N² for r independent patterns",
    source: "Personnaz, Guyon, Dreyfus, J. Physique Lett. 46, 359 (1985)",
    couplings: Taken::Full,
    biases: true,
    iterative: false,
};

/// W = X X⁺, the orthogonal projection onto the span of the patterns (Personnaz, Guyon, Dreyfus 1985), without its
/// diagonal. Every pattern has aligned fields 1 − w_ii > 0, so up to N − 1 random patterns are stored. Dependent and
/// repeated patterns are no obstacle.
///
/// A neuron that the patterns fix alone (its unit vector lies in their span, as when two differ in it only) has w_ii = 1
/// and no other weight, so its fields are zero: it is set to exact zeros, or the signs of rounding errors would rule it.
///
/// With `bias`, the projection onto the span of the patterns with a constant entry +1.
///
/// ```
/// use attractor::{Couplings, Patterns, Rule, Symmetry, rules::PseudoInverse};
/// let patterns = Patterns::random(40, 64, 1)?;
/// let couplings = Couplings::full(64, Symmetry::Symmetric)?;
/// assert_eq!(PseudoInverse::default().train(&patterns, &couplings)?.total.wrong_bits, 0);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PseudoInverse {
    /// Train biases too.
    pub bias: bool,
    /// Keep the diagonal of the projection. Every pattern is then a fixed point whatever the load, but beyond N
    /// independent patterns the projection is the identity: it "stores" every state and corrects nothing. The diagonal
    /// is what makes it so, and even below N it holds each neuron where it is.
    pub keep_diagonal: bool,
    /// How zero fields count.
    pub ties: Ties,
}

impl PseudoInverse {
    /// The network alone, without counting its wrong bits. With r independent patterns: r³/6 + r²N multiplications,
    /// r N²/8 additions.
    ///
    /// # Errors
    /// [`TrainError::Size`]; [`TrainError::Unsupported`] for receptive fields and masks.
    pub fn fit(&self, patterns: &Patterns, couplings: &Couplings) -> Result<Network, TrainError> {
        admit(self, &CARD, self.bias, patterns, couplings)?;
        let constant = if self.bias { 1.0 } else { 0.0 };
        let factor = GramFactor::new(patterns, constant);
        let (mut weights, mut biases) = projection(patterns, &factor);
        if !self.bias {
            biases.fill(0.0);
        }
        silence_frozen(&mut weights, &mut biases);
        if self.keep_diagonal {
            let symmetry = couplings.symmetry();
            return Ok(Network::with_self_coupling(symmetry, weights, biases)?);
        }
        for i in 0..patterns.neurons() {
            weights[i * patterns.neurons() + i] = 0.0;
        }
        Ok(Network::trusted(couplings.symmetry(), weights, biases))
    }
}

impl Rule for PseudoInverse {
    fn name(&self) -> &'static str {
        "pseudo-inverse"
    }

    fn summary(&self) -> &'static str {
        "projection onto the span of the patterns, W = X X⁺ with zero diagonal (Personnaz et al. 1985); stores up to \
         N − 1 random patterns"
    }

    fn train(&self, patterns: &Patterns, couplings: &Couplings) -> Result<Trained, TrainError> {
        let network = self.fit(patterns, couplings)?;
        Ok(Trained::unproven(network, patterns, self.ties)?)
    }
}

/// X G⁻¹ Xᵀ over the independent patterns, and G⁻¹ summed against the constant input.
pub(super) fn projection(patterns: &Patterns, factor: &GramFactor) -> (Vec<f64>, Vec<f64>) {
    let neurons = patterns.neurons();
    let independent = patterns
        .select(&factor.chosen)
        .expect("the first pattern is independent");
    let by_neuron = independent.transposed();
    let batches: Vec<WordMajor> = (0..neurons)
        .step_by(BATCH)
        .map(|first| {
            let count = BATCH.min(neurons - first);
            WordMajor::new(count, factor.rank(), |k| by_neuron.bits(first + k))
        })
        .collect();
    let mut weights = vec![0.0; neurons * neurons];
    let mut biases = vec![0.0; neurons];
    // One piece of scratch memory a thread, not a block: freed aligned memory is seldom found again by the allocator.
    let scratch = || vec![Lanes::ZERO; factor.rank() + BATCH];
    weights
        .chunks_mut(LANES * neurons)
        .zip(biases.chunks_mut(LANES))
        .enumerate()
        .par_bridge()
        .for_each_init(scratch, |scratch, (block, (rows, biases))| {
            let outputs = block * LANES..block * LANES + biases.len();
            let (solution, sums) = scratch.split_at_mut(factor.rank());
            // Column μ of X G⁻¹ for 64 neurons.
            for (mu, column) in solution.iter_mut().enumerate() {
                *column = signs_of(&independent, mu, outputs.clone());
            }
            factor.solve(solution);
            for (lane, bias) in biases.iter_mut().enumerate() {
                *bias = solution.iter().map(|column| column.0[lane]).sum();
            }
            for (b, batch) in batches.iter().enumerate() {
                // The lower triangle alone; its mirror image makes the rest.
                let wanted = outputs.end.saturating_sub(b * BATCH).min(batch.count());
                let sums = &mut sums[..wanted];
                sums.fill(Lanes::ZERO);
                add_signed_sums(
                    batch,
                    factor.rank(),
                    |mu, column| *column = solution[mu],
                    sums,
                );
                for (row, lane) in rows.chunks_exact_mut(neurons).zip(0..) {
                    let weights = row[b * BATCH..].iter_mut().zip(&*sums);
                    weights.for_each(|(w, sum)| *w = sum.0[lane]);
                }
            }
        });
    mirror(neurons, &mut weights, 0);
    (weights, biases)
}

/// These neurons' signs in a pattern, a lane each.
fn signs_of(patterns: &Patterns, mu: usize, neurons: Range<usize>) -> Lanes<f64> {
    let mut signs = Lanes::ZERO;
    for (lane, i) in signs.0.iter_mut().zip(neurons) {
        *lane = f64::from(patterns.sign(mu, i));
    }
    signs
}

/// Sets the weights of neurons whose projection is the identity to what they are without rounding: zero.
fn silence_frozen(weights: &mut [f64], biases: &mut [f64]) {
    let neurons = biases.len();
    let frozen: Vec<usize> = (0..neurons)
        .into_par_iter()
        .filter(|&i| {
            let row = &weights[i * neurons..][..neurons];
            let others = row[..i].iter().chain(&row[i + 1..]).chain([&biases[i]]);
            row[i] > 0.5 && others.map(|w| w * w).sum::<f64>() <= FROZEN
        })
        .collect();
    for i in frozen {
        biases[i] = 0.0;
        for j in (0..neurons).filter(|&j| j != i) {
            weights[i * neurons + j] = 0.0;
            weights[j * neurons + i] = 0.0;
        }
    }
}

/// Copies the lower triangle of a symmetric matrix onto the upper one, for the given rows, which begin at row `first`.
pub(crate) fn mirror(neurons: usize, rows: &mut [f64], first: usize) {
    const TILE: usize = 64;
    let count = rows.len() / neurons;
    if count <= TILE {
        for i in 1..count {
            for j in 0..i {
                rows[j * neurons + first + i] = rows[i * neurons + first + j];
            }
        }
        return;
    }
    let half = (count / 2).next_multiple_of(TILE);
    let (top, bottom) = rows.split_at_mut(half * neurons);
    let (low, middle) = (first, first + half);
    top.par_chunks_mut(TILE * neurons)
        .enumerate()
        .for_each(|(tile, rows)| {
            let left = low + tile * TILE;
            for below in (0..count - half).step_by(TILE) {
                for (j, row) in rows.chunks_exact_mut(neurons).enumerate() {
                    for i in below..(below + TILE).min(count - half) {
                        row[middle + i] = bottom[i * neurons + left + j];
                    }
                }
            }
        });
    rayon::join(
        || mirror(neurons, top, low),
        || mirror(neurons, bottom, middle),
    );
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::couplings::Symmetry;

    #[test]
    fn mirroring_makes_symmetric() {
        for neurons in [1, 2, 63, 64, 65, 200, 333] {
            let mut matrix: Vec<f64> = (0..neurons * neurons).map(|k| k as f64).collect();
            mirror(neurons, &mut matrix, 0);
            for i in 0..neurons {
                for j in 0..neurons {
                    let (row, column) = (i.max(j), i.min(j));
                    assert_eq!(matrix[i * neurons + j], (row * neurons + column) as f64);
                }
            }
        }
    }

    #[test]
    fn a_neuron_in_which_alone_two_patterns_differ_is_silent() {
        let random = Patterns::random(20, 60, 3).unwrap();
        let patterns = Patterns::from_fn(21, 60, |mu, i| {
            random.is_plus(mu % 20, i) ^ (mu == 20 && i == 7)
        })
        .unwrap();
        let couplings = Couplings::full(60, Symmetry::Symmetric).unwrap();
        for bias in [false, true] {
            let rule = PseudoInverse {
                bias,
                ..PseudoInverse::default()
            };
            let network = rule.fit(&patterns, &couplings).unwrap();
            assert_eq!(network.biases()[7], 0.0);
            assert!((0..60).all(|j| network.weight(7, j) == 0.0 && network.weight(j, 7) == 0.0));
            assert_eq!(network.nonzeros(), 59 * 58);
            let trained = rule.train(&patterns, &couplings).unwrap();
            assert_eq!(trained.total.wrong_bits, 21);
            assert_eq!(trained.per_neuron[7].wrong_bits, 21);
        }
    }

    #[test]
    fn it_is_the_projection() {
        let patterns = Patterns::random(90, 130, 5).unwrap();
        let rule = PseudoInverse {
            keep_diagonal: true,
            ..PseudoInverse::default()
        };
        let couplings = Couplings::full(130, Symmetry::Symmetric).unwrap();
        let network = rule.fit(&patterns, &couplings).unwrap();
        for mu in 0..90 {
            let state = Network::state_of(&patterns, mu);
            for i in 0..130 {
                assert!((network.local_field(i, &state) - state[i]).abs() < 1e-9);
            }
        }
        let trace: f64 = (0..130).map(|i| network.weight(i, i)).sum();
        assert!((trace - 90.0).abs() < 1e-9);
        let biased = PseudoInverse { bias: true, ..rule };
        let network = biased.fit(&patterns, &couplings).unwrap();
        assert!(network.has_biases());
        let state = Network::state_of(&patterns, 7);
        assert!((network.local_field(3, &state) - state[3]).abs() < 1e-9);
    }
}
