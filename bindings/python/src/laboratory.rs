//! Experiments with several rules side by side: `capacity` and `compare`, with the program's options as keywords and the
//! columns of its tables, unrounded. What is not known of a number is NaN.

pub(crate) mod capacity;
pub(crate) mod compare;
pub(crate) mod progress;
pub(crate) mod radii;

use crate::arguments::{Arguments, text};
use crate::arrays;
use crate::errors::{UnsupportedError, bad_type, bad_value, of_reading};
use crate::run;
use crate::training::model;
use attractor::io::Data;
use attractor::{Binarisation, Images, Patterns, Shape};
use attractor_lab::bundled::ImageSet;
use attractor_lab::figures::CellError;
use attractor_lab::method::{DEFAULT_RADIUS, DEFAULT_TIME_LIMIT, Method, Settings};
use numpy::PyArray1;
use pyo3::prelude::*;
use pyo3::types::PyString;
use std::path::PathBuf;

/// The rule whose method the experiment chooses.
const EXACT: &str = "exact";

/// The names of the rules, one or several; none if none is given.
fn rules(arguments: &Arguments<'_, '_>) -> PyResult<Vec<String>> {
    let Some(given) = arguments.given("rule")? else {
        return Ok(Vec::new());
    };
    if given.is_instance_of::<PyString>() {
        return Ok(vec![text("rule", &given)?]);
    }
    let items = given.try_iter();
    let items = items.map_err(|_| bad_type("rule", "give a name or a list of names"))?;
    items.map(|item| text("rule", &item?)).collect()
}

/// The methods of these names, each once; `exact` is what the experiment makes of it.
fn methods(names: &[String], exact: Method) -> PyResult<Vec<Method>> {
    let mut methods = Vec::new();
    for name in names {
        let method = match name.as_str() {
            EXACT => exact,
            name => name.parse().map_err(|error| bad_value("rule", error))?,
        };
        if methods.contains(&method) {
            return Err(bad_value("rule", format!("names {method} twice")));
        }
        methods.push(method);
    }
    Ok(methods)
}

/// What all methods are told; refuses what none of them obeys.
fn settings(arguments: &Arguments<'_, '_>, methods: &[Method]) -> PyResult<Settings> {
    let limit = run::limit("time_limit", arguments.number("time_limit")?)?;
    if limit.is_some() && !methods.iter().any(|method| method.searches()) {
        return Err(bad_value(
            "time_limit",
            "is for exact training; no rule that is named knows it",
        ));
    }
    let radius = arguments.number("radius")?;
    if let Some(radius) = radius {
        if !methods.contains(&Method::ExactReceptive) {
            return Err(bad_value("radius", "is for rule exact-receptive alone"));
        }
        if !radius.is_finite() || radius < 0.0 {
            return Err(bad_value(
                "radius",
                format!("{radius} pixels; give at least 0"),
            ));
        }
    }
    Ok(Settings {
        ties: model::named(arguments, "ties")?,
        time_limit: limit.map_or(DEFAULT_TIME_LIMIT, |limit| limit.as_secs_f64()),
        radius: radius.unwrap_or(DEFAULT_RADIUS),
        ..Settings::default()
    })
}

/// Whole numbers that grow, as a range or a list.
fn ascending(arguments: &Arguments<'_, '_>, name: &str) -> PyResult<Option<Vec<usize>>> {
    let Some(given) = arguments.given(name)? else {
        return Ok(None);
    };
    let items = given.try_iter();
    let items = items.map_err(|_| bad_type(name, "give a range or a list of whole numbers"))?;
    let numbers = items.map(|item| crate::arguments::count(name, &item?));
    let numbers = numbers.collect::<PyResult<Vec<usize>>>()?;
    if numbers.is_empty() {
        return Err(bad_value(name, "is empty; give at least one number"));
    }
    if numbers.windows(2).any(|pair| pair[0] >= pair[1]) {
        return Err(bad_value(name, "give numbers that grow, each once"));
    }
    Ok(Some(numbers))
}

/// At least one of each.
fn repeats(arguments: &Arguments<'_, '_>) -> PyResult<usize> {
    match arguments.count("repeats")?.unwrap_or(10) {
        0 => Err(bad_value("repeats", "0; give at least 1")),
        repeats => Ok(repeats),
    }
}

fn shape(arguments: &Arguments<'_, '_>) -> PyResult<Option<Shape>> {
    let shape = model::shape(arguments)?;
    let checked = |shape: Shape| crate::data::shape_of((shape.height, shape.width));
    shape.map(checked).transpose()
}

/// Patterns of an array, or of the file or folder of this name, and how their neurons are arranged. Images of files are
/// resized to the shape, if one is given.
fn patterns(
    name: &str,
    given: &Bound<'_, PyAny>,
    shape: Option<Shape>,
) -> PyResult<(Patterns, Shape)> {
    let (patterns, own) = match given.extract::<PathBuf>() {
        Ok(path) => {
            let how = Binarisation {
                shape,
                ..Binarisation::default()
            };
            let data = Data::read(&path).map_err(of_reading)?;
            let patterns = data.patterns(&how).map_err(of_reading)?;
            (patterns, data.shape(&how).map_err(of_reading)?)
        }
        Err(_) => arrays::patterns(name, given)?,
    };
    let neurons = patterns.neurons();
    let line = Shape {
        height: 1,
        width: neurons,
    };
    let shape = shape.or(own).unwrap_or(line);
    if shape.neurons() != neurons {
        let pixels = shape.neurons();
        return Err(bad_value(
            "shape",
            format!("{shape} has {pixels} pixels, the patterns have {neurons} neurons"),
        ));
    }
    check_memory(shape)?;
    Ok((patterns, shape))
}

/// The patterns of a bundled set.
fn of_set(set: &ImageSet, shape: Option<Shape>) -> PyResult<(Patterns, Shape)> {
    let images = Images::from_bytes(set.name, set.images).map_err(of_reading)?;
    let images = images.with_white(set.white);
    let how = Binarisation {
        shape,
        ..Binarisation::default()
    };
    let patterns = images
        .patterns(&how)
        .map_err(|error| of_reading(error.into()))?;
    let own = || images.shape().map_err(|error| of_reading(error.into()));
    let shape = shape.map_or_else(own, Ok)?;
    check_memory(shape)?;
    Ok((patterns, shape))
}

/// Refuses networks whose weight matrix no allocation could hold, which would end the process.
fn check_memory(shape: Shape) -> PyResult<()> {
    let neurons = shape.height.checked_mul(shape.width);
    let weights = neurons.and_then(|neurons| neurons.checked_mul(neurons));
    let mut matrix = Vec::<f64>::new();
    let fits = weights.is_some_and(|weights| matrix.try_reserve_exact(weights).is_ok());
    // Nothing is written there; unless it might be, the compiler leaves the allocation out.
    std::hint::black_box(&mut matrix);
    if fits {
        return Ok(());
    }
    Err(bad_value(
        "shape",
        format!("{shape} has more weights than this machine's memory holds"),
    ))
}

/// What a method or the patterns refuse.
fn of_cell(error: CellError) -> PyErr {
    UnsupportedError::new_err(error.to_string())
}

/// Whole numbers as a column.
pub(crate) fn counts<'py>(
    py: Python<'py>,
    numbers: impl Iterator<Item = usize>,
) -> PyResult<Bound<'py, PyArray1<i64>>> {
    arrays::vector(py, numbers.map(|number| number as i64).collect())
}

/// Numbers as a column; NaN where there is none.
pub(crate) fn numbers<'py>(
    py: Python<'py>,
    numbers: impl Iterator<Item = Option<f64>>,
) -> PyResult<Bound<'py, PyArray1<f64>>> {
    let numbers = numbers.map(|number| number.unwrap_or(f64::NAN));
    arrays::vector(py, numbers.collect())
}
