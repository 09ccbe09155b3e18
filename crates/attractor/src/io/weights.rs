//! Weights that another program made: an array in `.npy` or safetensors, and the network that they are.

use super::error::{Problem, ReadError};
use super::npy;
use super::safetensors::{Metadata, NetworkFile, read_arrays};
use super::source::Source;
use crate::couplings::{Couplings, Symmetry};
use crate::network::{Network, NetworkError};
use crate::ties::Ties;
use std::path::Path;

/// The rule that the network file of such weights names.
pub const FOREIGN_RULE: &str = "imported";

/// What becomes of weights w_ii ≠ 0, which networks trained here do not have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Diagonal {
    /// They are an error.
    #[default]
    Refuse,
    /// They become 0.
    Drop,
    /// They stay: [`Network::with_self_coupling`].
    Keep,
}

/// Weights and biases as another program left them: finite or not, symmetric or not.
///
/// ```
/// use attractor::Symmetry;
/// use attractor::io::{Diagonal, ForeignWeights};
/// let weights = ForeignWeights::new(vec![1.0, 0.5, 0.5, 1.0], None)?;
/// let file = weights.network(Diagonal::Drop, false)?;
/// assert_eq!(file.network().weights(), [0.0, 0.5, 0.5, 0.0]);
/// assert_eq!(file.network().symmetry(), Symmetry::Symmetric);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct ForeignWeights {
    weights: Vec<f64>,
    biases: Vec<f64>,
}

impl ForeignWeights {
    /// N² weights, row major: w_ij, from neuron j into neuron i, at i·N+j. N biases, or none: 0.
    ///
    /// # Errors
    /// [`NetworkError::Size`].
    pub fn new(weights: Vec<f64>, biases: Option<Vec<f64>>) -> Result<Self, NetworkError> {
        let neurons = weights.len().isqrt();
        let biases = biases.unwrap_or_else(|| vec![0.0; neurons]);
        if neurons == 0 || neurons * neurons != weights.len() || biases.len() != neurons {
            return Err(NetworkError::Size {
                weights: weights.len(),
                biases: biases.len(),
            });
        }
        Ok(Self { weights, biases })
    }

    /// Reads an N×N array of numbers: a `.npy` file, or the tensor `weights` of a safetensors file (`biases` too; if none has
    /// such a name, the only square matrix and the only vector). `-` is standard input.
    ///
    /// # Errors
    /// Unreadable, no such file, or no square matrix in it.
    pub fn read(path: &Path) -> Result<Self, ReadError> {
        Self::from_source(Source::open(path)?)
    }

    /// [`ForeignWeights::read`] from bytes in memory; `name` stands in error messages.
    ///
    /// # Errors
    /// As [`ForeignWeights::read`].
    pub fn from_bytes(name: &str, bytes: &[u8]) -> Result<Self, ReadError> {
        Self::from_source(Source::from_reader(name, bytes)?)
    }

    /// Whether a file that begins like this is a `.npy` array.
    pub(super) fn is_array(head: &[u8]) -> bool {
        head.starts_with(npy::MAGIC)
    }

    pub(super) fn from_source(source: Source<'_>) -> Result<Self, ReadError> {
        let name = source.name.clone();
        if !Self::is_array(source.head()) {
            let (weights, biases) = read_arrays(source)?;
            return Self::new(weights, biases).map_err(|error| ReadError::new(name, error));
        }
        let (rows, columns, weights) = npy::read_numbers(source)?;
        if rows != columns {
            let reason = format!(
                "is an array of {rows}x{columns}; the weights of a network are N×N, w_ij from neuron j into neuron i"
            );
            return Err(ReadError::new(name, Problem::Unsupported(reason)));
        }
        Self::new(weights, None).map_err(|error| ReadError::new(name, error))
    }

    /// The same weights with the biases in a `.npy` file of N numbers.
    ///
    /// # Errors
    /// Unreadable, or another number of biases.
    pub fn with_biases(self, path: &Path) -> Result<Self, ReadError> {
        let (_, _, biases) = npy::read_numbers(Source::open(path)?)?;
        Self::new(self.weights, Some(biases)).map_err(|error| ReadError::at(path, error))
    }

    /// Number of neurons N ≥ 1.
    pub fn neurons(&self) -> usize {
        self.biases.len()
    }

    /// The largest |w_ij − w_ji|: 0 for a symmetric network, some roundings where a program added in another order.
    pub fn asymmetry(&self) -> f64 {
        let n = self.neurons();
        let pairs = (0..n).flat_map(|i| (0..i).map(move |j| (i, j)));
        pairs
            .map(|(i, j)| (self.weights[i * n + j] - self.weights[j * n + i]).abs())
            .fold(0.0, f64::max)
    }

    /// The network: symmetric if w_ij = w_ji throughout (with `symmetrise`, both become their mean), directed if not.
    ///
    /// # Errors
    /// [`Problem::Network`]: numbers that are not finite; w_ii ≠ 0 unless `diagonal` says what to do with it.
    /// [`Problem::Couplings`]: too many neurons.
    pub fn network(mut self, diagonal: Diagonal, symmetrise: bool) -> Result<NetworkFile, Problem> {
        let n = self.neurons();
        if diagonal == Diagonal::Drop {
            (0..n).for_each(|i| self.weights[i * n + i] = 0.0);
        }
        if symmetrise {
            for (i, j) in (0..n).flat_map(|i| (0..i).map(move |j| (i, j))) {
                let mean = f64::midpoint(self.weights[i * n + j], self.weights[j * n + i]);
                self.weights[i * n + j] = mean;
                self.weights[j * n + i] = mean;
            }
        }
        let symmetry = if self.asymmetry() == 0.0 {
            Symmetry::Symmetric
        } else {
            Symmetry::Directed
        };
        let make = match diagonal {
            Diagonal::Keep => Network::with_self_coupling,
            Diagonal::Refuse | Diagonal::Drop => Network::new,
        };
        let network = make(symmetry, self.weights, self.biases)?;
        let couplings = Couplings::full(n, network.symmetry())?;
        NetworkFile::new(
            network,
            couplings,
            Metadata::new(FOREIGN_RULE, Ties::Strict),
        )
    }
}
