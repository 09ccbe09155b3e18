//! Network: the weights and biases of a trained memory; local fields and energy.

use crate::couplings::Symmetry;
use crate::patterns::Patterns;

/// Why weights are not a network.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum NetworkError {
    /// No neuron, or a matrix that is not N×N.
    #[error(
        "{weights} weights and {biases} biases: a network of N ≥ 1 neurons has N² weights and N biases"
    )]
    Size {
        /// Weights given.
        weights: usize,
        /// Biases given.
        biases: usize,
    },
    /// A weight that is NaN or infinite.
    #[error("weight ({i},{j}) is {value}; weights must be finite")]
    NotFinite {
        /// Row.
        i: usize,
        /// Column.
        j: usize,
        /// What stands there.
        value: f64,
    },
    /// A bias that is NaN or infinite.
    #[error("bias {i} is {value}; biases must be finite")]
    BiasNotFinite {
        /// Neuron.
        i: usize,
        /// What stands there.
        value: f64,
    },
    /// w_ii ≠ 0 in a network without self-couplings.
    #[error("neuron {0} has a weight onto itself")]
    SelfCoupling(usize),
    /// w_ij ≠ w_ji in a symmetric network.
    #[error("the weights ({0},{1}) and ({1},{0}) differ in a symmetric network")]
    Asymmetric(usize, usize),
}

/// Patterns and network of different sizes.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("the network has {network} neurons, the patterns have {patterns}")]
pub struct SizeMismatch {
    /// The network's N.
    pub network: usize,
    /// The patterns' N.
    pub patterns: usize,
}

/// A discrete Hopfield network: h_i = Σ_j w_ij s_j + b_i, s_i ← +1 if h_i > 0, else −1.
///
/// Always: N ≥ 1, weights and biases finite, zero diagonal (unless made by [`Network::with_self_coupling`]), symmetric
/// bit for bit if [`Symmetry::Symmetric`].
///
/// ```
/// use attractor::{Network, Symmetry};
/// let network = Network::new(Symmetry::Symmetric, vec![0.0, 1.0, 1.0, 0.0], vec![0.0; 2])?;
/// assert_eq!(network.energy(&[1.0, 1.0]), -1.0);
/// # Ok::<(), attractor::NetworkError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Network {
    neurons: usize,
    symmetry: Symmetry,
    self_coupling: bool,
    weights: Vec<f64>,
    biases: Vec<f64>,
}

impl Network {
    /// A network from N² weights, row major (w_ij, from j into i, at i·N+j), and N biases.
    ///
    /// # Errors
    /// Wrong sizes, numbers that are not finite, a non-zero diagonal, asymmetry where symmetry is claimed.
    pub fn new(
        symmetry: Symmetry,
        weights: Vec<f64>,
        biases: Vec<f64>,
    ) -> Result<Self, NetworkError> {
        let network = Self::with_self_coupling(symmetry, weights, biases)?;
        match (0..network.neurons).find(|&i| network.weight(i, i) != 0.0) {
            Some(i) => Err(NetworkError::SelfCoupling(i)),
            None => Ok(Self {
                self_coupling: false,
                ..network
            }),
        }
    }

    /// Like [`Network::new`], but w_ii ≠ 0 is allowed: the pseudo-inverse rule's projection matrix W = X X⁺ as it is.
    /// Such a network stores everything beyond N independent patterns, because it is the identity there.
    ///
    /// # Errors
    /// Wrong sizes, numbers that are not finite, asymmetry where symmetry is claimed.
    pub fn with_self_coupling(
        symmetry: Symmetry,
        weights: Vec<f64>,
        biases: Vec<f64>,
    ) -> Result<Self, NetworkError> {
        let neurons = biases.len();
        if neurons == 0 || neurons.checked_mul(neurons) != Some(weights.len()) {
            return Err(NetworkError::Size {
                weights: weights.len(),
                biases: neurons,
            });
        }
        if let Some(k) = weights.iter().position(|w| !w.is_finite()) {
            return Err(NetworkError::NotFinite {
                i: k / neurons,
                j: k % neurons,
                value: weights[k],
            });
        }
        if let Some(i) = biases.iter().position(|b| !b.is_finite()) {
            return Err(NetworkError::BiasNotFinite {
                i,
                value: biases[i],
            });
        }
        if symmetry == Symmetry::Symmetric
            && let Some((i, j)) = first_asymmetry(neurons, &weights)
        {
            return Err(NetworkError::Asymmetric(i, j));
        }
        Ok(Self {
            neurons,
            symmetry,
            self_coupling: true,
            weights,
            biases,
        })
    }

    /// A network whose weights a rule of this crate made: finite, zero diagonal, symmetric where claimed.
    pub(crate) fn trusted(symmetry: Symmetry, weights: Vec<f64>, biases: Vec<f64>) -> Self {
        let network = Self {
            neurons: biases.len(),
            symmetry,
            self_coupling: false,
            weights,
            biases,
        };
        debug_assert!({
            let Self {
                weights, biases, ..
            } = network.clone();
            Self::new(symmetry, weights, biases).is_ok()
        });
        network
    }

    /// Number of neurons N ≥ 1.
    #[inline]
    pub fn neurons(&self) -> usize {
        self.neurons
    }

    /// Whether w_ij = w_ji holds, bit for bit, by construction.
    #[inline]
    pub fn symmetry(&self) -> Symmetry {
        self.symmetry
    }

    /// Whether the diagonal may be non-zero.
    #[inline]
    pub fn has_self_coupling(&self) -> bool {
        self.self_coupling
    }

    /// w_ij, from neuron j into neuron i.
    #[inline]
    pub fn weight(&self, i: usize, j: usize) -> f64 {
        self.weights[i * self.neurons + j]
    }

    /// Neuron i's incoming weights w_i0 … w_i,N−1.
    #[inline]
    pub fn row(&self, i: usize) -> &[f64] {
        &self.weights[i * self.neurons..][..self.neurons]
    }

    /// All N² weights, row major.
    #[inline]
    pub fn weights(&self) -> &[f64] {
        &self.weights
    }

    /// The N biases b_i.
    #[inline]
    pub fn biases(&self) -> &[f64] {
        &self.biases
    }

    /// Whether some bias is not zero.
    pub fn has_biases(&self) -> bool {
        self.biases.iter().any(|&b| b != 0.0)
    }

    /// Number of weights that are not zero (biases not counted).
    pub fn nonzeros(&self) -> usize {
        self.weights.iter().filter(|&&w| w != 0.0).count()
    }

    /// h_i = Σ_j w_ij s_j + b_i for a state of N values (−1, +1, or 0 for unknown), summed in index order.
    ///
    /// # Panics
    /// If `state` has not N entries.
    pub fn local_field(&self, i: usize, state: &[f64]) -> f64 {
        assert_eq!(state.len(), self.neurons);
        let sum: f64 = self.row(i).iter().zip(state).map(|(w, s)| w * s).sum();
        sum + self.biases[i]
    }

    /// E(s) = −½ Σ_ij w_ij s_i s_j − Σ_i b_i s_i. For symmetric weights asynchronous recall never raises it (the paper's
    /// Eq. 7 has the wrong sign on b for its own update rule, Eq. 6).
    ///
    /// # Panics
    /// If `state` has not N entries.
    pub fn energy(&self, state: &[f64]) -> f64 {
        assert_eq!(state.len(), self.neurons);
        let pairs: f64 = (0..self.neurons)
            .map(|i| state[i] * (self.local_field(i, state) - self.biases[i]))
            .sum();
        let single: f64 = self.biases.iter().zip(state).map(|(b, s)| b * s).sum();
        -0.5 * pairs - single
    }

    /// Pattern μ as the f64 state that [`Network::local_field`] and [`Network::energy`] take.
    pub fn state_of(patterns: &Patterns, mu: usize) -> Vec<f64> {
        patterns.signs(mu).map(f64::from).collect()
    }
}

fn first_asymmetry(neurons: usize, weights: &[f64]) -> Option<(usize, usize)> {
    // Tiles keep both triangles in cache: a plain column walk misses on every access.
    const TILE: usize = 64;
    for top in (0..neurons).step_by(TILE) {
        for left in (0..=top).step_by(TILE) {
            for i in top..(top + TILE).min(neurons) {
                for j in left..(left + TILE).min(i) {
                    if weights[i * neurons + j] != weights[j * neurons + i] {
                        return Some((i, j));
                    }
                }
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn invalid_networks_are_refused() {
        let symmetric = Symmetry::Symmetric;
        assert!(matches!(
            Network::new(symmetric, vec![], vec![]),
            Err(NetworkError::Size { .. })
        ));
        assert!(matches!(
            Network::new(symmetric, vec![0.0; 3], vec![0.0; 2]),
            Err(NetworkError::Size { .. })
        ));
        assert!(matches!(
            Network::new(symmetric, vec![0.0, 1.0, 2.0, 0.0], vec![0.0; 2]),
            Err(NetworkError::Asymmetric(1, 0))
        ));
        assert!(Network::new(Symmetry::Directed, vec![0.0, 1.0, 2.0, 0.0], vec![0.0; 2]).is_ok());
        assert_eq!(
            Network::new(symmetric, vec![0.0, 1.0, 1.0, 3.0], vec![0.0; 2]),
            Err(NetworkError::SelfCoupling(1))
        );
        assert!(
            Network::with_self_coupling(symmetric, vec![0.0, 1.0, 1.0, 3.0], vec![0.0; 2]).is_ok()
        );
        assert!(matches!(
            Network::new(symmetric, vec![f64::NAN], vec![0.0]),
            Err(NetworkError::NotFinite { i: 0, j: 0, .. })
        ));
        assert!(matches!(
            Network::new(symmetric, vec![0.0], vec![f64::INFINITY]),
            Err(NetworkError::BiasNotFinite { i: 0, .. })
        ));
    }

    #[test]
    fn energy_matches_its_definition() {
        let network = Network::new(
            Symmetry::Symmetric,
            vec![0.0, 2.0, -1.0, 2.0, 0.0, 0.5, -1.0, 0.5, 0.0],
            vec![1.0, -3.0, 0.25],
        )
        .unwrap();
        // −½·2·(2·s0s1 − s0s2 + ½ s1s2) − (s0 − 3 s1 + ¼ s2) at s = (1, −1, 1)
        assert_eq!(network.energy(&[1.0, -1.0, 1.0]), 3.5 - 4.25);
    }
}
