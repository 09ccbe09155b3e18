//! A memory of a table's rows that classifies, as `attractor classify` makes and reads it.

use super::frame::table;
use super::{Encoder, chosen};
use crate::arrays;
use crate::errors::{FormatError, UnsupportedError, bad_value, of_training};
use crate::network::Network;
use crate::run;
use crate::training::{EXACT, Task};
use attractor::Patterns;
use attractor::io::{Metadata, NetworkFile};
use attractor_tables::{Answer, FitError, ReadOut};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict};
use std::path::PathBuf;

/// The key of a network file's options under which a classifier stands, as the program writes it.
const CLASSIFIER: &str = "classifier";

/// A column of answers: its name and what stands in it.
type Column<T> = (&'static str, fn(&Answer) -> T);

/// A memory of the rows of a table that answers with the class of the stored row nearest to where recall leads.
#[pyclass(frozen, module = "attractor")]
pub(crate) struct Classifier {
    classifier: attractor_tables::Classifier,
    network: Py<Network>,
}

#[pymethods]
impl Classifier {
    /// Learns rows with their classes, by any rule of `train` with its keywords. Without `read_out` the exact rule is read out
    /// after one step and any other at the end of recall, as by the program.
    #[staticmethod]
    #[pyo3(signature = (data, classes, *, levels=None, read_out=None, **keywords))]
    fn fit(
        py: Python<'_>,
        data: &Bound<'_, PyAny>,
        classes: &Bound<'_, PyAny>,
        levels: Option<usize>,
        read_out: Option<&str>,
        keywords: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Self> {
        let levels = super::levels(levels)?;
        let read_out: Option<ReadOut> = read_out
            .map(str::parse)
            .transpose()
            .map_err(|error| bad_value("read_out", error))?;
        let table = table("data", data, Some(classes))?;
        let rows: Vec<usize> = (0..table.len()).collect();
        let mut network = None;
        // The training's own exception is kept apart: the library's type cannot carry it.
        let mut failed = None;
        let fitted = attractor_tables::Classifier::fit(&table, &rows, levels, |codes| {
            let trained = train(py, codes, keywords).map_err(|error| {
                failed = Some(error);
                attractor::TrainError::Unsupported {
                    rule: "train",
                    reason: attractor::Refusal::other("see the exception"),
                }
            })?;
            let made = trained.get().file();
            let counted =
                attractor::Trained::unproven(made.network().clone(), codes, made.metadata().ties)?;
            network = Some(trained.clone_ref(py));
            Ok(attractor::Trained {
                status: made.metadata().status.unwrap_or(counted.status),
                ..counted
            })
        });
        let classifier = match (fitted, failed) {
            (_, Some(failed)) => return Err(failed),
            (Err(FitError::Train(error)), None) => return Err(of_training(error)),
            (Err(error), None) => return Err(bad_value("data", error)),
            (Ok(classifier), None) => classifier,
        };
        let network = network.ok_or_else(|| UnsupportedError::new_err("there is no memory"))?;
        let usual = match network.get().file().metadata().rule.as_str() {
            EXACT => ReadOut::OneStep,
            _ => ReadOut::End,
        };
        Ok(Self {
            classifier: classifier.with_read_out(read_out.unwrap_or(usual)),
            network,
        })
    }

    /// Reads a model of `save` or of `attractor classify fit`.
    #[staticmethod]
    fn load(py: Python<'_>, path: PathBuf) -> PyResult<Self> {
        let file = NetworkFile::read(&path).map_err(crate::errors::of_reading)?;
        Self::of_file(py, &path.display().to_string(), &file)
    }

    /// Writes the model: a network file that `attractor classify predict` reads.
    fn save(&self, path: PathBuf) -> PyResult<()> {
        self.file()?.write(&path).map_err(crate::errors::of_writing)
    }

    /// The class of each row.
    #[pyo3(signature = (data, *, threads=None))]
    fn predict(
        &self,
        py: Python<'_>,
        data: &Bound<'_, PyAny>,
        threads: Option<usize>,
    ) -> PyResult<Vec<String>> {
        let answers = self.answers_of(py, data, threads)?;
        Ok(answers
            .iter()
            .map(|answer| self.classifier.classes()[answer.class].clone())
            .collect())
    }

    /// What is said of each row, as columns: class, score, runner_up, runner_up_score, nearest_row, agreeing_features,
    /// known_features.
    #[pyo3(signature = (data, *, threads=None))]
    fn answer<'py>(
        &self,
        py: Python<'py>,
        data: &Bound<'py, PyAny>,
        threads: Option<usize>,
    ) -> PyResult<Bound<'py, PyDict>> {
        let answers = self.answers_of(py, data, threads)?;
        let class = |index: usize| self.classifier.classes()[index].as_str();
        let second = |answer: &Answer| answer.runner_up.map(|(index, _)| class(index));
        let columns = PyDict::new(py);
        columns.set_item(
            "class",
            answers
                .iter()
                .map(|answer| class(answer.class))
                .collect::<Vec<_>>(),
        )?;
        columns.set_item("runner_up", answers.iter().map(second).collect::<Vec<_>>())?;
        let floats: [Column<f64>; 2] = [
            ("score", |answer| answer.score),
            ("runner_up_score", |answer| {
                answer.runner_up.map_or(f64::NAN, |(_, score)| score)
            }),
        ];
        for (name, of) in floats {
            columns.set_item(name, arrays::vector(py, answers.iter().map(of).collect())?)?;
        }
        let counts: [Column<usize>; 3] = [
            ("nearest_row", |answer| answer.nearest),
            ("agreeing_features", |answer| answer.agreeing_features),
            ("known_features", |answer| answer.known_features),
        ];
        for (name, of) in counts {
            let column = answers.iter().map(|answer| of(answer) as i64);
            columns.set_item(name, arrays::vector::<i64>(py, column.collect())?)?;
        }
        Ok(columns)
    }

    #[getter]
    fn classes(&self) -> Vec<String> {
        self.classifier.classes().to_vec()
    }

    #[getter]
    fn encoder(&self) -> Encoder {
        Encoder {
            encoder: self.classifier.encoder().clone(),
        }
    }

    /// The memory.
    #[getter]
    fn network(&self, py: Python<'_>) -> Py<Network> {
        self.network.clone_ref(py)
    }

    #[getter]
    fn read_out(&self) -> String {
        self.classifier.read_out().to_string()
    }

    fn __reduce__<'py>(
        slf: &Bound<'py, Self>,
    ) -> PyResult<(Bound<'py, PyAny>, (Bound<'py, PyBytes>,))> {
        let restore = slf
            .py()
            .import("attractor._attractor")?
            .getattr("restore_classifier")?;
        Ok((
            restore,
            (PyBytes::new(slf.py(), &slf.get().file()?.to_bytes()),),
        ))
    }

    fn __repr__(&self) -> String {
        let (encoder, classes) = (self.classifier.encoder(), self.classifier.classes().len());
        let stored = self.classifier.stored().codes.len();
        let (columns, neurons) = (encoder.columns().len(), encoder.neurons());
        format!(
            "Classifier({stored} rows of {columns} columns, {neurons} neurons, {classes} classes)"
        )
    }
}

impl Classifier {
    fn answers_of(
        &self,
        py: Python<'_>,
        data: &Bound<'_, PyAny>,
        threads: Option<usize>,
    ) -> PyResult<Vec<Answer>> {
        let encoder = self.classifier.encoder();
        let table = chosen("data", data, encoder)?;
        let codes: Vec<Vec<i8>> = table.rows.iter().map(|row| encoder.encode(row)).collect();
        run::compute(py, threads, || self.classifier.answer(&codes))
    }

    /// The network file with the classifier in its options.
    fn file(&self) -> PyResult<NetworkFile> {
        let file = self.network.get().file();
        let description = serde_json::to_value(self.classifier.description());
        let description = description.map_err(|error| FormatError::new_err(error.to_string()))?;
        let mut metadata: Metadata = file.metadata().clone();
        metadata.options.insert(CLASSIFIER.to_owned(), description);
        NetworkFile::new(file.network().clone(), file.couplings().clone(), metadata)
            .map_err(|error| FormatError::new_err(error.to_string()))
    }

    fn of_file(py: Python<'_>, name: &str, file: &NetworkFile) -> PyResult<Self> {
        let bad = |reason: &str| FormatError::new_err(format!("{name}: {reason}"));
        let description = file.metadata().options.get(CLASSIFIER);
        let description = description.ok_or_else(|| bad("is a network but no classifier"))?;
        let description = serde_json::from_value(description.clone());
        let description = description
            .map_err(|error| bad(&format!("the classifier in it is damaged: {error}")))?;
        let status = file
            .metadata()
            .status
            .unwrap_or(attractor::Status::Feasible);
        let classifier =
            attractor_tables::Classifier::from_parts(description, file.network().clone(), status);
        let network = Network::trained(file.clone(), serde_json::Value::Null, None);
        Ok(Self {
            classifier: classifier
                .ok_or_else(|| bad("its encoder, stored rows and network do not fit each other"))?,
            network: Py::new(py, network)?,
        })
    }
}

/// A classifier of its file's bytes, for `pickle`.
#[pyfunction]
pub(crate) fn restore_classifier(py: Python<'_>, file: &[u8]) -> PyResult<Classifier> {
    let file =
        NetworkFile::from_bytes("pickled classifier", file).map_err(crate::errors::of_reading)?;
    Classifier::of_file(py, "pickled classifier", &file)
}

/// A memory of these codes.
fn train(
    py: Python<'_>,
    codes: &Patterns,
    keywords: Option<&Bound<'_, PyDict>>,
) -> PyResult<Py<Network>> {
    let array = arrays::states(py, codes, &[codes.count(), codes.neurons()])?;
    Task::new(array.as_any(), keywords)?
        .train(py)
        .and_then(|network| Py::new(py, network))
}
