//! Start: the Hebbian network, the incumbent that every training of real weights has before any search.

use crate::error::ExactError;
use crate::instance::Instance;
use attractor::rules::Hebbian;
use attractor::{Network, Trained};

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
