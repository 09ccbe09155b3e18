//! The digits, and the rules that store them.

use crate::bundled;
use crate::method::obeying;
use anyhow::Result;
use attractor::io::{Metadata, NetworkFile};
use attractor::rules::{Hebbian, PseudoInverse};
use attractor::{
    Binarisation, Couplings, Patterns, Rule, Selection, Shape, Symmetry, Threshold, Trained,
};
use attractor_exact::{Options, Problem};
use std::time::{Duration, Instant};

/// The limit of exact training, several times what the default needs. Larger: a demo of many digits keeps its user
/// waiting. Smaller: the default may end without its proof on a slow machine.
const TIME_LIMIT: Duration = Duration::from_secs(30);
/// Digits 0 to 9.
pub(super) const CLASSES: usize = 10;

/// The first distinct digits of each class, as patterns.
pub(super) fn digits(count: usize, shape: Shape) -> Result<Patterns> {
    let set = bundled::get("mnist")?;
    let patterns = set.images.patterns(&Binarisation {
        shape: Some(shape),
        // Thicker strokes than half intensity gives.
        threshold: Threshold::Otsu,
    })?;
    let selection = Selection {
        per_class: Some(count.div_ceil(CLASSES)),
        count: Some(count),
        distinct: true,
        classes: None,
    };
    let chosen = selection.choose(&patterns, set.labels.as_deref())?;
    Ok(patterns.select(&chosen)?)
}

/// One rule's answer to the stored patterns.
pub(super) struct Memory {
    pub(super) name: &'static str,
    pub(super) trained: Trained,
    pub(super) seconds: f64,
}

pub(super) fn memories(stored: &Patterns) -> Result<[Memory; 3]> {
    let couplings = Couplings::full(stored.neurons(), Symmetry::Symmetric)?;
    let timed = |name, train: &dyn Fn() -> Result<Trained>| -> Result<Memory> {
        let started = Instant::now();
        let trained = train()?;
        Ok(Memory {
            name,
            trained,
            seconds: started.elapsed().as_secs_f64(),
        })
    };
    let classical = |rule: &dyn Rule| timed(rule.name(), &|| Ok(rule.train(stored, &couplings)?));
    let problem = Problem::new(stored.clone(), couplings.clone())?;
    Ok([
        classical(&Hebbian::default())?,
        classical(&PseudoInverse::default())?,
        timed("exact", &|| {
            obeying(Some(TIME_LIMIT), |control| {
                Ok(attractor_exact::train(&problem, &Options::default(), control)?.trained)
            })
        })?,
    ])
}

/// The exact network's file.
pub(super) fn network_file(
    memories: &[Memory; 3],
    stored: &Patterns,
    shape: Shape,
) -> Result<NetworkFile> {
    let [.., exact] = memories;
    let metadata = Metadata {
        shape: Some(shape),
        seed: Some(0),
        status: Some(exact.trained.status),
        wrong_bits: Some(exact.trained.total.wrong_bits),
        lower_bound: Some(exact.trained.total.lower_bound),
        patterns_sha256: Some(stored.sha256()),
        ..Metadata::new(exact.name, exact.trained.ties)
    };
    let couplings = Couplings::full(stored.neurons(), Symmetry::Symmetric)?;
    Ok(NetworkFile::new(
        exact.trained.network.clone(),
        couplings,
        metadata,
    )?)
}
