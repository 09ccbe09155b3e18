//! Table: rows of features with a class, as read from anyone's CSV file.
//!
//! A column whose present values are all numbers is numeric, any other is a category. Missing values are an empty field
//! or `?`. A text column in which no value occurs twice names the rows and is no feature to learn from;
//! [`Table::without_names`] leaves it out and lists it.

use std::collections::HashSet;
use std::io::Read;

/// One field.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Empty or `?`.
    Missing,
    /// A finite number.
    Number(f64),
    /// Anything else.
    Text(String),
}

/// Why a file is no table.
#[derive(Debug, thiserror::Error)]
pub enum TableError {
    /// Not well-formed CSV, for example ragged rows.
    #[error("{0}")]
    Csv(#[from] csv::Error),
    /// Header only, or nothing at all.
    #[error("the file has no rows below its header")]
    Empty,
    /// No column of that name.
    #[error("there is no column `{wanted}`; the columns are {}", columns.join(", "))]
    NoColumn {
        /// What was asked for.
        wanted: String,
        /// What there is.
        columns: Vec<String>,
    },
    /// The same name twice.
    #[error("the column name `{0}` occurs twice")]
    TwiceNamed(String),
    /// A row whose class is missing.
    #[error("line {line}: the class is missing")]
    NoClass {
        /// Line in the file, the header being 1.
        line: u64,
    },
    /// A number that is NaN or infinite.
    #[error(
        "line {line}, column `{column}`: `{value}` is not a finite number; write ? for a missing value"
    )]
    NotFinite {
        /// Line in the file, the header being 1.
        line: u64,
        /// Column name.
        column: String,
        /// The field.
        value: String,
    },
    /// Nothing but the class.
    #[error("no column is left to learn from")]
    NoFeatures,
}

/// Features and classes, row by row.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    /// Names of the feature columns.
    pub columns: Vec<String>,
    /// One list of values a row, in the order of the columns.
    pub rows: Vec<Vec<Value>>,
    /// The class of each row; None where the file was read without classes.
    pub classes: Vec<Option<String>>,
    /// Text columns left out because no value occurs twice.
    pub left_out: Vec<String>,
}

impl Table {
    /// Reads a CSV file with a header row.
    ///
    /// `class` names the class column (with `None` every column is a feature); `ignore` are columns to leave out.
    ///
    /// # Errors
    /// See [`TableError`].
    pub fn read(
        reader: impl Read,
        class: Option<&str>,
        ignore: &[String],
    ) -> Result<Self, TableError> {
        let mut reader = csv::ReaderBuilder::new()
            .trim(csv::Trim::All)
            .from_reader(reader);
        let header: Vec<String> = reader
            .headers()?
            .iter()
            .map(|name| name.trim_start_matches('\u{feff}').to_owned())
            .collect();
        let mut seen = HashSet::new();
        if let Some(twice) = header.iter().find(|&name| !seen.insert(name)) {
            return Err(TableError::TwiceNamed(twice.clone()));
        }
        let position = |wanted: &str| {
            header
                .iter()
                .position(|name| name == wanted)
                .ok_or_else(|| TableError::NoColumn {
                    wanted: wanted.to_owned(),
                    columns: header.clone(),
                })
        };
        let class = class.map(position).transpose()?;
        let mut skipped: HashSet<usize> = ignore
            .iter()
            .map(|name| position(name))
            .collect::<Result<_, _>>()?;
        skipped.extend(class);
        let features: Vec<usize> = (0..header.len()).filter(|c| !skipped.contains(c)).collect();

        let (mut rows, mut classes) = (Vec::new(), Vec::new());
        for record in reader.records() {
            let record = record?;
            let line = record.position().map_or(0, csv::Position::line);
            let fields = features
                .iter()
                .map(|&c| value_of(&record[c], line, &header[c]));
            rows.push(fields.collect::<Result<Vec<_>, _>>()?);
            classes.push(match class.map(|c| &record[c]) {
                Some("" | "?") => return Err(TableError::NoClass { line }),
                other => other.map(str::to_owned),
            });
        }
        if rows.is_empty() {
            return Err(TableError::Empty);
        }
        let columns = features.iter().map(|&c| header[c].clone()).collect();
        let table = Self {
            columns,
            rows,
            classes,
            left_out: Vec::new(),
        };
        table.with_features()
    }

    /// Without the text columns that name the rows, for training.
    ///
    /// # Errors
    /// [`TableError::NoFeatures`] if nothing else is there.
    pub fn without_names(mut self) -> Result<Self, TableError> {
        self.leave_out_names();
        self.with_features()
    }

    fn with_features(self) -> Result<Self, TableError> {
        if self.columns.is_empty() {
            return Err(TableError::NoFeatures);
        }
        Ok(self)
    }

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

    fn leave_out_names(&mut self) {
        let is_name = |c: usize| {
            let mut seen = HashSet::new();
            self.len() > 1
                && self.rows.iter().all(|row| match &row[c] {
                    Value::Text(text) => seen.insert(text.clone()),
                    _ => false,
                })
        };
        let (names, features): (Vec<usize>, Vec<usize>) =
            (0..self.columns.len()).partition(|&c| is_name(c));
        if !names.is_empty() {
            self.left_out = names.iter().map(|&c| self.columns[c].clone()).collect();
            let kept: Vec<String> = features.iter().map(|&c| self.columns[c].clone()).collect();
            *self = self.with_columns(&kept);
        }
    }
}

fn value_of(field: &str, line: u64, column: &str) -> Result<Value, TableError> {
    match field.parse::<f64>() {
        _ if field.is_empty() || field == "?" => Ok(Value::Missing),
        Ok(number) if number.is_finite() => Ok(Value::Number(number)),
        Ok(_) => Err(TableError::NotFinite {
            line,
            column: column.to_owned(),
            value: field.to_owned(),
        }),
        Err(_) => Ok(Value::Text(field.to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Table, TableError> {
        Table::read(text.as_bytes(), Some("class"), &[])
    }

    #[test]
    fn reads_numbers_texts_and_missing_values() {
        let table = read("id,x,colour,class\na,1.5,red,10\nb,?,red,9\nc,,blue,10\n").unwrap();
        let table = table.without_names().unwrap();
        assert_eq!(table.columns, ["x", "colour"]);
        assert_eq!(table.left_out, ["id"]);
        assert_eq!(table.rows[1], [Value::Missing, Value::Text("red".into())]);
        assert_eq!(table.class_names(), ["9", "10"]);
        let moved = table.with_columns(&["colour".into(), "weight".into()]);
        assert_eq!(moved.rows[2], [Value::Text("blue".into()), Value::Missing]);
    }

    #[test]
    fn bad_files_are_refused_with_the_place() {
        assert!(matches!(read(""), Err(TableError::NoColumn { .. })));
        assert!(matches!(read("x,class\n"), Err(TableError::Empty)));
        assert!(matches!(
            read("x,y\n1,2\n"),
            Err(TableError::NoColumn { .. })
        ));
        assert!(matches!(
            read("x,class\n1,?\n"),
            Err(TableError::NoClass { line: 2 })
        ));
        assert!(matches!(
            read("x,class\n1,a\nNaN,b\n"),
            Err(TableError::NotFinite { line: 3, .. })
        ));
        assert!(matches!(read("x,class\n1\n"), Err(TableError::Csv(_))));
        assert!(matches!(
            read("x,x,class\n1,2,3\n"),
            Err(TableError::TwiceNamed(_))
        ));
        assert!(matches!(read("class\na\n"), Err(TableError::NoFeatures)));
    }
}
