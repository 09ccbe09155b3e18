//! What the options of experiments say about their methods.

use super::EXACT;
use anyhow::{Result, ensure};
use attractor::Symmetry;
use attractor_lab::method::{DEFAULT_RADIUS, DEFAULT_TIME_LIMIT, Method};
use std::str::FromStr;
use std::time::Duration;

/// A method of an experiment, as the user names it: `exact` as in `train`, or a method's own name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum MethodName {
    Exact,
    Own(Method),
}

impl FromStr for MethodName {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text == EXACT {
            return Ok(Self::Exact);
        }
        text.parse().map(Self::Own).map_err(|_| {
            let names = Method::names().join(", ");
            format!("`{text}` is no method; there are {EXACT}, {names}")
        })
    }
}

impl MethodName {
    /// The method, `exact` having these couplings.
    pub(crate) fn method(self, couplings: Option<Symmetry>) -> Method {
        match (self, couplings) {
            (Self::Own(method), _) => method,
            (Self::Exact, Some(Symmetry::Directed)) => Method::ExactDirected,
            (Self::Exact, _) => Method::ExactSymmetric,
        }
    }
}

/// The methods of these names.
///
/// # Errors
/// A method that is named twice; couplings that no method obeys.
pub(crate) fn methods(names: &[MethodName], couplings: Option<Symmetry>) -> Result<Vec<Method>> {
    ensure!(
        couplings.is_none() || names.contains(&MethodName::Exact),
        "--couplings is for --rule exact; the other methods have couplings of their own"
    );
    let methods: Vec<Method> = names.iter().map(|name| name.method(couplings)).collect();
    for (k, method) in methods.iter().enumerate() {
        ensure!(
            !methods[..k].contains(method),
            "--rule names {method} twice"
        );
    }
    Ok(methods)
}

/// The radius of exact-receptive, in pixels.
///
/// # Errors
/// A radius without exact-receptive, or one that is none.
pub(crate) fn radius(given: Option<f64>, methods: &[Method]) -> Result<f64> {
    let Some(radius) = given else {
        return Ok(DEFAULT_RADIUS);
    };
    ensure!(
        methods.contains(&Method::ExactReceptive),
        "--radius is for --rule exact-receptive; no other method has a receptive field"
    );
    ensure!(
        radius.is_finite() && radius >= 0.0,
        "--radius must be a number of pixels of at least 0, not {radius}"
    );
    Ok(radius)
}

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
