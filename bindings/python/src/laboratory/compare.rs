//! Ways of training side by side on one set of patterns.

use super::progress::Teller;
use super::{
    ascending, methods, numbers, of_cell, patterns, progress, repeats, rules, settings, shape,
};
use crate::arguments::Arguments;
use crate::errors::bad_value;
use attractor::{Control, Patterns};
use attractor_lab::compare::{Compare, Compared, MOST_CUES, Memory, usual_flips, usual_methods};
use attractor_lab::method::Method;
use attractor_lab::plot::Point;
use pyo3::prelude::*;
use pyo3::types::PyDict;

const KEYWORDS: [&str; 10] = [
    "rule",
    "shape",
    "radius",
    "flips",
    "repeats",
    "ties",
    "time_limit",
    "seed",
    "threads",
    "callback",
];

/// The table of `attractor compare` as columns.
#[pyfunction]
#[pyo3(signature = (patterns, /, **keywords))]
pub(crate) fn compare<'py>(
    py: Python<'py>,
    patterns: &Bound<'py, PyAny>,
    keywords: Option<&Bound<'py, PyDict>>,
) -> PyResult<Bound<'py, PyDict>> {
    let none = PyDict::new(py);
    let arguments = Arguments::new(keywords.unwrap_or(&none)).only(&KEYWORDS)?;
    let shape = shape(&arguments)?;
    let (patterns, own) = self::patterns("patterns", patterns, shape)?;
    let names = rules(&arguments)?;
    let methods = if names.is_empty() {
        usual_methods(shape.is_some())
    } else {
        // `exact` is what `train` makes of it.
        methods(&names, Method::ExactDefault)?
    };
    if methods.contains(&Method::ExactReceptive) && shape.is_none() && own.height == 1 {
        return Err(bad_value(
            "shape",
            "exact-receptive needs to know how the neurons are arranged; give (height, width)",
        ));
    }
    let repeats = repeats(&arguments)?;
    let compare = Compare {
        patterns: &patterns,
        shape: own,
        settings: settings(&arguments, &methods)?,
        methods,
        flips: flips(&arguments, &patterns, repeats)?,
        repeats,
        seed: arguments.seed()?,
    };
    let work = |control: &Control<'_>, teller: &Teller<'_>| {
        let lines = compare.run(control, |name, done, all| teller.tell(name, done, all))?;
        if let (false, Some(last)) = (control.interrupted(), compare.methods.last()) {
            let all = compare.methods.len();
            teller.tell(last.name(), all, all);
        }
        Ok(lines)
    };
    progress::run(py, &arguments, work, of_cell, |lines| columns(py, lines))
}

fn flips(
    arguments: &Arguments<'_, '_>,
    patterns: &Patterns,
    repeats: usize,
) -> PyResult<Vec<usize>> {
    let neurons = patterns.neurons();
    let flips = ascending(arguments, "flips")?.unwrap_or_else(|| {
        let (from, to, step) = usual_flips(neurons);
        (from..=to).step_by(step).collect()
    });
    if let Some(last) = flips.last().filter(|&&last| last > neurons) {
        return Err(bad_value(
            "flips",
            format!("{last}; a pattern has {neurons} entries"),
        ));
    }
    let cues = flips.len().saturating_mul(repeats);
    if cues.saturating_mul(patterns.count()) > MOST_CUES {
        return Err(bad_value(
            "repeats",
            format!("with these flips there are more than {MOST_CUES} cues; ask for fewer"),
        ));
    }
    Ok(flips)
}

/// A column's name and what stands in it.
type OfPoint = (&'static str, fn(Point) -> f64);
type OfMemory = (&'static str, fn(&Memory) -> Option<f64>);

/// A line for each way of training and each number of flips, as in the program's table; one without shares where a rule
/// refuses the patterns.
fn columns<'py>(py: Python<'py>, lines: &[Compared]) -> PyResult<Bound<'py, PyDict>> {
    let mut rows: Vec<(&Compared, Option<Point>)> = Vec::new();
    for line in lines {
        if line.recalled.is_empty() {
            rows.push((line, None));
        }
        rows.extend(line.recalled.iter().map(|&point| (line, Some(point))));
    }
    let columns = PyDict::new(py);
    let names: Vec<&str> = rows.iter().map(|(line, _)| line.contender.name()).collect();
    columns.set_item("rule", names)?;
    let shares: [OfPoint; 4] = [
        ("flips", |point| point.x),
        ("recalled", |point| point.y / 100.0),
        ("recalled_low", |point| point.low / 100.0),
        ("recalled_high", |point| point.high / 100.0),
    ];
    for (name, of) in shares {
        columns.set_item(name, numbers(py, rows.iter().map(|(_, p)| p.map(of)))?)?;
    }
    let memories = || rows.iter().map(|(line, _)| line.memory.as_ref().ok());
    let facts: [OfMemory; 5] = [
        ("wrong_bits", |memory| Some(memory.wrong_bits as f64)),
        ("lower_bound", |memory| memory.lower_bound.map(|n| n as f64)),
        ("margin", |memory| memory.margin),
        ("radius", |memory| memory.radius.map(|n| n as f64)),
        ("seconds", |memory| Some(memory.time.as_secs_f64())),
    ];
    for (name, of) in facts {
        columns.set_item(name, numbers(py, memories().map(|m| m.and_then(of)))?)?;
        if name == "lower_bound" {
            let status = |memory: &Memory| memory.status.map(|status| status.to_string());
            let status: Vec<Option<String>> = memories().map(|m| m.and_then(status)).collect();
            columns.set_item("status", status)?;
        }
    }
    Ok(columns)
}
