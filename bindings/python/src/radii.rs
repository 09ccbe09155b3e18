//! Certified radii as columns: `Network.radii`.

use crate::errors::bad_value;
use crate::{arrays, run};
use attractor::io::NetworkFile;
use attractor::{
    DEFAULT_RADIUS_NODES, Lost, Patterns, Radius, SearchedRadii, StepRadii, certified_step_radii,
    search_step_radii,
};
use pyo3::prelude::*;
use pyo3::types::PyDict;

/// How long radii in several steps are searched for.
#[derive(Clone, Copy)]
pub(crate) struct Searching {
    nodes: u64,
    time_limit: Option<f64>,
}

impl Searching {
    /// None without a search.
    pub(crate) fn asked(
        search: bool,
        nodes: Option<i64>,
        time_limit: Option<f64>,
    ) -> PyResult<Option<Self>> {
        let given = [
            ("nodes", nodes.is_some()),
            ("time_limit", time_limit.is_some()),
        ];
        if !search {
            return match given.iter().find(|(_, is_given)| *is_given) {
                Some((name, _)) => Err(bad_value(name, "is for search=True alone")),
                None => Ok(None),
            };
        }
        let nodes = match nodes.map(u64::try_from) {
            None => DEFAULT_RADIUS_NODES,
            Some(Ok(nodes @ 1..)) => nodes,
            _ => {
                let given = nodes.unwrap_or(0);
                return Err(bad_value("nodes", format!("{given}; give at least 1")));
            }
        };
        Ok(Some(Self { nodes, time_limit }))
    }
}

/// The radii of every pattern, and what a search found beside them.
struct Radii {
    certified: Vec<Option<StepRadii>>,
    searched: Vec<Option<SearchedRadii>>,
}

/// Columns of whole numbers, −1 where nothing is known, and whether a search was stopped.
pub(crate) fn radii<'py>(
    py: Python<'py>,
    file: &NetworkFile,
    patterns: &Patterns,
    searching: Option<Searching>,
    threads: Option<usize>,
) -> PyResult<Bound<'py, PyDict>> {
    let found = if let Some(searching) = searching {
        searched(py, file, patterns, searching, threads)?
    } else {
        let (network, ties) = (file.network(), file.metadata().ties);
        let certified = run::compute(py, threads, || {
            certified_step_radii(network, patterns, ties)
        })?;
        Radii {
            certified: certified.map_err(|error| bad_value("patterns", error))?,
            searched: vec![None; patterns.count()],
        }
    };
    found.columns(py)
}

fn searched(
    py: Python<'_>,
    file: &NetworkFile,
    patterns: &Patterns,
    searching: Searching,
    threads: Option<usize>,
) -> PyResult<Radii> {
    let (network, ties) = (file.network(), file.metadata().ties);
    let how = run::How {
        limit: run::limit("time_limit", searching.time_limit)?,
        ..run::How::quiet(threads)
    };
    let ran = run::interruptible(py, how, |control| {
        search_step_radii(network, patterns, ties, searching.nodes, control)
    })?;
    if let Some(raised) = ran.raised {
        return Err(raised);
    }
    let searched = ran.value.map_err(|error| bad_value("patterns", error))?;
    let certified = searched.iter().map(|found| found.map(|found| found.radii));
    Ok(Radii {
        certified: certified.collect(),
        searched,
    })
}

impl Radii {
    fn columns<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let columns = PyDict::new(py);
        let add = |name: &str, flips: Vec<Option<usize>>, erasures: Vec<Option<usize>>| {
            columns.set_item(name.replace("KIND", "flips"), column(py, flips)?)?;
            columns.set_item(name.replace("KIND", "erasures"), column(py, erasures)?)
        };
        let certified = |name: &str, kind: fn(&StepRadii) -> Radius| {
            let radii = || self.certified.iter().map(|radii| radii.as_ref().map(kind));
            let flips = radii().map(|radius| radius.map(|radius| radius.flips));
            let erasures = radii().map(|radius| radius.map(|radius| radius.erasures));
            add(name, flips.collect(), erasures.collect())
        };
        certified("KIND", |radii| radii.one_step)?;
        certified("KIND_synchronous", |radii| radii.synchronous)?;
        certified("KIND_asynchronous", |radii| radii.asynchronous)?;
        let lost = |name: &str, kind: fn(&SearchedRadii) -> Lost| {
            let lost = || self.searched.iter().map(|found| found.as_ref().map(kind));
            let flips = lost().map(|lost| lost?.flips);
            let erasures = lost().map(|lost| lost?.erasures);
            add(name, flips.collect(), erasures.collect())
        };
        lost("lost_KIND_synchronous", |found| found.lost_synchronous)?;
        lost("lost_KIND_asynchronous", |found| found.lost_asynchronous)?;
        let stopped = self
            .searched
            .iter()
            .map(|found| found.is_some_and(|f| f.stopped));
        columns.set_item("stopped", arrays::vector::<bool>(py, stopped.collect())?)?;
        Ok(columns)
    }
}

/// −1 for none.
fn column<'py>(
    py: Python<'py>,
    numbers: Vec<Option<usize>>,
) -> PyResult<Bound<'py, numpy::PyArray1<i64>>> {
    let numbers = numbers
        .into_iter()
        .map(|number| number.map_or(-1, |number| number as i64));
    arrays::vector(py, numbers.collect())
}
