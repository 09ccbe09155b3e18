//! Which neurons are clamped.

use crate::input;
use anyhow::{Result, ensure};
use std::path::Path;

/// Neurons as they are listed on the command line.
#[derive(Debug, Clone)]
pub(super) struct Clamped(pub(super) Vec<usize>);

/// The most neurons of a list. Larger: a slip of the finger in a range fills the memory.
const MOST: usize = 1 << 20;

/// Parses numbers and ranges, for example `0,5,10:20`.
///
/// # Errors
/// A message for the user.
pub(super) fn neurons(text: &str) -> Result<Clamped, String> {
    let mut neurons = Vec::new();
    for part in text.split(',') {
        let (from, to) = part.split_once(':').unwrap_or((part, part));
        match (from.trim().parse::<usize>(), to.trim().parse::<usize>()) {
            (Ok(from), Ok(to)) if from <= to && to - from < MOST && neurons.len() < MOST => {
                neurons.extend(from..=to);
            }
            _ => {
                return Err(format!(
                    "`{part}` is neither a neuron nor a range of them; write for example 0,5,10:20"
                ));
            }
        }
    }
    Ok(Clamped(neurons))
}

/// The neurons that are +1 in a file of one pattern.
///
/// # Errors
/// A file that cannot be read or is no such pattern.
pub(super) fn of_mask(path: &Path, neurons: usize) -> Result<Vec<usize>> {
    let mask = input::patterns(path)?;
    ensure!(
        mask.count() == 1 && mask.neurons() == neurons,
        "--clamp-mask `{}` has {} patterns of {} neurons; one of {neurons} is needed, 1 for each clamped neuron",
        path.display(),
        mask.count(),
        mask.neurons()
    );
    Ok((0..neurons).filter(|&i| mask.is_plus(0, i)).collect())
}
