//! Reading: a file as a table, whatever program it was exported from.
//!
//! A column whose present values are all numbers is numeric, one with no number holds texts. A column with both is refused,
//! unless every row has another text there: then it names the rows.

use crate::column::{Column, Commas};
use crate::error::TableError;
use crate::missing::Missing;
use crate::note::Note;
use crate::numbers::plain;
use crate::separator::{Record, Records, split};
use crate::table::{Kept, Table, Value};
use crate::text;
use std::collections::HashSet;
use std::io::Read;

/// How a file is read.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct ReadOptions {
    /// The column of the classes; without it every column is a feature.
    pub class: Option<String>,
    /// Whether rows without a class are refused, which training needs.
    pub every_class: bool,
    /// Columns to leave out.
    pub ignore: Vec<String>,
    /// The features, in this order; all other columns if absent. Upper and lower case, spaces and punctuation of a name
    /// may differ.
    pub features: Option<Vec<String>>,
    /// Whether features that the table lacks are taken for missing in every row.
    pub absent_features: bool,
    /// Columns to keep as they stand, whatever else they are.
    pub keep: Vec<String>,
    /// The texts that mean a missing value, besides the empty field; [`USUAL_MISSING`](crate::USUAL_MISSING) if absent.
    pub missing: Option<Vec<String>>,
}

impl ReadOptions {
    /// To learn the classes of this column.
    pub fn class(name: &str) -> Self {
        Self {
            class: Some(name.to_owned()),
            every_class: true,
            ..Self::default()
        }
    }
}

impl Table {
    /// Reads a file of fields with a header: CSV, or semicolons, tabs, bars or spaces between the fields; UTF-8 or UTF-16;
    /// plain or gzip.
    ///
    /// # Errors
    /// See [`TableError`].
    pub fn read(reader: impl Read, options: &ReadOptions) -> Result<Self, TableError> {
        let mut records = split(&text::read(reader)?)?;
        if records.rows.is_empty() {
            return Err(TableError::Empty);
        }
        name_columns(&mut records)?;
        let header = Header(&records.header);
        let missing = Missing(options.missing.as_deref());
        let class = options.class.as_deref().map(|name| header.find(name));
        let class = class.transpose()?;
        let keep = options.keep.iter();
        let keep = keep.map(|name| header.find(name));
        let keep = keep.collect::<Result<Vec<_>, _>>()?;
        let mut table = Self {
            lines: records.rows.iter().map(|row| row.line).collect(),
            classes: classes(&records, class, &missing, options.every_class)?,
            class_column: options.class.clone(),
            kept: keep.into_iter().map(|c| kept(&records, c)).collect(),
            ..Self::default()
        };
        let features = table.choose(&header, class, options)?;
        table.fill(&records, &features, &missing)?;
        Ok(table)
    }

    /// Where in the file each feature stands; None for one that is not there. Sets the names.
    fn choose(
        &mut self,
        header: &Header<'_>,
        class: Option<usize>,
        options: &ReadOptions,
    ) -> Result<Vec<Option<usize>>, TableError> {
        let Some(wanted) = &options.features else {
            let ignore = options.ignore.iter().map(|name| header.find(name));
            let mut skipped: HashSet<usize> = ignore.collect::<Result<_, _>>()?;
            skipped.extend(class);
            let features: Vec<usize> = (0..header.0.len())
                .filter(|c| !skipped.contains(c))
                .collect();
            if features.is_empty() {
                return Err(TableError::NoFeatures);
            }
            self.columns = features.iter().map(|&c| header.0[c].clone()).collect();
            return Ok(features.into_iter().map(Some).collect());
        };
        self.columns.clone_from(wanted);
        let mut lacking = Vec::new();
        let mut features = Vec::new();
        for name in wanted {
            let found = header.find(name).ok().or_else(|| header.find_alike(name));
            let found = found.filter(|c| Some(*c) != class);
            match found {
                Some(c) if header.0[c] != *name => self.notes.push(Note::Respelled {
                    model: name.clone(),
                    table: header.0[c].clone(),
                }),
                Some(_) => {}
                None if options.absent_features => self.notes.push(Note::Absent {
                    column: name.clone(),
                }),
                None => lacking.push(name.clone()),
            }
            features.push(found);
        }
        if lacking.is_empty() && features.iter().any(Option::is_some) {
            return Ok(features);
        }
        Err(TableError::Lacks {
            lacking: if lacking.is_empty() {
                wanted.clone()
            } else {
                lacking
            },
            columns: header.0.to_vec(),
            header_is_data: header.is_data(),
        })
    }

    /// Reads the features' values.
    fn fill(
        &mut self,
        records: &Records,
        features: &[Option<usize>],
        missing: &Missing<'_>,
    ) -> Result<(), TableError> {
        let column = |&feature: &Option<usize>| feature.map(|c| Column::new(records, c, missing));
        let columns: Vec<Option<Column<'_>>> = features.iter().map(column).collect();
        let commas = Commas::of(records.separator, columns.iter().flatten());
        self.rows = vec![vec![Value::Missing; features.len()]; records.rows.len()];
        for (f, column) in columns.iter().enumerate() {
            let Some(column) = column else { continue };
            for (r, value) in column.values(commas, &mut self.notes)? {
                self.rows[r][f] = value;
            }
        }
        Ok(())
    }
}

/// Names of the columns.
struct Header<'a>(&'a [String]);

impl Header<'_> {
    fn find(&self, wanted: &str) -> Result<usize, TableError> {
        let found = self.0.iter().position(|name| name == wanted);
        found.ok_or_else(|| TableError::NoColumn {
            wanted: wanted.to_owned(),
            columns: self.0.to_vec(),
            header_is_data: self.is_data(),
        })
    }

    /// The only column whose letters and digits are those of this name.
    fn find_alike(&self, wanted: &str) -> Option<usize> {
        let core = |name: &str| {
            let letters = name.chars().filter(|c| c.is_alphanumeric());
            letters.flat_map(char::to_lowercase).collect::<String>()
        };
        let wanted = core(wanted);
        let mut alike = (0..self.0.len()).filter(|&c| core(&self.0[c]) == wanted);
        match (alike.next(), alike.next()) {
            (Some(c), None) if !wanted.is_empty() => Some(c),
            _ => None,
        }
    }

    /// Whether the first line seems to be a row.
    fn is_data(&self) -> bool {
        self.0.iter().any(|name| plain(name).is_some())
    }
}

/// The name that pandas gives to a first column without one.
const NAMELESS: &str = "Unnamed: 0";

/// Names a first column without a name as pandas does, and refuses other nameless columns and equal names.
fn name_columns(records: &mut Records) -> Result<(), TableError> {
    if let Some(first) = records.header.first_mut()
        && first.is_empty()
    {
        NAMELESS.clone_into(first);
    }
    if let Some(c) = records.header.iter().position(String::is_empty) {
        return Err(TableError::Nameless { position: c + 1 });
    }
    let mut seen = HashSet::new();
    match records.header.iter().find(|&name| !seen.insert(name)) {
        Some(twice) => Err(TableError::TwiceNamed(twice.clone())),
        None => Ok(()),
    }
}

fn classes(
    records: &Records,
    class: Option<usize>,
    missing: &Missing<'_>,
    every: bool,
) -> Result<Vec<Option<String>>, TableError> {
    let Some(c) = class else {
        return Ok(vec![None; records.rows.len()]);
    };
    let is_missing = |row: &&Record| missing.is(&row.fields[c]);
    if let Some(first) = records.rows.iter().find(is_missing).filter(|_| every) {
        return Err(TableError::NoClass {
            rows: records.rows.iter().filter(is_missing).count(),
            line: first.line,
            text: first.fields[c].clone(),
        });
    }
    let present = |row: &Record| (!is_missing(&row)).then(|| row.fields[c].clone());
    Ok(records.rows.iter().map(present).collect())
}

fn kept(records: &Records, c: usize) -> Kept {
    Kept {
        name: records.header[c].clone(),
        texts: records
            .rows
            .iter()
            .map(|row| row.fields[c].clone())
            .collect(),
    }
}
