//! What the commands read. The library's readers say what is wrong and where.

use crate::output::DASH;
use anyhow::{Error, Result, anyhow, ensure};
use attractor::io::{self, ForeignWeights, NetworkFile, Problem};
use attractor::{Cues, NetworkError, Patterns};
use std::path::Path;

pub(crate) fn patterns(path: &Path) -> Result<Patterns> {
    Ok(io::read_patterns(path)?)
}

pub(crate) fn cues(path: &Path) -> Result<Cues> {
    Ok(io::read_cues(path)?)
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

/// Refuses two inputs that both are standard input.
///
/// # Errors
/// If there are two.
pub(crate) fn check_one_stdin(inputs: &[&Path]) -> Result<()> {
    let dashes = inputs.iter().filter(|path| path.as_os_str() == DASH);
    ensure!(
        dashes.count() <= 1,
        "two inputs cannot both come from standard input; name a file for one of them"
    );
    Ok(())
}
