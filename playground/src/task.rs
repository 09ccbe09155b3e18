//! What a training is asked for, checked.

use crate::asked::{Asked, Refused, patterns_of, said, shape_of};
use attractor::io::Metadata;
use attractor::{Couplings, Patterns, Shape, Symmetry, Ties};

/// What is trained, by which rule.
pub(crate) struct Task {
    pub(crate) rule: String,
    pub(crate) seed: u64,
    pub(crate) bias: bool,
    pub(crate) patterns: Patterns,
    pub(crate) couplings: Couplings,
    pub(crate) shape: Shape,
}

impl Task {
    pub(crate) fn new(asked: &Asked<'_>, bytes: &[u8]) -> Result<Self, Refused> {
        let shape = shape_of(asked.count("height")?, asked.count("width")?)?;
        let symmetry = if asked.is("directed") {
            Symmetry::Directed
        } else {
            Symmetry::Symmetric
        };
        Ok(Self {
            rule: asked.text("rule")?.to_owned(),
            seed: asked.count("seed")? as u64,
            bias: asked.is("bias"),
            patterns: patterns_of(asked.count("count")?, bytes)?,
            couplings: Couplings::full(shape.neurons(), symmetry).map_err(said)?,
            shape,
        })
    }

    /// What a file says of every network of this training.
    pub(crate) fn metadata(&self, ties: Ties) -> Metadata {
        Metadata {
            seed: Some(self.seed),
            shape: Some(self.shape),
            patterns_sha256: Some(self.patterns.sha256()),
            ..Metadata::new(self.rule.clone(), ties)
        }
    }
}
