//! Columns: which weights of a network the columns of a row system are. The only place that turns weights into a network
//! and back.

use attractor::{Couplings, Network, NetworkError, Symmetry};

/// The weights of a row system: (i, j) for w_ij, (i, i) for the bias of neuron i. Of symmetric couplings, where w_ij and
/// w_ji are one weight, each pair stands once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Columns {
    neurons: usize,
    symmetry: Symmetry,
    places: Vec<(usize, usize)>,
}

impl Columns {
    /// Neuron i's inputs, ascending, then its bias.
    pub(crate) fn of_neuron(couplings: &Couplings, bias: bool, i: usize) -> Self {
        let inputs = couplings.inputs(i).into_iter().map(|j| (i, j));
        Self {
            neurons: couplings.neurons(),
            symmetry: Symmetry::Directed,
            places: inputs.chain(bias.then_some((i, i))).collect(),
        }
    }

    /// The free weights of symmetric couplings, each as (i, j) with j < i, by i and j; then all biases.
    pub(crate) fn of_symmetric(couplings: &Couplings, bias: bool) -> Self {
        let neurons = couplings.neurons();
        let below = |i| couplings.inputs(i).into_iter().filter(move |&j| j < i);
        let pairs = (0..neurons).flat_map(|i| below(i).map(move |j| (i, j)));
        let biases = (0..neurons).filter(|_| bias).map(|i| (i, i));
        Self {
            neurons,
            symmetry: Symmetry::Symmetric,
            places: pairs.chain(biases).collect(),
        }
    }

    /// The same weights in the order of the coupled search: each as (i, j) with i < j, by i and j; then all biases.
    pub(crate) fn of_symmetric_by_first(couplings: &Couplings, bias: bool) -> Self {
        let neurons = couplings.neurons();
        let above = |i| couplings.inputs(i).into_iter().filter(move |&j| j > i);
        let pairs = (0..neurons).flat_map(|i| above(i).map(move |j| (i, j)));
        let biases = (0..neurons).filter(|_| bias).map(|i| (i, i));
        Self {
            neurons,
            symmetry: Symmetry::Symmetric,
            places: pairs.chain(biases).collect(),
        }
    }

    /// Number of columns.
    pub(crate) fn len(&self) -> usize {
        self.places.len()
    }

    /// Each column's weight.
    pub(crate) fn places(&self) -> &[(usize, usize)] {
        &self.places
    }

    /// The values of these weights in `network`.
    pub(crate) fn values(&self, network: &Network) -> Vec<f64> {
        let value = |&(i, j): &(usize, usize)| {
            if i == j {
                network.biases()[i]
            } else {
                network.weight(i, j)
            }
        };
        self.places.iter().map(value).collect()
    }

    /// Of neuron i's `weights` from all neurons and its `bias` those of these columns, which are that neuron's.
    pub(crate) fn values_of_row(&self, weights: &[f64], bias: f64) -> Vec<f64> {
        let value = |&(i, j): &(usize, usize)| if i == j { bias } else { weights[j] };
        self.places.iter().map(value).collect()
    }

    /// The network with these weights; all others are zero.
    ///
    /// # Errors
    /// Values that are not finite.
    pub(crate) fn network(&self, values: &[f64]) -> Result<Network, NetworkError> {
        let mut entries = Entries::none(self.neurons);
        entries.put(self, values);
        entries.network(self.symmetry)
    }

    /// The directed network of all neurons' columns, each with its values; all others are zero.
    ///
    /// # Errors
    /// Values that are not finite.
    pub(crate) fn directed_network(
        neurons: usize,
        parts: impl IntoIterator<Item = (Columns, impl AsRef<[f64]>)>,
    ) -> Result<Network, NetworkError> {
        let mut entries = Entries::none(neurons);
        for (columns, values) in parts {
            entries.put(&columns, values.as_ref());
        }
        entries.network(Symmetry::Directed)
    }
}

/// The weights and biases of a network to be.
struct Entries {
    weights: Vec<f64>,
    biases: Vec<f64>,
}

impl Entries {
    fn none(neurons: usize) -> Self {
        Self {
            weights: vec![0.0; neurons * neurons],
            biases: vec![0.0; neurons],
        }
    }

    fn put(&mut self, columns: &Columns, values: &[f64]) {
        let neurons = self.biases.len();
        for (&(i, j), &value) in columns.places.iter().zip(values) {
            if i == j {
                self.biases[i] = value;
                continue;
            }
            self.weights[i * neurons + j] = value;
            if columns.symmetry == Symmetry::Symmetric {
                self.weights[j * neurons + i] = value;
            }
        }
    }

    fn network(self, symmetry: Symmetry) -> Result<Network, NetworkError> {
        Network::new(symmetry, self.weights, self.biases)
    }
}
