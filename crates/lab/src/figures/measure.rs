//! What the cells of several figures have in common: patterns, the measures of a network, and errors.

use crate::bundled;
use crate::config::Source;
use crate::ledger::{Entry, Measured};
use crate::method::Settings;
use crate::trainer::Trainer;
use attractor::{
    Cues, Patterns, RecallOptions, Shape, Stability, Status, Ties, TrainError, Trained, recall,
};
use std::fmt::Display;

/// Why a cell has no result.
#[derive(Debug, thiserror::Error)]
pub enum CellError {
    /// The method refuses.
    #[error(transparent)]
    Train(#[from] TrainError),
    /// The data refuse.
    #[error("{0}")]
    Data(String),
}

/// The status of a cell without network.
pub const NO_NETWORK: &str = "none";

/// P patterns from a source: random ones by this seed, digits from number `skip` on.
pub(super) fn patterns_of(
    source: &Source,
    shape: Shape,
    skip: usize,
    count: usize,
    seed: u64,
) -> Result<Patterns, CellError> {
    match source {
        Source::Random => Patterns::random(count, shape.neurons(), seed).map_err(data),
        Source::Mnist => bundled::mnist_patterns(shape, skip, count).map_err(data),
        Source::File(own) => {
            let patterns = own.patterns().map_err(CellError::Data)?;
            let wanted: Vec<usize> = (skip..skip + count).collect();
            if skip + count > patterns.count() {
                return Err(data(format!(
                    "there are only {} patterns",
                    patterns.count()
                )));
            }
            patterns.select(&wanted).map_err(data)
        }
    }
}

/// Everything that storage figures need of a trained network.
pub(super) fn measure(
    trainer: &Trainer,
    trained: &Trained,
    patterns: &Patterns,
    settings: &Settings,
) -> Result<Measured, CellError> {
    let (method, network) = (trainer.method(), &trained.network);
    let wrong = |ties| Stability::of(network, patterns, ties).map_err(data);
    let (negative, strict) = (wrong(Ties::Negative)?, wrong(Ties::Strict)?);
    let recalled =
        recall(network, &Cues::from(patterns), &RecallOptions::default()).map_err(data)?;
    let changed = |mu: usize| {
        let pairs = patterns.signs(mu).zip(recalled.states.signs(mu));
        pairs.filter(|(stored, reached)| stored != reached).count()
    };
    let n = network.neurons();
    let weights = (n * (n - 1)).max(1);
    let own = if settings.ties == Ties::Strict {
        &strict
    } else {
        &negative
    };
    Ok(Measured {
        wrong_bits: Some(negative.wrong_bits()),
        wrong_bits_strict: Some(strict.wrong_bits()),
        wrong_bits_fixed_point: Some((0..patterns.count()).map(changed).sum()),
        lower_bound: method.is_exact().then_some(trained.total.lower_bound),
        zero_share: Some(1.0 - network.nonzeros() as f64 / weights as f64),
        margin: own.margin(),
        status: if method.is_exact() {
            trained.status.to_string()
        } else {
            String::new()
        },
        certified: method.is_exact().then_some(false),
        options: trainer.options(settings),
        ..Measured::default()
    })
}

/// Whether a status claims a proof.
pub(crate) fn is_proven(entry: &Entry) -> bool {
    entry.measured.status == Status::Optimal.to_string()
}

/// An error of the data, in its own words.
pub(crate) fn data(error: impl Display) -> CellError {
    CellError::Data(error.to_string())
}
