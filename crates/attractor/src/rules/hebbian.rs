//! The Hebbian rule: w_ij = Σ_μ ξ_i^μ ξ_j^μ.

use super::{Rule, TrainError, Trained, bit_counts, check_sizes};
use crate::bits;
use crate::couplings::Couplings;
use crate::network::Network;
use crate::patterns::Patterns;
use crate::stability::Ties;
use crate::vectors::with_vectors;
use rayon::prelude::*;

/// Products that one thread computes at a time: they stay in the first-level cache.
pub(super) const CHUNK: usize = 256;

/// Patterns from which on [`bit_counts`] is faster.
pub(super) const MANY: usize = 256;

/// Products that are counted side by side, a byte each: a vector register full.
const BESIDE: usize = 64;

/// Bytes of which the set bits are counted in a byte: at most 240, and whole triples.
const COUNTED: usize = 30;

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
        let weights = if patterns.count() < MANY {
            products(patterns, couplings)
        } else {
            bit_counts::products(patterns, couplings)
        };
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
    (0..patterns.neurons())
        .map(|i| 2.0 * f64::from(bits::count(by_neuron.bits(i))) - patterns.count() as f64)
        .collect()
}

/// So many entries, [`CHUNK`] at a time by all threads; `entries` says those from a first one on, with what each thread
/// keeps. Collected, not written over zeros: clearing the matrix takes as long as filling it.
pub(super) fn in_chunks<T>(
    count: usize,
    kept: impl Fn() -> T + Sync + Send,
    entries: impl Fn(&mut T, usize, usize) -> [f64; CHUNK] + Sync + Send,
) -> Vec<f64> {
    let (whole, rest) = (count / CHUNK, count % CHUNK);
    let mut chunks = Vec::with_capacity(whole + 1);
    (0..whole)
        .into_par_iter()
        .map_init(&kept, |kept, chunk| entries(kept, chunk * CHUNK, CHUNK))
        .collect_into_vec(&mut chunks);
    let mut all = chunks.into_flattened();
    all.extend_from_slice(&entries(&mut kept(), whole * CHUNK, rest)[..rest]);
    all
}

/// P − 2·(patterns in which i and j differ), counted eight patterns at a time.
fn products(patterns: &Patterns, couplings: &Couplings) -> Vec<f64> {
    let neurons = patterns.neurons();
    let products = Products::new(patterns);
    let mut weights = in_chunks(
        neurons * neurons,
        || (),
        |(), first, length| products.chunk(first, length),
    );
    for i in 0..neurons {
        weights[i * neurons + i] = 0.0;
    }
    if !couplings.is_full() {
        let rows = weights.par_chunks_exact_mut(neurons).enumerate();
        rows.for_each(|(i, row)| {
            for (j, w) in row.iter_mut().enumerate() {
                if !couplings.allows(i, j) {
                    *w = 0.0;
                }
            }
        });
    }
    weights
}

/// The matrix of all products, row after row.
struct Products {
    count: usize,
    neurons: usize,
    /// The values of all neurons in eight patterns, one byte a neuron, then those in the next eight. Each eight are
    /// followed by [`BESIDE`] neurons without a value, so that there are as many beside every neuron.
    octets: Vec<u8>,
}

impl Products {
    fn new(patterns: &Patterns) -> Self {
        let (count, neurons) = (patterns.count(), patterns.neurons());
        let by_neuron = patterns.transposed();
        let mut octets = vec![0; count.div_ceil(8) * (neurons + BESIDE)];
        for (octet, values) in octets.chunks_exact_mut(neurons + BESIDE).enumerate() {
            for (i, value) in values[..neurons].iter_mut().enumerate() {
                *value = by_neuron.bits(i)[octet / 8].to_le_bytes()[octet % 8];
            }
        }
        Self {
            count,
            neurons,
            octets,
        }
    }

    /// `length` entries from `first` on, in rows one after the other.
    fn chunk(&self, first: usize, length: usize) -> [f64; CHUNK] {
        let mut chunk = [0.0; CHUNK];
        with_vectors(
            #[inline(always)]
            || {
                let (mut i, mut j) = (first / self.neurons, first % self.neurons);
                let mut rest = &mut chunk[..length];
                while !rest.is_empty() {
                    let part;
                    (part, rest) = rest.split_at_mut(rest.len().min(self.neurons - j));
                    self.set(i, j, part);
                    (i, j) = (i + 1, 0);
                }
            },
        );
        chunk
    }

    /// Neuron i's products with neurons j, j+1, ….
    #[inline(always)]
    fn set(&self, i: usize, mut j: usize, products: &mut [f64]) {
        let (blocks, rest) = products.as_chunks_mut::<BESIDE>();
        for block in blocks {
            *block = self.block(i, j);
            j += BESIDE;
        }
        if !rest.is_empty() {
            rest.copy_from_slice(&self.block(i, j)[..rest.len()]);
        }
    }

    /// Neuron i's products with [`BESIDE`] neurons from j on.
    #[inline(always)]
    fn block(&self, i: usize, j: usize) -> [f64; BESIDE] {
        let stride = self.neurons + BESIDE;
        let mut products = [self.count as i32; BESIDE];
        for group in self.octets.chunks(COUNTED * stride) {
            let mut differ = [0u8; BESIDE];
            let triples = group.chunks_exact(3 * stride);
            for octet in triples.remainder().chunks_exact(stride) {
                let (own, others) = (octet[i], &octet[j..][..BESIDE]);
                for k in 0..BESIDE {
                    differ[k] += set_bits(own ^ others[k]);
                }
            }
            for triple in triples {
                let (x, rest) = triple.split_at(stride);
                let (y, z) = rest.split_at(stride);
                let (a, b, c) = (x[i], y[i], z[i]);
                let (x, y, z) = (&x[j..][..BESIDE], &y[j..][..BESIDE], &z[j..][..BESIDE]);
                for k in 0..BESIDE {
                    differ[k] += set_bits_of_three(a ^ x[k], b ^ y[k], c ^ z[k]);
                }
            }
            for (product, differ) in products.iter_mut().zip(differ) {
                *product -= 2 * i32::from(differ);
            }
        }
        products.map(f64::from)
    }
}

/// The set bits of a byte: unlike those of a word, vector registers count them without widening.
#[inline(always)]
fn set_bits(byte: u8) -> u8 {
    byte.count_ones() as u8
}

/// The set bits of three bytes: eight full adders leave two bytes to count.
#[inline(always)]
fn set_bits_of_three(a: u8, b: u8, c: u8) -> u8 {
    let half = a ^ b;
    let (ones, twos) = (half ^ c, (a & b) | (half & c));
    set_bits(ones) + 2 * set_bits(twos)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::couplings::{Shape, Symmetry};
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn weights_are_sums_of_products(neurons in 1usize..90, count in 1usize..600, seed in any::<u64>()) {
            let patterns = Patterns::random(count, neurons, seed).unwrap();
            let couplings = Couplings::full(neurons, Symmetry::Symmetric).unwrap();
            let network = Hebbian::default().fit(&patterns, &couplings).unwrap();
            for i in 0..neurons {
                for j in 0..neurons {
                    let agree = |mu: &usize| patterns.is_plus(*mu, i) == patterns.is_plus(*mu, j);
                    let agreeing = (0..count).filter(agree).count() as f64;
                    let sum = if i == j { 0.0 } else { 2.0 * agreeing - count as f64 };
                    prop_assert_eq!(network.row(i)[j], sum);
                }
            }
        }
    }

    #[test]
    fn bits_and_bytes_count_alike() {
        let shape = Shape {
            height: 9,
            width: 67,
        };
        let local = Couplings::receptive_field(shape, 4.0, Symmetry::Symmetric).unwrap();
        let full = |neurons| Couplings::full(neurons, Symmetry::Symmetric).unwrap();
        for couplings in [full(1), full(17), full(512), full(1031), local] {
            for count in [1, 16, 255, 481] {
                let patterns = Patterns::random(count, couplings.neurons(), 7).unwrap();
                let by_bits = bit_counts::products(&patterns, &couplings);
                assert!(
                    by_bits == products(&patterns, &couplings),
                    "{count} patterns"
                );
            }
        }
    }
}
