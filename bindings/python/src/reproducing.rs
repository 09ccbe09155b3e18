//! `reproduce`: an experiment run or resumed in a folder, as the program does it, and its table as columns.

use crate::arguments::{Arguments, text};
use crate::arrays;
use crate::errors::{FormatError, UnsupportedError, bad_type, bad_value, of_system, of_writing};
use crate::laboratory::progress::{self, Teller};
use crate::laboratory::{counts, numbers};
use attractor::Control;
use attractor::io::{MAX_CONFIGURATION, read_text_bounded};
use attractor_lab::figures::{ADDED, ALL, Figure, REPAIR, is_plain, named};
use attractor_lab::ledger::{Entry, Folder, LedgerError, Shard, Tally};
use attractor_lab::report::write_report;
use attractor_lab::reproduce::{Parts, ReproduceError, Reproduction};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString};
use std::error::Error;
use std::path::{Path, PathBuf};

const KEYWORDS: [&str; 8] = [
    "out", "quick", "config", "json", "shard", "merge", "threads", "callback",
];

/// What is asked for, checked.
struct Asked {
    figures: Vec<Figure>,
    parts: Vec<Parts>,
    folder: Folder,
    shard: Shard,
    merge: bool,
}

/// Runs what is missing of an experiment, writes its report, and answers with the table of all that was measured.
#[pyfunction]
#[pyo3(signature = (figure, /, **keywords))]
pub(crate) fn reproduce<'py>(
    py: Python<'py>,
    figure: &Bound<'py, PyAny>,
    keywords: Option<&Bound<'py, PyDict>>,
) -> PyResult<Bound<'py, PyDict>> {
    let none = PyDict::new(py);
    let arguments = Arguments::new(keywords.unwrap_or(&none)).only(&KEYWORDS)?;
    let asked = Asked::new(&text("figure", figure)?, &arguments)?;
    let work = |control: &Control<'_>, teller: &Teller<'_>| asked.run(control, teller);
    progress::run(py, &arguments, work, of_reproducing, |all| columns(py, all))
}

impl Asked {
    /// Reads all settings and all parts before a folder is made for the whole.
    fn new(name: &str, arguments: &Arguments<'_, '_>) -> PyResult<Self> {
        let quick = arguments.flag("quick")?;
        let figures = match (arguments.text("json")?, path(arguments, "config")?) {
            (Some(json), _) => vec![own_json(name, &json, quick)?],
            (None, Some(config)) => vec![own(name, &config, quick)?],
            (None, None) => committed(name, quick)?,
        };
        let out = path(arguments, "out")?;
        let out = out.ok_or_else(|| bad_value("out", "name a folder for the results"))?;
        if out.exists() && !out.is_dir() {
            return Err(bad_value(
                "out",
                format!("`{}` is no folder", out.display()),
            ));
        }
        let shard = arguments.text("shard")?;
        let shard = shard.map(|text| text.parse::<Shard>()).transpose();
        let shard = shard.map_err(|error| bad_value("shard", error))?;
        let merge = merged(arguments, &out)?;
        if shard.is_some() && !merge.is_empty() {
            return Err(bad_value(
                "merge",
                "joins parts instead of running one: leave shard out",
            ));
        }
        let parts = figures.iter().map(|figure| Parts::open(figure, &merge));
        let parts = parts.collect::<Result<_, _>>().map_err(of_reproducing)?;
        let folder = Folder::claim(&out).map_err(of_ledger)?;
        Ok(Self {
            figures,
            parts,
            folder,
            shard: shard.unwrap_or(Shard::WHOLE),
            merge: !merge.is_empty(),
        })
    }

    /// Runs what is missing, or joins the parts; Ctrl-C ends it early with what is finished, without a report.
    fn run(self, control: &Control<'_>, teller: &Teller<'_>) -> Result<Vec<Entry>, ReproduceError> {
        let folder = &self.folder;
        let open = |figure| Reproduction::open(figure, folder);
        let reproductions = self.figures.into_iter().map(open);
        let mut reproductions = reproductions.collect::<Result<Vec<_>, _>>()?;
        for (reproduction, parts) in reproductions.iter_mut().zip(&self.parts) {
            if self.merge {
                reproduction.merge(parts)?;
            } else {
                let name = reproduction.figure().name().to_owned();
                let tell = |tally: Tally| teller.tell(&name, tally.done, tally.all);
                reproduction.run(self.shard, control, tell)?;
            }
            if control.interrupted() {
                break;
            }
        }
        if !control.interrupted() {
            write_report(folder)?;
        }
        let entries = reproductions.iter().flat_map(Reproduction::entries);
        Ok(entries.cloned().collect())
    }
}

fn path(arguments: &Arguments<'_, '_>, name: &str) -> PyResult<Option<PathBuf>> {
    let given = arguments.given(name)?;
    let path = given.map(|given| given.extract::<PathBuf>());
    path.transpose()
        .map_err(|_| bad_type(name, "give a path, as a text or a pathlib.Path"))
}

/// The folders whose results are joined: one or several.
fn merged(arguments: &Arguments<'_, '_>, out: &Path) -> PyResult<Vec<PathBuf>> {
    let Some(given) = arguments.given("merge")? else {
        return Ok(Vec::new());
    };
    let refused = || bad_type("merge", "give a list of folders");
    if given.is_instance_of::<PyString>() {
        return Err(refused());
    }
    let items = given.try_iter().map_err(|_| refused())?;
    let paths = items.map(|item| item?.extract::<PathBuf>().map_err(|_| refused()));
    let paths = paths.collect::<PyResult<Vec<PathBuf>>>()?;
    if paths.iter().any(|part| part == out) {
        return Err(bad_value(
            "out",
            "is one of the parts; choose another folder for the whole",
        ));
    }
    Ok(paths)
}

fn committed(name: &str, quick: bool) -> PyResult<Vec<Figure>> {
    let figures = named(name, quick).map_err(|error| bad_value("figure", chain(&error)))?;
    if figures.is_empty() {
        let added = ADDED.map(|(name, _)| name).join(", ");
        return Err(bad_value(
            "figure",
            format!(
                "`{name}` is no experiment here; there are fig2 to fig8, {ALL}, {added} and {REPAIR}; one of your own is given \
                 by the path of its .toml file"
            ),
        ));
    }
    Ok(figures)
}

/// Refuses a name that cannot be that of an experiment of one's own.
fn check_name(name: &str) -> PyResult<()> {
    if !is_plain(name) || [ALL, REPAIR].contains(&name) {
        return Err(bad_value(
            "figure",
            format!(
                "`{name}` cannot name an experiment and its files; use letters, digits, - and _, and neither {ALL} nor {REPAIR}"
            ),
        ));
    }
    Ok(())
}

/// An experiment of one's own, its settings said as JSON.
fn own_json(name: &str, text: &str, quick: bool) -> PyResult<Figure> {
    check_name(name)?;
    let figure = Figure::parse_own_json(name, text, quick);
    figure.map_err(|error| bad_value("config", chain(&error)))
}

/// An experiment of one's own, by its file.
fn own(name: &str, path: &Path, quick: bool) -> PyResult<Figure> {
    check_name(name)?;
    let shown = path.display().to_string();
    let text =
        read_text_bounded(path, MAX_CONFIGURATION).map_err(|error| of_system(&shown, &error))?;
    let figure = Figure::parse_own(name, &text, quick);
    figure.map_err(|error| FormatError::new_err(format!("{shown}: {}", chain(&error))))
}

/// An error with its causes.
fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text += &format!(": {error}");
        cause = error.source();
    }
    text
}

fn of_ledger(error: LedgerError) -> PyErr {
    match error {
        LedgerError::Io { path, source } => of_system(&path.display().to_string(), &source),
        LedgerError::Write(error) => of_writing(error),
        LedgerError::Broken { .. } | LedgerError::Foreign { .. } => {
            FormatError::new_err(chain(&error))
        }
        LedgerError::Nothing { .. } | LedgerError::Contradiction { .. } => {
            bad_value("merge", chain(&error))
        }
        error => bad_value("out", chain(&error)),
    }
}

fn of_reproducing(error: ReproduceError) -> PyErr {
    match error {
        ReproduceError::Ledger(error) => of_ledger(error),
        ReproduceError::Io { path, source } => of_system(&path.display().to_string(), &source),
        ReproduceError::Write(error) => of_writing(error),
        ReproduceError::Config { .. } => FormatError::new_err(chain(&error)),
        ReproduceError::Cell { .. } | ReproduceError::Plot(_) => {
            UnsupportedError::new_err(chain(&error))
        }
    }
}

/// A column's name and what stands in it.
type Column = (&'static str, fn(&Entry) -> Option<f64>);

/// The columns of `FIGURE.csv`.
fn columns<'py>(py: Python<'py>, entries: &[Entry]) -> PyResult<Bound<'py, PyDict>> {
    let columns = PyDict::new(py);
    let texts = |of: fn(&Entry) -> &str| entries.iter().map(of).collect::<Vec<_>>();
    let whole = |of: fn(&Entry) -> usize| counts(py, entries.iter().map(of));
    let cells = || entries.iter().map(|entry| &entry.cell);
    columns.set_item("figure", texts(|entry| &entry.cell.figure))?;
    columns.set_item("method", texts(|entry| &entry.cell.method))?;
    columns.set_item("data", texts(|entry| &entry.cell.data))?;
    columns.set_item("neurons", whole(|entry| entry.cell.neurons)?)?;
    columns.set_item("patterns", whole(|entry| entry.cell.patterns)?)?;
    columns.set_item("level", numbers(py, cells().map(|cell| Some(cell.level)))?)?;
    columns.set_item("repeat", whole(|entry| entry.cell.repeat)?)?;
    let seeds = cells().map(|cell| cell.seed).collect();
    columns.set_item("seed", arrays::vector::<u64>(py, seeds)?)?;
    let measured: [Column; 9] = [
        ("wrong_bits", |e| e.measured.wrong_bits.map(|n| n as f64)),
        ("wrong_bits_strict", |e| {
            e.measured.wrong_bits_strict.map(|n| n as f64)
        }),
        ("wrong_bits_fixed_point", |e| {
            e.measured.wrong_bits_fixed_point.map(|n| n as f64)
        }),
        ("lower_bound", |e| e.measured.lower_bound.map(|n| n as f64)),
        ("zero_share", |e| e.measured.zero_share),
        ("margin", |e| e.measured.margin),
        ("exact_recall", |e| e.measured.exact_recall),
        ("overlap", |e| e.measured.overlap),
        ("accuracy", |e| e.measured.accuracy),
    ];
    for (name, of) in measured {
        columns.set_item(name, numbers(py, entries.iter().map(of))?)?;
    }
    columns.set_item("status", texts(|entry| &entry.measured.status))?;
    let certified: Vec<Option<bool>> = entries.iter().map(|e| e.measured.certified).collect();
    columns.set_item("certified", certified)?;
    columns.set_item("options", texts(|entry| &entry.measured.options))?;
    let seconds = entries.iter().map(|entry| Some(entry.seconds));
    columns.set_item("seconds", numbers(py, seconds)?)?;
    columns.set_item("version", texts(|entry| &entry.version))?;
    Ok(columns)
}
