//! Which Python exception an error of the libraries becomes. The classes are defined in `python/attractor/_errors.py`.

use attractor::RecallError;
use attractor::io::{Problem, ReadError, WriteError, WriteProblem};
use attractor::rules::{RuleError, TrainError};
use attractor_exact::ExactError;
use pyo3::exceptions::{PyOSError, PyTypeError, PyValueError};
use pyo3::{PyErr, import_exception};
use std::fmt::Display;
use std::io;

import_exception!(attractor._errors, UnsupportedError);
import_exception!(attractor._errors, FormatError);
import_exception!(attractor._errors, CertificateError);
import_exception!(attractor._errors, TrainingInterrupted);
import_exception!(attractor._errors, ExperimentInterrupted);

/// A bad value of this argument.
pub(crate) fn bad_value(name: &str, reason: impl Display) -> PyErr {
    PyValueError::new_err(format!("{name}: {reason}"))
}

/// An argument of a type that is not taken.
pub(crate) fn bad_type(name: &str, reason: impl Display) -> PyErr {
    PyTypeError::new_err(format!("{name}: {reason}"))
}

/// What a rule refuses.
pub(crate) fn of_training(error: TrainError) -> PyErr {
    match error {
        TrainError::Size { .. } => PyValueError::new_err(error.to_string()),
        _ => UnsupportedError::new_err(error.to_string()),
    }
}

/// What exact training refuses.
pub(crate) fn of_exact(error: ExactError) -> PyErr {
    match error {
        ExactError::Train(error) => of_training(error),
        _ => UnsupportedError::new_err(error.to_string()),
    }
}

/// A rule or a setting that is not there.
pub(crate) fn of_rule(error: RuleError) -> PyErr {
    let name = match error {
        RuleError::Unknown { .. } => "rule",
        RuleError::NoDiagonal(_) => "keep_diagonal",
        _ => "settings",
    };
    bad_value(name, error)
}

/// A file that cannot be read: the operating system's own exception, or a [`FormatError`].
pub(crate) fn of_reading(error: ReadError) -> PyErr {
    match error.problem {
        Problem::Io(cause) if cause.raw_os_error().is_some() => of_system(&error.name, &cause),
        _ => FormatError::new_err(error.to_string()),
    }
}

/// A file that cannot be written.
pub(crate) fn of_writing(error: WriteError) -> PyErr {
    match error.problem {
        WriteProblem::Io(cause) => of_system(&error.name, &cause),
        _ => PyOSError::new_err(error.to_string()),
    }
}

/// The exception of the operating system's number, such as `FileNotFoundError`.
pub(crate) fn of_system(name: &str, error: &io::Error) -> PyErr {
    match error.raw_os_error() {
        Some(code) => PyOSError::new_err((code, error.to_string(), name.to_owned())),
        None => PyOSError::new_err(format!("{name}: {error}")),
    }
}

/// What recall refuses.
pub(crate) fn of_recall(error: RecallError) -> PyErr {
    let name = match error {
        RecallError::NoSteps => "max_steps",
        RecallError::EmptyBlock => "update",
        RecallError::Temperature(_) | RecallError::DenseTemperature => "beta",
        RecallError::NoNeuron { .. } | RecallError::ClampedUnknown { .. } => "clamp",
        RecallError::OnePatternACue { .. } | RecallError::Patterns(_) => "patterns",
        _ => "cues",
    };
    bad_value(name, error)
}
