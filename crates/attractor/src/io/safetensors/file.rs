//! A network file's content, whose parts do not contradict each other.

use super::metadata::Metadata;
use crate::couplings::{Couplings, Shape, Symmetry};
use crate::io::error::Problem;
use crate::network::Network;
use crate::rules::Status;

/// A network with its couplings and how it came about: what a network file holds.
///
/// Always: the couplings are for the network's neurons, every weight off the diagonal that the couplings lack is zero,
/// symmetric couplings have symmetric weights, a shape has N pixels, the lower bound is not above the wrong bits, and the
/// status is `optimal` iff they are equal.
///
/// ```
/// use attractor::io::{Metadata, NetworkFile};
/// use attractor::{Couplings, Network, Symmetry, Ties};
/// let network = Network::new(Symmetry::Symmetric, vec![0.0, 1.0, 1.0, 0.0], vec![0.0; 2])?;
/// let couplings = Couplings::full(2, Symmetry::Symmetric)?;
/// let file = NetworkFile::new(network, couplings, Metadata::new("hebbian", Ties::Strict))?;
/// let again = NetworkFile::from_bytes("memory", &file.to_bytes())?;
/// assert_eq!(again, file);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct NetworkFile {
    network: Network,
    couplings: Couplings,
    metadata: Metadata,
}

impl NetworkFile {
    /// Puts the three together.
    ///
    /// # Errors
    /// They contradict each other: see the type's invariants.
    pub fn new(
        network: Network,
        couplings: Couplings,
        metadata: Metadata,
    ) -> Result<Self, Problem> {
        check_agreement(&network, &couplings, &metadata)?;
        check_proof(&metadata)?;
        check_weights(&network, &couplings)?;
        Ok(Self {
            network,
            couplings,
            metadata,
        })
    }

    /// The network.
    pub fn network(&self) -> &Network {
        &self.network
    }

    /// Which weights exist.
    pub fn couplings(&self) -> &Couplings {
        &self.couplings
    }

    /// How the network came about.
    pub fn metadata(&self) -> &Metadata {
        &self.metadata
    }

    /// How its neurons stand in an image, where that is known: from the patterns or from receptive fields.
    pub fn image_shape(&self) -> Option<Shape> {
        let receptive = || self.couplings.receptive().map(|(shape, _)| shape);
        self.metadata.shape.or_else(receptive)
    }
}

fn bad_entry(key: &'static str, reason: String) -> Result<(), Problem> {
    Err(Problem::Metadata { key, reason })
}

/// Sizes and symmetries.
fn check_agreement(
    network: &Network,
    couplings: &Couplings,
    metadata: &Metadata,
) -> Result<(), Problem> {
    let n = network.neurons();
    if couplings.neurons() != n {
        let reason = format!(
            "is for {} neurons, the weights for {n}",
            couplings.neurons()
        );
        return bad_entry("couplings", reason);
    }
    if let Some(shape) = metadata.shape
        && shape.neurons() != n
    {
        return bad_entry("shape", format!("is {shape}, which is not {n} neurons"));
    }
    if couplings.is_symmetric() && network.symmetry() == Symmetry::Directed {
        let reason = "is `directed` though the couplings are symmetric".to_owned();
        return bad_entry("symmetry", reason);
    }
    Ok(())
}

/// Wrong bits, their bound and the status.
fn check_proof(metadata: &Metadata) -> Result<(), Problem> {
    let (Some(wrong), Some(bound)) = (metadata.wrong_bits, metadata.lower_bound) else {
        return Ok(());
    };
    if bound > wrong {
        let reason = format!("is {bound}, above the {wrong} wrong bits");
        return bad_entry("lower_bound", reason);
    }
    match metadata.status {
        Some(status) if (status == Status::Optimal) != (bound == wrong) => {
            let reason =
                format!("is `{status}` with {wrong} wrong bits of which {bound} are proven");
            bad_entry("status", reason)
        }
        _ => Ok(()),
    }
}

/// No weight where the couplings have none.
fn check_weights(network: &Network, couplings: &Couplings) -> Result<(), Problem> {
    let n = network.neurons();
    for i in 0..n {
        let forbidden = |j: usize| i != j && network.weight(i, j) != 0.0 && !couplings.allows(i, j);
        if let Some(j) = (0..n).find(|&j| forbidden(j)) {
            return Err(Problem::Tensor {
                name: "weights",
                reason: format!("has a weight at ({i},{j}), which the couplings lack"),
            });
        }
    }
    Ok(())
}
