//! Start: the Hebbian network, the incumbent that every training of real weights has before any search.

use crate::problem::Problem;
use attractor::rules::Hebbian;
use attractor::{Network, TrainError, Trained};

/// The Hebbian network of `problem`, counted, its weights divided by a power of two so that they lie in [−1,1]: whole
/// multiples of it, far coarser than the [`grid`](crate::grid), so that its fields vanish and hold where the rule's own do.
pub(crate) fn hebbian(problem: &Problem) -> Result<Trained, TrainError> {
    let rule = Hebbian {
        bias: problem.bias,
        ties: problem.ties,
    };
    let network = rule.fit(&problem.patterns, &problem.couplings)?;
    // No weight is larger than the number of patterns.
    let unit = (problem.patterns.count() as f64).log2().ceil().exp2();
    let scaled = |values: &[f64]| values.iter().map(|w| w / unit).collect();
    let network = Network::new(
        network.symmetry(),
        scaled(network.weights()),
        scaled(network.biases()),
    )?;
    Ok(Trained::unproven(network, &problem.patterns, problem.ties)?)
}
