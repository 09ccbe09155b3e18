//! Encoder: a row of features as a ±1 code, one group of neurons a feature, fitted to the training rows alone.
//!
//! A number goes to the nearest of its feature's levels: the centres of the optimal k-means in one dimension, three unless
//! another number is asked for (the paper's section 4.2). A text has a neuron of its own. The neuron of the level or text is
//! +1, the others of the group are −1. A missing value, or a text that the training rows do not have, leaves the whole group
//! unknown (0).

use crate::error::TableError;
use crate::k_means::k_means;
use crate::note::Note;
use crate::table::{Table, Value};
use serde::{Deserialize, Serialize};

/// Levels of a numeric feature where no other number is asked for (the paper's k).
pub const LEVELS: usize = 3;

/// The most levels of a numeric feature. Larger: networks grow by the square of it. Smaller: nothing is gained.
pub const MAX_LEVELS: usize = 64;

/// The most different texts of a feature. Larger: texts that name the rows are learnt. Smaller: true categories are
/// refused.
pub const MAX_CATEGORIES: usize = 64;

/// Why an encoder cannot be fitted.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum EncodeError {
    /// Every feature is constant or missing in the training rows.
    #[error("no feature takes two different values in the training rows")]
    NothingVaries,
    /// A text feature with too many values.
    #[error(
        "column `{column}` has more than {MAX_CATEGORIES} different texts; leave it out with --ignore {column}"
    )]
    TooManyCategories {
        /// Column name.
        column: String,
    },
    /// Numbers and texts in one column.
    #[error("column `{column}` mixes numbers and texts such as `{text}`")]
    Mixed {
        /// Column name.
        column: String,
        /// One of the texts.
        text: String,
    },
}

/// How one feature becomes a group of neurons.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Group {
    /// Nearest centre, ascending.
    Centres(Vec<f64>),
    /// Equal text.
    Categories(Vec<String>),
}

impl Group {
    fn neurons(&self) -> usize {
        match self {
            Self::Centres(centres) => centres.len(),
            Self::Categories(texts) => texts.len(),
        }
    }

    /// The neuron of the group that wins; None for what is missing or unknown.
    fn winner(&self, value: &Value) -> Option<usize> {
        match (self, value) {
            (Self::Centres(centres), Value::Number(x)) => (0..centres.len())
                .min_by(|&a, &b| (x - centres[a]).abs().total_cmp(&(x - centres[b]).abs())),
            (Self::Categories(texts), Value::Text(text)) => texts.iter().position(|t| t == text),
            _ => None,
        }
    }
}

/// A fitted encoder: one group for each feature that varies in the training rows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Encoder {
    columns: Vec<String>,
    groups: Vec<Group>,
}

impl Encoder {
    /// Fits to these rows of a table, with at most `levels` levels, from 2 to [`MAX_LEVELS`], for each numeric feature.
    /// Features without two different values there are left out.
    ///
    /// # Errors
    /// See [`EncodeError`].
    pub fn fit(table: &Table, rows: &[usize], levels: usize) -> Result<Self, EncodeError> {
        let mut encoder = Self {
            columns: Vec::new(),
            groups: Vec::new(),
        };
        for (c, column) in table.columns.iter().enumerate() {
            let (mut numbers, mut texts) = (Vec::new(), Vec::new());
            for &r in rows {
                match &table.rows[r][c] {
                    Value::Missing => {}
                    Value::Number(x) => numbers.push(*x),
                    Value::Text(text) => texts.push(text.clone()),
                }
            }
            let group = match (numbers.is_empty(), texts.first()) {
                (false, Some(text)) => {
                    return Err(EncodeError::Mixed {
                        column: column.clone(),
                        text: text.clone(),
                    });
                }
                (false, None) => Group::Centres(k_means(&mut numbers, levels.clamp(2, MAX_LEVELS))),
                (true, _) => {
                    texts.sort();
                    texts.dedup();
                    Group::Categories(texts)
                }
            };
            if matches!(&group, Group::Categories(texts) if texts.len() > MAX_CATEGORIES) {
                return Err(EncodeError::TooManyCategories {
                    column: column.clone(),
                });
            }
            if group.neurons() > 1 {
                encoder.columns.push(column.clone());
                encoder.groups.push(group);
            }
        }
        if encoder.groups.is_empty() {
            return Err(EncodeError::NothingVaries);
        }
        Ok(encoder)
    }

    /// The features in use, in the order of the groups.
    pub fn columns(&self) -> &[String] {
        &self.columns
    }

    /// Number of neurons of each group.
    pub fn group_sizes(&self) -> Vec<usize> {
        self.groups.iter().map(Group::neurons).collect()
    }

    /// Number of neurons N ≥ 2.
    pub fn neurons(&self) -> usize {
        self.groups.iter().map(Group::neurons).sum()
    }

    /// A row, whose values stand in the order of [`Encoder::columns`], as N values −1, +1, or 0 for unknown.
    pub fn encode(&self, row: &[Value]) -> Vec<i8> {
        let mut code = Vec::with_capacity(self.neurons());
        for (group, value) in self.groups.iter().zip(row) {
            match group.winner(value) {
                Some(winner) => {
                    let neurons = 0..group.neurons();
                    code.extend(neurons.map(|k| if k == winner { 1 } else { -1 }));
                }
                None => code.extend(std::iter::repeat_n(0, group.neurons())),
            }
        }
        code
    }

    /// What the owner of a table should know before its rows are encoded. The table has the columns of this encoder, in
    /// this order.
    ///
    /// # Errors
    /// [`TableError::NotANumber`] for a text where the encoder knows numbers.
    pub fn check(&self, table: &Table) -> Result<Vec<Note>, TableError> {
        let mut notes = Vec::new();
        for (c, group) in self.groups.iter().enumerate() {
            if table.present(c).next().is_none() {
                let known = |note: &Note| matches!(note, Note::Absent { column } if *column == self.columns[c]);
                if !table.notes.iter().any(known) {
                    notes.push(Note::Empty {
                        column: self.columns[c].clone(),
                    });
                }
                continue;
            }
            notes.extend(match group {
                Group::Centres(centres) => self.check_numbers(table, c, centres)?,
                Group::Categories(_) => self.check_texts(table, c),
            });
        }
        let unknown = |row: &&Vec<Value>| {
            let groups = self.groups.iter().zip(*row);
            groups
                .into_iter()
                .all(|(group, value)| group.winner(value).is_none())
        };
        if let Some(first) = table.rows.iter().position(|row| unknown(&row)) {
            notes.push(Note::NothingKnown {
                line: table.lines[first],
                rows: table.rows.iter().filter(unknown).count(),
            });
        }
        Ok(notes)
    }

    fn check_numbers(
        &self,
        table: &Table,
        c: usize,
        centres: &[f64],
    ) -> Result<Option<Note>, TableError> {
        let column = || self.columns[c].clone();
        let (lowest, highest) = (centres[0], centres[centres.len() - 1]);
        let span = highest - lowest;
        let (mut far, mut present) = (Vec::new(), 0);
        for (r, value) in table.present(c) {
            present += 1;
            match value {
                Value::Number(x) if *x < lowest - span || *x > highest + span => far.push((r, *x)),
                Value::Text(text) => {
                    return Err(TableError::NotANumber {
                        line: table.lines[r],
                        column: column(),
                        text: text.clone(),
                    });
                }
                _ => {}
            }
        }
        // Some values lie far outside in every table; most of them, where the unit is another.
        let most = 2 * far.len() > present;
        Ok(far
            .first()
            .filter(|_| most)
            .map(|&(r, value)| Note::FarOff {
                column: column(),
                value,
                line: table.lines[r],
                rows: far.len(),
                lowest,
                highest,
            }))
    }

    fn check_texts(&self, table: &Table, c: usize) -> Option<Note> {
        let group = &self.groups[c];
        let unseen = || {
            table
                .present(c)
                .filter(|(_, value)| group.winner(value).is_none())
        };
        let (r, value) = unseen().next()?;
        Some(Note::Unseen {
            column: self.columns[c].clone(),
            text: match value {
                Value::Number(x) => x.to_string(),
                Value::Text(text) => text.clone(),
                Value::Missing => String::new(),
            },
            line: table.lines[r],
            rows: unseen().count(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::ReadOptions;

    #[test]
    fn groups_winners_and_unknowns() {
        let text = "x,colour,same,class\n1,red,5,a\n2,blue,5,a\n9,red,5,b\n10,?,5,b\n";
        let table = Table::read(text.as_bytes(), &ReadOptions::class("class")).unwrap();
        let encoder = Encoder::fit(&table, &[0, 1, 2, 3], LEVELS).unwrap();
        assert_eq!(encoder.columns(), ["x", "colour"]);
        assert_eq!(encoder.group_sizes(), [3, 2]);
        assert_eq!(
            encoder.encode(&[Value::Number(100.0), Value::Text("blue".into())]),
            [-1, -1, 1, 1, -1]
        );
        assert_eq!(
            encoder.encode(&[Value::Missing, Value::Text("green".into())]),
            [0; 5]
        );
        let constant = Encoder::fit(&table, &[0], LEVELS);
        assert_eq!(constant, Err(EncodeError::NothingVaries));
    }
}
