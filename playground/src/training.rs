//! Training: the classical rules, and where this module has it the exact search with its progress.

use crate::asked::{Asked, Refused, message, patterns_of, said, shape_of};
use crate::held::Held;
use crate::listener::Listener;
use crate::rules::{EXACT, rule_of};
use attractor::io::{Metadata, NetworkFile};
use attractor::{Control, Couplings, Patterns, Progress, Shape, Symmetry, Trained};
use serde_json::{Value, json};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// What was asked for, checked.
struct Task {
    rule: String,
    seed: u64,
    bias: bool,
    patterns: Patterns,
    couplings: Couplings,
    shape: Shape,
}

/// The least time between two reports of progress.
const BETWEEN_REPORTS: Duration = Duration::from_millis(60);

impl Task {
    fn new(asked: &Asked<'_>, bytes: &[u8]) -> Result<Self, Refused> {
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
}

/// Trains and judges by the same patterns. Asked are `rule`, `count` (patterns), `height`, `width`, `directed`, `bias`,
/// `seed` and, if there is a limit, `seconds`; of exact training also what `objective.rs` reads. The training ends early, with
/// the best so far, when `stop` is set or nobody listens any more.
pub(crate) fn train(
    asked: &Asked<'_>,
    bytes: &[u8],
    listener: &Listener<'_>,
    stop: &AtomicBool,
) -> Result<(Held, Value), Refused> {
    let task = Task::new(asked, bytes)?;
    let last = Mutex::new(None::<Duration>);
    let tell = |progress: &Progress| {
        let Ok(mut last) = last.lock() else { return };
        if last.is_none_or(|last| progress.elapsed >= last + BETWEEN_REPORTS) {
            *last = Some(progress.elapsed);
            (listener.tell)(&message(&json!({ "progress": told(progress) }), &[]));
        }
    };
    let is_gone = || listener.is_gone.load(Ordering::Relaxed);
    let mut control = Control::new()
        .with_listener(&tell)
        .with_condition(&is_gone)
        .with_interrupt(stop);
    if let Some(seconds) = asked.number("seconds") {
        let limit = Duration::try_from_secs_f64(seconds)
            .map_err(|_| format!("a time limit of {seconds} s: give seconds above 0"))?;
        control = control.with_time_limit(limit);
    }
    let (trained, mut extra) = if task.rule == EXACT {
        exact(&task, asked, &control)?
    } else {
        let rule = rule_of(&task.rule, task.bias, task.seed)?;
        let trained = rule.train_until(&task.patterns, &task.couplings, &control);
        (trained.map_err(said)?, json!({}))
    };
    extra["seconds"] = control.elapsed().as_secs_f64().into();
    extra["stopped"] = control.interrupted().into();
    finish(task, trained, extra)
}

fn told(progress: &Progress) -> Value {
    json!({
        "incumbent": progress.incumbent,
        "bound": progress.bound,
        "nodes": progress.nodes,
        "seconds": progress.elapsed.as_secs_f64(),
        "phase": progress.phase.name(),
    })
}

#[cfg(feature = "exact")]
fn exact(
    task: &Task,
    _asked: &Asked<'_>,
    control: &Control<'_>,
) -> Result<(Trained, Value), Refused> {
    use attractor_exact::{Options, Problem};
    let problem = Problem {
        bias: task.bias,
        ..Problem::new(task.patterns.clone(), task.couplings.clone()).map_err(said)?
    };
    let outcome =
        attractor_exact::train(&problem, &Options { seed: task.seed }, control).map_err(said)?;
    let extra = json!({
        "network_margin": outcome.network_margin,
        "margin_gap": outcome.margin_gap,
        "nodes": outcome.statistics.nodes,
    });
    Ok((outcome.trained, extra))
}

#[cfg(not(feature = "exact"))]
fn exact(_: &Task, _: &Asked<'_>, _: &Control<'_>) -> Result<(Trained, Value), Refused> {
    Err("exact training is in the second module".to_owned())
}

fn finish(task: Task, trained: Trained, extra: Value) -> Result<(Held, Value), Refused> {
    let metadata = Metadata {
        seed: Some(task.seed),
        shape: Some(task.shape),
        status: Some(trained.status),
        wrong_bits: Some(trained.total.wrong_bits),
        lower_bound: Some(trained.total.lower_bound),
        patterns_sha256: Some(task.patterns.sha256()),
        ..Metadata::new(task.rule, trained.ties)
    };
    let file = NetworkFile::new(trained.network, task.couplings, metadata).map_err(said)?;
    let (held, mut value) = Held::new(file).judged(task.patterns)?;
    if let (Value::Object(value), Value::Object(extra)) = (&mut value, extra) {
        value.extend(extra);
    }
    Ok((held, value))
}
