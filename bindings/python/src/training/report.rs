//! What is known of a training, with the keys of the program's report.

use super::method::Method;
use crate::arrays;
use attractor::Trained;
use attractor_exact::{Choice, Outcome, Statistics, Survival};
use pyo3::prelude::*;
use pyo3::types::PyDict;
use serde_json::{Map, Value, json};
use std::time::Duration;

/// What is known, as data.
pub(crate) fn of(
    method: &Method,
    trained: &Trained,
    outcome: Option<&Outcome>,
    wall: Duration,
    seed: u64,
) -> Value {
    let repair = outcome.and_then(|outcome| outcome.repair);
    let neurons = trained.per_neuron.iter();
    json!({
        "patterns": method.patterns().count(),
        "neurons": method.patterns().neurons(),
        "rule": method.rule(),
        "couplings": trained.network.symmetry().to_string(),
        "ties": trained.ties.to_string(),
        "status": trained.status.to_string(),
        "wrong_bits": trained.total.wrong_bits,
        "lower_bound": trained.total.lower_bound,
        "gap": trained.total.gap(),
        "margin": trained.margin,
        "margin_gap": outcome.and_then(|outcome| outcome.margin_gap),
        "objective": method.objective(),
        "objective_value": repair.map(|repair| repair.value),
        "noise_gap": repair.and_then(|repair| repair.gap),
        "choice": repair.and_then(|repair| repair.choice).map(choice),
        "network_margin": outcome.and_then(|outcome| outcome.network_margin),
        "nonzeros": trained.network.nonzeros(),
        "wall_seconds": wall.as_secs_f64(),
        "seed": seed,
        "version": env!("CARGO_PKG_VERSION"),
        "statistics": outcome.map(|outcome| statistics(&outcome.statistics)),
        "per_neuron": neurons.map(|bounds| json!({
            "wrong_bits": bounds.wrong_bits,
            "lower_bound": bounds.lower_bound,
        })).collect::<Vec<_>>(),
        "survive": outcome.and_then(|outcome| outcome.survival.as_ref()).map(survival),
    })
}

/// Adds the keys of `more`.
pub(crate) fn add(report: &mut Value, more: Value) {
    if let (Value::Object(report), Value::Object(more)) = (report, more) {
        report.extend(more);
    }
}

/// How the network was chosen by what it recalls.
fn choice(choice: Choice) -> Value {
    json!({
        "origin": choice.origin.to_string(),
        "rounds": choice.rounds,
        "cues": choice.cues,
        "recalled_by_widest": choice.recalled_by_widest,
        "recalled": choice.recalled,
    })
}

pub(crate) fn statistics(statistics: &Statistics) -> Value {
    let phases = statistics.phases.iter();
    let seconds: Map<String, Value> = phases
        .map(|(phase, time)| (phase.name().to_owned(), time.as_secs_f64().into()))
        .collect();
    json!({
        "nodes": statistics.nodes,
        "min_norm_calls": statistics.min_norm_calls,
        "pool": statistics.pool,
        "proven_seconds": statistics.proven_after.map(|time| time.as_secs_f64()),
        "phase_seconds": seconds,
    })
}

fn survival(survival: &Survival) -> Value {
    json!({
        "asked": survival.asked.goal.to_string(),
        "asked_erased": survival.asked.erasures,
        "guaranteed": survival.guaranteed.map(|radius| radius.flips),
        "guaranteed_erased": survival.guaranteed.map(|radius| radius.erasures),
        "upper_bound": survival.upper_bound,
        "patterns_stored": survival.stored,
        "patterns_guaranteed": survival.patterns_guaranteed,
        "patterns_upper_bound": survival.patterns_upper_bound,
        "proven": survival.is_proven(),
        "unproven_because": survival.unproven.as_ref().map(ToString::to_string),
        "forbidden_by": survival.forbidden_by.as_ref().map(ToString::to_string),
    })
}

/// Wrong bits and their lower bounds, neuron by neuron, as columns; None where nothing is known.
pub(crate) fn per_neuron<'py>(
    py: Python<'py>,
    report: &Value,
) -> PyResult<Option<Bound<'py, PyDict>>> {
    let Some(neurons) = report["per_neuron"].as_array() else {
        return Ok(None);
    };
    let column = |key: &str| {
        neurons
            .iter()
            .map(|neuron| neuron[key].as_i64().unwrap_or(0))
            .collect()
    };
    let columns = PyDict::new(py);
    for key in ["wrong_bits", "lower_bound"] {
        columns.set_item(key, arrays::vector::<i64>(py, column(key))?)?;
    }
    Ok(Some(columns))
}
