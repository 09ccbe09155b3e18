//! Table: rows of features with a class, as people export them.

use crate::note::Note;

/// One field.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Empty, or a text such as `?` or `NA`.
    Missing,
    /// A finite number.
    Number(f64),
    /// Anything else.
    Text(String),
}

/// A column that is passed through as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// Its name.
    pub name: String,
    /// One text a row.
    pub texts: Vec<String>,
}

/// Features and classes, row by row.
#[derive(Debug, Clone, PartialEq, Default)]
#[non_exhaustive]
pub struct Table {
    /// Names of the feature columns.
    pub columns: Vec<String>,
    /// One list of values a row, in the order of the columns.
    pub rows: Vec<Vec<Value>>,
    /// The class of each row; None where the file was read without classes, or where it is missing.
    pub classes: Vec<Option<String>>,
    /// The name of the column of the classes, where the file was read with one.
    pub class_column: Option<String>,
    /// The line of the file in which each row begins, the header being 1.
    pub lines: Vec<u64>,
    /// Columns that were asked to be kept as they stand.
    pub kept: Vec<Kept>,
    /// What the owner of the table should know.
    pub notes: Vec<Note>,
}

impl Table {
    /// Number of rows.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there is no row; a table that was read has at least one.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The different classes: numbers in numeric order where all are numbers, else alphabetic.
    pub fn class_names(&self) -> Vec<String> {
        let mut names: Vec<String> = self.classes.iter().flatten().cloned().collect();
        let number = |name: &String| name.parse::<f64>().ok();
        if names.iter().all(|name| number(name).is_some()) {
            names.sort_by(|a, b| number(a).partial_cmp(&number(b)).unwrap_or(a.cmp(b)));
        } else {
            names.sort();
        }
        names.dedup();
        names
    }

    /// Only the columns with these names, in this order; a name that is not there gives a column of missing values.
    #[must_use]
    pub fn with_columns(&self, names: &[String]) -> Self {
        let from: Vec<Option<usize>> = names
            .iter()
            .map(|name| self.columns.iter().position(|column| column == name))
            .collect();
        let pick = |row: &Vec<Value>| {
            from.iter()
                .map(|c| c.map_or(Value::Missing, |c| row[c].clone()))
                .collect()
        };
        Self {
            columns: names.to_vec(),
            rows: self.rows.iter().map(pick).collect(),
            ..self.clone()
        }
    }

    /// The present values of a column, with their rows.
    pub(crate) fn present(&self, column: usize) -> impl Iterator<Item = (usize, &Value)> {
        let values = self.rows.iter().map(move |row| &row[column]).enumerate();
        values.filter(|(_, value)| **value != Value::Missing)
    }
}
