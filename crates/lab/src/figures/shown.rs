//! What a report shows of a figure besides its charts.

use crate::plot::Labels;
use attractor::picture::Picture;

/// A picture that is no chart.
#[derive(Debug, Clone)]
pub struct Plate {
    /// Name of its file, without extension.
    pub name: String,
    /// What it shows.
    pub caption: String,
    /// The picture; none if the networks that it shows are not in the folder.
    pub picture: Option<Picture>,
    /// What stands beside it in a report.
    pub labels: Labels,
}

/// A table of a report.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Summary {
    /// What it shows.
    pub caption: String,
    /// Names of the columns.
    pub header: Vec<String>,
    /// As many fields a row as there are columns.
    pub rows: Vec<Vec<String>>,
}
