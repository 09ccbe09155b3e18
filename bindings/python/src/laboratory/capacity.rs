//! How many patterns rules store without error.

use super::progress::Teller;
use super::{
    ascending, check_memory, counts, methods, numbers, of_cell, of_set, patterns, progress,
    repeats, rules, settings, shape,
};
use crate::arguments::Arguments;
use crate::errors::{bad_value, of_rule};
use crate::training::method;
use crate::training::model::named;
use attractor::Symmetry;
use attractor::rules::{Assignment, RuleOptions};
use attractor::{Control, Shape};
use attractor_lab::bundled::IMAGE_SETS;
use attractor_lab::capacity::{Capacity, Load, MOST_INSTANCES, Source, usual_loads};
use attractor_lab::method::Method;
use pyo3::prelude::*;
use pyo3::types::PyDict;

/// The name that stands for random bits.
const RANDOM: &str = "random";

const KEYWORDS: [&str; 12] = [
    "rule",
    "settings",
    "couplings",
    "shape",
    "patterns",
    "repeats",
    "ties",
    "radius",
    "time_limit",
    "seed",
    "threads",
    "callback",
];

/// The table of `attractor capacity` as columns.
#[pyfunction]
#[pyo3(signature = (source, /, **keywords))]
pub(crate) fn capacity<'py>(
    py: Python<'py>,
    source: &Bound<'py, PyAny>,
    keywords: Option<&Bound<'py, PyDict>>,
) -> PyResult<Bound<'py, PyDict>> {
    let none = PyDict::new(py);
    let arguments = Arguments::new(keywords.unwrap_or(&none)).only(&KEYWORDS)?;
    let experiments = experiments(source, &arguments)?;
    let work = |control: &Control<'_>, teller: &Teller<'_>| {
        let mut curves = Vec::new();
        for (k, experiment) in experiments.iter().enumerate() {
            // All have the same instances.
            let tell = |done: usize, all: usize| {
                let name = experiment.method.name();
                teller.tell(name, k * all + done, experiments.len() * all);
            };
            let loads = experiment.measure(control, tell)?;
            curves.push((experiment.method, loads));
            if control.interrupted() {
                break;
            }
        }
        Ok(curves)
    };
    progress::run(py, &arguments, work, of_cell, |curves| columns(py, curves))
}

/// One experiment for each rule, all on the same instances.
fn experiments(
    source: &Bound<'_, PyAny>,
    arguments: &Arguments<'_, '_>,
) -> PyResult<Vec<Capacity>> {
    let mut names = rules(arguments)?;
    if names.is_empty() {
        names.push(super::EXACT.to_owned());
    }
    let couplings = arguments.given("couplings")?;
    if couplings.is_some() && !names.iter().any(|name| name == super::EXACT) {
        return Err(bad_value(
            "couplings",
            "is for rule exact; the other rules have couplings of their own",
        ));
    }
    let exact = match named::<Symmetry>(arguments, "couplings")? {
        Symmetry::Directed => Method::ExactDirected,
        Symmetry::Symmetric => Method::ExactSymmetric,
    };
    let methods = methods(&names, exact)?;
    let rule_settings = method::settings(arguments.given("settings")?)?;
    check_settings(&rule_settings, &methods)?;
    let settings = settings(arguments, &methods)?;
    let repeats = repeats(arguments)?;
    let seed = arguments.seed()?;
    let (source, shape) = source_of(source, shape(arguments)?)?;
    let loads = loads(arguments, &source, shape, repeats)?;
    let experiment = |&method: &Method| Capacity {
        source: source.clone(),
        shape,
        method,
        settings,
        rule_settings: rule_settings.clone(),
        loads: loads.clone(),
        repeats,
        seed,
    };
    Ok(methods.iter().map(experiment).collect())
}

/// Refuses settings of no rule, or of which nobody knows whose they are.
fn check_settings(settings: &[Assignment], methods: &[Method]) -> PyResult<()> {
    if settings.is_empty() {
        return Ok(());
    }
    let &[Method::Rule(rule)] = methods else {
        return Err(bad_value(
            "settings",
            "are for one rule that has some; name it alone as rule",
        ));
    };
    let options = RuleOptions::default().with_settings(settings.to_vec());
    rule.with(&options).map(drop).map_err(of_rule)
}

/// Random bits, a bundled set, a file or folder, or an array.
fn source_of(given: &Bound<'_, PyAny>, shape: Option<Shape>) -> PyResult<(Source, Shape)> {
    let name = given.extract::<String>().ok();
    if name.as_deref() == Some(RANDOM) {
        let shape = shape.ok_or_else(|| {
            bad_value(
                "shape",
                "`random` needs it, for example shape=(1, 20) for 20 neurons",
            )
        })?;
        check_memory(shape)?;
        return Ok((Source::Random, shape));
    }
    let bundled = |name: &str| IMAGE_SETS.iter().find(|set| set.name == name);
    let (patterns, shape) = match name.as_deref().and_then(bundled) {
        Some(set) => of_set(set, shape)?,
        None => patterns("source", given, shape)?,
    };
    Ok((Source::Among(patterns), shape))
}

fn loads(
    arguments: &Arguments<'_, '_>,
    source: &Source,
    shape: Shape,
    repeats: usize,
) -> PyResult<Vec<usize>> {
    let most = match source {
        Source::Random => usize::MAX,
        Source::Among(patterns) => patterns.count(),
    };
    let loads = ascending(arguments, "patterns")?.unwrap_or_else(|| {
        let (from, to, step) = usual_loads(shape.neurons(), most);
        (from..=to).step_by(step).collect()
    });
    if loads.first() == Some(&0) {
        return Err(bad_value("patterns", "0; give at least 1"));
    }
    if let Some(last) = loads.last().filter(|&&last| last > most) {
        return Err(bad_value("patterns", format!("{last}; there are {most}")));
    }
    if loads.len().saturating_mul(repeats) > MOST_INSTANCES {
        return Err(bad_value(
            "repeats",
            format!(
                "{} numbers of patterns with {repeats} repeats each are more than {MOST_INSTANCES} trainings",
                loads.len()
            ),
        ));
    }
    Ok(loads)
}

/// A column's name and what stands in it.
type Column = (&'static str, fn(&Load) -> Option<f64>);

/// A line for each rule and each number of patterns, as in the program's table.
fn columns<'py>(py: Python<'py>, curves: &[(Method, Vec<Load>)]) -> PyResult<Bound<'py, PyDict>> {
    let loads = || curves.iter().flat_map(|(_, loads)| loads);
    let columns = PyDict::new(py);
    let names = |(method, loads): &(Method, Vec<Load>)| vec![method.name(); loads.len()];
    let names: Vec<&str> = curves.iter().flat_map(names).collect();
    columns.set_item("rule", names)?;
    columns.set_item("patterns", counts(py, loads().map(|load| load.patterns))?)?;
    let instances = loads().map(|load| load.wrong_bits.len());
    columns.set_item("instances", counts(py, instances)?)?;
    let shares: [Column; 7] = [
        ("stored", |load| Some(load.success().y / 100.0)),
        ("stored_low", |load| Some(load.success().low / 100.0)),
        ("stored_high", |load| Some(load.success().high / 100.0)),
        ("wrong_bits_per_pattern", |load| {
            Some(load.wrong_per_pattern().y)
        }),
        ("wrong_low", |load| {
            Some(load.wrong_per_pattern().low.max(0.0))
        }),
        ("wrong_high", |load| Some(load.wrong_per_pattern().high)),
        ("lower_bound_per_pattern", Load::bound_per_pattern),
    ];
    for (name, of) in shares {
        columns.set_item(name, numbers(py, loads().map(of))?)?;
    }
    Ok(columns)
}
