//! Arguments of Python's functions as values of ours: what is of another type is refused by the argument's name. A truth
//! value is no number, a float no whole number, and nothing is rounded.

use crate::errors::{bad_type, bad_value};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyDict, PyString};

/// The keywords of one call.
pub(crate) struct Arguments<'a, 'py>(&'a Bound<'py, PyDict>);

impl<'a, 'py> Arguments<'a, 'py> {
    pub(crate) fn new(keywords: &'a Bound<'py, PyDict>) -> Self {
        Self(keywords)
    }

    /// Calls what wants them with these keywords, none of which is another than `known`.
    pub(crate) fn of<T>(
        py: Python<'py>,
        keywords: Option<&Bound<'py, PyDict>>,
        known: &[&str],
        wants: impl FnOnce(&Arguments<'_, 'py>) -> PyResult<T>,
    ) -> PyResult<T> {
        let none = PyDict::new(py);
        wants(&Arguments::new(keywords.unwrap_or(&none)).only(known)?)
    }

    /// The same, none of which is another than these.
    pub(crate) fn only(self, known: &[&str]) -> PyResult<Self> {
        for key in self.0.keys() {
            let key: String = key.extract()?;
            if !known.contains(&key.as_str()) {
                let known = known.join(", ");
                return Err(bad_type(
                    &key,
                    format!("is no argument here; there are {known}"),
                ));
            }
        }
        Ok(self)
    }

    /// What is given; None is nothing.
    pub(crate) fn given(&self, name: &str) -> PyResult<Option<Bound<'py, PyAny>>> {
        Ok(self.0.get_item(name)?.filter(|value| !value.is_none()))
    }

    fn read<T>(
        &self,
        name: &str,
        read: impl FnOnce(&str, &Bound<'py, PyAny>) -> PyResult<T>,
    ) -> PyResult<Option<T>> {
        self.given(name)?
            .map(|value| read(name, &value))
            .transpose()
    }

    pub(crate) fn number(&self, name: &str) -> PyResult<Option<f64>> {
        self.read(name, number)
    }

    pub(crate) fn count(&self, name: &str) -> PyResult<Option<usize>> {
        self.read(name, count)
    }

    /// Whole numbers, in any order; none are nothing.
    pub(crate) fn counts(&self, name: &str) -> PyResult<Option<Vec<usize>>> {
        self.read(name, |name, value| {
            let items = value.try_iter();
            let items =
                items.map_err(|_| bad_type(name, "give a range or a list of whole numbers"))?;
            items.map(|item| count(name, &item?)).collect()
        })
    }

    pub(crate) fn text(&self, name: &str) -> PyResult<Option<String>> {
        self.read(name, text)
    }

    pub(crate) fn flag(&self, name: &str) -> PyResult<bool> {
        Ok(self.read(name, flag)?.unwrap_or(false))
    }

    /// The seed; 0 if none is given.
    pub(crate) fn seed(&self) -> PyResult<u64> {
        Ok(self
            .read("seed", |name, value| whole(name, value))?
            .unwrap_or(0))
    }
}

fn type_of(value: &Bound<'_, PyAny>) -> String {
    value
        .get_type()
        .name()
        .map_or_else(|_| "another type".to_owned(), |name| name.to_string())
}

/// Python's truth values and NumPy's.
pub(crate) fn is_flag(value: &Bound<'_, PyAny>) -> bool {
    value.is_instance_of::<PyBool>() || matches!(type_of(value).as_str(), "bool" | "bool_")
}

pub(crate) fn flag(name: &str, value: &Bound<'_, PyAny>) -> PyResult<bool> {
    if is_flag(value) {
        return value.is_truthy();
    }
    Err(bad_type(
        name,
        format!("give True or False, not {}", type_of(value)),
    ))
}

pub(crate) fn number(name: &str, value: &Bound<'_, PyAny>) -> PyResult<f64> {
    let refused = || bad_type(name, format!("give a number, not {}", type_of(value)));
    if is_flag(value) || value.is_instance_of::<PyString>() {
        return Err(refused());
    }
    value.extract().map_err(|_| refused())
}

/// A whole number of at least 0; its type has an `__index__`, which floats have not.
pub(crate) fn whole(name: &str, value: &Bound<'_, PyAny>) -> PyResult<u64> {
    let py = value.py();
    let refused = || bad_type(name, format!("give a whole number, not {}", type_of(value)));
    if is_flag(value) {
        return Err(refused());
    }
    let operator = py.import(intern!(py, "operator"))?;
    let index = operator.call_method1(intern!(py, "index"), (value,));
    let index = index.map_err(|_| refused())?;
    index.extract().map_err(|_| {
        bad_value(
            name,
            format!("{value} is no whole number from 0 to 2**64 - 1"),
        )
    })
}

pub(crate) fn count(name: &str, value: &Bound<'_, PyAny>) -> PyResult<usize> {
    let count = whole(name, value)?;
    usize::try_from(count).map_err(|_| bad_value(name, format!("{count} is too large")))
}

pub(crate) fn text(name: &str, value: &Bound<'_, PyAny>) -> PyResult<String> {
    let refused = |_| bad_type(name, format!("give a text, not {}", type_of(value)));
    value.extract().map_err(refused)
}
