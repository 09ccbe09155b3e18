//! What the options of experiments say about their methods.

use anyhow::{Result, ensure};
use attractor_lab::method::Method;
use std::time::Duration;

/// Seconds that each exact training of an experiment may take if no limit is given. Larger: an experiment of hundreds of
/// trainings takes hours. Smaller: fewer of them end with a proof.
const DEFAULT_TIME_LIMIT: f64 = 10.0;

/// The limit of each exact training, in seconds.
pub(crate) fn time_limit(given: Option<Duration>) -> f64 {
    given.map_or(DEFAULT_TIME_LIMIT, |limit| limit.as_secs_f64())
}

/// Refuses a time limit that no method of the experiment obeys.
///
/// # Errors
/// Names a method.
pub(crate) fn check_time_limit(given: Option<Duration>, methods: &[Method]) -> Result<()> {
    ensure!(
        given.is_none() || methods.iter().any(|method| method.searches()),
        "--time-limit is for exact training; rule {} does not know it",
        methods.first().map_or("", |method| method.name())
    );
    Ok(())
}
