//! Certified radius: how many inputs may be damaged, whichever they are, without a stored pattern being lost.
//!
//! With c_j = ξ_i w_ij ξ_j the aligned field of bit i is Σ_j c_j + ξ_i b_i. Flipping inputs lowers it by twice their c_j,
//! erasing them (value 0) by once: the worst r inputs are those with the r largest c_j > 0. A pattern whose bits all
//! survive any r damaged inputs is recalled from every such cue, synchronously in one step and asynchronously in any
//! order, since every update only repairs.

use crate::fields::Fields;
use crate::kernels::signed_sums::{LANES, WordMajor};
use crate::network::Network;
use crate::network::SizeMismatch;
use crate::patterns::Patterns;
use crate::ties::Ties;
use rayon::prelude::*;

/// How much damage a stored pattern survives for certain, wherever it falls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Radius {
    /// The largest number of flipped entries with which every cue recalls the pattern; N if all may be flipped.
    pub flips: usize,
    /// The largest number of unknown entries with which every cue without a wrong one recalls the pattern.
    pub erasures: usize,
}

/// Each pattern's certified radius; None where a bit of the pattern itself is not right.
///
/// Rounded down: whatever f64 rounding leaves open is not claimed. Exact for weights on a grid, such as integers. Takes
/// N² log N operations to sort the weights and about as many a bit as its radius.
///
/// ```
/// use attractor::{Couplings, Patterns, Symmetry, Ties, certified_radii, rules::Hebbian};
/// let pattern = Patterns::random(1, 11, 1)?;
/// let network = Hebbian::default().fit(&pattern, &Couplings::full(11, Symmetry::Symmetric)?)?;
/// // Every field is 10, every input carries 1: four flips leave 2, five leave 0.
/// let radius = certified_radii(&network, &pattern, Ties::Strict)?[0].unwrap();
/// assert_eq!((radius.flips, radius.erasures), (4, 9));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`SizeMismatch`].
pub fn certified_radii(
    network: &Network,
    patterns: &Patterns,
    ties: Ties,
) -> Result<Vec<Option<Radius>>, SizeMismatch> {
    let neurons = network.neurons();
    if patterns.neurons() != neurons {
        return Err(SizeMismatch {
            network: neurons,
            patterns: patterns.neurons(),
        });
    }
    let fields = Fields::new(network);
    let states = WordMajor::from_patterns(patterns);
    let unlimited = Radius {
        flips: neurons,
        erasures: neurons,
    };
    let least = |a: Vec<Option<Radius>>, b: Vec<Option<Radius>>| {
        let pairs = a.into_iter().zip(b);
        pairs.map(|(a, b)| Some(a?.meet(b?))).collect()
    };
    let radii = (0..neurons.div_ceil(LANES))
        .into_par_iter()
        .flat_map_iter(|block| {
            let sums = fields.block::<f64>(block, &states);
            let of_block: Vec<Vec<Option<Radius>>> = (block * LANES
                ..neurons.min((block + 1) * LANES))
                .map(|i| {
                    let local = sums.iter().map(|sum| sum.0[i % LANES]);
                    neuron_radii(&fields, patterns, ties, i, local)
                })
                .collect();
            of_block
        })
        .reduce(|| vec![Some(unlimited); patterns.count()], least);
    Ok(radii)
}

impl Radius {
    /// What survives both.
    fn meet(self, other: Self) -> Self {
        Self {
            flips: self.flips.min(other.flips),
            erasures: self.erasures.min(other.erasures),
        }
    }
}

/// What bit (μ,i) survives, for every μ, from its fields in the patterns.
fn neuron_radii(
    fields: &Fields<'_>,
    patterns: &Patterns,
    ties: Ties,
    i: usize,
    local: impl Iterator<Item = f64>,
) -> Vec<Option<Radius>> {
    let row = fields.network().row(i);
    let mut heaviest: Vec<usize> = (0..row.len()).filter(|&j| row[j] != 0.0).collect();
    heaviest.sort_by(|&a, &b| row[b].abs().total_cmp(&row[a].abs()));
    // Covers the rounding of the field and of any sum of its terms, each in at most N + 8 additions.
    let error = fields.f64_error(i, row.len() + 8);
    local
        .enumerate()
        .map(|(mu, field)| {
            let is_plus = patterns.is_plus(mu, i);
            let sign = fields.rounded_sign(i, field, patterns.bits(mu));
            let order = if is_plus { sign } else { sign.reverse() };
            if !ties.holds(order, is_plus) {
                return None;
            }
            let least_field = (if is_plus { field } else { -field }) - error;
            let survives = |lost: f64| ties.holds((least_field - lost).total_cmp(&0.0), is_plus);
            let helps = |j: usize| (row[j] > 0.0) == (patterns.is_plus(mu, j) == is_plus);
            let mut radius = Radius {
                flips: row.len(),
                erasures: row.len(),
            };
            let mut lost = 0.0;
            for (survived, &j) in heaviest.iter().filter(|&&j| helps(j)).enumerate() {
                lost += row[j].abs();
                if radius.flips == row.len() && !survives(2.0 * (lost + error)) {
                    radius.flips = survived;
                }
                if !survives(lost + error) {
                    radius.erasures = survived;
                    break;
                }
            }
            Some(radius)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::couplings::Symmetry;
    use proptest::prelude::*;

    /// The most damaged inputs that every choice of survives, by trying all subsets.
    fn by_trying(network: &Network, pattern: &[f64], damage: impl Fn(f64) -> f64) -> Option<usize> {
        let neurons = pattern.len();
        let recalled =
            |state: &[f64]| (0..neurons).all(|i| network.local_field(i, state) * pattern[i] > 0.0);
        let damaged = |subset: u32| -> Vec<f64> {
            let is_damaged = |j: usize| subset >> j & 1 == 1;
            let entry = |(j, &s): (usize, &f64)| if is_damaged(j) { damage(s) } else { s };
            pattern.iter().enumerate().map(entry).collect()
        };
        let mut largest = None;
        for size in 0..=neurons {
            let all = (0u32..1 << neurons)
                .filter(|subset| subset.count_ones() as usize == size)
                .all(|subset| recalled(&damaged(subset)));
            if !all {
                break;
            }
            largest = Some(size);
        }
        largest
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn radius_is_the_worst_case(
            neurons in 1usize..9,
            seed in any::<u64>(),
            weights in prop::collection::vec(-4i8..5, 64),
            biases in prop::collection::vec(-2i8..3, 8),
            scale in prop_oneof![Just(1.0), Just(0.5)],
        ) {
            let patterns = Patterns::random(2, neurons, seed).unwrap();
            // The first pattern's Hebbian weights on top, so that it is often stored.
            let entry = |i: usize, j: usize| {
                let noise = f64::from(weights[i * neurons + j]);
                scale * (noise + f64::from(4 * patterns.sign(0, i) * patterns.sign(0, j)))
            };
            let matrix = (0..neurons * neurons)
                .map(|k| if k / neurons == k % neurons { 0.0 } else { entry(k / neurons, k % neurons) })
                .collect();
            let biases = biases[..neurons].iter().map(|&b| f64::from(b)).collect();
            let network = Network::new(Symmetry::Directed, matrix, biases).unwrap();
            let radii = certified_radii(&network, &patterns, Ties::Strict).unwrap();
            for (mu, radius) in radii.iter().enumerate() {
                let state = Network::state_of(&patterns, mu);
                prop_assert_eq!(radius.map(|radius| radius.flips), by_trying(&network, &state, |s| -s));
                prop_assert_eq!(radius.map(|radius| radius.erasures), by_trying(&network, &state, |_| 0.0));
            }
        }
    }
}
