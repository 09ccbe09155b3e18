//! Training: the classical rules, and in the second module the exact search with its progress.

use crate::engine::{Asked, Refused, patterns_of, said, shape_of};
use crate::held::Held;
use attractor::io::{Metadata, NetworkFile};
use attractor::rules::Rule;
use attractor::{Control, Couplings, Patterns, Progress, Shape, Symmetry, Trained};
use serde_json::{Value, json};
use std::sync::Mutex;
use std::time::Duration;

/// What was asked for, checked.
struct Task {
    rule: String,
    seed: u64,
    patterns: Patterns,
    couplings: Couplings,
    shape: Shape,
}

/// The least time between two reports of progress.
const BETWEEN_REPORTS: Duration = Duration::from_millis(60);

/// Trains and judges by the same patterns. Asked are `rule`, `count` (patterns), `height`, `width`, `directed`, `seed` and,
/// if there is a limit, `seconds`.
pub(crate) fn train(
    asked: &Asked<'_>,
    bytes: &[u8],
    tell: &(dyn Fn(&str) + Sync),
) -> Result<(Held, Value), Refused> {
    let shape = shape_of(asked.count("height")?, asked.count("width")?)?;
    let patterns = patterns_of(asked.count("count")?, bytes)?;
    let symmetry = if asked.is("directed") {
        Symmetry::Directed
    } else {
        Symmetry::Symmetric
    };
    let task = Task {
        rule: asked.text("rule")?.to_owned(),
        seed: asked.count("seed")? as u64,
        couplings: Couplings::full(shape.neurons(), symmetry).map_err(said)?,
        patterns,
        shape,
    };
    let last = Mutex::new(None::<Duration>);
    let listener = |progress: &Progress| {
        let Ok(mut last) = last.lock() else { return };
        if last.is_none_or(|last| progress.elapsed >= last + BETWEEN_REPORTS) {
            *last = Some(progress.elapsed);
            tell(&told(progress).to_string());
        }
    };
    let mut control = Control::new().with_listener(&listener);
    if let Some(seconds) = asked.number("seconds") {
        let limit = Duration::try_from_secs_f64(seconds)
            .map_err(|_| format!("a time limit of {seconds} s: give seconds above 0"))?;
        control = control.with_time_limit(limit);
    }
    let (trained, mut extra) = if task.rule == "exact" {
        exact(&task, &control)?
    } else {
        (classical(&task, &control)?, json!({}))
    };
    extra["seconds"] = control.elapsed().as_secs_f64().into();
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

/// The rules of the first module, which has few so that it loads fast.
#[cfg(not(feature = "exact"))]
fn rule_of(name: &str, _: u64) -> Result<Box<dyn Rule>, Refused> {
    use attractor::rules::{Hebbian, PseudoInverse};
    Ok(match name {
        "hebbian" => Box::new(Hebbian::default()),
        "pseudo-inverse" => Box::new(PseudoInverse::default()),
        _ => return Err(format!("the rule {name} is in the second module")),
    })
}

/// All rules, in the second module.
#[cfg(feature = "exact")]
fn rule_of(name: &str, seed: u64) -> Result<Box<dyn Rule>, Refused> {
    use attractor::rules::{Classical, RuleOptions};
    let rule: Classical = name.parse().map_err(said)?;
    rule.with(&RuleOptions::default().with_seed(seed))
        .map_err(said)
}

fn classical(task: &Task, control: &Control<'_>) -> Result<Trained, Refused> {
    rule_of(&task.rule, task.seed)?
        .train_until(&task.patterns, &task.couplings, control)
        .map_err(said)
}

#[cfg(feature = "exact")]
fn exact(task: &Task, control: &Control<'_>) -> Result<(Trained, Value), Refused> {
    use attractor_exact::{Options, Problem};
    let problem = Problem::new(task.patterns.clone(), task.couplings.clone()).map_err(said)?;
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
fn exact(_: &Task, _: &Control<'_>) -> Result<(Trained, Value), Refused> {
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
    let mut held = Held::new(file);
    let mut value = held.judge(task.patterns)?;
    if let (Value::Object(value), Value::Object(extra)) = (&mut value, extra) {
        value.extend(extra);
    }
    Ok((held, value))
}
