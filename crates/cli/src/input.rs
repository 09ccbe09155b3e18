//! What the commands read. The library's readers say what is wrong and where.

use anyhow::{Error, Result, anyhow, ensure};
use attractor::io::{Data, ForeignWeights, NetworkFile, Problem};
use attractor::{Binarisation, Cues, NetworkError, Patterns};
use std::io::{self, Write};
use std::path::Path;

/// Patterns, cues or images; what its owner should know is said on standard error.
pub(crate) fn data(path: &Path) -> Result<Data> {
    let data = Data::read(path)?;
    let mut stderr = io::stderr().lock();
    for note in data.notes() {
        // There is nobody to be told that a warning cannot be written.
        let _ = writeln!(stderr, "warning: {}: {note}", path.display());
    }
    Ok(data)
}

pub(crate) fn patterns(path: &Path) -> Result<Patterns> {
    Ok(data(path)?.patterns(&Binarisation::default())?)
}

pub(crate) fn cues(path: &Path) -> Result<Cues> {
    Ok(data(path)?.cues(&Binarisation::default())?)
}

/// A network file, or the weights of another program.
pub(crate) fn network(path: &Path) -> Result<NetworkFile> {
    NetworkFile::read(path).map_err(|error| match error.problem {
        Problem::Network(NetworkError::SelfCoupling(_)) => {
            with_advice(error.problem).context(error.name)
        }
        _ => error.into(),
    })
}

/// The weights of another program, with biases from a file of their own if one is named.
pub(crate) fn weights(path: &Path, biases: Option<&Path>) -> Result<ForeignWeights> {
    let weights = ForeignWeights::read(path)?;
    Ok(match biases {
        Some(biases) => weights.with_biases(biases)?,
        None => weights,
    })
}

/// What is wrong with weights, with what to do about a diagonal.
pub(crate) fn with_advice(problem: Problem) -> Error {
    match problem {
        Problem::Network(NetworkError::SelfCoupling(_)) => anyhow!(
            "{problem}; `attractor import --diagonal drop` makes it 0, `--diagonal keep` leaves it"
        ),
        other => other.into(),
    }
}

/// The patterns that the network stores, if a file of them is named.
///
/// # Errors
/// Those of [`stored_in`].
pub(crate) fn stored(path: Option<&Path>, network: &NetworkFile) -> Result<Option<Patterns>> {
    path.map(|path| stored_in(path, network)).transpose()
}

/// The patterns that the network stores.
///
/// # Errors
/// Patterns of another size.
pub(crate) fn stored_in(path: &Path, network: &NetworkFile) -> Result<Patterns> {
    let patterns = patterns(path)?;
    let neurons = network.network().neurons();
    ensure!(
        patterns.neurons() == neurons,
        "--patterns has patterns of {} neurons, the network has {neurons}",
        patterns.neurons()
    );
    Ok(patterns)
}
