//! Training: the classical rules, and where this module has it the exact search with its progress.

use crate::asked::{Asked, Refused, said};
use crate::course::Course;
use crate::held::Held;
use crate::listener::Listener;
use crate::rules::{EXACT, rule_of};
use crate::task::Task;
use attractor::io::{Metadata, NetworkFile};
use attractor::{Control, Network, Progress, Trained};
use serde_json::{Value, json};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

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
    let course = Course::new(&task, listener);
    let tell = |progress: &Progress| course.tell(progress);
    let keep = |network: &Network, wrong_bits| course.keep(network, wrong_bits);
    let is_gone = || listener.is_gone.load(Ordering::Relaxed);
    let mut control = Control::new()
        .with_listener(&tell)
        .with_keeper(&keep)
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

#[cfg(feature = "exact")]
fn exact(
    task: &Task,
    asked: &Asked<'_>,
    control: &Control<'_>,
) -> Result<(Trained, Value), Refused> {
    let problem = crate::objective::problem(asked, &task.patterns, &task.couplings)?;
    let options = attractor_exact::Options { seed: task.seed };
    let outcome = attractor_exact::train(&problem, &options, control).map_err(said)?;
    let survival = outcome.survival.as_ref();
    let extra = json!({
        "network_margin": outcome.network_margin,
        "margin_gap": outcome.margin_gap,
        "nodes": outcome.statistics.nodes,
        "repair": outcome.repair.map(|repair| repair.value),
        "noise_gap": outcome.repair.and_then(|repair| repair.gap),
        "most_flips": survival.and_then(|survival| survival.upper_bound),
    });
    Ok((outcome.trained, extra))
}

#[cfg(not(feature = "exact"))]
fn exact(_: &Task, _: &Asked<'_>, _: &Control<'_>) -> Result<(Trained, Value), Refused> {
    Err("exact training is in the second module".to_owned())
}

fn finish(task: Task, trained: Trained, extra: Value) -> Result<(Held, Value), Refused> {
    let metadata = Metadata {
        status: Some(trained.status),
        wrong_bits: Some(trained.total.wrong_bits),
        lower_bound: Some(trained.total.lower_bound),
        ..task.metadata(trained.ties)
    };
    let file = NetworkFile::new(trained.network, task.couplings, metadata).map_err(said)?;
    let (held, mut value) = Held::new(file).judged(task.patterns)?;
    if let (Value::Object(value), Value::Object(extra)) = (&mut value, extra) {
        value.extend(extra);
    }
    Ok((held, value))
}
