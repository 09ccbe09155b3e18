//! Checks: what the types of a configuration cannot say.

use crate::method::Settings;
use attractor::Shape;
use attractor_exact::Damage;
use serde::{Deserialize, Deserializer};

/// Why a configuration cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// Not TOML, an unknown key, a missing one, a value of another type, an unknown method: with line and column.
    #[error(transparent)]
    Toml(#[from] toml::de::Error),
    /// Values that make no sense together.
    #[error("{0}")]
    Invalid(String),
}

/// Parses shapes such as `9x9`.
///
/// # Errors
/// [`ConfigError::Invalid`].
pub fn shapes_of(texts: &[String]) -> Result<Vec<Shape>, ConfigError> {
    texts
        .iter()
        .map(|text| {
            text.parse()
                .map_err(|e: attractor::CouplingsError| ConfigError::Invalid(e.to_string()))
        })
        .collect()
}

/// The most neurons of an experiment's networks. Larger: weights of one network fill gigabytes, as many networks at once as
/// there are threads. Smaller: images of 64×64 pixels are refused.
const MAX_NEURONS: usize = 4096;

/// The most patterns of an experiment's networks. Larger: the patterns alone fill the memory. Smaller: nothing is gained.
pub(super) const MAX_PATTERNS: usize = 1_000_000;

/// The most cells of an experiment. Larger: the list of cells fills the memory before the first one runs. Smaller: fine
/// grids with many repeats are refused.
const MAX_CELLS: usize = 1_000_000;

/// The longest time limit in seconds, some 30 years. Larger: deadlines that no clock holds.
const MAX_SECONDS: f64 = 1e9;

/// A number of neurons, or a list of them.
pub(super) fn one_or_more<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Vec<usize>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum OneOrMore {
        One(usize),
        More(Vec<usize>),
    }
    Ok(match OneOrMore::deserialize(deserializer)? {
        OneOrMore::One(one) => vec![one],
        OneOrMore::More(more) => more,
    })
}

fn invalid(text: String) -> ConfigError {
    ConfigError::Invalid(text)
}

/// The sizes of an experiment's networks, said as shapes of images or as plain numbers of neurons.
pub(super) fn sizes(
    key: &str,
    texts: &[String],
    neurons: &[usize],
) -> Result<Vec<Shape>, ConfigError> {
    match (texts.is_empty(), neurons.is_empty()) {
        (false, true) => shapes_of(texts),
        (true, false) => {
            check_counts(&[("neurons", neurons.iter().copied().min().unwrap_or(0))])?;
            let row = |&width| Shape { height: 1, width };
            Ok(neurons.iter().map(row).collect())
        }
        (true, true) => Err(invalid(format!(
            "{key}: must be there, or `neurons` for patterns that are no images"
        ))),
        (false, false) => Err(invalid(format!(
            "neurons: the size is said by `{key}` already"
        ))),
    }
}

/// Refuses networks that do not fit into memory.
pub(super) fn check_sizes(key: &str, shapes: &[Shape]) -> Result<(), ConfigError> {
    match shapes.iter().find(|shape| shape.neurons() > MAX_NEURONS) {
        Some(shape) => Err(invalid(format!(
            "{key}: {shape} has {} pixels; at most {MAX_NEURONS} neurons are trained",
            shape.neurons()
        ))),
        None => Ok(()),
    }
}

/// Refuses more cells than can be listed; the factors are what the cells are combined from.
pub(super) fn check_cells(factors: &[usize]) -> Result<(), ConfigError> {
    let cells = factors.iter().copied().fold(1, usize::saturating_mul);
    if cells > MAX_CELLS {
        return Err(invalid(format!(
            "repeats: with all combinations these are {cells} trainings or more; at most {MAX_CELLS} are run"
        )));
    }
    Ok(())
}

/// Refuses lists that name something twice: its cells would be run twice.
pub(crate) fn check_distinct<T: PartialEq>(key: &str, list: &[T]) -> Result<(), ConfigError> {
    let twice = (1..list.len()).any(|k| list[..k].contains(&list[k]));
    if twice {
        return Err(invalid(format!("{key}: something is named twice")));
    }
    Ok(())
}

/// Refuses an end of an axis that is no number above 0.
pub(super) fn check_axis(key: &str, end: Option<f64>) -> Result<(), ConfigError> {
    match end.filter(|end| !(end.is_finite() && *end > 0.0)) {
        Some(end) => Err(invalid(format!("{key}: {end} is no finite number above 0"))),
        None => Ok(()),
    }
}

/// Refuses a name of a figure that is no plain name of a file.
pub(super) fn check_name(key: &str, name: Option<&str>) -> Result<(), ConfigError> {
    let plain = |name: &&str| {
        !name.is_empty()
            && name
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_')
    };
    match name.filter(|name| !plain(name)) {
        Some(name) => Err(invalid(format!(
            "{key}: `{name}` is no name of a figure; use letters, digits, - and _"
        ))),
        None => Ok(()),
    }
}

/// Refuses counts of 0 and empty lists, given with the keys they stand under.
pub(super) fn check_counts(counts: &[(&str, usize)]) -> Result<(), ConfigError> {
    match counts.iter().find(|(_, count)| *count == 0) {
        Some((key, _)) => Err(ConfigError::Invalid(format!(
            "{key}: must be neither 0 nor empty"
        ))),
        None => Ok(()),
    }
}

impl Settings {
    /// Checks what types cannot.
    pub(crate) fn check(&self) -> Result<(), ConfigError> {
        let Self {
            ties: _,
            time_limit,
            balance,
            radius,
            noise,
        } = *self;
        if !(time_limit > 0.0 && time_limit <= MAX_SECONDS) {
            return Err(invalid(format!(
                "time-limit: {time_limit} is no number of seconds above 0 and up to {MAX_SECONDS}"
            )));
        }
        if !(0.0..=1.0).contains(&balance) {
            return Err(invalid(format!(
                "balance: {balance} is not between 0 and 1"
            )));
        }
        if !(radius.is_finite() && radius >= 0.0) {
            return Err(invalid(format!("radius: {radius} is no number of pixels")));
        }
        Damage::new(noise, 0.0)
            .map(drop)
            .map_err(|error| invalid(format!("noise: {error}")))
    }
}
