//! Start: networks that every training of real weights has before any search: the Hebbian one, which is there at once, and
//! the pseudo-inverse's, which stores all patterns as long as they are independent.

use crate::budget;
use crate::error::{ExactError, Unsupported};
use crate::geometry::grid;
use crate::instance::{Columns, Instance};
use crate::problem::Weights;
use attractor::rules::{Hebbian, PseudoInverse};
use attractor::{Control, Network, SizeMismatch, Symmetry, TrainError, Trained};

/// The Hebbian network of `instance`, counted, its weights divided by a power of two so that they lie in [−1,1]: whole
/// multiples of it, far coarser than the [`grid`](crate::geometry::grid), so that its fields vanish and hold where the rule's own do.
pub(crate) fn hebbian(instance: &Instance<'_>) -> Result<Trained, ExactError> {
    let rule = Hebbian {
        bias: instance.bias,
        ties: instance.ties,
    };
    let network = rule.fit(&instance.patterns, &instance.couplings)?;
    // No weight is larger than the number of patterns.
    let unit = (instance.patterns.count() as f64).log2().ceil().exp2();
    let scaled = |values: &[f64]| values.iter().map(|w| w / unit).collect();
    let network = Network::new(
        network.symmetry(),
        scaled(network.weights()),
        scaled(network.biases()),
    )?;
    Ok(Trained::unproven(
        network,
        &instance.patterns,
        instance.ties,
    )?)
}

/// Multiplications a second that the pseudo-inverse makes at the least. Larger: it may take more than its share of a time
/// limit; smaller: it is left out where there was time for it.
const MULTIPLICATIONS_A_SECOND: f64 = 1e9;

/// The pseudo-inverse's network on the grid, counted. `None` where it leaves nothing (more patterns than neurons), where
/// couplings are missing, and where it takes too long.
pub(super) fn pseudo_inverse(
    instance: &Instance<'_>,
    control: &Control<'_>,
) -> Result<Option<Trained>, ExactError> {
    let (p, n) = (instance.patterns.count(), instance.patterns.neurons());
    let (patterns, neurons) = (p as f64, n as f64);
    let multiplications = patterns.powi(3) / 6.0 + patterns * neurons * (patterns + neurons / 8.0);
    let seconds = multiplications / MULTIPLICATIONS_A_SECOND;
    let is_too_slow = seconds > budget::pseudo_inverse(control).as_secs_f64();
    if p > n || is_too_slow || control.should_stop() {
        return Ok(None);
    }
    let rule = PseudoInverse {
        bias: instance.bias,
        keep_diagonal: false,
        ties: instance.ties,
    };
    let network = match rule.fit(&instance.patterns, &instance.couplings) {
        Ok(network) => network,
        Err(TrainError::Unsupported { .. }) => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    let network = on_grid(instance, &network)?;
    let counted = Trained::unproven(network, &instance.patterns, instance.ties)?;
    Ok(Some(counted))
}

/// A network that the caller knows, on the grid, counted.
///
/// # Errors
/// A network of another size, with weights that the couplings lack, or one for discrete weights.
pub(super) fn known(instance: &Instance<'_>, network: &Network) -> Result<Trained, ExactError> {
    let n = instance.patterns.neurons();
    if instance.weights != Weights::Real {
        return Err(Unsupported::KnownDiscrete.into());
    }
    if network.neurons() != n {
        let mismatch = SizeMismatch {
            network: network.neurons(),
            patterns: n,
        };
        return Err(mismatch.into());
    }
    let lacks =
        |i: usize, j: usize| network.weight(i, j) != 0.0 && !instance.couplings.allows(i, j);
    let pairs = (0..n).flat_map(|i| (0..n).map(move |j| (i, j)));
    if let Some((i, j)) = pairs.into_iter().find(|&(i, j)| lacks(i, j)) {
        return Err(Unsupported::KnownWeight { i, j }.into());
    }
    if instance.couplings.is_symmetric() && network.symmetry() == Symmetry::Directed {
        return Err(Unsupported::KnownDirected.into());
    }
    let network = on_grid(instance, network)?;
    Ok(Trained::unproven(
        network,
        &instance.patterns,
        instance.ties,
    )?)
}

/// A network with its weights rounded onto the [`grid`](crate::geometry::grid).
fn on_grid(instance: &Instance<'_>, network: &Network) -> Result<Network, ExactError> {
    let n = instance.patterns.neurons();
    let snapped = |(columns, mut values): (Columns, Vec<f64>)| {
        grid::snap(&mut values, n);
        (columns, values)
    };
    if instance.couplings.is_symmetric() {
        let columns = Columns::of_symmetric(&instance.couplings, instance.bias);
        let values = columns.values(network);
        let (columns, values) = snapped((columns, values));
        return Ok(columns.network(&values)?);
    }
    let rows = (0..n).map(|i| snapped(row(instance, network, i)));
    Ok(Columns::directed_network(n, rows)?)
}

/// Neuron i's weights.
fn row(instance: &Instance<'_>, network: &Network, i: usize) -> (Columns, Vec<f64>) {
    let columns = Columns::of_neuron(&instance.couplings, instance.bias, i);
    let values = columns.values_of_row(network.row(i), network.biases()[i]);
    (columns, values)
}

/// Of every neuron its better weights in either directed network.
pub(super) fn better_rows(
    instance: &Instance<'_>,
    first: Trained,
    second: &Trained,
) -> Result<Trained, ExactError> {
    let wrong = |trained: &Trained, i: usize| trained.per_neuron[i].wrong_bits;
    let n = instance.patterns.neurons();
    if (0..n).all(|i| wrong(second, i) >= wrong(&first, i)) {
        return Ok(first);
    }
    let better = |i| {
        if wrong(second, i) < wrong(&first, i) {
            &second.network
        } else {
            &first.network
        }
    };
    let rows = (0..n).map(|i| row(instance, better(i), i));
    let network = Columns::directed_network(n, rows)?;
    Ok(Trained::unproven(
        network,
        &instance.patterns,
        instance.ties,
    )?)
}
