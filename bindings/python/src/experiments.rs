//! The laboratory's measurements and bundled data: how often damage is repaired, what is known and what is new.

use crate::arguments::Arguments;
use crate::arrays;
use crate::errors::{UnsupportedError, bad_value, of_reading};
use crate::recalling::Dynamics;
use crate::run;
use attractor::{Binarisation, Images, Network, Patterns, RecallOptions, Selection, Shape};
use attractor_lab::basins::{Basins, Damage, Measured, Row};
use attractor_lab::bundled::{IMAGE_SETS, ImageSet};
use attractor_lab::novelty::{NoveltyError, Statistic, scores};
use numpy::{PyArray1, PyArrayDyn};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyDictMethods};

/// Patterns of a bundled set of images, `mnist`, `digits8x8`, `font8x8` or `photos64`: those of `attractor data` with the same
/// choices.
#[pyfunction]
#[pyo3(signature = (name, *, shape=None, count=None, skip=0, distinct=false, classes=None, binarise=None))]
#[expect(
    clippy::too_many_arguments,
    reason = "the keywords of Python's function"
)]
pub(crate) fn bundled_patterns<'py>(
    py: Python<'py>,
    name: &str,
    shape: Option<(usize, usize)>,
    count: Option<usize>,
    skip: usize,
    distinct: bool,
    classes: Option<Vec<u8>>,
    binarise: Option<&Bound<'py, PyAny>>,
) -> PyResult<Bound<'py, PyArrayDyn<i8>>> {
    let set = IMAGE_SETS.iter().find(|set| set.name == name);
    let set = set.ok_or_else(|| {
        let names: Vec<&str> = IMAGE_SETS.iter().map(|set| set.name).collect();
        bad_value(
            "name",
            format!("`{name}` is not bundled; bundled are {}", names.join(", ")),
        )
    })?;
    let how = Binarisation {
        shape: shape.map(crate::data::shape_of).transpose()?,
        threshold: binarise
            .map(crate::data::threshold)
            .transpose()?
            .unwrap_or_default(),
    };
    let (patterns, labels) = py.detach(|| read(set, &how)).map_err(of_reading)?;
    let chosen = choose(&patterns, labels.as_deref(), classes, count, skip, distinct)?;
    arrays::states(py, &chosen, &[chosen.count(), chosen.neurons()])
}

fn read(
    set: &ImageSet,
    how: &Binarisation,
) -> Result<(Patterns, Option<Vec<u8>>), attractor::io::ReadError> {
    let labels = set
        .labels
        .map(|bytes| attractor::io::labels_from_bytes(set.name, bytes));
    let images = Images::from_bytes(set.name, set.images)?.with_white(set.white);
    Ok((images.patterns(how)?, labels.transpose()?))
}

fn choose(
    patterns: &Patterns,
    labels: Option<&[u8]>,
    classes: Option<Vec<u8>>,
    count: Option<usize>,
    skip: usize,
    distinct: bool,
) -> PyResult<Patterns> {
    let selection = Selection {
        classes,
        distinct,
        ..Selection::default()
    };
    let chosen = selection.choose(patterns, labels);
    let chosen = chosen.map_err(|error| bad_value("classes", error))?;
    let left = chosen.get(skip..).unwrap_or_default();
    let count = count.unwrap_or(left.len());
    if !(1..=left.len()).contains(&count) {
        let (left, all) = (left.len(), chosen.len());
        return Err(bad_value(
            "count",
            format!("{count} of the {left} that skip={skip} leaves of {all} patterns that fit"),
        ));
    }
    patterns
        .select(&left[..count])
        .map_err(|error| bad_value("count", error))
}

/// Which damages a measurement of basins has.
struct Damages {
    flips: Option<Vec<usize>>,
    erasures: Option<Vec<usize>>,
    blocks: Option<Vec<usize>>,
}

impl Damages {
    fn new(arguments: &Arguments<'_, '_>) -> PyResult<Self> {
        Ok(Self {
            flips: arguments.counts("flips")?,
            erasures: arguments.counts("erasures")?,
            blocks: arguments.counts("blocks")?,
        })
    }

    fn list(self, shape: Shape) -> PyResult<Vec<(Damage, Vec<usize>)>> {
        let kinds = [
            ("flips", Damage::Flips, self.flips),
            ("erasures", Damage::Erasures, self.erasures),
            ("blocks", Damage::Block, self.blocks),
        ];
        let mut list = Vec::new();
        for (name, damage, sizes) in kinds {
            let Some(sizes) = sizes else { continue };
            let largest = damage.largest(shape);
            if let Some(size) = sizes.iter().find(|size| **size > largest) {
                return Err(bad_value(
                    name,
                    format!("{size} is more than the largest, {largest}"),
                ));
            }
            if damage == Damage::Block && shape.height == 1 {
                return Err(bad_value(
                    name,
                    "are for images; train with shape=(height, width)",
                ));
            }
            list.push((damage, sizes));
        }
        if list.is_empty() {
            let half = shape.neurons() / 2;
            list.push((Damage::Flips, (0..=half).collect()));
        }
        Ok(list)
    }
}

/// How often stored patterns come back from damage, as columns; what was measured until Ctrl-C is lost.
pub(crate) fn basins<'py>(
    py: Python<'py>,
    network: &Network,
    patterns: &Patterns,
    shape: Option<Shape>,
    arguments: &Arguments<'_, 'py>,
) -> PyResult<Bound<'py, PyDict>> {
    let dynamics = Dynamics::new(arguments)?;
    let repeats = arguments.count("repeats")?.unwrap_or(20);
    let threads = arguments.count("threads")?;
    let line = Shape {
        height: 1,
        width: network.neurons(),
    };
    let shape = shape.unwrap_or(line);
    if repeats == 0 {
        return Err(bad_value("repeats", "0; give at least 1"));
    }
    let options: RecallOptions = dynamics.options(network)?;
    let basins = Basins {
        network,
        patterns,
        shape,
        options,
        damages: Damages::new(arguments)?.list(shape)?,
        repeats,
        seed: dynamics.seed,
    };
    let ran = run::interruptible(py, run::How::quiet(threads), |control| {
        basins.measure(control, |_, _| ())
    })?;
    if let Some(raised) = ran.raised {
        return Err(raised);
    }
    let measured = ran.value.map_err(|error| bad_value("patterns", error))?;
    columns(py, &measured)
}

/// A column's name and what stands in it.
type Column = (&'static str, fn(&Row) -> usize);

fn columns<'py>(py: Python<'py>, measured: &Measured) -> PyResult<Bound<'py, PyDict>> {
    let rows = &measured.rows;
    let columns = PyDict::new(py);
    columns.set_item(
        "damage",
        rows.iter().map(|row| row.damage.name()).collect::<Vec<_>>(),
    )?;
    let counts: [Column; 10] = [
        ("size", |row| row.size),
        ("cues", |row| row.cues),
        ("recalled", |row| row.recalled),
        ("other_stored", |row| row.other_stored),
        ("negative", |row| row.negative),
        ("mixture", |row| row.mixture),
        ("other", |row| row.other),
        ("cycle", |row| row.cycle),
        ("step_limit", |row| row.step_limit),
        ("certain", |row| row.certain),
    ];
    for (name, of) in counts {
        let column = rows.iter().map(|row| of(row) as i64).collect();
        columns.set_item(name, arrays::vector::<i64>(py, column)?)?;
    }
    Ok(columns)
}

/// Scores of novelty, one a cue: the higher, the newer.
pub(crate) fn novelty<'py>(
    py: Python<'py>,
    network: &Network,
    cues: &Bound<'py, PyAny>,
    statistic: &str,
    patterns: Option<&Patterns>,
    threads: Option<usize>,
) -> PyResult<Bound<'py, PyArray1<f64>>> {
    let statistic: Statistic = statistic
        .parse()
        .map_err(|error| bad_value("statistic", error))?;
    let (cues, _) = arrays::cues("cues", cues)?;
    let scored = run::compute(py, threads, || scores(statistic, network, patterns, &cues))?;
    let scored = scored.map_err(|error| match error {
        NoveltyError::NoPatterns => bad_value("patterns", error),
        NoveltyError::Recall(error) => crate::errors::of_recall(error),
        error => UnsupportedError::new_err(error.to_string()),
    })?;
    arrays::vector(py, scored)
}
