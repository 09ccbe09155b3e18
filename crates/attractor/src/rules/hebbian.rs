//! The Hebbian rule: w_ij = Σ_μ ξ_i^μ ξ_j^μ.

use super::{Rule, TrainError, Trained, check_sizes};
use crate::couplings::Couplings;
use crate::network::Network;
use crate::patterns::Patterns;
use crate::signed_sums::WordMajor;
use crate::stability::Ties;
use pulp::{Arch, Simd, WithSimd};
use rayon::prelude::*;

/// Neurons j whose products with one neuron are counted together: their words stay in the first-level cache.
const TILE: usize = 512;

/// w_ij = Σ_μ ξ_i^μ ξ_j^μ for every coupling that exists, b_i = Σ_μ ξ_i^μ with `bias` (a constant input +1). Integers,
/// hence exact. Stores about 0.138 N random patterns with few wrong bits, N/(4 ln N) without (Amit, Gutfreund,
/// Sompolinsky 1985; McEliece et al. 1987).
///
/// ```
/// use attractor::{Couplings, Patterns, Rule, Symmetry, rules::Hebbian};
/// let patterns = Patterns::from_signs(2, 3, &[1, 1, -1, 1, 1, 1])?;
/// let trained = Hebbian::default().train(&patterns, &Couplings::full(3, Symmetry::Symmetric)?)?;
/// assert_eq!(trained.network.row(0), [0.0, 2.0, 0.0]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Hebbian {
    /// Train biases too.
    pub bias: bool,
    /// How zero fields count.
    pub ties: Ties,
}

impl Hebbian {
    /// The network alone, without counting its wrong bits.
    ///
    /// # Errors
    /// [`TrainError::Size`].
    pub fn fit(&self, patterns: &Patterns, couplings: &Couplings) -> Result<Network, TrainError> {
        check_sizes(patterns, couplings)?;
        let weights = products(patterns, couplings);
        let biases = if self.bias {
            bit_sums(patterns)
        } else {
            vec![0.0; patterns.neurons()]
        };
        Ok(Network::trusted(couplings.symmetry(), weights, biases))
    }
}

impl Rule for Hebbian {
    fn name(&self) -> &'static str {
        "hebbian"
    }

    fn summary(&self) -> &'static str {
        "sum of outer products, w_ij = Σ ξ_i ξ_j (Hopfield 1982); stores about 0.138 N random patterns"
    }

    fn train(&self, patterns: &Patterns, couplings: &Couplings) -> Result<Trained, TrainError> {
        let network = self.fit(patterns, couplings)?;
        Ok(Trained::unproven(network, patterns, self.ties)?)
    }
}

/// Σ_μ ξ_i^μ for every neuron.
fn bit_sums(patterns: &Patterns) -> Vec<f64> {
    let by_neuron = patterns.transposed();
    let ones = |i| {
        by_neuron
            .bits(i)
            .iter()
            .map(|word| word.count_ones())
            .sum::<u32>()
    };
    (0..patterns.neurons())
        .map(|i| 2.0 * f64::from(ones(i)) - patterns.count() as f64)
        .collect()
}

/// P − 2·(patterns in which i and j differ), counted 64 patterns at a time.
fn products(patterns: &Patterns, couplings: &Couplings) -> Vec<f64> {
    let neurons = patterns.neurons();
    let by_neuron = patterns.transposed();
    let words = WordMajor::from_patterns(&by_neuron);
    let mut weights = vec![0.0; neurons * neurons];
    weights
        .par_chunks_exact_mut(neurons)
        .enumerate()
        .for_each(|(i, row)| {
            Arch::new().dispatch(Products {
                count: patterns.count(),
                neuron: by_neuron.bits(i),
                words: &words,
                row,
            });
            row[i] = 0.0;
            if !couplings.is_full() {
                for (j, w) in row.iter_mut().enumerate() {
                    if !couplings.allows(i, j) {
                        *w = 0.0;
                    }
                }
            }
        });
    weights
}

/// One neuron's products with every neuron j, to be written to `row`.
struct Products<'a> {
    count: usize,
    /// The neuron's values in all patterns.
    neuron: &'a [u64],
    /// Every neuron's.
    words: &'a WordMajor,
    row: &'a mut [f64],
}

impl WithSimd for Products<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        for (tile, row) in self.row.chunks_mut(TILE).enumerate() {
            let mut differ = [0u64; TILE];
            let others = |w| &self.words.column(w)[tile * TILE..][..row.len()];
            let (threes, rest) = self.neuron.as_chunks::<3>();
            for (w, &[a, b, c]) in threes.iter().enumerate() {
                let others = others(3 * w)
                    .iter()
                    .zip(others(3 * w + 1))
                    .zip(others(3 * w + 2));
                for (differ, ((x, y), z)) in differ.iter_mut().zip(others) {
                    *differ += set_bits_of_three(a ^ x, b ^ y, c ^ z);
                }
            }
            for (w, &own) in (3 * threes.len()..).zip(rest) {
                for (differ, other) in differ.iter_mut().zip(others(w)) {
                    *differ += u64::from((own ^ other).count_ones());
                }
            }
            for (w, differ) in row.iter_mut().zip(differ) {
                *w = f64::from(self.count as i32 - 2 * differ as i32);
            }
        }
    }
}

/// The set bits of three words: 64 full adders leave two words to count.
#[inline(always)]
fn set_bits_of_three(a: u64, b: u64, c: u64) -> u64 {
    let half = a ^ b;
    let (ones, twos) = (half ^ c, (a & b) | (half & c));
    u64::from(ones.count_ones()) + 2 * u64::from(twos.count_ones())
}
